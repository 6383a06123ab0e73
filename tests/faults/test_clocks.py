"""Clocks that jump, machines that sleep, nights with two half past twos: no flood, nothing for what is past, nothing
lost, and nothing that the user deleted comes back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from termintreu.config import Config
from termintreu.cycle.report import Report
from termintreu.cycle.turn import take
from termintreu.model.errors import Unavailable
from termintreu.reading.collect import Health
from termintreu.storage import Store
from tests.faults.worlds import BERLIN, MONDAY, FaultyStore, a_config, a_world, event

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Machine:
    """A daemon's turns over one account, with a clock that the test sets."""

    def __init__(self, config: Config | None = None) -> None:
        self.server = FaultyStore()
        self._config = config
        self.memory = Store.open(None)
        self.boot()

    def boot(self) -> None:
        """A new process over the same state."""
        self.world = a_world(self.server, self.memory, config=self._config)

    def call(self, uid: str, start: datetime, lines: Sequence[str] = ()) -> None:
        self.put(uid, event(uid, start, lines=lines))

    def put(self, uid: str, data: bytes) -> None:
        self.server.put(f"{self.server.calendar.href}{uid}.ics", data)

    def turn(self, now: datetime) -> Report:
        """What the daemon does when it wakes up."""
        self.world.state.unchanged = None
        turn = asyncio.run(take(self.world, now, due=None, stopping=asyncio.Event()))
        assert turn.report is not None, turn.error
        return turn.report

    def items(self, kind: str = "reminder") -> dict[str, str]:
        """href to start, of one kind."""
        found = {}
        for href, data in self.server.own_objects().items():
            for component in Calendar.from_ical(data).walk():
                if f";{kind};" in str(component.get("X-TERMINTREU-ID", "")).replace("\\", ""):
                    found[href] = component["DTSTART"].to_ical().decode()
        return found


@pytest.fixture
def machine() -> Machine:
    machine = Machine()
    for number in range(4):
        machine.call(f"call-{number}", MONDAY + DAY * (number + 1))
    return machine


@pytest.mark.requirement(12, 20)
@pytest.mark.parametrize("wrong", [datetime(1970, 1, 1, tzinfo=UTC), MONDAY - 400 * DAY], ids=["1970", "a year ago"])
def test_a_machine_that_wakes_up_long_ago_takes_nothing_away_and_doubles_nothing(
    machine: Machine, wrong: datetime
) -> None:
    """A small computer without a battery, before it has heard the time."""
    machine.turn(MONDAY)
    before = machine.items()
    machine.server.remove(next(iter(before)))
    machine.boot()
    machine.turn(wrong)
    assert 3 == len(machine.items())
    machine.turn(MONDAY + HOUR)
    machine.turn(MONDAY + 2 * HOUR)
    assert before.items() > machine.items().items()
    assert 3 == len(machine.items())


@pytest.mark.requirement(12)
@pytest.mark.parametrize("restart", [False, True])
def test_what_was_deleted_while_the_clock_ran_ahead_stays_deleted(machine: Machine, restart: bool) -> None:
    machine.turn(MONDAY + 5 * HOUR)
    machine.server.remove(next(iter(machine.items())))
    if restart:
        machine.boot()
    machine.turn(MONDAY)
    machine.turn(MONDAY + HOUR)
    machine.turn(MONDAY + 6 * HOUR)
    assert 3 == len(machine.items())


def test_after_a_clock_that_ran_a_month_ahead_every_call_has_its_reminder_again(machine: Machine) -> None:
    machine.turn(MONDAY)
    machine.turn(MONDAY + 30 * DAY)
    machine.turn(MONDAY + HOUR)
    machine.turn(MONDAY + 2 * HOUR)
    assert 4 == len(machine.items())


@pytest.mark.requirement(17)
def test_a_clock_that_was_set_back_keeps_no_account_at_rest() -> None:
    health = Health()
    health.pause(MONDAY, 30)
    assert (True, False) == (
        health.is_paused(MONDAY + timedelta(seconds=29)),
        health.is_paused(MONDAY + timedelta(seconds=30)),
    )
    assert not health.is_paused(MONDAY - DAY)


@pytest.mark.requirement(17)
def test_whoever_asks_for_ages_is_asked_again_after_a_day() -> None:
    health = Health()
    health.pause(MONDAY, Unavailable("busy", retry_after=1e9).retry_after or 0)
    assert (True, False) == (health.is_paused(MONDAY + 23 * HOUR), health.is_paused(MONDAY + DAY))


