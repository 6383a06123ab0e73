"""What a profile's cycles know from one to the next: in the process, and in the memory behind a port."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from termintreu.config import Config
from termintreu.cycle.unchanged import Unchanged
from termintreu.judging.blindness import Trouble
from termintreu.model import Answer, CallRecord, HeldLogs, History, ItemRecord, Lesson, Observed
from termintreu.model.kept import REVIEW
from termintreu.planning.items.observe import observe
from termintreu.reading.collect import Mirrors
from termintreu.reading.mirror import NOTHING_OF_OURS, Mirror, Ours
from termintreu.writing.setbacks import NO_SETBACKS, Setbacks, taken_over

T = TypeVar("T")

FOREIGN = ""
"""As `State.revision`: somebody else changed the state meanwhile. It is no revision, so the next poll finds it
changed."""


class Memory(Protocol):
    """What is kept between cycles. Every method may raise StoreError, and nothing else."""

    @property
    def is_near(self) -> bool:
        """Whether small answers take no time worth speaking of just now."""

    def room(self) -> tuple[int, int] | None:
        """Bytes that are free on the disk of the state, and that it has; None where nobody knows."""

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
        lessons: Iterable[Lesson] = (),
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

    def erase_lessons(self, uids: Collection[str]) -> None:
        """Forget what the user taught by appointments of those UIDs."""

    def close(self) -> None:
        """Give the state back."""


@dataclass(slots=True, kw_only=True)
class State:
    """The cycle's own state; long-lived."""

    memory: Memory
    held: Mirrors | None = None
    """The mirrors as they are: loaded once, then kept in the process. Polls that judge nothing remember nothing."""
    stored: Mirrors = field(default_factory=dict)
    """The mirrors as they were remembered last."""
    logs: HeldLogs | None = None
    """The same as `held` for the call logs."""
    beginning: bool = False
    """The state is new, or was lost, and something is read for the first time."""
    revision: str | None = None
    """As this process knows it; None before anything was remembered, "" where somebody else changed the state
    meanwhile: that is no revision, so the next poll finds it changed."""
    unchanged: Unchanged | None = None
    """What the last judgement rested on, where it holds as long as nothing changes."""
    summary: dict[str, Any] | None = None
    """Of the last cycle, as it is remembered for `status`; None before the first."""
    troubles: tuple[Trouble, ...] | None = None
    """What is not seen, as of the last cycle; None before it is looked up."""
    alerted: dict[str, str] | None = None
    """What went by the second way: key to when (ISO 8601); None before it is looked up."""
    told_hours: dict[str, Any] | None = None
    """The working hours that a calendar server told, as they are remembered; see `cycle.told_hours`."""
    recalled_hours: bool = False
    """Whether what an earlier process remembered of them was looked up."""
    setbacks: Setbacks | None = None
    """Which of our items could not be written, and until when they are left alone; None: the last report says it."""
    tidied_on: date | None = None
    """The day (UTC) on which retention was last looked after."""
    _observed: dict[tuple[str, str | None], Observed | None] = field(default_factory=dict)
    """Our items as read, by href and ETag: one that has not changed is not parsed again."""
    _history: tuple[str | None, datetime, History] | None = None
    """As loaded last: the revision of the state, and as of when."""
    _ours: tuple[str | None, Ours] = (FOREIGN, NOTHING_OF_OURS)
    """What is remembered of our own items, and the revision of the state that says so."""

    async def refresh(self) -> Mirrors:
        """What is held, after a look whether somebody else changed the state: an answer from the shell, an erasure."""
        if (revision := await self.recall(self.memory.revision)) != self.revision:
            self.held, self.logs, self.revision = None, None, revision
        if self.held is None:
            self.held = self.stored = await asyncio.to_thread(self.memory.load_mirrors)
        return self.held

    async def recall(self, ask: Callable[[], T]) -> T:
        """A small answer of the memory: at once where that is near, else in a thread."""
        return ask() if self.memory.is_near else await asyncio.to_thread(ask)

    async def last_report(self) -> dict[str, Any]:
        """What was remembered of the last cycle; empty before the first."""
        return await self.recall(self.memory.last_report) or {}

    def take_over_setbacks(self, last: Mapping[str, Any]) -> None:
        """Once, from the last report: what failed in another process goes last, too. Whoever began this process wants
        it tried, so it does not wait."""
        if self.setbacks is None:
            self.setbacks = taken_over(last.get("setbacks"), waits=False)

    async def take_over_alerts(self) -> None:
        """Once, from the last report: what another process sent is not sent again."""
        if self.alerted is None:
            sent = (await self.last_report()).get("alerted")
            self.alerted = dict(sent) if isinstance(sent, dict) else {}

    @property
    def failing(self) -> Setbacks:
        """The setbacks, as far as they are known."""
        return self.setbacks or NO_SETBACKS

    async def first_run(self, now: datetime) -> datetime:
        """When the first cycle was remembered (UTC)."""
        return await self.recall(partial(self.memory.first_run, now))

    def load_history(self, now: datetime) -> History:
        """What is remembered, as of `now` (UTC); looked up when the state has changed, and once in a while, since what
        is dated ahead counts from then on."""
        held = self._history
        known = held is not None and held[0] == self.revision and self.revision not in {FOREIGN, None}
        if held is None or not known or not held[1] <= now < held[1] + REVIEW:
            held = self._history = self.revision, now, self.memory.load_history(now)
        return held[2]

    async def load_logs(self) -> HeldLogs:
        """What is held of the call logs."""
        return await asyncio.to_thread(self.memory.load_logs) if self.logs is None else self.logs

    def _ours_at(self, now: datetime) -> Ours:
        """What is remembered of our own items; looked up when the state has changed."""
        if self._is_ours_stale:
            records = self.load_history(now).items.values()
            self._ours = (
                self.revision,
                Ours(
                    standing=frozenset(one.href for one in records if one.status in {"live", "taken_over"}),
                    withdrawn=frozenset(one.href for one in records if one.status == "withdrawn"),
                ),
            )
        return self._ours[1]

    @property
    def _is_ours_stale(self) -> bool:
        return self.revision == FOREIGN or self.revision != self._ours[0]

    async def recall_ours(self, now: datetime) -> Callable[[], Ours]:
        """Look up what is remembered of our own items as of `now` (UTC), in a thread, before an account is asked about
        them."""
        if self._is_ours_stale:
            await asyncio.to_thread(self._ours_at, now)
        return cache(partial(self._ours_at, now))

    def observe(self, mirrors: Mirrors, zone: ZoneInfo) -> dict[str, Observed]:
        """Our own items as they stand, by href; what has not changed since the last time is not parsed again."""
        seen: dict[tuple[str, str | None], Observed | None] = {}
        for mirror in mirrors.values():
            for href, resource in mirror.resources.items() if mirror.roles else ():
                key = href, resource.etag
                known = self._observed.get(key)
                seen[key] = known if key in self._observed else observe(resource, mirror.collection.href, zone)
        self._observed = seen
        return {item.href: item for item in seen.values() if item is not None}

    async def remember(self, **what: Any) -> None:
        """`Memory.remember`, in a thread: the disk may be slow, or somebody else may hold the file."""
        written = await asyncio.to_thread(partial(self.memory.remember, **what))
        known = self.revision
        self.revision = written if known != FOREIGN and int(written) == int(known or 0) + 1 else FOREIGN

    async def remember_alerts(self, now: datetime) -> None:
        """What was sent after the cycle at `now` (UTC) was remembered: this process may end before the next one."""
        await self.remember(now=now, report={**await self.last_report(), "alerted": self.alerted or {}})

    def keep(self, mirrors: Mirrors, logs: HeldLogs) -> None:
        """Hold what was just remembered."""
        self.held, self.stored, self.logs = mirrors, mirrors, logs

    async def take_back(self, now: datetime) -> timedelta:
        """Let what was remembered as of later than `now` (UTC) count as of now; how far the clock was set back."""
        last = self.summary or await asyncio.to_thread(self.memory.last_report)
        ahead = timedelta(0) if last is None else datetime.fromisoformat(last["at"]) - now
        if ahead > timedelta(0):
            await asyncio.to_thread(self.memory.take_back, now)
            self.unchanged = None
        return max(ahead, timedelta(0))

    async def tidy(self, config: Config, now: datetime) -> None:
        """End retention, once a day (UTC)."""
        if self.tidied_on != now.date():
            kept = config.state
            await asyncio.to_thread(self.memory.forget, now - kept.retention, now - kept.outcomes)
            self.tidied_on = now.date()
