"""One cycle, on one screen: read, recognise, judge, plan, compare, write, remember.

    contacts   = look_up(address books)                only what changed in them
    mirrors    = ask(accounts, call logs)              only what changed since the last token
    facts      = read(mirrors, window)                 from here on pure: no I/O, no clock
    calls      = recognise(facts)
    judgement  = judge(calls, rules, history, now)
    desired    = plan(calls, judgement)
    difference = diff(desired, observed, history)      three-way: wanted, found, last written
    written    = apply(difference)                     each write on its ETag
    remember(...)                                      one transaction

`run_cycle` stands around it: while nothing of what was read changes, and time alone changes nothing either, a poll ends
after asking (`unchanged`); before the very first reading there is a `preview`. A dry run stops before `apply` and
remembers nothing. A conflict is looked at afresh once, and then left to the next cycle. Nothing here decides anything;
each stage is a module of its own. What needs the processor or the state for long runs in a thread, one step at a time,
so that others who share the loop go on.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any

from termintreu.cycle.announce import announce
from termintreu.cycle.answers import Answers, ask, is_beginning, read
from termintreu.cycle.preview import preview
from termintreu.cycle.reconcile import Reconciled, Reconciliation
from termintreu.cycle.report import Report, summary
from termintreu.cycle.told_hours import take_over_hours
from termintreu.cycle.unchanged import Unchanged, has_converged
from termintreu.cycle.world import World
from termintreu.judging.blindness import unseen
from termintreu.judging.judge import Judgement, judge, recognise_calls
from termintreu.model import Change, Occurrence
from termintreu.planning import Planning
from termintreu.planning.moments import next_moment
from termintreu.reading.collect import Mirrors
from termintreu.writing.setbacks import handed_on


async def run_cycle(world: World, now: datetime, *, dry: bool = False, due: frozenset[str] | None = None) -> Report:
    """One cycle at `now` (UTC). `due` names the accounts to ask; None: all. Raises StoreError."""
    held = await world.state.refresh()
    revision = world.state.revision
    world.state.beginning = await is_beginning(world, held, now)
    looked_up = await world.accounts.look_up(held, now, due=due)
    written_first = await preview(world, looked_up, now) if not held and not dry else ()
    answers = await ask(world, looked_up, now, due=due)
    await take_over_hours(world, now)
    if not dry and (report := _skip(world, held, answers, revision, now)) is not None:
        await announce(world, report)
        return report
    report = await _cycle(world, answers, now, dry=dry, written_first=written_first)
    world.settings.forget()
    if not dry:
        await announce(world, report)
        await world.state.tidy(world.config, now)
    return report


async def _cycle(
    world: World, answers: Answers, now: datetime, *, dry: bool, written_first: tuple[Change, ...]
) -> Report:
    facts, answers = await read(world, answers, now)
    found = await asyncio.to_thread(recognise_calls, facts, world.settings, now)
    judgement = await asyncio.to_thread(judge, facts, found, world.settings, now)
    rounds = await Reconciliation.begun(world, answers.collected, judgement, facts.observed, now, dry=dry)
    while rounds.is_open:
        desired = rounds.plan()
        difference = rounds.diff(desired)
        await rounds.apply(difference)
    report = _report(world, answers, judgement, rounds.result, now, dry=dry)
    report = replace(report, changes=(*written_first, *report.changes))
    if not dry:
        await _remember(world, answers, judgement, rounds.result, report)
    return report


def _skip(world: World, held: Mirrors, answers: Answers, revision: str | None, now: datetime) -> Report | None:
    """The report of a poll in which nothing has to be judged; None where something has."""
    before, mirrors = world.state.unchanged, answers.mirrors
    if before is None or answers.looked_up.changed or mirrors.keys() != held.keys():
        return None
    if not before.holds(answers.collected, answers.listened, revision, now):
        return None
    report = before.again(answers.collected, answers.listened, answers.looked_up, now)
    world.state.held, world.state.summary = mirrors, _summary(world, report)
    return report


def _report(
    world: World, answers: Answers, judgement: Judgement, reconciled: Reconciled, now: datetime, *, dry: bool
) -> Report:
    return Report(
        at=now,
        sources=answers.collected.sources,
        calls=judgement.calls,
        findings=judgement.findings,
        rejected=judgement.calendar.rejected,
        changes=reconciled.changes,
        applied=not dry,
        held_back=tuple(world.texts.render(reason) for reason in reconciled.held_back),
        relationships=judgement.relationships,
        observed=reconciled.observed,
        call_logs=answers.listened.reports,
        address_books=answers.looked_up.reports,
        evidence=judgement.context.evidence,
        blind=unseen(judgement.troubles, world.config.alerts.blind_after),
        skipped=judgement.skipped,
        others=_others(judgement) if dry else (),
    )


def _others(judgement: Judgement) -> tuple[Occurrence, ...]:
    calls = {(call.occurrence.uid, call.start) for call in judgement.calls}
    calls |= {(one.occurrence.uid, one.occurrence.start) for one in judgement.skipped}
    found = (one for one in judgement.calendar.occurrences if not one.own and (one.uid, one.start) not in calls)
    return tuple(sorted(found, key=lambda one: one.start))


async def _remember(
    world: World, answers: Answers, judgement: Judgement, reconciled: Reconciled, report: Report
) -> None:
    """One transaction; after it the state knows what this judgement rested on."""
    state = world.state
    await state.take_over_alerts()
    mirrors = {**reconciled.mirrors, **answers.looked_up.mirrors}
    state.summary = _summary(world, report, reconciled.braked)
    await state.remember(
        now=report.at,
        items=reconciled.records,
        calls=judgement.seen,
        answers=judgement.heard,
        lessons=judgement.learned,
        report={
            **state.summary,
            "setbacks": handed_on(state.failing),
            "troubles": [one.to_json() for one in judgement.troubles],
            "alerted": state.alerted or {},
        },
        mirrors_before=state.stored,
        mirrors_after=mirrors,
        logs=answers.listened.held,
    )
    state.keep(mirrors, answers.listened.held)
    state.troubles = judgement.troubles
    state.unchanged = None if reconciled.open else _unchanged(world, answers, judgement, report)


def _summary(world: World, report: Report, braked: frozenset[str] = frozenset()) -> dict[str, Any]:
    found = summary(report, world.zone, braked=braked, next_poll=report.at + min(world.polls.values()))
    return {**found, "working_hours": world.state.told_hours}


def _unchanged(world: World, answers: Answers, judgement: Judgement, report: Report) -> Unchanged | None:
    """How long this judgement holds while nothing changes; None where it left something open."""
    if not has_converged(report, answers.collected):
        return None
    context, settings = judgement.context, world.settings
    planning = Planning(context=context, texts=world.texts, findings=judgement.findings, params=settings.params)
    return Unchanged(
        report=report,
        collected=answers.collected,
        listened=answers.listened,
        revision=world.state.revision,
        until=next_moment(judgement.calls, planning),
    )
