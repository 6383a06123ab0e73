"""The daemon: runs the turns of one or many profiles. A turn begins when a source is due or has changed.

This module handles signals, systemd and time, not calendars. SIGTERM and SIGINT end the process after the running
cycles (ten seconds at most); SIGHUP reloads the configuration and runs a cycle.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import os
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import structlog

from termintreu import __version__
from termintreu.config.language import language_of
from termintreu.config.profiles import ONLY
from termintreu.cycle.report import Report
from termintreu.cycle.turn import DRAIN
from termintreu.model.defects import log_defect
from termintreu.model.errors import ConfigError, StoreError, TermintreuError
from termintreu.model.progress import Progress
from termintreu.model.supervision import keep_task, troubles
from termintreu.model.texts import Texts
from termintreu.service import progress_bar, sdnotify, state_lock, status_socket
from termintreu.service.admission import Admission
from termintreu.service.board import Board
from termintreu.service.bootstrap import load_profiles, lock_place, open_state, watch_file
from termintreu.service.running_profile import RunningProfile
from termintreu.service.running_profiles import RunningProfiles
from termintreu.service.state_lock import StateInUse, StateLock
from termintreu.service.status_client import Request

log = structlog.get_logger(__name__)

STALLED = 900.0
"""Seconds after which a running turn, or a due turn while no other one begins or ends, counts as hanging: the
watchdog is no longer fed."""
BEAT = 30.0
"""Seconds between heartbeats where systemd asks for none: until READY they extend the time it gives."""
LOCK_EVERY = 30.0
"""Seconds between checks that the lock of the state is still held."""
STATUS_EVERY = 5.0
"""Seconds between two status lines for systemd, where there are several profiles."""
REFRESH_EVERY = 60.0
"""Seconds between reloads of the folder of profiles, where changes are not notified."""
_LAST_GOOD_KEPT = "the new configuration is bad; the last good one is in force"


class OpensPage(Protocol):
    """Serves the web page while the context lasts. The context gives the error that prevents it, or None."""

    def __call__(self, listen: str | None, board: Board, *, longest: float) -> AbstractContextManager[str | None]:
        """`listen`: as configured; None: no page. `longest`: seconds after which a cycle counts as hanging."""


class ShowsReport(Protocol):
    """Renders a report as lines for a terminal, with colour markup."""

    def __call__(self, report: Report, texts: Texts, *, whole: bool) -> Iterable[str]:
        """`whole`: titles are not cut."""


class Service:
    """One daemon over one configuration file."""

    def __init__(
        self,
        config_path: Path,
        *,
        page: OpensPage,
        shown: ShowsReport,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        answering: status_socket.Answering = status_socket.answering,
    ) -> None:
        """`page` serves the web page; `shown` renders a report for a terminal; `answering` takes requests."""
        self._path = config_path
        self._opens_page = page
        self._shown = shown
        self._clock = clock
        self._answering = answering
        self._systemd = sdnotify.Manager()
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._admission = Admission()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = False
        self._reload_wanted = False
        self._profiles: RunningProfiles | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._problems: tuple[str, ...] = ()
        self._board = Board(problems=self._all_problems)
        self._page_error: str | None = None
        self._lost: StateInUse | None = None
        self._last_status = ""
        self._next_status_at = 0.0
        self._status_timer: asyncio.TimerHandle | None = None
        self._live: dict[str, Any] = {"pid": os.getpid(), "version": __version__, "since": None}

    async def run(self) -> int:
        """Run until told to stop. Returns the exit code.

        Raises ConfigError or StoreError where the configuration or the state cannot be loaded at the start, and
        TermintreuError where another daemon runs on the same state.
        """
        # After a starved watchdog the log shows where every thread was.
        faulthandler.enable(all_threads=True)
        profiles = self._load_profiles()
        self._live |= {"configuration": str(self._path), "since": self._clock().astimezone().isoformat()}
        loop = self._loop = asyncio.get_running_loop()
        loop.set_exception_handler(_loop_error)
        for number, action in (
            (signal.SIGTERM, self._stop),
            (signal.SIGINT, self._stop),
            (signal.SIGHUP, self._request_reload),
        ):
            loop.add_signal_handler(number, action)
        heart = asyncio.create_task(keep_task("the heartbeat", self._heartbeat, stopping=asyncio.Event()))
        self._systemd.tell("STATUS=first cycle")
        try:
            with (
                watch_file(self._path, self._from_thread(self._request_reload)),
                self._answering(self._path, os.environ, self._respond, state=profiles.state_folder),
            ):
                await self._run(profiles)
        finally:
            self._systemd.tell("STOPPING=1", "STATUS=stopping")
            heart.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await heart
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                loop.remove_signal_handler(number)
        if self._lost is not None:
            raise TermintreuError(f"{self._lost}: it took over while the database was away, so this one has stopped")
        return 0

    def _load_profiles(self) -> RunningProfiles:
        """The profiles of the current configuration. Raises ConfigError, StoreError, TermintreuError."""
        configured = load_profiles(self._path)
        if not configured.several:
            configured.load(ONLY)
        for problem in (*configured.warnings, *configured.problems):
            log.warning("configuration warning", warning=problem)
        lock = self._locked(lock_place(configured.config))
        try:
            database = open_state(configured.config)
        except StoreError:
            self._release(lock, unless=self._profiles)
            raise
        for note in database.notes:
            log.warning("state damaged", note=note)
        return RunningProfiles(configured, database, clock=self._clock, board=self._board, lock=lock)

    def _locked(self, place: state_lock.Place) -> StateLock:
        """The lock of a state; the held one if it is the same state. Raises TermintreuError."""
        held = self._profiles.lock if self._profiles is not None else None
        if held is not None and held.place == place:
            return held
        try:
            return state_lock.take(place, "run")
        except StateInUse as error:
            key = "path" if isinstance(place, Path) else "url"
            raise TermintreuError(
                f"{error}: stop that one first, or give this configuration a state of its own ([state] {key})"
            ) from error

    def _release(self, lock: StateLock | None, *, unless: RunningProfiles | None) -> None:
        """Release a lock, unless these profiles hold it too."""
        if lock is not None and (unless is None or unless.lock is not lock):
            lock.release()

    async def _run(self, profiles: RunningProfiles | None) -> None:
        while profiles is not None:
            self._profiles = profiles
            following = None
            try:
                following = await self._serve(profiles)
            finally:
                profiles.closing.set()
                await self._end_turns(profiles)
                await profiles.close()
                self._release(profiles.lock, unless=following)
            profiles = following

    async def _serve(self, profiles: RunningProfiles) -> RunningProfiles | None:
        """Serve one configuration. Returns the profiles of the next one, or None when told to stop."""
        self._board.keep(profiles.configured.names, several=profiles.configured.several)
        with contextlib.ExitStack() as watching:
            page = self._opens_page(profiles.configured.config.web.listen, self._board, longest=STALLED)
            self._page_error = watching.enter_context(page)
            if profiles.configured.folder is not None:
                watching.enter_context(watch_file(profiles.configured.folder, self._from_thread(self._wake.set)))
            keeper = asyncio.create_task(
                keep_task("the lock of the state", partial(self._keep_locked, profiles), stopping=profiles.closing)
            )
            try:
                return await keep_task(
                    "the refresh of profiles", partial(self._refresh_until_stopped, profiles), stopping=self._stopping
                )
            finally:
                keeper.cancel()

    async def _keep_locked(self, profiles: RunningProfiles) -> None:
        """Stop where another daemon has taken the lock: a database that was down has released it."""
        while profiles.lock is not None:
            await asyncio.sleep(LOCK_EVERY)
            try:
                await asyncio.to_thread(profiles.lock.keep)
            except StateInUse as error:
                log.warning("this daemon stops", error=str(error), do="run one daemon a state")
                self._lost = error
                self._stop()
                return
            except StoreError as error:
                log.warning("the state cannot be locked", error=str(error), do="look after the database")

    async def _refresh_until_stopped(self, profiles: RunningProfiles) -> RunningProfiles | None:
        """As `_serve`."""
        while not self._stopping.is_set():
            if self._reload_wanted:
                self._reload_wanted = False
                fresh = self._reload()
                if fresh is not None:
                    return fresh
            self._refresh(profiles)
            if not profiles.by_name:
                self._tell_ready()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), REFRESH_EVERY if profiles.configured.folder else None)
            self._wake.clear()
        return None

    def _refresh(self, profiles: RunningProfiles) -> None:
        """Start the turns of added profiles, and end those of removed ones; changed ones are told to reload."""
        try:
            added, removed = profiles.refresh()
        except ConfigError as error:
            for problem in error.problems:
                log.warning("configuration warning", warning=problem)
            return
        for name in removed:
            self._tasks.pop(name).cancel()
        if removed:
            self._board.keep(profiles.configured.names, several=profiles.configured.several)
        for profile in added:
            turns = keep_task(
                f"turns of {profile.name}", partial(self._run_turns, profile, profiles), stopping=profiles.closing
            )
            self._tasks[profile.name] = asyncio.create_task(turns, name=profile.name)

    async def _run_turns(self, profile: RunningProfile, profiles: RunningProfiles) -> None:
        """Run the turns of a profile, one after the other, until it is removed or the profiles are being closed."""
        if profiles.configured.several:
            structlog.contextvars.bind_contextvars(profile=profile.name)
        try:
            while not profiles.closing.is_set():
                async with self._admission.permit(slow=profile.slow, priority=profile.priority):
                    if profiles.closing.is_set():
                        break
                    # A user at a terminal may wait for the first turn.
                    shown = not self._ready and not profiles.configured.several
                    with self._progress() if shown else contextlib.nullcontext() as progress:
                        await profile.take_turn(self._from_thread, stopping=self._stopping, progress=progress)
                if not self._stopping.is_set():
                    self._tell_systemd(profiles)
                    self._tell_ready()
                await profile.sleep(profiles.closing)
        finally:
            await profile.close()
            profile.request_reload()

    def _progress(self) -> AbstractContextManager[Progress]:
        return progress_bar.shown(language_of(self._path, os.environ))

    async def _end_turns(self, profiles: RunningProfiles) -> None:
        """Wait for the running turns to end; with several profiles for `DRAIN` seconds at most."""
        tasks = {name: self._tasks.pop(name) for name in profiles.by_name if name in self._tasks}
        for name, task in tasks.items():
            if not profiles.by_name[name].is_running:
                task.cancel()
        if tasks:
            await asyncio.wait(tasks.values(), timeout=DRAIN if profiles.configured.several else None)
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)

    def _tell_ready(self) -> None:
        if not self._ready:
            self._ready = True
            self._systemd.tell("READY=1")

    def _tell_systemd(self, profiles: RunningProfiles) -> None:
        """Send the status line to systemd; with several profiles every `STATUS_EVERY` seconds at most."""
        if profiles.configured.several and (pause := self._next_status_at - time.monotonic()) > 0:
            if self._status_timer is None:
                self._status_timer = asyncio.get_running_loop().call_later(pause, self._tell_systemd, profiles)
            return
        self._status_timer, self._next_status_at = None, time.monotonic() + STATUS_EVERY
        line = profiles.status_line()
        if line and line != self._last_status:
            self._last_status = line
            self._systemd.tell(f"STATUS={'; '.join((*self._problems[:1], line))}")

    def _respond(self, request: Request) -> dict[str, Any]:
        """Answer a request at the status socket; called from a thread."""
        if request.get("do") != "once" or self._loop is None:
            return self._document()
        wanted = self._cycle_now(request.get("person"), whole=bool(request.get("whole")))
        return asyncio.run_coroutine_threadsafe(wanted, self._loop).result(STALLED)

    async def _cycle_now(self, name: object, *, whole: bool) -> dict[str, Any]:
        """Run a cycle of one profile, or (None) of all."""
        profiles = self._profiles
        running = [] if profiles is None else [one for one in profiles.by_name.values() if name in (None, one.name)]
        if not running:
            return {"error": "the daemon has not loaded that profile yet; ask again in a minute"}
        return {"people": await asyncio.gather(*(one.cycle_now(partial(self._shown, whole=whole)) for one in running))}

    def _document(self) -> dict[str, Any]:
        """The answer to `termintreu status`; called from a thread."""
        profiles = self._profiles
        live = {**self._live, "cycle_since": None, "problems": list(self._problems)}
        try:
            document: dict[str, Any] = {} if profiles is None else profiles.document()
        except Exception as error:  # noqa: BLE001 - the answer must say at least that the daemon is alive
            log_defect(log, "status failed by a defect", error)
            why = f"the status cannot be given, because of a defect ({type(error).__name__}); the log says more"
            return {"daemon": {**live, "problems": [why, *self._problems]}}
        if profiles is None:
            return {"daemon": live}
        return {**document, "daemon": {**self._live, **document["daemon"], "problems": list(self._all_problems())}}

    def _all_problems(self) -> tuple[str, ...]:
        """The problems of the daemon itself, for `termintreu status` and the page; called from threads."""
        profiles = self._profiles
        own = (*self._problems, *([self._page_error] if self._page_error else ()), *troubles())
        return own if profiles is None else (*own, *profiles.problems)

    async def _heartbeat(self) -> None:
        """Feed the watchdog from the event loop: a blocked loop or a hanging turn starves it."""
        interval = sdnotify.watchdog_interval() or BEAT
        while True:
            if self._profiles is None or not self._profiles.stalled(time.monotonic(), STALLED):
                more_time = () if self._ready else (f"EXTEND_TIMEOUT_USEC={int(4 * BEAT * 1_000_000)}",)
                self._systemd.tell("WATCHDOG=1", *more_time)
            await asyncio.sleep(interval)

    def _from_thread(self, action: Callable[[], object]) -> Callable[[], None]:
        loop = asyncio.get_running_loop()

        def call() -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(partial(action))

        return call

    def _stop(self) -> None:
        self._stopping.set()
        if self._profiles is not None:
            self._profiles.closing.set()
        self._systemd.tell("STOPPING=1", "STATUS=finishing the current cycle")
        self._wake.set()

    def _request_reload(self) -> None:
        self._reload_wanted = True
        self._wake.set()

    def _reload(self) -> RunningProfiles | None:
        """The profiles of the current configuration; None where it is bad: the last good one stays in force."""
        self._systemd.tell(*sdnotify.reloading())
        try:
            profiles = self._load_profiles()
        except TermintreuError as error:
            lines = str(error).splitlines()
            for line in lines:
                log.warning(
                    "configuration not reloaded; the last good one stays in force",
                    problem=line,
                    do="mend it: it is read again when it changes",
                )
            self._problems = (_LAST_GOOD_KEPT, *lines)
            self._systemd.tell("READY=1", f"STATUS={_LAST_GOOD_KEPT}")
            return None
        log.info("configuration reloaded")
        self._problems = ()
        self._last_status = ""
        self._systemd.tell("READY=1", "STATUS=configuration reloaded")
        return profiles


def _loop_error(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log the failure of a task or callback that nothing awaits."""
    error = context.get("exception")
    if isinstance(error, Exception):
        log_defect(log, "background task failed by a defect", error)
    else:
        log.debug("background task failed", what=context.get("message"))
