"""Reading one account: its list of collections now and then, and what each of them has to say.

What goes wrong with one collection is noted there: it is frozen, left alone for a while, and told of by name; the
others are read. Only what no other collection can do any better with ends the reading of the account: a refused
log-in, too many requests, a server that does not answer.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from termintreu.model import Collection, Snapshot, SourceReport, SourceState
from termintreu.model.defects import log_defect
from termintreu.model.errors import ConnectorError, NotFound, Unauthorized, Unavailable, Unreachable
from termintreu.model.logins import LoginState, ShowsLogin, names_command
from termintreu.model.ports import Lists
from termintreu.model.progress import Progress
from termintreu.reading.accounts import Account, discovered, lacking, nothing_found, wanted
from termintreu.reading.adoption import is_foreign, refusal
from termintreu.reading.health import Backoff, Health
from termintreu.reading.listings import is_listing_due
from termintreu.reading.mirror import GONE, NOTHING_OF_OURS, Absorbed, Mirror, Mirrors, Ours, absorb

log = structlog.get_logger(__name__)

DISCOVERY_EVERY = timedelta(minutes=15)
"""Collections that appear or vanish are noticed this late at the most; a poll in between costs one request each."""
A_DEFECT = "a defect; the log names its kind and place"

_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
_PATIENCE = "nothing, if it passes: it is tried again; else see `termintreu doctor`"
"""What to do about most failures."""
_DOWN = 3
"""So many collections in a row that the server cannot answer for, and none that it can: it is the server's trouble."""
_USUAL, _FIRST = 20.0, 180.0
"""Seconds for one collection, less than a cycle waits for an account; and for one that was never read. They double with
each failure in a row, so that what is large is read in the end; the pauses between them grow faster."""
_DOUBLINGS = 3
_SHARE = 0.9
"""Of the seconds that a reading has: the rest is for taking in what was read."""
_TOLD = 10
"""So many errors of one account are told; the rest is counted."""


def concerns_account(error: ConnectorError, *, answered: bool, in_a_row: int) -> bool:
    """Whether a failure that one collection met says that the others need not be asked.

    Args:
        error: what happened.
        answered: whether the server has had an answer for anything else in this reading.
        in_a_row: failures of the server (no answer, 5xx) right before this one.
    """
    if isinstance(error, Unreachable):
        # Perhaps the server only breaks off, or never ends, where it comes to that collection.
        return in_a_row > 0
    if error.scope == "account":
        return True
    if not isinstance(error, Unavailable) or answered:
        return False
    # Who says for how long it is overloaded is asked once more and not twice.
    return in_a_row + 1 >= (_DOWN if error.retry_after is None else _DOWN - 1)


