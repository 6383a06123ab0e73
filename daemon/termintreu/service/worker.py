"""Workers on any number of machines: each takes turns from the queue, and runs the same cycle as the daemon does.

A turn is claimed in the database before it begins, and everything it remembers depends on that claim: a worker that
stood still, and finds its turn taken over when it wakes up, remembers nothing more. What it writes into calendars is
conditional anyway.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog

from termintreu.cycle.turn import DRAIN, LIMIT, Turn, take, tell, unsettled
from termintreu.cycle.world import World
from termintreu.model.defects import log_defect
from termintreu.model.errors import ConfigError, StoreError
from termintreu.service import job_queue
from termintreu.service.admission import PATIENCE, PLACES
from termintreu.service.bootstrap import build
from termintreu.service.due_times import Agenda
from termintreu.service.process import LOOK_ROUND, Clock, Office, now_utc
from termintreu.service.turn_state import due_times, recall, setbacks_of, tidied, told
from termintreu.storage import turns

log = structlog.get_logger(__name__)

AFTER_TROUBLE = 300.0
"""Seconds until the next turn of somebody whose configuration cannot be used."""
KEPT = 200
"""People whose calendars a worker keeps in memory, for the case that it gets their next turn too: that one costs a
third then."""


@dataclass(slots=True, kw_only=True)
class _Kept:
    """A person's world, kept from one turn to the next."""

    world: World
    settings: str
    mark: list[str] = field(default_factory=lambda: [""])
    """The claim of the turn that runs; the world's memory looks at it."""


