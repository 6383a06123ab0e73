"""Content lines and components of an iCalendar stream (RFC 5545 3.1, 3.4), cut at the level of bytes.

Servers, feeds and invitations hold broken streams; so the structure is found here without understanding any value,
and one broken component never takes its neighbours down. Values are left to the modules above.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, NamedTuple

from icalendar.parser import Parameters

from termintreu.reading.ical.text import decoded, normalized, unescaped, unfolded, unfolded_bytes, with_whole_heads

MAX_COMPONENT = 5_000_000
"""Bytes of one component; a bigger one (an attachment within) is reported and left out."""
MAX_COMPONENTS = 120_000
"""Components of one stream; the rest is reported and left out."""

MAX_LINES = 5_000
"""Lines of one name in one component."""
NOTHING = "?"
"""Stands for the value of a line that cannot be taken apart: no date, no rule, nothing that can be read."""

NO_CALENDAR = "This is not an iCalendar stream."
CUT_OFF = "The stream ends before its END:VCALENDAR."
UNBALANCED = "The BEGIN and END of a VCALENDAR do not match."
UNCLOSED = "A component has no END."
STRAY = "A component has an END but no BEGIN."
TOO_LARGE = "A component is larger than this program reads."
TOO_MANY = "The stream holds more components than this program reads; the rest is left out."

_VALUE = rb"(?:;[^:\r\n]*)?:([^\r\n]*(?:\r*\n[ \t][^\r\n]*)*)"
# Each pattern begins with a line feed: so the search leaps from line to line.
_MARK = re.compile(rb"\n(BEGIN|END):([A-Z0-9-]+)[ \t]*\r*(?=\n|\Z)", re.IGNORECASE)
_UID = re.compile(rb"\nUID" + _VALUE, re.IGNORECASE)
_TZID = re.compile(rb"\nTZID" + _VALUE, re.IGNORECASE)
_FROM_CALENDAR = re.compile(rb"\n((?:X-WR-TIMEZONE|CALSCALE)" + _VALUE + rb")", re.IGNORECASE)
_INNER = re.compile(rb"\nBEGIN:", re.IGNORECASE)
_STARTS = re.compile(rb"\n(?:DTSTART|SUMMARY|RECURRENCE-ID)[;:][^\r\n]*", re.IGNORECASE)
_TOP = frozenset({b"VEVENT", b"VTODO", b"VTIMEZONE", b"VJOURNAL", b"VFREEBUSY", b"VAVAILABILITY"})
_NAME = re.compile(rb"([A-Za-z0-9-]+)[:;]")
_HEAD = re.compile(r'([A-Za-z0-9-]+)(;[^":]*(?:"[^"]*"[^":]*)*)?:')


class Unreadable(Exception):
    """A component cannot be read. The message is one sentence for the user, without any text from the calendar."""


_NONE: Mapping[str, object] = MappingProxyType({})


class Line(NamedTuple):
    """One content line, unfolded and decoded."""

    name: str
    """Upper case."""
    value: str
    """As it stands: still escaped where it is a TEXT."""
    params: Mapping[str, object] = _NONE
    """Names in upper case."""

    def param(self, name: str) -> str:
        """The first value of a parameter; "" where there is none."""
        value = self.params.get(name, "")
        return str(value[0]) if isinstance(value, (list, tuple)) and value else str(value)

    @property
    def tzid(self) -> str:
        """The TZID whole: a name may hold commas, which part the values of other parameters."""
        value = self.params.get("TZID", "")
        return ",".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One VEVENT or VTODO as it stands in the stream."""

    kind: Literal["VEVENT", "VTODO"]
    uid: str
    """As it stands; a digest where there is none."""
    data: bytes
    """From BEGIN to END, without a line break after it."""
    closed: bool = True
    """False: its END is missing, and it cannot be trusted."""
    line: int | None = None
    """The number of its first line in the stream, from 1; None where nobody asked, or lines had to be joined."""


