"""What should stand in our own collections: the sum of what each planner wants for each call. Pure.

    call -> reminders -> one event before it, one more where it must not fail
         -> warnings  -> one task with all that threatens it
         -> outcomes  -> one question after it
         -> retries   -> to try again, where nobody was reached

A planner is a function in a file of its own; it says what should stand, whatever stands now. What was dismissed,
edited or answered is the business of `diff`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from termintreu.model import Call, Item
from termintreu.plan.outcomes import outcomes
from termintreu.plan.planning import Planning
from termintreu.plan.reminders import reminders
from termintreu.plan.retries import retries
from termintreu.plan.warnings import warnings

Planner = Callable[[Call, Planning], Iterable[Item]]

PLANNERS: tuple[Planner, ...] = (reminders, warnings, outcomes, retries)

__all__ = ["PLANNERS", "Planner", "Planning", "plan"]


def plan(calls: Iterable[Call], planning: Planning, planners: Sequence[Planner] = PLANNERS) -> tuple[Item, ...]:
    """Every item that should stand, by start; one for each slot.

    Args:
        calls: each appointment once.
        planning: everything else there is to know.
        planners: what each call is asked for.
    """
    wanted: dict[str, Item] = {}
    asked = [(call, planners) for call in calls] + [(call, (warnings,)) for call in planning.context.gone]
    for call, own in asked:
        for planner in own:
            for item in planner(call, planning):
                if not item.rules or item.rules[0] not in planning.disabled:
                    wanted.setdefault(item.slot, item)
    return tuple(sorted(wanted.values(), key=lambda item: (item.start, item.slot)))
