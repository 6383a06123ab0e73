"""What workers and schedulers have in common: profiles, database, signals, watchdog, and retries while the database is
down.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
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
from termintreu.service.bootstrap import load_profiles, open_database, queue_address
from termintreu.storage.postgres import PostgresDatabase

log = structlog.get_logger(__name__)

REFRESH_EVERY = 15.0
"""Seconds between two reloads of the list of profiles."""
RETRY_AFTER = 3.0
"""Seconds until the next try where the database is not reachable."""

Clock = Callable[[], datetime]


def now_utc() -> datetime:
    """The current time of the machine, UTC."""
    return datetime.now(UTC)


class SharedProcess:
    """A process that shares configuration, database and queue with others."""

    def __init__(self, path: Path, clock: Clock = now_utc) -> None:
        """Raises ConfigError, also where the configuration lacks what workers need."""
        self.path = path
        self.clock = clock
        self.systemd = sdnotify.Manager()
        self.stopping = asyncio.Event()
        """Set when the process is to stop."""
        self.profiles = load_profiles(path)
        if not self.profiles.several or self.profiles.config.state.url is None:
            raise ConfigError([f"{path}: workers need [state] url, and profiles or [[people]]; see docs/scaling.md"])
        self.conninfo = queue_address(self.profiles.config)
        self.database: PostgresDatabase = open_database(self.profiles.config)
        self._refreshed = time.monotonic()

    def refresh(self, *, after: float = REFRESH_EVERY) -> None:
        """Reload the list of profiles, unless that was done within `after` seconds.

        If the configuration is bad, the last good one stays in force.
        """
        if time.monotonic() - self._refreshed < after:
            return
        self._refreshed = time.monotonic()
        try:
            self.profiles = load_profiles(self.path)
        except ConfigError as error:
            for problem in error.problems:
                log.warning("configuration not reloaded; the last good one stays in force", problem=problem)

    async def serve(
        self,
        work: Callable[[], Awaitable[None]],
        *,
        status: Callable[[], str],
        clean_up: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Run `work` until told to stop; then clean up, and close the database.

        Args:
            work: returns when `stopping` is set; started again where it raises StoreError.
            status: one line for systemd.
            clean_up: closes what the work still holds open.
        """
        # After a starved watchdog the log shows where every thread was.
        faulthandler.enable(all_threads=True)
        with _signals(self.stopping):
            heart = asyncio.create_task(
                keep_task("the heartbeat", partial(_heartbeat, self.systemd, status), stopping=asyncio.Event())
            )
            try:
                await keep_task("the work", partial(self._work_until_stopped, work), stopping=self.stopping)
            finally:
                self.systemd.tell("STOPPING=1")
                heart.cancel()
                if clean_up is not None:
                    await clean_up()
                await asyncio.to_thread(self.database.close)

    async def _work_until_stopped(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run `work` until told to stop; start it again where the database is not reachable."""
        while not self.stopping.is_set():
            try:
                await work()
            except StoreError as error:
                todo = "start the database; this process goes on by itself"
                log.warning("database not reachable", error=str(error), do=todo)
                self.systemd.tell(f"STATUS={str(error)[:200]}")
            if not self.stopping.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.stopping.wait(), RETRY_AFTER)


@contextlib.contextmanager
def _signals(stopping: asyncio.Event) -> Any:
    """Set `stopping` on SIGTERM and SIGINT. A process that hangs after that is ended; other workers get its turns."""
    loop = asyncio.get_running_loop()
    cut = threading.Timer(DRAIN + 5.0, os._exit, (0,))
    cut.daemon = True

    def stop() -> None:
        if not stopping.is_set():
            stopping.set()
            cut.start()

    loop.set_exception_handler(_loop_error)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


def _loop_error(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log the failure of a task that nothing awaits: the queue's, when the database is lost or a turn is taken over."""
    log.debug("background task failed", kind=type(context.get("exception")).__name__, exc_info=context.get("exception"))


async def _heartbeat(systemd: sdnotify.Manager, status: Callable[[], str]) -> None:
    """Feed the watchdog from the event loop: a blocked loop starves it."""
    interval = sdnotify.watchdog_interval() or 30.0
    while True:
        systemd.tell("WATCHDOG=1", f"STATUS={'; '.join((*troubles(), status()))}")
        await asyncio.sleep(interval)
