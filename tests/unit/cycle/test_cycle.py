"""Cycles over an account in memory and a real state: when a poll may rest, and when it must not; where the state is
waited for."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.report import Report
from termintreu.cycle.world import World
from termintreu.model import Answer, Resource
from termintreu.model.errors import PreconditionFailed
from termintreu.storage import Store
from termintreu_connectors.memory import Fault
from tests.faults.worlds import MONDAY, FaultyStore, a_world, event

MINUTE = timedelta(minutes=1)
CALL = MONDAY + timedelta(hours=2)
ERIKA = "erika@muster.example"


class Desk:
    """One account, one state in a folder, and whoever else opens that state."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = FaultyStore()
        self.memory = Spied(Store.open(folder))
        self.world: World = a_world(self.server, self.memory)
        self.put("call", CALL)
        self.put("past", MONDAY - timedelta(hours=1))

    def put(self, uid: str, start: datetime, **more: Any) -> None:
        self.server.put(f"{self.server.calendar.href}{uid}.ics", event(uid, start, **more))

    def cycle(self, minutes: float, *, dry: bool = False) -> Report:
        return asyncio.run(run_cycle(self.world, MONDAY + minutes * MINUTE, dry=dry))

    def at_rest(self) -> None:
        """Everything is written, and the last poll found nothing new."""
        for minute in range(3):
            self.cycle(minute)
        assert not self.judges(3)

    def judges(self, minutes: float) -> bool:
        """Whether a poll judges: then, and only then, it remembers its report."""
        before = self.memory.revision()
        self.cycle(minutes)
        return before != self.memory.revision()

    def answer(self, outcome: str = "missed") -> None:
        """Another process says how the call before went."""
        with Store.open(self.folder) as shell:
            history = shell.load_history(MONDAY + timedelta(days=1))
            (key,) = [key for key, record in history.calls.items() if record.uid == "past"]
            said = Answer(call_key=key, outcome=outcome, origin="answer", recorded_at=MONDAY)  # type: ignore[arg-type]  # it is one
            shell.remember(now=MONDAY, answers=[said])


