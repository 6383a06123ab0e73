"""Reading: asks every account that is due what has changed, and takes the answers into the mirrors.

Nothing is decided here about calls, and nothing is written anywhere. One account's trouble never touches another's:
what was known of it stays in force and its collections are frozen for the cycle.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from functools import partial

import structlog

from termintreu.adoption import is_foreign, refusal
from termintreu.errors import ConnectorError, NotFound, NotThereYet, Unauthorized
from termintreu.ical import MAX_COMPONENTS
from termintreu.mirror import NOTHING_OF_OURS, Absorbed, Mirror, Ours, absorb
from termintreu.model import Collection, Snapshot, SourceReport, SourceState
from termintreu.ports import LooksAhead, Source
from termintreu.progress import SILENT, Progress

log = structlog.get_logger(__name__)

DISCOVERY_EVERY = timedelta(minutes=15)
"""Collections that appear or vanish are noticed this late at the most; a poll in between costs one request each."""

_LONGEST_REST = 86_400.0
"""Seconds."""
_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)

_PATIENCE = "nothing, if it passes: it is tried again; else see `termintreu doctor`"
"""What to do about most failures."""
_GONE = "gone"
"""A mirror waits for the next discovery to say again that its collection is no longer there."""

Mirrors = Mapping[tuple[str, str], Mirror]
"""By account and href."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One connector and what it is used for."""

    name: str
    connector: Source
    type: str = "caldav"
    """As the configuration has it."""
    watched: bool = True
    """False: it only holds our own collections."""
    patterns: tuple[str, ...] = ()
    """Display names, patterns or hrefs of the collections that are read; empty: all."""
    reads: frozenset[str] = frozenset({"VEVENT", "VTODO"})
    """Components of the collections that are read."""
    own: Mapping[str, str] = field(default_factory=dict)
    """Role to display name of our own collections, where this account is the target."""
    max_events: int = MAX_COMPONENTS
    """Most events of one collection that are read."""

    @property
    def noun(self) -> str:
        """What its collections are, for messages."""
        return "address book" if "VCARD" in self.reads else "calendar"


@dataclass(slots=True, kw_only=True)
class Health:
    """How an account has fared in this process; the one thing here that changes in place."""

    unauthorized: str | None = None
    """Why the log-in was refused. It is not tried again until the configuration or its secrets change."""
    failures: int = 0
    not_before: datetime | None = None
    """UTC; the server asked us to stay away until then, or we back off."""
    rested_at: datetime | None = None
    """UTC; since when."""
    failure: str = ""
    """Why we back off."""
    state: SourceState = "ok"
    """As it was when the account was asked last; it holds until it is asked again."""
    errors: tuple[str, ...] = ()
    """What stands beside `state`."""
    reading: asyncio.Task[_Reading] | None = None
    """What is still being read: a cycle that did not wait for it leaves it to the next one."""

    async def give_up(self) -> None:
        """End a reading that nobody will ask for any more."""
        if self.reading is not None and self.reading.cancel():
            await asyncio.wait({self.reading})

    def rest(self, now: datetime, seconds: float) -> None:
        """Stay away for so many seconds from `now` (UTC), a day at the most: whoever asks for more is asked again."""
        self.rested_at = now
        self.not_before = now + timedelta(seconds=min(seconds, _LONGEST_REST))

    def rests(self, now: datetime) -> bool:
        """Whether to stay away still. Where the clock was set back meanwhile, nobody knows how long it has been."""
        return None not in (self.rested_at, self.not_before) and self.rested_at <= now < self.not_before  # type: ignore[operator]  # neither is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What reading has brought."""

    mirrors: Mapping[tuple[str, str], Mirror]
    sources: tuple[SourceReport, ...]
    frozen: frozenset[tuple[str, str]] = frozenset()
    """Mirrors whose absence of anything must not be believed in this cycle."""
    target_error: str | None = None
    """Why our own collections could not be read; then nothing is written in this cycle."""

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
) -> Collected:
    """Ask the accounts that are due (None: all), each on its own, all at once.

    An account that has not answered within `patience` is left out of this cycle: what was known of it stays in force,
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
        arrived: is told the name of an account that was left out, when its reading is done.
    """

    def of(account: Account, progress: Progress = SILENT) -> _Reading:
        return _Reading(
            account, mirrors, now=now, since=since, health=health[account.name], progress=progress, ours=ours
        )

    begun: set[asyncio.Task[_Reading]] = set()
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
            readings.append(task.result())
        else:
            if one.reading in begun:
                one.reading.add_done_callback(partial(_tell, arrived, account.name))
            readings.append(of(account).left_out(patience))
    merged: dict[tuple[str, str], Mirror] = {}
    for reading in readings:
        merged.update(reading.mirrors)
    return Collected(
        mirrors=merged,
        sources=tuple(reading.report for reading in readings if reading.account.watched),
        frozen=frozenset(key for reading in readings for key in reading.frozen),
        target_error=next((reading.own_error for reading in readings if reading.own_error), None),
    )


