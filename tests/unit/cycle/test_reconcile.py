"""The second half of a cycle on an account in memory: once more after a conflict, and what waits for the next one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.remembered import NOTHING_YET, shown
from termintreu.cycle.report import Report
from termintreu.model import Collection, Resource, Snapshot
from termintreu.model.errors import ConnectorError, PreconditionFailed, Unavailable
from termintreu.storage import Store
from termintreu_connectors.memory import Fault, Op
from tests.faults.worlds import MONDAY, FaultyStore, a_world, event

MINUTE = timedelta(minutes=1)
CALL = MONDAY + timedelta(days=3, hours=1)


class Desk:
    """One call with its reminder."""

    def __init__(self, folder: Path) -> None:
        self.server = FaultyStore()
        self.world = a_world(self.server, Store.open(folder))
        self.writes: list[str] = []
        self.put(CALL)

    def put(self, start: datetime) -> None:
        self.server.put(f"{self.server.calendar.href}call.ics", event("call", start))

    def cycle(self, minutes: float, *, dry: bool = False) -> Report:
        return asyncio.run(run_cycle(self.world, MONDAY + minutes * MINUTE, dry=dry))

    def faults(self, answer: Callable[[Op], Fault | ConnectorError | None]) -> None:
        """What each write meets; what was tried is noted."""

        def fault(op: Op) -> Fault | ConnectorError | None:
            if not op.writes:
                return None
            self.writes.append(op.kind)
            return answer(op)

        self.server.faults = fault

    def reminded_of(self) -> list[datetime]:
        events = [Calendar.from_ical(data).walk("VEVENT") for data in self.server.own_objects().values()]
        return [one["DTEND"].dt for found in events for one in found]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    desk.cycle(0)
    assert [CALL] == desk.reminded_of()
    yield desk
    desk.world.memory.close()


def test_our_collections_are_made_and_written_into_in_one_cycle(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.faults(lambda op: None)
    report = desk.cycle(0)
    assert ["ensure", "ensure", "create"] == desk.writes
    assert {"applied"} == {change.result for change in report.changes}
    desk.world.memory.close()


@pytest.mark.requirement(16)
def test_a_conflict_is_looked_at_afresh_and_written_in_the_same_cycle(desk: Desk) -> None:
    later = CALL + timedelta(minutes=30)
    desk.put(later)
    (href,) = desk.server.own_objects()
    conflicts = iter([PreconditionFailed("PUT on a.example: changed")])

    def somebody_else_was_there(op: Op) -> ConnectorError | None:
        conflict = next(conflicts, None)
        if conflict is not None:
            desk.server.edit(href, lambda data: data.replace(b"CLASS:PRIVATE", b"CLASS:PUBLIC"))
        return conflict

    desk.faults(somebody_else_was_there)
    report = desk.cycle(1)
    assert ["update", "update"] == desk.writes
    assert ["applied"] == [change.result for change in report.changes]
    assert [later] == desk.reminded_of()
    assert {} == desk.world.state.setbacks


def test_a_conflict_that_stays_is_tried_twice_a_cycle_and_then_left_alone(desk: Desk) -> None:
    desk.put(CALL + timedelta(minutes=30))
    desk.faults(lambda op: PreconditionFailed("PUT on a.example: changed"))
    report = desk.cycle(1)
    assert ["update", "update"] == desk.writes
    assert ["retry_later"] == [change.result for change in report.changes]
    assert 1 == len(report.held_back)
    desk.cycle(1.5)
    assert 2 == len(desk.writes)
    desk.server.faults = None
    desk.cycle(4)
    assert [CALL + timedelta(minutes=30)] == desk.reminded_of()


def test_what_failed_is_not_tried_again_in_the_round_after_a_conflict(desk: Desk) -> None:
    desk.server.put(f"{desk.server.calendar.href}other.ics", event("other", CALL + timedelta(days=1)))
    desk.put(CALL + timedelta(minutes=30))
    errors: dict[str, ConnectorError] = {
        "update": PreconditionFailed("PUT on a.example: changed"),
        "create": Unavailable("PUT on a.example: status 500"),
    }
    desk.faults(lambda op: errors.get(op.kind))
    desk.cycle(1)
    assert ["create", "update", "update"] == sorted(desk.writes)


def test_nothing_is_written_while_our_own_collections_cannot_be_read(desk: Desk) -> None:
    desk.put(CALL + timedelta(minutes=30))
    own = {href.rpartition("/")[0] + "/" for href in desk.server.own_objects()}
    desk.faults(lambda op: None)
    noted = desk.server.faults
    desk.server.faults = lambda op: Fault.LOST_BEFORE if op.href in own else noted and noted(op)
    report = desk.cycle(1)
    assert ([], ()) == (desk.writes, report.changes)
    assert any("Nichts" in sentence or "nichts" in sentence for sentence in report.held_back)


def test_a_dry_run_says_what_it_would_write_and_writes_nothing(desk: Desk) -> None:
    desk.put(CALL + timedelta(minutes=30))
    desk.faults(lambda op: None)
    report = desk.cycle(1, dry=True)
    assert ([], ["update"], [None]) == (
        desk.writes,
        [change.action for change in report.changes],
        [change.result for change in report.changes],
    )


def test_what_is_written_is_remembered_before_as_ours(desk: Desk) -> None:
    """A deletion whose answer is lost is never taken for the user's."""
    desk.server.remove(f"{desk.server.calendar.href}call.ics")
    desk.faults(lambda op: Fault.LOST_AFTER)
    desk.cycle(1)
    records = desk.world.memory.load_history(MONDAY + timedelta(days=1)).items.values()
    assert ["delete", "withdrawn"] == [*desk.writes, *(record.status for record in records)]


