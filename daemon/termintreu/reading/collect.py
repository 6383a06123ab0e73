"""Reading: asks every account that is due what has changed, and takes the answers into the mirrors.

Nothing is decided here about calls, and nothing is written anywhere. One account's trouble never touches another's,
nor one collection's (`account_reading`): what was known stays in force and is frozen for the cycle.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import structlog

from termintreu.model import Collection, Snapshot, SourceReport
from termintreu.model.defects import log_defect
from termintreu.model.errors import ConnectorError
from termintreu.model.ports import LooksAhead
from termintreu.model.progress import SILENT, Progress
from termintreu.reading.account_reading import AccountReading, concerns_account
from termintreu.reading.accounts import Account, discovered, nothing_found, wanted
from termintreu.reading.health import Health
from termintreu.reading.mirror import Mirror, Mirrors, Ours, absorb

__all__ = [
    "Account",
    "Collected",
    "Health",
    "Mirrors",
    "collect",
    "discovered",
    "nothing_found",
    "preview",
    "wanted",
]

log = structlog.get_logger(__name__)

_SHARE = 20.0
"""Seconds for the preview of one calendar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What reading has brought."""

    mirrors: Mapping[tuple[str, str], Mirror]
    sources: tuple[SourceReport, ...]
    frozen: frozenset[tuple[str, str]] = frozenset()
    """Mirrors of collections from which nothing may be concluded that is absent, in this cycle."""
    target_error: str | None = None
    """Why our own collections could not be read; then nothing is written in this cycle."""
    target_errors: Mapping[str, str] = field(default_factory=dict)
    """The same for single ones, by href: nothing is written there, and the others are written to."""

    @property
    def is_complete(self) -> bool:
        """Whether every watched collection gave an answer to rely on."""
        watched = {key for key, mirror in self.mirrors.items() if not mirror.roles}
        return not watched & self.frozen and all(source.state == "ok" for source in self.sources)


async def collect(
    accounts: Sequence[Account],
    mirrors: Mirrors,
    *,
    now: datetime,
    since: datetime,
    health: dict[str, Health],
    due: frozenset[str] | None = None,
    progress: Progress = SILENT,
    ours: Callable[[], Ours] = Ours,
    patience: float | None = None,
    arrived: Callable[[str], None] = lambda _: None,
    anew: frozenset[str] = frozenset(),
    is_last: bool = False,
) -> Collected:
    """Ask the accounts that are due (None: all), each on its own, all at once.

    An account that has not answered within `patience` is not waited for: what was known of it stays in force,
    nothing is concluded from it, and the reading goes on beside the cycles until one finds it done.

    Args:
        accounts: in the order of the configuration.
        mirrors: what is held.
        now: UTC.
        since: UTC; what lies before it is kept as an ETag only.
        health: by account name; changed in place.
        due: names of accounts to ask. An account that holds our own collections has those read in any case.
        progress: is told of each collection.
        ours: what is remembered of our own items.
        patience: seconds; None: as long as it takes.
        arrived: is told the name of an account that was not waited for, when its reading is done.
        anew: hrefs of collections that are listed, whatever their tokens say.
        is_last: no cycle comes after this one: what would take longer than `patience` is broken off, so that the rest
            of its account counts.
    """

    def of(account: Account, progress: Progress = SILENT) -> AccountReading:
        one = health[account.name]
        return AccountReading(
            account,
            mirrors,
            now=now,
            since=since,
            health=one,
            progress=progress,
            ours=ours,
            anew=anew,
            seconds=patience if is_last else None,
        )

    begun: set[asyncio.Task[AccountReading]] = set()
    for account in accounts:
        one = health.setdefault(account.name, Health())
        if one.reading is None or one.reading.cancelled():
            watched = account.watched and (due is None or account.name in due)
            one.reading = asyncio.create_task(of(account, progress).run(watched=watched))
            begun.add(one.reading)
    if begun:
        await asyncio.wait(begun, timeout=patience)
    readings = []
    for account in accounts:
        one = health[account.name]
        if one.reading is not None and one.reading.done():
            task, one.reading = one.reading, None
            readings.append(_ended(task, of(account)))
        else:
            if one.reading in begun:
                one.reading.add_done_callback(partial(_tell, arrived, account.name))
            readings.append(of(account).not_waited_for(patience))
    merged: dict[tuple[str, str], Mirror] = {}
    for reading in readings:
        merged.update(reading.mirrors)
    return Collected(
        mirrors=merged,
        sources=tuple(reading.report for reading in readings if reading.account.watched),
        frozen=frozenset(key for reading in readings for key in reading.frozen),
        target_error=next((reading.own_error for reading in readings if reading.own_error), None),
        target_errors={href: why for reading in readings for href, why in reading.own_errors.items()},
    )


async def preview(
    accounts: Sequence[Account], start: datetime, end: datetime, *, patience: float | None = None
) -> dict[tuple[str, str], Mirror]:
    """What the watched calendars hold between two moments (UTC), as far as it is had without reading everything.

    A preview: it may be asked of accounts of which nothing is held, and failure, or no answer within `patience`
    (seconds), is left to the reading proper.
    """
    previews = [
        _previewed(one, one.connector, start, end, patience)
        for one in accounts
        if isinstance(one.connector, LooksAhead)
    ]
    return {mirror.key: mirror for mirrors in await asyncio.gather(*previews) for mirror in mirrors}


async def _previewed(
    account: Account, connector: LooksAhead, start: datetime, end: datetime, patience: float | None
) -> list[Mirror]:
    mirrors: list[Mirror] = []
    in_a_row = 0
    loop = asyncio.get_running_loop()
    ends = None if patience is None else loop.time() + patience
    try:
        async with asyncio.timeout(patience):
            for collection in await account.connector.collections():
                if collection.name in account.own.values() or not (account.watched and wanted(account, collection)):
                    continue
                share = _SHARE if ends is None else min(_SHARE, max(0.0, ends - loop.time()) / 2)
                try:
                    async with asyncio.timeout(share):
                        mirrors += await _ahead(account, connector, collection, start, end)
                    in_a_row = 0
                except TimeoutError:
                    log.info("no preview of one calendar", account=account.name, error="no answer in time")
                except ConnectorError as error:
                    if concerns_account(error, answered=bool(mirrors), in_a_row=in_a_row):
                        raise
                    in_a_row += 1
    except (ConnectorError, TimeoutError) as error:
        log.info("no preview", account=account.name, error=str(error) or "no answer in time")
    except Exception as defect:  # noqa: BLE001 - the reading proper tells of it; the other accounts are looked at
        log_defect(log, "a preview failed by a defect", defect)
    return mirrors


async def _ahead(
    account: Account, connector: LooksAhead, collection: Collection, start: datetime, end: datetime
) -> list[Mirror]:
    resources = await connector.ahead(collection, start, end)
    if resources is None:
        return []
    fresh = Mirror(source=account.name, collection=collection)
    seen = Snapshot(collection=collection, token=None, full=True, changed=tuple(resources), complete=False)
    return [absorb(fresh, seen, now=start, since=start).mirror]


def _ended(task: asyncio.Task[AccountReading], blank: AccountReading) -> AccountReading:
    """What a reading brought; `blank`, one that has not begun, says so where it ended in a defect."""
    if task.cancelled():
        return blank.broken(asyncio.CancelledError())
    defect = task.exception()
    if defect is None:
        return task.result()
    if not isinstance(defect, Exception):
        raise defect
    return blank.broken(defect)


def _tell(arrived: Callable[[str], None], account: str, task: asyncio.Task[AccountReading]) -> None:
    if not task.cancelled():
        arrived(account)
