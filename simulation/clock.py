"""Virtual time: two clocks that stand still unless they are moved, in place of the machine's own.

`time.monotonic` does not go on while the machine sleeps, and nobody can set it; the wall clock does both.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from unittest import mock

import time_machine


class VirtualClock:
    """Both clocks of a machine."""

    def __init__(self, start: datetime) -> None:
        """`start`: aware."""
        self.monotonic = 1000.0
        """Seconds since the machine was started."""
        self.true = start.astimezone(UTC)
        """The time that everybody else has."""
        self.off = timedelta(0)
        """By how much this machine's clock is wrong."""
        self._traveller: time_machine.Coordinates | None = None

    @property
    def wall(self) -> datetime:
        """What this machine takes for the time, UTC."""
        return self.true + self.off

    def advance(self, seconds: float) -> None:
        """Time passes."""
        self.monotonic += seconds
        self.sleep(seconds)

    def sleep(self, seconds: float) -> None:
        """Time passes while the machine sleeps."""
        self.true += timedelta(seconds=seconds)
        self._show()

    def set(self, off: timedelta) -> None:
        """Somebody, or NTP, sets this machine's clock."""
        self.off = off
        self._show()

    @contextmanager
    def installed(self) -> Iterator[None]:
        """The whole process reads these clocks while the context lasts."""
        with (
            time_machine.travel(self.wall, tick=False) as traveller,
            mock.patch.object(time, "monotonic", self._now),
            mock.patch.object(time, "monotonic_ns", self._now_ns),
            mock.patch.object(time, "sleep", self.advance),
        ):
            self._traveller = traveller
            yield
        self._traveller = None

    def _now(self) -> float:
        return self.monotonic

    def _now_ns(self) -> int:
        return int(self.monotonic * 1e9)

    def _show(self) -> None:
        if self._traveller is not None:
            self._traveller.move_to(self.wall)
