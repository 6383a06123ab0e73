"""Occurrences by time, asked again and again what touches a span. Pure arithmetic, in UTC."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import accumulate

from termintreu.model import Occurrence


class Timeline:
    """Occurrences in the order of their start, with the latest end so far beside each: both only grow, so that a span
    is found by halving.
    """

    def __init__(self, occurrences: Iterable[Occurrence]) -> None:
        self._occurrences = sorted(occurrences, key=lambda one: one.start)
        self._starts = [one.start for one in self._occurrences]
        self._latest_ends = list(accumulate((one.end for one in self._occurrences), max))
        self.longest_travel = max((one.travel for one in self._occurrences), default=timedelta(0))
        """The longest way to or from any of them."""

    def touching(self, since: datetime, until: datetime) -> list[Occurrence]:
        """Those that run at some moment from `since` to `until`, both included, by start."""
        first = bisect_left(self._latest_ends, since)
        last = bisect_right(self._starts, until)
        return [one for one in self._occurrences[first:last] if one.end >= since]

    def overlapping(self, since: datetime, until: datetime) -> list[Occurrence]:
        """Those that share more than a moment with the time from `since` to `until`, by start."""
        return [one for one in self.touching(since, until) if one.start < until and since < one.end]

    def within(self, since: datetime, until: datetime, distance: timedelta = timedelta(0)) -> list[Occurrence]:
        """Those that come nearer than `distance` to the time from `since` to `until`, or than their own way there and
        back takes; by start."""
        reach = max(distance, self.longest_travel)
        near = self.touching(since - reach, until + reach)
        return [one for one in near if clashes(one, since, until, distance)]


def clashes(one: Occurrence, since: datetime, until: datetime, distance: timedelta = timedelta(0)) -> bool:
    """Whether an occurrence, with its way there and back, comes nearer than `distance` to a span of time."""
    margin = max(distance, one.travel)
    return one.start - margin < until and since < one.end + margin