def test_a_machine_that_slept_for_a_day_writes_nothing_for_what_is_past(machine: Machine) -> None:
    machine.call("soon", MONDAY + 2 * HOUR)
    machine.turn(MONDAY - HOUR)
    machine.call("slept-through", MONDAY + 3 * HOUR)
    machine.call("tonight", MONDAY + DAY + 4 * HOUR)
    woken = MONDAY + DAY + HOUR
    report = machine.turn(woken)
    reminders = [change for change in report.changes if change.kind == "reminder" and change.action == "create"]
    assert {"tonight"} == {change.appointment_uid for change in reminders}
    for change in report.changes:
        assert change.action == "delete" or (change.due or change.start or woken) > woken
    assert () == machine.turn(woken + timedelta(minutes=1)).changes


@pytest.mark.requirement(18)
def test_a_daemon_started_after_a_week_off_does_not_flood() -> None:
    """Ten calls a day went by; what is asked about is what is remembered well."""
    machine = Machine()
    machine.turn(MONDAY - 8 * DAY)
    for day in range(-7, 3):
        for number in range(10):
            machine.call(f"call-{day}-{number}", MONDAY + DAY * day + number * timedelta(minutes=40))
    machine.boot()
    now = MONDAY - HOUR
    turns = [machine.turn(now + timedelta(minutes=minute)) for minute in range(4)]
    changes = [change for turn in turns for change in turn.changes]
    questions = [change for change in changes if change.kind == "outcome"]
    assert all(change.start is None or change.start > now for change in changes if change.component == "VEVENT")
    assert all(change.due is not None and change.due > now for change in questions)
    assert 0 < len(questions) <= 30
    assert not [change for change in changes if change.kind in {"recovery", "retry", "amends", "check"}]
    assert () == turns[-1].changes


@pytest.mark.requirement(4, 11)
@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        ("2026-10-25T01:30", "20261024T232000Z"),
        ("2026-10-25T02:30", "20261025T002000Z"),
        ("2026-10-25T03:30", "20261025T022000Z"),
        ("2026-03-29T01:30", "20260329T002000Z"),
        ("2026-03-29T03:30", "20260329T012000Z"),
    ],
)
def test_a_reminder_on_the_night_of_a_clock_change_stands_ten_minutes_before(wall: str, expected: str) -> None:
    start = datetime.fromisoformat(wall).replace(tzinfo=BERLIN)
    machine = Machine()
    local = f"{start:%Y%m%dT%H%M%S}"
    data = event("night", start).decode()
    begin = next(line for line in data.splitlines() if line.startswith("DTSTART"))
    end = next(line for line in data.splitlines() if line.startswith("DTEND"))
    data = data.replace(begin, f"DTSTART;TZID=Europe/Berlin:{local}").replace(end, "DURATION:PT30M")
    machine.put("night", data.encode())
    now = start.astimezone(UTC) - 2 * DAY
    machine.turn(now)
    assert [expected] == list(machine.items().values())
    # Every quarter of an hour of the night: nothing is written again.
    for quarter in range(40, 56):
        report = machine.turn(now + DAY + quarter * timedelta(minutes=15))
        assert [] == [change for change in report.changes if change.kind == "reminder"]


@pytest.mark.parametrize("zone", ["America/New_York", "Australia/Lord_Howe"])
def test_a_series_in_another_zone_keeps_its_own_clock(zone: str) -> None:
    """Lord Howe Island moves its clocks by half an hour."""
    machine = Machine(a_config(language="en"))
    first = datetime(2026, 10, 20, 9, 0, tzinfo=ZoneInfo(zone))
    data = event("series", first, lines=["RRULE:FREQ=DAILY;COUNT=20"]).decode()
    begin = next(line for line in data.splitlines() if line.startswith("DTSTART"))
    end = next(line for line in data.splitlines() if line.startswith("DTEND"))
    data = data.replace(begin, f"DTSTART;TZID={zone}:{first:%Y%m%dT%H%M%S}").replace(end, "DURATION:PT30M")
    machine.put("series", data.encode())
    machine.turn(first.astimezone(UTC) - DAY)
    starts = [datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) for text in machine.items().values()]
    walls = {(start + timedelta(minutes=10)).astimezone(ZoneInfo(zone)).time() for start in starts}
    assert {first.time()} <= walls
