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
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from termintreu import __version__, bars, livestatus, sdnotify
from termintreu.bootstrap import load_people, open_state, watch_file
from termintreu.errors import ConfigError, StoreError
from termintreu.lanes import Lanes
from termintreu.people import ONLY
from termintreu.person import Person, Staff
from termintreu.turn import DRAIN
from termintreu.web.board import Board
from termintreu.web.opening import opened

log = structlog.get_logger(__name__)

STALLED = 900.0
"""A cycle that takes longer than this (s) no longer counts as alive: the watchdog is left unfed."""
BEAT = 30.0
"""Seconds between heartbeats where systemd asks for none: until READY they extend the time it gives."""
TELL_EVERY = 5.0
"""Seconds between two words to systemd, where many people share the process."""
LOOK_AGAIN = 60.0
"""Seconds between looks at the folder of profiles, where nothing tells of changes."""
_KEPT = "the new configuration is bad; the last good one is in force"


class Service:
    """One daemon over one configuration file."""

    def __init__(self, config_path: Path, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path = config_path
        self._clock = clock
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._lanes = Lanes()
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
        """Run until told to stop. Returns the exit code. Raises ConfigError when the first reading fails."""
        staff = self._hired()
        self._live |= {"configuration": str(self._path), "since": self._clock().astimezone().isoformat()}
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
                await self._loop(staff)
        finally:
            sdnotify.notify("STOPPING=1", "STATUS=stopping")
            heart.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await heart
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                loop.remove_signal_handler(number)
        return 0

    def _hired(self) -> Staff:
        """Everybody of the configuration as it stands now. Raises ConfigError, StoreError."""
        people = load_people(self._path)
        if not people.several:
            people.load(ONLY)
        for problem in (*people.warnings, *people.problems):
            log.warning("configuration", warning=problem)
        database = open_state(people.config)
        for note in database.notes:
            log.warning("state", note=note)
        return Staff(people, database, clock=self._clock, board=self._board)

    async def _loop(self, staff: Staff | None) -> None:
        while staff is not None:
            self._staff = staff
            try:
                following = await self._serve(staff)
            finally:
                staff.leaving.set()
                await self._gather(staff)
                await staff.close()
            staff = following

    async def _serve(self, staff: Staff) -> Staff | None:
        """Turns over one configuration. Returns the staff of a new one, or None when told to stop."""
        self._board.keep(staff.people.names, several=staff.people.several)
        with contextlib.ExitStack() as watching:
            page = opened(staff.people.config.web.listen, self._board, longest=STALLED)
            self._no_page = watching.enter_context(page)
            if staff.people.folder is not None:
                watching.enter_context(watch_file(staff.people.folder, self._from_thread(self._wake.set)))
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
            self._tasks[person.name] = asyncio.create_task(self._look_after(person, staff), name=person.name)

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
                    with bars.shown() if shown else contextlib.nullcontext() as progress:
                        await person.take_turn(self._from_thread, stopping=self._stopping, progress=progress)
                if not self._stopping.is_set():
                    self._tell_systemd(staff)
                    self._now_ready()
                await person.sleep(staff.leaving)
        finally:
            await person.close()

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
            self._ready = sdnotify.notify("READY=1") or True

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
            sdnotify.notify(f"STATUS={'; '.join((*self._problems[:1], line))}")

    def _document(self) -> dict[str, Any]:
        """What `status` is answered; called from a thread."""
        staff = self._staff
        if staff is None:
            return {"daemon": {**self._live, "cycle_since": None, "problems": list(self._problems)}}
        told = staff.document()
        return {**told, "daemon": {**self._live, **told["daemon"], "problems": list(self._all_problems())}}

    def _all_problems(self) -> tuple[str, ...]:
        """What the daemon itself has to say; called from threads."""
        staff = self._staff
        own = (*self._problems, *([self._no_page] if self._no_page else ()))
        return own if staff is None else (*own, *staff.problems)

    async def _heartbeat(self) -> None:
        """Feed the watchdog from this very loop: a blocked loop or a cycle that hangs starves it."""
        interval = sdnotify.watchdog_interval() or BEAT
        while True:
            begun = self._staff.oldest_turn if self._staff is not None else None
            if begun is None or time.monotonic() - begun < STALLED:
                more_time = () if self._ready else (f"EXTEND_TIMEOUT_USEC={int(4 * BEAT * 1_000_000)}",)
                sdnotify.notify("WATCHDOG=1", *more_time)
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
        sdnotify.notify("STOPPING=1", "STATUS=finishing the current cycle")
        self._wake.set()

    def _want_reload(self) -> None:
        self._reload = True
        self._wake.set()

    def _rehired(self) -> Staff | None:
        """The staff of the configuration as it stands now; None where it is bad: the last good one stays."""
        sdnotify.reloading()
        try:
            staff = self._hired()
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
        self._told = ""
        sdnotify.notify("READY=1", "STATUS=configuration read again")
        return staff
