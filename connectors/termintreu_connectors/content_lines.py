"""Content lines of iCalendar (RFC 5545 3.1), made of values that came in another form. Values are foreign: no text of
theirs begins a line, ends a parameter, or passes as another property.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

_LONGEST_TEXT = 100_000
"""Characters of one value; nobody reads more."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+/-]{0,62}")
_FOLD = 73


def text_line(name: str, value: str) -> str:
    """A property whose value is TEXT (3.3.11)."""
    return f"{name}:{escaped(value)}"


def escaped(value: str) -> str:
    """A TEXT value as it stands in a line."""
    value = value[:_LONGEST_TEXT].replace("\r\n", "\n").replace("\r", "\n")
    value = _CONTROLS.sub("", value)
    return value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def unescaped(value: str) -> str:
    """The text of a TEXT value."""
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] in "nN" else match[1], value)


def plain_value(value: str) -> str:
    """A value that is no TEXT (a URI, an address) without what would end its line."""
    return re.sub(r"[\x00-\x1f\x7f]", "", value[:_LONGEST_TEXT]).strip()


def parameter(value: str) -> str:
    """A parameter's value, quoted (3.2)."""
    return '"' + re.sub(r'[\x00-\x1f\x7f"]', "", value[:1_000]) + '"'


def moment_line(name: str, moment: datetime, zone: str | None = None) -> str:
    """A property whose value is a DATE-TIME: in `zone`, an IANA name, else in UTC. `moment` is aware."""
    if zone is None or zone in {"UTC", "Etc/UTC", "GMT", "Etc/GMT"}:
        return f"{name}:{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return f"{name};TZID={zone}:{moment.astimezone(ZoneInfo(zone)):%Y%m%dT%H%M%S}"


def day_line(name: str, day: date) -> str:
    """A property whose value is a DATE."""
    return f"{name};VALUE=DATE:{day:%Y%m%d}"


def known_zone(name: str) -> str | None:
    """The zone's IANA name, where it is one."""
    if not _ZONE.fullmatch(name):
        return None
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return None
    return name


def windows_zone(name: str) -> str | None:
    """The IANA name of a zone that Windows names ("W. Europe Standard Time"), or that is named so already."""
    return known_zone(WINDOWS_TO_OLSON.get(name, name))


def component(name: str, lines: Iterable[str]) -> list[str]:
    """A component's lines."""
    return [f"BEGIN:{name}", *lines, f"END:{name}"]


def calendar(components: Iterable[Iterable[str]], prodid: str) -> bytes:
    """A stream of those components."""
    inside = [line for lines in components for line in lines]
    lines = ["VERSION:2.0", f"PRODID:{prodid}", *inside]
    return "".join(f"{folded(line)}\r\n" for line in component("VCALENDAR", lines)).encode("utf-8", "replace")


def folded(line: str) -> str:
    """A line in pieces of at most 75 octets (3.1)."""
    if len(line) <= _FOLD and line.isascii():
        return line
    pieces: list[str] = []
    size, begun = 0, 0
    for place, character in enumerate(line):
        octets = len(character.encode("utf-8", "replace"))
        if size + octets > _FOLD:
            pieces.append(line[begun:place])
            begun, size = place, 1
        size += octets
    pieces.append(line[begun:])
    return "\r\n ".join(pieces)


def unfolded(data: bytes) -> Iterator[str]:
    """The content lines of a stream."""
    text = re.sub(r"\r?\n[ \t]", "", data.decode("utf-8-sig", "replace"))
    yield from filter(None, re.split(r"\r?\n", text))
