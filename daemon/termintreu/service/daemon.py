"""The daemon: looks after one person or many, each on their own, wakes up when a source is due or has changed, runs a
cycle, and sleeps again.

Knows signals, systemd and time; nothing about calendars. Signals: SIGTERM and SIGINT finish the cycles that run
(ten seconds at most); SIGHUP reads the configuration again and runs a cycle.
"""

from __future__ import annotations

import asyncio
import contextlib
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
from termintreu.config.profiles import ONLY
from termintreu.cycle.report import Report
from termintreu.cycle.turn import DRAIN
from termintreu.model.defects import log_defect
from termintreu.model.errors import ConfigError, StoreError, TermintreuError
from termintreu.model.supervision import keep_task, troubles
from termintreu.model.texts import Texts
from termintreu.service import progress_bar, sdnotify, state_lock, status_socket
from termintreu.service.admission import Lanes
from termintreu.service.board import Board
from termintreu.service.bootstrap import load_people, lock_place, open_state, watch_file
from termintreu.service.running_profile import Person
from termintreu.service.running_profiles import Staff
from termintreu.service.state_lock import StateInUse, StateLock

log = structlog.get_logger(__name__)

STALLED = 900.0
"""Somebody whose cycle takes longer than this (s), or whose turn does not come for so long while nobody else's does, no
longer counts as alive: the watchdog is left unfed."""
BEAT = 30.0
"""Seconds between heartbeats where systemd asks for none: until READY they extend the time it gives."""
TELL_EVERY = 5.0
"""Seconds between two words to systemd, where many people share the process."""
LOOK_AGAIN = 60.0
"""Seconds between looks at the folder of profiles, where nothing tells of changes."""
_KEPT = "the new configuration is bad; the last good one is in force"


class OpensPage(Protocol):
    """Serves the web page for as long as the context lasts; it gives what stands in the way, None: nothing."""

    def __call__(self, listen: str | None, board: Board, *, longest: float) -> AbstractContextManager[str | None]:
        """`listen`: as configured; None: no page. `longest`: seconds after which a cycle counts as hanging."""


