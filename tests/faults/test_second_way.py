"""What goes by the second way: the real cycle, the real sender, a receiver on loopback; accounts in memory."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from termintreu.cycle.announce import Failing
from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.report import Report
from termintreu.cycle.world import World
from termintreu.model.errors import Unauthorized, Unavailable
from termintreu.storage import Store
from termintreu_connectors.second_way import SecondWay
from tests.faults.worlds import MONDAY, FaultyStore, a_config, a_world, event
from tests.scripted import ScriptedServer

POLL = timedelta(minutes=10)
HOUR = timedelta(hours=1)
CONTACT = {"name": "Erika Muster", "emails": ["erika@muster.example"], "phones": ["+49 30 901820"], "critical": True}


class Anna:
    """One account, a receiver of messages, and a process that can end and begin again."""

    def __init__(self, state: Path, **alerts: Any) -> None:
        self.state = state
        self.store = FaultyStore()
        self.receiver = ScriptedServer()
        self.alerts = alerts
        self.now = MONDAY
        self.begins()

    def begins(self) -> None:
        self.memory = Store.open(self.state)
        self.world = self._world()

    def _world(self) -> World:
        config = a_config(schedule={"poll": "10m"}, alerts=self.alerts, contacts=[CONTACT])
        world = a_world(self.store, self.memory, config=config)
        url = f"json://127.0.0.1:{self.receiver.port}/hook"
        world.second_way = SecondWay([url], heartbeat=f"{self.receiver.url}beat")
        return world

    def cycle(self, after: timedelta = POLL, *, dry: bool = False) -> Report:
        self.now += after

        async def run() -> Report:
            report = await run_cycle(self.world, self.now, dry=dry)
            await self.world.disconnect()
            return report

        # Whatever is asked is answered well.
        self.receiver.script.clear()
        for _ in range(9):
            self.receiver.answer(None, 200)
        return asyncio.run(run())

    def cycles(self, lasting: timedelta) -> None:
        for _ in range(int(lasting / POLL)):
            self.cycle()

    def fails(self, why: Exception | None) -> None:
        self.store.faults = (lambda _: why) if why is not None else None
        for health in self.world.accounts.health.values():
            health.unauthorized = None

    @property
    def messages(self) -> list[str]:
        return [json.loads(one.body)["title"] for one in self.receiver.recorded if one.path == "/hook"]

    @property
    def beats(self) -> int:
        return sum(one.path == "/beat" for one in self.receiver.recorded)


@pytest.fixture
def anna(tmp_path: Path) -> Iterator[Anna]:
    yield from _present(Anna(tmp_path / "state"))


@pytest.fixture
def careful(tmp_path: Path) -> Iterator[Anna]:
    """She wants critical alarms and missed calls by the second way."""
    yield from _present(Anna(tmp_path / "state", critical=True))


def _present(one: Anna) -> Iterator[Anna]:
    with one.receiver:
        href = f"{one.store.calendar.href}later.ics"
        one.store.put(href, event("later@example.com", MONDAY + timedelta(days=2), summary="Telefonat mit Max Weber"))
        one.cycle()
        one.cycle()
        yield one
        one.memory.close()


def test_a_target_that_cannot_be_written_is_told_of_by_the_second_way_once(anna: Anna) -> None:
    anna.fails(Unavailable("down"))
    anna.cycles(2 * HOUR)
    before = anna.messages
    anna.cycles(2 * HOUR)
    assert [] == before
    assert ["Seit 10:20 Uhr keine Erinnerungen: Ihr Kalender lässt sich nicht beschreiben"] == anna.messages


def test_a_refused_log_in_is_told_of_at_once(anna: Anna) -> None:
    anna.fails(Unauthorized("refused"))
    anna.cycle()
    assert 1 == len(anna.messages)


def test_own_calendars_that_became_read_only_are_told_of(anna: Anna) -> None:
    for mirror in (anna.world.state.held or {}).values():
        if mirror.roles:
            anna.store.change_collection(replace(mirror.collection, writable=False))
    anna.cycles(3 * HOUR)
    assert 1 == len(anna.messages)


def test_a_restart_does_not_send_it_again(anna: Anna) -> None:
    anna.fails(Unauthorized("refused"))
    anna.cycle()
    anna.cycle()
    anna.memory.close()
    anna.begins()
    anna.cycles(HOUR)
    assert 1 == len(anna.messages)


def test_what_runs_from_cron_sends_it_once(anna: Anna) -> None:
    """each cycle is a process of its own, which ends right after it has sent"""
    anna.fails(Unauthorized("refused"))
    for _ in range(3):
        anna.cycle()
        anna.memory.close()
        anna.begins()
    assert 1 == len(anna.messages)


def test_what_was_not_taken_is_sent_again(anna: Anna) -> None:
    anna.fails(Unauthorized("refused"))
    anna.now += POLL
    anna.receiver.script.clear()  # whatever is asked gets 599
    asyncio.run(run_cycle(anna.world, anna.now))
    anna.cycle()
    assert 2 == len(anna.messages)


def test_a_new_trouble_is_told_of_again(anna: Anna) -> None:
    anna.fails(Unauthorized("refused"))
    anna.cycle()
    anna.fails(None)
    anna.cycles(HOUR)
    anna.fails(Unauthorized("refused"))
    anna.cycle()
    assert 2 == len(anna.messages)


def test_the_heart_beats_after_each_cycle_that_read_and_wrote_everything(anna: Anna) -> None:
    before = anna.beats
    anna.cycle()
    after_one = anna.beats
    anna.fails(Unavailable("down"))
    anna.cycle()
    assert (1, 0) == (after_one - before, anna.beats - after_one)


def test_a_dry_run_has_no_heartbeat(anna: Anna) -> None:
    before = anna.beats
    anna.cycle(dry=True)
    assert before == anna.beats


def _a_critical_call(anna: Anna, start: datetime, number: str = "1") -> None:
    href = f"{anna.store.calendar.href}{number}.ics"
    lines = ["ATTENDEE;CN=Erika Muster:mailto:erika@muster.example"]
    anna.store.put(href, event(f"{number}@example.com", start, lines=lines))


def test_the_alarm_of_a_critical_call_goes_by_the_second_way_once_and_names_nobody(careful: Anna) -> None:
    _a_critical_call(careful, careful.now + 3 * HOUR)
    careful.cycles(2 * HOUR)
    before = careful.messages
    careful.cycles(HOUR)
    assert [] == before
    assert ["Ein kritischer Anruf steht an"] == careful.messages


def test_names_go_along_only_where_the_user_wants_it(careful: Anna) -> None:
    careful.alerts = {"critical": True, "details": True}
    careful.world = careful._world()
    _a_critical_call(careful, careful.now + 3 * HOUR)
    careful.cycles(3 * HOUR)
    [title] = careful.messages
    assert "Erika Muster" in title


def test_nothing_of_calls_goes_by_the_second_way_unasked(anna: Anna) -> None:
    _a_critical_call(anna, anna.now + HOUR)
    anna.cycles(2 * HOUR)
    assert [] == anna.messages


def test_a_missed_call_goes_by_the_second_way(careful: Anna) -> None:
    lines = ["DESCRIPTION:#verpasst"]
    careful.store.put(f"{careful.store.calendar.href}m.ics", event("m@example.com", careful.now - HOUR, lines=lines))
    careful.cycles(HOUR)
    assert ["Ein Anruf ist ausgefallen"] == careful.messages


def failed(anna: Anna, moments: list[timedelta]) -> list[str]:
    """The messages after cycles that failed at so many moments."""

    async def run() -> None:
        watch = Failing()
        for moment in moments:
            await watch.after(anna.world, anna.now + moment, failed=True)
        await watch.after(anna.world, anna.now + 9 * HOUR, failed=False)
        await watch.after(anna.world, anna.now + 9 * HOUR, failed=True)
        await anna.world.disconnect()

    anna.receiver.answer("POST", 200)
    asyncio.run(run())
    return anna.messages


def test_cycles_that_fail_for_two_hours_are_told_of_once(anna: Anna) -> None:
    """the state cannot be written: no task can say so"""
    told = failed(anna, [number * HOUR for number in range(5)])
    assert ["Seit 10:20 keine Erinnerungen: termintreu kann nicht arbeiten"] == told


def test_cycles_that_fail_for_a_while_are_not(anna: Anna) -> None:
    assert [] == failed(anna, [timedelta(0), HOUR])
