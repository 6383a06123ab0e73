"""The user is away on the day of the call."""

from __future__ import annotations

import pytest

from termintreu.model import Severity
from tests.factories import all_day, at, call, context, found, window

AWAY = all_day("2026-11-26", days=2, summary="Urlaub")
NOW = "2026-11-23 11:00"


@pytest.mark.parametrize(
    ("start", "minutes", "fires"),
    [
        ("2026-11-25 16:00", 30, False),
        ("2026-11-25 23:45", 15, False),
        ("2026-11-26 00:00", 30, True),
        ("2026-11-26 10:00", 0, True),
        ("2026-11-27 23:59", 30, True),
        ("2026-11-28 00:00", 30, False),
    ],
)
def test_a_call_on_a_day_away_is_found(start: str, minutes: int, fires: bool) -> None:
    one = call(start, minutes)
    assert fires == (found("absence", one, context(NOW, [one], absences=(AWAY,))) is not None)


def test_it_is_no_conflict_beside_and_is_settled_like_one() -> None:
    one = call("2026-11-26 14:00")
    where = context(NOW, [one], absences=(AWAY,))
    finding = found("absence", one, where)
    assert finding is not None
    assert found("conflict", one, where) is None
    assert (Severity.WARNING, at("2026-11-23 16:00"), True) == (
        finding.severity,
        finding.settle_by,
        finding.offers_times,
    )


@pytest.mark.parametrize(("until", "fires"), [("2026-11-28 00:00", True), ("2026-11-28 10:00", True)])
def test_a_window_that_absence_fills_is_found(until: str, fires: bool) -> None:
    one = call("2026-11-26 09:00", window=window("2026-11-26 00:00", until, "Donnerstag oder Freitag"))
    assert fires == (found("absence", one, context(NOW, [one], absences=(AWAY,))) is not None)


def test_the_absence_that_fills_the_window_is_named() -> None:
    one = call("2026-11-26 09:00", window=window("2026-11-26 00:00", "2026-11-27 00:00", "Donnerstag"))
    absences = (all_day("2026-11-25", summary="Krank"), AWAY, all_day("2026-11-27", summary="Gleittag"))
    finding = found("absence", one, context(NOW, [one], absences=absences))
    assert finding is not None
    assert "Urlaub" == finding.message.values["title"]


def test_a_window_with_a_day_left_is_not() -> None:
    one = call("2026-11-23 12:00", window=window("2026-11-23 00:00", "2026-11-28 00:00", "KW 48"))
    assert found("absence", one, context(NOW, [one], absences=(AWAY,))) is None


def test_the_call_itself_is_no_absence() -> None:
    itself = all_day("2026-11-26", summary="Anruf wegen Urlaub")
    one = call(itself, window=window("2026-11-26 00:00", "2026-11-27 00:00"))
    assert found("absence", one, context(NOW, [one], absences=(itself,))) is None