class ShowsReport(Protocol):
    """Makes of a report the lines that a terminal shows, with marks for colours."""

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
    ) -> None:
        """`page` and `shown` are what people see, which is not this room's to know."""
        self._path = config_path
        self._opens_page = page
        self._shown = shown
        self._clock = clock
        self._systemd = sdnotify.Manager()
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._lanes = Lanes()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = False
        self._reload = False
        self._staff: Staff | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._problems: tuple[str, ...] = ()
        self._board = Board(problems=self._all_problems)
        self._no_page: str | None = None
        self._told = ""
        self._tell_at = 0.0
        self._telling: asyncio.TimerHandle | None = None
        self._live: dict[str, Any] = {"pid": os.getpid(), "version": __version__, "since": None}

    async def run(self) -> int:
        """Run until told to stop. Returns the exit code. Raises ConfigError, StoreError when the first reading fails,
        and TermintreuError where another daemon runs on the same state."""
        staff = self._hired()
        self._live |= {"configuration": str(self._path), "since": self._clock().astimezone().isoformat()}
        loop = self._loop = asyncio.get_running_loop()
        loop.set_exception_handler(_left_behind)
        for number, action in (
            (signal.SIGTERM, self._stop),
            (signal.SIGINT, self._stop),
            (signal.SIGHUP, self._want_reload),
        ):
            loop.add_signal_handler(number, action)
        heart = asyncio.create_task(keep_task("the heartbeat", self._heartbeat, stopping=asyncio.Event()))
        self._systemd.tell("STATUS=first cycle")
        try:
            with (
                watch_file(self._path, self._from_thread(self._want_reload)),
                status_socket.answering(self._path, os.environ, self._respond),
            ):
                await self._run(staff)
        finally:
            self._systemd.tell("STOPPING=1", "STATUS=stopping")
            heart.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await heart
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                loop.remove_signal_handler(number)
        return 0

    def _hired(self) -> Staff:
        """Everybody of the configuration as it stands now. Raises ConfigError, StoreError, TermintreuError."""
        people = load_people(self._path)
        if not people.several:
            people.load(ONLY)
        for problem in (*people.warnings, *people.problems):
            log.warning("configuration", warning=problem)
        lock = self._locked(lock_place(people.config))
        try:
            database = open_state(people.config)
        except StoreError:
            self._let_go(lock, unless=self._staff)
            raise
        for note in database.notes:
            log.warning("state", note=note)
        return Staff(people, database, clock=self._clock, board=self._board, lock=lock)

    def _locked(self, folder: Path | None) -> StateLock | None:
        """The lock of a state; the one that is held already where it stays the same. Raises TermintreuError."""
        held = self._staff.lock if self._staff is not None else None
        if folder is None or (held is not None and held.folder == folder):
            return held if folder is not None else None
        try:
            return state_lock.take(folder, "run")
        except StateInUse as error:
            raise TermintreuError(
                f"{error}: stop that one first, or give this configuration a state of its own ([state] path)"
            ) from error

    def _let_go(self, lock: StateLock | None, *, unless: Staff | None) -> None:
        """Release a lock that nobody works under any more."""
        if lock is not None and (unless is None or unless.lock is not lock):
            lock.release()

    async def _run(self, staff: Staff | None) -> None:
        while staff is not None:
            self._staff = staff
            following = None
            try:
                following = await self._serve(staff)
            finally:
                staff.leaving.set()
                await self._gather(staff)
                await staff.close()
                self._let_go(staff.lock, unless=following)
            staff = following

    async def _serve(self, staff: Staff) -> Staff | None:
        """Turns over one configuration. Returns the staff of a new one, or None when told to stop."""
        self._board.keep(staff.people.names, several=staff.people.several)
        with contextlib.ExitStack() as watching:
            page = self._opens_page(staff.people.config.web.listen, self._board, longest=STALLED)
            self._no_page = watching.enter_context(page)
            if staff.people.folder is not None:
                watching.enter_context(watch_file(staff.people.folder, self._from_thread(self._wake.set)))
            return await keep_task("looking who is there", partial(self._rounds, staff), stopping=self._stopping)

    async def _rounds(self, staff: Staff) -> Staff | None:
        """As `_serve`."""
        while not self._stopping.is_set():
            if self._reload:
                self._reload = False
                fresh = self._rehired()
                if fresh is not None:
                    return fresh
            self._look_round(staff)
            if not staff.persons:
                self._now_ready()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), LOOK_AGAIN if staff.people.folder else None)
            self._wake.clear()
        return None

    def _look_round(self, staff: Staff) -> None:
        """Begin with who is new, end with who is gone, and tell everybody whose file has changed."""
        try:
            come, gone = staff.look_round()
        except ConfigError as error:
            for problem in error.problems:
                log.warning("configuration", warning=problem)
            return
        for name in gone:
            self._tasks.pop(name).cancel()
        if gone:
            self._board.keep(staff.people.names, several=staff.people.several)
        for person in come:
            turns = keep_task(
                f"turns of {person.name}", partial(self._look_after, person, staff), stopping=staff.leaving
            )
            self._tasks[person.name] = asyncio.create_task(turns, name=person.name)

    async def _look_after(self, person: Person, staff: Staff) -> None:
        """One person's turns, one after the other, for as long as they are here."""
        if staff.people.several:
            structlog.contextvars.bind_contextvars(person=person.name)
        try:
            while not staff.leaving.is_set():
                async with self._lanes.place(slow=person.slow, order=person.order):
                    if staff.leaving.is_set():
                        break
                    # On a terminal somebody may wait for the first one.
                    shown = not self._ready and not staff.people.several
                    with progress_bar.shown() if shown else contextlib.nullcontext() as progress:
                        await person.take_turn(self._from_thread, stopping=self._stopping, progress=progress)
                if not self._stopping.is_set():
                    self._tell_systemd(staff)
                    self._now_ready()
                await person.sleep(staff.leaving)
        finally:
            await person.close()
            person.read_again()

    async def _gather(self, staff: Staff) -> None:
        """Wait for the turns that run; among many people not for longer than a stop would."""
        tasks = {name: self._tasks.pop(name) for name in staff.persons if name in self._tasks}
        for name, task in tasks.items():
            if not staff.persons[name].at_work:
                task.cancel()
        if tasks:
            await asyncio.wait(tasks.values(), timeout=DRAIN if staff.people.several else None)
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)

    def _now_ready(self) -> None:
        if not self._ready:
            self._ready = True
            self._systemd.tell("READY=1")

    def _tell_systemd(self, staff: Staff) -> None:
        """For many people not after each turn: the line is made of everybody's."""
        if staff.people.several and (pause := self._tell_at - time.monotonic()) > 0:
            if self._telling is None:
                self._telling = asyncio.get_running_loop().call_later(pause, self._tell_systemd, staff)
            return
        self._telling, self._tell_at = None, time.monotonic() + TELL_EVERY
        line = staff.status_line()
        if line and line != self._told:
            self._told = line
            self._systemd.tell(f"STATUS={'; '.join((*self._problems[:1], line))}")

    def _respond(self, request: status_socket.Request) -> dict[str, Any]:
        """What the status socket is asked for; called from a thread."""
        if request.get("do") != "once" or self._loop is None:
            return self._document()
        wanted = self._cycle_now(request.get("person"), whole=bool(request.get("whole")))
        return asyncio.run_coroutine_threadsafe(wanted, self._loop).result(STALLED)

    async def _cycle_now(self, name: object, *, whole: bool) -> dict[str, Any]:
        """A cycle for one person, or (None) for everybody."""
        staff = self._staff
        persons = [] if staff is None else [one for one in staff.persons.values() if name in (None, one.name)]
        if not persons:
            return {"error": "the daemon does not look after that person yet; ask again in a minute"}
        return {"people": await asyncio.gather(*(one.cycle_now(partial(self._shown, whole=whole)) for one in persons))}

    def _document(self) -> dict[str, Any]:
        """What `status` is answered; called from a thread."""
        staff = self._staff
        live = {**self._live, "cycle_since": None, "problems": list(self._problems)}
        try:
            told: dict[str, Any] = {} if staff is None else staff.document()
        except Exception as error:  # noqa: BLE001 - whoever asks is to learn at least that the daemon is alive
            log_defect(log, "the status failed by a defect", error)
            why = f"the status cannot be told, by a defect ({type(error).__name__}); the log says more"
            return {"daemon": {**live, "problems": [why, *self._problems]}}
        if staff is None:
            return {"daemon": live}
        return {**told, "daemon": {**self._live, **told["daemon"], "problems": list(self._all_problems())}}

    def _all_problems(self) -> tuple[str, ...]:
        """What the daemon itself has to say; called from threads."""
        staff = self._staff
        own = (*self._problems, *([self._no_page] if self._no_page else ()), *troubles())
        return own if staff is None else (*own, *staff.problems)

    async def _heartbeat(self) -> None:
        """Feed the watchdog from this very loop: a blocked loop or a person whose turns hang starves it."""
        interval = sdnotify.watchdog_interval() or BEAT
        while True:
            if self._staff is None or not self._staff.stalled(time.monotonic(), STALLED):
                more_time = () if self._ready else (f"EXTEND_TIMEOUT_USEC={int(4 * BEAT * 1_000_000)}",)
                self._systemd.tell("WATCHDOG=1", *more_time)
            await asyncio.sleep(interval)

    def _from_thread(self, action: Callable[[], object]) -> Callable[[], None]:
        loop = asyncio.get_running_loop()

        def call() -> None:
            with contextlib.suppress(RuntimeError):  # the loop has closed: nobody is left to wake
                loop.call_soon_threadsafe(partial(action))

        return call

    def _stop(self) -> None:
        self._stopping.set()
        if self._staff is not None:
            self._staff.leaving.set()
        self._systemd.tell("STOPPING=1", "STATUS=finishing the current cycle")
        self._wake.set()

    def _want_reload(self) -> None:
        self._reload = True
        self._wake.set()

    def _rehired(self) -> Staff | None:
        """The staff of the configuration as it stands now; None where it is bad: the last good one stays."""
        self._systemd.tell(*sdnotify.reloading())
        try:
            staff = self._hired()
        except TermintreuError as error:
            lines = str(error).splitlines()
            for line in lines:
                log.warning(
                    "the configuration was not taken over; the last good one stays in force",
                    problem=line,
                    do="mend it: it is read again when it changes",
                )
            self._problems = (_KEPT, *lines)
            self._systemd.tell("READY=1", f"STATUS={_KEPT}")
            return None
        log.info("configuration read again")
        self._problems = ()
        self._told = ""
        self._systemd.tell("READY=1", "STATUS=configuration read again")
        return staff


def _left_behind(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Something failed in the loop that nobody waits for."""
    error = context.get("exception")
    if isinstance(error, Exception):
        log_defect(log, "left behind in the loop", error)
    else:
        log.debug("left behind in the loop", what=context.get("message"))
