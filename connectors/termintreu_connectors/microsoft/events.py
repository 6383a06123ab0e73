"""The entries of one calendar: what changed, and the writing of our own. Graph tells changes of a window of time only,
and of what repeats itself only when: a series is fetched as the occurrences that it has within that window.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from termintreu.model import Collection, Resource, Snapshot
from termintreu.model.errors import ConnectorError, Forbidden, NotFound, PreconditionFailed, TokenInvalid
from termintreu_connectors.json_api import Json, rows_of, text
from termintreu_connectors.microsoft.event_ical import event_of, stream_of
from termintreu_connectors.microsoft.graph import VERSION, Graph
from termintreu_connectors.microsoft.kept_lines import EXPAND, unpacked
from termintreu_connectors.microsoft.syncing import (
    Delta,
    Token,
    delta,
    etag_of,
    has_key,
    if_match,
    key_of,
    name_of,
    with_own_whole,
    without_known,
)

CALENDARS = "/calendars/"
"""What the hrefs of calendars begin with."""
_AROUND = timedelta(days=120)
"""So far back and ahead reaches the window: further than anything is remembered or reminded of."""
_RENEWED_AFTER = timedelta(days=30)
_SERIES = "series-"
"""What the names of series begin with: when an occurrence goes, Graph does not say of which."""
_SERIES_TYPES = frozenset({"seriesMaster", "occurrence", "exception"})
_EXPANDED = {"$expand": EXPAND}


class Events:
    """Reads and writes events."""

    def __init__(self, graph: Graph, now: Callable[[], datetime]) -> None:
        """`now`: UTC."""
        self._graph = graph
        self._now = now

    async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
        """See `termintreu.model.ports.Source.changes`."""
        remembered = Token.read(token)
        if remembered is None or remembered.until is None or self._now() >= remembered.until:
            return await self.listing(collection, known)
        try:
            found = await delta(self._graph, remembered.link, {})
        except TokenInvalid:
            return await self.listing(collection, known)
        series, unknown = self._series_of(found.rows.values()), self._unknown(collection, found, known)
        if unknown:
            series |= self._known_series(collection, known)
        rows, gone = await self._rows(collection, found, series)
        if found.unread:
            return await self.listing(collection, known)  # so that the link is not followed past it
        gone |= {collection.href + name_of(key) for key in found.removed}
        gone |= {collection.href + name_of(_SERIES + key) for key in found.removed}
        held = {row.href for row in rows}
        return Snapshot(
            collection=collection,
            token=str(Token(link=found.link, until=remembered.until)),
            full=False,
            changed=tuple(rows),
            deleted=tuple(sorted(href for href in gone - held if href in known)),
            complete=found.whole,
        )

    async def listing(self, collection: Collection, known: Mapping[str, str | None]) -> Snapshot:
        """See `termintreu.model.ports.Lists.listing`."""
        start, end = self._window()
        path = f"{VERSION}/me/calendars/{_calendar(collection)}/calendarView/delta"
        found = await delta(self._graph, path, {"startDateTime": start, "endDateTime": end})
        rows, _ = await self._rows(collection, found, self._series_of(found.rows.values()))
        return Snapshot(
            collection=collection,
            token=None if found.unread else str(Token(link=found.link, until=self._now() + _RENEWED_AFTER)),
            full=True,
            changed=without_known(rows, known),
            complete=not found.incomplete,
        )

    async def fetch(self, href: str) -> Resource:
        """See `termintreu.model.ports.Target.fetch`."""
        name = key_of(href)
        if name.startswith(_SERIES):
            [parts] = await self._whole_series([name.removeprefix(_SERIES)])
            if not parts:  # gone, or it cannot be had
                raise NotFound("the series is gone, or has nothing near today")
            return Resource(href=href, etag=_series_etag(parts), data=stream_of(parts[1:], _uid(parts[0])))
        event = await self._graph.get(_path(name), _EXPANDED)
        return Resource(href=href, etag=etag_of(event), data=stream_of([event], _uid(event)))

    async def create(self, collection: Collection, name: str, data: bytes) -> Resource:
        """See `termintreu.model.ports.Target.create`. Graph chooses the id; the name is the transaction's, so that a
        create that is sent twice is refused."""
        event = event_of(data) | {"transactionId": name.removesuffix(".ics")[:255]}
        made = await self._graph.write("POST", f"/me/calendars/{_calendar(collection)}/events", event)
        if not text(made.get("id")):
            raise Forbidden("the event was not made: the answer names none")
        return Resource(href=collection.href + name_of(text(made.get("id"))), etag=etag_of(made), data=None)

    async def update(self, href: str, data: bytes, etag: str) -> Resource:
        """See `termintreu.model.ports.Target.update`."""
        match = if_match(etag)
        await self._ours(href, etag)
        changed = await self._graph.write("PATCH", _path(key_of(href)), event_of(data), match)
        return Resource(href=href, etag=etag_of(changed), data=None)

    async def delete(self, href: str, etag: str) -> None:
        """See `termintreu.model.ports.Target.delete`."""
        match = if_match(etag)
        try:
            await self._ours(href, etag)
            await self._graph.write("DELETE", _path(key_of(href)), None, match)
        except NotFound:
            return

    async def _ours(self, href: str, etag: str) -> None:
        """Look before a write: the log-in could change any entry, and Graph may not look at If-Match. Raises Forbidden
        where it is not ours, PreconditionFailed where it changed."""
        there = await self._graph.get(_path(key_of(href)), _EXPANDED)
        if unpacked(there) is None:
            raise Forbidden("nothing is changed that termintreu did not make")
        if etag_of(there) != etag:
            raise PreconditionFailed("it changed since it was read")

    def _window(self) -> tuple[str, str]:
        today = self._now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return f"{today - _AROUND:%Y-%m-%dT%H:%M:%SZ}", f"{today + _AROUND:%Y-%m-%dT%H:%M:%SZ}"

    def _series_of(self, rows: Iterable[Json]) -> set[str]:
        """The ids of the series that rows are of."""
        found = (
            text(row.get("seriesMasterId")) or (text(row.get("id")) if row.get("type") == "seriesMaster" else "")
            for row in rows
        )
        return set(found) - {""}

    def _unknown(self, collection: Collection, found: Delta, known: Mapping[str, str | None]) -> bool:
        """Whether something went that has no resource of its own: an occurrence, or what was never in the window."""
        return any(
            collection.href + name_of(key) not in known and collection.href + name_of(_SERIES + key) not in known
            for key in found.removed
        )

    def _known_series(self, collection: Collection, known: Mapping[str, str | None]) -> set[str]:
        begins = collection.href + _SERIES
        return {key_of(href).removeprefix(_SERIES) for href in known if href.startswith(begins)}

    async def _rows(self, collection: Collection, found: Delta, series: set[str]) -> tuple[list[Resource], set[str]]:
        """The resources of what a delta told of, and the hrefs of series that are no longer there."""
        await with_own_whole(self._graph, found, _path)
        single = {key: row for key, row in found.rows.items() if row.get("type") not in _SERIES_TYPES}
        rows = [
            Resource(href=collection.href + name_of(key), etag=etag_of(row), data=stream_of([row], _uid(row)))
            for key, row in single.items()
        ]
        gone: set[str] = set()
        masters = sorted(series)
        for master, parts in zip(masters, await self._whole_series(masters), strict=True):
            href = collection.href + name_of(_SERIES + master)
            if parts is None:
                found.unread = True
            elif len(parts) > 1:
                data = stream_of(parts[1:], _uid(parts[0]))
                rows.append(Resource(href=href, etag=_series_etag(parts), data=data))
            else:
                gone.add(href)
        return rows, gone

    async def _whole_series(self, masters: Sequence[str]) -> list[list[Json] | None]:
        """Each series: itself, then its occurrences in the window; empty: it is gone; None: it cannot be had."""
        start, end = self._window()
        query = urlencode({"startDateTime": start, "endDateTime": end, "$top": "300"})
        asked = [path for key in masters for path in (_path(key), f"{_path(key)}/instances?{query}")]
        answers = await self._graph.several(asked)
        found: list[list[Json] | None] = []
        for master, instances in zip(answers[::2], answers[1::2], strict=True):
            if isinstance(master, ConnectorError) or isinstance(instances, ConnectorError):
                found.append([] if isinstance(master, NotFound) or isinstance(instances, NotFound) else None)
                continue
            parts = [master, *rows_of(instances, "value")]
            if more := text(instances.get("@odata.nextLink")):
                parts += [row async for page in self._graph.pages(more, {}) for row in rows_of(page, "value")]
            found.append(parts if all(map(has_key, parts)) else None)
        return found


def _uid(event: Json) -> str:
    return text(event.get("iCalUId")) or f"{text(event.get('id'))}@outlook.com"


def _series_etag(parts: Sequence[Json]) -> str:
    said = sorted((text(part.get("id")), etag_of(part)) for part in parts)
    return f'"{hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]}"'


def _calendar(collection: Collection) -> str:
    return quote(collection.href.removeprefix(CALENDARS).strip("/"), safe="")


def _path(key: str) -> str:
    return f"/me/events/{quote(key, safe='')}"
