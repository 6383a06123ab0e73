"""Reading call logs: asks each what is new, and keeps the last days of it. One log's trouble never touches another's,
and nothing is concluded here. No number ever stands in a log line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from termintreu.model import HeldLogs, LogBook, LogEntry, LogReading, LogReport, LogState
from termintreu.model.errors import ConnectorError, Unauthorized, Unavailable
from termintreu.model.log_entries import merged
from termintreu.model.ports import CallLog
from termintreu.reading.collect import Health

log = structlog.get_logger(__name__)

_FIRST_PAUSE = 30.0
_LONGEST_PAUSE = 3600.0
_TOLD = 5
"""Bad lines that are told of in our own log, for each reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogAccount:
    """One log of the configuration."""

    name: str
    type: str
    log: CallLog
    prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listened:
    """What the logs have brought."""

    held: HeldLogs
    """To be remembered."""
    states: Mapping[str, LogState]
    """By name of the log."""
    reports: tuple[LogReport, ...] = ()


async def listen(
    accounts: Sequence[LogAccount],
    held: HeldLogs,
    *,
    now: datetime,
    since: datetime,
    health: dict[str, Health],
    patience: float | None = None,
    ahead: timedelta = timedelta(0),
) -> Listened:
    """Read every log, each on its own, all at once.

    Args:
        accounts: the logs.
        held: as remembered. What is held of a log that is not configured any more is dropped.
        now: UTC.
        since: UTC; earlier entries are not kept.
        health: by name; changed in place.
        patience: seconds for each log; None: as long as it takes.
        ahead: how far `now` lies ahead of the clock by which files are dated (`--at`): a file counts as of then.
    """
    readings = await asyncio.gather(
        *(
            _read(one, held.books.get(one.name), now, health.setdefault(one.name, Health()), patience)
            for one in accounts
        )
    )
    books = {name: book for name, book in held.books.items() if name in {one.name for one in accounts}}
    entries: list[LogEntry] = [entry for entry in held.entries if entry.log in books]
    states: dict[str, LogState] = {}
    for account, (reading, _) in zip(accounts, readings, strict=True):
        states[account.name] = LogState(name=account.name, prefixes=account.prefixes)
        if reading is not None:
            entries = merged([*entries, *reading.entries])
            books[account.name] = _book(held.books.get(account.name), reading)
            states[account.name] = _state(account, reading, entries, now, ahead)
    kept = tuple(entry for entry in entries if entry.at >= since)
    return Listened(
        held=HeldLogs(entries=kept, books=books),
        states=states,
        reports=tuple(
            _report(account, error, kept, books.get(account.name), health[account.name])
            for account, (_, error) in zip(accounts, readings, strict=True)
        ),
    )


def _state(
    account: LogAccount, reading: LogReading, entries: Sequence[LogEntry], now: datetime, ahead: timedelta
) -> LogState:
    """How far a log reaches: at least as far as its last entry, whatever time its file bears."""
    last = max((entry.at for entry in entries if entry.log == account.name and entry.at <= now), default=None)
    as_of, newest = (
        max(moment + ahead, last or moment) if moment is not None else None
        for moment in (reading.as_of, reading.newest)
    )
    return LogState(
        name=account.name,
        prefixes=account.prefixes,
        complete_until=min(as_of or now, now),
        newest=newest,
        shows_running=reading.shows_running,
    )


async def _read(
    account: LogAccount, book: LogBook | None, now: datetime, health: Health, patience: float | None
) -> tuple[LogReading | None, str | None]:
    """What is new, or why that is not known."""
    if health.unauthorized is not None:
        return None, health.unauthorized
    if health.not_before is not None and health.is_paused(now):
        return None, f"waiting until {health.not_before:%H:%M:%S} UTC before asking again"
    try:
        reading = await _in_time(account.log.read(book.position if book else None), patience)
    except ConnectorError as error:
        health.failures += 1
        if isinstance(error, Unauthorized):
            health.unauthorized = str(error)
        elif error.transient:
            pause = error.retry_after or min(_FIRST_PAUSE * 2.0 ** min(health.failures - 1, 7), _LONGEST_PAUSE)
            health.pause(now, pause)
        todo = "mend it; it is tried again, after a refused log-in once you reload (SIGHUP)"
        log.warning("call log failed", log=account.name, error=str(error), do=todo)
        return None, str(error)
    health.failures, health.not_before = 0, None
    for bad in reading.bad[:_TOLD]:
        log.warning("a line of a call log was skipped", log=account.name, line=bad.line, reason=bad.reason)
    return reading, None


async def _in_time(reading: Awaitable[LogReading], patience: float | None) -> LogReading:
    try:
        async with asyncio.timeout(patience):
            return await reading
    except TimeoutError:
        raise Unavailable(f"no answer within {patience or 0:g} s") from None


def _book(before: LogBook | None, reading: LogReading) -> LogBook:
    known = before.bad_lines if before is not None and not reading.fresh else 0
    return LogBook(position=reading.position, bad_lines=known + len(reading.bad))


def _report(
    account: LogAccount, error: str | None, entries: Sequence[LogEntry], book: LogBook | None, health: Health
) -> LogReport:
    own = [entry.at for entry in entries if entry.log == account.name]
    return LogReport(
        name=account.name,
        type=account.type,
        state="ok" if error is None else "unauthorized" if health.unauthorized else "stale" if book else "failed",
        error=error,
        last_entry=max(own, default=None),
        entries=len(own),
        bad_lines=book.bad_lines if book else 0,
    )
