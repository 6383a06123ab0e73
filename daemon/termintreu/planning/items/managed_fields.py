"""The fields of our own items that we manage, and their fingerprint: what tells a user's edit from a server's
rewriting (docs/safety.md, row 13). Pure. A field that is not read here does not count as an edit; each has its reason.

Left out: DTSTAMP, SEQUENCE, LAST-MODIFIED, CREATED (every server bumps them); CLASS (SOGo makes all PUBLIC); STATUS,
COMPLETED, PERCENT-COMPLETE (a tick is an answer, not an edit); CATEGORIES (Cyrus splits them, Thunderbird colours by
them), but for the user's words there ("#skip", "#held"): what was said must not go with the item; X-MOZ-*,
ACKNOWLEDGED, alarms with ACTION:NONE or for a snooze (an alarm was seen), Apple's default ones; an alarm's UID, text
and action, and how its trigger is spelled; the order and folding of everything.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from icalendar import Component

from termintreu.model.times import bounded
from termintreu.recognition.detection import find_words

VERSION = "1"
_FOREIGN = ("ATTENDEE", "ORGANIZER", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
"""We never write these. Where a user added one, changing the item might mail people, or a whole series."""

_FILLERS = ("X-APPLE-DEFAULT-ALARM", "X-APPLE-LOCAL-DEFAULT-ALARM")


@dataclass(frozen=True, slots=True, kw_only=True)
class Managed:
    """The managed fields of one component, normalized."""

    summary: str
    description: str
    location: str
    start: str
    """UTC as in RFC 5545, a DATE as such, "" for none; so are `end` and `due`."""
    end: str = ""
    due: str = ""
    priority: int = 0
    alarms: tuple[str, ...] = ()
    """The moments of active alarms, sorted; as seconds where there is nothing to count from."""
    foreign: tuple[str, ...] = ()
    """Names of properties that we never write."""
    hashtags: tuple[str, ...] = ()
    """Canonical names of the user's words in the categories, sorted."""

    def fingerprint(self) -> str:
        """ "1:" and 16 hex digits."""
        parts = (
            plain(self.summary),
            plain(self.description),
            plain(self.location),
            self.start,
            self.end,
            self.due,
            str(self.priority),
            *self.alarms,
            *self.foreign,
            *self.hashtags,
        )
        return f"{VERSION}:{hashlib.sha256(chr(0).join(parts).encode('utf-8', 'replace')).hexdigest()[:16]}"


UNREADABLE = f"{VERSION}:unreadable"
"""The fingerprint of what cannot be parsed: never that of something we wrote, so such an item is left alone."""


def plain(text: str) -> str:
    """A text without what servers change in it: composed characters, line ends, blanks at the end of lines."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def managed_fields(component: Component, zone: tzinfo) -> Managed:
    """The managed fields of a parsed component. `zone` explains floating times.

    Raises whatever icalendar raises on values that are none (ValueError, AttributeError, OverflowError...).
    """
    start, end, due = (moment_of(component, name, zone) for name in ("DTSTART", "DTEND", "DUE"))
    if end is None and start is not None and "DURATION" in component:
        end = start + first(component, "DURATION").dt
    return Managed(
        summary=str(first(component, "SUMMARY") or ""),
        description=str(first(component, "DESCRIPTION") or ""),
        location=str(first(component, "LOCATION") or ""),
        start=written(start),
        end=written(end) if component.name == "VEVENT" else "",
        due=written(due),
        priority=int(first(component, "PRIORITY") or 0) if component.name == "VTODO" else 0,
        alarms=tuple(sorted({_trigger(alarm, start, end or due, zone) for alarm in active_alarms(component)})),
        foreign=tuple(name for name in _FOREIGN if name in component),
        hashtags=tuple(sorted(find_words(categories=categories_of(component)))),
    )


def categories_of(component: Component) -> tuple[str, ...]:
    """Every category, however many properties hold them."""
    value = component.get("CATEGORIES", [])
    groups = value if isinstance(value, list) else [value]
    return tuple(str(category) for group in groups for category in getattr(group, "cats", [group]))


def active_alarms(component: Component) -> list[Component]:
    """The alarms that are meant to ring: no placeholder or default of Apple's, no other app's snooze (RFC 9074 7)."""
    return [
        alarm
        for alarm in component.subcomponents
        if alarm.name == "VALARM"
        and str(first(alarm, "ACTION") or "").upper() != "NONE"
        and not any(str(first(alarm, name) or "").upper() == "TRUE" for name in _FILLERS)
        and "RELATED-TO" not in alarm
        and "TRIGGER" in alarm
    ]


def alarm_moment(component: Component, zone: tzinfo) -> datetime | None:
    """When the first of the active alarms rings, UTC; None where there is none or nothing to count from."""
    start = moment_of(component, "DTSTART", zone)
    end = moment_of(component, "DTEND", zone) or moment_of(component, "DUE", zone)
    moments = (_rings(alarm, start, end, zone) for alarm in active_alarms(component))
    return min((moment for moment in moments if moment is not None), default=None)


def acknowledged_at(component: Component) -> datetime | None:
    """Until when its alarms were seen, UTC: ACKNOWLEDGED (RFC 9074 6), or Thunderbird's X-MOZ-LASTACK."""
    said = [first(component, "X-MOZ-LASTACK"), *(first(alarm, "ACKNOWLEDGED") for alarm in active_alarms(component))]
    return max((moment for value in said if (moment := _stamped(value)) is not None), default=None)


def _stamped(value: Any) -> datetime | None:
    """A moment in UTC, be it parsed or (of a property that is not known) a text; None where it is none."""
    moment = getattr(value, "dt", None)
    if isinstance(moment, datetime):
        return bounded(moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    try:
        return bounded(datetime.strptime(str(value or ""), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC))
    except ValueError:
        return None


def first(component: Component, name: str) -> Any:
    """The first value of a property, None where there is none: some servers write one twice."""
    value = component.get(name)
    return value[0] if isinstance(value, list) and value else value


def moment_of(component: Component, name: str, zone: tzinfo) -> date | datetime | None:
    """A date or UTC instant from a property; None where it is missing."""
    value = first(component, name)
    return None if value is None else _utc(value.dt, zone)


def written(moment: date | datetime | None) -> str:
    """A moment as RFC 5545 writes it."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return "" if moment is None else moment.strftime("%Y%m%d")


def _utc(moment: date | datetime, zone: tzinfo) -> date | datetime:
    if not isinstance(moment, datetime):
        return moment
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _rings(
    alarm: Component, start: date | datetime | None, end: date | datetime | None, zone: tzinfo
) -> datetime | None:
    trigger = first(alarm, "TRIGGER")
    if not isinstance(trigger.dt, timedelta):
        moment = _utc(trigger.dt, zone)
        return moment if isinstance(moment, datetime) else None
    base = end if str(trigger.params.get("RELATED", "START")).upper() == "END" else start
    return base + trigger.dt if isinstance(base, datetime) else None


def _trigger(alarm: Component, start: date | datetime | None, end: date | datetime | None, zone: tzinfo) -> str:
    moment = _rings(alarm, start, end, zone)
    if moment is not None:
        return written(moment)
    return str(first(alarm, "TRIGGER").to_ical())
