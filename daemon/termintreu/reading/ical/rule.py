"""Recurrence rules (RFC 5545 3.3.10) as checked values. Pure. SECONDLY and MINUTELY are refused, as are rules that
cannot be meant. What a rule yields stands in `expansion`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from termintreu.reading.ical.lines import Unreadable
from termintreu.reading.ical.values import Value, parse_value

Frequency = Literal["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"]

NO_FREQUENCY = "A repeat rule does not say how often it repeats."
TOO_OFTEN = "A repeat rule repeats by the minute or the second."
NO_INTERVAL = "A repeat rule has an interval of zero."
NO_SUCH_DATE = "A repeat rule names dates that do not exist."
UNKNOWN_PART = "A repeat rule has a part that cannot be read."
NO_END = "A repeat rule ends at a date that cannot be read."
OTHER_CALENDAR = "A repeat rule counts in another calendar than the Gregorian one."

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BYDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_RANGES = {
    "BYMONTH": (1, 12, False),
    "BYWEEKNO": (1, 53, True),
    "BYYEARDAY": (1, 366, True),
    "BYMONTHDAY": (1, 31, True),
    "BYHOUR": (0, 23, False),
    "BYMINUTE": (0, 59, False),
    "BYSECOND": (0, 60, False),
    "BYSETPOS": (1, 366, True),
}
_KNOWN = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST", "RSCALE", "SKIP", *_RANGES})
_MOST_PARTS = 40
_MOST_IN_A_DAY = 24 * 12
"""What comes more often than every five minutes is no appointment, and costs a program its time."""
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One RRULE, checked. Numbers as in the RFC; weekdays count from Monday = 0."""

    freq: Frequency
    interval: int = 1
    count: int | None = None
    until: Value | None = None
    bymonth: frozenset[int] = frozenset()
    byweekno: frozenset[int] = frozenset()
    byyearday: frozenset[int] = frozenset()
    bymonthday: frozenset[int] = frozenset()
    byday: frozenset[tuple[int, int]] = frozenset()
    """(n-th or 0 for every, weekday)."""
    byhour: frozenset[int] = frozenset()
    byminute: frozenset[int] = frozenset()
    bysecond: frozenset[int] = frozenset()
    bysetpos: frozenset[int] = frozenset()
    wkst: int = 0
    ignored: bool = False
    """Whether it has parts that are unknown, empty or stand twice, or asks for days that are moved (SKIP, RFC 7529)."""

    @property
    def plain(self) -> bool:
        """Whether each period has exactly one occurrence, so that they need not be counted one by one."""
        narrowed = self.bymonth or self.byweekno or self.byyearday or self.bymonthday or self.byday or self.bysetpos
        return self.freq in ("WEEKLY", "DAILY", "HOURLY") and not (
            narrowed or self.byhour or self.byminute or self.bysecond
        )


def parse_rule(text: str) -> Rule:
    """A RECUR value. Raises Unreadable with the reason."""
    parts, ignored = _parts(text)
    freq = parts.get("FREQ", "")
    if freq in ("SECONDLY", "MINUTELY"):
        raise Unreadable(TOO_OFTEN)
    if freq not in get_args(Frequency):
        raise Unreadable(NO_FREQUENCY)
    interval = _number(parts.get("INTERVAL", "1"))
    if interval < 1:
        raise Unreadable(NO_INTERVAL)
    rule = Rule(
        freq=freq,  # type: ignore[arg-type]  # checked against the Literal above
        interval=interval,
        count=_count(parts.get("COUNT", "")),
        until=_until(parts["UNTIL"]) if parts.get("UNTIL") else None,
        byday=_days(parts["BYDAY"]) if parts.get("BYDAY") else frozenset(),
        wkst=_WEEKDAYS.index(parts["WKST"]) if parts.get("WKST") in _WEEKDAYS else 0,
        ignored=ignored,
        **{name.lower(): _numbers(parts[name], *limits) for name, limits in _RANGES.items() if parts.get(name)},
    )
    hours = len(rule.byhour) or (24 if freq == "HOURLY" else 1)
    if hours * (len(rule.byminute) or 1) * (len(rule.bysecond) or 1) > _MOST_IN_A_DAY:
        raise Unreadable(TOO_OFTEN)
    longest = max((_LONGEST_MONTH[month - 1] for month in rule.bymonth), default=31)
    if rule.bymonthday and all(abs(day) > longest for day in rule.bymonthday):
        raise Unreadable(NO_SUCH_DATE)
    return rule


def _parts(text: str) -> tuple[dict[str, str], bool]:
    """The parts by name, and whether some of them are ignored. Raises Unreadable where that would give other dates."""
    parts: dict[str, str] = {}
    listed = [part.partition("=") for part in text.strip().upper().split(";") if part.strip()]
    for name, _, value in listed[:_MOST_PARTS]:
        parts.setdefault(name.strip(), value.strip())
    unknown = parts.keys() - _KNOWN
    if any(name.startswith("BY") for name in unknown):
        raise Unreadable(UNKNOWN_PART)
    if parts.get("RSCALE", "GREGORIAN") != "GREGORIAN":
        raise Unreadable(OTHER_CALENDAR)
    moved = parts.get("SKIP", "OMIT") != "OMIT"
    empty = not all(parts.values())
    known = not unknown and parts.get("WKST", "MO") in _WEEKDAYS
    return parts, empty or moved or not known or len(parts) < len(listed)


def _count(text: str) -> int | None:
    """COUNT; -1 is what some programs write for "no end"."""
    if not text or text.startswith("-"):
        return None
    count = _number(text)
    if count == 0:
        raise Unreadable(UNKNOWN_PART)
    return count


def _until(text: str) -> Value:
    try:
        return parse_value(text)
    except Unreadable:
        raise Unreadable(NO_END) from None


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise Unreadable(UNKNOWN_PART)
    return int(text)


def _numbers(text: str, low: int, high: int, signed: bool) -> frozenset[int]:
    found = set()
    for item in text.split(",")[:400]:
        match = re.fullmatch(r"([+-]?)([0-9]{1,3})", item.strip())
        if match is None or not low <= int(match[2]) <= high or (match[1] == "-" and not signed):
            raise Unreadable(UNKNOWN_PART)
        found.add(-int(match[2]) if match[1] == "-" else int(match[2]))
    return frozenset(found)


def _days(text: str) -> frozenset[tuple[int, int]]:
    found = set()
    for item in text.split(",")[:400]:
        match = _BYDAY.fullmatch(item.strip())
        if match is None:
            raise Unreadable(UNKNOWN_PART)
        found.add((int(match[1] or 0), _WEEKDAYS.index(match[2])))
    return frozenset(found)
