"""What is remembered of calls from cycle to cycle."""

from __future__ import annotations

from datetime import timedelta

import pytest

from termintreu.judging.call_history import call_history, declined
from termintreu.model import Call, CallRecord, History, Occurrence, slot_of
from termintreu.model.coverage import Coverage
from tests.factories import at, call, person, told_of

NOW = at("2026-11-23 09:00")
WINDOW = (NOW - timedelta(days=7), NOW + timedelta(days=14))


def record(
    remembered: dict[str, CallRecord],
    *calls: Call,
    later: timedelta = timedelta(0),
    occurrences: dict[str, Occurrence] | None = None,
    complete: bool = True,
    refused: tuple[str, ...] = (),
) -> dict[str, CallRecord]:
    seen = {one.key: one.occurrence for one in calls} | (occurrences or {})
    changed = call_history(
        remembered,
        calls,
        seen,
        now=NOW + later,
        coverage=Coverage(window=WINDOW, complete=complete),
        my_emails=frozenset({"anna@beispiel.de"}),
        declined=refused,
    )
    return remembered | {one.key: one for one in changed}


def test_a_call_is_remembered_when_it_is_first_seen() -> None:
    one = call("2026-11-25 14:00")
    kept = record({}, one)[one.key]
    assert (one.start, NOW, ()) == (kept.start, kept.first_seen, kept.moves)


def test_an_uneventful_cycle_stores_nothing() -> None:
    one = call("2026-11-25 14:00")
    before = record({}, one)
    assert before == record(before, one, later=timedelta(hours=1))


def test_a_move_is_noted_with_both_starts_and_the_moment() -> None:
    one = call("2026-11-25 14:00", key="k")
    moved = call("2026-11-26 10:00", key="k")
    kept = record(record({}, one), moved, later=timedelta(hours=2))["k"]
    (move,) = kept.moves
    assert (one.start, moved.start, NOW + timedelta(hours=2), True) == (
        move.old_start,
        move.new_start,
        move.seen_at,
        move.by_me,
    )
    assert NOW == kept.first_seen


def test_a_move_by_another_organizer_is_theirs() -> None:
    theirs = {"organizer": person("erika@muster.example"), "key": "k"}
    kept = record(record({}, call("2026-11-25 14:00", **theirs)), call("2026-11-26 10:00", **theirs))["k"]
    assert [False] == [move.by_me for move in kept.moves]


def test_whoever_moves_or_deletes_what_all_the_others_declined_breaks_no_promise() -> None:
    before = record({}, call("2026-11-25 14:00", key="k"))
    moved = record(before, call("2026-11-26 10:00", key="k"), refused=("k",))["k"]
    gone = record(before, refused=("k",))["k"]
    assert ([False], [False]) == ([move.by_me for move in moved.moves], [move.by_me for move in gone.moves])


@pytest.mark.parametrize(
    ("basis", "anchor", "expected"),
    [
        ("declined:2", "2026-11-25 14:00", {"k"}),
        ("no_link:2,declined:2", "2026-11-25 14:00", {"k"}),
        ("no_link:2", "2026-11-25 14:00", set()),
        ("declined:2", "2026-11-24 14:00", set()),
    ],
    ids=["declined", "among others", "something else", "before it moved"],
)
def test_a_warning_tells_that_all_the_others_declined(basis: str, anchor: str, expected: set[str]) -> None:
    one = call("2026-11-25 14:00", key="k")
    items = {slot_of("k", "warning"): told_of(one, "live", basis, anchor)}
    assert expected == declined(History(calls=record({}, one), items=items))


def test_a_deleted_call_is_gone_only_on_complete_answers() -> None:
    one = call("2026-11-25 14:00")
    before = record({}, one)
    assert record(before, complete=False)[one.key].gone_at is None
    gone = record(before, later=timedelta(hours=1))[one.key]
    assert NOW + timedelta(hours=1) == gone.gone_at
    assert gone.moves[-1].new_start is None


def test_a_call_that_has_begun_is_not_gone_because_the_window_moved_on() -> None:
    one = call("2026-11-23 08:00")
    assert record(record({}, one), later=timedelta(days=8))[one.key].gone_at is None


def test_a_cancelled_call_is_gone() -> None:
    one = call("2026-11-25 14:00")
    cancelled = call("2026-11-25 14:00", status="CANCELLED").occurrence
    assert record(record({}, one), occurrences={one.key: cancelled})[one.key].gone_at == NOW


@pytest.mark.parametrize(
    ("minutes", "start", "length", "moves"),
    [
        (240, "2026-11-25 10:30", 30, 0),
        (240, "2026-11-25 13:31", 30, 1),
        (240, "2026-11-25 10:00", 121, 1),
        (120, "2026-11-25 10:30", 30, 1),
    ],
    ids=["a time within the window", "a minute beyond its end", "another window", "no window"],
)
def test_a_time_agreed_within_a_window_is_no_move(minutes: int, start: str, length: int, moves: int) -> None:
    window = call("2026-11-25 10:00" if minutes == 120 else "2026-11-25 09:30", minutes, key="k")
    agreed = call(start, length, key="k")
    assert moves == len(record(record({}, window), agreed)["k"].moves)
