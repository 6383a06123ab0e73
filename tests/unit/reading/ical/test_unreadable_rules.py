"""A rule that cannot be read costs the repetition, and not the appointment; what is ignored is told of."""

from __future__ import annotations

import pytest

from termintreu.model import Resource
from termintreu.reading.ical import Reader, extent_of
from termintreu.reading.ical.component import BAD_DATES, IGNORED_EXCEPTIONS, IGNORED_PART
from termintreu.reading.ical.expansion import TOO_MUCH
from tests.unit.reading.ical.making import BERLIN, NOVEMBER, calendar, event, read, reasons, starts

START = "DTSTART;TZID=Europe/Berlin:20261124T100000"


@pytest.mark.requirement(22)
@pytest.mark.parametrize(
    "rule",
    [
        "RRULE:",
        "RRULE:FREQ=DAILY;INTERVAL=0",
        "RRULE:FREQ=WEEKLY\\;BYDAY=TU\\;COUNT=3",
        "RRULE:FREQ=MINUTELY;COUNT=3",
        "RRULE:FREQ=SECONDLY",
        "RRULE:RSCALE=HEBREW;FREQ=YEARLY",
        "RRULE:FREQ=YEARLY;BYEASTER=0",
        "RRULE:FREQ=DAILY;UNTIL=20261126Z",
        "RRULE:FREQ=OFTEN",
        "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31",
        'RRULE;X="broken:FREQ=DAILY',
    ],
)
def test_the_first_date_of_a_series_whose_rule_cannot_be_read_is_served(rule: str) -> None:
    data = calendar(event(START, rule, "SUMMARY:Call"))
    reading = read(data)
    assert ["11-24 09:00"] == starts(reading)
    [rejected] = reading.rejected
    assert rejected.reason.endswith("; only the first date is used.")
    assert ("Call", 3) == (rejected.title, rejected.line)
    assert extent_of(data) is None


def test_the_single_dates_of_such_a_series_are_served_too() -> None:
    data = calendar(
        event(START, "RRULE:FREQ=MINUTELY", "RDATE;TZID=Europe/Berlin:20261127T100000"),
        event("RECURRENCE-ID;TZID=Europe/Berlin:20261125T100000", "DTSTART:20261125T150000Z"),
    )
    assert ["11-24 09:00", "11-25 15:00", "11-27 09:00"] == starts(read(data))


def test_the_first_date_is_the_same_occurrence_once_the_rule_can_be_read() -> None:
    broken, mended = (
        read(calendar(event(START, f"RRULE:FREQ=DAILY;COUNT=2;INTERVAL={number}"))).occurrences[0] for number in (0, 1)
    )
    assert (mended.recurrence_id, True) == (broken.recurrence_id, broken.series)


def test_a_rule_that_can_be_read_counts_beside_one_that_cannot() -> None:
    reading = read(calendar(event(START, "RRULE:FREQ=MINUTELY", "RRULE:FREQ=DAILY;COUNT=2")))
    assert (["11-24 09:00", "11-25 09:00"], 1) == (starts(reading), len(reading.rejected))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("RRULE:FREQ=DAILY;COUNT=2;X-NOTE=1", IGNORED_PART),
        ("RRULE:RSCALE=GREGORIAN;FREQ=DAILY;COUNT=2;SKIP=FORWARD", IGNORED_PART),
        ("RRULE:FREQ=DAILY;COUNT=2\r\nEXRULE:FREQ=DAILY;INTERVAL=2", IGNORED_EXCEPTIONS),
        ('RRULE:FREQ=DAILY;COUNT=2\r\nEXDATE;X="broken:20261125T100000', BAD_DATES),
    ],
)
def test_what_is_ignored_of_a_series_is_told_of(line: str, reason: str) -> None:
    data = calendar(event(START, line))
    assert (["11-24 09:00", "11-25 09:00"], [reason]) == (starts(read(data)), reasons(read(data)))
    assert extent_of(data) is None


def spent_by(*more: bytes) -> tuple[list[str], list[str]]:
    """UIDs and reasons of a collection whose budget others have used up before."""
    reader = Reader(zone=BERLIN, max_steps=5_000)
    endless = [calendar(event("DTSTART:20000101T000000Z", "RRULE:FREQ=HOURLY", uid=f"h{n}")) for n in range(9)]
    held = [Resource(href=f"/c/{n}.ics", etag='"1"', data=data) for n, data in enumerate((*endless, *more))]
    reading = reader.read("work", "/c/", held, NOVEMBER)
    last = [rejected.reason for rejected in reading.rejected if int(rejected.href[3:-4]) >= len(endless)]
    return [one.uid for one in reading.occurrences if not one.uid.startswith("h")], last


@pytest.mark.requirement(22)
def test_single_events_after_a_spent_budget_are_served_and_not_blamed() -> None:
    single = calendar(event("DTSTART:20261124T100000Z", uid="single"))
    moved = calendar(
        event("DTSTART:20261124T100000Z", uid="moved"),
        event("RECURRENCE-ID:20261124T100000Z", "DTSTART:20261125T100000Z", uid="moved"),
    )
    assert (["single", "moved"], []) == spent_by(single, moved)


@pytest.mark.requirement(22)
def test_a_series_that_costs_little_is_served_whatever_others_have_spent() -> None:
    reader = Reader(zone=BERLIN, max_steps=5_000)
    never = "RRULE:FREQ=DAILY;BYMONTHDAY=13;BYDAY=FR;COUNT=90000"
    costly = [calendar(event("DTSTART:19000101T000000Z", never, uid=f"c{n}")) for n in range(9)]
    weekly = [calendar(event(START, "RRULE:FREQ=WEEKLY", uid=f"w{n}")) for n in range(50)]
    held = [Resource(href=f"/c/{n}.ics", etag='"1"', data=data) for n, data in enumerate((*costly, *weekly))]
    reading = reader.read("work", "/c/", held, NOVEMBER)
    assert {f"w{n}" for n in range(50)} <= {one.uid for one in reading.occurrences}
    assert {f"/c/{n}.ics" for n in range(9)} == {rejected.href for rejected in reading.rejected}


@pytest.mark.requirement(22)
def test_of_a_series_after_a_spent_budget_the_single_dates_are_served_and_the_rest_is_told_of() -> None:
    series = calendar(
        event("DTSTART:20261124T100000Z", "RRULE:FREQ=DAILY", uid="series"),
        event("RECURRENCE-ID:20261126T100000Z", "DTSTART:20261127T100000Z", uid="series"),
    )
    uids, told = spent_by(series)
    assert ("series", [TOO_MUCH]) == (uids[0], told)
