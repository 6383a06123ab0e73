"""The first lines of the cycle: what address books, calendars and call logs answer, each asked for what is new."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from termintreu.cycle.looks import looks_of
from termintreu.cycle.world import World
from termintreu.judging.judge import Facts
from termintreu.judging.rules.vague_time import VagueTimeParams
from termintreu.model import HeldLogs, Observed
from termintreu.model.coverage import Coverage
from termintreu.reading.calendar import read_calendar
from termintreu.reading.call_logs import Listened
from termintreu.reading.collect import Collected, Mirrors
from termintreu.reading.ical import Reader
from termintreu.recognition.contacts.address_books import LookedUp
from termintreu.recognition.past_calls import Past, past_calls, slimmed

NO_LOGS = Listened(held=HeldLogs(), states={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What was read in one cycle."""

    collected: Collected
    listened: Listened = NO_LOGS
    looked_up: LookedUp

    @property
    def mirrors(self) -> Mirrors:
        """Of calendars and address books."""
        return {**self.collected.mirrors, **self.looked_up.mirrors}


async def ask(world: World, looked_up: LookedUp, now: datetime, *, due: frozenset[str] | None) -> Answers:
    """What calendars and call logs say at `now` (UTC), beside what address books said; `due` (None: all) are asked."""
    collected = await world.ask(now, due=due)
    since = now - world.reach if world.state.beginning else _heard_since(world, now)
    listened = await world.accounts.listen(await world.state.load_logs(), now=now, since=since)
    return Answers(collected=collected, listened=listened, looked_up=looked_up)


async def is_beginning(world: World, held: Mirrors, now: datetime) -> bool:
    """Whether something is read for the first time, into a state so new that it is read as far back as it goes. Not so
    in a state that somebody was erased from: there, nothing is held either, and what is forgotten is not to be looked
    for."""
    return _is_unread(world, held) and now - await world.state.first_run(now) <= world.config.schedule.lookback


def facts_of(world: World, answers: Answers, now: datetime, *, whole: bool) -> tuple[Facts, Answers]:
    """What the answers say at `now` (UTC), beside what is remembered; and the answers as they are held from then on.

    `whole`: they are all there is; what is read for the first time is looked through as far back as it goes.
    """
    observed = world.observe(answers.collected.mirrors)
    past = Past()
    begins = whole and world.state.beginning
    if begins:
        past = _look_back(world, answers.collected, observed, now)
        answers = _slimmed(world, answers, now)
    window = world.settings.window(now)
    looks, troubles = looks_of(world, answers.collected, answers.listened, answers.looked_up)
    facts = Facts(
        calendar=read_calendar(answers.collected.mirrors.values(), world.settings.reader, window),
        coverage=_coverage(world, answers.collected, window),
        observed=observed,
        history=world.state.load_history(now),
        book=world.accounts.contacts,
        entries=answers.listened.held.entries,
        logs=answers.listened.states,
        looks=looks,
        troubles=troubles,
        past=past.calls,
        lessons=past.lessons,
    )
    if begins:
        lean = answers.listened.held.since(_heard_since(world, now))
        answers = replace(answers, listened=replace(answers.listened, held=lean))
    return facts, answers


async def read(world: World, answers: Answers, now: datetime, *, whole: bool = True) -> tuple[Facts, Answers]:
    """As `facts_of`, in a thread: a large calendar takes its time, and whoever shares the loop goes on meanwhile."""
    return await asyncio.to_thread(facts_of, world, answers, now, whole=whole)


def _coverage(world: World, collected: Collected, window: tuple[datetime, datetime]) -> Coverage:
    own = world.accounts.target_name
    return Coverage(
        window=window,
        complete=collected.is_complete,
        frozen=frozenset(href for name, href in collected.frozen if name == own),
    )


def _heard_since(world: World, now: datetime) -> datetime:
    """From when on calls are asked about (UTC)."""
    return now - world.config.schedule.lookback - timedelta(days=1)


def _is_unread(world: World, held: Mirrors) -> bool:
    """Whether something of an account is to be read that never was."""
    read_ones = {mirror.source for mirror in held.values() if mirror.checked_at is not None and not mirror.roles}
    unread = any(mirror.checked_at is None and not mirror.roles for mirror in held.values())
    return unread or any(one.watched and one.name not in read_ones for one in world.accounts.calendars)


def _look_back(world: World, collected: Collected, observed: Mapping[str, Observed], now: datetime) -> Past:
    """What was read for the first time tells of long ago."""
    config, held = world.config, world.state.held or {}
    new = [
        mirror
        for key, mirror in collected.mirrors.items()
        if not mirror.roles and (key not in held or held[key].checked_at is None)
    ]
    return past_calls(
        new,
        observed.values(),
        Reader(zone=world.zone, max_occurrences=config.limits.occurrences),
        config=config,
        book=world.accounts.contacts,
        zone=world.zone,
        vague_minutes=world.settings.settings(VagueTimeParams).minutes,
        window=(now - config.state.outcomes, now - config.schedule.lookback),
        logs=bool(world.accounts.logs),
        now=now,
    )


def _slimmed(world: World, answers: Answers, now: datetime) -> Answers:
    """The answers without what is past: it is looked at once."""
    since = now - world.settings.kept
    lean = {key: slimmed(mirror, since) for key, mirror in answers.collected.mirrors.items()}
    return replace(answers, collected=replace(answers.collected, mirrors=lean))
