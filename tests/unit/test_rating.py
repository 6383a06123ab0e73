"""The rating's numbers as promised, and what must always hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termintreu.rating import MISSED, TOLD_EARLY, TOLD_LATE, Experience, lateness, rating, weight, wilson_lower

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


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


experiences = st.builds(
    Experience,
    at=st.datetimes(datetime(2024, 1, 1), datetime(2026, 11, 22)).map(lambda at: at.replace(tzinfo=UTC)),
    side=st.sampled_from(["ours", "theirs"]),
    failure=st.sampled_from([0.0, 0.0, MISSED, TOLD_LATE, TOLD_EARLY, 0.5]),
    critical=st.booleans(),
)


@given(st.lists(experiences, max_size=12), experiences)
def test_a_kept_call_never_lowers_and_a_failure_never_raises(history: list[Experience], one: Experience) -> None:
    before, after = rating(history, one.side, NOW), rating([*history, one], one.side, NOW)
    assert after >= before if one.failure == 0.0 else after <= before


@given(st.lists(experiences, max_size=12), st.randoms())
def test_the_order_does_not_matter(history: list[Experience], random: object) -> None:
    shuffled = sorted(history, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert rating(history, "ours", NOW) == pytest.approx(rating(shuffled, "ours", NOW))


@given(st.lists(experiences, max_size=8), st.booleans())
def test_made_good_at_once_is_better_than_later_and_later_better_than_never(
    history: list[Experience], critical: bool
) -> None:
    at_once, later, never = (
        rating([*history, missed(after, critical=critical)], "ours", NOW)
        for after in (timedelta(minutes=59), timedelta(hours=23), None)
    )
    assert at_once > later > never
