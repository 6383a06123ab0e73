"""The machine of the whole cycle on real servers: the same deeds and faults, in fewer examples."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import initialize, run_state_machine_as_test

from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.report import Report
from termintreu.cycle.world import World
from tests.faults.proxy import Proxy
from tests.faults.worlds import Killed, a_world
from tests.servers import DavServer
from tests.stateful.examples import examples
from tests.stateful.real_server import RealAccount
from tests.stateful.test_cycle import FOREIGN, WholeCycle

_UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""A smaller example is looked for on the account in memory: here it would take for ever."""


@pytest.mark.parametrize("kind", ["radicale", "xandikos"])
def test_on_a_real_server_nothing_is_lost_doubled_or_touched(request: pytest.FixtureRequest, kind: str) -> None:
    """What no server takes (bytes that are no calendar) is left to the account in memory."""
    dav: DavServer = request.getfixturevalue(kind)

    class OnServer(WholeCycle):
        foreign: ClassVar[dict[str, bytes]] = {name: data for name, data in FOREIGN.items() if name != "broken.ics"}

        @initialize(target=WholeCycle.calls)
        def start(self) -> Any:  # type: ignore[override]  # a real server is what it is
            self.loop = asyncio.Runner()
            self.proxy = Proxy(dav.port).__enter__()
            self.server = RealAccount(dav, self.proxy, Killed)  # type: ignore[assignment]  # it has the same face
            return self.begin(tasks=True)

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

    run_state_machine_as_test(OnServer, settings=settings(examples(6, steps=12), phases=_UNSHRUNK))