async def discovered(account: Account, remembered: Callable[[], Iterable[str]]) -> Sequence[Collection]:
    """The collections of an account; none where the folder of our own is still to be made. Raises ConnectorError, also
    where such a folder is missing although it held something.

    Args:
        account: to be asked.
        remembered: hrefs of our own collections and items, as far as they are remembered.
    """
    try:
        return await account.connector.collections()
    except NotThereYet as error:
        if any(href.startswith(error.href) for href in remembered()):
            raise
        return ()


async def look_ahead(
    accounts: Sequence[Account], start: datetime, end: datetime, *, patience: float | None = None
) -> dict[tuple[str, str], Mirror]:
    """What the watched calendars hold between two moments (UTC), as far as it is had without reading everything.

    A first look: it may be asked of accounts of which nothing is held, and failure, or no answer within `patience`
    (seconds), is left to the reading proper.
    """
    looks = [
        _look(one, one.connector, start, end, patience) for one in accounts if isinstance(one.connector, LooksAhead)
    ]
    return {mirror.key: mirror for mirrors in await asyncio.gather(*looks) for mirror in mirrors}


async def _look(
    account: Account, connector: LooksAhead, start: datetime, end: datetime, patience: float | None
) -> list[Mirror]:
    mirrors = []
    try:
        async with asyncio.timeout(patience):
            for collection in await account.connector.collections():
                if collection.name in account.own.values() or not (account.watched and wanted(account, collection)):
                    continue
                resources = await connector.ahead(collection, start, end)
                if resources is not None:
                    fresh = Mirror(source=account.name, collection=collection)
                    seen = Snapshot(
                        collection=collection, token=None, full=True, changed=tuple(resources), complete=False
                    )
                    mirrors.append(absorb(fresh, seen, now=start, since=start).mirror)
    except (ConnectorError, TimeoutError) as error:
        log.info("no first look", account=account.name, error=str(error) or "no answer in time")
    return mirrors


def _tell(arrived: Callable[[str], None], account: str, task: asyncio.Task[_Reading]) -> None:
    if not task.cancelled():
        arrived(account)


