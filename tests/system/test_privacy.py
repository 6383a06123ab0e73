"""What the real daemon leaves behind: nothing personal in its log, no secret anywhere, files that nobody else can read,
and after an erasure nothing of the person in any file.
"""

from __future__ import annotations

import json
import signal
import sqlite3
import stat
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.command_line import here
from tests.scripted import ScriptedServer
from tests.servers import free_port
from tests.system.manager import Manager, tomorrow

SECRETS = ("pl4in-p4ssword", "f1le-p4ssword", "t0ken-of-the-feed", "qu3ry-of-the-feed")
PERSONAL = ("Zacharias", "Quitzow", "zq@geheim.example", "7654321", "Scheidung", "Wartezimmer", "vertraulich")
"""Of a call: its contact's names, address and number; words of its title, its place and its notes."""


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    manager = Manager(tmp_path)
    yield manager
    manager.socket.close()


def put_the_call(manager: Manager) -> None:
    manager.put("zq", tomorrow(), "Telefonat mit Zacharias Quitzow 030 7654321: Scheidung")
    path = manager.calendar / "zq.ics"
    more = (
        "LOCATION:Wartezimmer\r\nDESCRIPTION:streng vertraulich\r\n"
        "ATTENDEE;CN=Zacharias Quitzow:mailto:zq@geheim.example\r\nEND:VEVENT"
    )
    path.write_text(path.read_text().replace("END:VEVENT", more))


def configure(manager: Manager, feed: str) -> None:
    password = manager.folder / "password"
    password.write_text("f1le-p4ssword\n")
    password.chmod(0o600)
    broken = manager.calendar / "broken.ics"
    broken.write_text("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Scheidung von Zacharias\r\nDTSTART:kaputt\r\n")
    manager.configure(
        f'[[sources]]\nname = "feed"\ntype = "ics"\nallow_private = true\n'
        f'url = "{feed}t0ken-of-the-feed/cal.ics?key=qu3ry-of-the-feed"\n'
        f'[[sources]]\nname = "gone"\ntype = "caldav"\nurl = "http://127.0.0.1:{free_port()}/"\nusername = "anna"\n'
        f'password = {{ file = "{password}" }}\n'
        f'[[sources]]\nname = "plain"\ntype = "caldav"\nurl = "http://127.0.0.1:{free_port()}/"\nusername = "anna"\n'
        f'password = "pl4in-p4ssword"\n'
    )
    manager.config.chmod(0o600)


def command(manager: Manager, *arguments: str) -> str:
    done = here(*arguments, "--config", str(manager.config), environ=manager.environment)
    return done.stdout + done.stderr


def state_of(manager: Manager) -> dict[str, bytes]:
    """Every file of the state with its raw bytes: journal and free pages included."""
    return {path.name: path.read_bytes() for path in (manager.folder / "state").rglob("*") if path.is_file()}


def held_texts(manager: Manager) -> bytes:
    """What the packed columns of the state hold, unpacked."""
    with closing(sqlite3.connect(manager.folder / "state" / "state.sqlite3")) as connection:
        packed = connection.execute("SELECT data FROM resources WHERE data IS NOT NULL").fetchall()
    return b"\n".join(zlib.decompress(data) for (data,) in packed)


def holding(words: tuple[str, ...], text: str | bytes) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    return [word for word in words if word.encode() in data]


@pytest.mark.requirement(26, 28)
def test_nothing_personal_is_logged_and_no_secret_stands_anywhere(manager: Manager) -> None:
    with ScriptedServer() as server:
        for _ in range(20):
            server.answer("GET", 500)
        put_the_call(manager)
        configure(manager, server.url)
        with manager.daemon(RUNTIME_DIRECTORY=str(manager.folder / "run")) as process:
            manager.await_word("1 calls ahead")
            environment = manager.environment | {"RUNTIME_DIRECTORY": str(manager.folder / "run")}
            manager.environment = environment
            told = command(manager, "status") + command(manager, "status", "--json")
            process.send_signal(signal.SIGTERM)
            assert 0 == process.wait(60)
    assert [] == holding(PERSONAL + SECRETS, manager.log())
    assert "account failed" in manager.log()
    assert [] == holding(PERSONAL + SECRETS, "".join(manager.heard))
    assert [] == holding(PERSONAL + SECRETS, told)
    files = state_of(manager)
    assert files
    for name, data in files.items():
        assert [] == holding(SECRETS, data), name
    assert [] == holding(SECRETS, held_texts(manager))
    for path in [manager.folder / "state", *(manager.folder / "state").rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    for words in (("check",), ("doctor",), ("once", "-v")):
        assert [] == holding(SECRETS, command(manager, *words)), words


@pytest.mark.requirement(28)
def test_an_erasure_leaves_nothing_of_a_person_in_any_file(manager: Manager) -> None:
    put_the_call(manager)
    manager.put("other", tomorrow() + timedelta(hours=3), "Telefonat mit Erika Muster 030 901820")
    command(manager, "once")
    assert holding(("Zacharias", "Quitzow"), held_texts(manager) + b"".join(state_of(manager).values()))
    exported = json.loads(command(manager, "export", "zq@geheim.example", "--json"))
    assert "Quitzow" in json.dumps(exported)
    (manager.calendar / "zq.ics").unlink()
    command(manager, "erase", "zq@geheim.example")
    for name, data in state_of(manager).items():
        assert [] == holding(PERSONAL, data), name
    assert [] == holding(PERSONAL, held_texts(manager))
    command(manager, "once")
    assert [] == holding(PERSONAL, held_texts(manager) + b"".join(state_of(manager).values()))
    assert [] == holding(PERSONAL, "".join(manager.written()))
    assert "Erika" in "".join(manager.written())


@pytest.mark.requirement(28)
def test_what_is_long_past_goes_from_the_files_by_itself(manager: Manager) -> None:
    put_the_call(manager)
    command(manager, "once")
    (manager.calendar / "zq.ics").unlink()
    command(manager, "once", "--at", (tomorrow() + timedelta(days=400)).isoformat())
    command(manager, "once", "--at", (tomorrow() + timedelta(days=401)).isoformat())
    data = held_texts(manager) + b"".join(state_of(manager).values())
    assert [] == holding(("Scheidung", "Wartezimmer", "vertraulich", "7654321", "Zacharias"), data)


@pytest.mark.requirement(28)
def test_nothing_is_sent_anywhere_but_to_the_configured_places(manager: Manager) -> None:
    """No telemetry: a daemon over folders opens no network connection at all."""
    put_the_call(manager)
    spy = manager.folder / "sitecustomize.py"
    spy.write_text(
        "import socket\n"
        "real = socket.socket.connect\n"
        "def connect(self, address):\n"
        f"    open({str(manager.folder / 'connected')!r}, 'a').write(repr(address) + '\\n')\n"
        "    return real(self, address)\n"
        "socket.socket.connect = connect\n"
    )
    path = ":".join([str(manager.folder), *filter(None, [manager.environment.get("PYTHONPATH", "")])])
    with manager.daemon(PYTHONPATH=path):
        manager.await_word("READY=1")
    connected = manager.folder / "connected"
    assert [] == [line for line in (connected.read_text() if connected.exists() else "").splitlines() if "(" in line]
