"""Calls in a row without a pause."""

from __future__ import annotations

import pytest

from termintreu.model import Severity
from tests.factories import at, call, context, found, occurrence, window

NOW = "2026-11-23 09:00"
DAY = "2026-11-26"


@pytest.mark.parametrize(
    ("starts", "at_index"),
    [
        (["14:00", "14:30", "15:00"], 1),
        (["14:00", "14:39:59", "15:19:58"], 1),
        (["14:00", "14:40", "15:10"], None),
        (["14:00", "14:30", "15:10"], None),
        (["14:00", "14:30"], None),
        (["10:00", "14:00", "14:35", "15:05", "15:40"], 3),
    ],
)
def test_three_calls_with_gaps_under_ten_minutes_are_found_once_at_the_middle(
    starts: list[str], at_index: int | None
) -> None:
    calls = [call(f"{DAY} {start}") for start in starts]
    where = context(NOW, calls)
    hits = [index for index, one in enumerate(calls) if found("chain", one, where) is not None]
    assert ([] if at_index is None else [at_index]) == hits


def test_it_is_settled_the_evening_before() -> None:
    calls = [call(f"{DAY} {start}") for start in ("14:00", "14:30", "15:00")]
    finding = found("chain", calls[1], context(NOW, calls))
    assert finding is not None
    assert (Severity.ADVICE, at("2026-11-25 18:00")) == (finding.severity, finding.settle_by)
    assert (at(f"{DAY} 14:00"), at(f"{DAY} 15:30")) == finding.message.values["when"]
    later = found("chain", calls[1], context("2026-11-26 08:00", calls))
    assert later is not None
    assert at("2026-11-26 08:00") == later.settle_by


def test_meetings_and_windows_are_no_part_of_it() -> None:
    calls = [call(f"{DAY} 14:00"), call(f"{DAY} 15:00")]
    loose = call(f"{DAY} 14:30", window=window(f"{DAY} 14:30", f"{DAY} 15:00", "gegen halb drei"))
    where = context(NOW, [*calls, loose], [occurrence(f"{DAY} 14:30")])
    assert [None, None, None] == [found("chain", one, where) for one in (*calls, loose)]
