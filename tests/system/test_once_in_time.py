"""`termintreu once` ends, whatever hangs: what is not read by then is left out and told of."""

from __future__ import annotations

import contextlib
import io
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from termintreu.ui.cli.arguments import main
from termintreu.ui.cli.commands import cycles
from tests.system.manager import Manager, tomorrow


@contextmanager
def dripping_server() -> Iterator[str]:
    """A feed that never ends: a byte each tenth of a second."""
    ending = threading.Event()

    def drip(client: socket.socket) -> None:
        with contextlib.suppress(OSError), client:
            client.recv(65536)
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/calendar\r\nContent-Length: 100000\r\n\r\n")
            while not ending.wait(0.1):
                client.sendall(b"B")

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=drip, args=(listening.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/feed.ics"
        ending.set()
        listening.shutdown(socket.SHUT_RDWR)


def feeds(url: str, count: int) -> str:
    return "\n".join(
        f'[[sources]]\nname = "feed-{number}"\ntype = "ics"\nallow_private = true\nurl = "{url}"\n'
        for number in range(count)
    )


def once(config: Path) -> tuple[int, dict[str, Any], float]:
    out, begun = io.StringIO(), time.monotonic()
    with contextlib.redirect_stdout(out):
        code = main(["once", "--json", "--config", str(config)])
    return code, json.loads(out.getvalue()), time.monotonic() - begun


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> float:
    """A shorter one than sixty seconds; of it the same part is for the end."""
    monkeypatch.setattr(cycles, "LIMIT", 12.0)
    monkeypatch.setattr(cycles, "_AT_LEAST", 1.0)
    return 12.0


@pytest.mark.requirement(22)
def test_sources_that_drip_are_left_out_and_told_of_and_the_others_served(manager: Manager, limit: float) -> None:
    manager.put("a", tomorrow())
    with dripping_server() as url:
        manager.configure(feeds(url, 3))
        code, report, took = once(manager.config)
    states = {source["name"]: source["state"] for source in report["sources"]}
    assert {"feed-0": "failed", "feed-1": "failed", "feed-2": "failed", "work": "ok"} == states
    reasons = [source["error"] for source in report["sources"] if source["state"] == "failed"]
    assert all(reason.startswith("no answer within ") for reason in reasons), reasons
    assert (1, True) == (code, took < limit)
    assert any("Erika" in text for text in manager.written())


@pytest.mark.requirement(22)
def test_of_several_people_nobody_waits_for_anybody_elses_servers(tmp_path: Path, limit: float) -> None:
    with dripping_server() as url:
        profiles = []
        for name in ("anna", "berta", "carl", "dora"):
            (tmp_path / name).mkdir()
            source = f'type = "vdir"\npath = "{tmp_path / name}"'
            if name != "dora":
                source = f'type = "ics"\nallow_private = true\nurl = "{url}"'
            profiles.append(
                f'[[people]]\nname = "{name}"\nsources = [{{ name = "work", {source.replace(chr(10), ", ")} }}]\n'
                f'target = {{ type = "vdir", path = "{tmp_path / name / "own"}" }}\n'
            )
        config = tmp_path / "config.toml"
        config.write_text(f'[state]\npath = "{tmp_path / "state"}"\n' + "".join(profiles))
        code, document, took = once(config)
    states = [(one["name"], one["sources"][0]["state"]) for one in document["people"]]
    assert [("anna", "failed"), ("berta", "failed"), ("carl", "failed"), ("dora", "ok")] == states
    assert (1, True) == (code, took < limit)


def test_a_thread_that_hangs_keeps_no_command_from_ending() -> None:
    hang = "import threading; threading.Thread(target=threading.Event().wait).start(); "
    end = "from termintreu.ui.cli import arguments; print('told'); arguments._PATIENCE = 0.1; arguments._leave(1)"
    done = subprocess.run([sys.executable, "-c", hang + end], capture_output=True, text=True, check=False, timeout=120)
    assert (1, "told\n", "") == (done.returncode, done.stdout, done.stderr)
