"""A Microsoft account (Microsoft 365, Outlook.com) as Source and Target, by Microsoft Graph (v1.0). Puts together the
parts beside it over one HTTP client. Graph knows no right that reaches our own calendars only: each write looks first
whether it made what stands there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from termintreu.model import Collection, Look, Resource, Snapshot
from termintreu_connectors.api_account import ApiAccount, Pace
from termintreu_connectors.kept_login import KeptLogin
from termintreu_connectors.microsoft.events import Events
from termintreu_connectors.microsoft.folders import Folders
from termintreu_connectors.microsoft.graph import PREFER, Graph, explain
from termintreu_connectors.microsoft.tasks import LISTS, Tasks


def _utc_now() -> datetime:
    return datetime.now(UTC)


class MicrosoftAccount(ApiAccount):
    """One log-in at Microsoft. Every method raises `ConnectorError` and nothing else."""

    def __init__(
        self,
        name: str,
        kept: KeptLogin | None,
        *,
        base: str,
        pace: Pace | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        """See `ApiAccount`. `now`: UTC; the window in which changes are told lies around it. None: the machine's."""
        super().__init__(name, kept, base=base, explain=explain, headers={"Prefer": PREFER}, pace=pace)
        graph = Graph(self.session)
        self._folders = Folders(graph)
        self._events = Events(graph, now or _utc_now)
        self._tasks = Tasks(graph)

    async def collections(self) -> Sequence[Collection]:
        """Every calendar and every list of tasks: two requests."""
        return await self._folders.collections()

    async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
        """What changed since `token`: one request where nothing did."""
        before = self.requests
        if _is_list(collection.href):
            snapshot = await self._tasks.changes(collection, token, known)
        else:
            snapshot = await self._events.changes(collection, token, known)
        return replace(snapshot, requests=self.requests - before)

    async def listing(self, collection: Collection, known: Mapping[str, str | None]) -> Snapshot:
        """All that is there, of a calendar within the window."""
        before = self.requests
        if _is_list(collection.href):
            snapshot = await self._tasks.listing(collection, known)
        else:
            snapshot = await self._events.listing(collection, known)
        return replace(snapshot, requests=self.requests - before)

    async def ensure(self, name: str, components: frozenset[str], look: Look | None = None) -> Collection:
        """The calendar, or the list of tasks, of that name, made where it is missing."""
        return await self._folders.ensure(name, components, look)

    async def create(self, collection: Collection, name: str, data: bytes) -> Resource:
        """An event or a task, at an href that Graph chooses. Raises PreconditionFailed for an event that was made
        already."""
        if _is_list(collection.href):
            return await self._tasks.create(collection, data)
        return await self._events.create(collection, name, data)

    async def update(self, href: str, data: bytes, etag: str) -> Resource:
        """PATCH, after a look. Raises PreconditionFailed, NotFound, Forbidden for what is not ours."""
        return await (self._tasks if _is_list(href) else self._events).update(href, data, etag)

    async def delete(self, href: str, etag: str) -> None:
        """DELETE, after a look; gone already is success. Raises PreconditionFailed, Forbidden for what is not ours."""
        await (self._tasks if _is_list(href) else self._events).delete(href, etag)

    async def fetch(self, href: str) -> Resource:
        """One event, one series or one task. Raises NotFound."""
        return await (self._tasks if _is_list(href) else self._events).fetch(href)

    async def description(self, collection: Collection) -> str:
        """What we left there when we made it."""
        return await self._folders.description(collection)

    async def discard(self, collection: Collection) -> None:
        """DELETE of a calendar or list; gone already is success."""
        await self._folders.discard(collection)


def _is_list(href: str) -> bool:
    return href.startswith(LISTS)
