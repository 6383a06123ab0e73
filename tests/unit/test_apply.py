"""Writing a change set, where one write depends on another."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from termintreu.apply import apply
from termintreu.diff import diff
from termintreu.mirror import Mirror
from termintreu.model import Change, Collection, Observed
from termintreu_connectors.memory import Fault, MemoryStore, Op
from tests.unit.plan_making import NOW, REMINDERS, seen
from tests.unit.test_diff import WARNING

RUNG = WARNING.start + timedelta(minutes=1)
GRAVER = replace(WARNING, start=RUNG + timedelta(minutes=9), summary="⚠ graver", basis=f"conflict:3 {WARNING.basis}")


class Desk:
    """An account with one warning that has rung, and graver news to replace it."""

    def __init__(self) -> None:
        self.fault: Fault | None = None
        self.most = 0
        self.store = MemoryStore(faults=self.before_request)
        self.tasks = self.store.add_collection("Tasks", components=frozenset({"VTODO"}))
        assert ["applied"] == self.write(diff([WARNING], [], {}, now=NOW, collections=self.collections).changes)
        self.replacement = diff([GRAVER], self.standing(), {}, now=RUNG, collections=self.collections).changes

    @property
    def collections(self) -> dict[str, Collection]:
        return {"reminders": REMINDERS, "tasks": self.tasks}

    def before_request(self, op: Op) -> Fault | None:
        self.most = max(self.most, len(self.store.objects()))
        return self.fault if op.kind == "delete" else None

    def standing(self) -> list[Observed]:
        snapshot = asyncio.run(self.store.changes(self.tasks, None, {}))
        return [seen(row.data or b"", row.href, row.etag or "") for row in snapshot.changed]

    def titles(self) -> list[str]:
        return [item.summary for item in self.standing()]

    def write(self, changes: Iterable[Change]) -> list[str | None]:
        mirror = Mirror(source="memory", collection=self.tasks, roles=frozenset({"tasks"}))
        written = asyncio.run(apply(tuple(changes), self.store, {mirror.key: mirror}, account="memory"))
        return [change.result for change in written.changes]


def test_a_warning_is_removed_before_the_one_that_replaces_it_is_there() -> None:
    desk = Desk()
    assert ["applied", "applied"] == desk.write(desk.replacement)
    assert (["⚠ graver"], 1) == (desk.titles(), desk.most)


def test_what_the_user_just_ticked_gets_no_second_one_beside_it() -> None:
    desk = Desk()
    (before,) = desk.standing()
    desk.store.tick(before.href, RUNG)
    assert ["conflict", "retry_later"] == desk.write(desk.replacement)
    assert [before.summary] == desk.titles()


def test_what_cannot_be_removed_now_is_not_replaced_now() -> None:
    desk = Desk()
    desk.fault = Fault.LOST_BEFORE
    assert ["retry_later", "retry_later"] == desk.write(desk.replacement)
    assert ["⚠ Erika Muster"] == desk.titles()
    desk.fault = None
    assert ["applied", "applied"] == desk.write(desk.replacement)
