"""Time zones as calendars name them (RFC 5545 3.2.19, 3.6.5): names to zones, and a calendar's own VTIMEZONE.

Nothing here is kept by TZID alone: two calendars may give one name to different zones, so a VTIMEZONE is only ever
known by its content.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from termintreu.model import ZoneState
from termintreu.model.clean import clean_line
from termintreu.reading.ical.expansion import Budget, occurrences
from termintreu.reading.ical.lines import Unreadable, lines
from termintreu.reading.ical.rule import Rule, parse_rule
from termintreu.reading.ical.text import unescaped
from termintreu.reading.ical.values import parse_offset, parse_value

_WINDOWS = {name.casefold(): iana for name, iana in WINDOWS_TO_OLSON.items()}
_UTC_NAMES = frozenset({"z", "utc", "gmt", "etc/utc", "etc/gmt", "coordinated universal time", "microsoft/utc"})
_IANA = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}")
_NO_PLACES = frozenset({"localtime", "posixrules", "factory"})
"""Files of the zone database that say nothing about a place, or what this machine is set to."""
_BUILT_FROM = datetime(1970, 1, 1)  # noqa: DTZ001 - wall times of a VTIMEZONE have no zone
_BUILT_TO = datetime(2100, 1, 1)  # noqa: DTZ001 - as above
_MAX_STEPS = 3_000
"""Of working out one definition: ten times what two yearly rules need."""
_MAX_ONSETS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """Where a wall time is."""

    tz: tzinfo
    state: ZoneState
    name: str | None = None
    """IANA name, or the calendar's own TZID for `custom`."""
    tzid: str | None = None
    """As it stands in the calendar, cleaned."""


UTC_ZONE = Zone(tz=UTC, state="ok", name="UTC")


@lru_cache(maxsize=1024)
def find_zone(tzid: str) -> ZoneInfo | None:
    """The zone that a name stands for: IANA, Windows, or either with a vendor's prefix; None for any other."""
    name = tzid.strip().strip('"').strip()[:200]
    if name.casefold() in _UTC_NAMES:
        return ZoneInfo("UTC")
    whole = _iana(name) or _iana(_WINDOWS.get(name.casefold(), ""))
    if whole is not None:
        return whole
    segments = name.split("/")
    for skipped in range(1, min(len(segments), 8)):
        rest = "/".join(segments[skipped:])
        if rest.casefold() in _UTC_NAMES:
            return ZoneInfo("UTC")
        # After a prefix a bare word is no evidence, unless nothing but the slash was before it.
        if ("/" in rest or not "".join(segments[:skipped])) and (zone := _iana(rest)) is not None:
            return zone
    return None


def _iana(name: str) -> ZoneInfo | None:
    if not _IANA.fullmatch(name) or name.casefold() in _NO_PLACES or name.startswith(("posix/", "right/")):
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # a folder ("Europe"), a file that is no zone, a name that is not there
        return None


def zone_for(tzid: str, calendar_zones: dict[str, bytes], fallback: tzinfo) -> Zone:
    """The zone of a TZID within its calendar; `fallback` (the user's) where nothing explains the name."""
    shown = clean_line(tzid, 200)
    known = find_zone(tzid)
    if known is not None:
        return Zone(tz=known, state="ok", name=known.key, tzid=shown)
    # In the definition the name is TEXT, and so escaped; in the parameter it is not, but by some programs it is, too.
    block = calendar_zones.get(tzid.strip()) or calendar_zones.get(unescaped(tzid).strip())
    if block is not None:
        own = custom_zone(block)
        if isinstance(own, ZoneInfo):
            return Zone(tz=own, state="ok", name=own.key, tzid=shown)
        if own is not None:
            return Zone(tz=own, state="custom", name=shown, tzid=shown)
    return Zone(tz=fallback, state="unknown", tzid=shown)


