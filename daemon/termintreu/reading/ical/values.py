"""Dates, durations and offsets as values (RFC 5545 3.3), before anything is known of their zone. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from termintreu.model import times
from termintreu.model.times import bounded
from termintreu.reading.ical.lines import Unreadable

_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d))?(Z?))?", re.ASCII | re.IGNORECASE)
_DURATION = re.compile(
    r"([+-]?)P(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?",
    re.ASCII | re.IGNORECASE,
)
_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)(\d\d)?", re.ASCII)


EARLIEST = times.EARLIEST.replace(tzinfo=None)
"""The first wall time there is here, wherever it is; so is the last one."""
LATEST = times.LATEST.replace(tzinfo=None)
_CYCLE = 400
"""Years after which the Gregorian calendar begins anew, weekdays and leap years alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A DATE or DATE-TIME."""

    wall: datetime
    """Naive, as written, within `EARLIEST` and `LATEST`; midnight for a DATE."""
    kind: Literal["date", "local", "utc"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """A length in time: days on the wall clock first, then exact time (RFC 5545 3.3.6, 3.8.5.3)."""

    days: int = 0
    exact: timedelta = timedelta(0)

    def after(self, wall: datetime, tz: tzinfo) -> datetime:
        """The instant (UTC) that lies this far after a wall time."""
        return later(to_utc(later(wall, timedelta(days=self.days)), tz), self.exact)

    @property
    def about(self) -> timedelta:
        """Its size, give or take a clock change."""
        return timedelta(days=self.days) + self.exact


def parse_value(text: str) -> Value:
    """A DATE or DATE-TIME; the ISO form with hyphens and colons is understood as well. Raises Unreadable.

    What lies before `EARLIEST` or after `LATEST` is held within them.
    """
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise Unreadable("A date or time is in no form that can be read.")
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    try:
        wall = _held(datetime(year, month, day, hour, minute, min(second, 59)))  # noqa: DTZ001 - a wall time; 60: leap second
    except ValueError:
        raise Unreadable("A date or time does not exist.") from None
    if match[4] is None:
        return Value(wall=wall, kind="date")
    return Value(wall=wall, kind="utc" if match[7] else "local")


def parse_duration(text: str) -> Length:
    """A DURATION; a negative one counts as none. Raises Unreadable."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()[1:]):
        raise Unreadable("A duration is in no form that can be read.")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    if match[1] == "-":
        return Length()
    return Length(days=7 * weeks + days, exact=timedelta(hours=hours, minutes=minutes, seconds=seconds))


def parse_offset(text: str) -> timedelta:
    """A UTC-OFFSET (RFC 5545 3.3.14). Raises Unreadable."""
    match = _OFFSET.fullmatch(text.strip())
    if match is None:
        raise Unreadable("An offset from UTC is in no form that can be read.")
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]), seconds=int(match[4] or 0))
    if offset >= timedelta(hours=24):
        raise Unreadable("An offset from UTC is a day or more.")
    return -offset if match[1] == "-" else offset


def to_utc(wall: datetime, tz: tzinfo) -> datetime:
    """The instant of a wall time. In the gap of a clock change the offset before it counts, in the overlap the first
    pass (RFC 5545 3.3.5)."""
    return bounded(wall.replace(tzinfo=tz).astimezone(UTC))


def to_wall(instant: datetime, tz: tzinfo) -> datetime:
    """The wall time (naive) of an instant."""
    return instant.astimezone(tz).replace(tzinfo=None, fold=0)


def later(moment: datetime, amount: timedelta) -> datetime:
    """`moment` (naive, or in UTC) + `amount`, held within the bounds."""
    try:
        found = moment + amount
    except OverflowError:
        return (LATEST if amount > timedelta(0) else EARLIEST).replace(tzinfo=moment.tzinfo)
    return min(max(EARLIEST, found), LATEST) if found.tzinfo is None else bounded(found)


def _held(wall: datetime) -> datetime:
    """A wall time within the bounds. One before them (a program's "no date") comes into them by whole cycles of the
    calendar, so that a rule which begins there still falls on the days that are meant."""
    if EARLIEST <= wall <= LATEST:
        return wall
    if wall < EARLIEST:
        return wall.replace(year=wall.year - (wall.year - EARLIEST.year) // _CYCLE * _CYCLE)
    return LATEST
