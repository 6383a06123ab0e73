"""Keeps what should run for as long as the process at work: a task or a thread that ends by a defect is logged, begun
anew after a pause that grows, and told of in `troubles` until it has run well for a while.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from termintreu.model.defects import log_defect, place_of

log = structlog.get_logger(__name__)

T = TypeVar("T")

FIRST_PAUSE = 1.0
"""Seconds before the first restart; each further one waits twice as long."""
LONGEST_PAUSE = 300.0
"""Seconds."""
PROVEN = 60.0
"""Seconds after which what was begun anew counts as healthy."""

_troubles: dict[_Keeper, tuple[str, float]] = {}
"""What failed, in a sentence, and until when (monotonic seconds) that is told."""


def troubles() -> tuple[str, ...]:
    """What failed by a defect and was not healthy since, a sentence each; may be asked from any thread."""
    now = time.monotonic()
    return tuple(text for text, until in list(_troubles.values()) if now < until)


async def keep_task(
    what: str, work: Callable[[], Awaitable[T]], *, stopping: asyncio.Event, first: float | None = None
) -> T | None:
    """Run `work` until it returns, and begin it anew after each defect.

    Args:
        what: runs there, for the log and `troubles`.
        work: is cancelled with the task that awaits this.
        stopping: ends the pause before a restart; nothing is begun once it is set.
        first: seconds before the first restart; None: `FIRST_PAUSE`.

    Returns what `work` returned; None where `stopping` was set after a defect.
    """
    with contextlib.closing(_Keeper(what, first)) as keeper:
        while True:
            keeper.begins()
            try:
                return await work()
            except Exception as error:  # noqa: BLE001 - whatever it is, it ends neither this task for good nor another
                pause = keeper.failed(error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), pause)
            if stopping.is_set():
                return None


def keep_thread(
    what: str, work: Callable[[], object], *, stopping: threading.Event, first: float | None = None
) -> threading.Thread:
    """The same for a thread, which is started here; it is a daemon thread, and nobody has to wait for it.

    `work` returns when it is done, or soon after `stopping` was set.
    """

    def run() -> object:
        with contextlib.closing(_Keeper(what, first)) as keeper:
            while not stopping.is_set():
                keeper.begins()
                try:
                    return work()
                except Exception as error:  # noqa: BLE001 - as for tasks
                    stopping.wait(keeper.failed(error))
            return None

    thread = threading.Thread(target=run, name=what, daemon=True)
    thread.start()
    return thread


class _Keeper:
    """Counts the defects of one task or thread."""

    def __init__(self, what: str, first: float | None) -> None:
        self._what = what
        self._first = FIRST_PAUSE if first is None else first
        self._failures = 0
        self._begun = 0.0

    def begins(self) -> None:
        self._begun = time.monotonic()
        if self._failures:
            _troubles[self] = (_troubles[self][0], self._begun + PROVEN)

    def failed(self, error: Exception) -> float:
        """Log it. Returns the seconds until the restart."""
        ran_well = time.monotonic() - self._begun >= PROVEN
        self._failures = 1 if ran_well else self._failures + 1
        log_defect(log.bind(what=self._what), "ended by a defect; it is begun anew", error)
        kind = f"{type(error).__name__}, {place_of(error)}"
        text = f"{self._what}: ended by a defect ({kind}) and begun anew; the log says more"
        _troubles[self] = text, float("inf")
        return min(self._first * 2.0 ** min(self._failures - 1, 20), LONGEST_PAUSE)

    def close(self) -> None:
        """It is over, well or not: nobody has to be told any more."""
        _troubles.pop(self, None)
