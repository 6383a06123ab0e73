"""Working hours from a calendar server: the week in a CALDAV:calendar-availability (RFC 7953 3.1, 7.2.4). Pure.

Nextcloud and others keep them there for whoever looks for a free time. Only what repeats week by week is taken; single
days and holidays are no working hours. Whatever cannot be read is none: the hours of the configuration, or the usual
ones, count then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from termintreu.reading.ical.lines import Line, Unreadable, lines, scan
from termintreu.reading.ical.rule import Rule, parse_rule
from termintreu.reading.ical.text import normalized, with_whole_heads
from termintreu.reading.ical.values import Value, parse_duration, parse_value, to_utc
from termintreu.reading.ical.zones import zone_for

LARGEST = 65_536
"""Characters; a week of hours takes one or two thousand."""
_MOST = 200
"""Components that are looked at."""
_DAY = timedelta(days=1)
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WANTED = frozenset({"DTSTART", "DTEND", "DURATION", "RRULE", "PRIORITY"})
_LOWEST = 10
"""Of PRIORITY, where 0 is none and comes last (RFC 7953 3.2)."""

Week = Mapping[str, tuple[str, ...]]
"""Day of the week ("mon") to spans ("09:00-12:30"), as the configuration has them; a missing day is a day off."""


@lru_cache(maxsize=64)  # it is asked for at each poll, and says the same for years
def weekly_hours(text: str, zone: ZoneInfo, today: date) -> Week | None:
    """The working hours of a week, on the clock of `zone`; None where none can be read.

    Args:
        text: an iCalendar stream with VAVAILABILITY components, as a server gave it.
        zone: the user's.
        today: there; what is over by then, or still to come, does not count.
    """
    if len(text) > LARGEST:
        return None
    data = with_whole_heads(normalized(text.encode("utf-8", "replace")))
    zones = {name: block for calendar in scan(data).calendars for name, block in calendar.zones.items()}
    found = [_Availability(block, zones, zone) for block in _components(data, b"VAVAILABILITY")]
    weeks = ((one.priority, week) for one in found if one.holds(today) and (week := one.week(today)))
    first = min(weeks, key=lambda one: one[0], default=None)
    return first[1] if first is not None else None


def _components(data: bytes, name: bytes) -> Iterator[bytes]:
    """From BEGIN to END of each component of that name."""
    upper = data.upper()
    position = 0
    for _ in range(_MOST):
        begin = upper.find(b"BEGIN:" + name, position)
        end = upper.find(b"END:" + name, begin)
        if begin < 0 or end < 0:
            return
        position = end + len(name) + 4
        yield data[begin:position]


class _Availability:
    """One VAVAILABILITY."""

    def __init__(self, block: bytes, zones: dict[str, bytes], zone: ZoneInfo) -> None:
        self._parts = tuple(_components(block, b"AVAILABLE"))
        self._found = _properties(block)
        self._zones = zones
        self._zone = zone

    @property
    def priority(self) -> int:
        """1 is the first, as `_LOWEST` for none."""
        line = self._found.get("PRIORITY")
        number = line.value.strip() if line is not None else ""
        return int(number) if number in set("123456789") else _LOWEST

    def holds(self, today: date) -> bool:
        """Whether it counts today."""
        start, end = self._found.get("DTSTART"), self._found.get("DTEND")
        try:
            begun = start is None or parse_value(start.value).wall.date() <= today
            return begun and (end is None or parse_value(end.value).wall.date() > today)
        except Unreadable:
            return False

    def week(self, today: date) -> Week:
        """The hours of each day of a week; no days where nothing is repeated by the week."""
        spans: dict[str, list[tuple[time, time]]] = {}
        for part in self._parts:
            try:
                for weekday, span in self._spans(_properties(part), today):
                    spans.setdefault(_NAMES[weekday], []).append(span)
            except (Unreadable, OverflowError, ValueError):
                continue  # what cannot be read is no working time, and its neighbours are
        return {name: _joined(spans[name]) for name in _NAMES if name in spans}

    def _spans(self, found: dict[str, Line], today: date) -> Iterator[tuple[int, tuple[time, time]]]:
        """The spans of one AVAILABLE: weekday, opening and closing on the user's clock."""
        rule = parse_rule(found["RRULE"].value) if "RRULE" in found else None
        first = parse_value(found["DTSTART"].value) if "DTSTART" in found else None
        if first is None or rule is None or first.kind == "date" or not _is_weekly(rule, today):
            return
        start = self._instant(found["DTSTART"], first)
        length = self._length(found, start)
        if not timedelta(0) < length <= _DAY:
            return
        # On the user's clock the week's days may be others; an offset from there is that of today.
        wall = first.wall
        here = self._here(found["DTSTART"], datetime.combine(today, wall.time()), first)
        shift = (here.date() - today).days
        for weekday in {day for _, day in rule.byday} or _every_day(rule, wall):
            yield from _cut((weekday + shift) % 7, here.time(), length)

    def _instant(self, line: Line, value: Value) -> datetime:
        return to_utc(value.wall, UTC if value.kind == "utc" else self._tz(line))

    def _here(self, line: Line, wall: datetime, value: Value) -> datetime:
        tz = UTC if value.kind == "utc" else self._tz(line)
        return to_utc(wall, tz).astimezone(self._zone)

    def _tz(self, line: Line) -> tzinfo:
        return zone_for(line.tzid, self._zones, self._zone).tz if line.tzid.strip() else self._zone

    def _length(self, found: dict[str, Line], start: datetime) -> timedelta:
        if "DTEND" in found:
            return self._instant(found["DTEND"], parse_value(found["DTEND"].value)) - start
        return parse_duration(found["DURATION"].value).about if "DURATION" in found else timedelta(0)


