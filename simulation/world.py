"""The world: people, servers, machines and their daemons, moved on from one moment to the next. All that happens is
noted in an event log, and looked at by the checks.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import Iterator, Mapping, MutableMapping
from concurrent.futures import Executor, Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import structlog

from simulation.clock import VirtualClock
from simulation.dav_server import PROFILES
from simulation.network import Internet
from simulation.people import NAMES, Person, emptied
from simulation.process import Process
from termintreu_connectors import http_names, watch

START = datetime(2026, 10, 19, 5, tzinfo=UTC)
"""A Monday, 07:00 in Berlin; on the Sunday after it the clocks change."""
POLL = 20
"""Minutes. Most of the processor's time goes into polls that bring nothing."""
ENVIRON = {"LANG": "C.UTF-8", "TZ": "Europe/Berlin", "PATH": "/usr/bin:/bin", "WATCHDOG_USEC": "1200000000"}


BESIDE = ("/allgemein/", "/termintreu-aufgaben/", "a.ics")
"""Parts of paths of what no reminder of an ordinary call needs: another calendar, the tasks, other items."""


class World:
    """Everything there is, from the beginning."""

    def __init__(self, folder: Path, *, people: int = 1, profile: int = 0) -> None:
        self.folder = folder
        self.clock = VirtualClock(START)
        self.internet = Internet()
        self.log: list[str] = []
        """What happened, a line each."""
        self.said: list[str] = []
        """What the daemons logged since it was last looked at."""
        self.later: list[tuple[float, Any]] = []
        self.people = [
            Person.born(name, folder / "people" / name, PROFILES[(profile + place) % len(PROFILES)])
            for place, name in enumerate(NAMES[:people])
        ]
        for one in self.people:
            self.internet.hosts[one.host] = one.server
            self.internet.hosts[one.feed_host] = one.feed
        self.processes = [self.installation("first")]
        self.muted = False
        self.cycled: dict[str, str] = {}
        """People for whom a cycle ended since this was cleared, and in which process."""
        self.silent: dict[str, datetime] = {}
        """When each account was last asked, or nobody was there to ask."""
        self.asked_today: dict[str, int] = {}
        self.well_from = START
        """From then on nothing but what lies beside the way of reminders was in trouble, as far as is known."""
        self.slept = False
        self.day = START.date()
        self.touched: set[str] = set()
        """Calls whose items their owner has deleted: whether one is wanted still is not for the world to say."""
        self.joined: list[datetime] = []
        """When a second installation was started."""
        self.defective = contextlib.ExitStack()
        """Defects that were injected."""
        self.lost = 0
        """How often a state was lost, in whole or in part."""

    def installation(self, name: str) -> Process:
        """A daemon with a configuration and a state of its own, for the same people."""
        home = self.folder / name
        home.mkdir()
        self.write_config(home)
        (home / "state").mkdir(mode=0o700)
        return Process(name, home / "config.toml", home / "state", self.clock, self.internet)

    def write_config(self, home: Path, extra: str = "") -> Path:
        """The configuration, as its owner wants it; `extra` stands at its end."""
        shared = f'language = "de"\ntimezone = "Europe/Berlin"\n{extra}'
        state = f'[state]\npath = "{home}/state"\nretention = "14d"\n[schedule]\npoll = "{POLL}m"\n'
        path = home / "config.toml"
        if len(self.people) == 1:
            text = shared + self.people[0].config() + state
        else:
            text = f'{shared}profiles = "{home}/people.d"\n{state}'
            (home / "people.d").mkdir(exist_ok=True)
            for one in self.people:
                own = home / "people.d" / f"{one.name}.toml"
                own.write_text(one.config(), encoding="utf-8")
                own.chmod(0o600)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        return path

    @property
    def first(self) -> Process:
        """The daemon that is always there."""
        return self.processes[0]

    @property
    def now(self) -> datetime:
        """The time that everybody has, UTC."""
        return self.clock.true

    def note(self, text: str) -> None:
        """Into the event log."""
        self.log.append(f"{self.now:%Y-%m-%d %H:%M:%S.%f} {text}")

    def after(self, seconds: float, action: Any) -> None:
        """Do something later, in waking time."""
        self.later.append((self.clock.monotonic + seconds, action))
        self.later.sort(key=lambda one: one[0])

    def changed(self, path: Path | None) -> None:
        """A file was changed by somebody."""
        if path is not None:
            for process in self.processes:
                process.changed(path)

    def pass_time(self, until: datetime, look: Any) -> None:
        """Everybody does what they do until then; `look` is called after each moment in which something was done."""
        while True:
            for process in self.processes:
                process.settle()
            look()
            left = (until - self.now).total_seconds()
            if left <= 0:
                return
            wakes = min([process.wakes for process in self.processes] + [one[0] for one in self.later[:1]])
            self.clock.advance(max(0.0, min(left, wakes - self.clock.monotonic)))
            while self.later and self.later[0][0] <= self.clock.monotonic:
                self.later.pop(0)[1]()

    def harmed(self, minutes: float = 0) -> None:
        """What reminders need is in trouble, for so long."""
        self.well_from = max(self.well_from, self.now + timedelta(minutes=minutes))

    def lost_state(self) -> None:
        """What was remembered is not certain any more: what was deleted may come back once."""
        self.lost += 1
        for person in self.people:
            person.deleted.clear()
            person.seen.clear()

    def calm(self) -> None:
        """All harm ends; everything runs, and is configured as its owner wants it."""
        self.well_from = self.now
        self.internet.calm()
        self.defective.close()
        self.later.sort(key=lambda one: one[0])
        while self.later:
            self.later.pop(0)[1]()
        for process in self.processes:
            process.disk.trouble, process.disk.kills_in = "", None
        for person in self.people:
            for calendar in person.server.calendars.values():
                calendar.hidden = False
        self.first.start()

    def asleep(self, hours: float) -> None:
        """The machine sleeps: its connections are gone when it wakes, and nothing ran meanwhile."""
        self.clock.sleep(hours * 3600)
        self.harmed()
        self.slept = True
        self.internet.drop_all()

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """This process lives in this world while the context lasts."""
        before = structlog.get_config()
        structlog.configure(
            processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, self._heard],
            wrapper_class=structlog.make_filtering_bound_logger(10),
            cache_logger_on_first_use=False,
        )
        try:
            with (
                self.clock.installed(),
                self.internet.installed(),
                watch.told_by(self._watching),
                http_names.asked_by(_AtOnce()),
                mock.patch.dict(os.environ, ENVIRON, clear=True),
            ):
                yield
        finally:
            structlog.configure(**before)

    @contextlib.contextmanager
    def _watching(self, path: Path, *arguments: Any) -> Iterator[None]:
        # Files are watched from the loop of whoever watches them.
        loop = asyncio.get_event_loop()
        mine = next((process for process in self.processes if process.owns(loop)), None)
        with contextlib.nullcontext() if mine is None else mine.watching(path, *arguments):
            yield

    def _heard(self, _: Any, __: str, entry: MutableMapping[str, Any]) -> Mapping[str, Any]:
        if not self.muted and not any(process.dying for process in self.processes):
            said = " ".join(f"{name}={value}" for name, value in entry.items() if name not in {"event", "level"})
            self.said.append(f"{entry['level']} {entry['event']} {said}".strip())
        raise structlog.DropEvent

    def end(self) -> None:
        """All daemons are stopped, and the folder goes."""
        self.muted = True
        for process in self.processes:
            process.signal(signal.SIGTERM)
            process.settle()
        until = self.now + timedelta(seconds=30)
        self.pass_time(until, lambda: None)
        for process in self.processes:
            process.kill()
            process.settle()
        emptied(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)


class _AtOnce(Executor):
    """Looks names up here and now."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:
            done.set_exception(error)
        return done
