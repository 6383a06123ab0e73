"""One profile in a running daemon: its configuration, world and due times. Its errors are kept here, and stop no other
profile.
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

from termintreu.config.profiles import Profiles
from termintreu.cycle.announce import Failing
from termintreu.cycle.remembered import shown
from termintreu.cycle.report import Report, document, status_line
from termintreu.cycle.turn import LIMIT, polled_soon, take, tell
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
from termintreu.service.due_times import DueTimes
from termintreu.storage import Database

log = structlog.get_logger(__name__)

CALL_LOG_PAUSE = 30.0
"""Seconds between the end of a cycle and the next one that only a changed call log starts, at least."""
ACCOUNT_PATIENCE = 30.0
"""Seconds that a cycle waits for the answers of one account."""
DISCONNECT_FROM = 60.0
"""Seconds between polls from which on connections are closed after each turn: servers have closed them by the next one,
and ten thousand profiles would hold as many."""
RETRY_AFTER = 60.0
"""Seconds until the next turn where the profile's configuration or state cannot be used."""

TurnResult = tuple[Report | None, Texts | None, str]
"""The result of a turn: its report and the texts to render it with, or why there is none."""
FromThread = Callable[[Callable[[], object]], Callable[[], None]]
"""Wraps an action of the event loop, so that any thread may call it."""


ReportShown = Callable[[Report, Texts], Iterable[str]]
"""Renders a report as lines for a terminal, with colour markup."""