class Worker:
    """One process that takes turns."""

    def __init__(
        self, path: Path, *, quick: int = PLACES, slow: int = PLACES, keep: int = KEPT, clock: Clock = now_utc
    ) -> None:
        """
        Args:
            path: of the configuration.
            quick: turns at once.
            slow: further turns of people whose servers were slow the last time.
            keep: people whose calendars stay in memory from one turn to the next.
            clock: gives the moment in UTC.
        """
        self._office = Office(path, clock)
        self._places = {"quick": quick, "slow": slow}
        self._keep = keep
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._locks: dict[str, asyncio.Lock] = {}
        self._taken = 0
        self._running = 0

    async def run(self) -> int:
        """Take turns until told to stop. Returns the exit code."""
        await self._office.serve(
            self._work, status=lambda: f"{self._taken} turns taken, {self._running} at work", leave=self._leave
        )
        return 0

    async def _leave(self) -> None:
        for kept in self._kept.values():
            await kept.world.disconnect()

    async def _work(self) -> None:
        async with job_queue.opened(self._office.conninfo, self._turn) as queue:
            log.info("worker", state="takes turns", people=len(self._office.people.names))
            self._office.systemd.tell("READY=1")
            working = asyncio.create_task(queue.work(**self._places, drain=DRAIN + 2))
            stop = asyncio.create_task(self._office.stopping.wait())
            await asyncio.wait({working, stop}, return_when=asyncio.FIRST_COMPLETED)
            stop.cancel()
            working.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await working

    async def _turn(self, name: str, urgent: bool) -> None:
        """A job of the queue; raises nothing for a person's sake."""
        structlog.contextvars.bind_contextvars(person=name)
        self._running += 1
        try:
            async with self._locks.setdefault(name, asyncio.Lock()):
                await self._claimed(name, urgent)
        except StoreError as error:
            log.warning("turn lost", error=str(error), do="nothing: it is handed out again")
        except Exception as error:  # noqa: BLE001 - a defect for one person must not end the worker
            log_defect(log, "turn lost by a defect", error)
        finally:
            self._running -= 1
            self._taken += 1

    async def _claimed(self, name: str, urgent: bool) -> None:
        mark, now = uuid4().hex, self._office.clock()
        left = await asyncio.to_thread(self._claim, name, mark, now, urgent)
        if left is None:
            return
        try:
            kept = await self._furnished(name)
        except ConfigError as error:
            for problem in error.problems:
                log.warning("this person is not looked after as configured", problem=problem, do="mend what it names")
            leave = turns.Left(due_at=now + timedelta(seconds=AFTER_TROUBLE), trouble=str(error), agenda=left)
        else:
            kept.mark[0] = mark
            leave = await self._cycle(name, kept, left, now, urgent=urgent)
        if not await asyncio.to_thread(self._release, name, mark, leave):
            log.warning("this turn was taken over by another worker")

    async def _cycle(self, name: str, kept: _Kept, left: dict[str, Any], now: datetime, *, urgent: bool) -> turns.Left:
        world = kept.world
        recall(left, world.health, settings=kept.settings, anew=urgent)
        world.setbacks = setbacks_of(left, settings=kept.settings, anew=urgent)
        world.tidied_on = tidied(left)
        polls = {account: poll.total_seconds() for account, poll in world.polls.items()}
        agenda = Agenda(polls, spread=name, at=due_times(left))
        due = frozenset(polls) if urgent else agenda.due(now.timestamp())
        begun = time.monotonic()
        turn = await take(world, now, due=due, stopping=self._office.stopping, limit=LIMIT)
        if turn.report is not None:
            tell(turn.report, due, among_many=True)
        agenda.done(due, now.timestamp(), soon=unsettled(turn.report, world) if turn.report is not None else ())
        _spare(agenda, world)
        if turn.cut_off:
            self._kept.pop(name, None)
            await world.disconnect()
        return turns.Left(
            due_at=_next(agenda, turn, now),
            slow=time.monotonic() - begun > PATIENCE,
            agenda=told(
                agenda, world.health, settings=kept.settings, tidied_on=world.tidied_on, setbacks=world.setbacks
            ),
            trouble=turn.error,
        )

    async def _furnished(self, name: str) -> _Kept:
        """The person's world, kept or new. Raises ConfigError."""
        settings = await asyncio.to_thread(self._settings, name)
        kept = self._kept.pop(name, None)
        if kept is not None and kept.settings != settings:
            await kept.world.disconnect()
            kept = None
        if kept is None:
            mark = [""]
            world = await asyncio.to_thread(self._build, name, mark)
            kept = _Kept(world=world, settings=settings, mark=mark)
        self._kept[name] = kept
        while len(self._kept) > self._keep:
            old, _ = next(iter(self._kept.items()))
            if self._locks[old].locked():
                break  # at work just now
            await self._kept.pop(old).world.disconnect()
        return kept

    def _build(self, name: str, mark: list[str]) -> World:
        loaded = self._office.people.load(name)

        def guard(connection: Any) -> None:
            turns.held_by(name, mark[0])(connection)

        return build(loaded, profile=name, database=self._office.database, guard=guard)

    def _settings(self, name: str) -> str:
        """Another one when the configuration that holds for that person is another. Raises ConfigError."""
        self._office.look_round(after=LOOK_ROUND if name in self._office.people.names else 0.0)
        people = self._office.people
        if name not in people.names:
            raise ConfigError([f"there is nobody called {name!r} in {people.path} any more"])
        digest = hashlib.sha256()
        for path in (people.path, people.file(name)):
            with contextlib.suppress(OSError):  # what cannot be read says so when it is loaded
                digest.update(path.read_bytes())
        return digest.hexdigest()[:16]

    def _claim(self, name: str, mark: str, now: datetime, urgent: bool) -> dict[str, Any] | None:
        try:
            return self._claim_once(name, mark, now, urgent)
        except StoreError:
            # Connections that were kept while the database was away are found dead here, and all made anew.
            return self._claim_once(name, mark, now, urgent)

    def _claim_once(self, name: str, mark: str, now: datetime, urgent: bool) -> dict[str, Any] | None:
        with self._office.database.at_once() as connection:
            return turns.claim(connection, name, mark, now, urgent=urgent)

    def _release(self, name: str, mark: str, left: turns.Left) -> bool:
        with self._office.database.at_once() as connection:
            return turns.release(connection, name, mark, left)


def _next(agenda: Agenda, turn: Turn, now: datetime) -> datetime:
    """When this person is due again. A turn that was cut off by a stop is due at once, elsewhere."""
    if turn.report is None and turn.error is None:
        return now
    at = agenda.next(now.timestamp())
    return datetime.fromtimestamp(at, UTC)


def _spare(agenda: Agenda, world: World) -> None:
    """Whoever asked to be left alone for a while (Retry-After) is, unless another account of the person is due."""
    for name, health in world.health.items():
        if name in agenda.at and health.spared_until is not None:
            agenda.at[name] = max(agenda.at[name], health.spared_until.timestamp())
