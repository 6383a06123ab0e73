"""A user of the program: one account on a real server, a configuration, and a calendar app of their own.

What the user's app does goes over plain HTTP, past our connectors; what the program does is the real command.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component

from termintreu.ui.cli.arguments import main
from tests.servers import DavServer

BERLIN = ZoneInfo("Europe/Berlin")
HOURS = "\n".join(f'{day} = ["09:00-12:30", "13:30-17:30"]' for day in ("mon", "tue", "wed", "thu", "fri"))


@dataclass(frozen=True)
class Done:
    """What a command gave."""

    code: int
    stdout: str
    stderr: str


@dataclass
class Person:
    """Anna, who lives from calls."""

    server: DavServer
    folder: Path
    more: str = ""
    """Further TOML at the end of the configuration."""
    calendar: str = field(init=False)
    """Path of her own calendar."""

    def __post_init__(self) -> None:
        self.calendar = self.server.make_calendar("Arbeit", components=("VEVENT",))
        self.configure()

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    def configure(self, more: str = "", *, language: str = "de", url: str | None = None) -> None:
        """Write the configuration."""
        account = self.account(url or self.server.url)
        self.config.write_text(
            f"""
language = "{language}"
timezone = "Europe/Berlin"
[me]
name = "Anna Beispiel"
emails = ["anna@beispiel.example"]
region = "DE"
[me.working_hours]
{HOURS}
[[sources]]
name = "work"
{account}
calendars = ["Arbeit"]
[target]
source = "work"
[state]
path = "{self.folder / "state"}"
[rules.outcome_open]
when = "each"
[[contacts]]
name = "Erika Muster"
emails = ["erika@muster.example"]
phones = ["+49 30 901820"]
{more}"""
        )
        self.config.chmod(0o600)

    def account(self, url: str) -> str:
        """What the configuration says of the account, whose address is `url`."""
        password = self.folder / "password"
        password.write_text(self.server.password)
        password.chmod(0o600)
        return (
            f'type = "caldav"\nurl = "{url}"\nusername = "{self.server.username}"\npassword = {{ file = "{password}" }}'
        )

    def put(
        self, uid: str, start: str, *, minutes: int = 30, summary: str | None = None, lines: Iterable[str] = ()
    ) -> str:
        """Put an event into the calendar app; `start` is wall time in Berlin. Returns its path."""
        begin = datetime.fromisoformat(start)
        body = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//an app//EN",
            "BEGIN:VEVENT",
            f"UID:{uid}",
            "DTSTAMP:20261101T080000Z",
            f"DTSTART;TZID=Europe/Berlin:{begin:%Y%m%dT%H%M%S}",
            f"DTEND;TZID=Europe/Berlin:{begin + timedelta(minutes=minutes):%Y%m%dT%H%M%S}",
            f"SUMMARY:{summary or 'Telefonat mit Erika Muster'}",
            *lines,
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
        path = f"{self.calendar}{uid}.ics"
        self.server.put(path, "\r\n".join(body))
        return path

    def run(self, *arguments: str, at: str | None = None, ok: int | None = 0) -> Done:
        """Run a command as a user would, in this process; `ok` is the exit code wanted."""
        out, err = io.StringIO(), io.StringIO()
        given = [*arguments, "--config", str(self.config), *(["--at", at] if at is not None else [])]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(given)
        done = Done(code, out.getvalue(), err.getvalue())
        assert ok is None or done.code == ok, (done.code, done.stdout[-2000:], done.stderr[-2000:])
        return done

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start the real program as a process of its own."""
        command = [sys.executable, "-m", "termintreu", *arguments, "--config", str(self.config)]
        return subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def json(self, *arguments: str, at: str | None = None, ok: int | None = 0) -> Any:
        """Run a command with --json."""
        return json.loads(self.run(*arguments, "--json", at=at, ok=ok).stdout)

    def cycle(self, at: str, ok: int | None = 0) -> list[dict[str, Any]]:
        """One cycle; returns its changes."""
        changes: list[dict[str, Any]] = self.json("once", at=at, ok=ok)["changes"]
        return changes

    def items(self, kind: str | None = None) -> dict[str, Component]:
        """What stands in our own collections now, by path; of one kind (the second field of X-TERMINTREU-ID)."""
        found = {}
        for collection in self.server.list(self.server.home()):
            if collection == self.calendar:
                continue
            for path in self.server.list(collection):
                for component in Calendar.from_ical(self.server.get(path)[1]).walk():
                    if component.name not in {"VEVENT", "VTODO"} or "X-TERMINTREU-ID" not in component:
                        continue
                    mark = str(component["X-TERMINTREU-ID"]).replace("\\", "").split(";")
                    if kind is None or mark[1] == kind:
                        found[path] = component
        return found

    def only(self, kind: str) -> tuple[str, Component]:
        """The one item of a kind."""
        found = self.items(kind)
        assert len(found) == 1, [str(item["SUMMARY"]) for item in found.values()]
        return next(iter(found.items()))

    def edit(self, path: str, old: str, new: str) -> None:
        """Change an object as an app would."""
        text = self.server.get(path)[1].decode()
        assert old in text, text
        self.server.put(path, text.replace(old, new))

    def tick(self, path: str, at: str) -> None:
        """Tick a task at a wall time in Berlin."""
        done = datetime.fromisoformat(at).replace(tzinfo=BERLIN).astimezone(ZoneInfo("UTC"))
        stamp = f"STATUS:COMPLETED\r\nCOMPLETED:{done:%Y%m%dT%H%M%SZ}"
        text = self.server.get(path)[1].decode().replace("\r\n", "\n").replace("\n", "\r\n")
        assert "STATUS:NEEDS-ACTION" in text
        self.server.put(
            path, text.replace("STATUS:NEEDS-ACTION", stamp).replace("PERCENT-COMPLETE:0", "PERCENT-COMPLETE:100")
        )
