"""The real process: ready, awake within a second, reloading, stopping, and killed."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

WITHIN = 60.0


class Manager:
    """Stands where systemd stands: listens on the notify socket of one daemon over folders."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "config.toml"
        self.calendar = folder / "calendar"
        self.own = folder / "own"
        for path in (self.calendar, self.own):
            path.mkdir()
        self.configure()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(folder / "notify"))
        self.heard: list[str] = []

    def configure(self, more: str = "") -> None:
        self.config.write_text(
            f'language = "de"\ntimezone = "Europe/Berlin"\n{more}\n'
            f'[[sources]]\nname = "work"\ntype = "vdir"\npath = "{self.calendar}"\n'
            f'[target]\ntype = "vdir"\npath = "{self.own}"\n'
            f'[schedule]\npoll = "1h"\n[state]\npath = "{self.folder / "state"}"\n'
        )

    @contextmanager
    def daemon(self, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "termintreu", "run", "--config", str(self.config)],
                env={**os.environ, "NOTIFY_SOCKET": str(self.folder / "notify"), **environment},
                stderr=log,
            )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait(10)

    def await_word(self, word: str) -> str:
        """The next message that holds `word`."""
        deadline = time.monotonic() + WITHIN
        while (left := deadline - time.monotonic()) > 0:
            if select.select([self.socket], [], [], left)[0]:
                message = self.socket.recv(4096).decode()
                self.heard.append(message)
                if word in message:
                    return message
        raise AssertionError((word, self.heard, (self.folder / "log").read_text()))

    def put(self, uid: str, start: datetime, summary: str = "Telefonat mit Erika Muster 030 901820") -> None:
        (self.calendar / f"{uid}.ics").write_text(
            "\r\n".join(
                [
                    "BEGIN:VCALENDAR",
                    "VERSION:2.0",
                    "PRODID:-//t//EN",
                    "BEGIN:VEVENT",
                    f"UID:{uid}",
                    "DTSTAMP:20261101T000000Z",
                    f"DTSTART:{start:%Y%m%dT%H%M%SZ}",
                    f"DTEND:{start + timedelta(minutes=30):%Y%m%dT%H%M%SZ}",
                    f"SUMMARY:{summary}",
                    "END:VEVENT",
                    "END:VCALENDAR",
                    "",
                ]
            )
        )

    def written(self) -> list[str]:
        return [path.read_text() for path in self.own.glob("*/termintreu-*.ics")]


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    manager = Manager(tmp_path)
    yield manager
    manager.socket.close()


def eventually(condition: Callable[[], bool], within: float = WITHIN) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if condition():
            return True
        select.select([], [], [], 0.02)
    return False


def tomorrow() -> datetime:
    return (datetime.now(UTC) + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)


def test_the_daemon_is_ready_after_its_first_cycle_and_wakes_up_for_a_change(manager: Manager) -> None:
    manager.put("a", tomorrow())
    with manager.daemon() as process:
        manager.await_word("READY=1")
        assert any("1 calls ahead" in word for word in manager.heard)
        assert any("Erika" in text and "VALARM" in text for text in manager.written())
        before = len(manager.written())
        manager.put("b", tomorrow() + timedelta(hours=3))
        assert eventually(lambda: len(manager.written()) > before)
        manager.await_word("2 calls ahead")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        manager.await_word("STOPPING=1")


def test_a_bad_configuration_keeps_the_last_good_one_and_says_so(manager: Manager) -> None:
    manager.put("a", tomorrow())
    with manager.daemon() as process:
        manager.await_word("READY=1")
        manager.configure('langage = "de"')
        manager.await_word("last good one")
        manager.put("b", tomorrow() + timedelta(hours=3))
        manager.await_word("2 calls ahead")
        manager.configure()
        process.send_signal(signal.SIGHUP)
        manager.await_word("RELOADING=1")
        manager.await_word("2 calls ahead")
        assert process.poll() is None


def test_a_bad_configuration_at_the_start_is_exit_code_78(manager: Manager) -> None:
    manager.configure('langage = "de"')
    with manager.daemon() as process:
        assert process.wait(60) == 78
    assert "langage" in (manager.folder / "log").read_text()


def test_the_watchdog_is_fed_from_the_loop(manager: Manager) -> None:
    with manager.daemon(WATCHDOG_USEC="200000"):
        manager.await_word("READY=1")
        manager.await_word("WATCHDOG=1")
        manager.await_word("WATCHDOG=1")


def test_a_killed_daemon_leaves_nothing_lost_and_nothing_doubled(manager: Manager) -> None:
    for number in range(8):
        manager.put(f"call-{number}", tomorrow() + timedelta(hours=2 * number))
    with manager.daemon() as process:
        assert eventually(lambda: len(manager.written()) >= 2)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    with manager.daemon():
        manager.await_word("READY=1")
        texts = manager.written()
    reminders = [text for text in texts if ";reminder;" in text.replace("\\", "")]
    anchors = [line for text in reminders for line in text.splitlines() if line.startswith("X-TERMINTREU-ID")]
    assert len(set(anchors)) == len(anchors)
    assert len([anchor for anchor in anchors if not anchor.endswith(("eve", "buffer"))]) == 8
