"""Calls that are cared for because somebody in them was let down."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from termintreu.judging.call_history import recalled
from termintreu.judging.judge import after_misses
from termintreu.model import Call, Contact, History
from tests.factories import at, call

MAX = Contact(key="max@nord.example", name="Max Nord")
MISSED = call("2026-11-03 10:00", contact=MAX, uid="missed")
NEXT = call("2026-11-26 14:00", uid="next")
CARE = timedelta(days=60)


def test_calls_with_whoever_was_let_down_are_critical_for_a_time_also_where_others_take_part() -> None:
    with_max = replace(NEXT, also_with=("jo@west.example", MAX.key))
    later = call("2027-01-03 10:00", contact=MAX, uid="later")
    history = History(calls=recalled([MISSED]))

    def critical(*calls: Call) -> list[bool]:
        return [one.critical for one in after_misses(calls, history, {MISSED.key}, CARE)]

    assert [True, False, False] == critical(with_max, NEXT, later)
    assert [False] == critical(MISSED)
    assert at("2027-01-02 10:00") == MISSED.start + CARE
