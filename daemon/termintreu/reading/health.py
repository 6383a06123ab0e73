"""How accounts and their collections have fared in this process, and when each of them is asked again.

The one thing in reading that changes in place. It holds plain values, so that it can be handed on (service/turn_state).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from termintreu.model import SourceState

_LONGEST_REST = 86_400.0
_FIRST_PAUSE = 30.0
_LONGEST_PAUSE = 3_600.0
"""Seconds."""


@dataclass(slots=True, kw_only=True)
class Backoff:
    """Failures in a row of one thing that is asked, and how long it is left alone."""

    failures: int = 0
    not_before: datetime | None = None
    """UTC; the server asked us to stay away until then, or we back off."""
    rested_at: datetime | None = None
    """UTC; since when."""
    failure: str = ""
    """Why we back off."""

    def pause(self, now: datetime, seconds: float) -> None:
        """Stay away for so many seconds from `now` (UTC), a day at the most: whoever asks for more is asked again."""
        self.rested_at = now
        self.not_before = now + timedelta(seconds=min(seconds, _LONGEST_REST))

    def is_paused(self, now: datetime) -> bool:
        """Whether to stay away still. Where the clock was set back meanwhile, nobody knows how long it has been."""
        return None not in (self.rested_at, self.not_before) and self.rested_at <= now < self.not_before  # type: ignore[operator]  # neither is None

    def failed(self, now: datetime, why: str, retry_after: float | None = None) -> None:
        """Stay away after one more failure: as long as was asked for, else 30 s, twice as long each time, an hour at
        the most. `now`: UTC; `retry_after`: seconds."""
        self.failures += 1
        self.failure = why
        self.pause(now, retry_after or min(_FIRST_PAUSE * 2.0 ** min(self.failures - 1, 7), _LONGEST_PAUSE))

    def waiting(self) -> str:
        """Why it is not asked now, in a sentence."""
        return f"{self.failure} (asked again after {self.not_before:%H:%M:%S} UTC)"


@dataclass(slots=True, kw_only=True)
class Health(Backoff):
    """How an account has fared."""

    unauthorized: str | None = None
    """Why the log-in was refused. It is not tried again until the configuration, its secrets or the log-in change."""
    state: SourceState = "ok"
    """As it was when the account was asked last; it holds until it is asked again."""
    errors: tuple[str, ...] = ()
    """What stands beside `state`."""
    is_open: bool = True
    """Whether a look before the next poll may tell more: an answer waits to be confirmed, or something failed for the
    first time. What goes on failing is left to its back-off."""
    spared_until: datetime | None = None
    """UTC; before it nothing of the account is asked, neither as a whole nor any of its collections."""
    discovery: Backoff = field(default_factory=Backoff)
    """Of the list of collections."""
    collections: dict[str, Backoff] = field(default_factory=dict)
    """By href, those that failed when they were asked last."""
    reading: asyncio.Task[Any] | None = None
    """What is still being read: a cycle that did not wait for it leaves it to the next one."""

    @property
    def is_well(self) -> bool:
        """Whether there is nothing to be handed on."""
        return not (self.failures or self.unauthorized or self.discovery.failures or self.collections)

    async def give_up(self) -> None:
        """End a reading that nobody will ask for any more."""
        if self.reading is not None and self.reading.cancel():
            await asyncio.wait({self.reading})
