"""When each account of a person is to be asked. Pure: the moment is an argument, in seconds of any one clock.

Where many people share a process, each has a place of their own within the interval, made from their name: polls are
spread evenly, and stay so over restarts.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Mapping

AGAIN_SOON = 60.0
"""Seconds until the next look after a cycle that left something open: a conflict, an answer to be said twice."""


class Agenda:
    """One person's due times."""

    def __init__(
        self, polls: Mapping[str, float], *, spread: str | None = None, at: Mapping[str, float] | None = None
    ) -> None:
        """Everything is due at once.

        Args:
            polls: how often each account is asked, in seconds.
            spread: a name whose place in the interval is taken; None: the interval begins when the account was asked.
            at: what is known of due times already.
        """
        self.polls = dict(polls)
        self.at = {name: when for name, when in (at or {}).items() if name in polls}
        """When each account is due next; one that is missing was never asked."""
        self._phase = None if spread is None else phase(spread)

    def due(self, now: float) -> frozenset[str]:
        """The accounts to ask now."""
        return frozenset(name for name in self.polls if self.at.get(name, now) <= now)

    def done(self, asked: Collection[str], now: float, *, soon: Collection[str] = ()) -> None:
        """These were asked; those that left something open are looked at again soon."""
        for name in asked:
            self.at[name] = self._following(self.polls[name], now)
        for name in soon:
            if name in self.at:
                self.at[name] = min(self.at[name], now + AGAIN_SOON)

    def next(self, now: float) -> float:
        """When something is due next."""
        return min((self.at.get(name, now) for name in self.polls), default=now + AGAIN_SOON)

    def _following(self, poll: float, now: float) -> float:
        if self._phase is None:
            return now + poll
        offset = self._phase * poll
        at = (math.floor((now - offset) / poll) + 1) * poll + offset
        # At the very moment that was due, rounding may find it once more.
        return at if at - now > poll * 1e-6 else at + poll


def phase(name: str) -> float:
    """A name's lasting place within an interval, from 0 to below 1; names are spread evenly."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:6], "big") / 2**48
