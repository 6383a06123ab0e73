"""Ratings over time as a drawing: the curve is worked out by the rating itself at many moments, the drawing is numbers
and paths that a template writes as SVG. Pure.

A rating changes in two ways: at once, with every call that was kept or failed, and slowly, as what happened fades. So a
curve has a point just before and at each call, and points in between at even distances.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from termintreu.judging.rating import MADE_GOOD_IN_TIME, TOLD_EARLY, Experience, Side, rating

WIDTH, HEIGHT = 340.0, 120.0
"""Of the whole drawing, in its own units: about the pixels it is shown at."""
LEFT, RIGHT, TOP, BOTTOM = 40.0, 334.0, 8.0, 98.0
"""Of the field that the curves stand in."""

_EVEN = 90
"""Points at even distances."""
_MANY = 60
"""With more calls than this only failures get points of their own: kept ones move the curve too little to see."""
_MONTHS = 5
"""Labels below the field, at most."""
_JUST = timedelta(seconds=1)
_NEAREST = 26.0
"""Two labels stand at least so far apart."""

Point = tuple[datetime, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One side's rating."""

    side: Side
    path: str
    """Of an SVG path."""
    end: tuple[float, float]
    """Where it ends: now."""
    failures: tuple[tuple[float, float], ...]
    """Where that side did not keep its promise; a call that was called off in time is no such one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A line with its label, in a direction that the template knows."""

    at: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Everything that is drawn."""

    lines: tuple[Line, ...]
    shares: tuple[Tick, ...]
    """From left to right: 0, 50 and 100 %."""
    months: tuple[Tick, ...]
    """From top to bottom."""
    threshold: float
    """Height of the rating below which a relationship counts as damaged."""


@lru_cache(maxsize=256)
def curve(experiences: tuple[Experience, ...], side: Side, start: datetime, end: datetime) -> tuple[Point, ...]:
    """One side's rating from `start` to `end` (UTC), at as many moments as a drawing needs, in order."""
    own = [one for one in experiences if one.side == side]
    moments = {start + (end - start) * step / _EVEN for step in range(_EVEN + 1)}
    for one in own if len(own) <= _MANY else (one for one in own if one.failure):
        edges = [one.at]
        if one.failure:
            edges.append(one.at + MADE_GOOD_IN_TIME + _JUST)
        if one.made_good_at is not None:
            edges.append(one.made_good_at)
        moments |= {moment for edge in edges for moment in (edge - _JUST, edge)}
    return tuple((moment, rating(own, side, moment)) for moment in sorted(moments) if start <= moment <= end)


def draw(
    experiences: tuple[Experience, ...],
    *,
    start: datetime,
    end: datetime,
    begun: datetime,
    threshold: float,
    zone: ZoneInfo,
    month: Callable[[date], str],
    share: Callable[[float], str],
) -> Plot:
    """The drawing of both sides' ratings.

    Args:
        experiences: what the ratings rest on.
        start: UTC, of the time axis.
        end: UTC, of the time axis: now.
        begun: UTC, when the relationship begins: before that there is no curve.
        threshold: the rating below which a relationship counts as damaged.
        zone: the reader's.
        month: gives a month its name.
        share: gives a rating its words.
    """
    lines = [
        _line(curve(experiences, side, max(start, begun), end), side, experiences, (start, end))
        for side in ("ours", "theirs")
    ]
    return Plot(
        lines=tuple(lines),
        shares=tuple(Tick(at=_round(_y(value)), label=share(value)) for value in (0.0, 0.5, 1.0)),
        months=tuple(_months(start, end, zone, month)),
        threshold=_round(_y(threshold)),
    )


def is_broken(experience: Experience) -> bool:
    """Whether a promise was not kept: more than that it was taken back in time."""
    return experience.failure > TOLD_EARLY


def _line(
    points: Sequence[Point], side: Side, experiences: Iterable[Experience], axis: tuple[datetime, datetime]
) -> Line:
    places = [(_round(_x(moment, axis)), _round(_y(value))) for moment, value in points]
    failed = {one.at for one in experiences if one.side == side and is_broken(one)}
    return Line(
        side=side,
        path=_path(places),
        end=places[-1],
        failures=tuple(place for (moment, _), place in zip(points, places, strict=True) if moment in failed),
    )


def _path(places: Sequence[tuple[float, float]]) -> str:
    """Points that lie on one another are left out."""
    seen = [place for number, place in enumerate(places) if number == 0 or place != places[number - 1]]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in seen)


def _months(start: datetime, end: datetime, zone: ZoneInfo, month: Callable[[date], str]) -> Iterable[Tick]:
    """The beginnings of months, as many as have room."""
    first, last = start.astimezone(zone).date().replace(day=1), end.astimezone(zone).date()
    beginnings = []
    while first <= last:
        first = (first + timedelta(days=32)).replace(day=1)
        beginnings.append(first)
    step = -(-len(beginnings) // _MONTHS)
    for day in beginnings[::step]:
        at = _x(datetime(day.year, day.month, 1, tzinfo=zone), (start, end))
        if LEFT + _NEAREST / 2 <= at <= RIGHT - _NEAREST / 2:
            yield Tick(at=_round(at), label=month(day))


def _x(moment: datetime, axis: tuple[datetime, datetime]) -> float:
    start, end = axis
    return LEFT + (RIGHT - LEFT) * ((moment - start) / (end - start))


def _y(value: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * value


def _round(value: float) -> float:
    return round(value, 1)
