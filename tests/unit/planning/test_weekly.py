"""The event at the beginning of a week."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from termintreu.judging.rules.after import WeeklyParams
from termintreu.model import Call, Item, Person, Promise, Severity, Window
from termintreu.planning import plan
from termintreu.planning.weekly import weekly
from tests.stateful.model_server import Cycle, ModelServer
from tests.unit.planning.making import ERIKA, a_call, a_finding, a_planning, berlin

FRIDAY, MONDAY = berlin(2, 12), berlin(5, 8)
WEDNESDAY = a_call(berlin(7, 14, 30), uid="wednesday")
THURSDAY = a_call(berlin(8, 9), uid="thursday")
LATER = a_call(berlin(12, 9), uid="later")


def of(now: datetime = FRIDAY, *calls: Call, **more: Any) -> list[Item]:
    return list(weekly(a_planning(now, **more), calls or (WEDNESDAY, THURSDAY, LATER)))


def the(items: list[Item]) -> Item:
    (item,) = items
    return item


def lines(item: Item) -> list[str]:
    return [line for line in item.description.splitlines() if line]


def test_it_stands_at_eight_on_the_first_workday_and_names_the_calls_of_the_week_by_day() -> None:
    soon = a_call(berlin(8, 11), uid="soon", contact=replace(ERIKA, name="Max #held Nord"))
    item = the(of(FRIDAY, WEDNESDAY, soon, THURSDAY, LATER))
    assert (item.kind, item.component, item.start, item.end) == ("weekly", "VEVENT", MONDAY, berlin(5, 8, 15))
    assert (item.rules, item.appointment_uid, item.alarm_before) == (("weekly",), None, 1)
    assert item.summary == "Ihre Woche: 3 Anrufe"
    assert item.description.splitlines() == [
        "Mi., 7.10.",
        "14:30 Erika Muster",
        "Do., 8.10.",
        "09:00 Erika Muster",
        "11:00 Max Nord",
    ]


def test_in_english_too() -> None:
    findings = {WEDNESDAY.key: [a_finding("threatened", Severity.CRITICAL)]}
    item = the(of(FRIDAY, language="en", findings=findings))
    assert item.summary == "Your week: 2 calls, 1 threatened"
    assert lines(item)[:2] == ["Wed 7 Oct", "14:30 Erika Muster"]
    assert lines(item)[-2:] == ["Threatened:", "– Erika Muster, Wed 14:30: You are called."]


@pytest.mark.parametrize(
    ("guests", "expected"),
    [(("Bo", "Cleo"), "14:30 Erika Muster"), (("Bo", "Cleo", "Dana"), "14:30 Angebot besprechen")],
)
def test_a_meeting_of_several_goes_by_its_title_and_not_by_one_of_them(guests: tuple[str, ...], expected: str) -> None:
    people = tuple(Person(email=f"{name.lower()}@x.example", name=name) for name in guests)
    room = Person(email="room@x.example", name="Room", cutype="ROOM")
    me = Person(email="anna@beispiel.de")
    meeting = replace(WEDNESDAY, occurrence=replace(WEDNESDAY.occurrence, organizer=me, attendees=(me, *people, room)))
    assert expected in lines(the(of(FRIDAY, meeting)))


def test_a_call_without_a_minute_stands_with_its_window() -> None:
    window = Window(start=berlin(6, 9), end=berlin(6, 15), text="zwischen 9 und 15 Uhr")
    hours = a_call(berlin(6, 9), minutes=360, window=window, uid="hours")
    day = a_call(berlin(6, 0), minutes=1440, window=Window(start=berlin(6, 0), end=berlin(7, 0)), all_day=True, uid="d")
    days = a_call(berlin(7, 0), minutes=4320, window=Window(start=berlin(7, 0), end=berlin(10, 0)), all_day=True)
    assert lines(the(of(FRIDAY, hours, day, days)))[:5] == [
        "Di., 6.10.",
        "Erika Muster",
        "09:00–15:00 Erika Muster",
        "Mi., 7.10.",
        "Mi., 7.10. – Fr., 9.10. Erika Muster",
    ]


def test_what_is_to_be_settled_stands_below_the_threatened_ones_first_and_nothing_else() -> None:
    third, fourth, fifth = (a_call(berlin(9, hour), uid=str(hour)) for hour in (9, 16, 17))
    findings = {
        fourth.key: [a_finding("threatened", Severity.CRITICAL), a_finding("conflict", Severity.CRITICAL)],
        WEDNESDAY.key: [a_finding("no_buffer", Severity.ADVICE), a_finding("unconfirmed", Severity.ADVICE)],
        third.key: [a_finding("vague_time", Severity.WARNING), a_finding("unconfirmed", Severity.ADVICE)],
        THURSDAY.key: [a_finding("no_buffer", Severity.ADVICE), a_finding("long_lead", Severity.INFO)],
        fifth.key: [replace(a_finding("conflict"), at_call=fourth.key)],
    }
    item = the(of(FRIDAY, WEDNESDAY, THURSDAY, third, fourth, fifth, findings=findings))
    assert item.summary == "Ihre Woche: 5 Anrufe, 1 gefährdet"
    below = item.description.splitlines()
    assert below[below.index("") :] == [
        "",
        "Gefährdet:",
        "– Erika Muster, Fr 16:00: Sie werden angerufen.",
        "",
        "Zu klären:",
        "– Erika Muster, Mi 14:30: Sie werden angerufen.",
        "– Erika Muster, Fr 09:00: Alle wählen sich ein.",
    ]


def test_another_order_or_another_severity_is_no_change() -> None:
    other = a_call(berlin(8, 9), uid="same time")
    advice = {THURSDAY.key: [a_finding(severity=Severity.ADVICE)], WEDNESDAY.key: [a_finding()]}
    warning = {WEDNESDAY.key: [a_finding()], THURSDAY.key: [a_finding(severity=Severity.WARNING)]}
    first = the(of(FRIDAY, WEDNESDAY, THURSDAY, other, findings=advice))
    assert first == the(of(FRIDAY, other, THURSDAY, WEDNESDAY, findings=warning))


def test_a_promise_without_a_time_is_told_of_unless_it_has_a_task_of_its_own() -> None:
    one = Promise(key="a" * 16, uid="t", recurrence_id=None, title="Max #held zurückrufen", made_at=FRIDAY)

    assert lines(the(of(FRIDAY, WEDNESDAY, promises=(one,))))[-2:] == [
        "Versprochen, noch ohne Uhrzeit:",
        "– Max zurückrufen",
    ]
    for more in ({"tasks_from": Severity.ADVICE}, {"disabled": frozenset({"loose_promise"})}):
        assert "Max" not in the(of(FRIDAY, WEDNESDAY, promises=(one,), **more)).description


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (MONDAY - timedelta(days=3, minutes=1), 0),
        (MONDAY - timedelta(days=3), 1),
        (MONDAY, 1),
        (berlin(5, 8, 59), 1),
        (berlin(5, 9), 0),
    ],
    ids=["four days ahead", "three days ahead", "now", "within the hour", "over"],
)
def test_it_is_written_some_days_ahead_and_for_an_hour_after_its_time(now: datetime, expected: int) -> None:
    assert expected == len(of(now))


@pytest.mark.parametrize("minutes", [-2, -1, 0, 45])
def test_a_first_run_at_that_hour_writes_it_once_and_rings_only_while_that_is_not_too_late(minutes: int) -> None:
    cycle = Cycle(server=ModelServer())
    first = MONDAY + timedelta(minutes=minutes)

    (written,) = cycle.run(of(first), first).changes
    assert (written.action, written.start) == ("create", MONDAY)
    assert (written.data or b"").count(b"BEGIN:VALARM") == (minutes < -1)
    for later in (1, 10, 120, 600):
        moment = MONDAY + timedelta(minutes=max(minutes, 0) + later)
        assert () == cycle.run(of(moment, WEDNESDAY), moment).changes


def test_a_week_whose_event_rang_is_not_written_again_whatever_became_of_it() -> None:
    cycle = Cycle(server=ModelServer())
    cycle.run(of(FRIDAY), FRIDAY)
    assert () == cycle.run(of(berlin(5, 8, 30), WEDNESDAY), berlin(5, 8, 30)).changes
    cycle.server.remove(next(iter(cycle.server.resources)))
    assert () == cycle.run(of(berlin(5, 8, 30)), berlin(5, 8, 30)).changes


def test_a_week_that_begins_with_a_holiday_begins_on_tuesday() -> None:
    free = date(2026, 10, 5)
    item = the(of(berlin(4, 12), holiday=lambda day: "Feiertag" if day == free else None))
    assert berlin(6, 8) == item.start


def test_a_week_without_calls_or_without_work_has_none() -> None:
    assert [] == of(FRIDAY, LATER)
    assert [] == of(FRIDAY, holiday=lambda _: "Urlaub")
    assert [] == of(FRIDAY, WEDNESDAY, settled=frozenset({WEDNESDAY.key}))


def test_each_week_has_an_event_of_its_own() -> None:
    first, second = the(of(FRIDAY)), the(of(berlin(9, 12)))
    assert first.slot != second.slot
    assert first.slot == the(of(MONDAY)).slot


def test_its_hour_is_configured_and_it_can_be_left_out() -> None:
    assert berlin(5, 7) == the(of(FRIDAY, params={"weekly": WeeklyParams(hour=7)})).start
    planning = a_planning(FRIDAY, disabled=frozenset({"weekly"}))
    assert "weekly" not in {item.kind for item in plan([WEDNESDAY], planning)}


def test_a_flood_of_calls_is_cut_off() -> None:
    many = [a_call(berlin(7, 9) + timedelta(minutes=index), uid=f"c-{index}") for index in range(45)]
    item = the(of(FRIDAY, *many))
    assert item.description.count("Erika") == 40
    assert lines(item)[-1] == "… und 5 weitere Anrufe"
