"""A CardDAV account (RFC 6352) as Source of address books. It has no way to write, and sends nothing that changes
anything on the server. What is not needed of a card is dropped as it arrives, so that photographs never pile up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager

from termintreu.model import Collection, Snapshot
from termintreu.model.logins import LoginState
from termintreu.model.ports import Signs
from termintreu_connectors.dav.dialects import ADDRESS_BOOKS
from termintreu_connectors.dav.discovery import Discovery
from termintreu_connectors.dav.hrefs import Hrefs
from termintreu_connectors.dav.session import DavSession
from termintreu_connectors.dav.sync import Synchronizer
from termintreu_connectors.http import HttpLimits, account_client
from termintreu_connectors.kept_login import KeptLogin
from termintreu_connectors.retry import Retry, Sleep


class CardDavAccount:
    """One log-in on one CardDAV server.

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
        chunk: int = 100,
        trim: Callable[[bytes], bytes] | None = None,
        longest_wait: float = 30.0,
        sleep: Sleep = asyncio.sleep,
        nameservers: Sequence[tuple[str, int]] | None = None,
    ) -> None:
        """Sends nothing yet.

        Args:
            name: as in the configuration.
            url: of the server, the principal, the home of the address books or one of them; or a bare domain.
            allow_private: plain http is allowed on private addresses too, not only on loopback. Only the host that
                `url` names may have a private address, whatever this says.
            kept: a log-in that `termintreu login` obtained, or will; not used beside a username.
            limits: of each request.
            chunk: cards in one multiget.
            trim: what to keep of a card; None: all of it.
            longest_wait: seconds; a Retry-After beyond it is handed on as `Unavailable.retry_after`.
            sleep: waits for so many seconds.
            nameservers: addresses and ports of DNS servers, for a bare domain; None: the system's.
        """
        self._name = name
        self._kept = kept
        self._http, plain = account_client(
            url, username, password, allow_private=allow_private, limits=limits, kept=kept
        )
        retry = Retry(longest=longest_wait, sleep=sleep)
        session = DavSession(self._http, Hrefs(plain), retry=retry, sleep=sleep, write_interval=0.0)
        self._discovery = Discovery(session, plain, ADDRESS_BOOKS, nameservers)
        self._synchronizer = Synchronizer(
            session, self._discovery.without_sync, chunk=chunk, dialect=ADDRESS_BOOKS, trim=trim
        )

    def __repr__(self) -> str:
        return f"CardDavAccount({self._name!r})"

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

    def login(self) -> LoginState:
        """As of now."""
        return LoginState(kind="password") if self._kept is None else self._kept.state()

    def has_new_login(self) -> bool:
        """Whether a refused log-in was replaced since."""
        return self._kept is not None and self._kept.has_new_login()

    async def collections(self) -> Sequence[Collection]:
        """Every address book. Raises NotFound where the URL leads to none."""
        return await self._discovery.collections()

    async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
        """What changed since `token`: one request where nothing did. Raises NotFound where the book is gone."""
        await self._discovery.find_host()
        return await self._synchronizer.changes(collection, token, known)

    async def listing(self, collection: Collection, known: Mapping[str, str | None]) -> Snapshot:
        """All that is there, by a PROPFIND of ETags: one request where nothing differs. Raises NotFound where the book
        is gone."""
        await self._discovery.find_host()
        return await self._synchronizer.listing(collection, known)

    def watch(self, wake: Callable[[], None]) -> AbstractContextManager[None] | None:
        """Wakes when somebody has logged in; None where that is no matter, for CardDAV servers tell nothing."""
        return None if self._kept is None else self._kept.watch(wake)

    async def close(self) -> None:
        """Give back the connections."""
        await self._http.close()
