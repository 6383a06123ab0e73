"""The calendars and the task lists of an account, and those that we make."""

from __future__ import annotations

import contextlib
from typing import Any
from urllib.parse import quote

from termintreu.model import Collection, Look
from termintreu.model.errors import Forbidden, NotFound, PreconditionFailed, Unauthorized
from termintreu_connectors.dav.discovery import clean_name
from termintreu_connectors.json_api import Json, objects, text
from termintreu_connectors.microsoft.events import CALENDARS
from termintreu_connectors.microsoft.graph import Graph
from termintreu_connectors.microsoft.kept_lines import EXPAND, PROPERTY
from termintreu_connectors.microsoft.tasks import LISTS

_EVENTS, _TASKS = frozenset({"VEVENT"}), frozenset({"VTODO"})


class Folders:
    """Lists, makes and removes them."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    async def collections(self) -> list[Collection]:
        """Every calendar, and every list of tasks."""
        calendars = [_calendar(row) for row in await self._graph.rows("/me/calendars")]
        lists: list[Collection | None] = []
        with contextlib.suppress(Forbidden, Unauthorized):  # who only reads did not ask for tasks
            lists = [_task_list(row) for row in await self._graph.rows("/me/todo/lists")]
        return [one for one in (*calendars, *lists) if one is not None]

    async def ensure(self, name: str, components: frozenset[str], look: Look | None) -> Collection:
        """See `termintreu.model.ports.Target.ensure`. Tasks stand in a list of their own."""
        name = clean_name(name)
        is_list = components == _TASKS
        if (there := await self._named(name, is_list=is_list)) is not None:
            return there
        try:
            made = await self._made(name, look, is_list=is_list)
        except PreconditionFailed:  # Graph takes a name once; another one of us made it since
            made = await self._named(name, is_list=is_list)
        if made is None:
            raise Forbidden("the calendar was not made: the answer names none")
        return made

    async def description(self, collection: Collection) -> str:
        """What `ensure` left there: Graph's calendars have no description of their own."""
        found = await self._graph.get(_path(collection), {"$expand": EXPAND})
        for one in objects(found.get("singleValueExtendedProperties")):
            if text(one.get("id")).lower() == PROPERTY.lower():
                return " ".join(text(one.get("value")).split())
        return ""

    async def discard(self, collection: Collection) -> None:
        """See `termintreu.model.ports.Target.discard`."""
        with contextlib.suppress(NotFound):
            await self._graph.write("DELETE", _path(collection))

    async def _named(self, name: str, *, is_list: bool) -> Collection | None:
        begins = LISTS if is_list else CALENDARS
        found = (one for one in await self.collections() if one.href.startswith(begins) and one.writable)
        return next((one for one in found if one.name == name), None)

    async def _made(self, name: str, look: Look | None, *, is_list: bool) -> Collection | None:
        body: dict[str, Any] = {"displayName" if is_list else "name": name}
        if look is not None:
            body["singleValueExtendedProperties"] = [{"id": PROPERTY, "value": look.description}]
        made = await self._graph.write("POST", "/me/todo/lists" if is_list else "/me/calendars", body)
        return _task_list(made) if is_list else _calendar({**made, "canEdit": True})


def _calendar(row: Json) -> Collection | None:
    key, name = text(row.get("id")), clean_name(text(row.get("name")))
    if not key:
        return None
    href = f"{CALENDARS}{key}/"
    return Collection(href=href, name=name or key, components=_EVENTS, writable=row.get("canEdit") is True)


def _task_list(row: Json) -> Collection | None:
    key, name = text(row.get("id")), clean_name(text(row.get("displayName")))
    if not key:
        return None
    is_own = row.get("isOwner") is not False and row.get("wellknownListName") in {None, "none"}
    return Collection(href=f"{LISTS}{key}/", name=name or key, components=_TASKS, writable=is_own)


def _path(collection: Collection) -> str:
    if collection.href.startswith(LISTS):
        return f"/me/todo/lists/{quote(collection.href.removeprefix(LISTS).strip('/'), safe='')}"
    return f"/me/calendars/{quote(collection.href.removeprefix(CALENDARS).strip('/'), safe='')}"
