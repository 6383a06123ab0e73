"""A look at the bytes of a resource that spares most of them the reading. Pure.

It may say "may matter" of anything, and "does not matter" only where that is certain.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from termintreu.reading.ical.extent import Extent

# Each pattern begins with a line feed: so the search leaps from line to line.
_UNCERTAIN = re.compile(
    rb"\n(?:RRULE|RDATE|BEGIN:VTODO)"
    rb"|\n[A-Z-]*\r*\n[ \t]"  # a name that is folded: what stands there is not seen by the patterns below
)
_DATED = re.compile(rb"\nDT(?:START|END)\b")
_DATES = re.compile(rb"\nDT(?:START|END)(?:;[^\n:]*)?:(\d{4})(\d\d)(\d\d)[T\r\n]")
_LASTING = re.compile(rb"\nDURATION\b")
_DURATIONS = re.compile(
    rb"\nDURATION(?:;[^\n:]*)?:\+?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?"
    rb"(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?[ \t]*\r?(?=\n)"
)
_MARGIN = timedelta(days=2)
"""A day for the date's own length, and one for the offset of its zone."""


def may_matter(data: bytes, since: datetime, extent: Extent | None = None) -> bool:
    """Whether anything in the resource may lie at or after `since` (UTC), whose `extent` may be known already. Some
    microseconds."""
    if extent is not None:
        return extent.reaches(since)
    if b"\n" not in data or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    data = b"\n" + data.upper() + b"\n"
    if _UNCERTAIN.search(data):
        return True
    dates = _DATES.findall(data)
    if not dates or len(dates) != len(_DATED.findall(data)):
        return True
    durations = _DURATIONS.findall(data)
    if len(durations) != len(_LASTING.findall(data)):
        return True
    try:
        last = max(date(int(year), int(month), int(day)) for year, month, day in dates)
        longest = max((_longest(parts) for parts in durations), default=timedelta(0))
        return last + longest + _MARGIN >= since.astimezone(UTC).date()
    except (ValueError, OverflowError):
        return True


def _longest(parts: tuple[bytes, ...]) -> timedelta:
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in parts)
    # a whole day more than its hours make up, because dates are counted here
    return timedelta(weeks=weeks, days=days + 1, hours=hours, minutes=minutes, seconds=seconds)
