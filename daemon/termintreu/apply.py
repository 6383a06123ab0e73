"""Writing: carries out a change set in our own collections, each write on its ETag, and says what became of each.

Decides nothing. After a refusal that concerns the whole account nothing more is tried in this cycle; a conflict is
never retried here, since only a fresh look can tell what should stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import structlog

from termintreu.errors import (
    ConnectorError,
    Forbidden,
    NotFound,
    OutOfSpace,
    PreconditionFailed,
    Unauthorized,
)
from termintreu.mirror import Mirror
from termintreu.model import Change, ChangeResult, Collection, Resource
from termintreu.ports import Target
from termintreu.progress import SILENT, Progress

log = structlog.get_logger(__name__)

_REFUSALS = 2
"""So many refusals and no success: it is not the object that the server refuses, but the writing."""
_CLOSED = "the server refuses to have anything written there"
_STANDS = "what it replaces could not be removed yet"


async def apply(
    changes: Sequence[Change],
    target: Target,
    mirrors: Mapping[tuple[str, str], Mirror],
    *,
    account: str,
    progress: Progress = SILENT,
    locked_out: Callable[[str], None] = lambda _: None,
    closed: Callable[[str], None] = lambda _: None,
) -> tuple[Change, ...]:
    """Write every change. Raises nothing: the same changes come back in the same order, each with its result.

    Where what a new item replaces cannot be removed (the user may just have ticked it), the new one is not created.

    The mirrors stay as they are: what now stands in the calendar is for the next listing to say, since the user may
    have changed it again by then.

    Args:
        changes: to be made, in order; `collection` names a collection of our own by href.
        target: the account.
        mirrors: of our own collections, by account and href.
        account: the target's name, as in the mirrors' keys.
        progress: is told of each write.
        locked_out: is told why, where the log-in was refused.
        closed: is told the href of a collection that refused every write: it may only be read.
    """
    done: list[Change] = []
    stopped: str | None = None
    refused: Counter[str] = Counter()
    occupied: set[str] = set()
    progress.more("writing", len(changes))
    for change in changes:
        progress.done("writing")
        why = stopped or (_CLOSED if refused[change.collection] >= _REFUSALS else None)
        if why is None and change.action == "create" and change.slot in occupied:
            why = _STANDS
        if why is not None:
            done.append(replace(change, result="retry_later", error=why))
            continue
        try:
            written = await _write(change, target, mirrors.get((account, change.collection)))
        except ConnectorError as error:
            result, stops = _verdict(error)
            if change.action == "delete":
                occupied.add(change.slot)
            log.warning("write failed", action=change.action, item=change.kind, result=result, error=str(error))
            done.append(replace(change, result=result, error=str(error)))
            stopped = str(error) if stops else None
            refused[change.collection] += isinstance(error, Forbidden)
            if isinstance(error, Unauthorized):
                locked_out(str(error))
            continue
        refused[change.collection] = -len(changes)  # it may be written: what is refused there is refused for itself
        done.append(
            replace(
                change,
                result="applied",
                new_href=written.href if written else None,
                new_etag=written.etag if written else None,
            )
        )
    for href, count in refused.items():
        if count > 0:
            closed(href)
    return tuple(done)


async def ensure_collections(
    target: Target, wanted: Mapping[str, str], present: Mapping[str, Collection]
) -> dict[str, Collection]:
    """Role to collection, each created where it is missing.

    Args:
        target: the account.
        wanted: role ("reminders", "tasks") to display name.
        present: role to the collection that is there already.
    """
    found = dict(present)
    for role, name in wanted.items():
        if role in found:
            continue
        needed = {"VEVENT"} if role == "reminders" else {"VTODO"}
        needed |= {"VEVENT", "VTODO"} if sum(other == name for other in wanted.values()) > 1 else set()
        found[role] = await target.ensure(name, frozenset(needed))
    return found


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


def _verdict(error: ConnectorError) -> tuple[ChangeResult, bool]:
    """The result's name, and whether nothing more should be written in this cycle."""
    if isinstance(error, PreconditionFailed | NotFound):
        return "conflict", False
    if isinstance(error, Unauthorized | OutOfSpace):
        return "refused", True
    if isinstance(error, Forbidden):
        return "refused", False
    return "retry_later", error.transient
