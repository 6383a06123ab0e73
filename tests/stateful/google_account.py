"""The stand-in for Google behind a proxy, with the face of the account in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, cast

from termintreu.model import Resource
from termintreu_connectors.api_account import Pace
from termintreu_connectors.google import GoogleAccount
from tests.fakes.google import GoogleCalendar
from tests.fakes.google.app import App
from tests.fakes.tokens import logged_in
from tests.faults.proxy import Proxy
from tests.servers import DavServer
from tests.stateful.real_server import RealAccount


class GoogleBehindProxy(RealAccount):
    """Anna's account there; it has no tasks."""

    writes: ClassVar = {"POST": "create", "PATCH": "update", "DELETE": "delete"}
    reads: ClassVar = {"GET": "changes"}

    def __init__(self, service: GoogleCalendar, proxy: Proxy, killed: type[BaseException], folder: Path) -> None:
        self._service = service
        self._folder = folder
        super().__init__(cast("DavServer", _Server(service)), proxy, killed)

    def connector(self) -> Any:
        async def at_once(_: float) -> None:
            return

        kept = logged_in(self._folder)
        return GoogleAccount("work", kept, base=self.proxy.url, pace=Pace(write_interval=0.0, sleep=at_once))

    def put(self, href: str, data: bytes) -> Resource:
        super().put(href, data)
        etag, stored = self.server.get(href)
        return Resource(href=href, etag=etag, data=stored)


class _Server(App):
    def make_calendar(self, name: str, components: tuple[str, ...] = ()) -> str:
        return super().make_calendar(name)

    def wipe(self) -> None:
        self.service.calendars.clear()
