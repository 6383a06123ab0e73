"""Ratings over time: the curve is the rating itself at many moments."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from termintreu.judging.rating import LATE, MISSED, TOLD_EARLY, Experience, rating
from termintreu.ui.web.plot import BOTTOM, LEFT, RIGHT, TOP, Plot, curve, draw
from tests.unit.ui.web.contents import BERLIN, NOW, kept

DAY = timedelta(days=1)
START = NOW - 200 * DAY


def failed(days_ago: float, weight: float = MISSED, side: str = "ours", **more: object) -> Experience:
    return Experience(at=NOW - days_ago * DAY, side=side, failure=weight, **more)  # type: ignore[arg-type]  # as given


def drawn(*experiences: Experience, begun: float = 200) -> Plot:
    return draw(
        experiences,
        start=START,
        end=NOW,
        begun=NOW - begun * DAY,
        threshold=0.7,
        zone=BERLIN,
        month=lambda day: f"{day:%m}",
        share=lambda value: f"{value:.0%}",
    )


def places(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", path)]


def test_the_curve_is_the_rating_at_each_of_its_moments() -> None:
    known = (kept(150), kept(90), failed(60), kept(30), kept(10, "theirs"))
    points = curve(known, "ours", START, NOW)
    assert START == points[0][0]
    assert NOW == points[-1][0]
    assert 90 <= len(points) <= 120
    for moment, value in points:
        assert rating(known, "ours", moment) == value
    assert [moment for moment, _ in points] == sorted(moment for moment, _ in points)


def test_before_the_first_call_it_stands_in_the_middle_and_a_kept_one_lifts_it_at_once() -> None:
    points = dict(curve((kept(100),), "ours", START, NOW))
    moment = NOW - 100 * DAY
    assert {0.5} == {value for at, value in points.items() if at < moment}
    assert pytest.approx(2 / 3) == points[moment]
    assert 0.5 < points[NOW] < points[moment]


def test_a_miss_is_a_step_down_and_what_was_not_made_good_a_further_one_a_day_later() -> None:
    missed = NOW - 100 * DAY
    points = dict(curve((kept(150), failed(100)), "ours", START, NOW))
    assert points[missed] < points[missed - timedelta(seconds=1)] - 0.2
    a_day_later = missed + DAY
    assert points[a_day_later + timedelta(seconds=1)] < points[a_day_later] - 0.1
    made_good = failed(100, made_good_at=missed + timedelta(minutes=40))
    mended = dict(curve((kept(150), made_good), "ours", START, NOW))
    assert mended[missed + timedelta(minutes=40)] > mended[missed]


def test_with_very_many_calls_only_failures_have_points_of_their_own() -> None:
    many = (*(kept(day / 2) for day in range(2, 380)), failed(77.7))
    points = dict(curve(many, "ours", START, NOW))
    assert len(points) < 100
    assert NOW - 77.7 * DAY in points


def test_the_drawing_puts_ratings_between_its_lines_and_ends_now() -> None:
    plot = drawn(kept(150), failed(60), kept(10, "theirs"))
    for line in plot.lines:
        for x, y in places(line.path):
            assert LEFT <= x <= RIGHT
            assert TOP <= y <= BOTTOM
        assert RIGHT == line.end[0]
    value = rating((kept(150), failed(60)), "ours", NOW)
    assert pytest.approx(BOTTOM - (BOTTOM - TOP) * value, abs=0.06) == plot.lines[0].end[1]
    assert [(BOTTOM, "0%"), ((TOP + BOTTOM) / 2, "50%"), (TOP, "100%")] == [(one.at, one.label) for one in plot.shares]
    assert pytest.approx(BOTTOM - (BOTTOM - TOP) * 0.7) == plot.threshold


def test_a_curve_begins_with_the_relationship() -> None:
    ours, _ = drawn(kept(50), begun=50).lines
    assert pytest.approx(LEFT + (RIGHT - LEFT) * 0.75, abs=0.1) == places(ours.path)[0][0]


def test_each_side_bears_its_own_broken_promises_and_none_for_what_was_called_off_in_time() -> None:
    ours, theirs = drawn(failed(60), failed(50, LATE), failed(40, TOLD_EARLY), failed(30, side="theirs")).lines
    assert [LEFT + (RIGHT - LEFT) * part for part in (0.7, 0.75)] == pytest.approx(
        [x for x, _ in ours.failures], abs=0.1
    )
    assert 1 == len(theirs.failures)


@pytest.mark.parametrize("days", [60, 200, 365])
def test_months_are_named_where_they_begin_and_never_crowd(days: int) -> None:
    plot = draw(
        (kept(10),),
        start=NOW - days * DAY,
        end=NOW,
        begun=NOW - 10 * DAY,
        threshold=0.7,
        zone=BERLIN,
        month=date.isoformat,
        share=str,
    )
    assert 1 <= len(plot.months) <= 5
    assert all(tick.label.endswith("-01") for tick in plot.months)
    assert all(after.at - before.at > 40 for before, after in zip(plot.months, plot.months[1:], strict=False))


def test_a_relationship_of_this_very_moment_can_be_drawn() -> None:
    assert drawn(kept(0), begun=0).lines[0].end[0] == RIGHT
