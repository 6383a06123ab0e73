"""The entries of one calendar: what changed since a token, all of them, one of them; and the writing of our own. A
series is one resource: itself and its exceptions, which the API lists as events of their own.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from termintreu.model import Collection, Resource, Snapshot
from termintreu.model.errors import Forbidden, InvalidAnswer, NotFound, PreconditionFailed, TokenInvalid
from termintreu_connectors.google.from_ical import event_of
from termintreu_connectors.google.ids import id_of, name_of
from termintreu_connectors.google.to_ical import is_cancelled, leads_of, stream_of
from termintreu_connectors.json_api import Json, JsonSession, rows_of, text

ROOT = "/calendar/v3"
_PAGE = "1000"
_MOST_SERIES = 25
"""Series that are fetched one by one after a change; beyond, all is listed anew."""
_ETAG = re.compile(r'"[^"\x00-\x1f]{1,200}"')
_LEFT_OUT = frozenset({"workingLocation"})
"""Where somebody works is no appointment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What we remember of a calendar."""

    sync: str
    leads: tuple[int, ...] = ()
    """Minutes before, of its default reminders: they change without any event changing."""

    def __str__(self) -> str:
        return json.dumps({"sync": self.sync, "leads": self.leads})

    @classmethod
    def read(cls, written: str | None) -> Token | None:
        """One that we wrote; None for anything else."""
        try:
            found = json.loads(written or "")
            return cls(sync=str(found["sync"]), leads=tuple(int(lead) for lead in found["leads"]))
        except (ValueError, TypeError, KeyError, RecursionError):
            return None


@dataclass(kw_only=True)
class _Listed:
    """What the pages of one list held."""

    leads: tuple[int, ...] = ()
    sync: str = ""
    whole: bool = True
    """False: something in it had no id, or no ETag."""
    events: dict[str, Json] = field(default_factory=dict)

    @property
    def token(self) -> Token:
        return Token(sync=self.sync, leads=self.leads)

    def groups(self) -> dict[str, list[Json]]:
        """The events by the id of the resource that they belong to. An exception whose series is not there (one was
        invited to that occurrence only) stands for itself."""
        found: dict[str, list[Json]] = {}
        for key, event in self.events.items():
            master = text(event.get("recurringEventId"))
            found.setdefault(master if master in self.events else key, []).append(event)
        return found


class Events:
    """Reads and writes events."""

    def __init__(self, session: JsonSession) -> None:
        self._session = session

    async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
        """See `termintreu.model.ports.Source.changes`."""
        remembered = Token.read(token)
        if remembered is not None:
            try:
                found = await self._since(collection, remembered, known)
            except TokenInvalid:
                found = None
            if found is not None:
                return found
        return await self.listing(collection, known)

    async def listing(self, collection: Collection, known: Mapping[str, str | None]) -> Snapshot:
        """See `termintreu.model.ports.Lists.listing`."""
        listed = await self._list(collection, {})
        rows = []
        for key, parts in listed.groups().items():
            if any(not is_cancelled(part) for part in parts):
                row = _row(collection, key, parts, listed.leads)
                rows.append(replace(row, data=None) if known.get(row.href) == row.etag else row)
        return Snapshot(
            collection=collection, token=str(listed.token), full=True, changed=tuple(rows), complete=listed.whole
        )

    async def fetch(self, href: str) -> Resource:
        """See `termintreu.model.ports.Target.fetch`."""
        collection, key = _split(href)
        event = await self._session.get(f"{_path(collection)}/{quote(key, safe='')}")
        if is_cancelled(event):
            raise NotFound("the event was deleted")
        parts = await self._series(collection, event) if "recurrence" in event else [event]
        return _row(collection, key, parts, ())

    async def create(self, collection: Collection, name: str, data: bytes) -> Resource:
        """See `termintreu.model.ports.Target.create`. The id is made of the name: done twice, it is refused."""
        event = {field: value for field, value in event_of(data).items() if value is not None}
        made = await self._session.write("POST", _path(collection), {"id": id_of(name)} | event)
        return Resource(href=collection.href + name, etag=_etag(made), data=None)

    async def update(self, href: str, data: bytes, etag: str) -> Resource:
        """See `termintreu.model.ports.Target.update`. What the user gave it beside (a colour) stays."""
        collection, key = _split(href)
        path = f"{_path(collection)}/{quote(key, safe='')}"
        try:
            changed = await self._session.write("PATCH", path, event_of(data), {"If-Match": _match(etag)})
        except Forbidden:
            await self.fetch(href)  # what was deleted is refused as well
            raise
        return Resource(href=href, etag=_etag(changed), data=None)

    async def delete(self, href: str, etag: str) -> None:
        """See `termintreu.model.ports.Target.delete`."""
        collection, key = _split(href)
        try:
            await self._session.write(
                "DELETE", f"{_path(collection)}/{quote(key, safe='')}", None, {"If-Match": _match(etag)}
            )
        except NotFound:
            return

    async def _since(self, collection: Collection, token: Token, known: Mapping[str, str | None]) -> Snapshot | None:
        """What changed; None where all has to be listed. Raises TokenInvalid."""
        listed = await self._list(collection, {"syncToken": token.sync})
        if listed.leads != token.leads:
            return None
        changed: list[Resource] = []
        gone: list[str] = []
        series = {_series_of(event) for event in listed.events.values()} - {""}
        if len(series) > _MOST_SERIES:
            return None
        alone = {key: event for key, event in listed.events.items() if not _series_of(event)}
        for master in sorted(series):
            parts = await self._whole_series(collection, master)
            if parts:
                changed.append(_row(collection, master, parts, listed.leads))
            else:
                gone.append(collection.href + name_of(master))
                alone |= {key: event for key, event in listed.events.items() if _series_of(event) == master != key}
        for key, event in alone.items():
            if is_cancelled(event):
                gone.append(collection.href + name_of(key))
            else:
                changed.append(_row(collection, key, [event], listed.leads))
        return Snapshot(
            collection=collection,
            token=str(listed.token),
            full=False,
            changed=tuple(changed),
            deleted=tuple(href for href in gone if href in known),
            complete=listed.whole,
        )

    async def _whole_series(self, collection: Collection, master: str) -> list[Json]:
        """A series with its exceptions; empty where it is no longer there."""
        try:
            event = await self._session.get(f"{_path(collection)}/{quote(master, safe='')}")
        except NotFound:
            return []
        return [] if is_cancelled(event) else await self._series(collection, event)

    async def _series(self, collection: Collection, master: Json) -> list[Json]:
        query = {"iCalUID": text(master.get("iCalUID")), "showDeleted": "true"}
        key = text(master.get("id"))
        listed = await self._list(collection, query)
        return [master, *(one for one in listed.events.values() if one.get("recurringEventId") == key)]

    async def _list(self, collection: Collection, query: Mapping[str, str]) -> _Listed:
        path = _path(collection)
        listed = _Listed()

        def following(page: Json) -> tuple[str, Mapping[str, str]] | None:
            token = text(page.get("nextPageToken"))
            return (path, {**query, "maxResults": _PAGE, "pageToken": token}) if token else None

        async for page in self._session.pages(path, {**query, "maxResults": _PAGE}, following):
            listed.leads = tuple(leads_of(page.get("defaultReminders")))
            listed.sync = text(page.get("nextSyncToken"))
            for event in rows_of(page, "items"):
                key = text(event.get("id"))
                if not key or not (is_cancelled(event) or _ETAG.fullmatch(text(event.get("etag")))):
                    listed.whole = False  # costs itself, and nothing beside it
                elif event.get("eventType") not in _LEFT_OUT:
                    listed.events[key] = event
        if not listed.sync and "iCalUID" not in query:
            raise InvalidAnswer("the list of events came without a sync token")
        return listed


def _series_of(event: Json) -> str:
    """The id of the series that an event is, or is of; "" for a single one."""
    return text(event.get("recurringEventId")) or (text(event.get("id")) if "recurrence" in event else "")


def _row(collection: Collection, key: str, parts: Sequence[Json], leads: Sequence[int]) -> Resource:
    etag = _etag(parts[0]) if len(parts) == 1 and not _by_default(parts) else _digest(parts, leads)
    return Resource(href=collection.href + name_of(key), etag=etag, data=stream_of(parts, leads))


def _by_default(parts: Iterable[Json]) -> bool:
    return any((part.get("reminders") or {}).get("useDefault") is True for part in parts)


def _digest(parts: Sequence[Json], leads: Sequence[int]) -> str:
    """An ETag of several events, or of one that rings as the calendar does. We write on the first part's alone."""
    said = sorted((text(part.get("id")), text(part.get("etag"))) for part in parts)
    whole = hashlib.sha256(json.dumps([said, list(leads)]).encode()).hexdigest()[:24]
    return f'{_etag(parts[0])[:-1]}~{whole}"'


def _etag(event: Json) -> str:
    etag = text(event.get("etag"))
    if not _ETAG.fullmatch(etag):
        raise InvalidAnswer("an event came without an ETag")
    return etag


def _match(etag: str) -> str:
    """The ETag as Google gave it. Raises PreconditionFailed where it is none."""
    if not _ETAG.fullmatch(etag):
        raise PreconditionFailed("nothing is changed without a strong ETag")
    return etag if "~" not in etag else etag.partition("~")[0] + '"'


def _path(collection: Collection) -> str:
    return f"{ROOT}/calendars/{quote(collection.href.strip('/'), safe='')}/events"


def _split(href: str) -> tuple[Collection, str]:
    """The collection of a resource, and its event's id."""
    place, _, name = href.rpartition("/")
    return Collection(href=f"{place}/", name=""), id_of(name)
