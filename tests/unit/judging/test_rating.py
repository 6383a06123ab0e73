"""The rating's numbers as promised, and what must always hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termintreu.judging.rating import (
    LATE,
    MISSED,
    TOLD_EARLY,
    TOLD_LATE,
    VERY_LATE,
    Experience,
    Side,
    decay,
    lateness,
    rating,
    weight,
    wilson_lower,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def kept(every: int, days: int = 360) -> list[Experience]:
    return [Experience(at=NOW - ago * DAY, side="ours") for ago in range(every, days + 1, every)]


def missed(made_good_after: timedelta | None = None, **more: object) -> Experience:
    at = NOW - 2 * DAY
    mended = at + made_good_after if made_good_after is not None else None
    return Experience(at=at, side="ours", failure=MISSED, made_good_at=mended, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("experiences", "expected"),
    [
        (kept(30), 0.88),
        ([*kept(30), missed(timedelta(hours=5))], 0.64),
        ([*kept(30), missed()], 0.50),
        ([*kept(30), missed(timedelta(minutes=40))], 0.74),
        (kept(7), 0.97),
        ([*kept(7), missed(timedelta(hours=5))], 0.88),
        ([], 0.50),
        ([missed(timedelta(hours=5))], 0.20),
    ],
)
def test_the_numbers_are_those_that_were_promised(experiences: list[Experience], expected: float) -> None:
    assert expected == pytest.approx(rating(experiences, "ours", NOW), abs=0.01)


@pytest.mark.parametrize(
    ("failure", "critical", "mended_after", "expected"),
    [
        (MISSED, False, timedelta(minutes=61), 3),
        (MISSED, False, timedelta(minutes=60), 1.5),
        (MISSED, False, timedelta(hours=24), 3),
        (MISSED, False, timedelta(hours=47), 3),
        (MISSED, False, None, 6),
        (MISSED, True, timedelta(hours=5), 4.5),
        (MISSED, True, timedelta(minutes=60), 2.25),
        (MISSED, True, None, 9),
        (TOLD_LATE, False, None, 1),
        (TOLD_LATE, True, None, 1.5),
        (TOLD_EARLY, False, None, 0.25),
        (LATE, False, None, 0.5),
        (VERY_LATE, False, None, 1),
        (0.0, True, None, 0),
    ],
)
def test_the_weights_are_those_that_were_promised(
    failure: float, critical: bool, mended_after: timedelta | None, expected: float
) -> None:
    one = replace(missed(mended_after), failure=failure, critical=critical)
    assert expected == weight(one, NOW)


def test_what_the_other_side_failed_in_cannot_be_made_good_by_us() -> None:
    for mended_after in (timedelta(minutes=10), None):
        one = replace(missed(mended_after), side="theirs")
        assert (MISSED, decay(replace(one, failure=0.0), NOW)) == (weight(one, NOW), decay(one, NOW))


def test_half_of_it_is_left_after_half_a_year() -> None:
    for failure in (0.0, MISSED):
        one = Experience(at=NOW - 180 * DAY, side="ours", failure=failure)
        assert (0.5, 0.25) == (decay(one, NOW), decay(one, NOW + 180 * DAY))


def test_what_was_made_good_late_weighs_double_until_then_and_not_after() -> None:
    late = missed(timedelta(hours=30))
    assert 2 * MISSED == weight(late, late.at + timedelta(hours=29))
    assert MISSED == weight(late, late.at + timedelta(hours=30))


def test_a_window_that_was_promised_is_broken_when_it_is_over() -> None:
    window = Experience(at=NOW, side="ours", failure=MISSED, broken_at=NOW + timedelta(hours=6))
    mended = replace(window, made_good_at=NOW + timedelta(hours=6, minutes=50))
    assert MISSED / 2 == weight(mended, NOW + DAY)
    assert (MISSED, 2 * MISSED) == tuple(weight(window, NOW + timedelta(hours=hours)) for hours in (30, 31))


def test_both_sides_are_never_mixed() -> None:
    theirs = [replace(experience, side="theirs") for experience in kept(30)]
    assert rating(kept(30), "ours", NOW) == rating([*kept(30), *theirs], "ours", NOW)


def test_a_miss_is_not_yet_unmended_on_its_first_day() -> None:
    fresh = Experience(at=NOW - timedelta(hours=2), side="ours", failure=MISSED)
    assert MISSED == weight(fresh, NOW)
    assert 2 * MISSED == weight(fresh, NOW + DAY)


def test_a_critical_miss_does_not_fade_until_it_is_made_good() -> None:
    open_miss = missed(critical=True)
    soon, later = (rating([open_miss], "ours", NOW + days * DAY) for days in (10, 400))
    assert soon == later
    assert rating([replace(open_miss, made_good_at=NOW + 11 * DAY)], "ours", NOW + 400 * DAY) > later


@pytest.mark.parametrize(("minutes", "expected"), [(0, 0.0), (5, 0.0), (6, 0.5), (15, 0.5), (16, 1.0)])
def test_lateness_weighs_by_its_minutes(minutes: int, expected: float) -> None:
    assert expected == lateness(minutes)


def test_the_lower_bound_is_careful_with_few_calls() -> None:
    assert 0.0 == wilson_lower(0, 0)
    assert wilson_lower(1, 3) < 0.20 <= wilson_lower(2, 3)


moments = st.datetimes(datetime(2024, 1, 1), datetime(2026, 11, 22)).map(lambda at: at.replace(tzinfo=UTC))
experiences = st.builds(
    Experience,
    at=moments,
    side=st.sampled_from(["ours", "theirs"]),
    failure=st.sampled_from([0.0, 0.0, MISSED, TOLD_LATE, TOLD_EARLY, LATE, VERY_LATE]),
    critical=st.booleans(),
    made_good_at=st.none() | moments,
)
histories = st.lists(experiences, max_size=12)


@given(histories, experiences)
def test_a_kept_call_never_lowers_and_a_failure_never_raises(history: list[Experience], one: Experience) -> None:
    before, after = rating(history, one.side, NOW), rating([*history, one], one.side, NOW)
    assert after >= before if one.failure == 0.0 else after <= before


@given(histories, experiences)
def test_what_one_side_did_never_moves_the_other_sides_rating(history: list[Experience], one: Experience) -> None:
    other: Side = "theirs" if one.side == "ours" else "ours"
    assert rating(history, other, NOW) == rating([*history, one], other, NOW)


@given(histories, st.randoms(use_true_random=False))
def test_the_order_does_not_matter(history: list[Experience], random: Random) -> None:
    shuffled = random.sample(history, len(history))
    assert rating(history, "ours", NOW) == rating(shuffled, "ours", NOW)


@given(
    st.lists(st.builds(replace, experiences, at=st.just(NOW - 3 * DAY)), max_size=8), st.randoms(use_true_random=False)
)
def test_the_order_of_what_happened_at_the_same_time_does_not_matter(history: list[Experience], random: Random) -> None:
    shuffled = random.sample(history, len(history))
    assert rating(history, "theirs", NOW) == rating(shuffled, "theirs", NOW)


@given(
    histories,
    st.booleans(),
    st.integers(1, 60),
    st.integers(61, 10_000),
    st.integers(-10, 100_000),
)
def test_made_good_within_the_hour_is_better_than_later_and_later_better_than_never_at_any_moment(
    history: list[Experience], critical: bool, soon: int, later: int, elapsed: int
) -> None:
    miss = replace(missed(), critical=critical)
    now = max(miss.at + elapsed * MINUTE, miss.at + soon * MINUTE)
    at_once, late, never = (
        rating([*history, replace(miss, made_good_at=mended)], "ours", now)
        for mended in (miss.at + soon * MINUTE, miss.at + later * MINUTE, None)
    )
    assert at_once > late >= never


@given(histories, experiences, st.integers(0, 1000))
def test_it_stays_between_nothing_and_all_and_goes_back_to_the_middle(
    history: list[Experience], one: Experience, days: int
) -> None:
    assert 0 < rating([*history, one], "ours", NOW + days * DAY) < 1
    kept_ones = [replace(each, failure=0.0) for each in history]
    assert 0.5 <= rating(kept_ones, "ours", NOW + days * DAY) <= rating(kept_ones, "ours", NOW)


@given(experiences)
def test_what_has_not_happened_yet_does_not_count(one: Experience) -> None:
    assert 0.5 == rating([one], one.side, one.at - timedelta(seconds=1))
