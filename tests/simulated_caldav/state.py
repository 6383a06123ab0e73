"""What a simulated server holds. Versions are counted over all of it, so that nothing depends on a clock."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

_UID = re.compile(rb"^UID:(.*?)\r?$", re.MULTILINE)
_COMPONENT = re.compile(rb"^BEGIN:(VEVENT|VTODO|VJOURNAL)\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One object."""

    data: bytes
    version: int
    written: datetime

    @property
    def etag(self) -> str:
        """Strong, without its quotes."""
        return hashlib.sha256(b"%d;%b" % (self.version, self.data)).hexdigest()[:24]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of a calendar's history."""

    version: int
    name: str
    at: datetime
    gone: bool


@dataclass(slots=True, kw_only=True)
class Calendar:
    """One collection."""

    path: str
    """Decoded, with its closing slash."""
    name: str
    components: frozenset[str]
    born: int
    properties: dict[str, str] = field(default_factory=dict)
    """By qualified name: what was set and is kept."""
    objects: dict[str, Stored] = field(default_factory=dict)
    """By decoded name."""
    history: list[Change] = field(default_factory=list)
    writable: bool = True

    @property
    def version(self) -> int:
        """Of its last change."""
        return self.history[-1].version if self.history else self.born


@dataclass(slots=True, kw_only=True)
class State:
    """One account."""

    calendars: dict[str, Calendar] = field(default_factory=dict)
    """By path."""
    aliases: dict[str, str] = field(default_factory=dict)
    """Other paths of calendars."""
    spent: set[str] = field(default_factory=set)
    """Paths that deleted calendars keep."""
    deleted_uids: set[str] = field(default_factory=set)
    version: int = 0
    due: list[tuple[datetime, Callable[[], None]]] = field(default_factory=list)
    """What was answered already, and is still to be done."""

    def at(self, path: str) -> tuple[Calendar | None, str]:
        """The calendar, and the name within it; "" is the calendar itself."""
        folder, slash, name = path.rpartition("/")
        calendar = self._calendar(folder + slash)
        if calendar is None and name:
            return self._calendar(path + "/"), ""
        return calendar, name

    def _calendar(self, path: str) -> Calendar | None:
        return self.calendars.get(self.aliases.get(path, path))

    def store(self, calendar: Calendar, name: str, data: bytes, now: datetime) -> Stored:
        """Put an object there, whatever was."""
        self.version += 1
        stored = Stored(data=data, version=self.version, written=now)
        calendar.objects[name] = stored
        calendar.history.append(Change(version=self.version, name=name, at=now, gone=False))
        return stored

    def drop(self, calendar: Calendar, name: str, now: datetime) -> None:
        """Delete an object, if it is there."""
        gone = calendar.objects.pop(name, None)
        if gone is not None:
            self.version += 1
            self.deleted_uids.add(uid_of(gone.data))
            calendar.history.append(Change(version=self.version, name=name, at=now, gone=True))

    def make(self, calendar: Calendar) -> None:
        """Add a calendar."""
        self.calendars[calendar.path] = calendar

    def unmake(self, path: str) -> None:
        """Delete a calendar, if it is there."""
        self.calendars.pop(path, None)

    def later(self, now: datetime) -> None:
        """Do what is due."""
        ready = [action for at, action in self.due if at <= now]
        self.due = [(at, action) for at, action in self.due if at > now]
        for action in ready:
            action()

    def objects(self) -> Iterator[tuple[Calendar, str, Stored]]:
        """All of them."""
        for calendar in self.calendars.values():
            for name, stored in calendar.objects.items():
                yield calendar, name, stored


def unfolded(data: bytes) -> bytes:
    """Without the folds of RFC 5545 3.1."""
    return re.sub(rb"\r?\n[ \t]", b"", data)


def uid_of(data: bytes) -> str:
    """ "" where there is none."""
    found = _UID.search(unfolded(data))
    return found[1].decode(errors="replace") if found else ""


def components_of(data: bytes) -> frozenset[str]:
    """VEVENT, VTODO, VJOURNAL."""
    return frozenset(found.decode() for found in _COMPONENT.findall(data))
