"""How long an answer is kept: while what it rests on is the same, its time has not come, and it is asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from termintreu.model.kept import Kept, next_quarter

NOW = datetime(2026, 11, 23, 9, 1, tzinfo=UTC)
UNTIL = NOW + timedelta(minutes=10)


def asked(kept: Kept[int], *rests_on: object, key: str = "a", now: datetime = NOW) -> bool:
    """Whether the answer was worked out."""
    worked = kept.worked
    kept(key, rests_on, lambda: 1, now=now, until=lambda _: UNTIL)
    return kept.worked > worked


def test_it_is_worked_out_once_for_the_same_grounds() -> None:
    kept = Kept[int]()
    assert [True, False, True, True] == [
        asked(kept, 1, "x"),
        asked(kept, 1, "x"),
        asked(kept, 2, "x"),
        asked(kept, 1, "x"),
    ]
    assert asked(kept, 1, "x", key="b")


@pytest.mark.parametrize(("minutes", "worked"), [(-1, True), (0, False), (9, False), (10, True)])
def test_it_holds_until_its_moment_and_not_before_it_was_worked_out(minutes: int, worked: bool) -> None:
    kept = Kept[int]()
    asked(kept)
    assert worked == asked(kept, now=NOW + timedelta(minutes=minutes))


def test_what_a_cycle_did_not_ask_for_is_dropped_at_its_end() -> None:
    kept = Kept[int]()
    asked(kept)
    kept.sweep()
    assert not asked(kept)
    kept.sweep()
    kept.sweep()
    assert asked(kept)


def test_what_was_dropped_is_worked_out_anew() -> None:
    kept = Kept[int]()
    asked(kept)
    kept.sweep()
    asked(kept)
    kept.drop({"a", "unknown"})
    assert asked(kept)


@pytest.mark.parametrize(("minute", "quarter"), [(0, 15), (1, 15), (14, 15), (15, 30), (44, 45)])
def test_the_next_quarter_of_an_hour_lies_ahead(minute: int, quarter: int) -> None:
    assert NOW.replace(minute=quarter) == next_quarter(NOW.replace(minute=minute))
