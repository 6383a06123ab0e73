"""The second half of a cycle: compare what is wanted with what stands in our own collections, and write the difference.

A conflict is looked at afresh once, and then left to the next cycle. Decides nothing itself: `plan`, `diff` do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from termintreu.cycle.world import World
from termintreu.judging.asked_calls import with_calls
from termintreu.judging.judge import Judgement
from termintreu.model import (
    CallRecord,
    Change,
    Collection,
    History,
    Item,
    ItemRecord,
    Message,
    Observed,
    Severity,
    Snapshot,
    call_key_of,
    msg,
)
from termintreu.model.coverage import Coverage
from termintreu.model.errors import ConnectorError, Forbidden
from termintreu.planning import Planning, plan
from termintreu.planning.items.slot_state import SlotState, slot_states
from termintreu.planning.offered_times import OfferedTimes
from termintreu.planning.weekly import week_keys
from termintreu.reading.adoption import is_foreign, refusal
from termintreu.reading.collect import Collected, Mirrors
from termintreu.reading.mirror import Mirror
from termintreu.writing.apply import Applied
from termintreu.writing.brakes import Policy
from termintreu.writing.diff import Diff, after_write, before_write, diff, without
from termintreu.writing.setbacks import after_round, in_turn, told
from termintreu.writing.slot_diff import Against

_ASKED_BEFORE = timedelta(days=1)
"""How far before its first cycle the program asks about calls: the last day is well remembered, and few."""
_ROUNDS = 3
"""Comparisons in one cycle: one more after our collections were made, and one after a conflict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What became of the difference between desired and observed."""

    changes: tuple[Change, ...]
    records: tuple[ItemRecord, ...]
    held_back: tuple[Message, ...]
    braked: frozenset[str]
    mirrors: Mirrors
    observed: Mapping[str, Observed]
    open: bool
    """Whether the next cycle has to go on with it: something could not be written, the brake waits for a second cycle,
    or something was learned of our items (a step that was ticked opens the next one)."""


@dataclass(slots=True, kw_only=True)
class Reconciliation:
    """The rounds of one cycle: plan, diff, apply, for as long as it is open. Nothing is written while our own
    collections cannot be read."""

    world: World
    judgement: Judgement
    now: datetime
    """UTC."""
    dry: bool
    """Nothing is written at all."""
    partly: bool
    """Only a part of the calendars is known: missing reminders are written, and nothing else."""
    last: Mapping[str, Any]
    """The report of the last cycle."""
    asked_since: datetime
    """UTC; calls that ended before are not asked about."""
    mirrors: dict[tuple[str, str], Mirror]
    observed: Mapping[str, Observed]
    """Our items as they stand in `mirrors`, each question with the calls that it is about."""
    coverage: Coverage
    history: History
    error: str | None
    """Why nothing can be written."""
    unreadable: Mapping[str, str]
    """hrefs of collections of our own into which nothing can be written, with why."""
    is_open: bool = True
    rounds: int = 0
    states: Mapping[str, SlotState] = field(default_factory=dict)
    """Of this round."""
    difference: Diff = field(default_factory=Diff)
    """The same."""
    changes: dict[str, Change] = field(default_factory=dict)
    """By UID, as they ended."""
    records: dict[str, ItemRecord] = field(default_factory=dict)
    """What was learned and written, by slot."""
    conflicts: set[str] = field(default_factory=set)
    """Slots that have met a conflict."""

    @classmethod
    async def begun(
        cls,
        world: World,
        collected: Collected,
        judgement: Judgement,
        observed: Mapping[str, Observed],
        now: datetime,
        *,
        dry: bool = False,
        partly: bool = False,
    ) -> Reconciliation:
        """One that has all it needs from the state; `observed`: our items as they stand in what was collected."""
        last = await world.state.last_report()
        world.state.take_over_setbacks(last)
        return cls(
            world=world,
            judgement=judgement,
            now=now,
            dry=dry,
            partly=partly,
            last=last,
            asked_since=await world.state.first_run(now) - _ASKED_BEFORE,
            mirrors=dict(collected.mirrors),
            observed=_with_calls(observed, world, judgement),
            coverage=judgement.coverage,
            history=judgement.history,
            error=collected.target_error,
            unreadable=collected.target_errors,
        )

    def plan(self) -> Sequence[Item]:
        """What should stand."""
        self.states = slot_states(self.observed.values(), self.history.items, self._keys())
        desired = plan(self.judgement.calls, self._planning(), kept=self.world.settings.planned)
        return [item for item in desired if item.kind == "reminder"] if self.partly else desired

    def diff(self, desired: Sequence[Item]) -> Diff:
        """What has to change."""
        settings = self.world.settings
        found = diff(
            desired,
            self.observed.values(),
            self.states,
            against=self._against(),
            policy=self._policy(),
            kept=settings.wanted,
        )
        settings.work_anew({call_key_of(slot) for slot in found.open})
        if self.partly:
            missing = tuple(change for change in found.changes if change.action == "create")
            found = replace(found, changes=missing, held_back=(), braked=frozenset())
        self.difference = without(found, self.unreadable)
        return self.difference

    async def apply(self, difference: Diff) -> None:
        """Write it. After our collections were made, and after a conflict, there is one more round."""
        self.rounds += 1
        self.is_open = False
        if self.dry:
            self.changes |= {change.uid: change for change in difference.changes}
        elif self.error is None and difference.changes and (missing := self._missing_roles()):
            # What the new collections can hold decides what is written into them.
            self.is_open = await self._make(missing) and self.rounds < _ROUNDS
        elif self.error is None:
            written = await self._carry_out(difference)
            if any(change.result == "conflict" for change in written.changes):
                await self._look_again(written)
                self.is_open = self.rounds < _ROUNDS

    @property
    def result(self) -> Reconciled:
        """What has become of it so far."""
        learned = bool(self.records) or bool(self.difference.records)
        return Reconciled(
            changes=tuple(_named(change, self.history.calls) for change in self.changes.values()),
            records=tuple(self.records.values()),
            held_back=(*self.difference.held_back, *self._unwritten()),
            braked=self.difference.braked,
            mirrors=self.mirrors,
            observed=self.observed,
            open=self.error is not None or bool(self.difference.braked) or learned,
        )

    def _unwritten(self) -> tuple[Message, ...]:
        """Why what is wanted could not be written."""
        if self.error is not None:
            return (msg("Nothing can be written into our own calendars now: {why:error}", why=self.error),)
        return () if self.dry else tuple(told(self.world.state.failing))

    def _keys(self) -> set[str]:
        """Of everything that an item of ours may be about: they name items whose mark a server dropped."""
        judgement, context = self.judgement, self.judgement.context
        return {
            *(call.key for call in (*judgement.calls, *judgement.past, *context.gone)),
            *(promise.key for promise in context.promises),
            *(trouble.key for trouble in judgement.troubles),
            *week_keys(context.clock.day_of(self.now)),
        }

    def _planning(self) -> Planning:
        """What the planners look at."""
        judgement, settings = self.judgement, self.world.settings
        context = judgement.context
        if context.history is not self.history:
            context = replace(context, history=self.history)
        offers = OfferedTimes(context=context)
        return Planning(
            context=context,
            texts=settings.texts,
            findings=judgement.findings,
            standing=self.states,
            params=settings.params,
            disabled=settings.disabled,
            reminders=settings.config.reminders,
            tasks_from=Severity[settings.config.tasks.from_.upper()],
            lookback=settings.config.schedule.lookback,
            damaged=context.damaged,
            verdicts=judgement.verdicts,
            past=judgement.past,
            troubles=judgement.troubles,
            gaps=judgement.gaps,
            blind_after=settings.config.alerts.blind_after,
            by_credential=settings.by_credential,
            login_commands=settings.login_commands,
            talks=judgement.talks,
            evidence=context.evidence,
            asked_since=self.asked_since,
            free_times_for=offers.free_times_for,
            free_times_from=offers.free_times_for,
            is_still_free=offers.is_free,
        )

    def _against(self) -> Against:
        """What the comparison looks at beside the items."""
        settings = self.world.settings
        return Against(
            now=self.now,
            collections=self._own_collections(),
            coverage=replace(self.coverage, remembered=bool(self.history.items)),
            lookback=settings.config.schedule.lookback,
            author=settings.author,
        )

    def _policy(self) -> Policy:
        """What is held back."""
        calls = (*self.judgement.calls, *self.judgement.past)
        sources = {call.key: call.occurrence.source for call in calls}
        day_ago = self.now - timedelta(days=1)
        return Policy(
            now=self.now,
            limits=self.world.config.limits,
            created_today=_created_since(self.history.items.values(), self.observed, day_ago, sources),
            agreed=frozenset(self.last.get("braked", ())),
            sources=sources,
        )

    def _own_collections(self) -> dict[str, Collection]:
        """Where items of each role go; one that does not exist yet stands there by its name."""
        names = self.world.settings.collections
        found = {role: m.collection for m in self.mirrors.values() for role in names if role in m.roles}
        return {role: found.get(role) or Collection(href=name, name=name) for role, name in names.items()}

    def _missing_roles(self) -> dict[str, str]:
        """Role to name of our own collections that are not there."""
        present = frozenset[str]().union(*(mirror.roles for mirror in self.mirrors.values()))
        return {role: name for role, name in self.world.settings.collections.items() if role not in present}

    async def _make(self, missing: dict[str, str]) -> bool:
        """Make collections of our own; whether that could be done."""
        try:
            self.mirrors |= await _made(self.world, missing, self.now)
        except ConnectorError as failure:
            self.error = str(failure)
            return False
        self.observed = _with_calls(self.world.observe(self.mirrors), self.world, self.judgement)
        return True

    async def _carry_out(self, difference: Diff) -> Applied:
        """Write what may be written now, and note what became of it; the rest is left alone."""
        state, now = self.world.state, self.now
        own = {key: mirror for key, mirror in self.mirrors.items() if mirror.roles}
        ready, waiting = in_turn(difference.changes, state.failing, now)
        turn = replace(difference, changes=tuple(ready))
        if ready:
            # Where nothing can be remembered, nothing is written: what the user then deletes would come back. The last
            # report is written once more, so that even where nothing is new the state proves that it can be written.
            await state.remember(
                now=now,
                items=before_write(turn, self.history.items, now),
                calls=self.judgement.seen,
                answers=self.judgement.heard,
                report=self.last or None,
            )
        written = await self.world.accounts.write(turn.changes, own, now)
        # The next discovery asks the server again.
        self.mirrors |= {key: _for_reading(one) for key, one in own.items() if one.collection.href in written.closed}
        self.records |= {one.slot: one for one in after_write(turn, written.changes, self.history.items, now)}
        self.changes |= {change.uid: change for change in (*waiting, *written.changes)}
        self.history = replace(self.history, items={**self.history.items, **self.records})
        conflicts = {change.slot for change in written.changes if change.result == "conflict"}
        # What met a conflict for the first time is looked at afresh; the second time it waits as what failed does.
        failed = written.failed - (conflicts - self.conflicts)
        state.setbacks = after_round(state.failing, difference.changes, written.changes, failed, now)
        self.conflicts |= conflicts
        return written

    async def _look_again(self, written: Applied) -> None:
        """Our own collections once more, after somebody else wrote there at the same time. Where a write met something
        else than was held, nothing is known by token: that one is listed."""
        own = {key: mirror for key, mirror in self.mirrors.items() if mirror.roles}
        anew = frozenset(change.collection for change in written.changes if change.result == "conflict")
        again = await self.world.ask_own(own, self.now, anew=anew)
        self.mirrors |= again.mirrors
        self.observed = _with_calls(self.world.observe(self.mirrors), self.world, self.judgement)
        frozen = frozenset(href for name, href in again.frozen if name == self.world.accounts.target_name)
        self.coverage = replace(self.coverage, frozen=self.coverage.frozen | frozen)
        self.error, self.unreadable = again.target_error, again.target_errors


def _with_calls(observed: Mapping[str, Observed], world: World, judgement: Judgement) -> Mapping[str, Observed]:
    return with_calls(observed, judgement.calls, judgement.history.calls, world.zone)


def _named(change: Change, calls: Mapping[str, CallRecord]) -> Change:
    """A deletion with the appointment that its item was about, as far as that is remembered: no item says so itself."""
    about = calls.get(call_key_of(change.slot)) if change.action == "delete" else None
    return change if about is None else replace(change, appointment_uid=about.uid, recurrence_id=about.recurrence_id)


async def _made(world: World, missing: dict[str, str], now: datetime) -> dict[tuple[str, str], Mirror]:
    """Collections of our own, made, as they are held from then on."""
    made = await world.accounts.make(missing, world.settings.looks)
    held = {one.href: await _held(world, one) for one in made.values()}
    by_href: dict[str, Mirror] = {}
    for role, collection in made.items():
        roles = by_href[collection.href].roles if collection.href in by_href else frozenset()
        by_href[collection.href] = Mirror(
            source=world.accounts.target_name,
            collection=collection,
            roles=roles | {role},
            token=None if held[collection.href].changed else held[collection.href].token,
            checked_at=None if held[collection.href].changed else now,
            discovered_at=now,
        )
    return {mirror.key: mirror for mirror in by_href.values()}


async def _held(world: World, collection: Collection) -> Snapshot:
    """What stands in a new collection: from here on deletions in it are told, not guessed from absence.

    Raises Forbidden where it is somebody else's.
    """
    snapshot = await world.accounts.target.changes(collection, None, {})
    if is_foreign(collection.name, snapshot.changed):
        raise Forbidden(refusal(collection.name))
    return snapshot


def _for_reading(mirror: Mirror) -> Mirror:
    return replace(mirror, collection=replace(mirror.collection, writable=False))


def _created_since(
    records: Iterable[ItemRecord], observed: Mapping[str, Observed], since: datetime, sources: Mapping[str, str]
) -> Counter[str]:
    """How many items stand that were new since then, by the source of their call. What was only found again (the state
    was lost) or changed says itself when it was created."""
    older = {href for href, item in observed.items() if item.created_at is not None and item.created_at < since}
    return Counter(
        sources.get(call_key_of(record.slot), "")
        for record in records
        if record.recorded_at >= since and record.status == "live" and record.href not in older
    )
