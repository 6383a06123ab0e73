"""Appointments that reach the ends of time cost the cycle neither its life nor its time: every other call is served."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from termintreu.cycle.report import Report
from termintreu.cycle.turn import take
from termintreu.storage import Store
from tests.faults.worlds import MONDAY, FaultyStore, a_world, event

GOOD = "good@example.com"
CALL = "Telefonat mit Max Gut"
ZONE = "\r\n".join(
    [
        "BEGIN:VTIMEZONE",
        "TZID:Ours",
        "BEGIN:STANDARD",
        "DTSTART:00010101T000000",
        "RDATE:99991231T235959",
        "TZOFFSETFROM:-1200",
        "TZOFFSETTO:+1400",
        "END:STANDARD",
        "END:VTIMEZONE",
    ]
)
STARTS = ["20261006", "20261006T090000", "20261006T090000Z", "00010101", "00010101T000000", "99991231T235959"]
ENDS = ["99991231", "99991231T235959", "99991231T235959Z", "99981231T090000Z", "20261006T093000", "00010101"]
ZONES = ["", ";TZID=Pacific/Kiritimati", ";TZID=Etc/GMT+12", ";TZID=Ours"]
TITLES = [
    "Urlaub",
    "Telefonat mit Erika Muster",
    "Erika Muster zurückrufen bis 17 Uhr",
    "Rückruf Erika diese Woche",
    "Messe",
]


def absurd(uid: str, *lines: str) -> bytes:
    body = ["BEGIN:VCALENDAR", "VERSION:2.0", ZONE, "BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT", "END:VCALENDAR"]
    return "\r\n".join([*body, ""]).encode()


def every_kind() -> Iterator[tuple[str, ...]]:
    for start, end, title in itertools.product(STARTS, ENDS, TITLES):
        for zone in ZONES if "Z" not in start + end and "T" in start and "T" in end else ("",):
            yield f"DTSTART{zone}:{start}", f"DTEND{zone}:{end}", f"SUMMARY:{title}"
    for title in TITLES:
        yield "DTSTART:20261006T090000Z", "DURATION:P99999W", f"SUMMARY:{title}"
        yield "DTSTART:20261001T090000Z", f"SUMMARY:{title}", "RDATE;VALUE=PERIOD:20261006T090000Z/99991231T235959Z"
        yield "DTSTART:20261001", "DTEND:99991231", f"SUMMARY:{title}", "RRULE:FREQ=DAILY;COUNT=3", "TRANSP:TRANSPARENT"


def cycle(store: FaultyStore, now: datetime) -> Report:
    turn = asyncio.run(take(a_world(store, Store.open(None)), now, due=None, stopping=asyncio.Event()))
    assert turn.report is not None, turn.error
    return turn.report


def reminded(report: Report) -> bool:
    return any(change.appointment_uid == GOOD and change.kind == "reminder" for change in report.changes)


@pytest.mark.requirement(22)
@pytest.mark.parametrize("days", [0, 1, 2])
def test_a_calendar_full_of_absurd_dates_is_served_all_the_same(days: int) -> None:
    store = FaultyStore()
    store.put(f"{store.calendar.href}good.ics", event(GOOD, MONDAY + timedelta(days=3), summary=CALL))
    for number, lines in enumerate(every_kind()):
        store.put(f"{store.calendar.href}{number}.ics", absurd(f"a{number}@example.com", *lines))
    report = cycle(store, MONDAY + timedelta(days=days))
    assert GOOD in [call.occurrence.uid for call in report.calls]  # so many new items that its reminder waits its turn


@pytest.mark.requirement(22)
@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(
    start=st.sampled_from(STARTS),
    ends=st.sampled_from([*(f"DTEND:{end}" for end in ENDS), "DURATION:P99999W", "DURATION:PT99999999S"]),
    title=st.sampled_from(TITLES),
    rule=st.sampled_from(
        ["", "RRULE:FREQ=DAILY;COUNT=3", "RRULE:FREQ=YEARLY;UNTIL=99991231T235959Z", "RDATE:99991231T235959Z"]
    ),
    hours=st.integers(0, 100),
)
def test_no_absurd_date_ends_a_cycle(start: str, ends: str, title: str, rule: str, hours: int) -> None:
    store = FaultyStore()
    store.put(f"{store.calendar.href}good.ics", event(GOOD, MONDAY + timedelta(days=5), summary=CALL))
    lines = [line for line in (f"DTSTART:{start}", ends, f"SUMMARY:{title}", rule) if line]
    store.put(f"{store.calendar.href}absurd.ics", absurd("absurd@example.com", *lines))
    assert reminded(cycle(store, MONDAY + timedelta(hours=hours)))


@pytest.mark.requirement(22)
@pytest.mark.parametrize("line", ["DTSTART:{0}", "DTEND:{0}", "CREATED:{0}", "X-TERMINTREU-CALL:{0}"])
@pytest.mark.parametrize("stamp", ["99991231T235959Z", "00010101T000000Z"])
def test_an_item_of_ours_that_was_moved_to_the_end_of_time_ends_no_cycle(line: str, stamp: str) -> None:
    store, memory = FaultyStore(), Store.open(None)
    store.put(f"{store.calendar.href}good.ics", event(GOOD, MONDAY + timedelta(days=2)))
    world = a_world(store, memory)
    asyncio.run(take(world, MONDAY, due=None, stopping=asyncio.Event()))
    name = line.partition(":")[0]
    for href, data in store.own_objects().items():
        moved = [line.format(stamp) if one.startswith(f"{name}:") else one for one in data.decode().split("\r\n")]
        store.put(href, "\r\n".join(moved).encode())
    for state in (memory, Store.open(None)):
        turn = asyncio.run(take(a_world(store, state), MONDAY + timedelta(hours=1), due=None, stopping=asyncio.Event()))
        assert turn.report is not None, turn.error


@pytest.mark.requirement(22)
@pytest.mark.parametrize("title", TITLES)
def test_a_call_that_lasts_for_ages_costs_no_time(title: str) -> None:
    store = FaultyStore()
    for number in range(20):
        lines = ("DTSTART;VALUE=DATE:20261005", "DTEND;VALUE=DATE:99981231", f"SUMMARY:{title}")
        store.put(f"{store.calendar.href}{number}.ics", absurd(f"long{number}@example.com", *lines))
    began = time.process_time()
    cycle(store, MONDAY)
    assert time.process_time() - began < 3
