"""The days that a resource can touch at all, told from its bytes: what lies outside of them need not be read. Pure.

Most of a calendar lies in the past or far ahead, and reading an event costs twenty times this look. It answers only for
what is plain: one event, no line that is out of the ordinary, a rule that is understood. For anything else it says that
it does not know. Where it does answer, reading finds nothing outside of those days, and nothing to complain about.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from termintreu.reading.ical.lines import Unreadable
from termintreu.reading.ical.rule import Rule, parse_rule
from termintreu.reading.ical.zones import find_zone

# Each pattern begins with a line feed: so the search leaps from line to line.
_STRANGE = re.compile(rb"\n(?![A-Z][A-Z0-9-]*[:;]|[ \t]|\Z)")
"""A line that begins neither with a name in capitals nor as the continuation of another."""
_MARK = re.compile(rb"\n(?:BEGIN|END)[:;][^\n]*")
_SHAPE = re.compile(rb"\nBEGIN:VEVENT\r?(?:\nBEGIN:VALARM\r?\nEND:VALARM\r?)*\nEND:VEVENT\r?\nEND:VCALENDAR\r?")
_SHAPE_BEFORE = re.compile(
    rb"\nBEGIN:VCALENDAR\r?"
    rb"(?:\nBEGIN:VTIMEZONE\r?(?:\nBEGIN:(STANDARD|DAYLIGHT)\r?\nEND:\1\r?)*\nEND:VTIMEZONE\r?)*"
)
_ALARM = re.compile(rb"\nBEGIN:VALARM.*?\nEND:VALARM\r?(?=\n|\Z)", re.DOTALL)
_TELLING = re.compile(
    rb"\n(UID|DTSTART|DTEND|DURATION|RRULE|RDATE|EXDATE|EXRULE|RECURRENCE-ID)([:;][^\n]*(?:\n[ \t][^\n]*)*)"
)
_UNTOLD = frozenset({b"RDATE", b"EXRULE", b"RECURRENCE-ID"})
_UID = re.compile(rb":[\x21-\x7e]{1,500}\r?")
_STAMP = re.compile(
    rb"(?:;VALUE=DATE(?:-TIME)?)?(?:;TZID=([A-Za-z0-9_+/-]{1,100}))?:"
    rb"(1[7-9]\d\d|[2-8]\d{3})(\d\d)(\d\d)(?:T(?:[01]\d|2[0-3])[0-5]\d\d\dZ?)?\r?"
)
_EXCLUDED = re.compile(rb"((?:;VALUE=DATE(?:-TIME)?)?(?:;TZID=[A-Za-z0-9_+/-]{1,100})?:)([0-9TZ,]{1,2000})\r?")
_DURATION = re.compile(
    rb"(?:;VALUE=DURATION)?:P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?\r?"
)
_RULE = re.compile(rb":([A-Z0-9=;,+-]{1,500})\r?")
_LONGEST = 200_000
"""Bytes."""
_LONGEST_KNOWN = 4_000
"""Bytes before the event, where they are remembered."""
_MOST_MARKS = 60
_MARGIN = 2
"""Days: more than any offset from UTC, on both sides."""
_MOST_COUNTED = 1_000
_FOR_EVER = date.max.toordinal()


class Extent(NamedTuple):
    """First and last day, as ordinals, on the wall clock of the event."""

    first: int
    last: int
    """`date.max` for what has no end."""

    def touches(self, start: datetime, end: datetime) -> bool:
        """Whether anything may lie in [start, end), in part at least; both aware, in UTC."""
        return self.first - _MARGIN < end.toordinal() + 1 and self.reaches(start)

    def reaches(self, since: datetime) -> bool:
        """Whether anything may lie at or after `since`, in part at least; aware, in UTC."""
        return self.last + _MARGIN > since.toordinal()


def extent_of(data: bytes) -> Extent | None:
    """The days a resource can touch; None where its bytes alone do not say. Some microseconds."""
    begin = data.find(b"\nBEGIN:VEVENT")
    if begin < 0 or len(data) > _LONGEST:
        return None
    # Name and time zone of a calendar stand before each of its events, and are the same for thousands of them.
    if not (_known_before if begin <= _LONGEST_KNOWN else _is_plain_before)(data[: begin + 1]):
        return None
    event = data[begin:]
    if _STRANGE.search(event) or not _is_shaped(event, _SHAPE):
        return None
    event = event[: event.index(b"\nEND:VEVENT")]
    if b"\nBEGIN:VALARM" in event:
        event = _ALARM.sub(b"", event)
    found: dict[bytes, bytes] = {}
    for name, rest in _TELLING.findall(event):
        if found.setdefault(name, rest) is not rest:
            return None
    if not _UNTOLD.isdisjoint(found) or not _UID.fullmatch(found.get(b"UID", b"")):
        return None
    try:
        return _extent(found)
    except (Unreadable, ValueError, OverflowError):
        return None


def _is_plain_before(data: bytes) -> bool:
    """Whether what stands before an event is a calendar's beginning, with nothing out of the ordinary."""
    data = b"\n" + data
    return not _STRANGE.search(data) and _is_shaped(data, _SHAPE_BEFORE)


