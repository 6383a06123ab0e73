"""The calendars of an account, and those that we make. Reading needs calendar.calendarlist.readonly; what is made and
changed here is reached by calendar.app.created alone, which opens no other calendar.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from termintreu.model import Collection, Look
from termintreu.model.errors import ConnectorError, Forbidden, NotFound
from termintreu_connectors.dav.discovery import clean_name
from termintreu_connectors.google.events import ROOT
from termintreu_connectors.json_api import Json, JsonSession, rows_of, text

_LIST = f"{ROOT}/users/me/calendarList"
_EVENTS_ONLY = frozenset({"VEVENT"})
_PAGE = "250"
_DARK = "#000000"


class Calendars:
    """Lists, makes and removes calendars."""

    def __init__(self, session: JsonSession) -> None:
        self._session = session

    async def collections(self) -> list[Collection]:
        """Every calendar whose entries can be read; those of which only "busy" is shown are none."""
        return [collection async for entry in self._entries() if (collection := _collection(entry)) is not None]

    async def ensure(self, name: str, look: Look | None) -> Collection:
        """See `termintreu.model.ports.Target.ensure`. Google's own tasks have no time of the day: tasks are events."""
        name = clean_name(name)
        entries = [entry async for entry in self._entries()]
        mine = (entry for entry in entries if entry.get("accessRole") == "owner" and entry.get("primary") is not True)
        named = (found for entry in mine if (found := _collection(entry)) is not None and found.name == name)
        there = next(named, None)
        return await self._made(name, look) if there is None else there

    async def description(self, collection: Collection) -> str:
        """See `termintreu.model.ports.Target.description`."""
        entry = await self._session.get(f"{_LIST}/{_quoted(collection)}")
        return " ".join(text(entry.get("description")).split())

    async def discard(self, collection: Collection) -> None:
        """See `termintreu.model.ports.Target.discard`."""
        with contextlib.suppress(NotFound):
            await self._session.write("DELETE", f"{ROOT}/calendars/{_quoted(collection)}")

    async def _made(self, name: str, look: Look | None) -> Collection:
        body: dict[str, Any] = {"summary": name}
        if look is not None:
            body["description"] = look.description
        made = await self._session.write("POST", f"{ROOT}/calendars", body)
        if not text(made.get("id")):
            raise Forbidden("the calendar was not made: the answer names none")
        collection = Collection(href=f"/{text(made.get('id'))}/", name=name, components=_EVENTS_ONLY)
        if look is not None:
            with contextlib.suppress(ConnectorError):  # a calendar in another colour is as good
                path = f"{_LIST}/{_quoted(collection)}?colorRgbFormat=true"
                await self._session.write("PATCH", path, {"backgroundColor": look.color, "foregroundColor": _DARK})
        return collection

    async def _entries(self) -> Any:
        async for page in self._session.pages(_LIST, {"maxResults": _PAGE}, _next_page):
            for entry in rows_of(page, "items"):
                yield entry


def _next_page(page: Json) -> tuple[str, Mapping[str, str]] | None:
    token = text(page.get("nextPageToken"))
    return (_LIST, {"maxResults": _PAGE, "pageToken": token}) if token else None


def _collection(entry: Json) -> Collection | None:
    calendar = text(entry.get("id"))
    role = entry.get("accessRole")
    if not calendar or entry.get("deleted") is True or role not in {"reader", "writer", "owner"}:
        return None
    name = clean_name(text(entry.get("summaryOverride")) or text(entry.get("summary"))) or calendar
    return Collection(href=f"/{calendar}/", name=name, components=_EVENTS_ONLY, writable=role != "reader")


def _quoted(collection: Collection) -> str:
    return quote(collection.href.strip("/"), safe="")