class RunningProfile:
    """One profile in a running daemon."""

    def __init__(
        self,
        name: str,
        configured: Profiles[Params],
        database: Database,
        *,
        clock: Callable[[], datetime],
        board: Board,
    ) -> None:
        self.name = name
        self.slow = False
        """Whether the last turn was longer than `admission.PATIENCE`."""
        self.late = 0.0
        """Seconds by which the last turn began after it was due."""
        self.problems: tuple[str, ...] = ()
        """Errors in the configuration on disk."""
        self.began: float | None = None
        """When the running turn began (monotonic); None while none runs."""
        self.last: dict[str, Any] = {}
        """The last cycle, as `termintreu status` shows it."""
        self.line = ""
        """The same in one line."""
        self._configured = configured
        self._database = database
        self._clock = clock
        self._board = board
        self._due_times: DueTimes | None = None
        self._world: World | None = None
        self._watching = contextlib.ExitStack()
        self._wake = asyncio.Event()
        self._changed_accounts: set[str] = set()
        self._changed = True
        self._next_due = 0.0
        self._ended = float("-inf")
        self._created = time.monotonic()
        self._cycle_since: str | None = None
        self._waiting: list[asyncio.Future[TurnResult]] = []
        self._last_result: TurnResult = None, None, "no cycle has run yet"
        self._failing = Failing()

    @property
    def priority(self) -> float:
        """Lower is earlier: profiles with a changed source first, then in the order of their due times."""
        return float("-inf") if self._changed_accounts else self._next_due

    @property
    def due_since(self) -> float:
        """When the next turn was or will be due (monotonic); the first one is due when the profile is added."""
        return max(self._next_due, self._created)

    @property
    def last_activity(self) -> float:
        """When the last turn began or ended (monotonic); before the first, when the profile was added."""
        return max(self._created, self._ended, self.began or 0.0)

    @property
    def is_running(self) -> bool:
        """Whether a turn is running."""
        return self.began is not None

    @property
    def live(self) -> dict[str, Any]:
        """The current state, as `termintreu status` shows it."""
        world = self._world
        state = {"cycle_since": self._cycle_since, "problems": list(self.problems)}
        if world is None:
            return state
        config = world.config
        return {**state, "language": config.language, "timezone": world.zone.key, "region": config.me.region}

    def request_reload(self) -> None:
        """Start a turn now that loads the configuration first."""
        self._changed = True
        self._wake.set()

    async def cycle_now(self, shown: ReportShown) -> dict[str, Any]:
        """Run a cycle with the current configuration and secrets. Returns what `termintreu once` prints.

        Args:
            shown: renders the report for a terminal.
        """
        wanted: asyncio.Future[TurnResult] = asyncio.get_running_loop().create_future()
        self._waiting.append(wanted)
        self.request_reload()
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
        """Run one turn: load the configuration if it changed, then run a cycle over the accounts that are due."""
        self._wake.clear()
        wanted, self._waiting = self._waiting, []
        self.began = time.monotonic()
        self.late = max(0.0, self.began - self._next_due) if self._next_due else 0.0
        self._board.turn_began(self.name, self.began)
        try:
            if self._changed:
                await self._reload(from_thread)
            if self._world is None or self._due_times is None:
                self._next_due = time.monotonic() + RETRY_AFTER
                self._last_result = None, None, "; ".join(self.problems)
                return
            await self._cycle(self._world, self._due_times, stopping, progress or SILENT, everything=bool(wanted))
        except Exception as error:  # noqa: BLE001 - a defect in one turn must not end the turns of any profile
            log_defect(log, "turn failed by a defect", error)
            self._next_due = time.monotonic() + RETRY_AFTER
            self._changed = self._changed or self._world is None
            self._last_result = None, None, f"a defect of ours ({type(error).__name__}); the log says more"
        finally:
            for one in wanted:
                if not one.done():
                    one.set_result(self._last_result)
            self._ended = time.monotonic()
            self._board.turn_ended(self.name, self._ended, wake=self._next_due)
            self.slow = self._ended - self.began > PATIENCE
            self.began = self._cycle_since = None

    async def sleep(self, closing: asyncio.Event) -> None:
        """Wait until a turn is due, something changed, or the profiles are being closed."""
        waits = [asyncio.ensure_future(self._wake.wait()), asyncio.ensure_future(closing.wait())]
        try:
            pause = max(0.0, self._next_due - time.monotonic())
            await asyncio.wait(waits, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def close(self) -> None:
        """Stop watching, and close connections."""
        self._watching.close()
        if self._world is not None:
            await self._world.close()
            self._world = None

    async def _reload(self, from_thread: FromThread) -> None:
        """Load the configuration from disk; if it is bad, the last good one stays in force."""
        self._changed = False
        try:
            # A password may come from a command that takes its time.
            world = await asyncio.to_thread(self._build)
        except (ConfigError, StoreError) as error:
            self.problems = tuple(str(error).splitlines())
            self._changed = isinstance(error, StoreError)
            for problem in self.problems:
                log.warning("profile not loaded", problem=problem, do="mend what it names")
            return
        await self.close()
        self.problems = ()
        self._world = world
        world.goes_on = True
        world.accounts.patience, world.accounts.arrived = ACCOUNT_PATIENCE, self._account_changed
        self._board.show(self.name, world.texts, damaged_below=params_of(world.settings.params, DamagedParams).rating)
        several = self._configured.several
        polls = {name: poll.total_seconds() for name, poll in world.polls.items()}
        self._due_times = DueTimes(polls, spread=self.name if several else None)
        self._watch(world, from_thread)

    def _build(self) -> World:
        loaded = self._configured.load(self.name)
        for warning in loaded.warnings:
            log.warning("configuration warning", warning=warning)
        return build(loaded, profile=self.name, database=self._database)

    async def _cycle(
        self, world: World, due_times: DueTimes, stopping: asyncio.Event, progress: Progress, *, everything: bool
    ) -> None:
        several = self._configured.several
        changed, self._changed_accounts = frozenset(self._changed_accounts & world.polls.keys()), set()
        due = frozenset(world.polls) if everything else changed | due_times.due(time.monotonic())
        now, began = self._clock(), time.monotonic()
        self._cycle_since = now.astimezone(world.zone).isoformat()
        world.accounts.progress = progress
        turn = await take(world, now, due=due, stopping=stopping, limit=LIMIT if several else None)
        world.accounts.progress = SILENT
        self._last_result = turn.report, world.texts, turn.error or "the daemon is being stopped"
        if turn.report is not None:
            tell(turn.report, due, among_many=several)
            self.line = status_line(turn.report, world.zone)
        elif turn.error is not None:
            self.line = turn.error[:200]
        await self._failing.after(world, now, failed=turn.report is None and turn.error is not None)
        soon = polled_soon(turn.report, world) if turn.report is not None else ()
        due_times.polled(due, time.monotonic(), soon=soon)
        ended = time.monotonic()
        self._next_due = due_times.next(ended)
        next_poll = self._clock() + timedelta(seconds=max(0.0, self._next_due - ended))
        self._board.cycled(self.name, turn.report, seconds=ended - began, next_poll=next_poll)
        await self._keep_last(world, next_poll)
        if turn.cut_off:
            # A thread may still use this world: the next turn builds a new one.
            await self.close()
            self._changed = True
        elif several and min(due_times.polls.values(), default=0.0) >= DISCONNECT_FROM:
            await world.accounts.let_go()

    async def _keep_last(self, world: World, wake: datetime) -> None:
        """Keep the last cycle for `termintreu status`."""
        try:
            last = world.state.summary or await asyncio.to_thread(world.memory.last_report)
        except StoreError as error:
            log.warning("state not readable", error=str(error), do="see `termintreu doctor`")
            return
        self.last = shown(last) | {"next": wake.astimezone(world.zone).isoformat()}

    def _watch(self, world: World, from_thread: FromThread) -> None:
        """Watch files and folders: a change starts a turn within a second."""
        for account in (*world.accounts.calendars, *(one.account for one in world.accounts.address_books.accounts)):
            watcher = account.connector.watch(from_thread(partial(self._account_changed, account.name)))
            if watcher is not None:
                self._watching.enter_context(watcher)
        for heard in world.accounts.logs:
            listener = heard.log.watch(from_thread(self._call_log_changed))
            if listener is not None:
                self._watching.enter_context(listener)

    def _call_log_changed(self) -> None:
        """Start a turn, but not for each call of a busy exchange. Logs are read in every cycle."""
        pause = max(0.0, self._ended + CALL_LOG_PAUSE - time.monotonic())
        asyncio.get_running_loop().call_later(pause, self._wake.set)

    def _account_changed(self, account: str) -> None:
        self._changed_accounts.add(account)
        self._wake.set()
