"""Makes a story shorter for as long as it ends in the same way: the end goes first, then pieces, then single events."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from simulation.checks import Violation
from simulation.script import Event, Script


class Ended(Protocol):
    """How a story ended; see `run.Outcome`."""

    violations: tuple[Violation, ...]
    event: int


class Shrinking:
    """The shortest story so far in which the same check fails."""

    def __init__(self, script: Script, outcome: Ended, run: Callable[[Script], Ended], *, seconds: float) -> None:
        """`seconds`: of processor time, at the most."""
        self.best, self.outcome = script, outcome
        self._run = run
        self._ends = time.process_time() + seconds
        self._check = outcome.violations[0].check

    def shrunk(self) -> Script:
        """Leave out what is not needed."""
        self._try(self._cut())
        size = max(1, len(self.best.events) // 2)
        while size >= 1 and self._drop(size):
            size = size // 2 if size > 1 else 1
        return self.best

    def _drop(self, size: int) -> bool:
        """Leave out pieces of so many events (delta debugging); whether to go on."""
        at, dropped = 0, False
        while at < len(self.best.events) and time.process_time() < self._ends:
            events = self.best.events
            if self._try(replace(self.best, events=events[:at] + events[at + size :])):
                dropped = True
            else:
                at += size
        return time.process_time() < self._ends and (size > 1 or dropped)

    def _try(self, candidate: Script) -> bool:
        if time.process_time() >= self._ends:
            return False
        found = self._run(candidate)
        if not any(one.check == self._check for one in found.violations):
            return False
        self.best, self.outcome = candidate, found
        return True

    def _cut(self) -> Script:
        """What happened after the end does not matter."""
        kept: tuple[Event, ...] = self.best.events[: self.outcome.event]
        days = max((event.at // timedelta(days=1) + 1 for event in kept), default=1)
        return replace(self.best, events=kept, days=min(self.best.days, days))
