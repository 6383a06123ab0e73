"""Before the very first reading: the reminders of the next days are written before a large calendar has been read."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from termintreu.cycle.answers import Answers, read
from termintreu.cycle.reconcile import Reconciliation
from termintreu.cycle.world import World
from termintreu.judging.judge import judge, recognise_calls
from termintreu.model import Change
from termintreu.reading.collect import Collected
from termintreu.recognition.contacts.address_books import LookedUp

_AHEAD = timedelta(days=3)
"""What is looked at before everything is read for the first time."""


async def preview(world: World, looked_up: LookedUp, now: datetime) -> tuple[Change, ...]:
    """Write the reminders of the next days, as far as they are had from `now` (UTC) on without reading everything."""
    ahead = await world.accounts.preview(now, now + _AHEAD)
    if not ahead:
        return ()
    own = await world.ask_own({}, now)
    if own.target_error is not None:
        return ()
    collected = Collected(mirrors={**ahead, **own.mirrors}, sources=(), frozen=frozenset(ahead))
    facts, answers = await read(world, Answers(collected=collected, looked_up=looked_up), now, whole=False)
    found = await asyncio.to_thread(recognise_calls, facts, world.settings, now)
    judgement = await asyncio.to_thread(judge, facts, found, world.settings, now)
    rounds = await Reconciliation.begun(world, answers.collected, judgement, facts.observed, now, partly=True)
    while rounds.is_open:
        await rounds.apply(rounds.diff(rounds.plan()))
    await world.state.remember(now=now, items=rounds.result.records)
    # What failed is tried again with the rest, and told there.
    return tuple(change for change in rounds.result.changes if change.result == "applied")
