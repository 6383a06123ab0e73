"""Which calls a question about several is about, where a server dropped what it said of them: read from its numbered
lines, each of which has a time and a name. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from termintreu.model import DAILY, AskedCall, Call, CallDetails, CallRecord, Observed
from termintreu.model.names import fold
from termintreu.recognition.excepted import numbered_lines

_BACK = timedelta(days=14)
"""A question is about calls that ended no longer before it."""
_TIME = re.compile(r"\b\d{1,2}:\d{2}\b")


def with_calls(
    observed: Mapping[str, Observed], calls: Iterable[Call], records: Mapping[str, CallRecord], zone: ZoneInfo
) -> dict[str, Observed]:
    """The items, each question about several calls with the calls that it is about.

    Args:
        observed: our own items, by href.
        calls: in the calendar.
        records: the calls that are remembered, by key.
        zone: the user's: the times in the lines are meant in it.

    Where one of its lines fits no call, or several, nothing is read: the numbers would be those of other calls.
    """
    bare = {href: item for href, item in observed.items() if item.role == DAILY and not item.about}
    if not bare:
        return dict(observed)
    known = {call.key: of_call(call) for call in calls}
    known = {**{key: _of_record(record) for key, record in records.items() if key not in known}, **known}
    found = {href: _read(item, known.values(), zone) for href, item in bare.items()}
    return {href: replace(item, about=found.get(href, item.about)) for href, item in observed.items()}


def of_call(call: Call) -> AskedCall:
    """What a question keeps of a call."""
    recurrence_id = call.occurrence.recurrence_id
    return AskedCall(
        key=call.key,
        start=call.start,
        contact_key=call.contact.key,
        details=CallDetails(
            uid=call.occurrence.uid,
            end=call.end,
            kind=call.kind,
            name=call.contact.name,
            critical=call.critical,
        ),
        recurrence_id=None if recurrence_id is None else recurrence_id.isoformat(),
    )


def _of_record(record: CallRecord) -> AskedCall:
    return AskedCall(
        key=record.key,
        start=record.start,
        contact_key=record.contact_key,
        details=CallDetails(
            uid=record.uid,
            end=record.end,
            kind=record.kind,
            name=record.contact_name,
            critical=record.critical,
        ),
        recurrence_id=record.recurrence_id,
    )


def _read(item: Observed, known: Iterable[AskedCall], zone: ZoneInfo) -> tuple[AskedCall, ...]:
    if item.start is None:
        return ()
    asked_at = item.start
    near = sorted(
        (call for call in known if asked_at - _BACK <= call.details.end <= asked_at),
        key=lambda call: (call.start, call.key),
        reverse=True,
    )
    found: list[AskedCall] = []
    for line in numbered_lines(item.description):
        fits = [call for call in near if call not in found and _fits(line, call, asked_at, zone)]
        # Lines are in order: of a series' calls at one time the latest is meant, unless the line names a day.
        if not fits or len({(call.contact_key, call.start) for call in fits if call.start == fits[0].start}) > 1:
            return ()
        found.append(fits[0])
    return tuple(found)


def _fits(line: str, call: AskedCall, asked_at: datetime, zone: ZoneInfo) -> bool:
    """Whether a line can be about a call: its time where it has one, its name, and its day where it names none."""
    start = call.start.astimezone(zone)
    times = _TIME.findall(line)
    same_day = start.date() == asked_at.astimezone(zone).date()
    names_no_day = bool(times) and line.startswith(times[0])
    return (
        (not times or f"{start:%H:%M}" == times[0])
        and same_day == names_no_day
        and fold(call.details.name) in fold(line)
    )
