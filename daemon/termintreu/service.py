"""The daemon: wakes up when a source is due or has changed, runs a cycle, and sleeps again.

Knows signals, systemd and time; nothing about calendars. Signals: SIGTERM and SIGINT finish the cycle that runs
(ten seconds at most); SIGHUP reads the configuration again and runs a cycle.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from termintreu import __version__, bars, livestatus, sdnotify
from termintreu.bootstrap import build, load, watch_file
from termintreu.cycle import run_cycle
from termintreu.errors import ConfigError, StoreError, TermintreuError
from termintreu.logs import log_defect
from termintreu.progress import SILENT
from termintreu.report import Report
from termintreu.views import status_line
from termintreu.world import World

log = structlog.get_logger(__name__)

DRAIN = 10.0
"""Seconds that a running cycle gets to finish after SIGTERM."""
STALLED = 900.0
"""A cycle that takes longer than this (s) no longer counts as alive: the watchdog is left unfed."""
AFTER_A_CALL = 30.0
"""Seconds that lie at least between two cycles which only a change of a call log woke."""
AGAIN_SOON = 60.0
"""Seconds until the next look after a cycle that left something open: a conflict, an answer to be said twice."""
BEAT = 30.0
"""Seconds between heartbeats where systemd asks for none: until READY they extend the time it gives."""
_KEPT = "the new configuration is bad; the last good one is in force"


class Service:
    """One daemon over one configuration file."""

    def __init__(self, config_path: Path, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path = config_path
        self._clock = clock
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._ready = False
        self._reload = False
        self._cycle_since: float | None = None
        self._cycled_at = float("-inf")
        self._poked: set[str] = set()
        self._problems: tuple[str, ...] = ()
        self._last: dict[str, Any] = {}
        self._live: dict[str, Any] = {"pid": os.getpid(), "version": __version__, "since": None, "cycle_since": None}

    async def run(self) -> int:
        """Run until told to stop. Returns the exit code. Raises ConfigError when the first reading fails."""
        loaded = load(self._path)
        self._live |= {"configuration": str(loaded.path)}
        for warning in loaded.warnings:
            log.warning("configuration", warning=warning)
        world = build(loaded)
        self._live |= {"since": self._clock().astimezone(world.zone).isoformat()}
        loop = asyncio.get_running_loop()
        for number, action in (
            (signal.SIGTERM, self._stop),
            (signal.SIGINT, self._stop),
            (signal.SIGHUP, self._want_reload),
        ):
            loop.add_signal_handler(number, action)
        heart = asyncio.create_task(self._heartbeat())
        sdnotify.notify("STATUS=first cycle")
        try:
            with (
                watch_file(self._path, self._from_thread(self._want_reload)),
                livestatus.answering(self._path, os.environ, self._document),
            ):
                await self._loop(world)
        finally:
            sdnotify.notify("STOPPING=1", "STATUS=stopping")
            heart.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await heart
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                loop.remove_signal_handler(number)
        return 0

    async def _loop(self, world: World | None) -> None:
        while world is not None:
            try:
                with self._watching(world):
                    following = await self._serve(world)
            finally:
                await world.close()
            world = following

    async def _serve(self, world: World) -> World | None:
        """Cycles over one configuration. Returns the world of a new one, or None when told to stop."""
        due_at: dict[str, float] = {}
        while not self._stopping.is_set():
            if self._reload:
                self._reload = False
                fresh = self._reloaded()
                if fresh is not None:
                    return fresh
            poked, self._poked = frozenset(self._poked & world.polls.keys()), set()
            due = poked | {name for name in world.polls if due_at.get(name, 0.0) <= time.monotonic()}
            # On a terminal somebody may wait for the first one.
            with contextlib.nullcontext(SILENT) if self._ready else bars.shown() as world.progress:
                report = await self._one_cycle(world, due)
            due_at |= {name: time.monotonic() + world.polls[name].total_seconds() for name in due}
            if report is not None:
                soon = time.monotonic() + AGAIN_SOON
                due_at |= {name: min(due_at[name], soon) for name in _unsettled(report, world) & due_at.keys()}
            if not self._ready:
                self._ready = sdnotify.notify("READY=1") or True
            until = min(due_at.values(), default=time.monotonic() + AGAIN_SOON)
            self._remember(world, until)
            await self._sleep(until)
        return None

    async def _one_cycle(self, world: World, due: frozenset[str]) -> Report | None:
        """Run a cycle; trouble with the state or a defect is logged, and the next cycle tries again."""
        self._cycle_since = time.monotonic()
        self._live |= {"cycle_since": self._clock().astimezone(world.zone).isoformat()}
        task = asyncio.create_task(run_cycle(world, self._clock(), due=due))
        stop = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                await asyncio.wait({task}, timeout=DRAIN)
            if not task.done():
                log.warning("the cycle was cut off; the next start completes it")
                task.cancel()
            report = await task
        except asyncio.CancelledError:
            return None
        except TermintreuError as error:
            log.warning("cycle failed", error=str(error), do="mend what it names; the next cycle tries again")
            sdnotify.notify(f"STATUS={str(error)[:200]}")
            return None
        except Exception as error:  # noqa: BLE001 - a defect in one cycle must not end the service
            log_defect(log, "cycle failed by a defect", error)
            return None
        finally:
            self._cycle_since = None
            self._cycled_at = time.monotonic()
            self._live |= {"cycle_since": None}
            stop.cancel()
        self._tell(report, world, due)
        return report

    def _tell(self, report: Report, world: World, due: frozenset[str]) -> None:
        for source in report.sources:
            if source.name in due:
                log.info(
                    "source", name=source.name, state=source.state, resources=source.resources, requests=source.requests
                )
        for reason in report.held_back:
            log.warning("held back", reason=reason)
        log.info(
            "cycle",
            calls=len(report.calls),
            findings=sum(map(len, report.findings.values())),
            written=sum(change.result == "applied" for change in report.changes),
            rejected=len(report.rejected),
        )
        parts = [*self._problems[:1], status_line(report, world.zone)]
        sdnotify.notify(f"STATUS={'; '.join(parts)}")

    def _remember(self, world: World, until: float) -> None:
        """What `status` is answered until the next cycle ends; `until`: monotonic, the next wake-up."""
        try:
            last = world.memory.last_report()
        except StoreError as error:
            log.warning("the state cannot be read", error=str(error), do="see `termintreu doctor`")
            return
        wake = self._clock() + timedelta(seconds=max(0.0, until - time.monotonic()))
        self._last = (last or {}) | {"next": wake.astimezone(world.zone).isoformat()}
        self._live |= {"language": world.config.language, "timezone": world.zone.key}

    def _document(self) -> dict[str, Any]:
        return {**self._last, "daemon": {**self._live, "problems": list(self._problems)}}

    async def _sleep(self, until: float) -> None:
        """Until `until` (monotonic), or until something wakes us."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), timeout=max(0.0, until - time.monotonic()))
        self._wake.clear()

    async def _heartbeat(self) -> None:
        """Feed the watchdog from this very loop: a blocked loop or a cycle that hangs starves it."""
        interval = sdnotify.watchdog_interval() or BEAT
        while True:
            if self._cycle_since is None or time.monotonic() - self._cycle_since < STALLED:
                more_time = () if self._ready else (f"EXTEND_TIMEOUT_USEC={int(4 * BEAT * 1_000_000)}",)
                sdnotify.notify("WATCHDOG=1", *more_time)
            await asyncio.sleep(interval)

    @contextlib.contextmanager
    def _watching(self, world: World) -> Iterator[None]:
        """Folders and files wake the loop within a second of a change."""
        with contextlib.ExitStack() as stack:
            for account in world.accounts:
                watcher = account.connector.watch(self._from_thread(partial(self._poke, account.name)))
                if watcher is not None:
                    stack.enter_context(watcher)
            for heard in world.logs:
                listener = heard.log.watch(self._from_thread(self._hear))
                if listener is not None:
                    stack.enter_context(listener)
            yield

    def _from_thread(self, action: Callable[[], None]) -> Callable[[], None]:
        loop = asyncio.get_running_loop()

        def call() -> None:
            with contextlib.suppress(RuntimeError):  # the loop has closed: nobody is left to wake
                loop.call_soon_threadsafe(action)

        return call

    def _hear(self) -> None:
        """A call log changed: wake up, but not for each call of a busy exchange. Logs are read in every cycle."""
        pause = max(0.0, self._cycled_at + AFTER_A_CALL - time.monotonic())
        asyncio.get_running_loop().call_later(pause, self._wake.set)

    def _poke(self, account: str) -> None:
        self._poked.add(account)
        self._wake.set()

    def _stop(self) -> None:
        self._stopping.set()
        sdnotify.notify("STOPPING=1", "STATUS=finishing the current cycle")
        self._wake.set()

    def _want_reload(self) -> None:
        self._reload = True
        self._wake.set()

    def _reloaded(self) -> World | None:
        """The world of the configuration as it stands now; None where it is bad: the last good one stays."""
        sdnotify.reloading()
        try:
            world = build(load(self._path))
        except (ConfigError, StoreError) as error:
            lines = str(error).splitlines()
            for line in lines:
                log.warning(
                    "the configuration was not taken over; the last good one stays in force",
                    problem=line,
                    do="mend it: it is read again when it changes",
                )
            self._problems = (_KEPT, *lines)
            sdnotify.notify("READY=1", f"STATUS={_KEPT}")
            return None
        log.info("configuration read again")
        self._problems = ()
        sdnotify.notify("READY=1", "STATUS=configuration read again")
        return world


def _unsettled(report: Report, world: World) -> set[str]:
    """Accounts to look at again soon."""
    stale = {source.name for source in report.sources if source.state == "stale"}
    target = {world.target_name} if any(c.result in {"conflict", "retry_later"} for c in report.changes) else set()
    # A target that is not watched is read whenever another account is due.
    return stale | (target if target <= world.polls.keys() else set(world.polls))
