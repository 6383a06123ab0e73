"""Sources that are not seen: the user is told in the calendar, once, and the task goes when they are read again.

The real cycle and the real state; the accounts are in memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from termintreu.config import Config
from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.report import Report
from termintreu.model import Observed, Resource
from termintreu.model.errors import Unauthorized, Unavailable
from termintreu.model.ports import Signs
from termintreu.planning.items.observe import observe
from termintreu.storage import Store
from termintreu_connectors.memory import MemoryStore
from tests.faults.worlds import BERLIN, MONDAY, FaultyStore, MortalMemory, a_config, a_world, event

HOUR = timedelta(hours=1)
POLL = timedelta(minutes=10)


@dataclass
class Anna:
    """Her own account, a second one that is only read, and a process that can end and begin again."""

    state: Path
    config: Config = field(default_factory=lambda: a_config(schedule={"poll": "10m"}))
    now: datetime = MONDAY

    def __post_init__(self) -> None:
        self.own = FaultyStore()
        self.crm = MemoryStore("crm")
        self.sales = self.crm.add_collection("Verkauf", components=frozenset({"VEVENT"}))
        self.crm.put(f"{self.sales.href}a.ics", event("a@crm.example", MONDAY + timedelta(days=2)))
        self.begins()

    def begins(self) -> None:
        """A new process, on the state that there is."""
        self.memory = Store.open(self.state)
        self.world = a_world(self.own, self.memory, config=self.config, sources=[self.crm])

    def ends(self) -> None:
        self.memory.close()

    def cycle(self, after: timedelta = POLL) -> Report:
        self.now += after
        return asyncio.run(run_cycle(self.world, self.now))

    def cycles(self, lasting: timedelta) -> None:
        for _ in range(int(lasting / POLL)):
            self.cycle()

    def fails(self, why: Exception | None) -> None:
        self.crm.faults = (lambda _: why) if why is not None else None
        for health in self.world.accounts.health.values():
            health.unauthorized = None

    def tasks(self) -> list[Observed]:
        """The tasks of that kind that stand and are open."""
        every = [
            observe(Resource(href=href, etag="-", data=data), "", BERLIN)
            for href, data in self.own.own_objects().items()
        ]
        return [one for one in every if one is not None and one.kind == "blind" and not one.done]


@pytest.fixture
def anna(tmp_path: Path) -> Iterator[Anna]:
    one = Anna(tmp_path / "state")
    one.cycle()
    one.cycle()
    yield one
    one.ends()


def test_a_refused_log_in_is_told_of_at_once_and_once(anna: Anna) -> None:
    anna.fails(Unauthorized("crm: the log-in was refused (401)"))
    anna.cycle()
    [task] = anna.tasks()
    anna.cycles(HOUR)
    assert "crm: Anmeldung abgelehnt" == task.summary
    assert [task.uid] == [one.uid for one in anna.tasks()]


def test_it_names_since_when_why_and_what_mends_it(anna: Anna) -> None:
    anna.fails(Unavailable("crm: the server answered 503"))
    anna.cycles(3 * HOUR)
    [task] = anna.tasks()
    assert "crm: seit 10:20 nicht gelesen" == task.summary
    assert "crm: the server answered 503" in task.description
    assert "termintreu doctor" in task.description


def test_what_cannot_be_read_is_told_of_after_two_hours_and_not_before(anna: Anna) -> None:
    anna.fails(Unavailable("down"))
    anna.cycles(2 * HOUR)
    before = anna.tasks()
    anna.cycle()
    assert [] == before
    assert 1 == len(anna.tasks())


def test_the_task_goes_when_the_source_is_read_again(anna: Anna) -> None:
    anna.fails(Unavailable("down"))
    anna.cycles(3 * HOUR)
    told = anna.tasks()
    anna.fails(None)
    anna.cycles(2 * HOUR)
    assert 1 == len(told)
    assert [] == anna.tasks()


def test_it_goes_while_another_source_is_not_seen(anna: Anna) -> None:
    second = MemoryStore("third")
    second.add_collection("Drittes", components=frozenset({"VEVENT"}))
    anna.world = a_world(anna.own, anna.memory, config=anna.config, sources=[anna.crm, second])
    anna.fails(Unavailable("down"))
    second.faults = lambda _: Unavailable("down, too")
    anna.cycles(3 * HOUR)
    told = len(anna.tasks())
    anna.fails(None)
    anna.cycles(2 * HOUR)
    assert 2 == told
    assert ["third: seit 10:30 nicht gelesen"] == [one.summary for one in anna.tasks()]


def test_a_laptop_asleep_is_not_blind_when_it_wakes(anna: Anna) -> None:
    anna.fails(Unavailable("no network yet"))
    anna.cycle()
    anna.cycle(timedelta(hours=14))
    anna.cycle()
    assert [] == anna.tasks()


def test_a_machine_that_was_off_is_not_blind_when_it_starts(anna: Anna) -> None:
    anna.ends()
    anna.begins()
    anna.fails(Unavailable("no network yet"))
    anna.cycle(timedelta(hours=14))
    anna.cycle()
    assert [] == anna.tasks()


def test_a_daemon_that_starts_in_the_morning_does_not_count_the_night(anna: Anna) -> None:
    """its last look of the evening failed: the network was gone already"""
    anna.fails(Unavailable("no network any more"))
    anna.cycle()
    anna.ends()
    anna.begins()
    anna.world.goes_on = True
    anna.cycle(timedelta(hours=14))
    first = anna.tasks()
    anna.cycles(2 * HOUR)
    assert [] == first
    assert 1 == len(anna.tasks())


def test_what_runs_now_and_then_counts_the_time_between(anna: Anna) -> None:
    """as from cron, each time a process of its own"""
    anna.fails(Unavailable("down"))
    for _ in range(3):
        anna.ends()
        anna.begins()
        anna.cycle(HOUR)
    assert 1 == len(anna.tasks())


def test_it_survives_a_restart(anna: Anna) -> None:
    anna.fails(Unavailable("down"))
    anna.cycles(3 * HOUR)
    told = [one.uid for one in anna.tasks()]
    anna.ends()
    anna.begins()
    anna.cycles(HOUR)
    assert told == [one.uid for one in anna.tasks()]


def test_ticked_it_stays_away_for_that_trouble_and_comes_for_a_new_one(anna: Anna) -> None:
    anna.fails(Unauthorized("refused"))
    anna.cycle()
    [first] = anna.tasks()
    anna.own.tick(first.href, anna.now)
    anna.cycles(HOUR)
    after_tick = anna.tasks()
    anna.fails(None)
    anna.cycles(HOUR)
    anna.fails(Unauthorized("refused"))
    anna.cycle()
    assert [] == after_tick
    assert [first.uid] != [one.uid for one in anna.tasks()]
    assert 1 == len(anna.tasks())


def test_deleted_it_stays_away_for_that_trouble(anna: Anna) -> None:
    anna.fails(Unauthorized("refused"))
    anna.cycle()
    [first] = anna.tasks()
    anna.own.remove(first.href)
    anna.cycles(HOUR)
    assert [] == anna.tasks()


def test_a_lost_state_brings_no_second_task(anna: Anna, tmp_path: Path) -> None:
    anna.fails(Unauthorized("refused"))
    anna.cycle()
    before = [(one.uid, one.data) for one in anna.tasks()]
    anna.ends()
    anna.state = tmp_path / "another"
    anna.begins()
    anna.cycles(HOUR)
    assert before == [(one.uid, one.data) for one in anna.tasks()]


def test_after_a_lost_state_the_task_about_what_is_not_read_stays(anna: Anna, tmp_path: Path) -> None:
    anna.fails(Unavailable("down"))
    anna.cycles(3 * HOUR)
    before = [(one.uid, one.data) for one in anna.tasks()]
    anna.ends()
    anna.state = tmp_path / "another"
    anna.begins()
    anna.cycle()
    anna.cycle()
    assert 1 == len(before)
    assert before == [(one.uid, one.data) for one in anna.tasks()]


def test_a_lost_state_does_not_bring_back_what_was_ticked(anna: Anna, tmp_path: Path) -> None:
    anna.fails(Unauthorized("refused"))
    anna.cycle()
    [first] = anna.tasks()
    anna.own.tick(first.href, anna.now)
    anna.ends()
    anna.state = tmp_path / "another"
    anna.begins()
    anna.cycles(HOUR)
    assert [] == anna.tasks()


def test_a_log_in_that_comes_and_goes_floods_nobody(anna: Anna) -> None:
    for _ in range(6):
        anna.fails(Unauthorized("refused"))
        anna.cycle(timedelta(minutes=2))
        anna.fails(None)
        anna.cycle(timedelta(minutes=2))
    written = [record for record in anna.memory.load_history(anna.now).items.values() if "/blind/" in record.slot]
    assert 1 == len({record.slot for record in written})
    assert len(anna.tasks()) <= 1


def test_at_night_it_rings_in_the_morning(anna: Anna) -> None:
    anna.now = MONDAY.replace(hour=19)
    anna.fails(Unauthorized("refused"))
    anna.cycle()
    [task] = anna.tasks()
    assert datetime(2026, 10, 6, 9, tzinfo=BERLIN) == task.start


def test_by_day_it_rings_within_a_quarter_of_an_hour_and_for_an_hour(anna: Anna) -> None:
    anna.fails(Unauthorized("refused"))
    anna.cycle()
    [task] = anna.tasks()
    assert task.start is not None
    assert task.due is not None
    assert task.start - anna.now <= timedelta(minutes=15)
    assert HOUR <= task.due - task.start


def test_a_calendar_that_is_gone_is_told_of_when_three_listings_over_three_hours_agree(anna: Anna) -> None:
    anna.crm.add_collection("Zweites", components=frozenset({"VEVENT"}))
    anna.cycles(HOUR)
    anna.crm.remove_collection(anna.sales.href)
    anna.cycles(3 * HOUR)
    before = anna.tasks()
    anna.cycles(HOUR)
    assert [] == before
    assert ["Verkauf: nicht mehr freigegeben"] == [one.summary for one in anna.tasks()]


def test_a_calendar_that_comes_back_is_not_missed_any_more(anna: Anna) -> None:
    anna.crm.add_collection("Zweites", components=frozenset({"VEVENT"}))
    anna.cycles(HOUR)
    anna.crm.remove_collection(anna.sales.href)
    anna.cycles(4 * HOUR)
    told = len(anna.tasks())
    anna.crm.add_collection("Verkauf", components=frozenset({"VEVENT"}))
    anna.cycles(HOUR)
    assert 1 == told
    assert [] == anna.tasks()


def test_a_calendar_that_is_not_wanted_any_more_is_not_missed(anna: Anna) -> None:
    anna.own.add_collection("Anderes", components=frozenset({"VEVENT"}))
    anna.own.put(f"{anna.own.calendar.href}x.ics", event("x@example.com", MONDAY + timedelta(days=1)))
    anna.cycles(HOUR)
    anna.world = a_world(anna.own, anna.memory, config=anna.config)
    anna.cycles(5 * HOUR)
    assert [] == anna.tasks()


def test_each_run_that_finds_nothing_new_writes_nothing(anna: Anna) -> None:
    anna.fails(Unavailable("down"))
    anna.cycles(3 * HOUR)
    objects = anna.own.own_objects()
    reports = [anna.cycle() for _ in range(12)]
    assert [()] * 12 == [report.changes for report in reports]
    assert objects == anna.own.own_objects()


def test_a_dry_run_tells_of_it_and_remembers_nothing(anna: Anna) -> None:
    anna.fails(Unauthorized("refused"))
    anna.now += POLL
    report = asyncio.run(run_cycle(anna.world, anna.now, dry=True))
    assert ["blind"] == [change.kind for change in report.changes]
    assert [] == anna.tasks()


# --- what will end -------------------------------------------------------------------------------------------------


class Showing(MemoryStore):
    """An account whose server shows its certificate and its clock."""

    shown = Signs()

    def signs(self) -> Signs:
        return self.shown


class SmallDisk(MortalMemory):
    """The real state, on a disk of which so many bytes are free."""

    free = 10**12

    def room(self) -> tuple[int, int]:
        return self.free, 2 * 10**12


@pytest.mark.parametrize(
    ("title", "signs", "free"),
    [
        pytest.param(
            "third: Zertifikat endet am Do., 8.10.",
            Signs(certificate_ends=MONDAY + timedelta(days=3)),
            10**12,
            id="certificate",
        ),
        pytest.param("Die Uhr dieses Rechners geht falsch", Signs(clock_off=timedelta(minutes=3)), 10**12, id="clock"),
        pytest.param("Der Datenträger dieses Rechners ist fast voll", Signs(), 10**7, id="disk"),
    ],
)
def test_what_will_end_is_a_task_which_goes_when_it_is_mended(anna: Anna, title: str, signs: Signs, free: int) -> None:
    third, disk = Showing("third"), SmallDisk(anna.memory)
    third.add_collection("Drittes", components=frozenset({"VEVENT"}))
    anna.world = a_world(anna.own, disk, config=anna.config, sources=[third])
    anna.cycle()
    before = anna.tasks()
    third.shown, disk.free = signs, free
    anna.cycles(HOUR)
    told = [one.summary for one in anna.tasks()]
    third.shown, disk.free = Signs(), 10**12
    anna.cycles(HOUR)
    assert [] == before
    assert [title] == told
    assert [] == anna.tasks()


# --- after a gap ---------------------------------------------------------------------------------------------------


def reminded(anna: Anna) -> list[tuple[str, datetime | None]]:
    """The reminders that have not rung yet: title and alarm."""
    every = [
        observe(Resource(href=href, etag="-", data=data), "", BERLIN) for href, data in anna.own.own_objects().items()
    ]
    found = [one for one in every if one is not None and one.kind == "reminder"]
    return sorted((one.summary, one.alarm_at) for one in found if one.alarm_at is None or one.alarm_at > anna.now)


def calls(anna: Anna, *starts: datetime) -> None:
    for number, start in enumerate(starts):
        data = event(f"g{number}@crm.example", start, minutes=60, summary=f"Telefonat mit Herrn Wagner{number}")
        anna.crm.put(f"{anna.sales.href}g{number}.ics", data)


def test_what_should_have_rung_while_nobody_saw_rings_when_it_is_read_again(anna: Anna) -> None:
    anna.fails(Unavailable("down"))
    calls(anna, anna.now + 2.2 * HOUR, anna.now - 3 * HOUR, anna.now + 9 * HOUR)
    anna.cycles(2 * HOUR)
    anna.fails(None)
    found: list[tuple[str, datetime | None]] = []
    while not found and anna.now < MONDAY + 5 * HOUR:
        anna.cycle()
        found = [one for one in reminded(anna) if "Wagner0" in one[0]]
    [(_, rings)] = found
    assert rings is not None
    assert rings - anna.now <= timedelta(minutes=5)


def test_a_laptop_that_slept_through_an_alarm_catches_up_once(anna: Anna) -> None:
    start = anna.now + 3 * HOUR
    calls(anna, start)
    anna.cycle(3 * HOUR + POLL)
    first = [record for record in reminded(anna) if "Wagner0" in record[0]]
    anna.cycles(HOUR)
    assert 1 == len(first)
    assert [] == [record for record in reminded(anna) if "Wagner0" in record[0]]


def test_more_than_three_come_in_one_event(anna: Anna) -> None:
    calls(anna, *(anna.now + 3 * HOUR + number * timedelta(minutes=1) for number in range(5)))
    anna.cycle(3 * HOUR + POLL)
    found = [one for one in reminded(anna) if "Erika" not in one[0]]
    anna.cycle(timedelta(minutes=1))
    anna.cycle(timedelta(minutes=1))
    assert ["☎ 5 Anrufe, an die nichts erinnert hat"] == [title for title, _ in found]
    assert 1 == len([one for one in anna.own.own_objects().values() if b"5 Anrufe" in one])


def test_without_a_gap_what_is_entered_late_is_not_rung(anna: Anna) -> None:
    calls(anna, anna.now + timedelta(minutes=5))
    anna.cycle(timedelta(minutes=4))
    assert [] == [record for record in reminded(anna) if "Wagner0" in record[0]]
