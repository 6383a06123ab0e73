"""What a profile's cycles work with: its settings, its accounts, and what is known from one cycle to the next.

Each of the three has its own owner: a reload makes new settings, answers and failures concern accounts, and only the
cycle changes the state. What needs two of them stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from termintreu.config import Config
from termintreu.cycle.accounts import Accounts
from termintreu.cycle.settings import Settings
from termintreu.cycle.state import Memory, State
from termintreu.model import Observed
from termintreu.model.ports import SecondWay
from termintreu.model.texts import Texts
from termintreu.reading.collect import Collected, Mirrors

__all__ = ["Accounts", "Memory", "Settings", "State", "World"]


@dataclass(slots=True, kw_only=True)
class World:
    """Everything one profile's cycles need; long-lived."""

    settings: Settings
    accounts: Accounts
    state: State
    second_way: SecondWay | None = None
    goes_on: bool = False
    """Whether this process looks again by itself, so that a long time in which it did not look was sleep."""

    @property
    def config(self) -> Config:
        """As in the settings."""
        return self.settings.config

    @property
    def zone(self) -> ZoneInfo:
        """As in the settings."""
        return self.settings.zone

    @property
    def texts(self) -> Texts:
        """As in the settings."""
        return self.settings.texts

    @property
    def memory(self) -> Memory:
        """As in the state."""
        return self.state.memory

    @property
    def polls(self) -> Mapping[str, timedelta]:
        """How often each watched account and each account of address books is asked."""
        usual = self.config.schedule.poll
        books = zip(self.accounts.address_books.accounts, self.config.address_books, strict=False)
        return {source.name: source.poll or usual for source in self.config.sources} | {
            one.account.name: wanted.poll or usual for one, wanted in books
        }

    @property
    def reach(self) -> timedelta:
        """How far back what is read is kept: as far as outcomes are, for once, where nothing was read before."""
        kept = self.settings.kept
        return max(kept, self.config.state.outcomes) if self.state.beginning else kept

    async def ask(self, now: datetime, *, due: frozenset[str] | None = None) -> Collected:
        """What the calendars that are due (None: all) say at `now` (UTC), after what is held of them."""
        ours = await self.state.recall_ours(now)
        return await self.accounts.ask(self.state.held or {}, now=now, since=now - self.reach, ours=ours, due=due)

    async def ask_own(self, held: Mirrors, now: datetime, *, anew: frozenset[str] = frozenset()) -> Collected:
        """What our own collections say at `now` (UTC), after `held`; `anew`: hrefs to be listed."""
        ours = await self.state.recall_ours(now)
        return await self.accounts.ask_own(held, now=now, since=now - self.reach, ours=ours, anew=anew)

    def observe(self, mirrors: Mirrors) -> dict[str, Observed]:
        """Our own items as they stand in the mirrors, by href."""
        return self.state.observe(mirrors, self.zone)

    def leaves_alone(self, slot: str, now: datetime) -> bool:
        """Whether what failed in a slot waits for longer than from one poll to the next, counted from `now` (UTC)."""
        setback = self.state.failing.get(slot)
        polls = self.polls
        poll = polls.get(self.accounts.target_name) or min(polls.values(), default=timedelta(0))
        return setback is not None and setback.until - now >= poll

    async def disconnect(self) -> None:
        """Give back connections."""
        if self.second_way is not None:
            await self.second_way.end()
        await self.accounts.disconnect()

    async def close(self) -> None:
        """Give back connections and the state."""
        await self.disconnect()
        self.memory.close()
