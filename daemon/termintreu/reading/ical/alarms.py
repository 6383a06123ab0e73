"""The alarms that an event has of its own, as far as they pop up before its user (RFC 5545 3.6.6, RFC 9074). Pure.

Only ACTION:DISPLAY counts. An alarm that mails, plays or does nothing reminds nobody here; Apple's default alarms are
fillers, which ring on some of its devices only; one that waits for a place has no moment. REPEAT is passed over: the
first time counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from termintreu.model import Alarm
from termintreu.reading.ical.lines import Block, Line, Unreadable, lines
from termintreu.reading.ical.properties import instant_of
from termintreu.reading.ical.values import later, parse_duration, parse_value, to_utc

MAX_ALARMS = 20
"""Of one event; the rest is left out."""

_BLOCK = re.compile(rb"\nBEGIN:VALARM[ \t]*\r*(?=\n)", re.IGNORECASE)
_END = re.compile(rb"\nEND:VALARM[ \t]*\r*(?=\n|\Z)", re.IGNORECASE)
_FILLERS = frozenset({"X-APPLE-DEFAULT-ALARM", "X-APPLE-LOCAL-DEFAULT-ALARM"})
_AT_A_PLACE = frozenset({"PROXIMITY", "X-APPLE-PROXIMITY"})
_WANTED = frozenset({"ACTION", "TRIGGER", "ACKNOWLEDGED"}) | _FILLERS | _AT_A_PLACE
_OF_THE_EVENT = frozenset({"X-MOZ-LASTACK"})


@dataclass(frozen=True, slots=True)
class Trigger:
    """When an alarm rings: so long after the start or the end of its occurrence, or at one moment."""

    offset: timedelta | None = None
    from_end: bool = False
    moment: datetime | None = None
    """UTC."""
    acknowledged: datetime | None = None
    """UTC: until when alarms were seen, and need not ring (again)."""

    def alarm(self, start: datetime, end: datetime) -> Alarm:
        """The alarm of an occurrence from `start` to `end` (UTC)."""
        at = self.moment or later(end if self.from_end else start, self.offset or timedelta(0))
        return Alarm(at=at, acknowledged=self.acknowledged is not None and self.acknowledged >= at)


def triggers_of(block: Block, zone: tzinfo) -> tuple[Trigger, ...]:
    """The triggers of an event's alarms that pop up; what cannot be read is none.

    `zone` is the event's, for moments that are given without one.
    """
    if b"VALARM" not in block.data and b"valarm" not in block.data:
        return ()
    seen = _latest(lines(block.data, _OF_THE_EVENT))
    found = (_trigger(list(lines(part, _WANTED)), zone, seen) for part in _parts(block.data))
    return tuple(trigger for trigger in found if trigger is not None)


def _parts(data: bytes) -> Iterator[bytes]:
    """From BEGIN to END of each alarm."""
    position = 0
    for _ in range(MAX_ALARMS):
        begin = _BLOCK.search(data, position)
        end = _END.search(data, begin.end()) if begin else None
        if begin is None or end is None:
            return
        yield data[begin.start() + 1 : end.end()]
        position = end.end()


def _trigger(found: list[Line], zone: tzinfo, seen: datetime | None) -> Trigger | None:
    values = {line.name: line for line in reversed(found)}
    if "ACTION" not in values or values["ACTION"].value.strip().upper() != "DISPLAY" or "TRIGGER" not in values:
        return None
    filler = any(values[name].value.strip().upper() == "TRUE" for name in values.keys() & _FILLERS)
    if filler or values.keys() & _AT_A_PLACE:
        return None
    acknowledged = _later_of(seen, _latest(line for line in found if line.name == "ACKNOWLEDGED"))
    line = values["TRIGGER"]
    text = line.value.strip()
    try:
        if text.lstrip("+-")[:1].upper() != "P":
            value = parse_value(text)
            moment = to_utc(value.wall, zone) if value.kind == "local" else instant_of(line)
            return Trigger(moment=moment, acknowledged=acknowledged)
        length = parse_duration(text.lstrip("+-"))
    except Unreadable:
        return None
    offset = timedelta(days=length.days) + length.exact
    return Trigger(
        offset=-offset if text.startswith("-") else offset,
        from_end=line.param("RELATED").upper() == "END",
        acknowledged=acknowledged,
    )


def _latest(found: Iterator[Line]) -> datetime | None:
    latest: datetime | None = None
    for line in found:
        latest = _later_of(latest, instant_of(line))
    return latest


def _later_of(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((moment for moment in (one, other) if moment is not None), default=None)
