"""Whom the user met under another name, number or address is recognised again, by whole cycles."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.report import Report
from termintreu.storage import Store
from tests.faults.worlds import MONDAY, FaultyStore, a_world, event

CALL = MONDAY + timedelta(hours=1)


class Desk:
    """One account in memory, and a program over it."""

    def __init__(self) -> None:
        self.server = FaultyStore()
        self.world = a_world(self.server, Store.open(None))

    def put(self, uid: str, start: datetime, title: str, *lines: str) -> None:
        href = f"{self.server.calendar.href}{uid}.ics"
        self.server.put(href, event(uid, start, summary=title, lines=lines))

    def cycle(self, now: datetime) -> Report:
        return asyncio.run(run_cycle(self.world, now))


def test_a_number_of_an_earlier_appointment_serves_whoever_is_called_by_the_surname_alone() -> None:
    desk = Desk()
    desk.put("first", CALL, "Telefonat mit Frau Dr. Kern", "LOCATION:+49 40 334455")
    desk.cycle(MONDAY)
    later = MONDAY + timedelta(days=20)
    desk.put("second", later + timedelta(hours=3), "Rückruf Kern")
    report = desk.cycle(later)
    (call,) = [call for call in report.calls if call.occurrence.uid == "second"]
    assert ("+4940334455", "+4940334455", "earlier") == (call.contact.key, call.reach.phone, call.reach.phone_origin)


@pytest.mark.parametrize("number", ["+49 40 334455", "0049 40 334455", "040 / 33 44 55", "040334455"])
def test_a_number_of_long_ago_serves_on_the_first_day(number: str) -> None:
    desk = Desk()
    desk.put("long-ago", MONDAY - timedelta(days=40), "Telefonat mit Frau Dr. Kern", f"LOCATION:{number}")
    desk.put("today", CALL, "Rückruf Frau Dr. Kern")
    (call,) = desk.cycle(MONDAY).calls
    assert ("+4940334455", "earlier") == (call.reach.phone, call.reach.phone_origin)


def test_one_who_is_named_today_and_invited_tomorrow_is_one_contact() -> None:
    desk = Desk()
    desk.put("named", CALL, "Telefonat mit Petra Kern")
    desk.put(
        "invited",
        CALL + timedelta(days=1),
        "Telefonat",
        "ORGANIZER:mailto:anna@beispiel.example",
        "ATTENDEE;CN=Petra Kern:mailto:petra@kern.example",
    )
    report = desk.cycle(MONDAY)
    assert {"petra@kern.example"} == {call.contact.key for call in report.calls}
    assert {"petra@kern.example"} == report.relationships.keys()


def test_a_stranger_who_takes_a_name_gets_nothing_of_it() -> None:
    desk = Desk()
    desk.put("named", CALL, "Telefonat mit Petra Kern")
    desk.put(
        "feigned",
        CALL + timedelta(days=1),
        "Telefonat",
        "ORGANIZER;CN=Petra Kern:mailto:x@stranger.example",
        "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:anna@beispiel.example",
    )
    report = desk.cycle(MONDAY)
    assert {"name:petra kern", "x@stranger.example"} == {call.contact.key for call in report.calls}
