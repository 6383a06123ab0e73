"""What the items of a call rest on, beside the configuration, and how long they hold while that stays the same. Pure.

It is the call with its findings, what stands in its slots, what comes right before it, whether the times that it offers
are still free, and the other calls of the days around it where they are reminded of together. A planner that looks at
more has to say so here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from termintreu.judging.grounds import is_steady
from termintreu.model import Call, Item, call_key_of
from termintreu.model.kept import next_quarter
from termintreu.planning.items.slot_state import SlotState
from termintreu.planning.planning import Planning
from termintreu.planning.reminders import NEAR
from termintreu.planning.warnings import offered_in


def holds_until(items: Iterable[Item], now: datetime) -> datetime:
    """Until when the items of a steady call hold (UTC): until something rings or is due, for the longest."""
    moments = (moment for item in items for moment in (item.start, item.due) if moment is not None and moment > now)
    return min((next_quarter(now), *moments))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What is planned with, by call."""

    planning: Planning
    states: Mapping[str, tuple[SlotState, ...]]
    """By call key: what stands in its slots."""
    calls: tuple[tuple[Call, bool], ...]
    """Each with whether it must not fail, by start."""

    @classmethod
    def of(cls, calls: Sequence[Call], planning: Planning) -> Grounds:
        """Those of all calls."""
        states: dict[str, list[SlotState]] = {}
        for slot, state in planning.standing.items():
            states.setdefault(call_key_of(slot), []).append(state)
        return cls(
            planning=planning,
            states={key: tuple(found) for key, found in states.items()},
            calls=tuple((call, planning.is_strict(call)) for call in calls),
        )

    def is_open(self, call: Call) -> bool:
        """Whether more is to be looked at than is told here: it is near, has no minute, or somebody spoke of it."""
        planning, context = self.planning, self.planning.context
        return (
            not is_steady(call, context)
            or call.key in planning.verdicts
            or call.key in planning.evidence
            or call.key in context.history.answers
        )

    def rests_on(self, call: Call) -> tuple[object, ...]:
        """What the items of a call rest on."""
        planning, context, key = self.planning, self.planning.context, call.key
        strict = planning.is_strict(call)
        return (
            call,
            context.clock,
            planning.findings_of(call),
            self.states.get(key),
            context.history.calls.get(key),
            strict,
            tuple(context.fixed.touching(call.start, call.start)),
            offered_in(call, planning),
            planning.talks.get(key),
            self._around(call) if strict else (),
        )

    def _around(self, call: Call) -> tuple[tuple[Call, bool], ...]:
        since, until = call.start - NEAR, call.start + NEAR
        return tuple(one for one in self.calls if since <= one[0].start <= until)
