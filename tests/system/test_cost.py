"""What a cycle costs: requests as the server sees them, resources parsed, and nothing written twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.report import Report
from termintreu.cycle.world import World
from termintreu.service import bootstrap
from termintreu.storage import Store
from termintreu.storage.sqlite import SqliteDatabase
from tests.servers import DavServer, Relay
from tests.system.person import Person

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
EVENTS = 12


class Watched:
    """One daemon's cycles, with the requests counted on the way to the server."""

    def __init__(self, anna: Person, relay: Relay) -> None:
        self.relay = relay
        self.world: World = bootstrap.build(bootstrap.load(anna.config))
        self.loop = asyncio.new_event_loop()
        self.now = MONDAY

    def cycle(self) -> tuple[Report, Counter[str], int]:
        """The next cycle, two minutes later: its report, the requests by method, the resources parsed."""
        del self.relay.requests[:]
        parsed = self.world.settings.reader.parsed
        report = self.loop.run_until_complete(run_cycle(self.world, self.now))
        self.now += timedelta(minutes=2)
        return report, Counter(method for method, _ in self.relay.requests), self.world.settings.reader.parsed - parsed

    def close(self) -> None:
        self.loop.run_until_complete(self.world.close())
        self.loop.close()


@pytest.mark.parametrize("changed", [0, 1, 5])
def test_a_poll_asks_once_for_each_collection_and_parses_what_changed(
    dav_server: DavServer, tmp_path: Path, changed: int
) -> None:
    dav_server.wipe()
    anna = Person(dav_server, tmp_path)
    for number in range(EVENTS):
        anna.put(f"call-{number}", f"2026-11-{24 + number // 4}T{9 + number % 4 * 2:02}:00")
    with Relay(dav_server.port) as relay:
        anna.configure(url=relay.url)
        watched = Watched(anna, relay)
        try:
            first, _, parsed = watched.cycle()
            assert len(first.calls) == EVENTS
            assert parsed == EVENTS
            watched.cycle()
            for number in range(changed):
                anna.put(f"call-{number}", f"2026-11-{24 + number // 4}T{9 + number % 4 * 2:02}:00", minutes=25)
            report, requests, parsed = watched.cycle()
        finally:
            watched.close()
    collections = 3
    multiget = 1 if changed and dav_server.kind == "xandikos" else 0
    assert requests["REPORT"] == collections + multiget
    assert parsed == changed
    if not changed:
        assert set(requests) == {"REPORT"}
        assert report.changes == ()


def test_after_polls_without_a_change_the_state_takes_up_what_changed_and_nothing_else(
    dav_server: DavServer, tmp_path: Path
) -> None:
    dav_server.wipe()
    anna = Person(dav_server, tmp_path)
    anna.put("call-0", "2026-11-24T10:00")
    for number in range(40):
        anna.put(f"walk-{number}", "2026-12-24T10:00", summary="Spaziergang")
    anna.configure()
    world = bootstrap.build(bootstrap.load(anna.config))
    loop = asyncio.new_event_loop()
    assert isinstance(world.memory, Store)
    assert isinstance(world.memory.database, SqliteDatabase)
    state = world.memory.database.connection
    try:
        for minute in range(4):
            loop.run_until_complete(run_cycle(world, MONDAY + timedelta(minutes=minute)))
        before = state.total_changes
        anna.put("walk-0", "2026-12-24T10:00", summary="Langer Spaziergang")
        loop.run_until_complete(run_cycle(world, MONDAY + timedelta(minutes=4)))
        rows = state.total_changes - before
    finally:
        loop.run_until_complete(world.close())
        loop.close()
    assert 0 < rows < 20


def test_a_poll_without_a_change_judges_nothing_until_time_brings_something(
    dav_server: DavServer, tmp_path: Path
) -> None:
    dav_server.wipe()
    anna = Person(dav_server, tmp_path)
    anna.put("call-0", "2026-11-23T10:00", minutes=30)
    with Relay(dav_server.port) as relay:
        anna.configure(url=relay.url)
        watched = Watched(anna, relay)
        try:
            watched.cycle()
            watched.cycle()
            kept = watched.world.memory.revision()
            quiet, requests, _ = watched.cycle()
            assert (watched.now - timedelta(minutes=2), ()) == (quiet.at, quiet.changes)
            assert 3 == requests["REPORT"]
            assert kept == watched.world.memory.revision()
            # 10:46 in Berlin: nothing changed anywhere, but a quarter of an hour has passed since the call.
            watched.now = MONDAY + timedelta(hours=1, minutes=46)
            asked, _, _ = watched.cycle()
            assert ["outcome"] == [change.kind for change in asked.changes if change.action == "create"]
            watched.cycle()
            kept = watched.world.memory.revision()
            watched.cycle()
            assert kept == watched.world.memory.revision()
            anna.run("answer", "call-0", "held", at="2026-11-23T10:50")
            answered, _, _ = watched.cycle()
        finally:
            watched.close()
    assert ["outcome"] == [change.kind for change in answered.changes if change.action == "delete"]


def test_the_next_days_have_their_reminders_before_the_rest_is_read(dav_server: DavServer, tmp_path: Path) -> None:
    dav_server.wipe()
    anna = Person(dav_server, tmp_path)
    anna.put("soon", "2026-11-24T10:00")
    anna.put("later", "2026-12-01T10:00")
    with Relay(dav_server.port) as relay:
        anna.configure(url=relay.url)
        watched = Watched(anna, relay)
        try:
            report, _, _ = watched.cycle()
            methods = [(method, path) for method, path in relay.requests if path.startswith(anna.calendar)]
            first_write = next(place for place, (method, _) in enumerate(relay.requests) if method == "PUT")
            reads = [place for place, request in enumerate(relay.requests) if request == ("REPORT", anna.calendar)]
            second, _, _ = watched.cycle()
        finally:
            watched.close()
    assert reads[0] < first_write < reads[1], methods
    assert 2 == len(anna.items("reminder"))
    assert ["create", "create"] == [change.action for change in report.changes if change.kind == "reminder"]
    assert () == second.changes
