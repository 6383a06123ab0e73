"""Cuts a stream (a feed, a single file) into one small stream for each UID, without understanding it. Pure.

So a change to one event of a feed is a change to one part, and one broken event costs nobody else theirs. The parts
are for reading only: what reading does not use (DTSTAMP, which some servers set anew with each answer; METHOD; the
definition of zones that are known by name) is left out, so that equal content gives equal bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from termintreu.reading.ical.lines import MAX_COMPONENT, MAX_COMPONENTS, Block, CalendarScan, scan
from termintreu.reading.ical.text import unescaped, unfolded
from termintreu.reading.ical.zones import find_zone

_DTSTAMP = re.compile(rb"\nDTSTAMP[;:][^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE)
PART = "#uid:"
"""Between the href of a stream that holds many UIDs and the digest of one of them."""
_NAMED = re.compile(rb';TZID=("[^"\n]*+(?:\n[ \t][^"\n]*+)*+"|[^;:\n]*)', re.IGNORECASE)
"""Names in quotes may hold a colon, and be folded after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """All components of one UID, as a VCALENDAR stream of its own."""

    uid: str
    """As it stands; a digest of the component where it has none."""
    data: bytes
    """Equal for equal content. A component without END stands in it as it was found, so that reading reports it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A stream in parts."""

    parts: tuple[Part, ...]
    """In the order of the stream."""
    problems: tuple[str, ...]
    """One sentence each, without any text from the stream."""
    whole: bool
    """Whether the stream is VCALENDAR from its first line to its last. What is not must not be believed when it
    comes to what is missing."""


def split_stream(data: bytes, *, max_line: int = MAX_COMPONENT, max_events: int = MAX_COMPONENTS) -> Split:
    """Cut a stream by UID. Never raises.

    Args:
        data: whatever a server, a feed or a file gave.
        max_line: bytes of one component, and so of each of its lines; a bigger component is left out.
        max_events: components in all; the rest is left out.
    """
    found = scan(data, max_component=max_line, max_components=max_events)
    by_uid: dict[str, list[bytes]] = {}
    for calendar in found.calendars:
        grouped: dict[str, list[Block]] = {}
        for block in calendar.blocks:
            grouped.setdefault(block.uid, []).append(block)
        for uid, blocks in grouped.items():
            by_uid.setdefault(uid, []).append(_stream(calendar, blocks))
    return Split(
        parts=tuple(Part(uid=uid, data=b"".join(streams)) for uid, streams in by_uid.items()),
        problems=tuple(dict.fromkeys(found.problems)),
        whole=found.whole,
    )


def _stream(calendar: CalendarScan, blocks: list[Block]) -> bytes:
    body = b"\r\n".join(_DTSTAMP.sub(b"", block.data) for block in blocks)
    pieces = [b"BEGIN:VCALENDAR", *calendar.header, *_zones(calendar, body), body, b"END:VCALENDAR", b""]
    return b"\r\n".join(pieces)


def _zones(calendar: CalendarScan, body: bytes) -> list[bytes]:
    """The definitions of those zones that the components name and no table knows."""
    if not calendar.zones:
        return []
    names = dict.fromkeys(name for raw in dict.fromkeys(_NAMED.findall(body)) for name in _zone_names(raw))
    return [calendar.zones[name] for name in names if name in calendar.zones and find_zone(name) is None]


@lru_cache(maxsize=256)
def _zone_names(raw: bytes) -> tuple[str, str]:
    """A TZID as it stands, and as it is where its author took the parameter for TEXT."""
    name = unfolded(raw).strip('"').strip()
    return name, unescaped(name).strip()
