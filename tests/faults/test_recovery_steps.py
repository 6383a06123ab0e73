"""The steps after a missed call, cycle after cycle: on an account without tasks, over pauses, when the state is lost,
and when what the user did to them must stand."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from icalendar import Calendar, Component

from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.report import Report
from termintreu.storage import Store
from termintreu_connectors.memory import BOTH
from tests.faults.worlds import MONDAY, FaultyStore, a_world, event

CALL = MONDAY + timedelta(hours=1)
"""11:00 in Berlin."""
TITLE = "Telefonat mit Erika Muster"


class Office:
    """One account in memory, and a program that runs cycles over it."""

    def __init__(self, *, tasks: bool = True) -> None:
        self.server = FaultyStore(supports=BOTH if tasks else frozenset({"VEVENT"}))
        self.world = a_world(self.server, Store.open(None))
        self.title(TITLE)
        self.cycle(MONDAY)

    def title(self, title: str, start: datetime = CALL, uid: str = "call") -> None:
        self.server.put(f"{self.server.calendar.href}{uid}.ics", event(uid, start, summary=title))

    def cycle(self, now: datetime) -> list[tuple[str, str]]:
        report: Report = asyncio.run(run_cycle(self.world, now))
        return sorted((change.action, change.kind) for change in report.changes if change.kind != "reminder")

    def miss(self) -> datetime:
        self.title(f"{TITLE} #verpasst")
        now = CALL + timedelta(minutes=14)
        assert self.cycle(now) == [("create", "recovery")]
        return now

    def forget(self) -> None:
        self.world = a_world(self.server, Store.open(None))

    def found(self, kind: str) -> dict[str, Component]:
        parsed = {href: Calendar.from_ical(data) for href, data in self.server.own_objects().items()}
        items = {
            href: component
            for href, stream in parsed.items()
            for component in stream.walk()
            if component.name in {"VEVENT", "VTODO"}
        }
        return {href: item for href, item in items.items() if str(item["X-TERMINTREU-ID"]).split(";")[1] == kind}

    def href(self, kind: str) -> str:
        (href,) = self.found(kind)
        return href

    def tick(self, kind: str, now: datetime) -> None:
        self.server.tick(self.href(kind), now)

    def rewrite(self, kind: str, old: str, new: str) -> None:
        self.server.edit(self.href(kind), lambda data: data.replace(old.encode(), new.encode()))

    def rating(self, now: datetime) -> float:
        report = asyncio.run(run_cycle(self.world, now, dry=True))
        return report.relationships["erika@muster.example"].ours


@pytest.fixture
def office() -> Office:
    return Office()


def test_an_account_without_tasks_has_the_same_steps_as_events() -> None:
    """docs/safety.md, row 8: done when its title begins with ☑, or when it is deleted"""
    office = Office(tasks=False)
    now = office.miss()
    item = office.found("recovery")[office.href("recovery")]
    assert item.name == "VEVENT"
    assert str(item["SUMMARY"]).startswith("☐ Erika Muster, ")
    assert office.cycle(now + timedelta(minutes=5)) == []
    office.tick("recovery", now)
    assert office.cycle(now + timedelta(minutes=10)) == [("create", "amends")]
    assert office.rating(now + timedelta(minutes=11)) == pytest.approx(1 / 3.5, abs=0.01)
    office.server.remove(office.href("amends"))
    assert office.cycle(now + timedelta(days=1)) == []
    assert office.cycle(now + timedelta(days=1, minutes=15)) == [("create", "check")]


def test_amends_wait_for_who_was_away_and_are_not_brought_up_weeks_later(office: Office) -> None:
    now = office.miss()
    office.tick("recovery", now)
    assert office.cycle(now + timedelta(days=5)) == [("create", "amends")]

    other = Office()
    now = other.miss()
    other.tick("recovery", now)
    assert ("create", "amends") not in other.cycle(now + timedelta(days=20))


def test_an_open_call_back_outlives_the_appointment_in_the_window_and_the_state(office: Office) -> None:
    now = office.miss()
    later = now + timedelta(days=20)
    # Free times that passed are renewed in it, without a new alarm.
    assert office.cycle(later) == [("update", "recovery")]
    before = office.rating(later)
    office.forget()
    assert office.cycle(later) == []
    assert len(office.found("recovery")) == 1
    assert office.rating(later) == pytest.approx(before, abs=0.01)
    office.tick("recovery", later)
    assert office.cycle(later + timedelta(minutes=5)) == [("create", "amends")]


def test_what_the_user_deleted_stays_away_and_no_step_follows(office: Office) -> None:
    now = office.miss()
    office.server.remove(office.href("recovery"))
    assert office.cycle(now + timedelta(minutes=5)) == []
    assert office.cycle(now + timedelta(hours=3)) == []


def test_a_step_that_the_user_rewrote_is_the_users_and_its_tick_counts(office: Office) -> None:
    now = office.miss()
    office.rewrite("recovery", "jetzt anrufen", "heute noch anrufen")
    assert office.cycle(now + timedelta(minutes=5)) == []
    office.tick("recovery", now + timedelta(minutes=6))
    assert office.cycle(now + timedelta(minutes=10)) == [("create", "amends")]


def test_a_tick_that_is_taken_back_takes_the_amends_back(office: Office) -> None:
    now = office.miss()
    open_one = office.server.own_objects()[office.href("recovery")]
    office.tick("recovery", now)
    assert office.cycle(now + timedelta(minutes=5)) == [("create", "amends")]
    office.server.put(office.href("recovery"), open_one)
    assert office.cycle(now + timedelta(minutes=10)) == [("delete", "amends")]


def test_a_word_in_the_call_back_itself_settles_it(office: Office) -> None:
    now = office.miss()
    office.title(TITLE)
    office.rewrite("recovery", "SUMMARY:Erika", "SUMMARY:#gehalten Erika")
    office.cycle(now + timedelta(minutes=5))
    assert office.rating(now + timedelta(minutes=6)) > 0.5


@pytest.mark.parametrize("cancelled", [False, True], ids=["deleted", "cancelled"])
def test_a_missed_call_that_goes_from_the_calendar_is_missed_all_the_same(office: Office, cancelled: bool) -> None:
    now = office.miss()
    href = f"{office.server.calendar.href}call.ics"
    if cancelled:
        office.server.put(href, event("call", CALL, summary=TITLE, lines=["STATUS:CANCELLED"]))
    else:
        office.server.remove(href)
    # The task goes on saying what it knows of the appointment: its title stands nowhere else now.
    assert office.cycle(now + timedelta(minutes=5)) == []
    assert f"„{TITLE}“" in str(office.found("recovery")[office.href("recovery")]["DESCRIPTION"])
    office.tick("recovery", now + timedelta(minutes=6))
    assert office.cycle(now + timedelta(minutes=10)) == [("create", "amends")]


def test_a_call_that_is_moved_after_the_miss_is_a_new_promise(office: Office) -> None:
    now = office.miss()
    office.title(TITLE, CALL + timedelta(days=2))
    assert ("delete", "recovery") in office.cycle(now + timedelta(minutes=30))


def test_a_second_miss_with_the_same_contact_asks_for_a_talk(office: Office) -> None:
    now = office.miss()
    office.title(f"{TITLE} #verpasst", CALL + timedelta(days=1), uid="second")
    later = now + timedelta(days=1)
    # Free times that passed are renewed in the first task, without a new alarm.
    assert office.cycle(later) == [("create", "amends"), ("create", "recovery"), ("update", "recovery")]
    assert office.cycle(later + timedelta(minutes=5)) == []
