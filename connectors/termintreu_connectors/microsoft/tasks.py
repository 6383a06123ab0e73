"""The tasks of one list of Microsoft To Do: what changed, and the writing of our own."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from termintreu.model import Collection, Resource, Snapshot
from termintreu.model.errors import Forbidden, NotFound, PreconditionFailed, TokenInvalid
from termintreu_connectors.json_api import text
from termintreu_connectors.microsoft.graph import VERSION, Graph
from termintreu_connectors.microsoft.kept_lines import EXPAND, unpacked
from termintreu_connectors.microsoft.syncing import (
    Delta,
    Token,
    delta,
    etag_of,
    if_match,
    key_of,
    name_of,
    with_own_whole,
    without_known,
)
from termintreu_connectors.microsoft.task_ical import stream_of, task_of

LISTS = "/lists/"
"""What the hrefs of task lists begin with."""
_EXPANDED = {"$expand": EXPAND}


class Tasks:
    """Reads and writes tasks."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
        """See `termintreu.model.ports.Source.changes`."""
        remembered = Token.read(token)
        if remembered is None:
            return await self.listing(collection, known)
        try:
            found = await delta(self._graph, remembered.link, {})
        except TokenInvalid:
            return await self.listing(collection, known)
        rows = await self._rows(collection, found)
        if found.unread:
            return await self.listing(collection, known)  # so that the link is not followed past it
        gone = (collection.href + name_of(key) for key in found.removed)
        return Snapshot(
            collection=collection,
            token=str(Token(link=found.link)),
            full=False,
            changed=tuple(rows),
            deleted=tuple(href for href in gone if href in known),
            complete=found.whole,
        )

    async def listing(self, collection: Collection, known: Mapping[str, str | None]) -> Snapshot:
        """See `termintreu.model.ports.Lists.listing`."""
        found = await delta(self._graph, f"{VERSION}{_path(collection)}/delta", {})
        rows = await self._rows(collection, found)
        return Snapshot(
            collection=collection,
            token=None if found.unread else str(Token(link=found.link)),
            full=True,
            changed=without_known(rows, known),
            complete=not found.incomplete,
        )

    async def fetch(self, href: str) -> Resource:
        """See `termintreu.model.ports.Target.fetch`."""
        task = await self._graph.get(_task(href), _EXPANDED)
        return Resource(href=href, etag=etag_of(task), data=stream_of(task))

    async def create(self, collection: Collection, data: bytes) -> Resource:
        """See `termintreu.model.ports.Target.create`. Graph chooses the id; whoever repeats it has looked before."""
        task = {name: value for name, value in task_of(data).items() if value is not None}
        made = await self._graph.write("POST", _path(collection), task)
        if not text(made.get("id")):
            raise Forbidden("the task was not made: the answer names none")
        return Resource(href=collection.href + name_of(text(made.get("id"))), etag=etag_of(made), data=None)

    async def update(self, href: str, data: bytes, etag: str) -> Resource:
        """See `termintreu.model.ports.Target.update`."""
        match = if_match(etag)
        await self._ours(href, etag)
        changed = await self._graph.write("PATCH", _task(href), task_of(data), match)
        return Resource(href=href, etag=etag_of(changed), data=None)

    async def delete(self, href: str, etag: str) -> None:
        """See `termintreu.model.ports.Target.delete`."""
        match = if_match(etag)
        try:
            await self._ours(href, etag)
            await self._graph.write("DELETE", _task(href), None, match)
        except NotFound:
            return

    async def _ours(self, href: str, etag: str) -> None:
        """Look before a write. Raises Forbidden where the task is not ours, PreconditionFailed where it changed."""
        there = await self._graph.get(_task(href), _EXPANDED)
        if unpacked(there) is None:
            raise Forbidden("nothing is changed that termintreu did not make")
        if etag_of(there) != etag:
            raise PreconditionFailed("it changed since it was read")

    async def _rows(self, collection: Collection, found: Delta) -> list[Resource]:
        await with_own_whole(self._graph, found, lambda key: f"{_path(collection)}/{quote(key, safe='')}")
        return [
            Resource(href=collection.href + name_of(key), etag=etag_of(row), data=stream_of(row))
            for key, row in found.rows.items()
        ]


def _path(collection: Collection) -> str:
    return f"/me/todo/lists/{quote(collection.href.removeprefix(LISTS).strip('/'), safe='')}/tasks"


def _task(href: str) -> str:
    place = Collection(href=href.rpartition("/")[0] + "/", name="")
    return f"{_path(place)}/{quote(key_of(href), safe='')}"
