"""When each account of a profile is to be polled. Pure: the time is an argument, in seconds of any one clock.

Where many profiles share a process, each has an offset within the poll interval, derived from its name: polls are
spread evenly, and stay so over restarts.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Mapping

SOON = 60.0
"""Seconds until the next poll after a cycle that left something open: a conflict, a deletion to be confirmed."""


class DueTimes:
    """The due times of one profile's accounts."""

    def __init__(
        self, polls: Mapping[str, float], *, spread: str | None = None, at: Mapping[str, float] | None = None
    ) -> None:
        """Every account without a known due time is due at once.

        Args:
            polls: the poll interval of each account, in seconds.
            spread: the name that gives the offset within the interval; None: the interval begins at the last poll.
            at: due times that are known already.
        """
        self.polls = dict(polls)
        self.at = {name: when for name, when in (at or {}).items() if name in polls}
        """When each account is due next; one that is missing was never polled."""
        self._phase = None if spread is None else phase(spread)

    def due(self, now: float) -> frozenset[str]:
        """The accounts to poll now."""
        return frozenset(name for name in self.polls if self.at.get(name, now) <= now)

    def polled(self, accounts: Collection[str], now: float, *, soon: Collection[str] = ()) -> None:
        """Set the next due times of polled accounts; those in `soon` left something open and are due again soon."""
        for name in accounts:
            self.at[name] = self._following(self.polls[name], now)
        for name in soon:
            if name in self.at:
                self.at[name] = min(self.at[name], now + SOON)

    def next(self, now: float) -> float:
        """When the next account is due."""
        return min((self.at.get(name, now) for name in self.polls), default=now + SOON)

    def _following(self, poll: float, now: float) -> float:
        if self._phase is None:
            return now + poll
        offset = self._phase * poll
        at = (math.floor((now - offset) / poll) + 1) * poll + offset
        # Exactly at the due time, rounding may give the same time again.
        return at if at - now > poll * 1e-6 else at + poll


def phase(name: str) -> float:
    """A stable offset for a name, from 0 to below 1; names are spread evenly."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:6], "big") / 2**48
