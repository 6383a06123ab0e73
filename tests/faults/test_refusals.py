"""A server that refuses log-ins, rights or space: it is respected at once, and tried again as its answer allows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.report import Report
from termintreu.cycle.turn import polled_soon
from termintreu.model.errors import ConnectorError, Forbidden, OutOfSpace, TooManyRequests, Unauthorized, Unavailable
from termintreu.storage import Store
from termintreu_connectors.memory_faults import Fault, Op
from tests.faults.worlds import MONDAY, FaultyStore, a_world, event

MINUTE = timedelta(minutes=1)
WRITES = {"create", "update", "delete"}


class Scene:
    """Five calls, and a server that can refuse writes."""

    def __init__(self) -> None:
        self.server = FaultyStore()
        self.world = a_world(self.server, Store.open(None))
        self.writes = 0
        self.refusal: Callable[[], ConnectorError | None] = lambda: None
        self.server.faults = self._fault
        for number in range(5):
            start = MONDAY + timedelta(days=2, hours=number)
            self.server.put(f"{self.server.calendar.href}{number}.ics", event(f"call-{number}", start))

    def _fault(self, operation: Op) -> ConnectorError | None:
        if operation.kind not in WRITES:
            return None
        self.writes += 1
        return self.refusal()

    def cycle(self, minutes: int) -> Report:
        self.world.state.unchanged = None
        return asyncio.run(run_cycle(self.world, MONDAY + minutes * MINUTE))


def reminders_of(scene: Scene) -> int:
    return sum(b";reminder;" in data.replace(b"\\", b"") for data in scene.server.own_objects().values())


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.mark.requirement(17)
def test_a_refused_log_in_on_a_write_ends_everything_on_that_account(scene: Scene) -> None:
    scene.refusal = lambda: Unauthorized("PUT on dav.example: the log-in was refused (status 401)")
    scene.cycle(0)
    asked, writes = scene.server.requests, scene.writes
    for minute in (5, 60, 600):
        report = scene.cycle(minute)
        assert ["unauthorized"] == [source.state for source in report.sources]
    assert (asked, writes) == (scene.server.requests, scene.writes) == (asked, 1)


@pytest.mark.requirement(17)
def test_where_writing_is_refused_it_is_left_until_the_server_says_otherwise(scene: Scene) -> None:
    scene.refusal = lambda: Forbidden("PUT on dav.example: not allowed (status 403)")
    scene.cycle(0)
    tried = scene.writes
    assert tried <= 2 * 2
    report = scene.cycle(5)
    assert tried == scene.writes
    assert any("Termintreu" in reason for reason in report.held_back)
    scene.refusal = lambda: None
    for minute in (20, 21):
        scene.cycle(minute)
    assert 5 == reminders_of(scene)


@pytest.mark.requirement(17)
def test_one_object_that_is_refused_closes_no_collection(scene: Scene) -> None:
    refusals = iter([None, None, Forbidden("no")])
    scene.refusal = lambda: next(refusals, None)
    for minute in range(3):
        scene.cycle(minute)
    assert 5 == reminders_of(scene)


@pytest.mark.requirement(17)
def test_a_full_account_is_written_to_once_a_cycle(scene: Scene) -> None:
    scene.refusal = lambda: OutOfSpace("PUT on dav.example: the account is full (status 507)")
    for minute in range(3):
        scene.cycle(minute)
    assert 3 == scene.writes
    scene.refusal = lambda: None
    scene.cycle(4)
    assert 5 == reminders_of(scene)


@pytest.mark.requirement(17, 18)
def test_a_server_that_is_busy_is_left_alone_for_the_rest_of_the_cycle(scene: Scene) -> None:
    scene.refusal = lambda: Unavailable("PUT on dav.example: busy (status 503)", retry_after=600.0)
    scene.cycle(0)
    assert 2 == scene.writes, "the second one says that it is not the item"


@pytest.mark.requirement(6)
@pytest.mark.parametrize("minutes", [61, 75, 24 * 60, 13 * 24 * 60])
def test_a_reminder_stands_an_hour_ahead_where_the_call_is_known_that_long(tmp_path: Path, minutes: int) -> None:
    """It is written in the cycle that first sees the call, so that every app has fetched it in time."""
    server = FaultyStore()
    world = a_world(server, Store.open(tmp_path))
    server.put(f"{server.calendar.href}a.ics", event("a", MONDAY + minutes * MINUTE))
    report = asyncio.run(run_cycle(world, MONDAY))
    (reminder,) = [change for change in report.changes if change.slot.endswith("/reminder/")]
    assert ("create", "applied") == (reminder.action, reminder.result)
    world.memory.close()


class BadItem:
    """The server fails on the first item that it is given, whenever that comes again; others it takes."""

    def __init__(self, scene: Scene, retry_after: float | None) -> None:
        self.retry_after = retry_after
        self.href: str | None = None
        self.tries = 0
        self.cured = False
        scene.server.faults = self._fault

    def _fault(self, operation: Op) -> ConnectorError | None:
        if operation.kind not in WRITES or self.cured:
            return None
        if self.href is None and operation.kind == "create":
            self.href = operation.href
        if operation.href != self.href:
            return None
        self.tries += 1
        return Unavailable("PUT on dav.example: not what was asked for (status 500)", retry_after=self.retry_after)


@pytest.mark.requirement(17)
@pytest.mark.parametrize("retry_after", [None, 60.0])
def test_one_item_that_the_server_fails_on_holds_up_no_other(scene: Scene, retry_after: float | None) -> None:
    bad = BadItem(scene, retry_after)
    report = scene.cycle(0)
    assert ["retry_later"] == [change.result for change in report.changes if change.result != "applied"]
    written = len(scene.server.own_objects())
    assert len(report.changes) - 1 == written
    assert {"work"} == polled_soon(report, scene.world)
    for minute in range(1, 101):
        report = scene.cycle(minute)
    assert bad.tries <= 9
    (waiting,) = report.changes
    assert (waiting.result, "status 500" in (waiting.error or "")) == ("retry_later", True)
    assert report.failed
    assert set() == polled_soon(report, scene.world)
    (sentence,) = report.held_back
    assert "status 500" in sentence
    assert "Muster" not in sentence
    bad.cured = True
    for minute in range(101, 170, 5):
        report = scene.cycle(minute)
    assert (written + 1, ()) == (len(scene.server.own_objects()), report.held_back)
    assert {} == scene.world.state.setbacks


@pytest.mark.requirement(17)
def test_after_several_failures_in_a_row_nothing_more_is_tried_and_what_was_not_tried_comes_first(scene: Scene) -> None:
    tried: list[str] = []

    def fails(operation: Op) -> ConnectorError | None:
        if operation.kind not in WRITES - {"ensure"} or "termintreu" not in operation.href:
            return None
        tried.append(operation.href)
        return Unavailable("PUT on dav.example: status 500")

    scene.server.add_collection("Termintreu", components=frozenset({"VEVENT"}))
    scene.server.add_collection("Termintreu Aufgaben", components=frozenset({"VTODO"}))
    scene.server.faults = fails
    scene.cycle(0)
    assert 3 == len(set(tried)) == len(tried)
    scene.cycle(1)
    assert 6 == len(tried)
    assert not set(tried[:3]) & set(tried[3:5])
    scene.server.faults = None
    for minute in range(2, 8):
        scene.cycle(minute)
    assert 5 == reminders_of(scene)


@pytest.mark.requirement(17)
@pytest.mark.parametrize(
    ("refusal", "tries"),
    [
        (TooManyRequests("PUT on dav.example: too many requests (status 429)", retry_after=600), 1),
        (Unavailable("PUT on dav.example: not available at the moment (status 503)", retry_after=600), 2),
    ],
    ids=["429", "503"],
)
def test_a_server_that_asks_to_be_left_alone_on_a_write_is_left_alone(
    scene: Scene, refusal: ConnectorError, tries: int
) -> None:
    scene.refusal = lambda: refusal
    scene.cycle(0)
    asked = scene.server.requests
    assert tries == scene.writes
    scene.refusal = lambda: None
    report = scene.cycle(9)
    assert (asked, tries) == (scene.server.requests, scene.writes)
    assert any("Status " in sentence for sentence in report.held_back)
    for minute in (11, 12):
        scene.cycle(minute)
    assert 5 == reminders_of(scene)


@pytest.mark.requirement(16)
def test_a_write_whose_answer_is_lost_is_found_and_adopted(scene: Scene) -> None:
    faults = iter([None, None, Fault.LOST_AFTER])
    scene.server.faults = lambda operation: next(faults, None) if operation.kind in WRITES else None
    scene.cycle(0)
    for minute in range(1, 4):
        report = scene.cycle(minute)
    assert 5 == reminders_of(scene)
    assert ((), {}) == (report.changes, scene.world.state.setbacks)
