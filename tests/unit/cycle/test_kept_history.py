"""The history is loaded when the state has changed, and once in a while."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta

from termintreu.cycle.state import State
from termintreu.model import Answer, History, Outcome
from termintreu.storage import Store
from tests.unit.planning.making import NOW

MINUTE = timedelta(minutes=1)


def said(at: datetime, outcome: Outcome = "held") -> Answer:
    return Answer(call_key="0123456789abcdef", outcome=outcome, origin="answer", recorded_at=at)


def test_it_is_loaded_anew_for_another_revision_an_earlier_moment_and_after_a_quarter_of_an_hour() -> None:
    store, loads = Store.open(None), Counter[str]()
    state = State(memory=store)

    def load(now: datetime) -> History:
        asyncio.run(state.refresh())
        before = state._history
        found = state.load_history(now)
        loads["anew"] += state._history is not before
        return found

    store.remember(now=NOW)
    assert {} == load(NOW).answers == load(NOW + 14 * MINUTE).answers
    assert 1 == loads["anew"]
    store.remember(now=NOW + 14 * MINUTE, answers=[said(NOW + 14 * MINUTE), said(NOW + 20 * MINUTE, "late")])
    assert [1] == [len(one) for one in load(NOW + 15 * MINUTE).answers.values()]
    assert {} == load(NOW + 13 * MINUTE).answers
    assert 3 == loads["anew"]
    load(NOW + 28 * MINUTE)
    assert [2, 4] == [len(next(iter(load(NOW + 29 * MINUTE).answers.values()))), loads["anew"]]


def test_before_the_first_cycle_nothing_is_kept() -> None:
    store = Store.open(None)
    state = State(memory=store)
    asyncio.run(state.refresh())
    state.load_history(NOW)
    first = state._history
    state.load_history(NOW)
    assert first is not state._history
