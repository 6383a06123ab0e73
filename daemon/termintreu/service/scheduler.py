"""Puts turns down for workers: those that are due, those that a dead worker held, and those that somebody waits for.

When turns are due stands in the database, so any number of schedulers may run.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from datetime import timedelta
from pathlib import Path

import structlog

from termintreu.service import job_queue
from termintreu.service.process import LOOK_ROUND, Clock, Office, now_utc
from termintreu.storage import turns

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=30)
"""A turn that was handed out and not taken or ended by then is handed out again."""
TICK = 0.5
"""Seconds between two looks at what is due."""
AT_ONCE = 500
"""Turns that are put down in one look."""
_EVERYBODY = ""
"""No one's name: who writes for all waits for the others that do."""


class Scheduler:
    """Puts down what is due; any number of them may run."""

    def __init__(self, path: Path, *, clock: Clock = now_utc) -> None:
        self._office = Office(path, clock)
        self._put_down = 0

    async def run(self) -> int:
        """Until told to stop. Returns the exit code."""
        await self._office.serve(self._schedule, status=lambda: f"{self._put_down} turns put down")
        return 0

    async def _schedule(self) -> None:
        for problem in (*self._office.people.warnings, *self._office.people.problems):
            log.warning("configuration", warning=problem)
        async with job_queue.opened(self._office.conninfo) as queue:
            log.info("scheduler", state="puts down what is due", people=len(self._office.people.names))
            self._office.systemd.tell("READY=1")
            enrolled = looked = float("-inf")
            while not self._office.stopping.is_set():
                if time.monotonic() - enrolled >= LOOK_ROUND:
                    enrolled = time.monotonic()
                    await asyncio.to_thread(self._enrol)
                if time.monotonic() - looked >= job_queue.HEARTBEAT:
                    looked = time.monotonic()
                    for name in await queue.take_over():
                        log.warning("a worker gave no sign of life; its turn is taken over", person=name)
                due = await asyncio.to_thread(self._hand_out)
                await queue.put_down(due)
                self._put_down += len(due)
                if len(due) < AT_ONCE:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._office.stopping.wait(), TICK)

    def _enrol(self) -> None:
        self._office.look_round()
        with self._office.database.writing(_EVERYBODY) as connection:
            come, gone = turns.enrol(connection, self._office.people.names, self._office.clock())
        if come or gone:
            log.info("people", come=len(come), gone=len(gone))

    def _hand_out(self) -> list[turns.Due]:
        now = self._office.clock()
        with self._office.database.writing(_EVERYBODY) as connection:
            return turns.hand_out(connection, now, now + LEASE, AT_ONCE)


def sync(path: Path, names: list[str], clock: Clock = now_utc) -> None:
    """A turn for each of these people, before all others. Raises ConfigError, StoreError."""
    office = Office(path, clock)

    async def put() -> None:
        async with job_queue.opened(office.conninfo) as queue:
            for name in names:
                await queue.put_first(name)

    try:
        with office.database.writing(_EVERYBODY) as connection:
            turns.enrol(connection, office.people.names, clock())
        asyncio.run(put())
    finally:
        office.database.close()
