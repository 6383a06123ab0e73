from __future__ import annotations

from collections import Counter

from hypothesis import example, given
from hypothesis import strategies as st

from termintreu.service.due_times import SOON, DueTimes, phase


def test_everything_is_due_at_once_and_then_after_its_own_interval() -> None:
    agenda = DueTimes({"work": 120.0, "crm": 600.0})

    assert {"work", "crm"} == agenda.due(1000.0)
    agenda.polled({"work", "crm"}, 1000.0)
    assert set() == agenda.due(1119.0)
    assert {"work"} == agenda.due(1120.0)
    assert 1120.0 == agenda.next(1001.0)


def test_what_was_not_asked_stays_due() -> None:
    agenda = DueTimes({"work": 120.0, "crm": 600.0})
    agenda.polled({"work"}, 1000.0)

    assert {"crm"} == agenda.due(1000.0)


def test_what_was_left_open_is_looked_at_again_soon_and_never_later_than_before() -> None:
    agenda = DueTimes({"often": 10.0, "seldom": 6000.0})
    agenda.polled({"often", "seldom"}, 1000.0, soon={"often", "seldom", "unknown"})

    assert {"often": 1010.0, "seldom": 1000.0 + SOON} == agenda.at


def test_known_times_are_taken_over_and_those_of_accounts_that_are_gone_are_not() -> None:
    agenda = DueTimes({"work": 120.0}, at={"work": 1500.0, "old": 3.0})

    assert {"work": 1500.0} == agenda.at
    assert set() == agenda.due(1499.0)


@example("", 267.0, 300.0)
@given(st.text(max_size=20), st.floats(0, 4e9), st.sampled_from([1.0, 60.0, 300.0, 86400.0]))
def test_with_a_place_of_ones_own_the_next_time_is_always_ahead_and_never_further_than_the_interval(
    name: str, now: float, poll: float
) -> None:
    agenda = DueTimes({"work": poll}, spread=name)
    agenda.polled({"work"}, now)

    assert now < agenda.next(now) <= now + poll * 1.00001
    again = agenda.next(now)
    agenda.polled({"work"}, again)
    assert abs(agenda.next(again) - again - poll) < 1e-3


def test_a_thousand_people_are_spread_evenly_over_the_interval() -> None:
    tenths = Counter(int(phase(f"person-{number}") * 10) for number in range(1000))

    assert set(range(10)) == tenths.keys()
    assert 60 < min(tenths.values()) <= max(tenths.values()) < 150
