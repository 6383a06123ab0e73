"""A CalDAV account as Source and Target (RFC 4791, RFC 6578). Puts together the parts in `dav`: discovery,
synchronising, writing, over one HTTP client. Reading appointments never changes anything on the server.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from termintreu.model import Collection, Look, Resource, Snapshot
from termintreu.model.logins import LoginState
from termintreu.model.ports import Signs
from termintreu_connectors.dav.discovery import Discovery
from termintreu_connectors.dav.hrefs import Hrefs
from termintreu_connectors.dav.session import DavSession
from termintreu_connectors.dav.sync import Synchronizer
from termintreu_connectors.dav.writing import Maker, Writer
from termintreu_connectors.http import HttpLimits, account_client
from termintreu_connectors.kept_login import KeptLogin
from termintreu_connectors.retry import Retry, Sleep


class CalDavAccount:
    """One log-in on one CalDAV server.

    Every method raises `ConnectorError` and nothing else. Connections are kept alive until `close`.
    """

    def __init__(
        self,
        name: str,
        url: str,
        username: str | None = None,
        password: str | None = None,
        *,
        allow_private: bool = False,
        kept: KeptLogin | None = None,
        limits: HttpLimits | None = None,
        chunk: int = 250,
        write_interval: float = 0.05,
        longest_wait: float = 30.0,
        sleep: Sleep = asyncio.sleep,
        nameservers: Sequence[tuple[str, int]] | None = None,
    ) -> None:
        """Sends nothing yet.

        Args:
            name: as in the configuration.
            url: of the server, the principal, the calendar home or one calendar; or a bare domain (RFC 6764).
            allow_private: plain http is allowed on private addresses too, not only on loopback. Only the host that
                `url` names may have a private address, whatever this says.
            kept: a log-in that `termintreu login` obtained, or will; not used beside a username.
            limits: of each request.
            chunk: resources in one multiget.
            write_interval: seconds between the beginnings of two writes.
            longest_wait: seconds; a Retry-After beyond it is handed on as `Unavailable.retry_after`.
            sleep: waits for so many seconds.
            nameservers: addresses and ports of DNS servers, for a bare domain; None: the system's.
        """
        self._name = name
        self._kept = kept
        self._http, plain = account_client(
            url, username, password, allow_private=allow_private, limits=limits, kept=kept
        )
        session = DavSession(
            self._http,
            Hrefs(plain),
            retry=Retry(longest=longest_wait, sleep=sleep),
            sleep=sleep,
            write_interval=write_interval,
        )
        self._discovery = Discovery(session, plain, nameservers=nameservers)
        self._synchronizer = Synchronizer(session, self._discovery.without_sync, chunk=chunk)
        self._writer = Writer(session, self._discovery)
        self._maker = Maker(session, self._discovery)

    def __repr__(self) -> str:
        return f"CalDavAccount({self._name!r})"

    @property
    def name(self) -> str:
        """The name in the configuration."""
        return self._name

    @property
    def requests(self) -> int:
        """Requests sent since the start, with redirects, log-in rounds and repetitions."""
        return self._http.requests

    def signs(self) -> Signs:
        """What the server's last answer shows of it."""
        return self._http.signs()

    @property
    def address(self) -> str | None:
        """See `termintreu.model.ports.KnowsItsAddress`."""
        return self._discovery.address

    @property
    def availability(self) -> str | None:
        """See `termintreu.model.ports.TellsAvailability`."""
        return self._discovery.availability

    def login(self) -> LoginState:
        """As of now."""
        return LoginState(kind="password") if self._kept is None else self._kept.state()

    def has_new_login(self) -> bool:
        """Whether a refused log-in was replaced since."""
        return self._kept is not None and self._kept.has_new_login()

    async def collections(self) -> Sequence[Collection]:
        """Every calendar with events or tasks. Raises NotFound where the URL leads to none."""
        return await self._discovery.collections()

    async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
        """What changed since `token`: one request where nothing did. Raises NotFound where the calendar is gone."""
        await self._discovery.find_host()
        return await self._synchronizer.changes(collection, token, known)

    async def listing(self, collection: Collection, known: Mapping[str, str | None]) -> Snapshot:
        """All that is there, by a PROPFIND of ETags: one request where nothing differs. Raises NotFound where the
        calendar is gone."""
        await self._discovery.find_host()
        return await self._synchronizer.listing(collection, known)

    async def ahead(self, collection: Collection, start: datetime, end: datetime) -> Sequence[Resource] | None:
        """What a calendar-query finds between two moments (UTC); None where the server refuses it."""
        await self._discovery.find_host()
        return await self._synchronizer.ahead(collection, start, end)

    def watch(self, wake: Callable[[], None]) -> AbstractContextManager[None] | None:
        """Wakes when somebody has logged in; None where that is no matter, for a CalDAV server tells nothing itself."""
        return None if self._kept is None else self._kept.watch(wake)

    async def ensure(self, name: str, components: frozenset[str], look: Look | None = None) -> Collection:
        """The calendar of that display name, made where it is missing. Raises Forbidden."""
        return await self._maker.ensure(name, components, look)

    async def create(self, collection: Collection, name: str, data: bytes) -> Resource:
        """PUT with If-None-Match: *. Raises PreconditionFailed where something stands there, or its UID elsewhere."""
        await self._discovery.find_host()
        return await self._writer.create(collection, name, data)

    async def update(self, href: str, data: bytes, etag: str) -> Resource:
        """PUT with If-Match. Raises PreconditionFailed, NotFound."""
        await self._discovery.find_host()
        return await self._writer.update(href, data, etag)

    async def delete(self, href: str, etag: str) -> None:
        """DELETE with If-Match; gone already is success. Raises PreconditionFailed."""
        await self._discovery.find_host()
        await self._writer.delete(href, etag)

    async def fetch(self, href: str) -> Resource:
        """GET. Raises NotFound."""
        await self._discovery.find_host()
        return await self._writer.fetch(href)

    async def description(self, collection: Collection) -> str:
        """Its calendar-description (RFC 4791 5.2.1)."""
        await self._discovery.find_host()
        return await self._discovery.description(collection.href)

    async def discard(self, collection: Collection) -> None:
        """DELETE of a calendar; gone already is success."""
        await self._discovery.find_host()
        await self._writer.discard(collection)

    async def close(self) -> None:
        """Give back the connections."""
        await self._http.close()