_known_before = lru_cache(maxsize=256)(_is_plain_before)


def _is_shaped(data: bytes, shape: re.Pattern[bytes]) -> bool:
    """Whether the BEGIN and END lines are those that `shape` has, all in order."""
    marks = _MARK.findall(data)
    return len(marks) <= _MOST_MARKS and _is_shape(b"".join(marks), shape)


@lru_cache(maxsize=256)
def _is_shape(marks: bytes, shape: re.Pattern[bytes]) -> bool:
    return shape.fullmatch(marks) is not None


def _extent(found: dict[bytes, bytes]) -> Extent | None:
    """From the properties that tell. Raises Unreadable, ValueError, OverflowError where they make no sense."""
    start = _day(found.get(b"DTSTART", b""), known=True)
    if start is None:
        return None
    length = _length(start, found)
    if length is None or not _excludes(found.get(b"EXDATE")):
        return None
    last = start
    if b"RRULE" in found:
        rule = _RULE.fullmatch(found[b"RRULE"])
        if rule is None:
            return None
        read = _rule(rule[1])
        if read.ignored:  # to be reported
            return None
        last = _last_start(read, start)
    return Extent(start, min(_FOR_EVER, last + length))


def _day(text: bytes, *, known: bool = False) -> int | None:
    """The day of a date or time, in the one form that is common. `known`: in a zone that is known by name."""
    match = _STAMP.fullmatch(text)
    if match is None:
        return None
    zone, year, month, day = match.groups()
    if known and zone is not None and not _is_known(zone):
        return None
    return date(int(year), int(month), int(day)).toordinal()


@lru_cache(maxsize=256)
def _is_known(zone: bytes) -> bool:
    return find_zone(zone.decode()) is not None


def _length(start: int, found: dict[bytes, bytes]) -> int | None:
    """Days that an occurrence reaches beyond the one it begins on, at the most."""
    longest = 1
    if b"DTEND" in found:
        end = _day(found[b"DTEND"])
        if end is None:
            return None
        longest = max(longest, end - start + 1)
    if b"DURATION" in found:
        match = _DURATION.fullmatch(found[b"DURATION"])
        if match is None:
            return None
        weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        whole = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
        longest = max(longest, whole.days + 2)
    return longest


def _excludes(text: bytes | None) -> bool:
    """Whether every excluded date, if there are any, can be read: a broken one is to be reported."""
    if text is None:
        return True
    match = _EXCLUDED.fullmatch(text)
    return match is not None and all(_day(b":" + each) is not None for each in match[2].split(b","))


@lru_cache(maxsize=1024)
def _rule(text: bytes) -> Rule:
    return parse_rule(text.decode())


def _last_start(rule: Rule, start: int) -> int:
    """No occurrence begins after this day."""
    if rule.until is not None:
        return max(start, rule.until.wall.toordinal() + 1)
    if rule.count is None or rule.count > _MOST_COUNTED:
        return _FOR_EVER
    narrowed = rule.bymonth or rule.byweekno or rule.byyearday or rule.bymonthday or rule.bysetpos
    if narrowed or rule.byhour or rule.byminute or rule.bysecond:
        return _FOR_EVER
    if rule.freq == "DAILY" and not rule.byday:
        return start + rule.count * rule.interval
    if rule.freq == "WEEKLY":
        return start + 7 * (rule.count + 1) * rule.interval
    return _FOR_EVER
