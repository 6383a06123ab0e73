"""Acts out a script, looks at all that must hold, and says what did not."""

from __future__ import annotations

import asyncio
import copy
import gc
import hashlib
import random
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from simulation.checks import NOW_AND_THEN, WELL, Violation, look
from simulation.dav_server import PROFILES
from simulation.disk import saved
from simulation.harm import HARM
from simulation.life import ADMINISTRATION, LIFE
from simulation.loop import VirtualLoop
from simulation.network import Internet
from simulation.people import Person
from simulation.script import CALM, Event, Script, made
from simulation.world import START, World
from termintreu.config.profiles import ONLY
from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.report import Report
from termintreu.service.bootstrap import build, load_profiles
from termintreu.storage import SqliteDatabase

TABLES = ((9, LIFE), (1, ADMINISTRATION), (4, HARM))
"""Actions, and how many of them happen in a day to a person, on average."""
ACTIONS = {one.name: one for _, table in TABLES for one in table}
_MEMORY = Path("/dev/shm")
_RECOVERS = timedelta(minutes=100)
"""After the harm: the longest back-off, and some polls."""
_EVERY = timedelta(minutes=50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a story."""

    log: tuple[str, ...]
    violations: tuple[Violation, ...]
    event: int
    """How many events had happened when it was seen; all of them where nothing was."""

    @property
    def digest(self) -> str:
        """Of the whole event log."""
        return hashlib.sha256("\n".join(self.log).encode()).hexdigest()[:16]


def story(seed: int, days: int, people: int = 1) -> Script:
    """The script of a seed."""
    return made(seed, days, people, TABLES, LIFE[:1], len(PROFILES))


def run(script: Script) -> Outcome:
    """Act it out, until something does not hold."""
    folder = Path(tempfile.mkdtemp(dir=_MEMORY if _MEMORY.is_dir() else None, prefix="termintreu-simulation-"))
    home = folder / "world"
    home.mkdir()
    world = World(home, people=script.people, profile=script.profile)
    try:
        random.seed(script.seed)  # back-offs have jitter
        gc.freeze()  # what was imported is not looked through each time that a daemon is killed
        with world.installed():
            found, done = _Acting(world, script).through()
            world.end()
    finally:
        world.defective.close()
        shutil.rmtree(folder, ignore_errors=True)
    log = tuple(line.replace(str(folder), "") for line in world.log)
    return Outcome(log=log, violations=tuple(found), event=done)


class _Found(Exception):
    """Something does not hold."""

    def __init__(self, violations: list[Violation]) -> None:
        super().__init__(str(violations[0]))
        self.violations = violations


class _Acting:
    """One script in one world."""

    def __init__(self, world: World, script: Script) -> None:
        self._world, self._script = world, script
        self._people = {person.name: person for person in world.people}
        self._next_look = world.now
        self._checks: tuple[Callable[[World], Iterable[str]], ...] = NOW_AND_THEN

    def through(self) -> tuple[list[Violation], int]:
        """Until the end, or something does not hold: that, and how many events there were."""
        number = 0
        try:
            self._world.first.start()
            for number, event in enumerate(self._script.events):  # noqa: B007 - is returned
                self._until(START + event.at)
                self._act(event)
            self._until(START + timedelta(days=self._script.days))
        except _Found as found:
            return found.violations, number + 1
        return [], len(self._script.events)

    def _act(self, event: Event) -> None:
        self._world.note(f"event {event}")
        if event.action == CALM:
            self._calm()
            return
        person = self._people.get(event.person)
        if person is not None:
            ACTIONS[event.action].does(self._world, person, **event.parameters)

    def _until(self, moment: object) -> None:
        self._world.pass_time(moment, self._look)

    def _look(self) -> None:
        world = self._world
        found = list(look(world))
        if world.now >= self._next_look:
            self._next_look = world.now + _EVERY
            found += [Violation(check=check.__name__, text=text) for check in self._checks for text in check(world)]
        if found:
            for one in found:
                world.note(f"violation {one}")
            raise _Found(found)

    def _calm(self) -> None:
        """All is well: after a while what stands there is what a fresh program with this history would want."""
        world = self._world
        world.calm()
        self._until(world.now + timedelta(minutes=2))
        world.calm()
        self._until(world.now + _RECOVERS)
        world.cycled.clear()
        for _ in range(60):
            self._until(world.now + timedelta(minutes=1))
            if len(world.cycled) >= len(world.people):
                break
        found = [Violation(check=check.__name__, text=text) for check in WELL for text in check(world)]
        for person in world.people:
            found += _differs(world, person)
        if found:
            for one in found:
                world.note(f"violation {one}")
            raise _Found(found)


def _differs(world: World, person: Person) -> list[Violation]:
    """What a fresh program with the same history would still change, on copies of everything."""
    check = "as_a_fresh_program_would_have_it"
    if person.name not in world.cycled:
        return [Violation(check=check, text=f"{person.name}: there was no cycle for an hour")]
    report = _fresh(world, person)
    wrong = [
        f"{person.name} {change.action} {change.kind} {change.start} {change.rules}: {change.result}"
        for change in report.changes
    ]
    return [Violation(check=check, text=text) for text in wrong]


def _fresh(world: World, person: Person) -> Report:
    copied = world.folder / "fresh"
    saved(world.first.state, copied)
    for path in copied.iterdir():
        path.chmod(0o600)
    internet = Internet()
    internet.hosts = {person.host: copy.deepcopy(person.server), person.feed_host: person.feed}
    clock = world.clock
    before = clock.monotonic, clock.true
    world.muted = True
    loop = VirtualLoop(clock, internet)
    asyncio.set_event_loop(loop)
    database = SqliteDatabase.open(copied)
    database.connection.execute("UPDATE collections SET token = NULL, discovered_at = NULL")
    profiles = load_profiles(world.first.config)
    name = person.name if profiles.several else ONLY
    fresh = build(profiles.load(name), profile=name, database=database)
    try:
        with internet.installed():
            task = loop.create_task(run_cycle(fresh, clock.wall))
            loop.settle()
            while not task.done():
                clock.advance(loop.wakes - clock.monotonic)
                loop.settle()
            closing = loop.create_task(fresh.close())
            while not closing.done():
                loop.settle()
        return task.result()
    finally:
        database.close()
        loop.close()
        clock.monotonic, clock.true = before
        clock.set(clock.off)
        world.muted = False
