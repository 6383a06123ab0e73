"""How a rating came about, call by call: what was said of each, what counted, how much, and what is left of it. Pure.

It only shows what `outcomes` and `rating` decide; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from termintreu.judging.outcomes import Verdict, counted_moves, experiences, from_calendar
from termintreu.judging.rating import Experience, Side, decay, weight
from termintreu.model import AnswerOrigin, CallRecord, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What one call counts for on one side."""

    side: Side
    kept: bool
    weight: float
    """1 for a kept call; for a failure as `rating.weight` has it."""
    left: float
    """The same as it counts today, after decay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedCall:
    """One call (or one time from which it was moved) and what it counts for."""

    uid: str
    at: datetime
    """UTC start."""
    outcome: Outcome
    """ "unknown" where nobody said anything."""
    origin: AnswerOrigin | None
    """Who says so; None where nobody does."""
    late_minutes: int | None = None
    critical: bool = False
    made_good_at: datetime | None = None
    """UTC."""
    overruled: tuple[tuple[AnswerOrigin, Outcome], ...] = ()
    """What others say of it, and the calendar, where that is something else."""
    counts: tuple[Count, ...] = ()

    def count(self, side: Side) -> Count | None:
        """What it counts for on one side; None where it does not count there."""
        return next((one for one in self.counts if one.side == side), None)


def rated_calls(calls: Iterable[tuple[CallRecord, Verdict | None]], now: datetime) -> tuple[RatedCall, ...]:
    """Everything that a contact's calls were up to `now` (UTC), oldest first."""
    found = [entry for record, how in calls for entry in (*_moves(record, now), *_call(record, how, now))]
    return tuple(sorted(found, key=lambda entry: (entry.at, entry.uid)))


def _moves(record: CallRecord, now: datetime) -> Iterable[RatedCall]:
    counted = experiences(record, None, now)
    for move, one in zip(counted_moves(record), counted, strict=True):
        if move.old_start <= now:
            yield RatedCall(
                uid=record.uid,
                at=move.old_start,
                outcome="moved",
                origin="calendar",
                critical=one.critical,
                counts=(_count(one, now),),
            )


def _call(record: CallRecord, how: Verdict | None, now: datetime) -> Iterable[RatedCall]:
    if record.start > now:
        return
    counted = experiences(record, how, now)[len(counted_moves(record)) :]
    yield RatedCall(
        uid=record.uid,
        at=record.start,
        outcome=how.outcome if how else "unknown",
        origin=how.origin if how else None,
        late_minutes=how.late_minutes if how else None,
        critical=record.critical,
        made_good_at=how.made_good_at if how and how.outcome == "missed" else None,
        overruled=_overruled(record, how),
        counts=tuple(_count(one, now) for one in counted),
    )


def _overruled(record: CallRecord, how: Verdict | None) -> tuple[tuple[AnswerOrigin, Outcome], ...]:
    if how is None:
        return ()
    said = [(answer.origin, answer.outcome) for answer in how.said]
    calendar = from_calendar(record)
    said += [(calendar.origin, calendar.outcome)] if calendar else []
    return tuple(dict.fromkeys(one for one in said if one[1] != how.outcome))


def _count(one: Experience, now: datetime) -> Count:
    kept = one.failure == 0.0
    heavy = 1.0 if kept else weight(one, now)
    return Count(side=one.side, kept=kept, weight=heavy, left=heavy * decay(one, now))


def rated_call_json(entry: RatedCall, zone: ZoneInfo) -> dict[str, Any]:
    """One of `calls` in `rating --json`."""
    return {
        "uid": entry.uid,
        "start": entry.at.astimezone(zone).isoformat(),
        "outcome": entry.outcome,
        "from": entry.origin,
        "late_minutes": entry.late_minutes,
        "critical": entry.critical,
        "made_good_at": entry.made_good_at.astimezone(zone).isoformat() if entry.made_good_at else None,
        "overruled": [{"from": origin, "outcome": outcome} for origin, outcome in entry.overruled],
        "counts": {
            one.side: {"kept": one.kept, "weight": round(one.weight, 4), "left": round(one.left, 4)}
            for one in entry.counts
        },
    }
