"""One cycle, on one screen: read, understand, judge, plan, compare, write, remember.

    contacts   = look_up(address books)                only what changed in them
    mirrors    = collect(accounts)                     only what changed since the last token
    entries    = listen(call logs)                     only what is new in them
    calendar   = read_calendar(mirrors, window)        from here on pure: no I/O, no clock
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
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from termintreu.cycle.reconcile import observed_items, settle
from termintreu.cycle.report import Report, summary
from termintreu.cycle.unchanged import Quiet, is_settled
from termintreu.cycle.world import World
from termintreu.judging.judge import Judgement, judge
from termintreu.judging.rules import params_of
from termintreu.judging.rules.vague_time import VagueTimeParams
from termintreu.model import Call, Change, HeldLogs
from termintreu.planning import Planning
from termintreu.planning.moments import next_moment
from termintreu.reading.calendar import read_calendar
from termintreu.reading.call_logs import Listened, listen
from termintreu.reading.collect import Collected, Mirrors, look_ahead
from termintreu.reading.ical import Reader
from termintreu.recognition.past_calls import past_calls, slimmed

_AHEAD = timedelta(days=3)
"""What is looked at before everything is read for the first time."""


async def run_cycle(world: World, now: datetime, *, dry: bool = False, due: frozenset[str] | None = None) -> Report:
    """One cycle at `now` (UTC). `due` names the accounts to ask; None: all. Raises StoreError."""
    if (revision := await world.recall(world.memory.revision)) != world.revision:
        # Somebody else changed the state: an answer from the shell, an erasure.
        world.held, world.heard, world.revision = None, None, revision
    if world.held is None:
        world.held = world.stored = await asyncio.to_thread(world.memory.load_mirrors)
    held = world.held
    world.beginning = _is_unread(world, held) and await _is_new(world, now)
    looked_up = await world.look_up(held, now, due=due)
    written_first = await _first_look(world, now) if not held and not dry else ()
    await world.recall_ours(now)
    collected = await world.ask(held, now, due=due)
    listened = await _listen(world, now)
    mirrors = {**collected.mirrors, **looked_up.mirrors}
    same = not looked_up.changed and mirrors.keys() == held.keys()
    settled_before = world.quiet if same and not dry else None
    if settled_before is not None and settled_before.holds(collected, listened, revision, now):
        report = settled_before.again(collected, listened, looked_up, now)
        world.held = mirrors
        world.summary = _summary(world, report)
        return report
    # A large calendar takes its time: whoever shares the loop goes on meanwhile.
    past: tuple[Call, ...] = ()
    if world.beginning:
        past, collected = await asyncio.to_thread(_look_back, world, held, collected, now)
    judgement = await asyncio.to_thread(_understand, world, collected, listened, now, past)
    if world.beginning:
        listened = replace(listened, held=listened.held.since(_heard_since(world, now)))
    world.detector.forget()
    settled = await settle(world, collected, judgement, now, dry=dry)
    report = Report(
        at=now,
        sources=collected.sources,
        calls=judgement.calls,
        findings=judgement.findings,
        rejected=judgement.calendar.rejected,
        changes=(*written_first, *settled.changes),
        applied=not dry,
        held_back=tuple(world.texts.render(reason) for reason in settled.held_back),
        relationships=judgement.relationships,
        observed=settled.observed,
        call_logs=listened.reports,
        address_books=looked_up.reports,
        evidence=judgement.context.evidence,
    )
    if not dry:
        mirrors = {**settled.mirrors, **looked_up.mirrors}
        world.summary = _summary(world, report, settled.braked)
        await world.remember(
            now=now,
            items=settled.records,
            calls=judgement.seen,
            answers=judgement.heard,
            report=world.summary,
            mirrors_before=world.stored,
            mirrors_after=mirrors,
            logs=listened.held,
        )
        world.held, world.stored, world.heard = mirrors, mirrors, listened.held
        if world.tidied_on != now.date():
            kept = world.config.state
            await asyncio.to_thread(world.memory.forget, now - kept.retention, now - kept.outcomes)
            world.tidied_on = now.date()
        world.quiet = None if settled.open else _quiet(world, report, collected, listened, judgement)
    return report


def _summary(world: World, report: Report, braked: frozenset[str] = frozenset()) -> dict[str, Any]:
    return summary(report, world.zone, braked=braked, next_look=report.at + min(world.polls.values()))


def _quiet(
    world: World, report: Report, collected: Collected, listened: Listened, judgement: Judgement
) -> Quiet | None:
    """How long this judgement holds while nothing changes; None where it left something open."""
    if not is_settled(report, collected):
        return None
    context = judgement.context
    planning = Planning(context=context, texts=world.texts, findings=judgement.findings, params=world.params)
    return Quiet(
        report=report,
        collected=collected,
        listened=listened,
        revision=world.revision,
        until=next_moment(judgement.calls, planning),
    )


async def _first_look(world: World, now: datetime) -> tuple[Change, ...]:
    """Writes the reminders of the next days before the rest is read for the first time: a large calendar takes its
    time."""
    ahead = await look_ahead(world.accounts, now, now + _AHEAD, patience=world.waits)
    if not ahead:
        return ()
    await world.recall_ours(now)
    own = await world.ask({}, now, accounts=world.own_accounts, due=frozenset())
    if own.target_error is not None:
        return ()
    collected = Collected(mirrors={**ahead, **own.mirrors}, sources=(), frozen=frozenset(ahead))
    judgement = await asyncio.to_thread(_understand, world, collected, Listened(held=HeldLogs(), states={}), now)
    settled = await settle(world, collected, judgement, now, first=True)
    await world.remember(now=now, items=settled.records)
    # What failed is tried again with the rest, and told there.
    return tuple(change for change in settled.changes if change.result == "applied")


async def _listen(world: World, now: datetime) -> Listened:
    """What the call logs say of the days that calls are asked about."""
    since = now - world.reach if world.beginning else _heard_since(world, now)
    held = await asyncio.to_thread(world.memory.load_logs) if world.heard is None else world.heard
    return await listen(
        world.logs, held, now=now, since=since, health=world.log_health, patience=world.waits, ahead=world.ahead
    )


def _heard_since(world: World, now: datetime) -> datetime:
    return now - world.config.schedule.lookback - timedelta(days=1)


async def _is_new(world: World, now: datetime) -> bool:
    """Whether the state is so new that whatever was never read is read as far back as it goes. Not so in a state that
    somebody was erased from: there, nothing is held either, and what is forgotten is not to be looked for."""
    first = await world.recall(partial(world.memory.first_run, now))
    return now - first <= world.config.schedule.lookback


def _is_unread(world: World, held: Mirrors) -> bool:
    """Whether something of an account is to be read that never was."""
    read = {mirror.source for mirror in held.values() if mirror.checked_at is not None and not mirror.roles}
    unread = any(mirror.checked_at is None and not mirror.roles for mirror in held.values())
    return unread or any(account.watched and account.name not in read for account in world.accounts)


def _look_back(world: World, held: Mirrors, collected: Collected, now: datetime) -> tuple[tuple[Call, ...], Collected]:
    """The calls of long ago in what was read for the first time, and what was read without what is past."""
    config = world.config
    new = [
        mirror
        for key, mirror in collected.mirrors.items()
        if not mirror.roles and (key not in held or held[key].checked_at is None)
    ]
    past = past_calls(
        new,
        observed_items(collected.mirrors, world).values(),
        Reader(zone=world.zone, max_occurrences=config.limits.occurrences),
        config=config,
        book=world.book,
        zone=world.zone,
        vague_minutes=params_of(world.params, VagueTimeParams).minutes,
        window=(now - config.state.outcomes, now - config.schedule.lookback),
        logs=bool(world.logs),
    )
    since = now - max(config.state.retention, config.schedule.lookback)
    return past, replace(collected, mirrors={key: slimmed(mirror, since) for key, mirror in collected.mirrors.items()})


def _understand(
    world: World, collected: Collected, listened: Listened, now: datetime, past: tuple[Call, ...] = ()
) -> Judgement:
    schedule = world.config.schedule
    window = (now - schedule.lookback, now + schedule.horizon)
    return judge(
        read_calendar(collected.mirrors.values(), world.reader, window),
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
        complete=collected.is_complete,
        detector=world.detector,
        past=past,
    )
