"""The accounts of a profile: who is asked and written to, how each has fared, and how long answers are waited for."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from termintreu.model import Change, Collection, HeldLogs, Look
from termintreu.model.ports import Target
from termintreu.model.progress import SILENT, Progress
from termintreu.reading.call_logs import Listened, LogAccount, listen
from termintreu.reading.collect import Account, Collected, Health, Mirrors, collect, preview
from termintreu.reading.mirror import Mirror, Ours
from termintreu.recognition.contacts.address_books import AddressBooks, LookedUp
from termintreu.recognition.contacts.book import ContactBook
from termintreu.writing.apply import Applied, apply, ensure_collections


@dataclass(slots=True, kw_only=True)
class Accounts:
    """Everybody who is asked; long-lived. What they said is kept elsewhere (`State`)."""

    calendars: tuple[Account, ...]
    target: Target
    """The connector of the account that holds our own collections."""
    target_name: str
    contacts: ContactBook
    """The people of the moment."""
    address_books: AddressBooks = field(default_factory=AddressBooks)
    """What `contacts` is made of, beside the configuration."""
    logs: tuple[LogAccount, ...] = ()
    """The call logs, in the order of the configuration."""
    health: dict[str, Health] = field(default_factory=dict)
    """Of calendars, by account."""
    log_health: dict[str, Health] = field(default_factory=dict)
    """By name of the log."""
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

    @property
    def waits(self) -> float:
        """Seconds that are waited for answers from now on: where the cycle has an end, half of what is left, so that
        who is asked later, and what is to be written, has time too."""
        if self.ends is None:
            return self.patience
        return round(min(self.patience, max(0.0, self.ends - time.monotonic()) / 2), 1)

    @property
    def every_health(self) -> dict[str, Health]:
        """Of calendars and address books, by account."""
        return {**self.health, **self.address_books.health}

    async def ask(
        self,
        held: Mirrors,
        *,
        now: datetime,
        since: datetime,
        ours: Callable[[], Ours],
        due: frozenset[str] | None = None,
    ) -> Collected:
        """What the calendars say at `now` (UTC); the arguments are those of `collect`."""
        return await self._collect(self.calendars, held, now=now, since=since, ours=ours, due=due)

    async def ask_own(
        self,
        held: Mirrors,
        *,
        now: datetime,
        since: datetime,
        ours: Callable[[], Ours],
        anew: frozenset[str] = frozenset(),
    ) -> Collected:
        """What our own collections say, and nothing else in their account; `anew`: hrefs to be listed."""
        own = tuple(replace(account, watched=False) for account in self.calendars if account.own)
        return await self._collect(own, held, now=now, since=since, ours=ours, due=frozenset(), anew=anew)

    async def _collect(
        self,
        accounts: Sequence[Account],
        held: Mirrors,
        *,
        now: datetime,
        since: datetime,
        ours: Callable[[], Ours],
        due: frozenset[str] | None,
        anew: frozenset[str] = frozenset(),
    ) -> Collected:
        return await collect(
            accounts,
            held,
            now=now,
            since=since,
            health=self.health,
            due=due,
            progress=self.progress,
            ours=ours,
            patience=self.waits,
            arrived=self.arrived,
            anew=anew,
            is_last=self.ends is not None,
        )

    async def preview(self, start: datetime, end: datetime) -> dict[tuple[str, str], Mirror]:
        """What the calendars hold between two moments (UTC), where that is had without reading everything."""
        return await preview(self.calendars, start, end, patience=self.waits)

    async def listen(self, held: HeldLogs, *, now: datetime, since: datetime) -> Listened:
        """What the call logs say at `now`; entries from `since` (both UTC) on are kept."""
        return await listen(
            self.logs, held, now=now, since=since, health=self.log_health, patience=self.waits, ahead=self.ahead
        )

    async def look_up(self, held: Mirrors, now: datetime, *, due: frozenset[str] | None = None) -> LookedUp:
        """What the address books say at `now` (UTC); `contacts` are of that moment then."""
        found = await self.address_books.look_up(held, now=now, due=due, patience=self.waits, arrived=self.arrived)
        self.contacts = found.book or self.contacts
        return found

    def consult(self, held: Mirrors) -> None:
        """Make `contacts` of what is held of the address books, without asking them."""
        self.contacts = self.address_books.book(held) or self.contacts

    async def write(self, changes: Sequence[Change], own: Mirrors, now: datetime) -> Applied:
        """Carry out changes in our own collections. An account that refuses the log-in, or asks for a pause, is left
        alone from `now` (UTC) on."""
        written = await apply(
            changes,
            self.target,
            own,
            account=self.target_name,
            progress=self.progress,
            waits=lambda: self.waits,
        )
        health = self.health.setdefault(self.target_name, Health())
        if written.locked_out is not None:
            # It is left alone until its credentials change.
            health.unauthorized = written.locked_out
        if written.asked_to_wait is not None:
            health.failure, seconds = written.asked_to_wait
            health.failures += 1
            health.pause(now, seconds)
        return written

    async def make(self, missing: Mapping[str, str], looks: Mapping[str, Look]) -> dict[str, Collection]:
        """Make collections of our own: role to display name, and to what there is then; `looks`: how each is shown.
        Raises ConnectorError."""
        return await ensure_collections(self.target, missing, {}, looks)

    async def let_go(self) -> None:
        """Close what connections are idle; the next question opens them again."""
        if all(one.reading is None for one in self.every_health.values()):
            for account in self.calendars:
                await account.connector.close()
            await self.address_books.close()

    async def disconnect(self) -> None:
        """Give back connections."""
        for health in self.health.values():
            await health.give_up()
        for account in self.calendars:
            await account.connector.close()
        await self.address_books.close()
        for heard in self.logs:
            await heard.log.close()
