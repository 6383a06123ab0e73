"""Arithmetic on days of the Gregorian calendar, as ordinals (`date.toordinal`). Pure; spans end exclusively."""

from __future__ import annotations

from calendar import monthrange
from datetime import MAXYEAR, date


def length_of_month(year: int, month: int) -> int:
    """Days in a month."""
    return monthrange(year, month)[1]


def ordinals_of_month(year: int, month: int) -> tuple[int, int]:
    """Its first day, and the day after its last."""
    first = date(year, month, 1).toordinal()
    return first, first + length_of_month(year, month)


def ordinals_of_year(year: int) -> tuple[int, int]:
    """Its first day, and the day after its last."""
    first = date(year, 1, 1).toordinal()
    end = date(year + 1, 1, 1).toordinal() if year < MAXYEAR else date.max.toordinal() + 1
    return first, end


def first_of_week_one(year: int, wkst: int) -> int:
    """The first day of the year's first week: the one that holds 4 January where weeks begin on `wkst`.

    May lie in the year before; works one year beyond the calendar as well.
    """
    fourth = date(min(max(year, 1), MAXYEAR), 1, 4).toordinal() + 365 * (year - min(max(year, 1), MAXYEAR))
    return fourth - ((fourth + 6) % 7 - wkst) % 7


def nth_weekday(first: int, end: int, n: int, weekday: int) -> range:
    """Days of a span that are that weekday: all of them (n = 0), or the n-th from its beginning or its end."""
    every = range(first + (weekday - (first + 6) % 7) % 7, end, 7)
    if n == 0:
        return every
    place = n - 1 if n > 0 else len(every) + n
    return every[place : place + 1] if 0 <= place < len(every) else every[:0]
