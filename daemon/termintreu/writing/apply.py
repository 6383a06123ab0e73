"""Writing: carries out a change set in our own collections, each write on its ETag, and says what became of each.

Decides nothing. One failure is one item's; after several in a row, or one that concerns the whole account, nothing more
is tried in this cycle. A conflict is never retried here, since only a fresh look can tell what should stand.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from termintreu.model import Change, ChangeResult, Collection, Look, Resource
from termintreu.model.errors import (
    ConnectorError,
    Forbidden,
    NotFound,
    OutOfSpace,
    PreconditionFailed,
    TooManyRequests,
    Unauthorized,
    Unavailable,
)
from termintreu.model.ports import Target
from termintreu.model.progress import SILENT, Progress
from termintreu.reading.mirror import Mirror

log = structlog.get_logger(__name__)

_REFUSALS = 2
"""So many refusals and no success: it is not the object that the server refuses, but the writing."""
_IN_A_ROW = 3
"""So many failures with no success between them: it is not the object that fails, but the server."""
_OVERLOADED = 2
"""The same where it says for how long it wants to be left alone."""
_CLOSED = "the server refuses to have anything written there"
_STANDS = "what it replaces could not be removed yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What became of a change set."""

    changes: tuple[Change, ...]
    """The same changes in the same order, each with its result."""
    failed: frozenset[str] = frozenset()
    """Slots whose own write was tried and failed, for a reason that may be theirs alone."""
    closed: frozenset[str] = frozenset()
    """hrefs of collections that refused every write: they may only be read."""
    locked_out: str | None = None
    """Why the log-in was refused."""
    asked_to_wait: tuple[str, float] | None = None
    """The server asked to be left alone: why, and for how many seconds."""


@dataclass(slots=True)
class _Account:
    """What the writes so far have shown of the account."""

    stopped: str | None = None
    """Why nothing more is tried in this cycle."""
    failures: int = 0
    """In a row."""
    refused: Counter[str] = field(default_factory=Counter)
    """By collection."""
    open: set[str] = field(default_factory=set)
    """Collections that took a write: what is refused there is refused for itself."""
    occupied: set[str] = field(default_factory=set)
    """Slots in which something could not be removed."""
    failed: set[str] = field(default_factory=set)
    locked_out: str | None = None
    asked_to_wait: tuple[str, float] | None = None

    def why_not(self, change: Change) -> str | None:
        """Why a change is not even tried."""
        if self.stopped is not None:
            return self.stopped
        if self.refused[change.collection] >= _REFUSALS and change.collection not in self.open:
            return _CLOSED
        return _STANDS if change.action == "create" and change.slot in self.occupied else None

    @property
    def closed(self) -> frozenset[str]:
        """Collections with several refusals and no success; with one, where nothing else was taken either."""
        everywhere = not self.open and self.refused.total() >= _REFUSALS
        return frozenset(
            href
            for href, count in self.refused.items()
            if href not in self.open and (count >= _REFUSALS or (count and everywhere))
        )

    def succeeded(self, change: Change) -> None:
        self.failures = 0
        self.open.add(change.collection)

    def failed_with(self, change: Change, error: ConnectorError) -> None:
        why = str(error)
        self.refused[change.collection] += isinstance(error, Forbidden)
        if change.action == "delete":
            self.occupied.add(change.slot)
        if isinstance(error, Unauthorized | OutOfSpace):
            self.stopped = why
            self.locked_out = why if isinstance(error, Unauthorized) else None
            return
        self.failed.add(change.slot)
        self.failures += error.transient
        # A gateway says for how long it is overloaded where one object is too much for what stands behind it, too.
        asked = error.retry_after is not None and (isinstance(error, TooManyRequests) or self.failures >= _OVERLOADED)
        if asked:
            self.asked_to_wait = (why, error.retry_after or 0.0)
        if asked or self.failures >= _IN_A_ROW:
            self.stopped = why


async def apply(
    changes: Sequence[Change],
    target: Target,
    mirrors: Mapping[tuple[str, str], Mirror],
    *,
    account: str,
    progress: Progress = SILENT,
    waits: Callable[[], float | None] = lambda: None,
) -> Applied:
    """Write every change. Raises nothing.

    Where what a new item replaces cannot be removed (the user may just have ticked it), the new one is not created.
    One item that the server fails on costs itself only; several in a row end the writing.

    The mirrors stay as they are: what now stands in the calendar is for the next listing to say, since the user may
    have changed it again by then.

    Args:
        changes: to be made, in order; `collection` names a collection of our own by href.
        target: the account.
        mirrors: of our own collections, by account and href.
        account: the target's name, as in the mirrors' keys.
        progress: is told of each write.
        waits: seconds that the next write may take; None: as long as the server likes.
    """
    done: list[Change] = []
    shown = _Account()
    progress.more("writing", len(changes))
    for change in changes:
        progress.done("writing")
        why = shown.why_not(change)
        if why is not None:
            done.append(replace(change, result="retry_later", error=why))
            continue
        try:
            written = await _in_time(change, target, mirrors.get((account, change.collection)), waits())
        except ConnectorError as error:
            result = _result(error)
            log.warning("write failed", action=change.action, item=change.kind, result=result, error=str(error))
            done.append(replace(change, result=result, error=str(error)))
            shown.failed_with(change, error)
            continue
        shown.succeeded(change)
        done.append(
            replace(
                change,
                result="applied",
                new_href=written.href if written else None,
                new_etag=written.etag if written else None,
            )
        )
    return Applied(
        changes=tuple(done),
        failed=frozenset(shown.failed),
        closed=shown.closed,
        locked_out=shown.locked_out,
        asked_to_wait=shown.asked_to_wait,
    )


async def ensure_collections(
    target: Target, wanted: Mapping[str, str], present: Mapping[str, Collection], looks: Mapping[str, Look]
) -> dict[str, Collection]:
    """Role to collection, each created where it is missing.

    Args:
        target: the account.
        wanted: role ("reminders", "tasks") to display name.
        present: role to the collection that is there already.
        looks: role to how a collection that is made is shown.
    """
    found = dict(present)
    for role, name in wanted.items():
        if role in found:
            continue
        needed = {"VEVENT"} if role == "reminders" else {"VTODO"}
        needed |= {"VEVENT", "VTODO"} if sum(other == name for other in wanted.values()) > 1 else set()
        found[role] = await target.ensure(name, frozenset(needed), looks.get(role))
    return found


async def _in_time(change: Change, target: Target, mirror: Mirror | None, seconds: float | None) -> Resource | None:
    """As `_write`. Raises Unavailable where it takes longer: the next look tells what became of it."""
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            return await _write(change, target, mirror)
    except TimeoutError:
        if not limit.expired():
            raise
        raise Unavailable(f"no answer to a write within {seconds or 0:.0f} s") from None


async def _write(change: Change, target: Target, mirror: Mirror | None) -> Resource | None:
    if change.action == "create":
        if mirror is None or change.data is None:
            raise Forbidden("there is no collection of our own to write to")
        return await target.create(mirror.collection, change.href, change.data)
    if change.etag is None:
        raise PreconditionFailed("the server gave no ETag for it, and nothing is changed without one")
    if change.action == "update" and change.data is not None:
        return await target.update(change.href, change.data, change.etag)
    await target.delete(change.href, change.etag)
    return None


def _result(error: ConnectorError) -> ChangeResult:
    if isinstance(error, PreconditionFailed | NotFound):
        return "conflict"
    return "refused" if isinstance(error, Unauthorized | OutOfSpace | Forbidden) else "retry_later"
