"""The machine of the whole cycle on real servers: the same deeds and faults, in fewer examples."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import initialize, run_state_machine_as_test

from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.report import Report
from termintreu.cycle.world import World
from tests.fakes.google import google_calendar
from tests.faults.proxy import Proxy
from tests.faults.worlds import Killed, a_world
from tests.servers import DavServer
from tests.stateful.examples import examples
from tests.stateful.google_account import GoogleBehindProxy
from tests.stateful.real_server import RealAccount
from tests.stateful.test_cycle import FOREIGN, WholeCycle

_UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""A smaller example is looked for on the account in memory: here it would take for ever."""


class OnServer(WholeCycle):
    """The machine on whatever a proxy stands before."""

    foreign: ClassVar[dict[str, bytes]] = {name: data for name, data in FOREIGN.items() if name != "broken.ics"}
    port: ClassVar[int]
    with_tasks: ClassVar[bool] = True

    def account(self) -> RealAccount:
        raise NotImplementedError

    @initialize(target=WholeCycle.calls)
    def start(self) -> Any:  # type: ignore[override]  # a real server is what it is
        self.loop = asyncio.Runner()
        self.proxy = Proxy(self.port).__enter__()
        self.server = self.account()  # type: ignore[assignment]  # it has the same face
        return self.begin(tasks=self.with_tasks)

    def started(self, memory: Any = None) -> World:
        if hasattr(self, "world"):
            self.loop.run(self.world.disconnect())
        return a_world(self.server.connector(), memory or self.store)

    def run_cycle(self) -> Report:
        async def mortal() -> Report:
            task = asyncio.ensure_future(run_cycle(self.world, self.now))
            self.server.begins(task)
            return await task

        try:
            return self.loop.run(mortal())
        except asyncio.CancelledError:
            raise Killed from None

    def teardown(self) -> None:
        self.loop.run(self.world.disconnect())
        self.loop.close()
        self.proxy.__exit__()


@pytest.mark.parametrize("kind", ["radicale", "xandikos"])
def test_on_a_real_server_nothing_is_lost_doubled_or_touched(request: pytest.FixtureRequest, kind: str) -> None:
    """What no server takes (bytes that are no calendar) is left to the account in memory."""
    dav: DavServer = request.getfixturevalue(kind)

    class OnDav(OnServer):
        port = dav.port

        def account(self) -> RealAccount:
            return RealAccount(dav, self.proxy, Killed)

    run_state_machine_as_test(OnDav, settings=settings(examples(6, steps=12), phases=_UNSHRUNK))


def test_on_googles_api_nothing_is_lost_doubled_or_touched(tmp_path: Path) -> None:
    with google_calendar() as service:

        class OnGoogle(OnServer):
            port = int(service.url.rpartition(":")[2])
            with_tasks = False

            def account(self) -> RealAccount:
                return GoogleBehindProxy(service, self.proxy, Killed, tmp_path)

            def keep(self, href: str, data: bytes) -> None:
                """What is cancelled is gone there."""
                if b"STATUS:CANCELLED" in data:
                    self.calendar.pop(href, None)
                    self.server.remove(href)
                else:
                    super().keep(href, data)

        run_state_machine_as_test(OnGoogle, settings=settings(examples(6, steps=12), phases=_UNSHRUNK))
