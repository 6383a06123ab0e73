"""What should have rung while nobody looked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from termintreu.model import Call, Item
from termintreu.planning.catch_up import catch_up
from termintreu.planning.items.slot_state import SlotState
from tests.unit.planning.making import NOW, a_call, a_planning

MINUTE = timedelta(minutes=1)


def late(*calls: Call, since: datetime = NOW - 60 * MINUTE, stands: bool = False) -> list[Item]:
    """What rings now, after a gap since then."""
    planning = replace(a_planning(), gaps={"work": since})
    if stands:
        slots = [f"{call.key}/reminder/" for call in calls]
        standing = {slot: SlotState(slot=slot, found=None, record=None, generation=0) for slot in slots}
        planning = replace(planning, standing=standing)
    return list(catch_up(planning, calls))


def calls(count: int) -> list[Call]:
    """So many, whose alarms lie within the last hour."""
    return [a_call(NOW + (number - 20) * MINUTE, uid=f"{number}@example.com", minutes=90) for number in range(count)]


@pytest.mark.parametrize(("count", "items"), [(0, 0), (1, 1), (3, 3), (4, 1), (9, 1)])
def test_up_to_three_have_a_reminder_each_and_more_have_one_together(count: int, items: int) -> None:
    assert items == len(late(*calls(count)))


@pytest.mark.parametrize(
    ("rings", "start", "minutes"),
    [
        pytest.param(True, NOW + 10 * MINUTE, 30, id="its alarm was a minute ago"),
        pytest.param(False, NOW + 12 * MINUTE, 30, id="its alarm is ahead"),
        pytest.param(True, NOW - 48 * MINUTE, 90, id="it rang just after the last look"),
        pytest.param(False, NOW - 49 * MINUTE, 90, id="it rang with the last look"),
        pytest.param(True, NOW - 29 * MINUTE, 30, id="it ends in a minute"),
        pytest.param(False, NOW - 30 * MINUTE, 30, id="it is over"),
    ],
)
def test_what_should_have_rung_in_the_gap_and_is_not_over_rings(rings: bool, start: datetime, minutes: int) -> None:
    assert rings == bool(late(a_call(start, minutes=minutes)))


def test_what_was_written_before_the_gap_rang_by_itself() -> None:
    assert [] == late(*calls(1), stands=True)


def test_another_sources_gap_is_no_reason() -> None:
    planning = replace(a_planning(), gaps={"crm": NOW - 60 * MINUTE})
    assert [] == list(catch_up(planning, calls(1)))


def test_it_rings_within_minutes_and_says_why_it_is_late() -> None:
    [item] = late(*calls(1))
    assert timedelta(0) < item.start - NOW <= 5 * MINUTE
    assert "eine Zeit lang nicht zu lesen" in item.description
