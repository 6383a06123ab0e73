"""Answers of pure functions, kept between cycles by what they rest on: what is kept is what would be worked out anew.

what it rests on   the same values as the last time; they are compared, which costs next to nothing where they are
                   the same objects
time               an answer holds until a moment, where time alone may change it
cycles             what was not asked for in the last cycle is dropped
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")

REVIEW = timedelta(minutes=15)
"""The longest time for which a judgement holds."""
_EVER = datetime.min.replace(tzinfo=UTC)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer(Generic[T]):
    rests_on: tuple[object, ...]
    at: datetime
    until: datetime
    value: T


def next_quarter(now: datetime) -> datetime:
    """The next full quarter of an hour (UTC): most moments at which time alone changes something are such."""
    return now + REVIEW - (now - _EVER) % REVIEW


class Kept(Generic[T]):
    """The last answers of one function; a new one knows none."""

    def __init__(self) -> None:
        self._lately: dict[Hashable, _Answer[T]] = {}
        self._before: dict[Hashable, _Answer[T]] = {}
        self.worked = 0
        """Answers worked out so far."""

    def __call__(
        self,
        key: Hashable,
        rests_on: tuple[object, ...],
        work: Callable[[], T],
        *,
        now: datetime = _EVER,
        until: Callable[[T], datetime] | None = None,
    ) -> T:
        """The answer for `key`: the last one while it holds, else a new one.

        Args:
            key: what it is about.
            rests_on: all that the answer depends on, beside what never changes while this object is used.
            work: works it out.
            now: UTC; only where time alone may change the answer.
            until: of a new answer, until when it holds (UTC); None: time does not change it.
        """
        known = self._lately.get(key) or self._before.get(key)
        if known is None or not known.at <= now < known.until or known.rests_on != rests_on:
            self.worked += 1
            value = work()
            known = _Answer(rests_on=rests_on, at=now, until=_NEVER if until is None else until(value), value=value)
        self._lately[key] = known
        return known.value

    def drop(self, keys: Iterable[Hashable]) -> None:
        """Keep no answer about these."""
        for key in keys:
            self._lately.pop(key, None)
            self._before.pop(key, None)

    def sweep(self) -> None:
        """At the end of a cycle: drop what nobody asked for since the last time."""
        self._before, self._lately = self._lately, {}
