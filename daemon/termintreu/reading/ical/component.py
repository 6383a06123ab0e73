"""One VEVENT or VTODO as a value: its times, its repetition, and a template of its occurrences. Pure.

What cannot be understood and matters (a start, a rule) makes the component unreadable; what does not matter is
passed over, so that a stray line costs nobody an appointment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TypeVar

from termintreu.model import Occurrence, Todo
from termintreu.model.clean import clean_line
from termintreu.reading.ical.alarms import Trigger, triggers_of
from termintreu.reading.ical.lines import Block, Line, Unreadable
from termintreu.reading.ical.properties import (
    LINE_LIMIT,
    LINK_LIMIT,
    MAX_LISTED,
    MAX_PERSONS,
    TRAVEL,
    VENDORS,
    Properties,
    categories_of,
    conference_of,
    instant_of,
    notes_and_own,
    person_of,
    read_properties,
)
from termintreu.reading.ical.rule import Rule, parse_rule
from termintreu.reading.ical.text import unescaped
from termintreu.reading.ical.values import Length, Value, parse_duration, parse_value, to_utc, to_wall
from termintreu.reading.ical.zones import UTC_ZONE, Zone, zone_for

NO_START = "An event has no start."
UNKNOWN_ZONE = "A time zone is known neither by name nor by a definition in the calendar; your own is assumed."
FIRST_DATE_ONLY = "; only the first date is used."
IGNORED_PART = "A repeat rule has a part that is unknown; that part is ignored."
IGNORED_EXCEPTIONS = "A rule of exceptions, EXRULE, is ignored; dates that it leaves out are shown."
BAD_DATES = "Some of a series' added or excluded dates cannot be read; the rest is used."

LONGEST_TRAVEL = timedelta(hours=12)
_MAX_DATES = 5_000
_MAX_RULES = 20
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a component inherits from its calendar and its user."""

    user_tz: tzinfo
    calendar_zone: Zone | None
    """From X-WR-TIMEZONE: where times without a zone are."""
    zones: dict[str, bytes]
    """TZID, unescaped, to VTIMEZONE."""
    source: str
    collection: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A date or time, and where it is."""

    wall: datetime
    is_date: bool
    zone: Zone

    @property
    def instant(self) -> datetime:
        """UTC; a date's midnight in the user's zone."""
        return to_utc(self.wall, self.zone.tz)

    def wall_in(self, other: Stamp) -> datetime:
        """The wall time where `other` is; what floats, and a date, counts as being there already."""
        if self.is_date or other.is_date or self.zone.state == "floating" or self.zone.tz is other.zone.tz:
            return self.wall
        if other.zone.state == "floating" and self.zone is UTC_ZONE:
            return self.wall  # a floating series with a date in UTC: its author meant one clock
        return to_wall(self.instant, other.zone.tz)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One VEVENT, read."""

    start: Stamp
    length: Length
    template: Occurrence
    """All that its occurrences share."""
    recurrence_id: Stamp | None = None
    this_and_future: bool = False
    rules: tuple[Rule, ...] = ()
    repeats: bool = False
    """Whether it is a series, be it one whose rule cannot be read."""
    added: tuple[tuple[Stamp, Length | None], ...] = ()
    """RDATE, with a length of its own where it is a PERIOD."""
    excluded: tuple[Stamp, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    """Of its own alarms."""
    problems: tuple[str, ...] = ()
    """What was passed over, one sentence each."""
    line: int | None = None
    """Where it begins in its stream."""

    @property
    def newest(self) -> tuple[int, datetime]:
        """Orders versions of one component (RFC 5546 2.1.5)."""
        return self.template.sequence, self.template.last_modified or datetime.min.replace(tzinfo=UTC)


def read_event(block: Block, around: Surroundings) -> Event:
    """A VEVENT. Raises Unreadable with the reason."""
    found = read_properties(block)
    found.only("UID")
    line = found.only("DTSTART")
    if line is None:
        raise Unreadable(NO_START)
    start = _stamp(line, around)
    problems = [UNKNOWN_ZONE] if start.zone.state == "unknown" else []
    recurrence = found.only("RECURRENCE-ID")
    added, excluded = _added(found.all("RDATE"), around, problems), _excluded(found.all("EXDATE"), around, problems)
    rules = _rules(found, problems)
    return Event(
        start=start,
        length=_length(start, found, around),
        template=_template(block, found, start, around),
        recurrence_id=_stamp(recurrence, around) if recurrence else None,
        this_and_future=recurrence is not None and recurrence.param("RANGE").upper() == "THISANDFUTURE",
        rules=rules,
        repeats=bool(found.all("RRULE") or added),
        added=added,
        excluded=excluded,
        triggers=triggers_of(block, start.zone.tz),
        problems=tuple(problems),
        line=block.line,
    )


def _rules(found: Properties, problems: list[str]) -> tuple[Rule, ...]:
    """The rules that can be read. One that cannot costs the series its repetition, and not its first date."""
    rules: list[Rule] = []
    for text in dict.fromkeys(line.value for line in found.all("RRULE")[:_MAX_RULES]):
        try:
            rules.append(parse_rule(text))
        except Unreadable as reason:
            problems.append(str(reason).removesuffix(".") + FIRST_DATE_ONLY)
    if any(rule.ignored for rule in rules):
        problems.append(IGNORED_PART)
    if found.all("EXRULE"):
        problems.append(IGNORED_EXCEPTIONS)
    return tuple(rules)


def read_todo(block: Block, around: Surroundings) -> tuple[Todo, bool]:
    """A VTODO, and whether it is the master of its UID. Raises Unreadable with the reason."""
    found = read_properties(block)
    due, begin, duration = found.first("DUE"), found.first("DTSTART"), found.first("DURATION")
    moment: datetime | None = None
    day: date | None = None
    if due is not None:
        stamp = _stamp(due, around)
        moment, day = (None, stamp.wall.date()) if stamp.is_date else (stamp.instant, None)
    elif begin is not None and duration is not None:
        stamp = _stamp(begin, around)
        moment = None if stamp.is_date else parse_duration(duration.value).after(stamp.wall, stamp.zone.tz)
    description, own = notes_and_own(block, found)
    done = found.first("COMPLETED") is not None or found.text("PERCENT-COMPLETE") == "100"
    todo = Todo(
        source=around.source,
        collection=around.collection,
        href=around.href,
        uid=clean_line(block.uid, LINE_LIMIT),
        summary=found.text("SUMMARY"),
        description=description,
        due=moment,
        day=day,
        created=instant_of(found.first("CREATED")),
        status="COMPLETED" if done else found.text("STATUS", 20).upper() or "NEEDS-ACTION",
        own=own,
    )
    return todo, found.first("RECURRENCE-ID") is None


def _stamp(line: Line, around: Surroundings) -> Stamp:
    return _located(parse_value(line.value), line.tzid, around)


def _located(value: Value, tzid: str, around: Surroundings) -> Stamp:
    floating = Zone(tz=around.user_tz, state="floating")
    if value.kind == "date":
        zone = floating
    elif value.kind == "utc":
        zone = UTC_ZONE
    elif tzid.strip():
        zone = zone_for(tzid, around.zones, around.user_tz)
    else:
        zone = around.calendar_zone or floating
    return Stamp(wall=value.wall, is_date=value.kind == "date", zone=zone)


def _length(start: Stamp, found: Properties, around: Surroundings) -> Length:
    """RFC 5545 3.6.1: without an end a date lasts a day, and a time no time. An end before the start is no end."""
    least = Length(days=1) if start.is_date else Length()
    line = found.first("DTEND")
    try:
        if line is not None:
            return _until(start, _stamp(line, around), least)
        duration = found.first("DURATION")
        if duration is None:
            return least
        length = parse_duration(duration.value)
    except Unreadable:
        return least  # when it begins matters most
    if start.is_date:
        return Length(days=max(1, length.days + -(-length.exact // timedelta(days=1))))
    return length


def _until(start: Stamp, end: Stamp, least: Length) -> Length:
    if start.is_date:
        days = (end.wall - start.wall).days + (0 if end.wall.time() == datetime.min.time() else 1)
        return Length(days=max(1, days))
    # A date as the end of a time is that day's midnight where the event is.
    instant = to_utc(end.wall, start.zone.tz) if end.is_date else end.instant
    exact = instant - start.instant
    return Length(exact=exact) if exact > timedelta(0) else least


def _added(found: list[Line], around: Surroundings, problems: list[str]) -> tuple[tuple[Stamp, Length | None], ...]:
    def one(text: str, tzid: str) -> tuple[Stamp, Length | None]:
        first, _, rest = text.partition("/")
        stamp = _located(parse_value(first), tzid, around)
        if not rest:
            return stamp, None
        if rest.strip()[:1] in ("P", "+", "-", "p"):
            return stamp, parse_duration(rest)
        return stamp, _until(stamp, _located(parse_value(rest), tzid, around), Length())

    return tuple(_each(found, one, problems))


def _excluded(found: list[Line], around: Surroundings, problems: list[str]) -> tuple[Stamp, ...]:
    return tuple(_each(found, lambda text, tzid: _located(parse_value(text), tzid, around), problems))


def _each(found: Iterable[Line], one: Callable[[str, str], _T], problems: list[str]) -> list[_T]:
    values: list[_T] = []
    for line in found:
        tzid = line.tzid
        for text in line.value.split(","):
            if not text.strip():
                continue
            try:
                values.append(one(text, tzid))
            except Unreadable:
                problems.append(BAD_DATES)
            if len(values) >= _MAX_DATES:
                problems.append(BAD_DATES)
                return values
    return values


def _travel(found: Properties) -> timedelta:
    """How long the way takes; what is longer than half a day is none that a call has to wait for."""
    line = found.first(TRAVEL)
    try:
        length = parse_duration(line.value) if line is not None else Length()
    except Unreadable:
        return timedelta(0)
    return length.about if length.about <= LONGEST_TRAVEL else timedelta(0)


def _template(block: Block, found: Properties, start: Stamp, around: Surroundings) -> Occurrence:
    organizer = found.first("ORGANIZER")
    status = found.text("STATUS", 20).upper()
    sequence = found.text("SEQUENCE", 10)
    description, own = notes_and_own(block, found)
    instant = start.instant
    return Occurrence(
        source=around.source,
        collection=around.collection,
        href=around.href,
        uid=clean_line(block.uid, LINE_LIMIT),
        recurrence_id=None,
        start=instant,
        end=instant,
        all_day=start.is_date,
        zone=None if start.is_date else start.zone.name,
        zone_state="ok" if start.is_date else start.zone.state,
        tzid=None if start.is_date else start.zone.tzid,
        summary=found.text("SUMMARY"),
        description=description,
        location=found.text("LOCATION"),
        url=found.text("URL", LINK_LIMIT),
        categories=categories_of(found),
        status=status if status in ("TENTATIVE", "CANCELLED") else "CONFIRMED",
        transparent=found.text("TRANSP", 20).upper() == "TRANSPARENT",
        organizer=person_of(organizer) if organizer else None,
        attendees=tuple(person_of(line) for line in found.all("ATTENDEE")[:MAX_PERSONS]),
        conferences=tuple(conference_of(line) for line in found.all("CONFERENCE")[:MAX_LISTED]),
        extra=tuple(
            (name, clean_line(unescaped(line.value), 4_000))
            for name, listed in found.by_name.items()
            if name.startswith(VENDORS)
            for line in listed[:MAX_LISTED]
        ),
        created=instant_of(found.first("CREATED")),
        last_modified=instant_of(found.first("LAST-MODIFIED")),
        sequence=int(sequence) if sequence.isascii() and sequence.isdigit() else 0,
        travel=_travel(found),
        own=own,
    )