class AccountReading:
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
        anew: frozenset[str] = frozenset(),
        seconds: float | None = None,
    ) -> None:
        """`anew`: hrefs of collections to be listed, whatever their tokens say. The others: see `collect`."""
        self.account = account
        self.now = now
        self.since = since
        self.health = health
        self.progress = progress
        self.ours = ours
        self.anew = anew
        self._ends = None if seconds is None else asyncio.get_running_loop().time() + seconds * _SHARE
        self.mirrors = {key: mirror for key, mirror in mirrors.items() if key[0] == account.name}
        self.frozen: set[tuple[str, str]] = set()
        self.own_error: str | None = None
        """Why none of our own collections could be read."""
        self.own_errors: dict[str, str] = {}
        """The same for single ones, by href."""
        self._errors: list[str] = []
        self._doubts: list[str] = []
        self._doubtful = False
        self._open = False
        self._state: SourceState = "ok"
        self._requests = 0
        self._answered = False
        self._in_a_row = 0

    @property
    def report(self) -> SourceReport:
        """How it went."""
        held = [mirror for mirror in self.mirrors.values() if not mirror.roles]
        checked = [mirror.checked_at for mirror in held if mirror.checked_at is not None]
        return SourceReport(
            name=self.account.name,
            state=self._state,
            error="; ".join(_at_most(self._errors)) or None,
            collections=len(held),
            resources=sum(mirror.count for mirror in held),
            requests=self._requests,
            checked_at=min(checked) if len(checked) == len(held) and checked else None,
            login=self._login(),
        )

    def _login(self) -> LoginState | None:
        connector = self.account.connector
        if not isinstance(connector, ShowsLogin):
            return None
        found = connector.login()
        return replace(found, trouble=self.health.unauthorized or found.trouble)

    async def run(self, *, watched: bool) -> AccountReading:
        """Read; errors end up in the report. An account that is not asked is as it was."""
        if watched or self.account.own:
            await self._ask(watched=watched)
        if watched or self._state != "ok":
            self._leave()
        else:
            self._state, self._errors = self.health.state, list(self.health.errors)
        return self

    def not_waited_for(self, patience: float | None) -> AccountReading:
        """The account in a cycle that did not wait for it any longer."""
        self._state = self._lasting_state()
        self._freeze_all(f"no answer within {patience or 0:g} s; it is taken into account when it comes")
        self._leave()
        log.warning("account not waited for", account=self.account.name, state=self._state, error=self._errors[-1])
        return self

    def broken(self, defect: BaseException) -> AccountReading:
        """The account after a reading that ended in an error of ours."""
        log_defect(log, "reading an account failed by a defect", defect)
        self._state = "failed"
        self.health.failed(self.now, A_DEFECT)
        self._freeze_all(A_DEFECT)
        self._leave()
        return self

    def _leave(self) -> None:
        """What the next cycles have to know."""
        self.health.state, self.health.errors = self._state, tuple(self._errors)
        self.health.is_open = self._open
        self.health.spared_until = self._spared_until()

    def _spared_until(self) -> datetime | None:
        if self.health.is_paused(self.now):
            return self.health.not_before
        backoffs = [self.health.collections.get(href) for _, href in self.mirrors] or [self.health.discovery]
        pauses = [one.not_before for one in backoffs if one is not None and one.is_paused(self.now)]
        known = [pause for pause in pauses if pause is not None]
        return min(known) if len(known) == len(backoffs) else None

    async def _ask(self, *, watched: bool) -> None:
        if self._resting():
            return
        try:
            if self._discovery_due(watched=watched):
                await self._look_for_collections()
            asked = [key for key, mirror in self.mirrors.items() if watched or mirror.roles]
            self.progress.more("reading", len(asked))
            for left, key in _counted_down(sorted(asked, key=self._turn)):
                await self._poll(key, self._time_for(key, others=left))
                self.progress.done("reading")
        except ConnectorError as error:
            self._failed(error)
        else:
            self.health.failures = 0
            self.health.not_before = None
            if self._doubtful:
                self._state = self._lasting_state()
            if self._doubts and tuple(self._errors) != self.health.errors:
                why = "; ".join(_at_most(self._doubts))
                log.warning("account failed", account=self.account.name, state=self._state, error=why, do=_PATIENCE)

    def _turn(self, key: tuple[str, str]) -> tuple[int, bool]:
        """Our own collections come first, and what failed last goes last: so it cannot keep the others from theirs."""
        backoff = self.health.collections.get(key[1])
        return backoff.failures if backoff else 0, not self.mirrors[key].roles

    def _time_for(self, key: tuple[str, str], *, others: int) -> float | None:
        """Seconds for one collection: what never ends must not take the time of `others` that come after it, nor that
        of the cycle. None: as long as it takes; a question to a folder or a file cannot be taken back."""
        if not isinstance(self.account.connector, Lists):
            return None
        backoff = self.health.collections.get(key[1])
        own = _FIRST if self.mirrors[key].checked_at is None else _USUAL
        own *= 2.0 ** min(backoff.failures if backoff else 0, _DOUBLINGS)
        if self._ends is None:
            return own if len(self.mirrors) > 1 else None
        left = max(0.0, self._ends - asyncio.get_running_loop().time())
        return min(own, left / 2) if others else left

    def _resting(self) -> bool:
        if self.health.unauthorized is not None and self._has_new_login():
            self.health.unauthorized = None
        if self.health.unauthorized is not None:
            self._state = "unauthorized"
            self._freeze_all(self.health.unauthorized)
            return True
        if self.health.not_before is not None and self.health.is_paused(self.now):
            # A defect leaves nothing to go on with until it is asked again.
            self._state = "failed" if self.health.failure == A_DEFECT else self._lasting_state()
            self._freeze_all(self.health.waiting())
            return True
        return False

    def _has_new_login(self) -> bool:
        connector = self.account.connector
        return isinstance(connector, ShowsLogin) and connector.has_new_login()

    def _discovery_due(self, *, watched: bool) -> bool:
        """Each poll for appointments (`watched`) looks again while there is nothing to read, or what is held is not
        what the configuration wants now."""
        read = [mirror.collection for mirror in self.mirrors.values() if not mirror.roles]
        if watched and not (read and all(wanted(self.account, collection) for collection in read)):
            return True
        times = [mirror.discovered_at for mirror in self.mirrors.values()]
        return not times or any(at is None or abs(self.now - at) >= DISCOVERY_EVERY for at in times)

    async def _look_for_collections(self) -> None:
        """Discovery; where it alone fails, what is held of the collections is read all the same."""
        backoff = self.health.discovery
        if backoff.is_paused(self.now):
            self._undiscovered(backoff.waiting())
            return
        try:
            await self._discover()
        except ConnectorError as error:
            if self._is_accounts(error) or isinstance(error, Unreachable):
                raise
            backoff.failed(self.now, str(error), error.retry_after)
            self._open = self._open or backoff.failures == 1
            log.warning("discovery failed", account=self.account.name, error=str(error), do=_PATIENCE)
            self._undiscovered(str(error))
        else:
            self._has_answered()
            self.health.discovery = Backoff()
            known = {href for _, href in self.mirrors}
            self.health.collections = {h: one for h, one in self.health.collections.items() if h in known}

    def _undiscovered(self, why: str) -> None:
        self._trouble(why)
        if self.account.own.keys() - {role for mirror in self.mirrors.values() for role in mirror.roles}:
            # Whether it is there already, nobody knows: it must not be made twice.
            self.own_error = why

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
            pending = None if held.pending == GONE else held.pending
            kept[key] = replace(held, collection=collection, roles=role, discovered_at=self.now, pending=pending)
        if self.account.watched and not any(not mirror.roles for mirror in kept.values()):
            # Names of calendars are other people's words: they are for the user, not for the log.
            self._doubt(nothing_found(self.account, found), logged=lacking(self.account))
        for key, mirror in self.mirrors.items():
            was_there = mirror.resources or (mirror.roles and mirror.checked_at)
            if key not in kept and was_there and mirror.pending != GONE:
                # That a whole calendar is gone is confirmed by a second listing. One of our own that was not listed
                # once must not get a double.
                kept[key] = replace(mirror, pending=GONE, discovered_at=None)
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

    async def _poll(self, key: tuple[str, str], seconds: float | None) -> None:
        mirror = self.mirrors[key]
        if mirror.pending == GONE:
            text = f"the {self.account.noun} is not listed any more; this counts when a second listing confirms it"
            self._note(key, text)
            return
        backoff = self.health.collections.get(mirror.collection.href)
        if backoff is not None and backoff.is_paused(self.now):
            self._set_aside(key, backoff.waiting())
            return
        before = self.account.connector.requests
        try:
            absorbed = await self._in_time(mirror, seconds)
        except ConnectorError as error:
            if self._is_accounts(error):
                if isinstance(error, Unavailable):
                    # Perhaps it is this one and those before it after all: next time they come after the others.
                    self._back_off(key, error)
                raise
            if isinstance(error, NotFound):
                # The next discovery tells whether it is really gone.
                self.mirrors[key] = replace(mirror, discovered_at=None)
            self._missed(key, error)
        except Exception as defect:  # noqa: BLE001 - whatever one collection provokes, the others are read
            log_defect(log, "reading a collection failed by a defect", defect)
            self._missed(key, ConnectorError(A_DEFECT))
        else:
            self._has_answered()
            self.health.collections.pop(mirror.collection.href, None)
            self._take(key, absorbed)
        finally:
            if not mirror.roles:
                self._requests += self.account.connector.requests - before

    def _take(self, key: tuple[str, str], absorbed: Absorbed) -> None:
        mirror, name = self.mirrors[key], absorbed.mirror.collection.name
        if mirror.roles and mirror.checked_at is None and is_foreign(name, absorbed.mirror.resources.values()):
            # It stays unread, so that it is looked at again; a discovery finds what bears the configured name then.
            self.mirrors[key] = replace(mirror, discovered_at=None)
            self._note(key, refusal(name))
            return
        self.mirrors[key] = absorbed.mirror
        is_ours = bool(absorbed.mirror.roles)
        if not absorbed.trusted:
            self._note(key, absorbed.note or "the answer was incomplete; nothing is concluded from what is missing")
        elif not absorbed.stable and is_ours:
            self._note(key, f"{self.account.name}: a file of our own is being written")
        else:
            if not absorbed.stable:
                self.frozen.add(key)
            if absorbed.note is not None and not is_ours:
                self._errors.append(self._named(key, absorbed.note))

    async def _in_time(self, mirror: Mirror, seconds: float | None) -> Absorbed:
        """As `_answer`. Raises Unavailable where it takes longer."""
        limit = asyncio.timeout(seconds)
        try:
            async with limit:
                return await self._answer(mirror)
        except TimeoutError:
            if not limit.expired():
                raise
            raise Unavailable(f"no answer within {seconds or 0:.0f} s") from None

    async def _answer(self, mirror: Mirror) -> Absorbed:
        """What a collection says, and how far it can be relied upon."""
        ours = self.ours() if mirror.roles else NOTHING_OF_OURS
        take = partial(
            absorb,
            mirror,
            now=self.now,
            since=_ALWAYS if mirror.roles else self.since,
            ours=ours,
            max_events=sys.maxsize if mirror.roles else self.account.max_events,
        )
        connector = self.account.connector
        is_asked_anew = mirror.collection.href in self.anew or is_listing_due(mirror, self.now)
        if is_asked_anew and isinstance(connector, Lists):
            return _after_listing(mirror, take, await connector.listing(mirror.collection, mirror.known))
        snapshot = await connector.changes(mirror.collection, mirror.token, mirror.known)
        absorbed = take(snapshot)
        if not snapshot.full and ours.unexplained(absorbed.mirror, snapshot):
            absorbed = take(await connector.changes(mirror.collection, None, mirror.known))
        if mirror.checked_at is None:
            return replace(absorbed, mirror=replace(absorbed.mirror, unconfirmed=True))
        return absorbed

    def _has_answered(self) -> None:
        self._answered, self._in_a_row = True, 0

    def _is_accounts(self, error: ConnectorError) -> bool:
        """Whether the reading of the account ends here."""
        ends = concerns_account(error, answered=self._answered, in_a_row=self._in_a_row)
        if isinstance(error, Unavailable):
            self._in_a_row += 1
        else:
            self._has_answered()
        return ends

    def _missed(self, key: tuple[str, str], error: ConnectorError) -> None:
        """One collection could not be read: it is left alone for a while."""
        failures = self._back_off(key, error)
        self._open = self._open or failures == 1
        log.warning(
            "collection failed",
            account=self.account.name,
            error=str(error),
            ours=bool(self.mirrors[key].roles),
            failures=failures,
            do=_PATIENCE,
        )
        self._set_aside(key, str(error))

    def _back_off(self, key: tuple[str, str], error: ConnectorError) -> int:
        backoff = self.health.collections.setdefault(key[1], Backoff())
        backoff.failed(self.now, str(error), error.retry_after)
        return backoff.failures

    def _note(self, key: tuple[str, str], text: str) -> None:
        """One collection's answer cannot be relied upon, and another one is to confirm it; the others' can."""
        self._open = True
        if not self.mirrors[key].roles:
            self._doubts.append("an answer cannot be relied upon yet")
        self._set_aside(key, text)

    def _set_aside(self, key: tuple[str, str], text: str) -> None:
        """Nothing is concluded from one collection in this cycle."""
        self.frozen.add(key)
        named = self._named(key, text)
        if self.mirrors[key].roles:
            self.own_errors[key[1]] = named
        else:
            self._trouble(named)

    def _named(self, key: tuple[str, str], text: str) -> str:
        """The sentence with the collection it is about; where that is all there is, its source says it."""
        name = self.mirrors[key].collection.name
        return text if name == self.account.name else f"{name!r}: {text}"

    def _doubt(self, text: str, *, logged: str) -> None:
        """Something that should be read is not there. `logged`: the same without other people's words."""
        self._doubts.append(logged)
        self._open = True
        self._trouble(text)

    def _trouble(self, text: str) -> None:
        """The account is not read as it should be."""
        self._doubtful = True
        self._errors.append(text)

    def _failed(self, error: ConnectorError) -> None:
        """The account cannot be read."""
        self._open = True
        if isinstance(error, Unauthorized):
            self.health.unauthorized = str(error)
            self._state = "unauthorized"
            todo = "mend the log-in, then reload (SIGHUP; a systemd credential: restart): it is not tried again before"
            if names_command(str(error)):
                todo = "log in with that command; a running daemon notices it"
        else:
            todo = _PATIENCE
            self.health.failed(self.now, str(error), error.retry_after)
            self._state = self._lasting_state()
        log.warning("account failed", account=self.account.name, state=self._state, error=str(error), do=todo)
        self._errors.clear()
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


def _after_listing(mirror: Mirror, take: Callable[[Snapshot], Absorbed], snapshot: Snapshot) -> Absorbed:
    """What a listing says. A token that had told all of it stays good; one that had not is forgotten."""
    absorbed = take(snapshot)
    if not absorbed.trusted:
        return absorbed
    told = not absorbed.changed and snapshot.token is None
    token = mirror.token if told else snapshot.token
    return replace(absorbed, mirror=replace(absorbed.mirror, token=token, unconfirmed=False))


def _counted_down(keys: Sequence[tuple[str, str]]) -> Iterable[tuple[int, tuple[str, str]]]:
    """Each with the number of those that come after it."""
    return zip(range(len(keys) - 1, -1, -1), keys, strict=True)


def _at_most(sentences: Sequence[str]) -> list[str]:
    more = len(sentences) - _TOLD
    return [*sentences[:_TOLD], *([f"and {more} more"] if more > 0 else [])]
