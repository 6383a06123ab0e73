"""Where a person's calendars stand, in a folder or on a server, as plain files: both are laid down and read in the same
way, past the program's own connectors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from icalendar import Calendar, Component

from tests.servers import DavServer

DAV_CALENDARS = {"calls": "Arbeit", "reminders": "Termintreu", "tasks": "Termintreu Aufgaben"}
"""Slug and display name of the calendars of whoever has a server; none of them takes tasks, as with Google."""

_MARK = "X-TERMINTREU-ID"
_AUTHOR = re.compile(rb"(?m)^(X-TERMINTREU-BY:)[0-9a-f]{8}(?=\r?$)")


class Shelf(Protocol):
    """One person's calendars."""

    def read(self) -> dict[str, bytes]:
        """Every file by its name, such as "calendar/call.ics"."""

    def write(self, name: str, data: bytes) -> None:
        """Put a file down, whatever stands there."""

    def remove(self, name: str) -> None:
        """Delete a file."""


@dataclass(frozen=True)
class Folder:
    """Calendars as vdirsyncer keeps them: `calendar` is the person's own, `own` holds what the program writes."""

    path: Path

    def read(self) -> dict[str, bytes]:
        found = (path for path in self.path.rglob("*") if path.is_file())
        return {path.relative_to(self.path).as_posix(): path.read_bytes() for path in found}

    def write(self, name: str, data: bytes) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def remove(self, name: str) -> None:
        (self.path / name).unlink()


@dataclass(frozen=True)
class Server:
    """Calendars on a CalDAV server, with the names of `DAV_CALENDARS`."""

    dav: DavServer

    def prepare(self) -> None:
        """Begin with empty calendars."""
        self.dav.wipe()
        for slug, name in DAV_CALENDARS.items():
            self.dav.make_calendar(name, slug=slug, components=("VEVENT",))

    def read(self) -> dict[str, bytes]:
        paths = [path for slug in DAV_CALENDARS for path in self.dav.list(f"{self.dav.home()}{slug}/")]
        return {path.removeprefix(self.dav.home()): self.dav.get(path)[1] for path in sorted(paths)}

    def write(self, name: str, data: bytes) -> None:
        self.dav.put(f"{self.dav.home()}{name}", data)

    def remove(self, name: str) -> None:
        self.dav.delete(f"{self.dav.home()}{name}")


@dataclass(frozen=True)
class Ours:
    """One of the program's items as it stands."""

    name: str
    """Of its file."""
    data: bytes
    component: Component

    @property
    def mark(self) -> list[str]:
        """The fields of X-TERMINTREU-ID."""
        return str(self.component[_MARK]).replace("\\", "").split(";")

    @property
    def kind(self) -> str:
        return self.mark[1]

    @property
    def generation(self) -> int:
        return int(self.mark[3])

    @property
    def slot(self) -> str:
        """Call, kind and role: at most one live item stands there."""
        return f"{self.mark[2]}/{self.kind}/{self.mark[4] if len(self.mark) > 4 else ''}"

    @property
    def title(self) -> str:
        return str(self.component["SUMMARY"])

    @property
    def is_open(self) -> bool:
        """Neither ticked nor declined."""
        closed = str(self.component.get("STATUS", "")) in {"COMPLETED", "CANCELLED"}
        return not closed and not self.title.startswith(("☑", "✓"))


def items(files: Mapping[str, bytes]) -> Iterator[Ours]:
    """The program's items among files."""
    for name, data in sorted(files.items()):
        if name.endswith(".ics"):
            for component in Calendar.from_ical(data).walk():
                if component.name in {"VEVENT", "VTODO"} and _MARK in component:
                    yield Ours(name, data, component)


def written_by(author: str, data: bytes) -> bytes:
    """The same file, as if another installation had written it."""
    return _AUTHOR.sub(rb"\g<1>" + author.encode(), data)
