"""A call that overlaps something else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from termintreu.judging.rules.common.occupied import reachable_spans
from termintreu.model import Call, Severity
from tests.factories import all_day, at, call, context, found, occurrence, window

# 2026-11-25 is a Wednesday.
NOW = "2026-11-23 09:00"
CALL = "2026-11-26 14:00"


@pytest.mark.parametrize(
    ("start", "end", "fires"),
    [
        ("2026-11-26 13:00", "2026-11-26 14:01", True),
        ("2026-11-26 13:00", "2026-11-26 14:00:59", False),
        ("2026-11-26 14:29", "2026-11-26 15:00", True),
        ("2026-11-26 14:29:01", "2026-11-26 15:00", False),
        ("2026-11-26 14:10", "2026-11-26 14:12", True),
        ("2026-11-26 12:00", "2026-11-26 18:00", True),
        ("2026-11-26 14:30", "2026-11-26 15:00", False),
    ],
)
def test_an_overlap_of_a_minute_is_a_conflict_and_less_is_none(start: str, end: str, fires: bool) -> None:
    one = call(CALL)
    other = occurrence(start, end=at(end))
    assert fires == (found("conflict", one, context(NOW, [one], [other])) is not None)


def test_a_call_never_conflicts_with_itself_be_it_in_two_calendars() -> None:
    one = call(CALL)
    assert found("conflict", one, context(NOW, [one], [one.occurrence])) is None


def test_another_occurrence_of_the_same_series_does_conflict() -> None:
    one = call(occurrence(CALL, uid="series", recurrence_id=at(CALL)))
    other = occurrence("2026-11-26 14:15", uid="series", recurrence_id=at("2026-11-27 14:00"))
    assert found("conflict", one, context(NOW, [one], [other])) is not None


@pytest.mark.parametrize(
    ("now", "fires"), [("2026-11-12 14:00", True), ("2026-11-12 13:59", False), ("2026-11-26 13:59", True)]
)
def test_it_looks_fourteen_days_ahead(now: str, fires: bool) -> None:
    one = call(CALL)
    assert fires == (found("conflict", one, context(now, [one], [occurrence(CALL)])) is not None)


@pytest.mark.parametrize(
    ("now", "start", "settle_by"),
    [
        # Four working hours from Monday 11:00: 1.5 before the lunch break, 2.5 after it.
        ("2026-11-23 11:00", CALL, "2026-11-23 16:00"),
        # From Friday 16:30: one hour that day, three on Monday.
        ("2026-11-20 16:30", CALL, "2026-11-23 12:00"),
        # Thursday before Christmas: the holiday, the weekend and Boxing Day are skipped.
        ("2026-12-24 16:30", "2026-12-30 14:00", "2026-12-28 12:00"),
        # S - 24 h comes first.
        ("2026-11-25 11:00", CALL, "2026-11-25 14:00"),
        # ... and is over: at once.
        ("2026-11-26 10:00", CALL, "2026-11-26 10:00"),
        # 24 hours are 24 hours in the night when clocks go back: 11:00 on Saturday, before 10:00 on Sunday.
        ("2026-10-23 17:00", "2026-10-25 10:00", "2026-10-24 11:00"),
        # ... and when they go forward.
        ("2027-03-26 17:00", "2027-03-28 10:00", "2027-03-27 09:00"),
    ],
)
def test_it_is_settled_within_four_working_hours_or_a_day_before(now: str, start: str, settle_by: str) -> None:
    one = call(start)
    finding = found("conflict", one, context(now, [one], [occurrence(start)]))
    assert finding is not None
    assert at(settle_by) == finding.settle_by
    assert finding.offers_times
    assert Severity.WARNING == finding.severity


def test_several_overlaps_are_one_finding_that_names_the_first() -> None:
    one = call(CALL)
    others = [occurrence("2026-11-26 14:10", summary="Zweite"), occurrence("2026-11-26 13:50", summary="Erste")]
    finding = found("conflict", one, context(NOW, [one], others))
    assert finding is not None
    assert ("Erste", 1) == (finding.message.values["title"], finding.message.values["more"])


def test_a_call_without_a_length_counts_as_a_minute() -> None:
    one = call(CALL, minutes=0)
    assert found("conflict", one, context(NOW, [one], [occurrence("2026-11-26 13:30", minutes=60)])) is not None
    assert found("conflict", one, context(NOW, [one], [occurrence("2026-11-26 13:30", minutes=30)])) is None


def vague(**more: Any) -> Call:
    return call("2026-11-26 09:00", 360, window=window("2026-11-26 09:00", "2026-11-26 15:00"), **more)


@pytest.mark.parametrize(
    ("busy", "fires"),
    [
        ([("09:00", "12:30"), ("13:30", "15:00")], True),
        ([("09:00", "12:15"), ("13:30", "15:00")], False),
        ([("09:00", "12:16"), ("13:30", "15:00")], True),
        ([("09:30", "12:30"), ("13:30", "15:00")], False),
        ([("09:00", "12:30"), ("13:00", "14:45")], False),
        ([("09:00", "11:00"), ("10:00", "12:30"), ("13:30", "16:00")], True),
        ([("10:00", "11:00")], False),
        ([("09:15", "12:30"), ("13:30", "15:00")], False),
        ([("09:14", "12:30"), ("13:30", "15:00")], True),
        ([("09:00", "12:30"), ("13:30", "14:50"), ("15:00", "16:00")], True),
    ],
)
def test_a_window_conflicts_only_when_no_quarter_of_an_hour_of_work_is_free(
    busy: list[tuple[str, str]], fires: bool
) -> None:
    one = vague()
    others = [occurrence(f"2026-11-26 {start}", end=at(f"2026-11-26 {end}")) for start, end in busy]
    assert fires == (found("conflict", one, context(NOW, [one], others)) is not None)


def test_only_what_stands_in_the_window_is_named() -> None:
    one = vague()
    spans = [("08:00", "09:00"), ("09:00", "12:30"), ("12:30", "13:30"), ("13:30", "15:00"), ("15:00", "16:00")]
    others = [occurrence(f"2026-11-26 {a}", end=at(f"2026-11-26 {b}"), summary=f"{a}-{b}") for a, b in spans]
    finding = found("conflict", one, context(NOW, [one], others))
    assert finding is not None
    assert ("09:00-12:30", 1) == (finding.message.values["title"], finding.message.values["more"])


def test_an_all_day_call_needs_a_free_quarter_of_an_hour_in_the_working_day() -> None:
    one = call(all_day("2026-11-26", summary="Anruf Erika"), window=window("2026-11-26 00:00", "2026-11-27 00:00"))
    full = occurrence("2026-11-26 08:00", end=at("2026-11-26 18:00"))
    assert found("conflict", one, context(NOW, [one], [full])) is not None
    assert found("conflict", one, context(NOW, [one], [occurrence("2026-11-26 09:00", 480)])) is None


def test_nobody_is_occupied_by_a_window_in_which_a_call_may_come() -> None:
    exact, loose = call("2026-11-26 10:00"), vague()
    assert found("conflict", exact, context(NOW, [exact, loose])) is None


def test_a_long_meeting_that_all_join_by_link_takes_its_time() -> None:
    exact = call("2026-11-26 10:00")
    workshop = vague(kind="video", caller="dial_in", summary="Workshop")
    assert found("conflict", exact, context(NOW, [exact, workshop])) is not None
    assert found("conflict", workshop, context(NOW, [exact, workshop])) is not None


def test_the_minutes_can_be_set() -> None:
    one = call(CALL)
    where = context(NOW, [one], [occurrence("2026-11-26 13:30", minutes=34)])
    assert found("conflict", one, where, minutes=5) is None
    assert found("conflict", one, where, minutes=4) is not None


def test_a_call_in_progress_is_past_warning() -> None:
    one = call(CALL)
    later: datetime = at(CALL)
    assert found("conflict", one, context(later, [one], [occurrence(CALL)])) is None


def test_of_a_promise_that_never_ends_only_what_was_read_is_walked_through() -> None:
    one = call("2026-11-23 09:00", window=window("2026-11-23 09:00", "9998-12-31 17:00", "irgendwann"))
    where = context("2026-11-23 08:00", [one], until=at("2026-12-07 08:00"))
    spans = reachable_spans(one, where)
    assert (at("2026-11-23 09:00"), at("2026-12-11 17:30")) == (spans[0][0], spans[-1][1])
    busy = [occurrence("2026-11-20 00:00", minutes=60 * 24 * 18)]
    assert found("conflict", one, context("2026-11-23 08:00", [one], busy, until=at("2026-12-07 08:00"))) is None
