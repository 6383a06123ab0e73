"""What is remembered of calls: when each was first seen, how often it moved, and that it is gone. Pure.

The calendar only knows the present; `moved_often`, `late_change`, ratings and the length of a relationship need the
past. Only what changed is returned, so that an uneventful cycle stores nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from termintreu.model import Call, CallRecord, History, Move, Occurrence, slot_of
from termintreu.model.basis import read_basis
from termintreu.model.coverage import Coverage

_LONGEST = timedelta(hours=2)
"""What takes longer is a window in which the call may come."""
_SEEN_AGAIN_AFTER = timedelta(days=1)
"""`last_seen` is kept to the day: finer would store something in every cycle."""


def recurrence_json(recurrence_id: datetime | date | None) -> str | None:
    """A RECURRENCE-ID as `--json` has it: ISO 8601, as in the event."""
    return recurrence_id.isoformat() if recurrence_id is not None else None


def call_history(
    remembered: Mapping[str, CallRecord],
    calls: Iterable[Call],
    occurrences: Mapping[str, Occurrence],
    *,
    now: datetime,
    coverage: Coverage,
    my_emails: frozenset[str],
    declined: Collection[str] = (),
) -> tuple[CallRecord, ...]:
    """Records that are new or differ from what is remembered.

    Args:
        remembered: by call key.
        calls: of this cycle.
        occurrences: every occurrence by call key, cancelled ones too: tells a cancelled call from a deleted one.
        now: UTC.
        coverage: what was read: a call outside its window is not gone, and none is while not every answer can be
            relied on.
        my_emails: lower case; tell whose event it is.
        declined: keys of calls that everybody else had declined: whoever moves or deletes such a one breaks no promise.
    """
    current = {call.key: call for call in calls}
    changed = [
        record
        for call in current.values()
        if (record := _seen(remembered.get(call.key), call, now, _is_by_me(call, my_emails, declined))) is not None
    ]
    for key, record in remembered.items():
        if key in current or record.gone_at is not None:
            continue
        cancelled = key in occurrences and occurrences[key].status == "CANCELLED"
        begin, end = coverage.window
        in_reach = coverage.complete and begin <= record.start < end and record.start > now
        vanished = in_reach and key not in occurrences
        if cancelled or vanished:
            by_me = key not in declined and (key not in occurrences or _mine(occurrences[key], my_emails))
            move = Move(old_start=record.start, new_start=None, seen_at=now, by_me=by_me)
            changed.append(replace(record, gone_at=now, moves=(*record.moves, move)))
    return tuple(changed)


def declined(history: History) -> frozenset[str]:
    """Keys of the calls that everybody else has declined, as a warning about them says."""
    told = ((key, record, history.items.get(slot_of(key, "warning"))) for key, record in history.calls.items())
    return frozenset(
        key
        for key, record, item in told
        if item is not None and item.anchor == record.start and "declined" in dict(read_basis(item.basis).severities)
    )


def first_record(call: Call, now: datetime) -> CallRecord:
    """What is remembered of a call that is seen for the first time, at `now` (UTC)."""
    return CallRecord(
        key=call.key,
        uid=call.occurrence.uid,
        recurrence_id=recurrence_json(call.occurrence.recurrence_id),
        contact_key=call.contact.key,
        contact_name=call.contact.name,
        kind=call.kind,
        start=call.start,
        end=call.end,
        first_seen=now,
        last_seen=now,
        caller=call.caller,
        critical=call.critical,
        phone=call.reach.phone if _may_serve_again(call) else None,
        vouched=call.reach.verified,
    )


def _may_serve_again(call: Call) -> bool:
    """Whether the number is a person's own, out of the appointment, and vouched for."""
    return call.reach.phone_origin == "event" and call.reach.verified and call.caller != "dial_in"


def recalled(calls: Iterable[Call]) -> dict[str, CallRecord]:
    """The records of calls of long ago that are seen for the first time, by key; as of their own time."""
    return {call.key: first_record(call, call.start) for call in calls}


def _seen(before: CallRecord | None, call: Call, now: datetime, by_me: bool) -> CallRecord | None:
    fresh = first_record(call, now)
    if before is None:
        return fresh
    moves = before.moves
    if before.start != call.start and not _is_narrowed(before, call):
        moves = (*moves, Move(old_start=before.start, new_start=call.start, seen_at=now, by_me=by_me))
    after = replace(fresh, first_seen=before.first_seen, last_seen=before.last_seen, moves=moves)
    if after == before and now - before.last_seen < _SEEN_AGAIN_AFTER:
        return None
    return replace(after, last_seen=now)


def _is_narrowed(before: CallRecord, call: Call) -> bool:
    """Whether a window became a time within it: that keeps the promise, and moves nothing."""
    window, length = before.end - before.start, call.end - call.start
    return window > _LONGEST >= length and before.start <= call.start and call.end <= before.end


def _is_by_me(call: Call, my_emails: frozenset[str], declined: Collection[str]) -> bool:
    return call.key not in declined and _mine(call.occurrence, my_emails)


def _mine(occurrence: Occurrence, my_emails: frozenset[str]) -> bool:
    return occurrence.organizer is None or occurrence.organizer.email in my_emails
