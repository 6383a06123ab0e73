"""One of our own items, taken apart for an API that speaks no iCalendar. Pure.

What invites anybody or repeats itself is refused here: we never write it, so somebody else's hand is in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from termintreu.model.errors import Forbidden
from termintreu_connectors.content_lines import unescaped, unfolded

_NEVER = frozenset({"ATTENDEE", "ORGANIZER", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "DURATION"})
_KEPT = re.compile(r"([A-Z][A-Z0-9-]{0,60})[;:].*")
_KEPT_NAMES = frozenset(
    {
        *("UID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "CATEGORIES", "STATUS", "PRIORITY", "URL", "COLOR"),
        *("CLASS", "DTSTART", "DUE", "PERCENT-COMPLETE", "COMPLETED"),
    }
)
_LINE = re.compile(r"([A-Za-z0-9-]+)((?:;[^:\";]*(?:\"[^\"]*\"[^:\";]*)*)*):(.*)", re.DOTALL)
_LEAD = re.compile(r"([+-])?P(?:(\d{1,3})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnItem:
    """A VEVENT or VTODO."""

    name: str
    lines: tuple[tuple[str, str, str], ...]
    """Name, value and whole line of its properties."""
    triggers: tuple[str, ...]
    """The values of its alarms' triggers."""

    @classmethod
    def read(cls, data: bytes) -> OwnItem:
        """The one item of a stream. Raises Forbidden."""
        within: list[str] = []
        items: list[str] = []
        lines: list[tuple[str, str, str]] = []
        triggers: list[str] = []
        for name, value, line in _properties(data):
            if name == "BEGIN":
                within.append(value.upper())
                items += [value.upper()] if value.upper() in {"VEVENT", "VTODO"} else []
            elif name == "END":
                del within[-1:]
            elif within[-1:] == ["VALARM"] and name == "TRIGGER":
                triggers.append(value)
            elif within[-1:] in (["VEVENT"], ["VTODO"]):
                if name in _NEVER:
                    raise Forbidden("nothing is written here that invites anybody or repeats itself")
                lines.append((name, value, line))
        if len(items) != 1:
            raise Forbidden("an object with one event or one task is wanted")
        return cls(name=items[0], lines=tuple(lines), triggers=tuple(triggers))

    def value(self, name: str) -> str:
        """The value of a property as it stands; "" where there is none."""
        return next((value for found, value, _ in self.lines if found == name), "")

    def text(self, name: str) -> str:
        """A TEXT value."""
        return unescaped(self.value(name))

    def moment(self, name: str) -> datetime | None:
        """A DATE-TIME in UTC; None where there is none. Raises Forbidden where it is anything else."""
        value = self.value(name)
        return _moment(value) if value else None

    def rest(self, mapped: frozenset[str]) -> list[str]:
        """The lines of all other properties."""
        return [line for name, _, line in self.lines if name not in mapped]

    def lead_before(self, start: datetime) -> int | None:
        """Whole minutes from its first alarm to `start`, negative for one that is later; None where it has none."""
        leads = [lead for trigger in self.triggers if (lead := _lead(trigger, start)) is not None]
        return max(leads, default=None)

    def rings_at(self, start: datetime) -> datetime | None:
        """The moment of an absolute alarm, or `start` for a relative one; None where there is none."""
        absolute = [_moment(trigger) for trigger in self.triggers if trigger.endswith("Z")]
        return min(absolute, default=start if self.triggers else None)


def kept_lines(written: str) -> list[str]:
    """The content lines that were kept for an item of ours, beside the fields that the API has: of names that we write,
    and by which nobody is invited, no series made, and no component begun."""
    return [line for line in written.split("\n") if is_kept(line)]


def is_kept(line: str) -> bool:
    """Whether a line is kept, or taken from what was kept."""
    match = _KEPT.fullmatch(line)
    return match is not None and (match[1] in _KEPT_NAMES or match[1].startswith("X-"))


def _properties(data: bytes) -> Iterator[tuple[str, str, str]]:
    for line in unfolded(data):
        if match := _LINE.match(line):
            yield match[1].upper(), match[3], match[1].upper() + line[len(match[1]) :]


def _moment(value: str) -> datetime:
    try:
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise Forbidden("a moment is written in UTC only") from None


def _lead(trigger: str, start: datetime) -> int | None:
    if trigger.endswith("Z"):
        return int((start - _moment(trigger)).total_seconds() // 60)
    match = _LEAD.fullmatch(trigger)
    if match is None:
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    lead = (weeks * 7 + days) * 1_440 + hours * 60 + minutes + (seconds + 59) // 60
    return lead if match[1] == "-" else -lead
