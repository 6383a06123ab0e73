"""Admission of turns: a turn needs a permit to run. Permits are limited, and go to the most urgent turn first.

A turn that takes long is waiting for a server. It gives its permit back after `PATIENCE` seconds and goes on without.
Profiles whose last turn was slow use permits of their own, so that a hundred servers that hang delay only each other.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

PERMITS = 16
"""Turns that run at once in one process; turns that only wait for a server do not count."""
SLOW_PERMITS = 64
"""Further turns at once, of profiles whose last turn was slow."""
PATIENCE = 5.0
"""Seconds after which a turn gives its permit back."""


class Admission:
    """Two sets of permits, for quick and for slow profiles, on one event loop."""

    def __init__(self, permits: int = PERMITS, slow_permits: int = SLOW_PERMITS, patience: float = PATIENCE) -> None:
        self._queues = {False: _Permits(permits), True: _Permits(slow_permits)}
        self._patience = patience

    @asynccontextmanager
    async def permit(self, *, slow: bool = False, priority: float = 0.0) -> AsyncIterator[None]:
        """Wait for a permit, and hold it until the block ends, or for `patience` seconds at most.

        Args:
            slow: the profile's last turn took longer than `patience`; this permit is held to the end.
            priority: lower is admitted first.
        """
        permits = self._queues[slow]
        await permits.acquire(priority)
        held = True

        def release() -> None:
            nonlocal held
            if held:
                held = False
                permits.release()

        # Slow permits are limited by open connections, not by CPU: a turn that waits still uses its one.
        timer = None if slow else asyncio.get_running_loop().call_later(self._patience, release)
        try:
            yield
        finally:
            if timer is not None:
                timer.cancel()
            release()


class _Permits:
    """A semaphore with a priority queue."""

    def __init__(self, permits: int) -> None:
        self._free = permits
        self._queue: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    async def acquire(self, priority: float) -> None:
        if self._free > 0:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._queue, (priority, next(self._numbers), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.release()  # the permit was granted just now, and is not needed any more
            raise

    def release(self) -> None:
        while self._queue:
            _, _, turn = heapq.heappop(self._queue)
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
