"""What follows when the call back is made: amends, a look after a week, and a personal talk where it was not the first
time (docs/rules.md, `recovery`, `repeat`). Pure.

    call back ticked -> amends, on the next workday
                     -> a look, seven days later, whether or not the amends are ticked; none where they are deleted
    too many failures with one contact -> a talk

Each is written when the one before is ticked, the look at the latest on the day before its own, and goes when the user
says that the call was held after all.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from termintreu.judging.rules.after import RecoveryParams, RepeatParams
from termintreu.model import Call, Item, msg, slot_of
from termintreu.planning.afterwards import (
    FRESH,
    HOUR,
    a_task,
    at_work,
    is_looked_after,
    kept_times,
    on_workday,
    outcome_of,
)
from termintreu.planning.planning import Planning
from termintreu.planning.wording import headline, name_of, reach_lines, titled

TALK = "talk"
"""Role of the task to talk personally."""
_AHEAD = timedelta(days=1)
"""So long before its day the look is written where the amends are still open: one step at a time."""
_TALK_AFTER = 2
"""Workdays from the last failure to the talk: the call back and the amends come first."""


def amends(call: Call, planning: Planning) -> Iterable[Item]:
    """The steps after the call back about one call that was missed, and the talk."""
    found = outcome_of(call, planning)
    if found is not None and found.outcome == "missed" and is_looked_after(call, planning):
        yield from _amends(call, planning)
        yield from _check(call, planning)
    if call.key in planning.talks:
        yield from _talk(call, planning)


def _amends(call: Call, planning: Planning) -> Iterable[Item]:
    done_at = planning.done_at(slot_of(call.key, "recovery"))
    if done_at is None:
        return
    times = kept_times(call, "amends", "", planning)
    if times is None and planning.now < done_at + FRESH:
        times = on_workday(done_at, 1, planning)
    if times is None:
        return
    texts = planning.texts
    who, days = name_of(call, texts), planning.settings(RecoveryParams).check_days
    yield a_task(
        call,
        planning,
        kind="amends",
        times=times,
        summary=titled(lambda name: texts.render(msg("A small gesture for {who}", who=name)), who),
        lines=[
            headline(call, texts),
            "",
            texts.render(msg("You have talked. Now a small gesture that suits {who}, for example:", who=who)),
            texts.render(msg("– a card written by hand")),
            texts.render(msg("– something useful for what you work on together")),
            texts.render(msg("– a service that you would otherwise charge for")),
            texts.render(msg("What you can write:")),
            texts.render(msg("“Thank you for your time. You can rely on our next appointment.”")),
            texts.render(msg("Keep it small. What happened need not be explained again.")),
            "",
            texts.render(
                msg(
                    "{days:day|days} after your call a task asks to check on things, unless you delete this one.",
                    days=days,
                )
            ),
        ],
        priority=3,
        rules=("recovery",),
    )


def _check(call: Call, planning: Planning) -> Iterable[Item]:
    done_at = planning.done_at(slot_of(call.key, "recovery"))
    if done_at is None or planning.is_deleted(slot_of(call.key, "amends")):
        return
    clock, days = planning.context.clock, planning.settings(RecoveryParams).check_days
    times = kept_times(call, "check", "", planning)
    wanted = clock.at(clock.day_of(done_at) + timedelta(days=days), HOUR)
    is_next = planning.done_at(slot_of(call.key, "amends")) is not None or planning.now >= wanted - _AHEAD
    if times is None and is_next and planning.now < done_at + timedelta(days=days) + FRESH:
        times = at_work(wanted, planning)
    if times is None:
        return
    texts = planning.texts
    who = name_of(call, texts)
    yield a_task(
        call,
        planning,
        kind="check",
        times=times,
        summary=titled(lambda name: texts.render(msg("{who}: ask whether all is well", who=name)), who),
        lines=[
            headline(call, texts),
            "",
            texts.render(msg("Ask on the phone: is everything going as {who} wishes?", who=who)),
            texts.render(msg("The missed call itself need not come up again.")),
            texts.render(msg("Is anything still open? Agree on a fixed time for it.")),
        ],
        priority=5,
        rules=("recovery",),
    )


def _talk(call: Call, planning: Planning) -> Iterable[Item]:
    times = kept_times(call, "amends", TALK, planning)
    if times is None and planning.now < call.start + FRESH:
        times = on_workday(call.start, _TALK_AFTER, planning)
    if times is None:
        return
    texts, days = planning.texts, planning.settings(RepeatParams).days
    who = name_of(call, texts)
    yield a_task(
        call,
        planning,
        kind="amends",
        role=TALK,
        times=times,
        summary=titled(lambda name: texts.render(msg("{who}: talk in person", who=name)), who),
        lines=[
            headline(call, texts),
            *reach_lines(call, texts)[:2],
            "",
            texts.render(
                msg(
                    "Calls that did not go as agreed in the last {days:day|days}: {n}.",
                    days=days,
                    n=planning.talks[call.key],
                )
            ),
            texts.render(msg("Raise it yourself: what happened, and what changes now.")),
            texts.render(msg("Ask which times and which way of calling suit {who} best, and agree on them.", who=who)),
        ],
        priority=3,
        rules=("repeat",),
    )
