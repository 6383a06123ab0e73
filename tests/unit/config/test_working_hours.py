"""Counting on the user's working time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termintreu.config import MeConfig
from termintreu.config.holidays import holidays_for
from termintreu.config.schema import WorkingHours
from termintreu.config.working_hours import WorkClock

BERLIN = ZoneInfo("Europe/Berlin")
HALF_DAYS = ["09:00-12:30", "13:30-17:30"]


def clock(hours: WorkingHours | None = None, region: str = "DE") -> WorkClock:
    spans = HALF_DAYS
    week = hours or WorkingHours.model_validate(dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), spans))
    return WorkClock(me=MeConfig(working_hours=week), zone=BERLIN, holiday=holidays_for(region, "de"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("2026-11-23T09:00", 2, "2026-11-23T11:00"),
        ("2026-11-23T11:30", 2, "2026-11-23T14:30"),
        ("2026-11-23T07:00", 4, "2026-11-23T14:00"),
        ("2026-11-23T09:00", 3.5, "2026-11-23T12:30"),
        ("2026-11-27T17:00", 4, "2026-11-30T12:30"),
        ("2026-11-28T12:00", 1, "2026-11-30T10:00"),
        ("2026-12-24T17:00", 1, "2026-12-28T09:30"),
        ("2026-11-23T09:00", 40, "2026-11-30T11:30"),
    ],
)
def test_working_time_skips_breaks_nights_weekends_and_holidays(start: str, hours: float, expected: str) -> None:
    assert at(expected) == clock().add(at(start), timedelta(hours=hours))


def test_a_weekend_with_a_clock_change_costs_no_working_time() -> None:
    assert at("2026-10-26T10:00") == clock().add(at("2026-10-23T16:30"), timedelta(hours=2))
    assert at("2026-03-30T10:00") == clock().add(at("2026-03-27T16:30"), timedelta(hours=2))


def test_a_night_shift_over_a_clock_change_lasts_as_long_as_it_really_does() -> None:
    night = clock(WorkingHours.model_validate({"sun": ["00:00-06:00"]}))

    assert at("2026-03-29T06:00") == night.add(at("2026-03-29T00:00"), timedelta(hours=5))
    assert at("2026-10-25T06:00") == night.add(at("2026-10-25T00:00"), timedelta(hours=7))


def test_a_shift_until_midnight_ends_there() -> None:
    late = clock(WorkingHours.model_validate({"mon": ["20:00-24:00"]}))

    assert [(at("2026-11-23T20:00"), at("2026-11-24T00:00"))] == late.spans(date(2026, 11, 23))
    assert late.is_work(at("2026-11-23T23:59"))
    assert not late.is_work(at("2026-11-24T00:00"))


def test_no_time_to_count_leaves_the_instant_as_it_is() -> None:
    assert at("2026-11-23T09:30") == clock().add(at("2026-11-23T09:30"), timedelta(0))


def test_somebody_without_working_hours_counts_plain_time() -> None:
    never = clock(WorkingHours())

    assert at("2026-11-23T12:00") == never.add(at("2026-11-23T10:00"), timedelta(hours=2))
    assert date(2026, 11, 20) == never.workday_before(date(2026, 11, 23), 3)
    assert never.end_of_work(date(2026, 11, 23)) is None


def test_workdays_before_and_after_skip_days_off() -> None:
    monday = date(2026, 11, 23)

    assert date(2026, 11, 20) == clock().workday_before(monday)
    assert date(2026, 11, 19) == clock().workday_before(monday, 2)
    assert date(2026, 11, 24) == clock().workday_after(monday)
    assert date(2026, 12, 28) == clock().workday_after(date(2026, 12, 24))


def test_a_holiday_is_no_workday_where_it_is_kept() -> None:
    epiphany = date(2026, 1, 6)

    assert clock().is_workday(epiphany)
    assert not clock(region="DE-BY").is_workday(epiphany)


def test_the_day_ends_with_the_last_span() -> None:
    assert at("2026-11-23T17:30") == clock().end_of_work(date(2026, 11, 23))


def test_spans_that_touch_or_overlap_are_counted_once() -> None:
    overlapping = clock(WorkingHours.model_validate({"mon": ["09:00-13:00", "12:00-17:00"]}))

    assert [(at("2026-11-23T09:00"), at("2026-11-23T17:00"))] == overlapping.spans(date(2026, 11, 23))
    assert at("2026-11-23T15:00") == overlapping.add(at("2026-11-23T09:00"), timedelta(hours=6))


def test_a_wall_time_in_the_gap_of_a_clock_change_is_the_instant_after_it() -> None:
    assert datetime(2026, 3, 29, 1, 30, tzinfo=UTC) == clock().at(date(2026, 3, 29), time(2, 30))


def test_a_span_that_a_clock_change_swallows_is_none() -> None:
    night = clock(WorkingHours.model_validate({"sun": ["02:30-03:00"]}))

    assert [] == night.spans(date(2026, 3, 29))
    assert not night.is_workday(date(2026, 3, 29))


INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))  # type: ignore[arg-type]
AMOUNTS = st.integers(min_value=1, max_value=3000).map(lambda minutes: timedelta(minutes=minutes))


@given(INSTANTS, AMOUNTS, AMOUNTS)
def test_adding_twice_is_adding_the_sum(instant: datetime, one: timedelta, other: timedelta) -> None:
    week = clock()

    assert week.add(instant, one + other) == week.add(week.add(instant, one), other)


@given(INSTANTS, AMOUNTS)
def test_what_is_counted_is_working_time(instant: datetime, amount: timedelta) -> None:
    week = clock()

    end = week.add(instant, amount)

    worked = timedelta(0)
    day = week.day_of(instant)
    while day <= week.day_of(end):
        for opening, closing in week.spans(day):
            worked += max(timedelta(0), min(closing, end) - max(opening, instant))
        day += timedelta(days=1)
    assert amount == worked


def test_working_time_between_two_moments_is_found_from_either_end() -> None:
    start, end = at("2026-11-27T12:00"), at("2026-11-30T10:00")
    found = [
        (at("2026-11-27T12:00"), at("2026-11-27T12:30")),
        (at("2026-11-27T13:30"), at("2026-11-27T17:30")),
        (at("2026-11-30T09:00"), at("2026-11-30T10:00")),
    ]
    assert found == list(clock().between(start, end))
    assert found[::-1] == list(clock().between(start, end, back=True))
    assert [] == list(clock().between(end, start))


@pytest.mark.parametrize("back", [False, True])
def test_nobody_walks_through_all_of_time_for_a_span_of_work(back: bool) -> None:
    first, last = at("1700-01-04T00:00"), at("9998-12-31T00:00")
    asked: list[date] = []

    def no_holiday(day: date) -> str | None:
        asked.append(day)
        return None

    some, none = (
        WorkClock(me=MeConfig(working_hours=hours), zone=BERLIN, holiday=no_holiday)
        for hours in (WorkingHours.model_validate({"mon": HALF_DAYS}), WorkingHours.model_validate({}))
    )
    assert next(some.between(first, last, back=back), None) is not None
    assert len(asked) <= 7
    assert [] == list(none.between(first, last, back=back))
    assert len(asked) <= 500
