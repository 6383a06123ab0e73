"""A quick look at an iCalendar stream as bytes: which components and UIDs stand in it, and whether it is whole. For
connectors, which must tell one object from another without parsing it; nothing is interpreted and nothing raises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_BOM = b"\xef\xbb\xbf"
_FOLD = re.compile(rb"\r?\n[ \t]")
_LINE = re.compile(rb"^(?:(BEGIN|END)[ \t]*:|UID(?:;[^:\r\n]*)?:)[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_BEGIN = re.compile(rb"\s*BEGIN[ \t]*:[ \t]*VCALENDAR[ \t]*\r?\n", re.IGNORECASE)
_END = re.compile(rb"\nEND[ \t]*:[ \t]*VCALENDAR\s*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What a stream holds."""

    components: frozenset[str]
    """Names of the components directly within VCALENDAR, upper case, without VTIMEZONE."""
    uids: frozenset[str]
    """UIDs of those components; an alarm's own UID (RFC 9074) is none of them."""


def outline(data: bytes) -> Outline:
    """The components and UIDs of a stream, as far as they can be made out."""
    components: set[str] = set()
    uids: set[str] = set()
    path: list[bytes] = []
    for match in _LINE.finditer(_FOLD.sub(b"", data.removeprefix(_BOM))):
        edge, value = match[1], match[2].strip()
        if edge is None:
            if len(path) == 2 and path[1] != b"VTIMEZONE":
                uids.add(value.decode("utf-8", "replace"))
        elif edge.upper() == b"END":
            del path[-1:]
        else:
            path.append(value.upper())
            if len(path) == 2 and value.upper() != b"VTIMEZONE":
                components.add(value.upper().decode("ascii", "replace"))
    return Outline(components=frozenset(components), uids=frozenset(uids))


def is_whole(data: bytes) -> bool:
    """True for a stream that begins and ends as one (RFC 5545 3.4); a byte order mark and blanks around it are let
    pass. A log-in page in HTML and a body that was cut off are not whole.
    """
    return bool(_BEGIN.match(data.removeprefix(_BOM))) and bool(_END.search(data[-4096:]))
