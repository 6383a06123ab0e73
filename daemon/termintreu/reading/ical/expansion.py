"""What a recurrence rule yields (RFC 5545 3.3.10), on the wall clock, near a window only, and within a budget. Pure.

General libraries walk from DTSTART to the end of time where a rule matches nothing, and offer no way to stop them.
Here each period (a year, a month, a week, a day, an hour) is worked out on its own: an old series begins near the
window, and every step is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import MAXYEAR, date, datetime, timedelta
from itertools import product

from termintreu.reading.ical.days import (
    first_of_week_one,
    length_of_month,
    nth_weekday,
    ordinals_of_month,
    ordinals_of_year,
)
from termintreu.reading.ical.lines import Unreadable
from termintreu.reading.ical.rule import Frequency, Rule

TOO_MUCH = "A repeat rule takes too long to work out."

Days = set[int]
"""Ordinals."""
Times = list[timedelta]
"""Times of the day, in order."""

_UNIT = {"WEEKLY": timedelta(weeks=1), "DAILY": timedelta(days=1), "HOURLY": timedelta(hours=1)}
_COST_OF_ONE = 20
"""Steps that making and keeping an occurrence is worth."""
_FREE = 200
"""Steps of each series that its collection is not charged with: what needs no more costs nothing but itself, and is
served whatever others have spent."""
_LAST = date.max.toordinal()


@dataclass(slots=True)
class Budget:
    """Steps of some microseconds each that may be taken for one series, and for all of a collection together."""

    left: int = 25_000
    collection: Budget | None = None
    free: int = _FREE
    """Of a series: what is not charged to the collection."""
    room: int = 0
    """Of a collection: occurrences that may still be kept."""

    def spend(self, steps: int = 1) -> None:
        """Raises Unreadable when there is nothing left."""
        self.left -= steps
        if self.left < 0:
            raise Unreadable(TOO_MUCH)
        if self.collection is not None:
            self.free -= steps
            if self.free < 0:
                self.collection.spend(steps)

    def made_one(self) -> None:
        """Account for an occurrence that is kept. A series has a limit of its own; a collection has this."""
        if self.collection is not None:
            self.collection.room -= 1
            if self.collection.room < 0:
                raise Unreadable(TOO_MUCH)

    @classmethod
    def of_collection(cls, steps: int) -> Budget:
        """For all series of a collection together; an occurrence is worth so many of the steps."""
        return cls(left=steps, room=steps // _COST_OF_ONE)


def occurrences(rule: Rule, start: datetime, low: datetime, high: datetime, budget: Budget) -> Iterator[datetime]:
    """Wall times of a rule in order, up to and with `high`; the first one is always `start` (RFC 5545 3.8.5.3).

    What COUNT counts where the start is not in the rule is left undefined there. As most programs do, the start is
    shown and only the dates of the rule are counted.

    Args:
        rule: its `until` is not looked at: it has a zone of its own, so the caller puts it into `high`.
        start: DTSTART, naive.
        low: what lies before it may be left out, except for `start`; naive.
        high: naive.
        budget: spent with each period and each occurrence. Raises Unreadable when it is used up.
    """
    if start > high:
        return
    yield start
    rule = _by_day(rule, start)
    if rule.count == 0:
        return
    left, index = rule.count, 0
    if left is None or rule.plain:
        index = max(0, _index_of(rule, start, low) - 1)
        if left is not None:
            left -= index
    for moment in _moments(rule, start, index, high, budget):
        if left is not None:
            if left <= 0:
                return
            left -= 1
        if moment > high:
            return
        if moment > start:
            yield moment


def _by_day(rule: Rule, start: datetime) -> Rule:
    """An hourly rule as a daily one where each day has the same hours: days without any are then one step each."""
    if rule.freq != "HOURLY" or rule.bysetpos or 24 % rule.interval or rule.plain:
        return rule
    hours = frozenset(range(start.hour % rule.interval, 24, rule.interval))
    hours = hours & rule.byhour if rule.byhour else hours
    return replace(rule, freq="DAILY", interval=1, byhour=hours) if hours else replace(rule, count=0)


def _index_of(rule: Rule, start: datetime, moment: datetime) -> int:
    """The number of the period (counted in intervals from the start's) that a moment lies in."""
    if moment <= start:
        return 0
    if rule.freq == "YEARLY":
        periods = moment.year - start.year
    elif rule.freq == "MONTHLY":
        periods = (moment.year - start.year) * 12 + moment.month - start.month
    else:
        periods = (moment - start) // _UNIT[rule.freq]
    return periods // rule.interval


def _moments(rule: Rule, start: datetime, index: int, high: datetime, budget: Budget) -> Iterator[datetime]:
    """Occurrences from the start on, in order, from the `index`-th period on."""
    periods = _hours(rule, start, index, high) if rule.freq == "HOURLY" else _periods(rule, start, index, high)
    for days, times in periods:
        budget.spend(1 + len(days) * len(times))
        found = [datetime.fromordinal(day) + time for day, time in product(sorted(days), times)]
        if rule.bysetpos:
            found = [found[position] for position in sorted(_positions(rule.bysetpos, len(found)))]
        for moment in found:
            if moment >= start:
                yield moment


def _positions(bysetpos: frozenset[int], size: int) -> set[int]:
    places = {position - 1 if position > 0 else size + position for position in bysetpos}
    return {place for place in places if 0 <= place < size}


def _times(rule: Rule, start: datetime, hours: frozenset[int]) -> Times:
    return [
        timedelta(hours=hour, minutes=minute, seconds=min(second, 59))
        for hour, minute, second in product(
            sorted(hours), sorted(rule.byminute or {start.minute}), sorted(rule.bysecond or {start.second})
        )
    ]


def _hours(rule: Rule, start: datetime, index: int, high: datetime) -> Iterator[tuple[Days, Times]]:
    first = start.replace(minute=0, second=0)
    keeps = _filter(rule, start)
    step = timedelta(hours=rule.interval)
    try:
        hour = first + index * step
        while hour <= high:
            day = hour.toordinal()
            wanted = (not rule.byhour or hour.hour in rule.byhour) and keeps(day)
            yield ({day} if wanted else set()), (_times(rule, start, frozenset({hour.hour})) if wanted else [])
            hour += step
    except OverflowError:
        return


def _periods(rule: Rule, start: datetime, index: int, high: datetime) -> Iterator[tuple[Days, Times]]:
    """The days of each period, from the `index`-th on until `high`."""
    keeps = _filter(rule, start)
    times = _times(rule, start, rule.byhour or frozenset({start.hour}))
    last = high.toordinal()
    days_of, first_of = _EXPANSIONS[rule.freq]
    while True:
        first = first_of(rule, start, index)
        if first is None or first > last:
            return
        yield {day for day in days_of(rule, start, first) if 0 < day <= _LAST and keeps(day)}, times
        index += 1


def _filter(rule: Rule, start: datetime) -> Callable[[int], bool]:
    """Whether a day passes the parts that limit (the table in RFC 5545 3.3.10)."""
    weekdays = {weekday for _, weekday in rule.byday}
    nth = any(n for n, _ in rule.byday) and rule.freq in ("MONTHLY", "YEARLY") and not rule.byweekno
    by_month = rule.freq == "MONTHLY" or bool(rule.bymonth)
    expanded = rule.freq == "YEARLY" and rule.byweekno and not (rule.byday or rule.byyearday or rule.bymonthday)
    if expanded:
        weekdays = {start.weekday()}
    if not (weekdays or rule.bymonth or rule.byyearday or rule.bymonthday):
        return lambda _day: True

    def keeps(ordinal: int) -> bool:
        if weekdays and (ordinal + 6) % 7 not in weekdays:
            return False
        day = date.fromordinal(ordinal)
        if rule.bymonth and day.month not in rule.bymonth:
            return False
        if rule.bymonthday:
            from_end = day.day - length_of_month(day.year, day.month) - 1
            if day.day not in rule.bymonthday and from_end not in rule.bymonthday:
                return False
        if rule.byyearday:
            first, end = ordinals_of_year(day.year)
            if ordinal - first + 1 not in rule.byyearday and ordinal - end not in rule.byyearday:
                return False
        if nth:
            first, end = ordinals_of_month(day.year, day.month) if by_month else ordinals_of_year(day.year)
            place, from_end = (ordinal - first) // 7 + 1, -((end - 1 - ordinal) // 7 + 1)
            weekday = day.weekday()
            return not rule.byday.isdisjoint({(0, weekday), (place, weekday), (from_end, weekday)})
        return True

    return keeps


def _year(rule: Rule, start: datetime, index: int) -> int | None:
    base = start.year
    if rule.byweekno:  # the weeks' own year: its first days may lie in the calendar year before
        day = start.toordinal()
        base = next(year for year in (base + 1, base, base - 1) if first_of_week_one(year, rule.wkst) <= day)
    year = base + index * rule.interval
    return year if 0 < year <= MAXYEAR else None


def _first_of_year(rule: Rule, start: datetime, index: int) -> int | None:
    year = _year(rule, start, index)
    if year is None:
        return None
    return first_of_week_one(year, rule.wkst) if rule.byweekno else ordinals_of_year(year)[0]


def _days_of_year(rule: Rule, start: datetime, first: int) -> Days:
    if rule.byweekno:
        year = date.fromordinal(max(1, first + 6)).year
        weeks = (first_of_week_one(year + 1, rule.wkst) - first) // 7
        numbers = {number if number > 0 else weeks + 1 + number for number in rule.byweekno}
        return {first + 7 * (number - 1) + day for number in numbers if 0 < number <= weeks for day in range(7)}
    year = date.fromordinal(first).year
    if rule.byyearday:
        end = ordinals_of_year(year)[1]
        days = {first + number - 1 if number > 0 else end + number for number in rule.byyearday}
        return {day for day in days if first <= day < end}
    if rule.bymonthday or (rule.bymonth and not rule.byday):
        # A yearly rule without BYMONTH means the month of its start, as the widespread calendar programs read it.
        months = rule.bymonth or {start.month}
        return {day for month in months for day in _days_of_month(rule, start, ordinals_of_month(year, month)[0])}
    if rule.byday:
        spans = [ordinals_of_month(year, month) for month in rule.bymonth] or [ordinals_of_year(year)]
        return {day for span in spans for n, weekday in rule.byday for day in nth_weekday(*span, n, weekday)}
    return {ordinals_of_month(year, start.month)[0] + start.day - 1} if _exists(year, start) else set()


def _exists(year: int, start: datetime) -> bool:
    return start.day <= length_of_month(year, start.month)


def _first_of_month(rule: Rule, start: datetime, index: int) -> int | None:
    months = start.year * 12 + start.month - 1 + index * rule.interval
    year, month = divmod(months, 12)
    return ordinals_of_month(year, month + 1)[0] if year <= MAXYEAR else None


def _days_of_month(rule: Rule, start: datetime, first: int) -> Days:
    month = date.fromordinal(first)
    if rule.bymonth and month.month not in rule.bymonth:
        return set()
    length = length_of_month(month.year, month.month)
    if rule.bymonthday:
        numbers = {number if number > 0 else length + 1 + number for number in rule.bymonthday}
        return {first + number - 1 for number in numbers if 0 < number <= length}
    if rule.byday and rule.freq != "YEARLY":
        return {day for n, weekday in rule.byday for day in nth_weekday(first, first + length, n, weekday)}
    return {first + start.day - 1} if start.day <= length else set()


def _first_of_week(rule: Rule, start: datetime, index: int) -> int | None:
    day = start.toordinal()
    first = day - (start.weekday() - rule.wkst) % 7 + 7 * index * rule.interval
    return first if first <= _LAST else None


def _days_of_week(rule: Rule, start: datetime, first: int) -> Days:
    weekdays = {weekday for _, weekday in rule.byday} or {start.weekday()}
    return {first + (weekday - rule.wkst) % 7 for weekday in weekdays}


def _day(rule: Rule, start: datetime, index: int) -> int | None:
    day = start.toordinal() + index * rule.interval
    return day if day <= _LAST else None


def _itself(_rule: Rule, _start: datetime, first: int) -> Days:
    return {first}


_DaysOf = Callable[[Rule, datetime, int], Days]
_FirstOf = Callable[[Rule, datetime, int], int | None]

_EXPANSIONS: dict[Frequency, tuple[_DaysOf, _FirstOf]] = {
    "YEARLY": (_days_of_year, _first_of_year),
    "MONTHLY": (_days_of_month, _first_of_month),
    "WEEKLY": (_days_of_week, _first_of_week),
    "DAILY": (_itself, _day),
}
