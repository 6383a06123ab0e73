"""The second half of a cycle: compare what is wanted with what stands in our own collections, and write the difference.

A conflict is looked at afresh once, and then left to the next cycle. Decides nothing itself: `plan`, `diff` do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from termintreu.cycle.world import World
from termintreu.judging.judge import Judgement
from termintreu.model import (
    CallRecord,
    Change,
    Collection,
    History,
    ItemRecord,
    Message,
    Observed,
    Snapshot,
    call_key_of,
    msg,
)
from termintreu.model.errors import ConnectorError, Forbidden
from termintreu.planning import Planning, plan
from termintreu.planning.items.observe import observe
from termintreu.planning.items.slot_state import slot_states
from termintreu.planning.offered_times import OfferedTimes
from termintreu.reading.adoption import is_foreign, refusal
from termintreu.reading.collect import Collected, Mirrors
from termintreu.reading.mirror import Mirror
from termintreu.writing.apply import Applied, apply, ensure_collections
from termintreu.writing.diff import Diff, after_write, before_write, diff, without
from termintreu.writing.setbacks import after_round, in_turn, told

_ASKED_BEFORE = timedelta(days=1)
"""How far before its first cycle the program asks about calls: the last day is well remembered, and few."""
_ROUNDS = 3
"""Comparisons in one cycle: one more after our collections were made, and one after a conflict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of the difference between desired and observed."""

    changes: tuple[Change, ...]
    records: tuple[ItemRecord, ...]
    held_back: tuple[Message, ...]
    braked: frozenset[str]
    mirrors: Mirrors
    observed: dict[str, Observed]
    open: bool
    """Whether the next cycle has to go on with it: something could not be written, the brake wants it said twice, or
    something was learned of our items (a step that was ticked opens the next one)."""


async def settle(
    world: World,
    collected: Collected,
    judgement: Judgement,
    now: datetime,
    *,
    dry: bool = False,
    first: bool = False,
) -> Settled:
    """Compare and write, twice at the most. Nothing is written while our own collections cannot be read.

    Args:
        dry: nothing is written at all.
        first: only a part of the calendars is known: missing reminders are written, and nothing else.
    """
    last = await world.recall(world.memory.last_report) or {}
    agreed = frozenset(last.get("braked", ()))
    mirrors, frozen = dict(collected.mirrors), collected.frozen
    changes: dict[str, Change] = {}
    records: dict[str, ItemRecord] = {}
    history = judgement.history
    sources = {call.key: call.occurrence.source for call in (*judgement.calls, *judgement.past)}
    difference = Diff()
    error, unread = collected.target_error, collected.target_errors
    met: set[str] = set()
    asked_since = await world.recall(partial(world.memory.first_run, now)) - _ASKED_BEFORE
    for _ in range(_ROUNDS):
        observed = observed_items(mirrors, world)
        desired = plan(judgement.calls, _planning(world, judgement, observed, history, asked_since))
        difference = diff(
            [item for item in desired if item.kind == "reminder"] if first else desired,
            observed.values(),
            history.items,
            now=now,
            collections=_own_collections(mirrors, world),
            frozen=frozenset(href for name, href in frozen if name == world.target_name),
            limits=world.config.limits,
            created_today=_created_since(history.items.values(), observed, now - timedelta(days=1), sources),
            lookback=world.config.schedule.lookback,
            agreed=agreed,
            until=now + world.config.schedule.horizon,
            spared=judgement.left_out,
            sources=sources,
            author=world.author,
            gone=frozenset(key for key, record in history.calls.items() if record.gone_at is not None),
            seen=None if collected.is_complete else _seen(judgement),
        )
        if first:
            missing_ones = tuple(change for change in difference.changes if change.action == "create")
            difference = replace(difference, changes=missing_ones, held_back=(), braked=frozenset())
        difference = without(difference, unread)
        if dry or error is not None:
            changes |= {change.uid: change for change in difference.changes if dry}
            break
        if difference.changes and (missing := _missing_roles(mirrors, world)):
            try:
                mirrors |= await _make_collections(world, missing, now)
            except ConnectorError as failure:
                error = str(failure)
                break
            # What the new collections can hold decides what is written into them.
            continue
        own = {key: mirror for key, mirror in mirrors.items() if mirror.roles}
        turn, waiting, written = await _carry_out(
            world, difference, own, judgement=judgement, history=history, last=last, now=now
        )
        # The next discovery asks the server again.
        mirrors |= {key: _for_reading(one) for key, one in own.items() if one.collection.href in written.closed}
        learned = after_write(turn, written.changes, history.items, now)
        records |= {record.slot: record for record in learned}
        changes |= {change.uid: change for change in (*waiting, *written.changes)}
        history = replace(history, items={**history.items, **records})
        conflicts = {change.slot for change in written.changes if change.result == "conflict"}
        # What met a conflict for the first time is looked at afresh; the second time it waits as what failed does.
        failed = written.failed - (conflicts - met)
        world.setbacks = after_round(world.setbacks, difference.changes, written.changes, failed, now)
        met |= conflicts
        if not conflicts:
            break
        await world.recall_ours(now)
        again = await _look_again(world, own, now, conflicts=written.changes)
        mirrors |= again.mirrors
        frozen, error, unread = frozen | again.frozen, again.target_error, again.target_errors
    return Settled(
        changes=tuple(_named(change, history.calls) for change in changes.values()),
        records=tuple(records.values()),
        held_back=(*difference.held_back, *_unwritten(world, error, dry=dry)),
        braked=difference.braked,
        mirrors=mirrors,
        observed=observed_items(mirrors, world),
        open=error is not None or bool(difference.braked) or bool(records) or bool(difference.records),
    )


def _unwritten(world: World, error: str | None, *, dry: bool) -> tuple[Message, ...]:
    """Why what is wanted could not be written."""
    if error is not None:
        return (msg("Nothing can be written into our own calendars now: {why:text}", why=error),)
    return () if dry else tuple(told(world.setbacks))


async def _carry_out(
    world: World,
    difference: Diff,
    own: Mirrors,
    *,
    judgement: Judgement,
    history: History,
    last: Mapping[str, Any],
    now: datetime,
) -> tuple[Diff, list[Change], Applied]:
    """Write what may be written now: what that was, what is left alone, and what became of it."""
    ready, waiting = in_turn(difference.changes, world.setbacks, now)
    turn = replace(difference, changes=tuple(ready))
    if ready:
        # Where nothing can be remembered, nothing is written: what the user then deletes would come back. The last
        # report is written once more, so that even where nothing is new the state proves that it can be written.
        await world.remember(
            now=now,
            items=before_write(turn, history.items, now),
            calls=judgement.seen,
            answers=judgement.heard,
            report=last or None,
        )
    written = await apply(turn.changes, world.target, own, account=world.target_name, progress=world.progress)
    if written.locked_out is not None:
        world.lock_out_target(written.locked_out)
    if written.asked_to_wait is not None:
        world.spare_target(*written.asked_to_wait, now)
    return turn, waiting, written


def _named(change: Change, calls: Mapping[str, CallRecord]) -> Change:
    """A deletion with the appointment that its item was about, as far as that is remembered: no item says so itself."""
    about = calls.get(call_key_of(change.slot)) if change.action == "delete" else None
    return change if about is None else replace(change, appointment_uid=about.uid, recurrence_id=about.recurrence_id)


def observed_items(mirrors: Mirrors, world: World) -> dict[str, Observed]:
    """Our own items as they stand, by href; what has not changed since the last cycle is not parsed again."""
    seen: dict[tuple[str, str | None], Observed | None] = {}
    for mirror in mirrors.values():
        for href, resource in mirror.resources.items() if mirror.roles else ():
            key = href, resource.etag
            known = world.observed.get(key)
            seen[key] = known if key in world.observed else observe(resource, mirror.collection.href, world.zone)
    world.observed = seen
    return {item.href: item for item in seen.values() if item is not None}


def _own_collections(mirrors: Mirrors, world: World) -> dict[str, Collection]:
    """Where items of each role go; one that does not exist yet stands there by its name."""
    names = {"reminders": world.config.target.reminders, "tasks": world.config.target.tasks}
    found = {role: m.collection for m in mirrors.values() for role in names if role in m.roles}
    return {role: found.get(role) or Collection(href=name, name=name) for role, name in names.items()}


def _missing_roles(mirrors: Mirrors, world: World) -> dict[str, str]:
    """Role to name of our own collections that are not there."""
    present = frozenset[str]().union(*(mirror.roles for mirror in mirrors.values()))
    wanted = {"reminders": world.config.target.reminders, "tasks": world.config.target.tasks}
    return {role: name for role, name in wanted.items() if role not in present}


async def _make_collections(world: World, missing: dict[str, str], now: datetime) -> dict[tuple[str, str], Mirror]:
    made = await ensure_collections(world.target, missing, {})
    held = {one.href: await _held(world, one) for one in made.values()}
    by_href: dict[str, Mirror] = {}
    for role, collection in made.items():
        roles = by_href[collection.href].roles if collection.href in by_href else frozenset()
        by_href[collection.href] = Mirror(
            source=world.target_name,
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
    snapshot = await world.target.changes(collection, None, {})
    if is_foreign(collection.name, snapshot.changed):
        raise Forbidden(refusal(collection.name))
    return snapshot


async def _look_again(world: World, own: Mirrors, now: datetime, *, conflicts: Iterable[Change]) -> Collected:
    """Our own collections once more, after somebody else wrote there at the same time. Where a write met something else
    than was held, nothing is known by token: that one is listed."""
    anew = frozenset(change.collection for change in conflicts if change.result == "conflict")
    return await world.ask(own, now, accounts=world.own_accounts, due=frozenset(), anew=anew)


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


def _seen(judgement: Judgement) -> frozenset[str]:
    """Keys of the calls there are, and of those to come that were seen once, even if they are gone. Of the rest nothing
    is known but what our tasks say."""
    now = judgement.context.now
    ahead = {key for key, record in judgement.history.calls.items() if record.start > now}
    return frozenset({call.key for call in (*judgement.calls, *judgement.past)} | ahead)


def _planning(
    world: World, judgement: Judgement, observed: dict[str, Observed], history: History, asked_since: datetime
) -> Planning:
    """What the planners look at."""
    context = replace(judgement.context, history=history)
    offers = OfferedTimes(context=context)
    return Planning(
        context=context,
        texts=world.texts,
        findings=judgement.findings,
        standing=slot_states(
            observed.values(),
            history.items,
            {call.key for call in (*judgement.calls, *judgement.past)} | {one.key for one in context.promises},
        ),
        params=world.params,
        disabled=world.disabled,
        lookback=world.config.schedule.lookback,
        damaged=context.damaged,
        verdicts=judgement.verdicts,
        past=judgement.past,
        talks=judgement.talks,
        evidence=context.evidence,
        asked_since=asked_since,
        free_times_for=offers.free_times_for,
        free_times_from=offers.free_times_for,
        is_still_free=offers.is_free,
    )
