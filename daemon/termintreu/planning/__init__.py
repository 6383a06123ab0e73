"""What should stand in our own collections: the sum of what each planner wants for each call. Pure.

    call    -> reminders -> one event before it, one more where it must not fail
            -> warnings  -> one task with all that threatens it
            -> outcomes  -> one question after it, where it has one of its own
            -> retries   -> to try again, where nobody was reached
            -> recovery  -> to call back, where it was missed
            -> amends    -> and then to make good, step by step
    promise -> promises  -> one task where no time is set
    day     -> questions -> one about all calls since the last one
    week    -> weekly    -> one event at its beginning
    source  -> blind     -> one task where it is not seen
    gap     -> catch_up  -> what should have rung meanwhile

A planner is a function in a file of its own; it says what should stand, whatever stands now. What was dismissed,
edited or answered is the business of `diff`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from termintreu.model import Call, Item
from termintreu.model.kept import Kept
from termintreu.planning.amends import amends
from termintreu.planning.blind import blind
from termintreu.planning.catch_up import catch_up
from termintreu.planning.grounds import Grounds, holds_until
from termintreu.planning.outcomes import outcomes
from termintreu.planning.planning import Planning
from termintreu.planning.promises import promises
from termintreu.planning.questions import questions
from termintreu.planning.recovery import recovery
from termintreu.planning.reminders import reminders
from termintreu.planning.retries import retries
from termintreu.planning.warnings import warnings
from termintreu.planning.weekly import weekly

Planner = Callable[[Call, Planning], Iterable[Item]]

PLANNERS: tuple[Planner, ...] = (reminders, warnings, outcomes, retries, recovery, amends)
OF_GONE: tuple[Planner, ...] = (warnings,)
"""What calls are asked for that went from the calendar before their time."""
OF_PAST: tuple[Planner, ...] = (recovery, amends)
"""What calls are asked for that are not looked at any more."""

__all__ = ["PLANNERS", "Planner", "Planning", "plan"]


def plan(
    calls: Sequence[Call],
    planning: Planning,
    planners: Sequence[Planner] = PLANNERS,
    kept: Kept[tuple[Item, ...]] | None = None,
) -> tuple[Item, ...]:
    """Every item that should stand, by start; one for each slot.

    Args:
        calls: each appointment once.
        planning: everything else there is to know.
        planners: what each call is asked for.
        kept: what was planned before with the same settings.
    """
    wanted: dict[str, Item] = {}
    for item in _items(calls, planning, planners, Kept() if kept is None else kept):
        if not item.rules or item.rules[0] not in planning.disabled:
            wanted.setdefault(item.slot, item)
    return tuple(sorted(wanted.values(), key=lambda item: (item.start, item.slot)))


def _items(
    calls: Sequence[Call], planning: Planning, planners: Sequence[Planner], kept: Kept[tuple[Item, ...]]
) -> Iterable[Item]:
    yield from catch_up(planning, calls)
    grounds, until = Grounds.of(calls, planning), partial(holds_until, now=planning.now)
    for call in calls:
        work = partial(_items_of, call, planning, planners)
        if grounds.is_open(call):
            yield from work()
        else:
            yield from kept(call.key, grounds.rests_on(call), work, now=planning.now, until=until)
    for group, asked in ((planning.context.gone, OF_GONE), (planning.past, OF_PAST)):
        for call in group:
            yield from _items_of(call, planning, asked)
    yield from promises(planning)
    yield from questions(planning, calls)
    yield from weekly(planning, calls)
    yield from blind(planning)


def _items_of(call: Call, planning: Planning, planners: Iterable[Planner]) -> tuple[Item, ...]:
    return tuple(item for planner in planners for item in planner(call, planning))
