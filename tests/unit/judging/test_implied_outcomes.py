"""What open tasks say of calls that nobody remembers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from termintreu.judging.implied_outcomes import implied
from termintreu.judging.outcomes import verdict
from termintreu.model import Answer, Observed
from tests.factories import at, call

NOW = at("2026-11-23 15:00")
CALL = call("2026-11-20 10:00")


def task(**more: Any) -> Observed:
    fields: dict[str, Any] = {
        "href": "/t/1.ics",
        "collection": "/t/",
        "etag": '"1"',
        "uid": "termintreu-1",
        "component": "VTODO",
        "kind": "recovery",
        "call_key": CALL.key,
        "generation": 0,
        "fingerprint": "1:0",
        "anchor": CALL.start,
        "modified_at": CALL.start + timedelta(hours=1),
        "basis": "missed_by_us:3",
        **more,
    }
    return Observed(**fields)


def told(item: Observed, *, known: tuple[str, ...] = (), **starts: Any) -> list[tuple[str, str]]:
    return [(one.outcome, one.origin) for one in implied([item], known, {CALL.key: CALL.start, **starts}, NOW)]


def test_an_open_call_back_says_that_the_call_was_missed() -> None:
    assert told(task()) == [("missed", "task")]
    assert told(task(component="VEVENT")) == [("missed", "task")]


@pytest.mark.parametrize(
    "more", [{"basis": "missed_by_us:2"}, {"basis": ""}, {"done": True}, {"role": "late"}, {"kind": "outcome"}], ids=str
)
def test_a_suspicion_a_ticked_one_and_other_tasks_imply_nothing(more: dict[str, Any]) -> None:
    assert told(task(**more)) == []


def test_a_new_time_to_propose_says_that_nobody_was_there_and_a_reminder_to_try_again_nothing() -> None:
    assert told(task(kind="retry")) == [("noshow", "task")]
    assert told(task(kind="retry", role="10", component="VEVENT")) == []


def test_of_calls_that_are_remembered_or_were_moved_nothing_is_implied() -> None:
    assert told(task(), known=(CALL.key,)) == []
    assert told(task(anchor=CALL.start - timedelta(days=1))) == []
    assert told(task(anchor=NOW + timedelta(days=1), call_key="other")) == []


def test_the_users_later_word_wins() -> None:
    (answer,) = implied([task()], (), {}, NOW)
    held = Answer(call_key=CALL.key, outcome="held", origin="word", recorded_at=NOW)
    found = verdict(None, [answer, held])
    assert found is not None
    assert found.outcome == "held"
