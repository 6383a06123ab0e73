"""A Google account as Source and Target, by the Calendar API (v3). Puts together the parts beside it over one HTTP
client. Reading appointments never changes anything, and the log-in could not: it may write only what it made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from termintreu.model import Collection, Look, Resource, Snapshot
from termintreu_connectors.api_account import ApiAccount, Pace
from termintreu_connectors.google.calendars import Calendars
from termintreu_connectors.google.errors import explain
from termintreu_connectors.google.events import Events
from termintreu_connectors.kept_login import KeptLogin


class GoogleAccount(ApiAccount):
    """One log-in at Google. Every method raises `ConnectorError` and nothing else."""

    def __init__(self, name: str, kept: KeptLogin | None, *, base: str, pace: Pace | None = None) -> None:
        """See `ApiAccount`."""
        super().__init__(name, kept, base=base, explain=explain, pace=pace)
        self._calendars = Calendars(self.session)
        self._events = Events(self.session)

    async def collections(self) -> Sequence[Collection]:
        """Every calendar in the user's list."""
        return await self._calendars.collections()

    async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
        """What changed since `token`: one request where nothing did."""
        before = self.requests
        snapshot = await self._events.changes(collection, token, known)
        return replace(snapshot, requests=self.requests - before)

    async def listing(self, collection: Collection, known: Mapping[str, str | None]) -> Snapshot:
        """All that is there: one request for a thousand events."""
        before = self.requests
        snapshot = await self._events.listing(collection, known)
        return replace(snapshot, requests=self.requests - before)

    async def ensure(self, name: str, components: frozenset[str], look: Look | None = None) -> Collection:
        """The calendar of that name, made where it is missing. It holds events: tasks have no time there."""
        return await self._calendars.ensure(name, look)

    async def create(self, collection: Collection, name: str, data: bytes) -> Resource:
        """An event whose id comes of `name`. Raises PreconditionFailed where it is taken, or was."""
        return await self._events.create(collection, name, data)

    async def update(self, href: str, data: bytes, etag: str) -> Resource:
        """PATCH with If-Match. Raises PreconditionFailed, NotFound."""
        return await self._events.update(href, data, etag)

    async def delete(self, href: str, etag: str) -> None:
        """DELETE with If-Match; gone already is success. Raises PreconditionFailed."""
        await self._events.delete(href, etag)

    async def fetch(self, href: str) -> Resource:
        """One event, or one series. Raises NotFound."""
        return await self._events.fetch(href)

    async def description(self, collection: Collection) -> str:
        """That of the calendar."""
        return await self._calendars.description(collection)

    async def discard(self, collection: Collection) -> None:
        """DELETE of a calendar; gone already is success."""
        await self._calendars.discard(collection)
