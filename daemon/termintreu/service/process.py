"""What workers and schedulers have in common: they know who there is and where the state is kept, stop when told to,
feed the watchdog, and go on when the database that went away is back. What they do there, the office does not know.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from termintreu.cycle.turn import DRAIN
from termintreu.model.errors import ConfigError, StoreError
from termintreu.model.supervision import keep_task, troubles
from termintreu.service import sdnotify
from termintreu.service.bootstrap import load_people, open_database, queue_address
from termintreu.storage.postgres import PostgresDatabase

log = structlog.get_logger(__name__)

LOOK_ROUND = 15.0
"""Seconds between two looks at who is there."""
AGAIN = 3.0
"""Seconds until the next try where the database does not answer."""

Clock = Callable[[], datetime]


def now_utc() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


class Office:
    """One process among those that share a configuration, a database and a queue."""

    def __init__(self, path: Path, clock: Clock = now_utc) -> None:
        """Raises ConfigError, also where the configuration is not made for workers."""
        self.path = path
        self.clock = clock
        self.systemd = sdnotify.Manager()
        self.stopping = asyncio.Event()
        """Set when the process was told to stop."""
        self.people = load_people(path)
        if not self.people.several or self.people.config.state.url is None:
            raise ConfigError([f"{path}: workers need [state] url, and profiles or [[people]]; see docs/scaling.md"])
        self.conninfo = queue_address(self.people.config)
        self.database: PostgresDatabase = open_database(self.people.config)
        self._looked = time.monotonic()

    def look_round(self, *, after: float = LOOK_ROUND) -> None:
        """Read again who is there; a bad configuration leaves the last good one in force."""
        if time.monotonic() - self._looked < after:
            return
        self._looked = time.monotonic()
        try:
            self.people = load_people(self.path)
        except ConfigError as error:
            for problem in error.problems:
                log.warning("the configuration was not taken over; the last good one stays in force", problem=problem)

    async def serve(
        self,
        work: Callable[[], Awaitable[None]],
        *,
        status: Callable[[], str],
        leave: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Work until told to stop; then leave, and close the database.

        Args:
            work: returns when `stopping` is set; begun again where it raises StoreError.
            status: what is done just now, for systemd.
            leave: gives back what the work still holds.
        """
        with _signals(self.stopping):
            heart = asyncio.create_task(
                keep_task("the heartbeat", partial(_heartbeat, self.systemd, status), stopping=asyncio.Event())
            )
            try:
                await keep_task("the work", partial(self._until, work), stopping=self.stopping)
            finally:
                self.systemd.tell("STOPPING=1")
                heart.cancel()
                if leave is not None:
                    await leave()
                await asyncio.to_thread(self.database.close)

    async def _until(self, work: Callable[[], Awaitable[None]]) -> None:
        """Work until told to stop; where the database does not answer, begin again."""
        while not self.stopping.is_set():
            try:
                await work()
            except StoreError as error:
                todo = "look after it; this goes on by itself"
                log.warning("the database does not answer", error=str(error), do=todo)
                self.systemd.tell(f"STATUS={str(error)[:200]}")
            if not self.stopping.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.stopping.wait(), AGAIN)


@contextlib.contextmanager
def _signals(stopping: asyncio.Event) -> Any:
    """Stop when told to; and whatever hangs then is cut off: its turns are taken over, as if the process had died."""
    loop = asyncio.get_running_loop()
    cut = threading.Timer(DRAIN + 5.0, os._exit, (0,))
    cut.daemon = True

    def stop() -> None:
        if not stopping.is_set():
            stopping.set()
            cut.start()

    loop.set_exception_handler(_left_behind)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


def _left_behind(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A task that nobody waits for has failed: the queue's, when the database went away or a turn was taken over."""
    log.debug("left behind", kind=type(context.get("exception")).__name__, exc_info=context.get("exception"))


async def _heartbeat(systemd: sdnotify.Manager, status: Callable[[], str]) -> None:
    """Feed the watchdog from this very loop."""
    interval = sdnotify.watchdog_interval() or 30.0
    while True:
        systemd.tell("WATCHDOG=1", f"STATUS={'; '.join((*troubles(), status()))}")
        await asyncio.sleep(interval)
