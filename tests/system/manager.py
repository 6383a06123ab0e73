"""Stands where systemd stands: starts the real daemon over folders, and hears what it says of itself."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.live_files import texts_below

WITHIN = 180.0
"""Seconds that a machine may need that is busy with much else; nothing waits longer than until its condition holds."""


class Manager:
    """Listens on the notify socket of one daemon."""

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
        self.environment = {name: value for name, value in os.environ.items() if name != "XDG_RUNTIME_DIR"}

    def configure(self, more: str = "") -> None:
        self.config.write_text(
            f'language = "de"\ntimezone = "Europe/Berlin"\n{more}\n'
            f'[[sources]]\nname = "work"\ntype = "vdir"\npath = "{self.calendar}"\n'
            f'[target]\ntype = "vdir"\npath = "{self.own}"\n'
            f'[schedule]\npoll = "1h"\n[state]\npath = "{self.folder / "state"}"\n'
        )

    @contextmanager
    def daemon(self, *before: str, cwd: Path | None = None, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
        """The daemon, started by the command `before` where one is given."""
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [*before, sys.executable, "-m", "termintreu", "run", "--config", str(self.config)],
                env={**self.environment, "NOTIFY_SOCKET": str(self.folder / "notify"), **environment},
                stderr=log,
                cwd=cwd,
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

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def written(self) -> list[str]:
        return texts_below(self.own, "termintreu-*.ics")


def eventually(condition: Callable[[], bool], within: float = WITHIN) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if condition():
            return True
        select.select([], [], [], 0.02)
    return False


def tomorrow() -> datetime:
    return (datetime.now(UTC) + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
