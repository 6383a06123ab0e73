"""One cycle, on one screen: read, understand, judge, plan, compare, write, remember.

    mirrors    = collect(accounts)                     only what changed since the last token
    entries    = listen(call logs)                     only what is new in them
    calendar   = read(mirrors, window)                 from here on pure: no I/O, no clock
    calls      = recognise(calendar, contacts)
    evidence   = gather(calls, entries)                what the logs show of each
    findings   = assess(calls, rules, history, now)
    desired    = plan(calls, findings, history, now)
    difference = diff(desired, observed, history)      three-way: wanted, found, last written
    applied    = apply(difference)                     each write on its ETag
    remember(...)                                      one transaction

While nothing of what was read changes, and time alone changes nothing either, a cycle ends after reading (`quiet`).
A dry run stops before `apply` and remembers nothing. A conflict is looked at afresh once, and then left to the next
cycle. Nothing here decides anything; each stage is a module of its own. What needs the processor or the state for
long runs in a thread, one step at a time, so that others who share the loop go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from termintreu.apply import apply, ensure_collections
from termintreu.collect import Account, Collected, Mirrors, collect
from termintreu.diff import Diff, after_write, before_write, diff
from termintreu.errors import ConnectorError
from termintreu.listen import Listened, listen
from termintreu.mirror import Mirror
from termintreu.model import Change, Collection, History, ItemRecord, Message, Observed, msg
from termintreu.observe import observe
from termintreu.offers import Offers
from termintreu.plan import Planning, plan
from termintreu.plan.moments import next_moment
from termintreu.quiet import Quiet, is_settled
from termintreu.report import Report, summary
from termintreu.standing import standing_items
from termintreu.understand import Understood, read, understand
from termintreu.world import World

_ASKED_BEFORE = timedelta(days=1)
"""How far before its first cycle the program asks about calls: the last day is well remembered, and few."""
_ROUNDS = 3
"""Comparisons in one cycle: one more after our collections were made, and one after a conflict."""


async def run_cycle(world: World, now: datetime, *, dry: bool = False, due: frozenset[str] | None = None) -> Report:
    """One cycle at `now` (UTC). `due` names the accounts to ask; None: all. Raises StoreError."""
    if (revision := world.memory.revision()) != world.revision:
        # Somebody else changed the state: an answer from the shell, an erasure.
        world.held, world.heard, world.revision = None, None, revision
    held = await asyncio.to_thread(world.memory.load_mirrors) if world.held is None else world.held
    collected = await _collect(world, world.accounts, held, now, due)
    listened = await _listen(world, now)
    if not dry and world.quiet is not None and world.quiet.holds(collected, listened, revision, now):
        report = world.quiet.again(collected, listened, now)
        world.summary = _summary(world, report)
        return report
    # A large calendar takes its time: whoever shares the loop goes on meanwhile.
    understood = await asyncio.to_thread(_understand, world, collected, listened, now)
    world.detector.forget()
    settled = await _settle(world, collected, understood, now, dry=dry)
    report = Report(
        at=now,
        sources=collected.sources,
        calls=understood.calls,
        findings=understood.findings,
        rejected=understood.calendar.rejected,
        changes=settled.changes,
        applied=not dry,
        held_back=tuple(world.texts.render(reason) for reason in settled.held_back),
        relations=understood.relations,
        observed=settled.observed,
        call_logs=listened.reports,
        evidence=understood.context.evidence,
    )
    if not dry:
        world.summary = _summary(world, report, settled.braked)
        await asyncio.to_thread(
            world.memory.remember,
            now=now,
            items=settled.records,
            calls=understood.seen,
            answers=understood.heard,
            report=world.summary,
            mirrors_before=held,
            mirrors_after=settled.mirrors,
            logs=listened.held,
        )
        world.held, world.heard = settled.mirrors, listened.held
        if world.tidied_on != now.date():
            world.memory.forget(now - world.config.state.retention, now - world.config.state.outcomes)
            world.tidied_on = now.date()
        world.revision = world.memory.revision()
        world.quiet = _quiet(world, report, collected, listened, understood)
    return report


def _summary(world: World, report: Report, braked: frozenset[str] = frozenset()) -> dict[str, Any]:
    return summary(report, world.zone, braked=braked, next_look=report.at + min(world.polls.values()))


def _quiet(
    world: World, report: Report, collected: Collected, listened: Listened, understood: Understood
) -> Quiet | None:
    """How long this judgement holds while nothing changes; None where it left something open."""
    if not is_settled(report, collected):
        return None
    context = understood.context
    planning = Planning(context=context, texts=world.texts, findings=understood.findings, params=world.params)
    return Quiet(
        report=report,
        collected=collected,
        listened=listened,
        revision=world.revision,
        until=next_moment(understood.calls, planning),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settled:
    """What became of the difference between desired and observed."""

    changes: tuple[Change, ...]
    records: tuple[ItemRecord, ...]
    held_back: tuple[Message, ...]
    braked: frozenset[str]
    mirrors: Mirrors
    observed: dict[str, Observed]


async def _collect(
    world: World, accounts: Sequence[Account], held: Mirrors, now: datetime, due: frozenset[str] | None
) -> Collected:
    """What the accounts say."""

    def withdrawn() -> frozenset[str]:
        records = world.memory.load_history(now).items.values()
        return frozenset(record.href for record in records if record.status == "withdrawn")

    return await collect(
        accounts,
        held,
        now=now,
        since=now - world.config.state.retention,
        health=world.health,
        due=due,
        progress=world.progress,
        withdrawn=withdrawn,
        patience=world.patience,
        arrived=world.arrived,
    )


async def _listen(world: World, now: datetime) -> Listened:
    """What the call logs say of the days that calls are asked about."""
    since = now - world.config.schedule.lookback - timedelta(days=1)
    held = world.memory.load_logs() if world.heard is None else world.heard
    return await listen(world.logs, held, now=now, since=since, health=world.log_health)


def _understand(world: World, collected: Collected, listened: Listened, now: datetime) -> Understood:
    schedule = world.config.schedule
    window = (now - schedule.lookback, now + schedule.horizon)
    watched = {key for key, mirror in collected.mirrors.items() if not mirror.roles}
    return understand(
        read(collected.mirrors.values(), world.reader, window),
        observed_items(collected.mirrors, world),
        world.memory.load_history(now),
        config=world.config,
        params=world.params,
        disabled=world.disabled,
        book=world.book,
        clock=world.clock,
        now=now,
        window=window,
        since=now - world.config.state.outcomes,
        entries=listened.held.entries,
        logs=listened.states,
        complete=not watched & collected.frozen and all(source.state == "ok" for source in collected.sources),
        detector=world.detector,
    )


async def _settle(world: World, collected: Collected, understood: Understood, now: datetime, *, dry: bool) -> _Settled:
    """Compare and write, twice at the most. Nothing is written while our own collections cannot be read."""
    last = world.memory.last_report() or {}
    agreed = frozenset(last.get("braked", ()))
    mirrors, frozen = dict(collected.mirrors), collected.frozen
    changes: dict[str, Change] = {}
    records: dict[str, ItemRecord] = {}
    history = understood.history
    difference = Diff()
    error = collected.target_error
    for _ in range(_ROUNDS):
        observed = observed_items(mirrors, world)
        difference = diff(
            plan(understood.calls, _planning(world, understood, observed, history)),
            observed.values(),
            history.items,
            now=now,
            collections=_own_collections(mirrors, world),
            frozen=frozenset(href for name, href in frozen if name == world.target_name),
            limits=world.config.limits,
            created_today=_created_since(history.items.values(), now - timedelta(days=1)),
            lookback=world.config.schedule.lookback,
            agreed=agreed,
        )
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
        if any(change.action == "delete" for change in difference.changes):
            world.memory.remember(now=now, items=before_write(difference, history.items, now))
        written = await apply(difference.changes, world.target, own, account=world.target_name, progress=world.progress)
        learned = after_write(difference, written, history.items, now)
        records |= {record.slot: record for record in learned}
        changes |= {change.uid: change for change in written}
        history = replace(history, items={**history.items, **records})
        if not any(change.result == "conflict" for change in written):
            break
        again = await _look_again(world, own, now)
        mirrors |= again.mirrors
        frozen, error = frozen | again.frozen, again.target_error
    held_back = difference.held_back
    if error is not None:
        held_back = (*held_back, msg("Nothing can be written into our own calendars now: {why:text}", why=error))
    return _Settled(
        changes=tuple(changes.values()),
        records=tuple(records.values()),
        held_back=held_back,
        braked=difference.braked,
        mirrors=mirrors,
        observed=observed_items(mirrors, world),
    )


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
    tokens = {one.href: await _token(world, one) for one in made.values()}
    by_href: dict[str, Mirror] = {}
    for role, collection in made.items():
        roles = by_href[collection.href].roles if collection.href in by_href else frozenset()
        by_href[collection.href] = Mirror(
            source=world.target_name,
            collection=collection,
            roles=roles | {role},
            token=tokens[collection.href],
            discovered_at=now,
        )
    return {mirror.key: mirror for mirror in by_href.values()}


async def _token(world: World, collection: Collection) -> str | None:
    """Where a new collection stands: from here on deletions in it are told, not guessed from absence."""
    snapshot = await world.target.changes(collection, None, {})
    return None if snapshot.changed else snapshot.token


async def _look_again(world: World, own: Mirrors, now: datetime) -> Collected:
    """Our own collections once more, after somebody else wrote there at the same time."""
    accounts = [replace(account, watched=False) for account in world.accounts if account.own]
    return await _collect(world, accounts, own, now, frozenset())


def _created_since(records: Iterable[ItemRecord], since: datetime) -> int:
    return sum(record.recorded_at >= since and record.status == "live" for record in records)


def _planning(world: World, understood: Understood, observed: dict[str, Observed], history: History) -> Planning:
    """What the planners look at."""
    context = replace(understood.context, history=history)
    offers = Offers(context=context)
    return Planning(
        context=context,
        texts=world.texts,
        findings=understood.findings,
        standing=standing_items(
            observed.values(),
            history.items,
            {call.key for call in (*understood.calls, *understood.past)} | {one.key for one in context.promises},
        ),
        params=world.params,
        disabled=world.disabled,
        lookback=world.config.schedule.lookback,
        damaged=context.damaged,
        verdicts=understood.verdicts,
        past=understood.past,
        talks=understood.talks,
        evidence=context.evidence,
        asked_since=world.memory.first_run(context.now) - _ASKED_BEFORE,
        slots_for=offers.slots_for,
        slot_free=offers.is_free,
    )