class _Reading:
    """One account's part of one cycle."""

    def __init__(
        self,
        account: Account,
        mirrors: Mirrors,
        *,
        now: datetime,
        since: datetime,
        health: Health,
        progress: Progress,
        ours: Callable[[], Ours],
    ) -> None:
        self.account = account
        self.now = now
        self.since = since
        self.health = health
        self.progress = progress
        self.ours = ours
        self.mirrors = {key: mirror for key, mirror in mirrors.items() if key[0] == account.name}
        self.frozen: set[tuple[str, str]] = set()
        self.own_error: str | None = None
        self._errors: list[str] = []
        self._doubts: list[str] = []
        self._state: SourceState = "ok"
        self._requests = 0

    @property
    def report(self) -> SourceReport:
        held = [mirror for mirror in self.mirrors.values() if not mirror.roles]
        checked = [mirror.checked_at for mirror in held if mirror.checked_at is not None]
        return SourceReport(
            name=self.account.name,
            state=self._state,
            error="; ".join(self._errors) or None,
            collections=len(held),
            resources=sum(mirror.count for mirror in held),
            requests=self._requests,
            checked_at=min(checked) if len(checked) == len(held) and checked else None,
        )

    async def run(self, *, watched: bool) -> _Reading:
        """Read; errors end up in the report. An account that is not asked is as it was."""
        if watched or self.account.own:
            await self._ask(watched=watched)
        if watched or self._state != "ok":
            self.health.state, self.health.errors = self._state, tuple(self._errors)
        else:
            self._state, self._errors = self.health.state, list(self.health.errors)
        return self

    def left_out(self, patience: float | None) -> _Reading:
        """The account in a cycle that did not wait for it any longer."""
        self._state = self._lasting_state()
        self._freeze_all(f"no answer within {patience or 0:g} s; it is taken into account when it comes")
        self.health.state, self.health.errors = self._state, tuple(self._errors)
        log.warning("account left out", account=self.account.name, state=self._state, error=self._errors[-1])
        return self

    async def _ask(self, *, watched: bool) -> None:
        if self._resting():
            return
        try:
            if self._discovery_due(watched=watched):
                await self._discover()
            asked = [key for key, mirror in self.mirrors.items() if watched or mirror.roles]
            self.progress.more("reading", len(asked))
            for key in sorted(asked, key=lambda key: bool(self.mirrors[key].roles)):
                await self._poll(key)
                self.progress.done("reading")
        except ConnectorError as error:
            self._failed(error)
        else:
            self.health.failures = 0
            self.health.not_before = None
            if self._doubts:
                self._state = self._lasting_state()
                if tuple(self._errors) != self.health.errors:
                    why = "; ".join(self._doubts)
                    log.warning("account failed", account=self.account.name, state=self._state, error=why, do=_PATIENCE)

    def _resting(self) -> bool:
        if self.health.unauthorized is not None:
            self._state = "unauthorized"
            self._freeze_all(self.health.unauthorized)
            return True
        if self.health.not_before is not None and self.health.rests(self.now):
            self._state = self._lasting_state()
            self._freeze_all(f"{self.health.failure} (asked again after {self.health.not_before:%H:%M:%S} UTC)")
            return True
        return False

    def _discovery_due(self, *, watched: bool) -> bool:
        """Each poll for appointments (`watched`) looks again while there is nothing to read, or what is held is not
        what the configuration wants now."""
        read = [mirror.collection for mirror in self.mirrors.values() if not mirror.roles]
        if watched and not (read and all(wanted(self.account, collection) for collection in read)):
            return True
        times = [mirror.discovered_at for mirror in self.mirrors.values()]
        return not times or any(at is None or abs(self.now - at) >= DISCOVERY_EVERY for at in times)

    async def _discover(self) -> None:
        before = self.account.connector.requests
        try:
            found = await discovered(self.account, self._remembered)
        finally:
            self._requests += self.account.connector.requests - before
        roles = self._roles(found)
        kept: dict[tuple[str, str], Mirror] = {}
        for collection in found:
            key = (self.account.name, collection.href)
            role = roles.get(collection.href, frozenset())
            if not role and not (self.account.watched and wanted(self.account, collection)):
                continue
            held = self.mirrors.get(key) or Mirror(source=self.account.name, collection=collection)
            pending = None if held.pending == _GONE else held.pending
            kept[key] = replace(held, collection=collection, roles=role, discovered_at=self.now, pending=pending)
        if self.account.watched and not any(not mirror.roles for mirror in kept.values()):
            # Names of calendars are other people's words: they are for the user, not for the log.
            self._doubt(nothing_found(self.account, found), logged=_lacking(self.account))
        for key, mirror in self.mirrors.items():
            was_there = mirror.resources or (mirror.roles and mirror.checked_at)
            if key not in kept and was_there and mirror.pending != _GONE:
                # A whole calendar that vanished is believed when the next poll says the same. One of our own that was
                # only left out must not get a double.
                kept[key] = replace(mirror, pending=_GONE, discovered_at=None)
        self.mirrors = kept

    def _remembered(self) -> Iterable[str]:
        ours = self.ours()
        return {href for _, href in self.mirrors} | ours.standing | ours.withdrawn

    def _roles(self, found: Sequence[Collection]) -> dict[str, frozenset[str]]:
        """href to roles of our own collections: as remembered, else by display name."""
        present = {collection.href for collection in found}
        roles: dict[str, frozenset[str]] = {}
        for role, name in self.account.own.items():
            remembered = [m.collection.href for m in self.mirrors.values() if role in m.roles and m.checked_at]
            named = [collection.href for collection in found if collection.name == name]
            for href in [*(href for href in remembered if href in present), *named][:1]:
                roles[href] = roles.get(href, frozenset()) | {role}
        return roles

    async def _poll(self, key: tuple[str, str]) -> None:
        mirror = self.mirrors[key]
        if mirror.pending == _GONE:
            self._note(key, f"one {self.account.noun} is not listed any more; this is believed when it is said twice")
            return
        before = self.account.connector.requests
        try:
            absorbed = await self._answer(mirror)
        except NotFound as error:
            # The next discovery tells whether it is really gone.
            self.mirrors[key] = replace(mirror, discovered_at=None)
            self._note(key, str(error))
            return
        finally:
            if not mirror.roles:
                self._requests += self.account.connector.requests - before
        name = mirror.collection.name
        if mirror.roles and mirror.checked_at is None and is_foreign(name, absorbed.mirror.resources.values()):
            # It stays unread, so that it is looked at again; a discovery finds what bears the configured name then.
            self.mirrors[key] = replace(mirror, discovered_at=None)
            self._note(key, refusal(name))
            return
        self.mirrors[key] = absorbed.mirror
        if not absorbed.trusted:
            self._note(key, absorbed.note or "the answer was incomplete; nothing is concluded from what is missing")
        elif not absorbed.settled and mirror.roles:
            self._note(key, f"{self.account.name}: a file of our own is being written")
        else:
            if not absorbed.settled:
                self.frozen.add(key)
            if absorbed.note is not None and not mirror.roles:
                self._errors.append(absorbed.note)

    async def _answer(self, mirror: Mirror) -> Absorbed:
        """What a collection says, and what is to be believed of it."""
        ours = self.ours() if mirror.roles else NOTHING_OF_OURS
        take = partial(
            absorb,
            mirror,
            now=self.now,
            since=_ALWAYS if mirror.roles else self.since,
            ours=ours,
            max_events=sys.maxsize if mirror.roles else self.account.max_events,
        )
        snapshot = await self.account.connector.changes(mirror.collection, mirror.token, mirror.known)
        absorbed = take(snapshot)
        if not snapshot.full and ours.unexplained(absorbed.mirror, snapshot):
            absorbed = take(await self.account.connector.changes(mirror.collection, None, mirror.known))
        return absorbed

    def _note(self, key: tuple[str, str], text: str) -> None:
        """One collection's answer cannot be relied upon; the others' can."""
        self.frozen.add(key)
        if self.mirrors[key].roles:
            self.own_error = text
        else:
            self._doubt(text)

    def _doubt(self, text: str, *, logged: str | None = None) -> None:
        """Something that should be read is not there, or cannot be relied upon."""
        self._doubts.append(logged or text)
        self._errors.append(text)

    def _failed(self, error: ConnectorError) -> None:
        if isinstance(error, Unauthorized):
            self.health.unauthorized = str(error)
            self._state = "unauthorized"
            todo = "mend the log-in, then reload (SIGHUP): it is not tried again before"
        else:
            todo = _PATIENCE
            self.health.failures += 1
            self.health.failure = str(error)
            self.health.rest(self.now, error.retry_after or min(30.0 * 2.0 ** min(self.health.failures - 1, 7), 3600.0))
            self._state = self._lasting_state()
        log.warning("account failed", account=self.account.name, state=self._state, error=str(error), do=todo)
        self._freeze_all(str(error))

    def _lasting_state(self) -> SourceState:
        """`stale` where there is something to go on with, else `failed`."""
        read = any(mirror.checked_at for mirror in self.mirrors.values() if not mirror.roles)
        return "stale" if read else "failed"

    def _freeze_all(self, why: str) -> None:
        self.frozen.update(self.mirrors)
        self._errors.append(why)
        if self.account.own:
            self.own_error = why


def wanted(account: Account, collection: Collection) -> bool:
    """Whether the configuration wants that collection to be read."""
    if not collection.components & account.reads:
        return False
    if not account.patterns:
        return True
    names = (collection.name.casefold(), collection.href.rstrip("/").casefold())
    return any(fnmatchcase(name, pattern.rstrip("/").casefold()) for name in names for pattern in account.patterns)


def nothing_found(account: Account, found: Sequence[Collection]) -> str:
    """The sentence for an account of whose collections the configuration wants none."""
    names = ", ".join(sorted(repr(collection.name) for collection in found)[:10]) or "none at all"
    return f"{_lacking(account)}; there is: {names}"


def _lacking(account: Account) -> str:
    if account.patterns:
        return f"no {account.noun} matches {', '.join(map(repr, account.patterns))}"
    return f"no {account.noun} was found"
