"""Reading one resource: bytes in, occurrences, tasks and what could not be read out. Pure, and it never raises.

bytes -> scan -> components by UID -> series -> occurrences in a window
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from termintreu.model import Occurrence, Rejected, Todo
from termintreu.model.clean import clean_line
from termintreu.reading.ical.component import Event, Surroundings, read_event, read_todo
from termintreu.reading.ical.expansion import Budget
from termintreu.reading.ical.lines import Block, CalendarScan, Unreadable, lines, scan
from termintreu.reading.ical.series import Series, Window, assemble, expand
from termintreu.reading.ical.split import PART
from termintreu.reading.ical.text import unescaped, unfolded
from termintreu.reading.ical.zones import Zone, find_zone

UNREADABLE = "A component cannot be read."
_TITLE_LIMIT = 80
_SUMMARY = frozenset({"SUMMARY"})
_MAX_REASONS = 20
"""Reasons for one resource; one that is broken in more ways is no clearer for more sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read."""

    occurrences: tuple[Occurrence, ...] = ()
    """By start, then UID."""
    todos: tuple[Todo, ...] = ()
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong, and with which component, as far as that is known."""

    reason: str
    title: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A resource before any window."""

    source: str
    href: str
    series: tuple[Series, ...] = ()
    todos: tuple[Todo, ...] = ()
    problems: tuple[Flaw, ...] = ()


def read_resource(
    data: bytes,
    *,
    source: str,
    collection: str,
    href: str,
    zone: ZoneInfo,
    window: tuple[datetime, datetime],
    max_occurrences: int = 2000,
) -> Reading:
    """Everything of a resource that lies in a window, at least in part.

    Args:
        data: an iCalendar stream, or whatever stands in its place.
        source, collection, href: where it comes from.
        zone: the user's, for floating and all-day times and for times in a zone that nobody knows.
        window: [start, end), aware.
        max_occurrences: of one UID; the rest is left out and reported.
    """
    parsed = parse_resource(data, source=source, collection=collection, href=href, zone=zone)
    return expand_resource(parsed, window, max_occurrences)


def parse_resource(data: bytes, *, source: str, collection: str, href: str, zone: tzinfo) -> Parsed:
    """A resource's components, by UID."""
    found = scan(data, numbered=True)
    events: dict[str, list[Event]] = {}
    todos: dict[str, tuple[Todo, bool]] = {}
    problems = [Flaw(reason) for reason in found.problems]
    for calendar in found.calendars:
        around = Surroundings(
            user_tz=zone,
            calendar_zone=_calendar_zone(calendar),
            zones=calendar.zones,
            source=source,
            collection=collection,
            href=href,
        )
        for block in calendar.blocks:
            try:
                _take(block, around, events, todos)
            except Unreadable as reason:
                problems.append(_flaw(str(reason), block))
            except Exception:  # noqa: BLE001 - whatever a hostile component provokes, its neighbours are served
                problems.append(_flaw(UNREADABLE, block))
    series = tuple(assemble(versions) for versions in events.values())
    for versions in events.values():
        problems.extend(_of(event, problem) for event in versions for problem in event.problems)
    problems.extend(_of(_first(one), problem) for one in series for problem in one.problems)
    return Parsed(
        source=source,
        href=href,
        series=series,
        todos=tuple(todo for todo, _ in todos.values()),
        problems=tuple(problems),
    )


def expand_resource(
    parsed: Parsed, window: tuple[datetime, datetime], max_occurrences: int, collection: Budget | None = None
) -> Reading:
    """The occurrences of a parsed resource in a window; `collection` is what its whole collection may cost."""
    occurrences: list[Occurrence] = []
    problems = list(parsed.problems)
    for one in parsed.series:
        found, wrong = expand(
            one, Window(start=window[0], end=window[1]), max_occurrences, Budget(collection=collection)
        )
        occurrences.extend(found)
        problems.extend(_of(_first(one), problem) for problem in wrong)
    return Reading(
        occurrences=in_order(occurrences),
        todos=parsed.todos,
        rejected=tuple(
            Rejected(
                source=parsed.source,
                href=parsed.href,
                reason=flaw.reason,
                title=clean_line(flaw.title, _TITLE_LIMIT),
                # what was cut out of a stream has lines of its own
                line=None if PART in parsed.href else flaw.line,
            )
            for flaw in _told(problems)[:_MAX_REASONS]
        ),
    )


def _told(problems: Iterable[Flaw]) -> list[Flaw]:
    """Each flaw once; where it is known which component has it, the stream need not be blamed as well."""
    flaws = list(dict.fromkeys(problems))
    located = {flaw.reason for flaw in flaws if flaw.title or flaw.line is not None}
    return [flaw for flaw in flaws if flaw.title or flaw.line is not None or flaw.reason not in located]


def _flaw(reason: str, block: Block) -> Flaw:
    """Of a component that could not be read: only its title is looked for."""
    title = next((line.value for line in lines(block.data, _SUMMARY)), "")
    return Flaw(reason, unescaped(title), block.line)


def _of(event: Event | None, reason: str) -> Flaw:
    return Flaw(reason) if event is None else Flaw(reason, event.template.summary, event.line)


def _first(series: Series) -> Event | None:
    return series.master or next(iter(series.overrides), None)


def in_order(occurrences: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
    """By start, then UID."""
    return tuple(sorted(occurrences, key=lambda occurrence: (occurrence.start, occurrence.uid)))


def _take(
    block: Block, around: Surroundings, events: dict[str, list[Event]], todos: dict[str, tuple[Todo, bool]]
) -> None:
    if block.kind == "VEVENT":
        events.setdefault(block.uid, []).append(read_event(block, around))
        return
    todo, master = read_todo(block, around)
    if master or block.uid not in todos:
        todos[block.uid] = todo, master


def _calendar_zone(calendar: CalendarScan) -> Zone | None:
    """X-WR-TIMEZONE, where it is a zone that is known."""
    for line in calendar.header:
        name, _, value = unescaped(unfolded(line)).partition(":")
        if name.upper().startswith("X-WR-TIMEZONE") and (zone := find_zone(value)) is not None:
            return Zone(tz=zone, state="ok", name=zone.key)
    return None
