"""Workers on any number of machines: each takes turns from the queue, and runs the same cycle as the daemon.

A turn is claimed in the database before it begins, and stores nothing once the claim is lost: a worker that was
suspended and resumes after another one has taken its turn over writes no state. Its writes to calendars
are conditional anyway.
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

from termintreu.cycle.turn import DRAIN, LIMIT, Turn, polled_soon, take, tell
from termintreu.cycle.world import World
from termintreu.model.defects import log_defect
from termintreu.model.errors import ConfigError, StoreError
from termintreu.service import job_queue
from termintreu.service.admission import PATIENCE, PERMITS
from termintreu.service.bootstrap import build
from termintreu.service.due_times import DueTimes
from termintreu.service.process import REFRESH_EVERY, Clock, SharedProcess, now_utc
from termintreu.service.turn_state import dump, load_due_times, load_health, load_setbacks, load_tidied_on
from termintreu.storage import turns

log = structlog.get_logger(__name__)

RETRY_AFTER = 300.0
"""Seconds until the next turn of a profile whose configuration cannot be used."""
CACHED = 200
"""Profiles whose calendars a worker keeps in memory: their next turn in the same worker costs a third."""


@dataclass(slots=True, kw_only=True)
class _Cached:
    """A profile's world, kept from one turn to the next."""

    world: World
    settings: str
    token: list[str] = field(default_factory=lambda: [""])
    """The token of the running turn's claim; the world's memory checks it before it writes."""