@dataclass(slots=True, kw_only=True)
class CalendarScan:
    """One VCALENDAR of a stream."""

    header: tuple[bytes, ...] = ()
    """X-WR-TIMEZONE and CALSCALE lines."""
    zones: dict[str, bytes] = field(default_factory=dict)
    """TZID, unescaped, to VTIMEZONE."""
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Scan:
    """The structure of a stream."""

    calendars: list[CalendarScan] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """One sentence each, without text from the stream."""
    whole: bool = False
    """Whether it is VCALENDAR from the first line to the last, none of them cut off."""


def scan(
    data: bytes,
    *,
    max_component: int = MAX_COMPONENT,
    max_components: int = MAX_COMPONENTS,
    numbered: bool = False,
) -> Scan:
    """Find the components of a stream, whatever it holds; `numbered`: with the number of their lines. Never raises."""
    plain = normalized(data)
    data = with_whole_heads(plain)
    return _Scanner(data, max_component, max_components, numbered=numbered and len(data) == len(plain)).run()


def lines(
    block: bytes,
    wanted: frozenset[str],
    *,
    prefixes: tuple[str, ...] = (),
    essential: frozenset[str] = frozenset(),
    reported: frozenset[str] = frozenset(),
) -> Iterator[Line]:
    """The properties of a component itself, not of the components within it.

    Args:
        block: from BEGIN to END.
        wanted: names; `prefixes` are wanted as well. At most `MAX_LINES` of each.
        essential: names of which no line may be passed over. Raises Unreadable where one cannot be taken apart.
        reported: names of which such a line comes as one with `NOTHING` for a value, for whoever reads it to report.
    """
    depth = 0
    seen: Counter[str] = Counter()
    for raw in unfolded_bytes(block).split(b"\n"):
        match = _NAME.match(raw)
        if match is None:
            continue
        name = match[1].decode().upper()
        if name == "BEGIN":
            depth += 1
        elif name == "END":
            depth = max(1, depth - 1)  # a stray END within costs no property
        elif depth == 1 and (name in wanted or name.startswith(prefixes)) and seen[name] < MAX_LINES:
            seen[name] += 1
            try:
                yield _line(decoded(raw.rstrip(b"\r")))
            except Unreadable:
                if name in essential:
                    raise
                if name in reported:
                    yield Line(name=name, value=NOTHING)


def _line(text: str) -> Line:
    match = _HEAD.match(text)
    if match is None:
        raise Unreadable("A property cannot be taken apart.")
    return Line(
        name=match[1].upper(), value=text[match.end() :], params=_parameters(match[2][1:]) if match[2] else _NONE
    )


@lru_cache(maxsize=2048)
def _parameters(text: str) -> Mapping[str, object]:
    if len(text) > 4000:
        raise Unreadable("A property has parameters without end.")
    try:
        parsed = Parameters.from_ical(text)  # type: ignore[no-untyped-call]  # icalendar leaves this one untyped
        return {str(name).upper(): value for name, value in parsed.items()}
    except ValueError:
        raise Unreadable("The parameters of a property cannot be read.") from None


