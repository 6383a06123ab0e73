"""What the findings of a call rest on: whatever a rule looks at ends their being kept, and what is far does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from termintreu.judging.grounds import Surroundings, is_steady
from termintreu.judging.rules.common.base import Context
from termintreu.model import (
    Call,
    CallRecord,
    Contact,
    Evidence,
    History,
    ItemRecord,
    Move,
    Occurrence,
    TrackRecord,
    slot_of,
)
from tests.factories import all_day, at, call, context, occurrence

NOW = "2026-11-23 09:00"
ONE = call("2026-11-26 14:00")
BEFORE = occurrence("2026-11-26 13:00", 55, series=True, uid="series")
BASE = context(NOW, [ONE], [BEFORE])
TRACK = TrackRecord(ours=0.4, outcomes=3, failures=2)
MOVE = Move(old_start=ONE.start, new_start=ONE.start, seen_at=at(NOW), by_me=True)
RECORD = CallRecord(
    key=ONE.key,
    uid="uid",
    recurrence_id=None,
    contact_key=ONE.contact.key,
    contact_name="",
    kind="phone",
    start=ONE.start,
    end=ONE.end,
    first_seen=at(NOW),
    last_seen=at(NOW),
)
TOLD = ItemRecord(
    slot=slot_of(ONE.key, "warning"),
    uid="uid",
    generation=0,
    collection="/t/",
    href="/t/uid.ics",
    etag=None,
    fingerprint="",
    status="done",
    anchor=ONE.start,
    recorded_at=at(NOW),
)


def grounds(where: Context, of: Call = ONE) -> tuple[object, ...]:
    return Surroundings.of(where, {}).grounds(of)


def days(calls: list[Call], busy: list[Occurrence]) -> Context:
    """As `BASE`, of other calls and appointments."""
    return replace(context(NOW, calls, busy), clock=BASE.clock)


def same_contact(start: str) -> Call:
    return call(start, contact=ONE.contact)


@pytest.mark.parametrize(
    "changed",
    [
        days([ONE], [BEFORE, occurrence("2026-11-26 14:15")]),
        days([ONE], [replace(BEFORE, end=BEFORE.end + timedelta(minutes=15))]),
        days([ONE, call("2026-11-26 14:35", contact=Contact(key="max@kern.example", name="Max Kern"))], [BEFORE]),
        days([ONE, same_contact("2026-12-03 10:00")], [BEFORE]),
        days([ONE], [BEFORE, occurrence("2026-11-12 13:00", 90, series=True, uid="series")]),
        replace(BASE, relationships={ONE.contact.key: TRACK}),
        replace(BASE, damaged=frozenset({ONE.contact.key})),
        replace(BASE, history=History(calls={ONE.key: replace(RECORD, moves=(MOVE,))})),
        replace(BASE, history=History(items={TOLD.slot: TOLD})),
        replace(BASE, absences=(all_day("2026-11-26"),)),
        replace(BASE, clock=replace(BASE.clock, holiday=lambda _: "holiday")),
    ],
    ids=[
        "a clash", "longer", "a chain", "a call with them", "how the series went", "how they stand", "damaged", "moved",
        "ticked", "away", "hours",
    ],
)  # fmt: skip
def test_what_a_rule_looks_at_is_among_the_grounds(changed: Context) -> None:
    assert grounds(changed) != grounds(BASE)


def test_what_another_call_was_like_is_among_them_where_it_is_near_or_with_the_same_person() -> None:
    near, later = (
        call("2026-11-26 16:00", contact=Contact(key="max@kern.example", name="Max")),
        same_contact("2026-12-03 10:00"),
    )
    where = context(NOW, [ONE, near, later], [])
    for other in (near, later):
        assert grounds(where) != grounds(replace(where, settled=frozenset({other.key})))


def test_a_log_counts_where_something_ends_right_before_the_call() -> None:
    shown = {"k": Evidence(call_key="k", since=at(NOW), until=at(NOW))}
    free = days([ONE], [])
    assert grounds(free) == grounds(replace(free, evidence=shown))
    close = context(NOW, [ONE], [occurrence("2026-11-26 13:30")])
    assert grounds(close) != grounds(replace(close, evidence=shown))


def test_what_is_far_and_the_passing_of_time_are_not() -> None:
    somebody = call("2026-12-03 10:00", contact=Contact(key="max@kern.example", name="Max Kern"))
    far = context("2026-11-23 09:05", [ONE, somebody], [BEFORE, occurrence("2026-12-01 10:00")])
    assert grounds(BASE) == grounds(replace(far, clock=BASE.clock))


@pytest.mark.parametrize(
    ("now", "steady"),
    [(NOW, True), ("2026-11-26 12:59", True), ("2026-11-26 13:00", False), ("2026-11-26 15:00", False)],
)
def test_a_call_that_begins_within_an_hour_is_judged_in_every_cycle(now: str, steady: bool) -> None:
    assert steady == is_steady(ONE, context(now, [ONE]))
