"""A month of somebody's life: what stands in the calendars, and what is done about it on each day.

Moments are wall times of the person in the month's year: "05-04 09:30"; a day alone ("05-14") is all-day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.call_log_files import Made


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One appointment as an app writes it."""

    uid: str
    start: str
    title: str
    minutes: int = 30
    days: int = 1
    """Of an all-day one."""
    calendar: str = ""
    """A folder below the calendars; "": the month's own."""
    people: tuple[str, ...] = ()
    """ "Erika Seidl <erika@seidl.example> ACCEPTED" """
    organizer: str = ""
    """ "": the person herself, where `people` are there."""
    mine: str = ""
    """PARTSTAT of the person, where somebody else invites."""
    notes: str = ""
    place: str = ""
    alarm: int | None = None
    """Minutes before the start at which the appointment itself rings."""
    rule: str = ""
    """RRULE, and lines after it."""
    status: str = ""
    free: bool = False
    """TRANSP:TRANSPARENT"""
    zone: str = ""
    """IANA name; "": the person's."""
    made: str = "01-02"
    """The day on which it was agreed (CREATED)."""
    seen: str = ""
    """The moment from which on it stands in the calendar; "": from the beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that happens at a moment."""

    at: str
    does: Callable[[Any], None]
    """Its argument is the `Living` of tests.months.living."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """Somebody's month."""

    name: str
    first: date
    weeks: int
    zone: ZoneInfo
    config: str
    """TOML; {folder} stands for where everything is."""
    emails: tuple[str, ...]
    calendar: str
    """The folder of entries that name none."""
    entries: tuple[Entry, ...]
    deeds: tuple[Deed, ...]
    answers: Mapping[str, str] = field(default_factory=dict)
    """Day to what is written into that day's questions before they are ticked; "-": they stay unanswered."""
    logged: tuple[Made, ...] = ()
    """What the telephone shows, in the end."""
    grave: tuple[tuple[str, str], ...] = ()
    """(rule, uid) of every grave matter of the month: each must be told of."""

    @property
    def days(self) -> list[date]:
        """Every day of it."""
        return [self.first + timedelta(days=offset) for offset in range(7 * self.weeks)]

    def instant(self, text: str) -> datetime:
        """UTC of a wall time of the month."""
        wall = datetime.fromisoformat(f"{self.first.year}-{text}")
        return wall.replace(tzinfo=self.zone).astimezone(UTC)

    def holds_at(self, entry: Entry, now: datetime) -> bool:
        """Whether an entry stands in its calendar already."""
        return not entry.seen or self.instant(entry.seen) <= now

    def written(self, entry: Entry) -> bytes:
        """The entry as iCalendar."""
        lines = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//an app//EN",
            "BEGIN:VEVENT",
            f"UID:{entry.uid}",
            "DTSTAMP:20260101T080000Z",
            f"CREATED:{self.first.year}{entry.made.replace('-', '')}T080000Z",
            *self._times(entry),
            f"SUMMARY:{_escaped(entry.title)}",
            *_texts(entry),
            *self._people(entry),
            *([f"RRULE:{entry.rule}"] if entry.rule else []),
            *(["TRANSP:TRANSPARENT"] if entry.free else []),
            *([f"STATUS:{entry.status}"] if entry.status else []),
            *_alarm(entry),
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
        return "\r\n".join(lines).encode()

    def path(self, folder: Path, entry: Entry) -> Path:
        """Its file."""
        return folder / "calendars" / (entry.calendar or self.calendar) / f"{entry.uid}.ics"

    def _times(self, entry: Entry) -> list[str]:
        start = datetime.fromisoformat(f"{self.first.year}-{entry.start}")
        if len(entry.start) == len("05-04"):
            end = start + timedelta(days=entry.days)
            return [f"DTSTART;VALUE=DATE:{start:%Y%m%d}", f"DTEND;VALUE=DATE:{end:%Y%m%d}"]
        end = start + timedelta(minutes=entry.minutes)
        zone = entry.zone or self.zone.key
        return [f"DTSTART;TZID={zone}:{start:%Y%m%dT%H%M%S}", f"DTEND;TZID={zone}:{end:%Y%m%dT%H%M%S}"]

    def _people(self, entry: Entry) -> list[str]:
        if not entry.people:
            return []
        lines = [f"ORGANIZER:mailto:{self.emails[0]}"]
        if entry.organizer:
            name, address, _ = _person(entry.organizer)
            lines = [f"ORGANIZER;CN={name}:mailto:{address}"]
            lines.append(f"ATTENDEE;PARTSTAT={entry.mine or 'ACCEPTED'}:mailto:{self.emails[0]}")
        for one in entry.people:
            name, address, partstat = _person(one)
            lines.append(f"ATTENDEE;CN={name};PARTSTAT={partstat}:mailto:{address}")
        return lines


def answered(entry: Entry, address: str, partstat: str) -> Entry:
    """The entry after somebody's reply has come in."""
    people = tuple(f"{one.rpartition('>')[0]}> {partstat}" if f"<{address}>" in one else one for one in entry.people)
    return replace(entry, people=people)


def _person(text: str) -> tuple[str, str, str]:
    name, _, rest = text.partition(" <")
    address, _, partstat = rest.partition(">")
    return name, address, partstat.strip() or "NEEDS-ACTION"


def _texts(entry: Entry) -> list[str]:
    given = (("DESCRIPTION", entry.notes), ("LOCATION", entry.place))
    return [f"{name}:{_escaped(text)}" for name, text in given if text]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;").replace("\n", "\\n")


def _alarm(entry: Entry) -> list[str]:
    if entry.alarm is None:
        return []
    trigger = f"TRIGGER:-PT{entry.alarm}M"
    return ["BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:Reminder", trigger, "END:VALARM"]
