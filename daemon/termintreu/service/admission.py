"""Admits people's turns: so many at once, the most urgent first, and nobody behind somebody slow.

A turn that takes long is waiting for a server. It keeps its place for a moment only; then the next one is admitted
beside it. Whoever was slow the last time begins in a lane of their own, so that a hundred servers that hang take
places from each other and from nobody else.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

PLACES = 16
"""Turns that are admitted at once: what is at work in one process, not what only waits."""
SLOW_PLACES = 64
"""Further turns of people whose servers were slow the last time."""
PATIENCE = 5.0
"""Seconds for which a turn keeps its place."""


class Lanes:
    """Two lanes over one loop."""

    def __init__(self, places: int = PLACES, slow_places: int = SLOW_PLACES, patience: float = PATIENCE) -> None:
        self._lanes = {False: _Lane(places), True: _Lane(slow_places)}
        self._patience = patience

    @asynccontextmanager
    async def place(self, *, slow: bool = False, order: float = 0.0) -> AsyncIterator[None]:
        """Wait for a place, and keep it until the end, or until patience is over.

        Args:
            slow: the last turn outlasted patience.
            order: lower ones are admitted first.
        """
        lane = self._lanes[slow]
        await lane.enter(order)
        held = True

        def leave() -> None:
            nonlocal held
            if held:
                held = False
                lane.leave()

        # Who is in the slow lane stays there: it is bounded by what the machine can hold open, not by what it can do.
        timer = None if slow else asyncio.get_running_loop().call_later(self._patience, leave)
        try:
            yield
        finally:
            if timer is not None:
                timer.cancel()
            leave()


class _Lane:
    """A semaphore whose queue is sorted."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._queue: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    async def enter(self, order: float) -> None:
        if self._free > 0:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._queue, (order, next(self._numbers), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave()  # the place was given just now, and is not wanted any more
            raise

    def leave(self) -> None:
        while self._queue:
            _, _, turn = heapq.heappop(self._queue)
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