class Worker:
    """A process that runs turns from the queue."""

    def __init__(
        self, path: Path, *, quick: int = PERMITS, slow: int = PERMITS, keep: int = CACHED, clock: Clock = now_utc
    ) -> None:
        """
        Args:
            path: of the configuration.
            quick: turns at once.
            slow: further turns at once, of profiles whose last turn was slow.
            keep: profiles whose calendars stay in memory from one turn to the next.
            clock: gives the current time, UTC.
        """
        self._process = SharedProcess(path, clock)
        self._permits = {"quick": quick, "slow": slow}
        self._keep = keep
        self._cache: OrderedDict[str, _Cached] = OrderedDict()
        self._locks: dict[str, asyncio.Lock] = {}
        self._taken = 0
        self._running = 0

    async def run(self) -> int:
        """Take turns until told to stop. Returns the exit code."""
        await self._process.serve(
            self._work,
            status=lambda: f"{self._taken} turns taken, {self._running} at work",
            clean_up=self._disconnect_all,
        )
        return 0

    async def _disconnect_all(self) -> None:
        for cached in self._cache.values():
            await cached.world.disconnect()

    async def _work(self) -> None:
        async with job_queue.opened(self._process.conninfo, self._turn) as queue:
            log.info("worker started", profiles=len(self._process.profiles.names))
            self._process.systemd.tell("READY=1")
            working = asyncio.create_task(queue.work(**self._permits, drain=DRAIN + 2))
            stop = asyncio.create_task(self._process.stopping.wait())
            await asyncio.wait({working, stop}, return_when=asyncio.FIRST_COMPLETED)
            stop.cancel()
            working.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await working

    async def _turn(self, name: str, urgent: bool) -> None:
        """Run a job of the queue; an error of one profile is logged, not raised."""
        structlog.contextvars.bind_contextvars(profile=name)
        self._running += 1
        try:
            async with self._locks.setdefault(name, asyncio.Lock()):
                await self._claimed(name, urgent)
        except StoreError as error:
            log.warning("turn failed", error=str(error), do="nothing: it is queued again")
        except Exception as error:  # noqa: BLE001 - a defect in one turn must not end the worker
            log_defect(log, "turn failed by a defect", error)
        finally:
            self._running -= 1
            self._taken += 1

    async def _claimed(self, name: str, urgent: bool) -> None:
        token, now = uuid4().hex, self._process.clock()
        state = await asyncio.to_thread(self._claim, name, token, now, urgent)
        if state is None:
            return
        try:
            cached = await self._world_of(name)
        except ConfigError as error:
            for problem in error.problems:
                log.warning("profile not loaded", problem=problem, do="mend what it names")
            end = turns.TurnEnd(due_at=now + timedelta(seconds=RETRY_AFTER), trouble=str(error), state=state)
        else:
            cached.token[0] = token
            end = await self._cycle(name, cached, state, now, urgent=urgent)
        if not await asyncio.to_thread(self._release, name, token, end):
            log.warning("turn taken over by another worker")

    async def _cycle(
        self, name: str, cached: _Cached, state: dict[str, Any], now: datetime, *, urgent: bool
    ) -> turns.TurnEnd:
        world = cached.world
        load_health(state, world.accounts.health, settings=cached.settings, anew=urgent)
        world.state.setbacks = load_setbacks(state, settings=cached.settings, anew=urgent)
        world.state.tidied_on = load_tidied_on(state)
        polls = {account: poll.total_seconds() for account, poll in world.polls.items()}
        due_times = DueTimes(polls, spread=name, at=load_due_times(state))
        due = frozenset(polls) if urgent else due_times.due(now.timestamp())
        begun = time.monotonic()
        turn = await take(world, now, due=due, stopping=self._process.stopping, limit=LIMIT)
        if turn.report is not None:
            tell(turn.report, due, among_many=True)
        due_times.polled(due, now.timestamp(), soon=polled_soon(turn.report, world) if turn.report is not None else ())
        _respect_retry_after(due_times, world)
        if turn.cut_off:
            self._cache.pop(name, None)
            await world.disconnect()
        return turns.TurnEnd(
            due_at=_next_due(due_times, turn, now),
            slow=time.monotonic() - begun > PATIENCE,
            state=dump(
                due_times,
                world.accounts.health,
                settings=cached.settings,
                tidied_on=world.state.tidied_on,
                setbacks=world.state.failing,
            ),
            trouble=turn.error,
        )

    async def _world_of(self, name: str) -> _Cached:
        """The profile's world, cached or new. Raises ConfigError."""
        settings = await asyncio.to_thread(self._settings, name)
        cached = self._cache.pop(name, None)
        if cached is not None and cached.settings != settings:
            await cached.world.disconnect()
            cached = None
        if cached is None:
            token = [""]
            world = await asyncio.to_thread(self._build, name, token)
            cached = _Cached(world=world, settings=settings, token=token)
        self._cache[name] = cached
        while len(self._cache) > self._keep:
            old, _ = next(iter(self._cache.items()))
            if self._locks[old].locked():
                break  # its turn is running
            await self._cache.pop(old).world.disconnect()
        return cached

    def _build(self, name: str, token: list[str]) -> World:
        loaded = self._process.profiles.load(name)

        def guard(connection: Any) -> None:
            turns.claim_guard(name, token[0])(connection)

        return build(loaded, profile=name, database=self._process.database, guard=guard)

    def _settings(self, name: str) -> str:
        """A digest of the files that configure this profile. Raises ConfigError where it is not configured."""
        self._process.refresh(after=REFRESH_EVERY if name in self._process.profiles.names else 0.0)
        profiles = self._process.profiles
        if name not in profiles.names:
            raise ConfigError([f"there is nobody called {name!r} in {profiles.path} any more"])
        digest = hashlib.sha256()
        for path in (profiles.path, profiles.file(name)):
            with contextlib.suppress(OSError):  # loading it reports why it cannot be read
                digest.update(path.read_bytes())
        return digest.hexdigest()[:16]

    def _claim(self, name: str, token: str, now: datetime, urgent: bool) -> dict[str, Any] | None:
        try:
            return self._claim_once(name, token, now, urgent)
        except StoreError:
            # Pooled connections are dead after a restart of the database; the first error replaces them all.
            return self._claim_once(name, token, now, urgent)

    def _claim_once(self, name: str, token: str, now: datetime, urgent: bool) -> dict[str, Any] | None:
        with self._process.database.at_once() as connection:
            return turns.claim(connection, name, token, now, urgent=urgent)

    def _release(self, name: str, token: str, end: turns.TurnEnd) -> bool:
        with self._process.database.at_once() as connection:
            return turns.release(connection, name, token, end)


def _next_due(due_times: DueTimes, turn: Turn, now: datetime) -> datetime:
    """When the profile is due again (UTC). A turn that a stop cut off is due at once, in another worker."""
    if turn.report is None and turn.error is None:
        return now
    at = due_times.next(now.timestamp())
    return datetime.fromtimestamp(at, UTC)


def _respect_retry_after(due_times: DueTimes, world: World) -> None:
    """Poll no account before its Retry-After is over; other accounts of the profile keep their due times."""
    for name, health in world.accounts.health.items():
        if name in due_times.at and health.spared_until is not None:
            due_times.at[name] = max(due_times.at[name], health.spared_until.timestamp())
