"""A judgement is made anew before time alone would bring something that rings, asks, or is to be tried."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from termintreu.model import DAILY, Answer, Call, CallRecord, Window
from termintreu.planning import Planning, plan
from termintreu.planning.moments import REVIEW, next_moment
from termintreu.planning.questions import last_time
from tests.unit.planning.making import NOW, a_call, a_finding, a_planning

MINUTE = timedelta(minutes=1)
HOURS = 5 * 60
PROMPT = frozenset({"reminder", "outcome", "retry", "recovery"})
"""Kinds of which none may come late."""


def calls_at(starts: list[tuple[int, int, bool, bool]]) -> list[Call]:
    """Calls by their start and length in minutes; whether any minute is agreed; whether nobody was there."""
    made = []
    for number, (start, length, vague, _) in enumerate(starts):
        begin = NOW + timedelta(minutes=start)
        window = Window(start=begin, end=begin + timedelta(minutes=max(length, 60)), text="vormittags")
        made.append(a_call(begin, uid=f"{number}@example.com", minutes=length, window=window if vague else None))
    return made


def planning_at(minute: int, calls: list[Call], missed: set[str]) -> Planning:
    planning = a_planning(NOW + minute * MINUTE)
    begun = [call for call in calls if call.start <= planning.now]
    history = replace(
        planning.context.history,
        calls={call.key: a_record(call) for call in begun},
        answers={
            call.key: (Answer(call_key=call.key, outcome="noshow", origin="word", recorded_at=call.start),)
            for call in begun
            if call.key in missed
        },
    )
    return replace(planning, context=replace(planning.context, calls=tuple(calls), history=history))


def a_record(call: Call) -> CallRecord:
    return CallRecord(
        key=call.key,
        uid=call.occurrence.uid,
        recurrence_id=None,
        contact_key=call.contact.key,
        contact_name=call.contact.name,
        kind=call.kind,
        start=call.start,
        end=call.end,
        first_seen=NOW,
        last_seen=NOW,
    )


def wanted(planning: Planning, calls: list[Call]) -> set[str]:
    return {
        # Until it is written, the question about several calls begins anew with each minute.
        f"{last_time(planning.now, planning)}" if item.role == DAILY else item.slot
        for item in plan(calls, planning)
        if item.kind in PROMPT and not _late(item.slot)
    }


def _late(slot: str) -> bool:
    """The task for the next workday may be written any time before."""
    return slot.endswith("/retry/")


A_CALL = st.tuples(st.integers(-90, HOURS), st.integers(5, 200), st.booleans(), st.booleans())


@settings(max_examples=10, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.lists(A_CALL, min_size=1, max_size=3))
def test_nothing_prompt_appears_before_the_moment_that_was_foretold(starts: list[tuple[int, int, bool, bool]]) -> None:
    calls = calls_at(starts)
    missed = {call.key for call, (*_, nobody_there) in zip(calls, starts, strict=True) if nobody_there}
    before = wanted(planning_at(0, calls, missed), calls)
    foretold = next_moment(calls, planning_at(0, calls, missed))
    for minute in range(1, HOURS + 300):
        planning = planning_at(minute, calls, missed)
        after = wanted(planning, calls)
        if after - before:
            assert foretold <= planning.now
        if foretold <= planning.now:
            foretold = next_moment(calls, planning)
        assert planning.now < foretold <= planning.now + REVIEW
        before = after


def test_what_is_to_be_settled_by_a_moment_is_judged_again_at_that_moment() -> None:
    call = a_call(NOW + 12 * timedelta(hours=1))
    planning = a_planning(NOW, findings={call.key: (a_finding(settle_by=NOW + 7 * MINUTE),)})
    assert NOW + 7 * MINUTE == next_moment([call], planning)
    assert NOW + REVIEW == next_moment([call], a_planning(NOW))