@pytest.mark.requirement(17)
def test_what_failed_in_one_process_goes_last_in_the_next_and_is_tried_at_once(tmp_path: Path) -> None:
    """As `once` from cron: three items that the server fails on come first, and each process knows only the state."""
    desk = Desk(tmp_path)
    for number in range(6):
        desk.server.put(f"{desk.server.calendar.href}{number}.ics", event(f"{number}", CALL + number * MINUTE * 60))
    bad: list[str] = []

    def fails_on_the_first_three(op: Op) -> ConnectorError | None:
        if op.kind != "create" or op.href not in {*bad, *([op.href] if len(bad) < 3 else [])}:
            return None
        bad.extend({op.href} - {*bad})
        return Unavailable("PUT on a.example: status 500")

    def once(minutes: float) -> Report:
        desk.writes.clear()
        desk.world = a_world(desk.server, Store.open(tmp_path))
        report = desk.cycle(minutes)
        desk.world.memory.close()
        return report

    desk.world.memory.close()
    desk.faults(fails_on_the_first_three)
    once(0)
    assert [] == desk.reminded_of()
    report = once(0.5)
    assert len(report.changes) - 3 == len(desk.server.own_objects()) > 3
    assert 3 == sum(change.result == "retry_later" for change in report.changes)
    assert any("2" in sentence and "status 500" in sentence for sentence in report.held_back)
    desk.server.faults = None
    assert {"applied"} == {change.result for change in once(1).changes}


def test_setbacks_are_remembered_for_the_next_process_and_not_shown(desk: Desk) -> None:
    desk.put(CALL + timedelta(minutes=30))
    desk.faults(lambda op: Unavailable("PUT on a.example: status 500"))
    desk.cycle(1)
    last = desk.world.memory.last_report() or {}
    assert ["PUT on a.example: status 500"] == [one["error"] for one in last["setbacks"].values()]
    assert NOTHING_YET.keys() == shown(last).keys()


@pytest.mark.requirement(17)
def test_in_a_last_cycle_reminders_are_written_beside_a_silent_calendar(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    silent = desk.server.add_collection("Still", components=frozenset({"VEVENT"}))
    desk.world.accounts.calendars = tuple(replace(one, patterns=()) for one in desk.world.accounts.calendars)
    answer = desk.server.changes

    async def changes(collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
        if collection.href == silent.href:
            await asyncio.Event().wait()
        return await answer(collection, token, known)

    desk.server.changes = changes  # type: ignore[method-assign]  # the account that the world reads
    desk.world.accounts.ends = time.monotonic() + 2.0
    report = desk.cycle(0)
    assert [CALL] == desk.reminded_of()
    assert "'Still': no answer within " in str(report.sources[0].error)
    desk.world.memory.close()


@pytest.mark.requirement(17)
def test_a_write_that_never_ends_does_not_take_the_time_of_the_others(desk: Desk) -> None:
    for number in range(3):
        desk.server.put(f"{desk.server.calendar.href}{number}.ics", event(f"{number}", CALL + number * MINUTE * 60))
    create, first = desk.server.create, []

    async def silent(collection: Collection, name: str, data: bytes) -> Resource:
        first.append(name)
        if len(first) == 1:
            await asyncio.Event().wait()
        return await create(collection, name, data)

    desk.server.create = silent  # type: ignore[method-assign]  # the account that the world writes to
    desk.world.accounts.ends = time.monotonic() + 2.0
    report = desk.cycle(1)
    assert [1] == [
        (change.error or "").count("no answer to a write within ")
        for change in report.changes
        if change.result == "retry_later"
    ]
    assert len(report.changes) - 1 == sum(change.result == "applied" for change in report.changes) > 3
