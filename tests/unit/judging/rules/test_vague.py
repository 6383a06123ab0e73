"""Promises without a minute: vague_time asks for one, window_closing sees the promise run out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from termintreu.model import Call, Severity
from tests.factories import all_day, at, call, context, found, window

NOW = "2026-11-23 09:00"
NINE, FIFTEEN = "2026-11-26 09:00", "2026-11-26 15:00"


def between_nine_and_fifteen(**more: Any) -> Call:
    return call(NINE, 30, window=window(NINE, FIFTEEN, "zwischen 9 und 15 Uhr"), **more)


@pytest.mark.parametrize(
    ("one", "fires"),
    [
        (call(NINE, 120), False),
        (call(NINE, 121, window=window(NINE, "2026-11-26 11:01")), True),
        (between_nine_and_fifteen(), True),
        (call(NINE, 30, window=window(NINE, "2026-11-26 12:00", "in the morning")), True),
        (call(all_day("2026-11-26"), window=window("2026-11-26 00:00", "2026-11-27 00:00")), True),
        (call(NINE, 30), False),
    ],
)
def test_all_day_long_or_worded_calls_have_no_exact_time(one: Call, fires: bool) -> None:
    assert fires == (found("vague_time", one, context(NOW, [one])) is not None)


def test_a_longer_limit_can_be_set() -> None:
    one = call(NINE, 180, window=window(NINE, "2026-11-26 12:00"))
    assert found("vague_time", one, context(NOW, [one]), minutes=180) is None
    assert found("vague_time", one, context(NOW, [one]), minutes=179) is not None


@pytest.mark.parametrize(
    ("now", "start", "settle_by"),
    [
        (NOW, "2026-11-26 09:00", "2026-11-25 12:00"),
        ("2026-11-25 13:00", "2026-11-26 09:00", "2026-11-25 13:00"),
        (NOW, "2026-11-30 09:00", "2026-11-27 12:00"),  # Monday: the Friday before
        ("2026-12-21 09:00", "2026-12-28 09:00", "2026-12-24 12:00"),  # after Christmas
        ("2026-10-19 09:00", "2026-10-26 09:00", "2026-10-23 12:00"),  # over the night when clocks go back
    ],
)
def test_a_minute_is_agreed_on_by_noon_of_the_workday_before(now: str, start: str, settle_by: str) -> None:
    one = call(start, 180)
    finding = found("vague_time", one, context(now, [one]))
    assert finding is not None
    assert (Severity.WARNING, at(settle_by)) == (finding.severity, finding.settle_by)


@pytest.mark.parametrize(
    ("now", "fires"),
    [
        ("2026-11-26 13:29:59", False),
        ("2026-11-26 13:30", True),
        ("2026-11-26 14:59:59", True),
        ("2026-11-26 15:00", False),
    ],
)
def test_the_last_quarter_of_the_window_is_critical(now: str, fires: bool) -> None:
    one = between_nine_and_fifteen()
    finding = found("window_closing", one, context(now, [one]))
    assert fires == (finding is not None)
    if finding is not None:
        assert (Severity.CRITICAL, at(now)) == (finding.severity, finding.settle_by)


def test_the_last_quarter_of_a_day_with_an_hour_more_begins_later() -> None:
    one = call(all_day("2026-10-25"), window=window("2026-10-25 00:00", "2026-10-26 00:00"))
    quarter = at("2026-10-26 00:00") - timedelta(hours=25) / 4
    before = context(quarter - timedelta(seconds=1), [one])
    assert found("window_closing", one, before) is None
    assert found("window_closing", one, context(quarter, [one])) is not None


@pytest.mark.parametrize(
    ("now", "fires"),
    [
        ("2026-11-26 15:22", False),  # a quarter of 9:00-17:30 are 2 hours, 7 minutes, and a half
        ("2026-11-26 15:22:30", True),
        ("2026-11-26 23:59", True),
        ("2026-11-27 00:00", False),
    ],
)
def test_the_last_quarter_of_a_workday_is_that_of_its_working_time(now: str, fires: bool) -> None:
    one = call(all_day("2026-11-26"), window=window("2026-11-26 00:00", "2026-11-27 00:00"))
    assert fires == (found("window_closing", one, context(now, [one])) is not None)


def test_a_call_that_was_held_closes_no_window() -> None:
    one = between_nine_and_fifteen()
    where = context("2026-11-26 14:00", [one], settled=frozenset({one.key}))
    assert found("window_closing", one, where) is None


def test_a_long_meeting_by_link_is_in_progress_and_not_running_out() -> None:
    one = call(NINE, 360, window=window(NINE, FIFTEEN), kind="video", caller="dial_in")
    assert found("window_closing", one, context("2026-11-26 14:00", [one])) is None


def test_an_exact_call_has_no_window() -> None:
    one = call(NINE, 30)
    assert found("window_closing", one, context("2026-11-26 09:29", [one])) is None
