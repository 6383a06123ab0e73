"""A server that refuses log-ins, rights or space: it is respected at once, and tried again as its answer allows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from termintreu.cycle import run_cycle
from termintreu.errors import ConnectorError, Forbidden, OutOfSpace, Unauthorized, Unavailable
from termintreu.report import Report
from termintreu.store import Store
from termintreu_connectors.memory_faults import Op
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
        self.world.quiet = None
        return asyncio.run(run_cycle(self.world, MONDAY + minutes * MINUTE))


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
    assert 5 == sum(b";reminder;" in data.replace(b"\\", b"") for data in scene.server.own_objects().values())


@pytest.mark.requirement(17)
def test_one_object_that_is_refused_closes_no_collection(scene: Scene) -> None:
    refusals = iter([None, None, Forbidden("no")])
    scene.refusal = lambda: next(refusals, None)
    for minute in range(3):
        scene.cycle(minute)
    assert 5 == sum(b";reminder;" in data.replace(b"\\", b"") for data in scene.server.own_objects().values())


@pytest.mark.requirement(17)
def test_a_full_account_is_written_to_once_a_cycle(scene: Scene) -> None:
    scene.refusal = lambda: OutOfSpace("PUT on dav.example: the account is full (status 507)")
    for minute in range(3):
        scene.cycle(minute)
    assert 3 == scene.writes
    scene.refusal = lambda: None
    scene.cycle(4)
    assert 5 == sum(b";reminder;" in data.replace(b"\\", b"") for data in scene.server.own_objects().values())


@pytest.mark.requirement(17, 18)
def test_a_server_that_is_busy_is_left_alone_for_the_rest_of_the_cycle(scene: Scene) -> None:
    scene.refusal = lambda: Unavailable("PUT on dav.example: busy (status 503)", retry_after=600.0)
    scene.cycle(0)
    assert 1 == scene.writes


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
