"""Removes what we wrote, all of it or a part, and nothing else: what carries our UID and our mark, in our own
collections; and of those the ones that we made, where nothing else is in them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from termintreu.cycle.world import World
from termintreu.model import Change, Collection, Observed
from termintreu.model.errors import ConnectorError
from termintreu.model.texts import clean
from termintreu.reading.collect import Collected, Mirrors
from termintreu.writing.apply import apply

_EVER = datetime.max.replace(tzinfo=UTC)


_MADE = "termintreu"
"""Stands in the description of every collection that we make, in each language. One that its user made by hand for us,
as some servers want it, has no such description, and stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What was removed, or would be."""

    items: tuple[Observed, ...] = ()
    collections: tuple[Collection, ...] = ()
    """Those that we made, and that hold nothing else."""
    errors: tuple[str, ...] = ()


async def purge_all(world: World, now: datetime) -> Purged:
    """Delete every item of ours, and then what we made for them and is empty; an error for each other one."""
    try:
        seen = await _purgeable(world, now)
        removed, errors = await remove(world, now, lambda _: True)
        made, left = await _discarded(world, now, seen.collections)
    finally:
        await world.disconnect()
    return Purged(items=seen.items[:removed], collections=made, errors=(*errors, *left))


async def purgeable(world: World, now: datetime) -> Purged:
    """What `purge_all` would remove, and the error where our own collections cannot be read."""
    try:
        return await _purgeable(world, now)
    finally:
        await world.disconnect()


async def _purgeable(world: World, now: datetime) -> Purged:
    collected = await _own(world, world.memory.load_mirrors(), now)
    if collected.target_error:
        return Purged(errors=(collected.target_error,))
    own = [mirror for mirror in collected.mirrors.values() if mirror.roles]
    items = tuple(world.observe(collected.mirrors).values())
    hrefs = {item.href for item in items}
    ours = [mirror.collection for mirror in own if hrefs.issuperset(mirror.known)]
    made = [collection for collection in ours if await _is_made(world, collection)]
    return Purged(items=items, collections=tuple(made))


async def _is_made(world: World, collection: Collection) -> bool:
    """One that cannot be asked counts as somebody else's."""
    try:
        return _MADE in (await world.accounts.target.description(collection)).casefold()
    except ConnectorError:
        return False


async def _discarded(
    world: World, now: datetime, made: Sequence[Collection]
) -> tuple[tuple[Collection, ...], list[str]]:
    """Remove collections that are empty now. What is gone is forgotten: a later cycle makes it again."""
    gone, errors = [], []
    for collection in made:
        try:
            there = await world.accounts.target.changes(collection, None, {})
            if there.complete and not there.changed:
                await world.accounts.target.discard(collection)
                gone.append(collection)
        except ConnectorError as error:
            errors.append(f"{clean(collection.name)}: {error}")
    before = world.memory.load_mirrors()
    hrefs = {collection.href for collection in gone}
    after = {key: mirror for key, mirror in before.items() if not (mirror.roles and mirror.collection.href in hrefs)}
    world.memory.remember(now=now, mirrors_before=before, mirrors_after=after)
    return tuple(gone), errors


async def remove(world: World, now: datetime, wanted: Callable[[Observed], bool]) -> tuple[int, list[str]]:
    """Delete the items of ours that are `wanted`, as `purge_all` does.

    Each deletion is conditional on the ETag that was just read. What was removed counts as withdrawn, not as deleted
    by the user: from when it was written on, since a removal has no moment that `--at` could come before.
    """
    before = world.memory.load_mirrors()
    collected = await _own(world, before, now)
    if collected.target_error:
        return 0, [collected.target_error]
    own = {key: mirror for key, mirror in collected.mirrors.items() if mirror.roles}
    deletions = [_deletion(item) for item in world.observe(own).values() if wanted(item)]
    written = (await apply(deletions, world.accounts.target, own, account=world.accounts.target_name)).changes
    gone = {change.uid for change in written if change.result == "applied"}
    records = world.memory.load_history(_EVER).items.values()
    world.memory.remember(
        now=now,
        items=[replace(record, status="withdrawn") for record in records if record.uid in gone],
        mirrors_before=before,
        mirrors_after={**before, **collected.mirrors},
    )
    failed = [change.error or "failed" for change in written if change.result != "applied"]
    return len(gone), [*collected.target_errors.values(), *failed]


async def _own(world: World, held: Mirrors, now: datetime) -> Collected:
    return await world.ask_own(held, now)


def _deletion(item: Observed) -> Change:
    return Change(
        action="delete",
        component=item.component,
        kind=item.kind or "reminder",
        slot="",
        uid=item.uid,
        collection=item.collection,
        href=item.href,
        etag=item.etag,
        data=None,
        item=None,
        summary=item.summary,
    )
