"""Working hours that a calendar server tells, in cycles over an account in memory and a real state."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from termintreu.config import Config
from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.report import Report
from termintreu.cycle.told_hours import read_hours
from termintreu.reading.locked_accounts import LockedAccount
from termintreu.storage import Store
from termintreu.ui.cli.doctor import check_accounts
from tests.faults.worlds import MONDAY, FaultyStore, a_config, a_world, event

EVENING = MONDAY + timedelta(days=1, hours=9)
"""Tuesday at 19:00 in Berlin."""


def available(until: str, days: str = "MO,TU,WE") -> str:
    return (
        "BEGIN:VCALENDAR\r\nBEGIN:VAVAILABILITY\r\nBEGIN:AVAILABLE\r\nDTSTART;TZID=Europe/Berlin:20210104T120000\r\n"
        f"DTEND;TZID=Europe/Berlin:20210104T{until}\r\nRRULE:FREQ=WEEKLY;BYDAY={days}\r\nEND:AVAILABLE\r\n"
        "END:VAVAILABILITY\r\nEND:VCALENDAR\r\n"
    )


class Telling(FaultyStore):
    """An account that tells when its user is to be had."""

    availability: str | None = None


def configured(**me: Any) -> Config:
    return a_config(me={"name": "Anna Beispiel", "emails": ["anna@beispiel.example"], **me})


class Desk:
    """A call in the evening."""

    def __init__(self, folder: Path, config: Config | None = None) -> None:
        self.folder = folder
        self.server = Telling()
        self.config = config or configured()
        self.server.put(f"{self.server.calendar.href}call.ics", event("call", EVENING))
        self.begin()

    def begin(self) -> None:
        """A new process: the server was not asked yet."""
        self.memory = Store.open(self.folder)
        self.world = a_world(self.server, self.memory, config=self.config)

    def cycle(self, minutes: float = 0, *, dry: bool = False) -> Report:
        return asyncio.run(run_cycle(self.world, MONDAY + timedelta(minutes=minutes), dry=dry))

    def is_odd(self, minutes: float = 0) -> bool:
        findings = self.cycle(minutes).findings.values()
        return any(one.rule == "odd_time" for found in findings for one in found)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.memory.close()


def test_without_any_the_usual_hours_count(desk: Desk) -> None:
    assert desk.is_odd()
    assert (desk.world.state.summary or {})["working_hours"] is None


def test_the_servers_hours_count_where_the_configuration_has_none(desk: Desk) -> None:
    desk.server.availability = available("200000")
    assert not desk.is_odd()
    days = {day: ["12:00-20:00"] for day in ("mon", "tue", "wed")}
    assert {"source": "work", "days": days} == (desk.world.state.summary or {})["working_hours"]


def test_the_configured_ones_always_win(tmp_path: Path) -> None:
    desk = Desk(tmp_path, configured(working_hours={"tue": ["09:00-17:00"]}))
    desk.server.availability = available("200000")
    assert desk.is_odd()
    assert (desk.world.state.summary or {})["working_hours"] is None


def test_a_private_calendar_tells_no_working_hours(tmp_path: Path) -> None:
    source = {"name": "work", "type": "caldav", "url": "https://dav.example/", "private": True}
    desk = Desk(tmp_path, configured().model_copy(update={"sources": a_config(sources=[source]).sources}))
    desk.server.availability = available("200000")
    desk.cycle()
    assert desk.world.settings.clock.hours is None


@pytest.mark.parametrize("text", ["", "<html>", available("120000"), "BEGIN:VAVAILABILITY\n" * 20_000])
def test_what_cannot_be_read_is_none(desk: Desk, text: str) -> None:
    desk.server.availability = text
    assert desk.is_odd()


def test_new_hours_are_judged_by_at_once_and_the_same_ones_let_a_poll_rest(desk: Desk) -> None:
    desk.server.availability = available("180000")
    assert desk.is_odd()
    for minute in range(1, 4):
        desk.cycle(minute)
    rested = desk.memory.revision()
    desk.cycle(5)
    assert rested == desk.memory.revision()
    desk.server.availability = available("200000")
    assert not desk.is_odd(6)
    desk.server.availability = ""
    assert desk.is_odd(7)


def test_they_hold_while_the_server_does_not_answer_in_a_new_process_too(desk: Desk) -> None:
    desk.server.availability = available("200000")
    assert not desk.is_odd()
    desk.memory.close()
    desk.server.availability = None
    desk.begin()
    assert not desk.is_odd(1)
    desk.server.availability = ""
    assert desk.is_odd(2)


def test_they_hold_while_the_accounts_password_cannot_be_read(desk: Desk) -> None:
    desk.server.availability = available("200000")
    assert not desk.is_odd()
    locked = LockedAccount("work", "the keyring is locked")
    (account,) = desk.world.accounts.calendars
    desk.world.accounts.calendars = (replace(account, connector=locked),)
    assert not desk.is_odd(1)
    desk.world.accounts.calendars = (replace(account, connector=locked, type="vdir"),)
    assert desk.is_odd(2)


def test_a_dry_run_uses_them_and_keeps_nothing(desk: Desk) -> None:
    desk.server.availability = available("200000")
    found = desk.cycle(dry=True).findings.values()
    assert [] == [one.rule for each in found for one in each if one.rule == "odd_time"]
    assert desk.memory.last_report() is None


@pytest.mark.parametrize(
    ("text", "me", "found"),
    [
        (available("200000"), {}, ["Mo–Mi 12:00–20:00"]),
        (available("200000"), {"working_hours": {}}, ["Mo–Mi 12:00–20:00 (es zählen die der Konfiguration)"]),
        ("noise", {}, ["es gibt welche, aber keine für jede Woche: Sie zählen nicht"]),
        ("", {}, []),
        (None, {}, []),
    ],
    ids=["told", "configured", "unreadable", "none", "not asked"],
)
def test_doctor_says_what_the_server_tells(
    tmp_path: Path, text: str | None, me: dict[str, Any], found: list[str]
) -> None:
    desk = Desk(tmp_path, configured(**me))
    desk.server.availability = text
    results = asyncio.run(check_accounts(desk.world, MONDAY)).results
    assert all(one.ok for one in results)
    assert found == [one.found for one in results if one.step == "Arbeitszeiten vom Server"]


@pytest.mark.parametrize(
    "stored",
    [
        None,
        [],
        {},
        {"source": "work"},
        {"days": []},
        {"days": {"mon": ["x"]}},
        {"days": {"mon": 1}},
        {"days": {"x": []}},
    ],
)
def test_what_was_remembered_wrongly_is_nothing(stored: object) -> None:
    assert read_hours(stored) is None