class CustomZone(tzinfo):
    """A zone made from a VTIMEZONE: wall times in the gap and the overlap of a clock change as in PEP 495."""

    def __init__(self, first: timedelta, changes: tuple[tuple[datetime, timedelta], ...]) -> None:
        """`first` is the offset before all changes; a change is its instant (naive UTC) and the offset after it."""
        self._arguments = (first, changes)
        self._instants = [instant for instant, _ in changes]
        self._offsets = [first, *(offset for _, offset in changes)]
        steps = list(zip(self._instants, self._offsets, self._offsets[1:], strict=False))
        self._walls = (
            [instant + max(before, after) for instant, before, after in steps],
            [instant + min(before, after) for instant, before, after in steps],
        )

    def __reduce__(self) -> tuple[type[CustomZone], tuple[timedelta, tuple[tuple[datetime, timedelta], ...]]]:
        return CustomZone, self._arguments

    def utcoffset(self, dt: datetime | None) -> timedelta:
        if dt is None:
            return self._offsets[0]
        return self._offsets[bisect_right(self._walls[dt.fold], dt.replace(tzinfo=None, fold=0))]

    def dst(self, _dt: datetime | None) -> None:
        return None

    def tzname(self, _dt: datetime | None) -> None:
        return None

    def fromutc(self, dt: datetime) -> datetime:
        instant = dt.replace(tzinfo=None)
        at = bisect_right(self._instants, instant)
        wall = dt + self._offsets[at]
        repeated = at > 0 and instant + self._offsets[at] < self._instants[at - 1] + self._offsets[at - 1]
        return wall.replace(fold=1) if repeated else wall


@lru_cache(maxsize=256)
def custom_zone(block: bytes) -> tzinfo | None:
    """The zone of a VTIMEZONE: the place it names (X-LIC-LOCATION), or its own rules; None where they make no sense."""
    try:
        for line in lines(block, frozenset({"X-LIC-LOCATION"})):
            if (place := find_zone(line.value)) is not None:
                return place
        return _built(block)
    except (Unreadable, ValueError, OverflowError):
        return None


_OBSERVANCE = re.compile(
    rb"^BEGIN:(?:STANDARD|DAYLIGHT)[ \t]*\r*$(.*?)^END:(?:STANDARD|DAYLIGHT)[ \t]*\r*$",
    re.MULTILINE | re.IGNORECASE | re.DOTALL,
)
_OBSERVANCE_LINES = frozenset({"DTSTART", "RRULE", "RDATE", "TZOFFSETFROM", "TZOFFSETTO"})


def _built(block: bytes) -> CustomZone:
    onsets: list[tuple[datetime, timedelta, timedelta]] = []
    budget = Budget(left=_MAX_STEPS)
    for match in list(_OBSERVANCE.finditer(block))[:200]:
        onsets.extend(_onsets(match[0], budget))
    if not onsets:
        raise Unreadable("A VTIMEZONE has no observance.")
    onsets.sort(key=lambda onset: onset[0])
    return CustomZone(onsets[0][1], tuple((instant, after) for instant, _, after in onsets))


def _onsets(observance: bytes, budget: Budget) -> list[tuple[datetime, timedelta, timedelta]]:
    """Instants (naive UTC) at which an observance begins, with the offsets before and after it."""
    start: datetime | None = None
    before = after = None
    rules: list[str] = []
    dates: list[datetime] = []
    for line in lines(observance, _OBSERVANCE_LINES, essential=_OBSERVANCE_LINES):
        match line.name:
            case "DTSTART":
                start = parse_value(line.value).wall
            case "TZOFFSETFROM":
                before = parse_offset(line.value)
            case "TZOFFSETTO":
                after = parse_offset(line.value)
            case "RRULE":
                rules.append(line.value)
            case _:
                dates.extend(parse_value(value).wall for value in line.value.split(",")[:_MAX_ONSETS])
    if start is None or before is None or after is None:
        raise Unreadable("A VTIMEZONE has an observance without start or offset.")
    walls = {start, *dates}
    for text in rules:
        walls.update(_repeated(parse_rule(text), start, before, budget))
    return [(wall - before, before, after) for wall in walls]


def _repeated(rule: Rule, start: datetime, before: timedelta, budget: Budget) -> list[datetime]:
    until = rule.until
    last = _BUILT_TO
    if until is not None:  # in UTC here (RFC 5545 3.6.5)
        last = min(
            last, until.wall + before if until.kind == "utc" else until.wall + timedelta(days=until.kind == "date")
        )
    found = []
    for wall in occurrences(rule, start, max(start, _BUILT_FROM), last, budget):
        found.append(wall)
        if len(found) > _MAX_ONSETS:
            raise Unreadable("A VTIMEZONE changes too often.")
    return found
