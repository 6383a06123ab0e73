"""Removes what we wrote, all of it or a part, and nothing else: what carries our UID and our mark, in our own
collections.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from termintreu.cycle.world import World
from termintreu.model import Change, Observed
from termintreu.reading.collect import Collected, Mirrors
from termintreu.writing.apply import apply

_EVER = datetime.max.replace(tzinfo=UTC)


async def purge_all(world: World, now: datetime) -> tuple[int, list[str]]:
    """Delete every item of ours. Returns the number of deleted ones, and an error for each other one."""
    try:
        return await remove(world, now, lambda _: True)
    finally:
        await world.disconnect()


async def purgeable(world: World, now: datetime) -> tuple[list[Observed], str | None]:
    """The items that `purge_all` would delete, and the error where our own collections cannot be read."""
    try:
        collected = await _own(world, world.memory.load_mirrors(), now)
    finally:
        await world.disconnect()
    if collected.target_error:
        return [], collected.target_error
    return list(world.observe(collected.mirrors).values()), None


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
