"""The state is lost: what the calendar still says counts as it did before, and what nobody knows is not invented."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar, Component

from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.report import Report
from termintreu.model import Answer
from termintreu.reading.call_logs import LogAccount
from termintreu.storage import Store
from termintreu_connectors.call_logs import CALL_LOGS, LogOptions
from termintreu_connectors.memory import BOTH, Fault
from tests.call_log_files import Made, asterisk, write
from tests.faults.worlds import BERLIN, MONDAY, FaultyStore, a_world, event

CALL = MONDAY + timedelta(hours=1)
"""11:00 in Berlin."""
TITLE = "Telefonat mit Erika Muster"
ERIKA = "erika@muster.example"
_OURS = re.compile(rb"X-TERMINTREU-[A-Z]+[:;][^\r]*\r\n(?:[ \t][^\r]*\r\n)*")


class Office:
    """One account in memory, and a program whose state can be lost."""

    def __init__(self, rewrite: Callable[[bytes], bytes] | None = None, *, tasks: bool = True) -> None:
        self.server = FaultyStore(rewrite=rewrite, supports=BOTH if tasks else frozenset({"VEVENT"}))
        self.forget()

    def forget(self) -> None:
        self.world = a_world(self.server, Store.open(None))

    def forget_process(self) -> None:
        """Another process, with the same state."""
        self.world = a_world(self.server, self.world.memory)

    def put(self, start: datetime, title: str = TITLE, uid: str = "call", **more: str) -> None:
        lines = [f"{name}:{value}" for name, value in more.items()]
        self.server.put(f"{self.server.calendar.href}{uid}.ics", event(uid, start, summary=title, lines=lines))

    def cycle(self, now: datetime, *, dry: bool = False) -> Report:
        return asyncio.run(run_cycle(self.world, now, dry=dry))

    def rating(self, now: datetime) -> float:
        relation = self.cycle(now, dry=True).relationships.get(ERIKA)
        return 0.5 if relation is None else relation.ours

    def reminded_of(self) -> list[datetime]:
        """The times of calls that have a reminder, which ends when they begin."""
        return sorted(item["DTEND"].dt for item in self.items("reminder") if item.name == "VEVENT")

    def items(self, kind: str) -> list[Component]:
        found = [
            component
            for data in self.server.own_objects().values()
            for component in Calendar.from_ical(data).walk()
            if component.name in {"VEVENT", "VTODO"}
        ]
        return [one for one in found if f";{kind};" in str(one.get("X-TERMINTREU-ID", f";{kind};"))]


def without_our_properties(data: bytes) -> bytes:
    """As a server that keeps no X- properties stores it."""
    return _OURS.sub(b"", data)


@pytest.mark.requirement(12)
@pytest.mark.parametrize("after", ["before its alarm", "after its alarm"])
def test_a_guessed_time_is_no_reason_for_a_second_reminder(after: str) -> None:
    office = Office(without_our_properties)
    office.put(CALL)
    office.cycle(MONDAY)
    assert 1 == len(office.server.own_objects())
    office.forget()
    office.put(CALL, "Telefonat mit Erika Muster wegen des Angebots")
    now = MONDAY + timedelta(minutes=20) if after == "before its alarm" else CALL - timedelta(minutes=5)
    for minute in range(3):
        office.cycle(now + timedelta(minutes=minute))
    assert 1 == len(office.server.own_objects())
    records = office.world.memory.load_history(now + timedelta(hours=1)).items.values()
    assert [None] == [record.anchor for record in records]


def test_a_call_that_moves_after_a_guess_has_its_reminder_all_the_same() -> None:
    office = Office(without_our_properties)
    office.put(CALL)
    office.cycle(MONDAY)
    office.forget()
    office.put(CALL, "Telefonat mit Erika Muster wegen des Angebots")
    office.cycle(MONDAY + timedelta(minutes=1))
    later = CALL + timedelta(days=1)
    office.put(later, "Telefonat mit Erika Muster wegen des Angebots")
    for minute in range(2, 5):
        office.cycle(MONDAY + timedelta(minutes=minute))
    assert [CALL, later] == office.reminded_of()


def test_what_is_dismissed_after_a_guess_stays_away_until_the_call_moves() -> None:
    office = Office(without_our_properties)
    office.put(CALL)
    office.cycle(MONDAY)
    office.forget()
    office.put(CALL, "Telefonat mit Erika Muster wegen des Angebots")
    office.cycle(MONDAY + timedelta(minutes=1))
    (href,) = [href for href, data in office.server.own_objects().items() if b"BEGIN:VEVENT" in data]
    office.server.remove(href)
    for minute in range(2, 5):
        office.cycle(MONDAY + timedelta(minutes=minute))
    assert [] == office.reminded_of()
    office.put(CALL + timedelta(days=1), "Telefonat mit Erika Muster wegen des Angebots")
    office.cycle(MONDAY + timedelta(minutes=6))
    assert [CALL + timedelta(days=1)] == office.reminded_of()


def lived_through(office: Office, *, days: int) -> datetime:
    """Erika was missed at `CALL`, and a cycle ran every ten days since; nobody called back."""
    office.put(CALL)
    office.cycle(MONDAY)
    office.put(CALL, f"{TITLE} #verpasst")
    for day in range(0, days + 1, 10):
        office.cycle(CALL + timedelta(days=day, minutes=20))
    return CALL + timedelta(days=days, minutes=30)


def test_a_miss_of_long_ago_counts_by_the_word_in_the_appointment() -> None:
    office = Office()
    now = lived_through(office, days=120)
    for href in office.server.own_objects():
        office.server.remove(href)
    office.cycle(now)
    before = office.rating(now)
    office.forget()
    assert before < 0.35
    assert before == pytest.approx(office.rating(now), abs=0.001)
    office.cycle(now)
    assert before == pytest.approx(office.rating(now + timedelta(minutes=1)), abs=0.001)
    assert [] == [item for item in office.items("recovery") if item["STATUS"] == "NEEDS-ACTION"]


@pytest.mark.parametrize("tasks", [True, False], ids=["tasks", "events"])
def test_a_miss_that_was_said_in_the_shell_counts_by_its_call_back(tasks: bool) -> None:
    office = Office(tasks=tasks)
    office.put(CALL)
    office.cycle(MONDAY)
    said = CALL + timedelta(hours=1)
    key = next(iter(office.world.memory.load_history(said).calls))
    office.world.memory.remember(
        now=said, answers=[Answer(call_key=key, outcome="missed", origin="answer", recorded_at=said)]
    )
    for day in range(0, 121, 10):
        office.cycle(said + timedelta(days=day))
    now = said + timedelta(days=121)
    before = office.rating(now)
    office.forget()
    assert before < 0.35
    assert before == pytest.approx(office.rating(now), abs=0.001)
    office.cycle(now)
    assert before == pytest.approx(office.rating(now + timedelta(minutes=1)), abs=0.001)


def test_a_call_back_that_was_never_made_is_closed_once_and_rings_no_more() -> None:
    office = Office()
    now = lived_through(office, days=70)
    (task,) = office.items("recovery")
    assert ("CANCELLED", []) == (task["STATUS"], task.subcomponents)
    assert [] == [change for change in office.cycle(now).changes if change.kind == "recovery"]
    assert [] == [change for change in office.cycle(now + timedelta(days=10)).changes if change.kind == "recovery"]


def test_a_closed_call_back_that_is_ticked_after_all_makes_good() -> None:
    office = Office()
    now = lived_through(office, days=70)
    (href,) = [href for href, data in office.server.own_objects().items() if b";recovery;" in data.replace(b"\\", b"")]
    before = office.rating(now)
    office.server.edit(href, lambda data: data.replace(b"STATUS:CANCELLED", b"STATUS:COMPLETED"))
    office.cycle(now)
    assert before < office.rating(now + timedelta(minutes=1))


def test_old_words_are_looked_for_once_and_then_let_go() -> None:
    office = Office()
    office.put(CALL - timedelta(days=120), f"{TITLE} #verpasst", uid="old")
    office.put(CALL)
    office.cycle(MONDAY)
    assert office.world.state.beginning
    assert office.rating(MONDAY) < 0.3
    held = office.world.memory.load_mirrors()["work", office.server.calendar.href].resources
    assert [False, True] == [
        held[f"{office.server.calendar.href}{uid}.ics"].data is not None for uid in ("old", "call")
    ]
    office.cycle(MONDAY + timedelta(minutes=5))
    assert not office.world.state.beginning


def test_who_was_erased_is_not_looked_for_in_the_past() -> None:
    office = Office()
    office.put(CALL - timedelta(days=120), f"{TITLE} #verpasst", uid="old")
    office.cycle(MONDAY)
    later = MONDAY + timedelta(days=30)
    office.cycle(later)
    office.world.memory.erase_contact(ERIKA)
    office.cycle(later + timedelta(minutes=5))
    assert {} == office.world.memory.load_history(later + timedelta(days=1)).calls


def test_old_words_are_found_where_the_calendar_cannot_be_read_at_first() -> None:
    office = Office()
    office.put(CALL - timedelta(days=120), f"{TITLE} #verpasst", uid="old")
    office.server.faults = lambda op: Fault.LOST_BEFORE if op.href == office.server.calendar.href else None
    office.cycle(MONDAY)
    assert 0.5 == office.rating(MONDAY)
    office.server.faults = None
    office.cycle(MONDAY + timedelta(hours=2))
    assert office.rating(MONDAY + timedelta(hours=2)) < 0.3


def test_call_logs_are_read_as_far_back_as_they_go(tmp_path: Path) -> None:
    """Three calls to which nobody answered, long before what is looked at otherwise."""
    days = [MONDAY - timedelta(days=number) for number in (100, 60, 20)]
    made = [Made(f"{day.astimezone(BERLIN):%Y-%m-%d %H:%M}", "out", "030901820") for day in days]
    write(tmp_path / "Master.csv", asterisk(made), "2026-10-05 09:00")

    def with_log(office: Office) -> Office:
        log = CALL_LOGS["asterisk"](LogOptions(name="pbx", zone=BERLIN, path=str(tmp_path / "Master.csv")))
        office.world.accounts.logs = (LogAccount(name="pbx", type="asterisk", log=log, prefixes=("0",)),)
        return office

    office = Office()
    for number, day in enumerate(days):
        office.put(day, uid=f"call-{number}")
    for day in days:
        with_log(office).cycle(day + timedelta(days=1))
    with_log(office).cycle(MONDAY)
    before = office.cycle(MONDAY, dry=True).relationships[ERIKA].theirs
    office.forget()
    after = with_log(office).cycle(MONDAY, dry=True).relationships[ERIKA].theirs
    assert before < 0.2
    assert before == pytest.approx(after, abs=0.001)
    office.cycle(MONDAY)
    assert () == office.world.memory.load_logs().entries


def test_what_was_taught_holds_after_the_loss_and_after_the_appointments_are_old() -> None:
    office = Office()
    for day in (120, 100):
        office.put(CALL - timedelta(days=day), "Telefonat Newsletter #skip", uid=f"old-{day}")
    office.put(CALL, "Telefonat Newsletter")
    assert () == office.cycle(MONDAY).calls
    office.forget()
    (skipped,) = office.cycle(MONDAY).skipped
    assert "call" == skipped.occurrence.uid
    office.forget_process()
    assert () == office.cycle(MONDAY + timedelta(minutes=5)).calls


def test_what_was_revoked_stays_so_and_an_earlier_moment_does_not_know_of_it() -> None:
    office = Office()
    for day in (1, 2):
        office.put(CALL - timedelta(days=day), "Telefonat Newsletter #skip", uid=f"old-{day}")
    office.put(CALL, "Telefonat Newsletter")
    office.cycle(MONDAY)
    memory, later = office.world.memory, MONDAY + timedelta(minutes=5)
    lessons = memory.load_history(MONDAY).lessons.values()
    memory.remember(now=later, lessons=[replace(one, status="forgotten", changed_at=later) for one in lessons])
    assert ["Telefonat Newsletter"] == [call.occurrence.summary for call in office.cycle(later).calls]
    assert ["standing"] * 2 == [one.status for one in memory.load_history(MONDAY).lessons.values()]
