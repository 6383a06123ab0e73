"""What an administrator sees of the daemon: its status, its log, its socket, how it stops, and under which rights."""

from __future__ import annotations

import json
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from termintreu.service.status_client import socket_name
from tests.command_line import here
from tests.system.manager import Manager, eventually, tomorrow
from tests.system.web_page import ask, free_port, web


def status(manager: Manager, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return here("status", "--config", str(manager.config), *arguments, environ={**manager.environment, **environment})


@contextmanager
def mute_server() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        held: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    held.append(listening.accept()[0])
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/feed.ics"
        for one in held:
            one.close()


@contextmanager
def feed_server(calendar: bytes) -> Iterator[str]:
    """An honest one."""

    class Feed(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/calendar")
            self.send_header("Content-Length", str(len(calendar)))
            self.end_headers()
            self.wfile.write(calendar)

        def log_message(self, *_: object) -> None:
            """Silence."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Feed) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/feed.ics"
        server.shutdown()


def feed(url: str) -> str:
    return f'[[sources]]\nname = "crm"\ntype = "ics"\nallow_private = true\nurl = "{url}"'


def test_the_status_names_each_source_with_its_time(manager: Manager) -> None:
    with manager.daemon():
        message = manager.await_word("0 calls ahead")
    line = message.partition("STATUS=")[2]
    assert line.startswith("0 calls ahead, 0 threatened, work: ok ")
    assert line.rpartition(" ")[2].count(":") == 1


def test_ready_comes_after_a_first_cycle_even_one_that_fails(manager: Manager) -> None:
    manager.calendar.rmdir()
    with manager.daemon():
        manager.await_word("READY=1")
    assert any("STATUS=0 calls ahead, 0 threatened, work: failed" in word for word in manager.heard)


@pytest.mark.requirement(29)
def test_a_stop_in_the_middle_of_a_cycle_takes_ten_seconds_at_most(manager: Manager) -> None:
    with mute_server() as url:
        manager.configure(feed(url))
        with manager.daemon(PYTHONASYNCIODEBUG="") as process:
            manager.await_word("STATUS=first cycle")
            begun = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
            assert time.monotonic() - begun < 14
    assert not any("READY=1" in word for word in manager.heard)
    manager.await_word("STOPPING=1")


def test_until_ready_the_heartbeat_asks_for_more_time(manager: Manager) -> None:
    with mute_server() as url:
        manager.configure(feed(url))
        with manager.daemon():
            assert "EXTEND_TIMEOUT_USEC=" in manager.await_word("WATCHDOG=1")


def test_the_status_command_asks_the_daemon_even_when_it_is_busy(manager: Manager) -> None:
    runtime = manager.folder / "run"
    with mute_server() as url:
        manager.configure(feed(url))
        with manager.daemon(RUNTIME_DIRECTORY=str(runtime)) as process:
            path = runtime / socket_name(manager.config)
            assert eventually(path.exists)
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert stat.S_IMODE(runtime.stat().st_mode) == 0o700

            def told() -> dict[str, Any]:
                found: dict[str, Any] = json.loads(status(manager, "--json", RUNTIME_DIRECTORY=str(runtime)).stdout)
                return found["daemon"]

            assert eventually(lambda: told()["cycle_since"] is not None)
            assert told()["pid"] == process.pid
            process.send_signal(signal.SIGKILL)
            process.wait(10)
    # What the killed one left behind is in nobody's way.
    manager.configure()
    manager.put("a", tomorrow())
    with manager.daemon(RUNTIME_DIRECTORY=str(runtime)) as process:
        manager.await_word("READY=1")
        said = status(manager, RUNTIME_DIRECTORY=str(runtime))
        assert (said.returncode, said.stderr) == (0, "")
        assert f"Dienst: Prozess {process.pid}, läuft seit" in said.stdout
        assert "1 Anruf steht bevor, 0 gefährdet" in said.stdout
        assert "Nächster Blick" in said.stdout
        manager.configure('langage = "de"')
        manager.await_word("last good one")
        assert eventually(
            lambda: "langage" in status(manager, RUNTIME_DIRECTORY=str(runtime)).stdout,
        )
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert not path.exists()


def test_without_a_daemon_the_status_comes_from_the_state(manager: Manager) -> None:
    with manager.daemon() as process:
        manager.await_word("READY=1")
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    said = status(manager)
    assert said.returncode == 0
    assert "Kein Dienst antwortet" in said.stdout
    assert "work: in Ordnung, gelesen " in said.stdout
    assert json.loads(status(manager, "--json").stdout)["daemon"] is None


@pytest.mark.requirement(28, 29)
def test_under_systemd_the_log_is_json_with_a_priority_and_nothing_personal(manager: Manager) -> None:
    manager.put("a", tomorrow())
    log = manager.folder / "log"
    log.touch()
    found = log.stat()
    with manager.daemon(JOURNAL_STREAM=f"{found.st_dev}:{found.st_ino}"):
        manager.await_word("READY=1")
        (manager.calendar / "broken.ics").write_text("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Geheim\n")
        manager.configure('langage = "de"')
        manager.await_word("last good one")
    lines = manager.log().splitlines()
    entries = [json.loads(line[3:]) for line in lines if line[:1] == "<" and line[2] == ">"]
    assert len(entries) == len(lines)
    assert next(line[:3] for line, entry in zip(lines, entries, strict=True) if entry["event"] == "cycle") == "<6>"
    bad = [entry for entry in entries if "not reloaded" in entry["event"]]
    assert bad[0]["do"]
    first = entries[: [entry["event"] for entry in entries].index("cycle") + 1]
    assert ["source", "cycle"] == [entry["event"] for entry in first if entry["level"] == "info"]
    for personal in ("Erika", "901820", "Telefonat", "Geheim"):
        assert personal not in manager.log()


def test_a_log_into_a_file_is_plain_text_even_in_a_session_that_systemd_started(manager: Manager) -> None:
    with manager.daemon(JOURNAL_STREAM="8:12345", INVOCATION_ID="0" * 32):
        manager.await_word("READY=1")
    assert "cycle" in manager.log()
    assert "{" not in manager.log()
    assert "\x1b[" not in manager.log()


CONFINED = Path(__file__).parent / "confined.py"


@pytest.mark.skipif(sys.platform != "linux", reason="systemd's restrictions are Linux's")
def test_the_daemon_works_under_the_restrictions_of_its_unit(manager: Manager) -> None:
    """Read-only everything but its own folders, no home, its own system calls only, no memory to write and run."""
    state = manager.folder / "state"
    manager.put("a", tomorrow())
    credentials = manager.folder / "credentials"
    credentials.mkdir()
    environment = {
        "HOME": "/nonexistent",
        "RUNTIME_DIRECTORY": str(manager.folder / "run"),
        "STATE_DIRECTORY": str(state),
        "CREDENTIALS_DIRECTORY": str(credentials),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    (manager.folder / "run").mkdir(mode=0o700)
    state.mkdir(mode=0o700)
    own = [str(folder) for folder in (state, manager.folder / "run", manager.own)]
    done = subprocess.run([sys.executable, str(CONFINED), "--try"], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"this machine does not let us confine a process: {done.stderr.strip()[-200:]}")
    with feed_server((manager.calendar / "a.ics").read_bytes().replace(b"UID:a", b"UID:c")) as url:
        port = free_port()
        manager.configure(web(port) + feed(url))
        with manager.daemon(sys.executable, str(CONFINED), *own, "--", cwd=Path("/"), **environment) as process:
            manager.await_word("2 calls ahead, ")  # how many are threatened depends on the hour
            manager.await_word("READY=1")
            assert any("VALARM" in text for text in manager.written())
            said = status(manager, "--json", RUNTIME_DIRECTORY=environment["RUNTIME_DIRECTORY"])
            assert json.loads(said.stdout)["calls"] == 2
            assert [ask(port, path)[0] for path in ("/", "/healthz", "/metrics")] == [200, 200, 200]
            manager.put("b", tomorrow() + timedelta(hours=3))
            manager.await_word("3 calls ahead")
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
    assert "Traceback" not in manager.log()
    assert list(state.iterdir())
