"""Writing a change set, where one write depends on another."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from termintreu.model import Change, Collection, Observed
from termintreu.model.errors import (
    ConnectorError,
    Forbidden,
    OutOfSpace,
    PreconditionFailed,
    TooManyRequests,
    Unauthorized,
    Unavailable,
)
from termintreu.reading.mirror import Mirror
from termintreu.writing.apply import Applied, apply
from termintreu_connectors.memory import Fault, MemoryStore, Op
from tests.comparing import diff
from tests.unit.planning.making import NOW, REMINDERS, seen
from tests.unit.writing.test_diff import WARNING

RUNG = WARNING.start + timedelta(minutes=1)
MOVED = replace(
    WARNING, start=RUNG + timedelta(minutes=9), summary="⚠ moved", anchor=WARNING.anchor + timedelta(hours=1)
)


class Desk:
    """An account with one warning that has rung, and the one of the moved call to replace it."""

    def __init__(self) -> None:
        self.fault: Fault | None = None
        self.most = 0
        self.store = MemoryStore(faults=self.before_request)
        self.tasks = self.store.add_collection("Tasks", components=frozenset({"VTODO"}))
        assert ["applied"] == self.write(diff([WARNING], [], {}, now=NOW, collections=self.collections).changes)
        self.replacement = diff([MOVED], self.standing(), {}, now=RUNG, collections=self.collections).changes

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
    assert (["⚠ moved"], 1) == (desk.titles(), desk.most)


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


def several(number: int) -> tuple[Change, ...]:
    items = [replace(WARNING, call_key=f"{index:016x}") for index in range(number)]
    return diff(items, [], {}, now=NOW, collections=Desk().collections).changes


def written(changes: tuple[Change, ...], errors: Iterable[ConnectorError | None]) -> Applied:
    left = iter(errors)
    store = MemoryStore(faults=lambda op: next(left, None) if op.kind == "create" else None)
    tasks = store.add_collection("Tasks", components=frozenset({"VTODO"}))
    mirror = Mirror(source="memory", collection=tasks, roles=frozenset({"tasks"}))
    here = tuple(replace(change, collection=tasks.href) for change in changes)
    return asyncio.run(apply(here, store, {mirror.key: mirror}, account="memory"))


FAILS = Unavailable("status 500")
ASKS = Unavailable("status 503", retry_after=30)


@pytest.mark.parametrize(
    ("errors", "tried"),
    [
        ([FAILS, FAILS, None, FAILS, FAILS], 6),
        ([FAILS] * 6, 3),
        ([None, FAILS, FAILS, FAILS], 4),
        ([FAILS, PreconditionFailed("status 412"), FAILS, FAILS], 4),
        ([Forbidden("status 403"), FAILS, Forbidden("status 403")], 3),
        ([Unauthorized("status 401")], 1),
        ([OutOfSpace("status 507")], 1),
        ([None, TooManyRequests("status 429", retry_after=30)], 2),
        ([ASKS, None, ASKS, ASKS], 4),
    ],
    ids=[
        "a success between",
        "in a row",
        "after a success",
        "a conflict between",
        "refused",
        "401",
        "507",
        "too many requests",
        "asked to wait twice in a row",
    ],
)
def test_how_many_writes_are_tried_when_some_fail(errors: list[ConnectorError | None], tried: int) -> None:
    changes = several(6)
    done = written(changes, errors)
    told = [str(error) for error in errors[:tried] if error is not None]
    own = [change.error for change in done.changes[:tried] if change.error is not None]
    assert told == own
    assert 6 - tried == sum(change.result == "retry_later" for change in done.changes[tried:])


def test_what_concerns_the_account_is_no_items_fault() -> None:
    changes = several(3)
    assert frozenset() == written(changes, [Unauthorized("status 401")]).failed
    assert frozenset() == written(changes, [OutOfSpace("status 507")]).failed
    assert {changes[0].slot} == written(changes, [FAILS]).failed
    assert {change.slot for change in changes} == written(changes, [FAILS] * 3).failed


def test_what_the_server_says_of_the_account_is_handed_on() -> None:
    changes = several(3)
    assert "status 401" == written(changes, [Unauthorized("status 401")]).locked_out
    assert ("status 429", 30) == written(changes, [TooManyRequests("status 429", retry_after=30)]).asked_to_wait
    assert ("status 503", 30) == written(changes, [ASKS, ASKS]).asked_to_wait
    assert None is written(changes, [ASKS]).asked_to_wait


@pytest.mark.parametrize(("refusals", "closed"), [([True], False), ([True, True], True), ([True, False, True], False)])
def test_a_collection_is_closed_by_several_refusals_without_a_success(refusals: list[bool], closed: bool) -> None:
    errors = [Forbidden("status 403") if refused else None for refused in refusals]
    assert closed == bool(written(several(len(refusals)), errors).closed)
