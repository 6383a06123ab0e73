"""What a profile's cycles work with, whoever made it: settings, texts, accounts, and the memory behind a port."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from termintreu.config import Config
from termintreu.config.working_hours import WorkClock
from termintreu.cycle.unchanged import Quiet
from termintreu.judging.rules.common.base import Params
from termintreu.model import Answer, CallRecord, HeldLogs, History, ItemRecord, Observed
from termintreu.model.ports import Target
from termintreu.model.progress import SILENT, Progress
from termintreu.model.texts import Texts
from termintreu.reading.call_logs import LogAccount
from termintreu.reading.collect import Account, Collected, Health, Mirrors, collect
from termintreu.reading.ical import Reader
from termintreu.reading.mirror import NOTHING_OF_OURS, Mirror, Ours
from termintreu.recognition.contacts.address_books import AddressBooks, LookedUp
from termintreu.recognition.contacts.book import ContactBook
from termintreu.recognition.detection import Detector
from termintreu.writing.setbacks import Setbacks

T = TypeVar("T")


class Memory(Protocol):
    """What is kept between cycles. Every method may raise StoreError, and nothing else."""

    @property
    def is_near(self) -> bool:
        """Whether small answers take no time worth speaking of just now."""

    def load_mirrors(self) -> dict[tuple[str, str], Mirror]:
        """What is held of each collection."""

    def load_logs(self) -> HeldLogs:
        """What is held of call logs."""

    def load_history(self, now: datetime) -> History:
        """What was known at `now` (UTC)."""

    def first_run(self, now: datetime) -> datetime:
        """When the first cycle was remembered (UTC)."""

    def revision(self) -> str | None:
        """Another one after each change of the state, whoever made it; None before the first."""

    def last_report(self) -> dict[str, Any] | None:
        """What was remembered of the last cycle."""

    def remember(
        self,
        *,
        now: datetime,
        items: Iterable[ItemRecord] = (),
        calls: Iterable[CallRecord] = (),
        answers: Iterable[Answer] = (),
        report: Mapping[str, Any] | None = None,
        mirrors_before: Mapping[tuple[str, str], Mirror] = ...,
        mirrors_after: Mapping[tuple[str, str], Mirror] = ...,
        logs: HeldLogs | None = None,
    ) -> str:
        """Keep all of it, or nothing. Returns the revision that this made: the next whole number after the one before,
        as text."""

    def take_back(self, now: datetime) -> None:
        """Let what was remembered as of later than `now` (UTC) count as of now."""

    def forget(self, before: datetime, outcomes_before: datetime | None = None) -> int:
        """End retention for what rests on the time before; of calls the bare outcomes stay until `outcomes_before`."""

    def export_contact(self, key: str) -> dict[str, Any]:
        """Everything remembered of a contact."""

    def erase_contact(self, key: str) -> int:
        """Forget a contact."""

    def close(self) -> None:
        """Give the state back."""


@dataclass(slots=True, kw_only=True)
class World:
    """Everything one profile's cycles need; long-lived."""

    config: Config
    params: Mapping[str, Params]
    disabled: frozenset[str]
    zone: ZoneInfo
    texts: Texts
    clock: WorkClock
    book: ContactBook
    accounts: tuple[Account, ...]
    target: Target
    target_name: str
    memory: Memory
    reader: Reader
    author: str = ""
    """This installation, as `identity.installation` names it; "": whatever was written counts as its own."""
    detector: Detector = field(default_factory=Detector)
    """As `reader`: what was detected is not detected again."""
    address_books: AddressBooks = field(default_factory=AddressBooks)
    """What `book` is made of, beside the configuration."""
    logs: tuple[LogAccount, ...] = ()
    """The call logs, in the order of the configuration."""
    log_health: dict[str, Health] = field(default_factory=dict)
    """By name of the log."""
    health: dict[str, Health] = field(default_factory=dict)
    held: Mirrors | None = None
    """The mirrors as they are: loaded once, then kept in the process. Polls that judge nothing remember nothing."""
    stored: Mirrors = field(default_factory=dict)
    """The mirrors as they were remembered last."""
    beginning: bool = False
    """The state is new, or was lost, and something is read for the first time."""
    heard: HeldLogs | None = None
    """The same for what is held of the call logs."""
    revision: str | None = None
    """Of the state, as this process knows it; None before anything was remembered, "" where somebody else changed the
    state meanwhile: that is no revision, so the next look finds it changed."""
    setbacks: Setbacks = field(default_factory=dict)
    """Which of our items could not be written, and until when they are left alone."""
    quiet: Quiet | None = None
    """What the last judgement rested on, where it holds as long as nothing changes."""
    summary: dict[str, Any] | None = None
    """Of the last cycle, as it is remembered for `status`; None before the first."""
    observed: dict[tuple[str, str | None], Observed | None] = field(default_factory=dict)
    """Our items as read, by href and ETag: one that has not changed is not parsed again."""

    ours: tuple[str | None, Ours] = ("", NOTHING_OF_OURS)
    """What is remembered of our own items, and the revision of the state that says so."""
    progress: Progress = SILENT
    """Told how far a cycle has come."""
    patience: float = 600.0
    """Seconds that a cycle waits for the answers of an account before it goes on without."""
    ends: float | None = None
    """When a cycle that nobody waits for any longer ends (monotonic seconds); None: when it is done."""
    arrived: Callable[[str], None] = lambda _: None
    """Told the name of an account that a cycle went on without, when its answers are there."""
    ahead: timedelta = timedelta(0)
    """How far the moment that is acted in (`--at`) lies ahead of the machine's clock."""
    tidied_on: date | None = None
    """The day (UTC) on which retention was last looked after."""

    @property
    def waits(self) -> float:
        """Seconds that are waited for answers from now on: where the cycle has an end, half of what is left, so that
        who is asked later, and what is to be written, has time too."""
        if self.ends is None:
            return self.patience
        return round(min(self.patience, max(0.0, self.ends - time.monotonic()) / 2), 1)

    @property
    def polls(self) -> dict[str, timedelta]:
        """How often each watched account and each account of address books is asked."""
        usual = self.config.schedule.poll
        books = zip(self.address_books.accounts, self.config.address_books, strict=False)
        return {source.name: source.poll or usual for source in self.config.sources} | {
            one.account.name: wanted.poll or usual for one, wanted in books
        }

    @property
    def reach(self) -> timedelta:
        """How far back what is read is kept: as far as outcomes are, for once, where nothing was read before."""
        kept = max(self.config.state.retention, self.config.schedule.lookback)
        return max(kept, self.config.state.outcomes) if self.beginning else kept

    @property
    def own_accounts(self) -> tuple[Account, ...]:
        """The accounts that hold our own collections, without what else stands there."""
        return tuple(replace(account, watched=False) for account in self.accounts if account.own)

    async def ask(
        self,
        held: Mirrors,
        now: datetime,
        *,
        accounts: Sequence[Account] | None = None,
        due: frozenset[str] | None = None,
        anew: frozenset[str] = frozenset(),
    ) -> Collected:
        """What the accounts (None: all) say at `now` (UTC); `held`, `due`, `anew`: see `collect`."""

        return await collect(
            self.accounts if accounts is None else accounts,
            held,
            now=now,
            since=now - self.reach,
            health=self.health,
            due=due,
            progress=self.progress,
            ours=cache(partial(self._ours_at, now)),
            patience=self.waits,
            arrived=self.arrived,
            anew=anew,
        )

    def _ours_at(self, now: datetime) -> Ours:
        """What is remembered of our own items; looked up when the state has changed."""
        if self.revision == "" or self.revision != self.ours[0]:
            records = self.memory.load_history(now).items.values()
            self.ours = (
                self.revision,
                Ours(
                    standing=frozenset(one.href for one in records if one.status in {"live", "taken_over"}),
                    withdrawn=frozenset(one.href for one in records if one.status == "withdrawn"),
                ),
            )
        return self.ours[1]

    async def recall_ours(self, now: datetime) -> None:
        """Look up what is remembered of our own items, in a thread, before an account is asked about them."""
        if self.revision == "" or self.revision != self.ours[0]:
            await asyncio.to_thread(self._ours_at, now)

    async def remember(self, **what: Any) -> None:
        """`Memory.remember`, in a thread: the disk may be slow, or somebody else may hold the file."""
        written = await asyncio.to_thread(partial(self.memory.remember, **what))
        known = self.revision
        self.revision = written if known != "" and int(written) == int(known or 0) + 1 else ""

    async def look_up(self, held: Mirrors, now: datetime, *, due: frozenset[str] | None = None) -> LookedUp:
        """What the address books say at `now` (UTC); `book` is of that moment then."""
        found = await self.address_books.look_up(held, now=now, due=due, patience=self.waits, arrived=self.arrived)
        self.book = found.book or self.book
        return found

    def consult(self, held: Mirrors) -> None:
        """Make `book` of what is held of the address books, without asking them."""
        self.book = self.address_books.book(held) or self.book

    async def let_go(self) -> None:
        """Close what connections are idle; the next question opens them again."""
        if all(one.reading is None for one in (*self.health.values(), *self.address_books.health.values())):
            for account in self.accounts:
                await account.connector.close()
            await self.address_books.close()

    async def recall(self, ask: Callable[[], T]) -> T:
        """A small answer of the memory: at once where that is near, else in a thread."""
        return ask() if self.memory.is_near else await asyncio.to_thread(ask)

    def lock_out_target(self, why: str) -> None:
        """The account that is written to refused the log-in: it is left alone until its credentials change."""
        self.health.setdefault(self.target_name, Health()).unauthorized = why

    def spare_target(self, why: str, seconds: float, now: datetime) -> None:
        """The account that is written to asked to be left alone for so long from `now` (UTC): nothing is sent there."""
        health = self.health.setdefault(self.target_name, Health())
        health.failure, health.failures = why, health.failures + 1
        health.rest(now, seconds)

    def leaves_alone(self, slot: str, now: datetime) -> bool:
        """Whether what failed in a slot waits for longer than from one poll to the next, counted from `now` (UTC)."""
        setback = self.setbacks.get(slot)
        poll = self.polls.get(self.target_name) or min(self.polls.values(), default=timedelta(0))
        return setback is not None and setback.until - now >= poll

    async def disconnect(self) -> None:
        """Give back connections."""
        for health in self.health.values():
            await health.give_up()
        for account in self.accounts:
            await account.connector.close()
        await self.address_books.close()
        for account_of_calls in self.logs:
            await account_of_calls.log.close()

    async def close(self) -> None:
        """Give back connections and the state."""
        await self.disconnect()
        self.memory.close()
