"""The properties of one component, and those of their values that need no zone: texts, people, links. Pure.

All text is foreign: what leaves here is cleaned and bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from termintreu.model import Conference, Person, marks
from termintreu.model.clean import clean_line, clean_text
from termintreu.reading.ical.lines import UNCLOSED, Block, Line, Unreadable, lines
from termintreu.reading.ical.text import unescaped
from termintreu.reading.ical.values import parse_value

LINE_LIMIT = 1_000
_TEXT_LIMIT = 20_000
LINK_LIMIT = 2_000
MAX_PERSONS = 200
MAX_LISTED = 50
TRAVEL = "X-APPLE-TRAVEL-DURATION"
VENDORS = ("X-GOOGLE-", "X-MICROSOFT-", "X-OPENPAAS-")

_TIMES = ("DTSTART", "DTEND", "DUE", "DURATION", "RECURRENCE-ID")
_SINGLE = ("UID", "SUMMARY", "DESCRIPTION", "LOCATION", "URL", "STATUS", "TRANSP", "ORGANIZER", "CREATED",
           "LAST-MODIFIED", "SEQUENCE", "COMPLETED", "PERCENT-COMPLETE", TRAVEL, marks.ID_PROPERTY)  # fmt: skip
_MANY = ("RRULE", "EXRULE", "RDATE", "EXDATE", "ATTENDEE", "CATEGORIES", "CONFERENCE")
_WANTED = frozenset((*_TIMES, *_SINGLE, *_MANY))
_ESSENTIAL = frozenset({"DTSTART", "RECURRENCE-ID", "UID"})
"""Without these there is no saying when an event is."""
_REPORTED = frozenset({"RRULE", "EXRULE", "RDATE", "EXDATE"})
"""Without these it is known when it first is; a broken line of any other name is passed over."""
_COMMA = re.compile(r"(?<!\\),")


@dataclass(slots=True)
class Properties:
    """The properties of one component by name."""

    by_name: dict[str, list[Line]] = field(default_factory=dict)

    def first(self, name: str) -> Line | None:
        """The first property of that name."""
        found = self.by_name.get(name)
        return found[0] if found else None

    def only(self, name: str) -> Line | None:
        """The one property of that name. Raises Unreadable where there are two that differ."""
        found = self.by_name.get(name)
        if not found:
            return None
        if any(line != found[0] for line in found[1:]):
            raise Unreadable("A component has two different values where there may be one.")
        return found[0]

    def all(self, name: str) -> list[Line]:
        """Every property of that name, in order."""
        return self.by_name.get(name, [])

    def text(self, name: str, limit: int = LINE_LIMIT) -> str:
        """A TEXT of one line, cleaned; "" where there is none."""
        line = self.first(name)
        return clean_line(unescaped(line.value), limit) if line else ""


def read_properties(block: Block) -> Properties:
    """All that reading uses. Raises Unreadable."""
    if not block.closed:
        raise Unreadable(UNCLOSED)
    found = Properties()
    for line in lines(block.data, _WANTED, prefixes=VENDORS, essential=_ESSENTIAL, reported=_REPORTED):
        found.by_name.setdefault(line.name, []).append(line)
    return found


def instant_of(line: Line | None) -> datetime | None:
    """A moment that only informs (CREATED, LAST-MODIFIED): None where it cannot be read."""
    if line is None:
        return None
    try:
        value = parse_value(line.value)
    except Unreadable:
        return None
    return value.wall.replace(tzinfo=UTC)


def notes_and_own(block: Block, found: Properties) -> tuple[str, bool]:
    """The description, and whether any of our marks is on the component."""
    line = found.first("DESCRIPTION")
    text = unescaped(line.value) if line else ""
    description = clean_text(text, _TEXT_LIMIT)
    mark = found.first(marks.ID_PROPERTY)
    own = marks.has_own_mark(
        uid=block.uid,
        id_property=mark.value if mark else None,
        categories=categories_of(found),
        description=text,
    )
    return description, own


def categories_of(found: Properties) -> tuple[str, ...]:
    """CATEGORIES, of all its lines."""
    names = (unescaped(text) for line in found.all("CATEGORIES") for text in _COMMA.split(line.value[:_TEXT_LIMIT]))
    return tuple(name for name in (clean_line(name, 200) for name in names) if name)[:MAX_LISTED]


def person_of(line: Line) -> Person:
    """An ATTENDEE or ORGANIZER."""
    address = line.value.strip()
    if address[:7].lower() == "mailto:":
        address = address[7:]
    email = line.param("EMAIL") if "@" not in address else address
    return Person(
        email=clean_line(email, 320).lower() if "@" in email else "",
        name=clean_line(line.param("CN").strip('"'), 200),
        partstat=clean_line(line.param("PARTSTAT"), 40).upper() or "NEEDS-ACTION",
        role=clean_line(line.param("ROLE"), 40).upper() or "REQ-PARTICIPANT",
        cutype=clean_line(line.param("CUTYPE"), 40).upper() or "INDIVIDUAL",
    )


def conference_of(line: Line) -> Conference:
    """A CONFERENCE (RFC 7986 5.11)."""
    features = line.params.get("FEATURE", "")
    listed = features if isinstance(features, (list, tuple)) else str(features).split(",")
    return Conference(
        uri=clean_line(line.value, LINK_LIMIT),
        features=frozenset(clean_line(str(feature), 40).upper() for feature in listed if feature),
        label=clean_line(line.param("LABEL"), 200),
    )
