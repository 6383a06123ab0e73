"""A second installation on one account, with another language and fewer rules, in the machine of the whole cycle:
with random deeds and faults; then neither writes anything more, nothing is doubled, and no reminder is missing.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.world import World
from termintreu.model import Observed
from termintreu.storage import Store
from tests.faults.worlds import a_config, a_world
from tests.stateful.examples import examples
from tests.stateful.test_cycle import LATER, WholeCycle


class TwoInstallations(WholeCycle):
    """Anna's laptop beside her server."""

    def begin(self, *, tasks: bool) -> Any:
        self.others_store = Store.open(None)
        return super().begin(tasks=tasks)

    def started(self, memory: Any = None) -> World:
        return a_world(self.server, memory or self.store, author="aaaaaaaa")

    @rule(times=st.integers(1, 2))
    def the_other_has_its_turn(self, times: int) -> None:
        for _ in range(times):
            self.others_turn()

    @rule()
    def a_healthy_stretch(self) -> None:
        self.world = self.started()
        self.now += LATER
        quiet = 0
        for _ in range(12):
            self.written_to.clear()
            self.cycle()
            self.others_turn()
            quiet = 0 if self.written_to else quiet + 1
            if quiet == 2:
                break
        assert quiet == 2, "they fight"
        self.nothing_is_lost_or_left_over()
        self.nothing_is_doubled()

    def others_turn(self) -> None:
        """A healthy cycle of the other installation."""
        world = a_world(self.server, self.others_store, author="bbbbbbbb", config=a_config(language="en"))
        self.server.faults = self.noted
        settings = replace(world.settings, disabled=frozenset({"conflict"}))
        asyncio.run(run_cycle(replace(world, settings=settings), self.now))
        self.server.faults = None

    def noted(self, op: Any) -> None:
        """Who writes, and where."""
        if op.writes and op.kind != "ensure":
            self.written_to.add(op.href)

    def is_known(self, item: Observed, *statuses: str) -> bool:
        """A deletion holds where both know what was deleted; nobody brings back what one of them saw going."""
        mine, others = (
            store.load_history(self.now).items.get(f"{item.call_key}/{item.kind}/{item.role}")
            for store in (self.store, self.others_store)
        )
        known = [
            one is not None
            and one.uid == item.uid
            and one.status in (statuses or ("live",))
            and (bool(statuses) or one.anchor == item.anchor)
            for one in (mine, others)
        ]
        return any(known) if statuses else all(known)


TwoInstallations.TestCase.settings = examples(25, steps=25)
TestTwoInstallations = TwoInstallations.TestCase