def _properties(block: bytes) -> dict[str, Line]:
    """The first of each."""
    found: dict[str, Line] = {}
    for line in lines(block, _WANTED):
        found.setdefault(line.name, line)
    return found


def _is_weekly(rule: Rule, today: date) -> bool:
    """Whether a rule comes every week, and still does."""
    narrowed = rule.bymonth or rule.byweekno or rule.byyearday or rule.bymonthday or rule.bysetpos or rule.byhour
    over = rule.count is not None or (rule.until is not None and rule.until.wall.date() < today)
    numbered = any(number for number, _ in rule.byday)
    return rule.freq in {"WEEKLY", "DAILY"} and rule.interval == 1 and not (narrowed or over or numbered)


def _every_day(rule: Rule, wall: datetime) -> set[int]:
    return set(range(7)) if rule.freq == "DAILY" else {wall.weekday()}


def _cut(weekday: int, opening: time, length: timedelta) -> Iterator[tuple[int, tuple[time, time]]]:
    """A span, cut at midnight; `time.max` stands for the end of a day."""
    begin = timedelta(hours=opening.hour, minutes=opening.minute)
    end = begin + length
    yield weekday, (_wall(begin), _wall(min(end, _DAY)))
    if end > _DAY:
        yield (weekday + 1) % 7, (time.min, _wall(end - _DAY))


def _wall(passed: timedelta) -> time:
    minutes = passed // timedelta(minutes=1)
    return time.max if minutes >= 24 * 60 else time(minutes // 60, minutes % 60)


def _joined(spans: Iterable[tuple[time, time]]) -> tuple[str, ...]:
    """Sorted, without overlap, none of them empty."""
    joined: list[tuple[time, time]] = []
    for opening, closing in sorted(spans):
        if joined and opening <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], closing)
        elif opening < closing:
            joined.append((opening, closing))
    return tuple(
        f"{opening:%H:%M}-{'24:00' if closing == time.max else f'{closing:%H:%M}'}" for opening, closing in joined
    )
