"""Queues turns for workers: those that are due, those of a lost worker, and those that a user waits for.

Due times are kept in the database, so any number of schedulers may run.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from datetime import timedelta
from pathlib import Path

import structlog

from termintreu.service import job_queue
from termintreu.service.process import REFRESH_EVERY, Clock, SharedProcess, now_utc
from termintreu.storage import turns

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=30)
"""A turn that was queued and not ended by then is queued again."""
TICK = 0.5
"""Seconds between two checks of what is due."""
AT_ONCE = 500
"""Turns that are queued in one check."""
_EVERYBODY = ""
"""No profile's name: transactions over all profiles wait for each other."""


class Scheduler:
    """Queues the turns that are due; any number of schedulers may run."""

    def __init__(self, path: Path, *, clock: Clock = now_utc) -> None:
        self._process = SharedProcess(path, clock)
        self._enqueued = 0

    async def run(self) -> int:
        """Run until told to stop. Returns the exit code."""
        await self._process.serve(self._schedule, status=lambda: f"{self._enqueued} turns queued")
        return 0

    async def _schedule(self) -> None:
        for problem in (*self._process.profiles.warnings, *self._process.profiles.problems):
            log.warning("configuration warning", warning=problem)
        async with job_queue.opened(self._process.conninfo) as queue:
            log.info("scheduler started", profiles=len(self._process.profiles.names))
            self._process.systemd.tell("READY=1")
            enrolled = looked = float("-inf")
            while not self._process.stopping.is_set():
                if time.monotonic() - enrolled >= REFRESH_EVERY:
                    enrolled = time.monotonic()
                    await asyncio.to_thread(self._enrol)
                if time.monotonic() - looked >= job_queue.HEARTBEAT:
                    looked = time.monotonic()
                    for name in await queue.requeue_stalled():
                        log.warning("worker lost; its turn is queued again", profile=name)
                due = await asyncio.to_thread(self._hand_out)
                await queue.enqueue(due)
                self._enqueued += len(due)
                if len(due) < AT_ONCE:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._process.stopping.wait(), TICK)

    def _enrol(self) -> None:
        self._process.refresh()
        with self._process.database.writing(_EVERYBODY) as connection:
            added, removed = turns.enrol(connection, self._process.profiles.names, self._process.clock())
        if added or removed:
            log.info("profiles changed", added=len(added), removed=len(removed))

    def _hand_out(self) -> list[turns.Due]:
        now = self._process.clock()
        with self._process.database.writing(_EVERYBODY) as connection:
            return turns.hand_out(connection, now, now + LEASE, AT_ONCE)


def sync(path: Path, names: list[str], clock: Clock = now_utc) -> None:
    """Queue a turn for each of these profiles, before all others. Raises ConfigError, StoreError."""
    process = SharedProcess(path, clock)

    async def put() -> None:
        async with job_queue.opened(process.conninfo) as queue:
            for name in names:
                await queue.enqueue_first(name)

    try:
        with process.database.writing(_EVERYBODY) as connection:
            turns.enrol(connection, process.profiles.names, clock())
        asyncio.run(put())
    finally:
        process.close()
