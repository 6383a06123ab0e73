"""What the tasks after a call have in common: for whom there is one, its times, its form. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from termintreu.judging.outcomes import Verdict
from termintreu.judging.rules.after import RecoveryParams
from termintreu.model import DAILY, Call, Item, ItemKind, slot_of
from termintreu.model.basis import Basis, read_asked
from termintreu.planning.items.slot_state import SlotState
from termintreu.planning.planning import Planning, details_of, recurrence_of

HOUR = time(10)
"""When a step that is no hurry comes to mind: work has begun, the day is not full yet."""
FRESH = timedelta(days=7)
"""What was said or ticked longer ago starts nothing new: after a long pause the past is not brought up."""
_DAY = timedelta(hours=8)
_LEAST = timedelta(hours=1)
"""From the alarm of a step to its DUE."""


def outcome_of(call: Call, planning: Planning) -> Verdict | None:
    """How a call went that has begun and was not moved since that was said; None while nobody says."""
    if call.start > planning.now or call.key not in planning.context.settled:
        return None
    return planning.verdicts.get(call.key)


def calls_of(state: SlotState) -> list[tuple[str, datetime]]:
    """Key and start of each call that a question about several is about, as it stands or is remembered."""
    if state.found is not None and state.found.about:
        return [(call.key, call.start) for call in state.found.about]
    return list(read_asked(state.basis or (state.record.basis if state.record else "")))


def is_in_open_question(call: Call, planning: Planning) -> bool:
    """Whether a question about several calls that stands unanswered is about this one, too."""
    return any(
        state.found is not None and state.status in {"live", "taken_over"} and (call.key, call.start) in calls_of(state)
        for slot, state in planning.standing.items()
        if slot.endswith(f"/outcome/{DAILY}")
    )


def is_looked_after(call: Call, planning: Planning) -> bool:
    """Whether the steps after a miss are still open: they are let rest when the time of special care is over."""
    care = timedelta(days=max(planning.settings(RecoveryParams).critical_days, FRESH.days))
    return planning.now < call.start + care


def on_workday(day_after: datetime, days: int, planning: Planning) -> tuple[datetime, datetime]:
    """Alarm and DUE of a step on the workday `days` workdays after a moment: at 10, until the end of work.

    Where that is past, the first working time from now on: the step was not forgotten, only the machine was off.
    """
    clock = planning.context.clock
    wanted = clock.at(clock.workday_after(clock.day_of(day_after), days), HOUR)
    return at_work(wanted, planning)


def at_work(wanted: datetime, planning: Planning) -> tuple[datetime, datetime]:
    """Alarm and DUE: in working time from `wanted` on, never in the past."""
    start = planning.next_work(max(wanted, planning.soon()))
    return start, due_of(start, planning)


def due_of(start: datetime, planning: Planning) -> datetime:
    """DUE of what rings at `start`, and has time: the end of the day's work, or of the next workday's where that is too
    near."""
    clock = planning.context.clock
    day = clock.day_of(start)
    ends = (clock.end_of_work(day), clock.end_of_work(clock.workday_after(day)))
    return next((end for end in ends if end is not None and end >= start + _LEAST), start + _DAY)


def kept_times(call: Call, kind: ItemKind, role: str, planning: Planning) -> tuple[datetime, datetime] | None:
    """Alarm and DUE of a task that stands there already: it keeps them."""
    kept = planning.kept(slot_of(call.key, kind, role), call.start)
    return None if kept is None or kept.start is None else (kept.start, kept.due or kept.start + _LEAST)


def a_task(
    call: Call,
    planning: Planning,
    *,
    kind: ItemKind,
    role: str = "",
    times: tuple[datetime, datetime],
    summary: str,
    lines: Iterable[str],
    alarm_text: str = "",
    priority: int,
    rules: tuple[str, ...],
    basis: Basis | None = None,
) -> Item:
    """A task about a call that is over. `times` are alarm and DUE; `rules` begin with the one that can turn it off."""
    return Item(
        kind=kind,
        role=role,
        component="VTODO",
        call_key=call.key,
        appointment_uid=call.occurrence.uid,
        recurrence_id=recurrence_of(call),
        summary=summary,
        description="\n".join(lines),
        start=times[0],
        due=times[1],
        alarm_text=alarm_text or summary,
        priority=priority,
        rules=tuple(rule for rule in rules if rule not in planning.disabled or rule == rules[0]),
        anchor=call.start,
        contact_key=call.contact.key,
        details=details_of(call),
        basis=str(basis or Basis()),
    )
