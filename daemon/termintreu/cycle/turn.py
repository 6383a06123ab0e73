"""One turn of one person: a cycle that ends in a report or in words, whatever happens in it, and what is logged of it.

Whoever runs turns (the daemon, a worker) shares this: trouble with the state or a defect of ours is logged here, and
ends the turn and nothing else.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.report import Report
from termintreu.cycle.world import World
from termintreu.model.defects import log_defect
from termintreu.model.errors import TermintreuError

log = structlog.get_logger(__name__)

DRAIN = 10.0
"""Seconds that a running cycle gets to finish after SIGTERM."""
LIMIT = 600.0
"""Seconds that a cycle may take where others share the process; then it is cut off, and tried again later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What became of it."""

    report: Report | None = None
    error: str | None = None
    """Why there is no report, in a sentence; None where the process is being stopped."""
    cut_off: bool = False
    """It took too long, or the process is being stopped: the world it worked with may still be in use."""


async def take(
    world: World, now: datetime, *, due: frozenset[str] | None, stopping: asyncio.Event, limit: float | None = None
) -> Turn:
    """Run a cycle. Once `stopping` is set it gets `DRAIN` seconds to finish; at any time `limit` seconds at most."""
    task = asyncio.create_task(_cycle(world, now, due))
    stop = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({task, stop}, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
        if not task.done() and stop.done():
            await asyncio.wait({task}, timeout=DRAIN)
        if not task.done():
            log.warning("the cycle was cut off; the next one completes it")
            task.cancel()
        return Turn(report=await task)
    except asyncio.CancelledError:
        if not task.done():
            task.cancel()
            raise
        return Turn(error=None if stop.done() else "the cycle took too long", cut_off=True)
    except TermintreuError as error:
        log.warning("cycle failed", error=str(error), do="mend what it names; the next cycle tries again")
        return Turn(error=str(error))
    except Exception as error:  # noqa: BLE001 - a defect in one cycle must end neither the process nor others' turns
        log_defect(log, "cycle failed by a defect", error)
        return Turn(error="a defect; the log names its kind and place")
    finally:
        stop.cancel()


async def _cycle(world: World, now: datetime, due: frozenset[str] | None) -> Report:
    if (ahead := await world.state.take_back(now)) > timedelta(0):
        log.warning("the clock was set back", seconds=int(ahead.total_seconds()), do="nothing, if it is right now")
    return await run_cycle(world, now, due=due)


def tell(report: Report, due: frozenset[str], *, among_many: bool = False) -> None:
    """Log a cycle: one line for it and one for each source and address book; among many people, only
    what is not as usual."""
    for source in report.sources:
        if source.name in due:
            say = log.debug if among_many and source.state == "ok" else log.info
            say("source", name=source.name, state=source.state, resources=source.resources, requests=source.requests)
    for book in report.address_books:
        if book.name in due:
            say = log.debug if among_many and book.state == "ok" else log.info
            say("address book", name=book.name, state=book.state, cards=book.cards, requests=book.requests)
    for reason in report.held_back:
        log.warning("held back", reason=reason)
    written = sum(change.result == "applied" for change in report.changes)
    say = log.debug if among_many and not written else log.info
    say(
        "cycle",
        calls=len(report.calls),
        findings=sum(map(len, report.findings.values())),
        written=written,
        rejected=len(report.rejected),
    )


def polled_soon(report: Report, world: World) -> set[str]:
    """Accounts to look at again soon."""
    stale = {source.name for source in report.sources if source.state == "stale"}
    stale |= {book.name for book in report.address_books if book.state == "stale"}
    # What goes on failing is left to its back-off.
    stale -= {name for name, health in world.accounts.every_health.items() if not health.is_open}
    again = any(
        change.result in {"conflict", "retry_later"} and not world.leaves_alone(change.slot, report.at)
        for change in report.changes
    )
    target = {world.accounts.target_name} if again else set()
    # A target that is not watched is read whenever another account is due.
    return stale | (target if target <= world.polls.keys() else set(world.polls))
