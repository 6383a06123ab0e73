"""A real server behind a proxy, with the face of the account in memory: so that one machine runs on both.

What the model asks for between two steps is read once: looking at everything after each step would be most of the work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, ClassVar

from termintreu.model import Collection, Resource
from termintreu.model.errors import ConnectorError, Forbidden, OutOfSpace, PreconditionFailed, Unauthorized, Unavailable
from termintreu.model.ports import Target
from termintreu_connectors.caldav import CalDavAccount
from termintreu_connectors.memory import Fault, Op
from tests.faults.proxy import Misdeed, Proxy, Request, cut_off, lost, status
from tests.servers import DavServer

_EXPIRED = b'<error xmlns="DAV:"><valid-sync-token/></error>'
_FAULTS = {
    Fault.LOST_BEFORE: Misdeed("lost before"),
    Fault.LOST_AFTER: Misdeed("lost after", reaches_the_server=True, spoil=lost),
    Fault.SWALLOWED: status(302, Location="/elsewhere/"),
    Fault.INCOMPLETE: Misdeed("cut off", reaches_the_server=True, spoil=cut_off),
    Fault.TOKEN_INVALID: status(403, _EXPIRED, Content_Type="application/xml"),
}
_STATUS: dict[type[ConnectorError], int] = {
    Unavailable: 503,
    Unauthorized: 401,
    Forbidden: 403,
    PreconditionFailed: 412,
    OutOfSpace: 507,
}


class RealAccount:
    """Anna's account on a real server; `faults` is asked before each of the program's requests."""

    writes: ClassVar = {
        "PUT": "create",
        "DELETE": "delete",
        "MKCALENDAR": "ensure",
        "MKCOL": "ensure",
        "PROPPATCH": "ensure",
    }
    reads: ClassVar = {"PROPFIND": "collections", "REPORT": "changes", "GET": "fetch"}

    def __init__(self, server: DavServer, proxy: Proxy, killed: type[BaseException]) -> None:
        server.wipe()
        self.server = server
        self.proxy = proxy
        self.calendar = Collection(href=server.make_calendar("Arbeit", components=("VEVENT",)), name="Arbeit")
        self.faults: Callable[[Op], Fault | ConnectorError | None] | None = None
        self.looks_empty = False
        self._killed = killed
        self._kill: Callable[[], object] = lambda: None
        self._numbers = iter(range(1, 1_000_000))
        self._known: dict[tuple[str, str], bytes] = {}
        self._seen: dict[str, bytes] | None = None
        proxy.misdeed = self._misdeed

    def connector(self) -> Target:
        """The program's side of it."""

        async def at_once(_: float) -> None:
            return

        user, password = self.server.username, self.server.password
        return CalDavAccount("work", self.proxy.url, user, password, write_interval=0.0, sleep=at_once)

    def begins(self, task: asyncio.Task[Any]) -> None:
        """A cycle that dies where `faults` says so."""
        loop = asyncio.get_running_loop()
        self._kill = lambda: loop.call_soon_threadsafe(task.cancel)
        self._seen = None

    def put(self, href: str, data: bytes) -> Resource:
        """What the user's app stores."""
        self._seen = None
        self.server.put(href, data)
        etag, stored = self.server.get(href)
        return Resource(href=href, etag=etag, data=stored)

    def remove(self, href: str) -> None:
        """What the user deletes."""
        self._seen = None
        self.server.delete(href)

    def data(self, href: str) -> bytes:
        """What stands there."""
        return self.objects()[href]

    def objects(self, collection: str = "") -> dict[str, bytes]:
        """All there is, or what is in one collection."""
        if self._seen is None:
            folders = self.server.list(self.server.home())
            paths = [path for folder in sorted(folders) for path in self.server.list(folder)]
            self._seen = {path: self.server.get(path)[1] for path in paths}
        return {href: data for href, data in self._seen.items() if href.startswith(collection)}

    def own_objects(self) -> dict[str, bytes]:
        """Everything outside of the watched calendar."""
        return {href: data for href, data in self.objects().items() if not href.startswith(self.calendar.href)}

    def expire_tokens(self) -> None:
        """What the server does in its own time: here it is a fault of a request."""

    def _misdeed(self, request: Request) -> Misdeed | None:
        self._seen = None
        kind = self.writes.get(request.method) or self.reads.get(request.method)
        if self.faults is None or kind is None:
            return None
        op = Op(kind=kind, href=request.path, number=next(self._numbers))  # type: ignore[arg-type]  # of the kinds above
        try:
            fault = self.faults(op)
        except self._killed:
            self._kill()
            return _FAULTS[Fault.LOST_BEFORE]
        if isinstance(fault, ConnectorError):
            pause = {} if fault.retry_after is None else {"Retry_After": f"{fault.retry_after:.0f}"}
            return status(_STATUS[type(fault)], **pause)
        return None if fault is None else _FAULTS[fault]
