"""Who a daemon looks after: each person with a configuration, a world and due times of their own, and the staff of
them all. What goes wrong for one is noted there, and touches nobody else.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog

from termintreu.config.profiles import People
from termintreu.cycle.report import Report, document, status_line
from termintreu.cycle.turn import LIMIT, take, tell, unsettled
from termintreu.cycle.world import World
from termintreu.judging.rules import params_of
from termintreu.judging.rules.common.base import Params
from termintreu.judging.rules.damaged import DamagedParams
from termintreu.model.defects import log_defect
from termintreu.model.errors import ConfigError, StoreError
from termintreu.model.progress import SILENT, Progress
from termintreu.model.texts import Texts
from termintreu.service.admission import PATIENCE
from termintreu.service.board import Board
from termintreu.service.bootstrap import build
from termintreu.service.due_times import Agenda
from termintreu.storage import Database

log = structlog.get_logger(__name__)

AFTER_A_CALL = 30.0
"""Seconds that lie at least between two cycles which only a change of a call log woke."""
AFTER_SILENCE = 30.0
"""Seconds for which a source can keep the others waiting."""
LET_GO = 60.0
"""Seconds between polls from which on nobody keeps connections open: servers close them by then, and ten thousand
people would hold as many."""
AFTER_TROUBLE = 60.0
"""Seconds until the next try where a person's configuration or state cannot be used."""

Told = tuple[Report | None, Texts | None, str]
"""What became of a turn: its report and the language to tell it in, or why there is none."""
FromThread = Callable[[Callable[[], object]], Callable[[], None]]
"""Makes of an action for the loop one that any thread may call."""


ReportShown = Callable[[Report, Texts], Iterable[str]]
"""Makes of a report the lines that a terminal shows, with marks for colours."""


