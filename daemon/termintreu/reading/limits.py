"""How much of one source is looked at: a feed that holds tens of thousands of appointments costs its own surplus, and
neither the program's time nor anybody else's reminders. Pure.

What is nearest to now counts. What lies beyond is reported, and nothing of ours is withdrawn on its account.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from termintreu.model import Calendar, Call, Occurrence, Rejected
from termintreu.model.marks import call_key

TOO_MANY = "There are more appointments than this program looks at; the nearest ones count."
TOO_MANY_TASKS = "There are more tasks than this program looks at."
TOO_MANY_CALLS = "There are more calls than this program looks at; the nearest ones count."

_T = TypeVar("_T")


def nearest_appointments(calendar: Calendar, now: datetime, most: int) -> tuple[Calendar, frozenset[str]]:
    """The calendar with at most so many appointments and tasks of each source, and the call keys of the rest.

    Args:
        calendar: as read.
        now: UTC.
        most: of one source.
    """
    kept, far = _nearest(calendar.occurrences, most, lambda one: one.source, _distance(now))
    todos, more = _nearest(calendar.todos, most, lambda one: one.source, lambda _: 0)
    if not far and not more:
        return calendar, frozenset()
    reports = {(one.source, one.collection): TOO_MANY_TASKS for one in more}
    reports |= {(one.source, one.collection): TOO_MANY for one in far}
    bounded = replace(
        calendar,
        occurrences=kept,
        todos=todos,
        rejected=(*calendar.rejected, *(_report(*place, reason) for place, reason in sorted(reports.items()))),
    )
    keys = {call_key(one.uid, one.recurrence_id) for one in far} | {call_key(one.uid, None) for one in more}
    return bounded, frozenset(keys)


def nearest_calls(
    calls: Iterable[Call], now: datetime, most: int
) -> tuple[tuple[Call, ...], frozenset[str], tuple[Rejected, ...]]:
    """At most so many calls of each source, the keys of the rest, and what there is to be said of it. `now`: UTC."""
    distance = _distance(now)
    kept, far = _nearest(calls, most, lambda call: call.occurrence.source, lambda call: distance(call.occurrence))
    places = sorted({(call.occurrence.source, call.occurrence.collection) for call in far})
    return kept, frozenset(call.key for call in far), tuple(_report(*place, TOO_MANY_CALLS) for place in places)


def _report(source: str, collection: str, reason: str) -> Rejected:
    return Rejected(source=source, href=collection, reason=reason)


def _distance(now: datetime) -> Callable[[Occurrence], object]:
    """Orders what is to come by when, and after it what is over by how long ago."""
    return lambda one: (one.end <= now and one.start < now, abs(one.start - now), one.uid)


def _nearest(
    entries: Iterable[_T], most: int, source_of: Callable[[_T], str], order: Callable[[_T], object]
) -> tuple[tuple[_T, ...], tuple[_T, ...]]:
    """The entries that count, in the order they came, and the others."""
    entries = tuple(entries)
    by_source: dict[str, list[_T]] = defaultdict(list)
    for entry in entries:
        by_source[source_of(entry)].append(entry)
    far = [entry for listed in by_source.values() for entry in sorted(listed, key=order)[most:]]  # type: ignore[arg-type]  # tuples of one form
    if not far:
        return entries, ()
    dropped = {id(entry) for entry in far}
    return tuple(entry for entry in entries if id(entry) not in dropped), tuple(far)