class _Scanner:
    """Walks over the BEGIN and END lines of a stream once."""

    def __init__(self, data: bytes, max_component: int, max_components: int, *, numbered: bool) -> None:
        """`numbered`: the lines of `data` are those of the stream, and are to be counted."""
        self.data = data
        self.max_component = max_component
        self.left = max_components
        self.scan = Scan()
        self.calendar: CalendarScan | None = None
        self.calendar_at = 0
        self.open: bytes | None = None
        self.open_at = 0
        self.line: int | None = 0 if numbered else None
        self.line_at = 0

    def run(self) -> Scan:
        first: re.Match[bytes] | None = None
        balanced = True
        for mark in _MARK.finditer(self.data):
            begins, name = mark[1].upper() == b"BEGIN", mark[2].upper()
            first = first or mark
            if name == b"VCALENDAR":
                balanced &= begins == (self.calendar is None)
                self._calendar(begins=begins, mark=mark)
            elif begins and name in _TOP:
                self._begin(name, mark)
            elif not begins and name in _TOP:
                self._end(name, mark)
        if self.open is not None:
            self._close_unfinished(len(self.data))
        if self.calendar is not None:
            self.scan.problems.append(CUT_OFF)
        elif not balanced:
            self.scan.problems.append(UNBALANCED)
        elif first is None or first[2].upper() != b"VCALENDAR":
            self.scan.problems.append(NO_CALENDAR)
        else:
            self.scan.whole = not self.data[: first.start(1)].strip()
        return self.scan

    def _calendar(self, *, begins: bool, mark: re.Match[bytes]) -> None:
        if self.open is not None:
            self._close_unfinished(mark.start(1))
        if begins:
            self._start_calendar(mark.end())
        else:
            self._header(mark.start(1))
            self.calendar = None

    def _start_calendar(self, at: int) -> CalendarScan:
        self.calendar = CalendarScan()
        self.calendar_at = at
        self.scan.calendars.append(self.calendar)
        return self.calendar

    def _header(self, end: int) -> None:
        """Properties of the VCALENDAR itself stand before its first component."""
        if self.calendar is not None and self.calendar_at >= 0:
            self.calendar.header = tuple(
                match[1] for match in _FROM_CALENDAR.finditer(self.data, self.calendar_at, end)
            )[:4]
            self.calendar_at = -1

    def _begin(self, name: bytes, mark: re.Match[bytes]) -> None:
        if self.open is not None:
            self._close_unfinished(mark.start(1))
        self._header(mark.start(1))
        self.open, self.open_at = name, mark.start(1)

    def _end(self, name: bytes, mark: re.Match[bytes]) -> None:
        if self.open is None:
            self.scan.problems.append(STRAY)
        elif self.open == name:
            self._add(mark.end(), closed=True)
        else:
            self._close_unfinished(mark.start(1))

    def _close_unfinished(self, end: int) -> None:
        self.scan.problems.append(UNCLOSED)
        self._add(end, closed=False)

    def _add(self, end: int, *, closed: bool) -> None:
        kind, start, self.open = self.open, self.open_at, None
        calendar = self.calendar or (self.scan.calendars[-1] if self.scan.calendars else self._orphans())
        if self.left == 0:
            if TOO_MANY not in self.scan.problems:
                self.scan.problems.append(TOO_MANY)
            return
        self.left -= 1
        if end - start > self.max_component:
            self.scan.problems.append(TOO_LARGE)
            return
        data = self.data[start:end].rstrip(b"\r\n")
        if kind == b"VTIMEZONE":
            named = _TZID.search(data)
            if named and closed:
                calendar.zones.setdefault(unescaped(unfolded(named[1])), data)
        elif kind in (b"VEVENT", b"VTODO"):
            calendar.blocks.append(
                Block(
                    kind="VEVENT" if kind == b"VEVENT" else "VTODO",
                    uid=_uid(data),
                    data=data,
                    closed=closed,
                    line=self._line(start),
                )
            )

    def _line(self, at: int) -> int | None:
        """The number of the line that begins at `at`, which only grows."""
        if self.line is not None:
            self.line += self.data.count(b"\n", self.line_at, at)
            self.line_at = at
        return self.line

    def _orphans(self) -> CalendarScan:
        calendar = CalendarScan()
        self.scan.calendars.append(calendar)
        return calendar


def _uid(block: bytes) -> str:
    """The component's own UID: alarms within it may have theirs. Without one, a digest of what tells it apart."""
    inner = _INNER.search(block, 1)
    match = _UID.search(block, 0, inner.start()) if inner else _UID.search(block)
    uid = unfolded(match[1]) if match else ""
    if not uid and inner:
        uid = next((line.value.strip() for line in lines(block, frozenset({"UID"}))), "")
    return uid or "no-uid-" + hashlib.sha256(b"\n".join(_STARTS.findall(block))).hexdigest()[:16]