class Person:
    """One person in a running daemon."""

    def __init__(
        self, name: str, people: People[Params], database: Database, *, clock: Callable[[], datetime], board: Board
    ) -> None:
        self.name = name
        self.slow = False
        """The last turn was longer than `lanes.PATIENCE`."""
        self.late = 0.0
        """Seconds between the moment the last turn was due and its beginning."""
        self.problems: tuple[str, ...] = ()
        """What is wrong with the configuration as it stands on disk."""
        self.begun: float | None = None
        """When the turn that runs began (monotonic)."""
        self.last: dict[str, Any] = {}
        """Of the last cycle, as it is told to `status`."""
        self.line = ""
        """The same in one line."""
        self._people = people
        self._database = database
        self._clock = clock
        self._board = board
        self._agenda: Agenda | None = None
        self._world: World | None = None
        self._watching = contextlib.ExitStack()
        self._wake = asyncio.Event()
        self._poked: set[str] = set()
        self._changed = True
        self._until = 0.0
        self._ended = float("-inf")
        self._came = time.monotonic()
        self._cycle_since: str | None = None
        self._wanted: list[asyncio.Future[Told]] = []
        self._told: Told = None, None, "no cycle has run yet"

    @property
    def order(self) -> float:
        """Who changed something comes first, then who was due first."""
        return float("-inf") if self._poked else self._until

    @property
    def due_since(self) -> float:
        """When the next turn was or will be due (monotonic); for the first one, when this person came."""
        return max(self._until, self._came)

    @property
    def moved(self) -> float:
        """When their last turn began or ended (monotonic), or they came."""
        return max(self._came, self._ended, self.begun or 0.0)

    @property
    def at_work(self) -> bool:
        """Whether a turn runs."""
        return self.begun is not None

    @property
    def live(self) -> dict[str, Any]:
        """What `status` is told of the moment."""
        world = self._world
        known = {} if world is None else {"language": world.config.language, "timezone": world.zone.key}
        return {"cycle_since": self._cycle_since, "problems": list(self.problems), **known}

    def read_again(self) -> None:
        """The configuration has changed: it is taken over at the next turn, which begins now."""
        self._changed = True
        self._wake.set()

    async def cycle_now(self, shown: ReportShown) -> dict[str, Any]:
        """A cycle that begins after this moment, with the configuration and the secrets as they stand now: as
        `termintreu once` tells of it.

        Args:
            shown: makes the lines that a terminal shows.
        """
        wanted: asyncio.Future[Told] = asyncio.get_running_loop().create_future()
        self._wanted.append(wanted)
        self.read_again()
        report, texts, error = await wanted
        if report is None or texts is None:
            return {"name": self.name, "failed": True, "error": error}
        return {
            "name": self.name,
            "failed": report.failed,
            "document": document(report, texts.render, texts.zone),
            "lines": list(shown(report, texts)),
        }

    async def take_turn(
        self, from_thread: FromThread, *, stopping: asyncio.Event, progress: Progress | None = None
    ) -> None:
        """Ask what is due, and do what follows from it."""
        self._wake.clear()
        wanted, self._wanted = self._wanted, []
        self.begun = time.monotonic()
        self.late = max(0.0, self.begun - self._until) if self._until else 0.0
        self._board.turn_began(self.name, self.begun)
        try:
            if self._changed:
                await self._furnish(from_thread)
            if self._world is None or self._agenda is None:
                self._until = time.monotonic() + AFTER_TROUBLE
                self._told = None, None, "; ".join(self.problems)
                return
            await self._cycle(self._world, self._agenda, stopping, progress or SILENT, everything=bool(wanted))
        except Exception as error:  # noqa: BLE001 - a defect for one person must not end their turns, nor others'
            log_defect(log, "turn failed by a defect", error)
            self._until = time.monotonic() + AFTER_TROUBLE
            self._changed = self._changed or self._world is None
            self._told = None, None, f"a defect of ours ({type(error).__name__}); the log says more"
        finally:
            for one in wanted:
                if not one.done():
                    one.set_result(self._told)
            self._ended = time.monotonic()
            self._board.turn_ended(self.name, self._ended, wake=self._until)
            self.slow = self._ended - self.begun > PATIENCE
            self.begun = self._cycle_since = None

    async def sleep(self, leaving: asyncio.Event) -> None:
        """Until something is due or has changed, or everybody leaves."""
        waits = [asyncio.ensure_future(self._wake.wait()), asyncio.ensure_future(leaving.wait())]
        try:
            pause = max(0.0, self._until - time.monotonic())
            await asyncio.wait(waits, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def close(self) -> None:
        """Give back connections."""
        self._watching.close()
        if self._world is not None:
            await self._world.close()
            self._world = None

    async def _furnish(self, from_thread: FromThread) -> None:
        """Take the configuration over as it stands now; a bad one leaves the last good one in force."""
        self._changed = False
        try:
            # A password may come from a command that takes its time.
            world = await asyncio.to_thread(self._build)
        except (ConfigError, StoreError) as error:
            self.problems = tuple(str(error).splitlines())
            self._changed = isinstance(error, StoreError)
            for problem in self.problems:
                log.warning("this person is not looked after as configured", problem=problem, do="mend what it names")
            return
        await self.close()
        self.problems = ()
        self._world = world
        world.patience, world.arrived = AFTER_SILENCE, self._poke
        self._board.show(self.name, world.texts, damaged_below=params_of(world.params, DamagedParams).rating)
        several = self._people.several
        polls = {name: poll.total_seconds() for name, poll in world.polls.items()}
        self._agenda = Agenda(polls, spread=self.name if several else None)
        self._watch(world, from_thread)

    def _build(self) -> World:
        loaded = self._people.load(self.name)
        for warning in loaded.warnings:
            log.warning("configuration", warning=warning)
        return build(loaded, profile=self.name, database=self._database)

    async def _cycle(
        self, world: World, agenda: Agenda, stopping: asyncio.Event, progress: Progress, *, everything: bool
    ) -> None:
        several = self._people.several
        poked, self._poked = frozenset(self._poked & world.polls.keys()), set()
        due = frozenset(world.polls) if everything else poked | agenda.due(time.monotonic())
        now, begun = self._clock(), time.monotonic()
        self._cycle_since = now.astimezone(world.zone).isoformat()
        world.progress = progress
        turn = await take(world, now, due=due, stopping=stopping, limit=LIMIT if several else None)
        world.progress = SILENT
        self._told = turn.report, world.texts, turn.error or "the daemon is being stopped"
        if turn.report is not None:
            tell(turn.report, due, among_many=several)
            self.line = status_line(turn.report, world.zone)
        elif turn.error is not None:
            self.line = turn.error[:200]
        soon = unsettled(turn.report, world) if turn.report is not None else ()
        agenda.done(due, time.monotonic(), soon=soon)
        ended = time.monotonic()
        self._until = agenda.next(ended)
        next_look = self._clock() + timedelta(seconds=max(0.0, self._until - ended))
        self._board.cycled(self.name, turn.report, seconds=ended - begun, next_look=next_look)
        await self._remember(world, next_look)
        if turn.cut_off:
            # Something of it may still be at work in a thread: the next turn works with a world of its own.
            await self.close()
            self._changed = True
        elif several and min(agenda.polls.values(), default=0.0) >= LET_GO:
            await world.let_go()

    async def _remember(self, world: World, wake: datetime) -> None:
        """What `status` is answered until the next cycle ends."""
        try:
            last = world.summary or await asyncio.to_thread(world.memory.last_report)
        except StoreError as error:
            log.warning("the state cannot be read", error=str(error), do="see `termintreu doctor`")
            return
        self.last = (last or {}) | {"next": wake.astimezone(world.zone).isoformat()}

    def _watch(self, world: World, from_thread: FromThread) -> None:
        """Folders and files wake this person within a second of a change."""
        for account in (*world.accounts, *(one.account for one in world.address_books.accounts)):
            watcher = account.connector.watch(from_thread(partial(self._poke, account.name)))
            if watcher is not None:
                self._watching.enter_context(watcher)
        for heard in world.logs:
            listener = heard.log.watch(from_thread(self._hear))
            if listener is not None:
                self._watching.enter_context(listener)

    def _hear(self) -> None:
        """A call log changed: wake up, but not for each call of a busy exchange. Logs are read in every cycle."""
        pause = max(0.0, self._ended + AFTER_A_CALL - time.monotonic())
        asyncio.get_running_loop().call_later(pause, self._wake.set)

    def _poke(self, account: str) -> None:
        self._poked.add(account)
        self._wake.set()