class Spied:
    """The real state; it notes what is asked of it where, and lets something happen before it is written."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.near = True
        self.on_the_loop: set[str] = set()
        self.before_remembering: Callable[[], None] = lambda: None

    @property
    def is_near(self) -> bool:
        """As told."""
        return self.near and self._store.is_near

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)

        def noted(*given: Any, **more: Any) -> Any:
            self._note(name)
            return method(*given, **more)

        return noted

    def _note(self, name: str) -> None:
        if threading.current_thread() is threading.main_thread():
            self.on_the_loop.add(name)

    def remember(self, **what: Any) -> str:
        """Keep it."""
        self._note("remember")
        self.before_remembering()
        return self._store.remember(**what)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.memory.close()


def test_a_poll_rests_while_nothing_changes_and_is_judged_again_in_time(desk: Desk) -> None:
    desk.at_rest()
    assert not desk.judges(4)
    assert desk.judges(4 + 15)


def test_a_poll_does_not_rest_when_somebody_else_changed_the_state(desk: Desk) -> None:
    desk.at_rest()
    desk.answer()
    report = desk.cycle(4)
    assert report.relationships[ERIKA].ours < 0.5
    assert "recovery" in [change.kind for change in report.changes]


def test_an_answer_that_is_given_while_a_cycle_runs_counts_at_the_next_poll(desk: Desk) -> None:
    desk.at_rest()
    desk.put("other", CALL + timedelta(days=9), summary="Sprechstunde")

    def answer_once() -> None:
        desk.memory.before_remembering = lambda: None
        desk.answer()

    desk.memory.before_remembering = answer_once
    assert "recovery" not in [change.kind for change in desk.cycle(4).changes]
    assert "recovery" in [change.kind for change in desk.cycle(5).changes]


def test_own_steps_of_the_state_are_no_change(desk: Desk) -> None:
    for minute in range(3):
        desk.cycle(minute)
        assert desk.world.state.revision == desk.memory.revision()


def test_a_poll_does_not_rest_when_the_cycle_before_left_something_open(desk: Desk) -> None:
    desk.at_rest()
    for href, data in desk.server.own_objects().items():
        if b"reminder" in data:
            desk.server.remove(href)
    assert () == desk.cycle(4).changes
    assert desk.judges(5)
    assert not desk.judges(6)


@pytest.mark.parametrize(
    "change",
    [
        lambda desk: desk.put("new", CALL + timedelta(days=1)),
        lambda desk: desk.server.remove(f"{desk.server.calendar.href}call.ics"),
        lambda desk: desk.server.remove(next(iter(desk.server.own_objects()))),
    ],
    ids=["a new call", "a call less", "an item of ours less"],
)
def test_a_poll_does_not_rest_when_a_calendar_changed(desk: Desk, change: Callable[[Desk], object]) -> None:
    desk.at_rest()
    change(desk)
    assert desk.judges(4)


def test_a_poll_does_not_rest_while_something_could_not_be_written(desk: Desk) -> None:
    desk.server.faults = lambda op: Fault.LOST_BEFORE if op.kind in {"create", "ensure"} else None
    desk.cycle(0)
    assert desk.judges(1)
    assert desk.judges(2)


def test_a_dry_run_changes_neither_calendar_nor_state(desk: Desk) -> None:
    report = desk.cycle(0, dry=True)
    assert {"create"} == {change.action for change in report.changes}
    assert ({}, None) == (desk.server.own_objects(), desk.memory.revision())
    desk.at_rest()
    assert desk.cycle(4, dry=True).changes == ()
    assert not desk.judges(5)


class Ahead(FaultyStore):
    """An account that gives the next days without the rest."""

    async def ahead(self, collection: Any, start: datetime, end: datetime) -> Sequence[Resource] | None:
        """All of it."""
        snapshot = await self.changes(collection, None, {})
        return snapshot.changed


@pytest.mark.parametrize("near", [True, False], ids=["in a file", "far away"])
def test_the_state_is_never_waited_for_on_the_loop(tmp_path: Path, near: bool) -> None:
    desk = Desk(tmp_path)
    desk.server = Ahead()
    desk.server.add_collection("Termintreu", components=frozenset({"VEVENT"}))
    desk.world = a_world(desk.server, desk.memory)
    desk.memory.near = near
    desk.put("call", CALL)
    for minute in (0, 1, 2, 20):
        desk.cycle(minute)
    desk.put("call", CALL + 15 * MINUTE)
    desk.server.faults = conflict_once()
    desk.cycle(21)
    small = {"revision", "last_report", "first_run"} if near else set()
    assert desk.memory.on_the_loop <= small
    desk.memory.close()


def conflict_once() -> Callable[[Any], Any]:
    """The first update meets a change of somebody else."""

    left = iter([PreconditionFailed("changed")])
    return lambda op: next(left, None) if op.kind == "update" else None


async def test_a_locked_state_stops_nobody_else_on_the_loop(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    waits, loop = asyncio.Event(), asyncio.get_running_loop()
    desk.memory.before_remembering = lambda: loop.call_soon_threadsafe(waits.set)  # type: ignore[assignment, return-value]  # what it returns matters to nobody
    with closing(sqlite3.connect(tmp_path / "state.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        cycle = asyncio.create_task(run_cycle(desk.world, MONDAY))
        async with asyncio.timeout(30):
            await waits.wait()
            # Whoever shares the loop, and the state, goes on meanwhile.
            await desk.world.state.recall(lambda: 1)
        assert not cycle.done()
        other.execute("COMMIT")
    async with asyncio.timeout(30):
        report = await cycle
    assert {"applied"} == {change.result for change in report.changes}
    desk.memory.close()


def test_a_state_that_is_at_work_is_not_near(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        assert store.is_near
        begun, over = threading.Event(), threading.Event()

        def work() -> None:
            with store.database.writing("default"):
                begun.set()
                over.wait(30)

        thread = threading.Thread(target=work)
        thread.start()
        assert begun.wait(30)
        assert not store.is_near
        over.set()
        thread.join()
        assert store.is_near


def test_our_own_collections_are_made_in_a_pale_colour_and_say_that_they_may_be_hidden(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.cycle(0)
    looks = {one.name: desk.server.looks.get(one.href) for one in asyncio.run(desk.server.collections())}
    reminders, tasks = looks["Termintreu"], looks["Termintreu Aufgaben"]
    assert reminders is not None
    assert tasks is not None
    assert ("#9AA5B1", "#9AA5B1") == (reminders.color, tasks.color)
    assert reminders.description.startswith("Erinnerungen an Anrufe, von termintreu. Sie können ihn ausblenden")
    assert "Aufgaben zu Anrufen, von termintreu." == tasks.description
