"""Which alarms of an appointment's own pop up, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from termintreu.model import Alarm
from tests.unit.reading.ical.making import calendar, event, read

START, END = "DTSTART:20261124T100000Z", "DTEND:20261124T103000Z"


def valarm(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VALARM", *lines, "END:VALARM"])


def display(trigger: str, *lines: str) -> str:
    return valarm("ACTION:DISPLAY", f"TRIGGER{trigger}", "DESCRIPTION:x", *lines)


def alarms(*lines: str) -> list[list[Alarm]]:
    """Of each occurrence."""
    return [list(one.alarms) for one in read(calendar(event(*lines))).occurrences]


def minutes(*lines: str) -> list[int]:
    """How long before the start each alarm of the one occurrence rings."""
    [found] = alarms(START, END, *lines)
    return [int((datetime(2026, 11, 24, 10, tzinfo=UTC) - one.at).total_seconds() // 60) for one in found]


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        (":-PT15M", 15),
        (";RELATED=START:-PT15M", 15),
        (";VALUE=DURATION:-P0DT0H15M0S", 15),
        (":-PT1H", 60),
        (":-P1D", 1440),
        (":PT0S", 0),
        (":PT5M", -5),
        (";RELATED=END:-PT45M", 15),
        (";VALUE=DATE-TIME:20261124T094500Z", 15),
        (";VALUE=DATE-TIME:20261124T094500", 15),
        (":\r\n -PT15M", 15),
    ],
)
def test_a_trigger_counts_from_the_start_or_the_end_or_says_its_moment(trigger: str, expected: int) -> None:
    assert [expected] == minutes(display(trigger))


def test_every_alarm_counts_and_each_by_its_first_time() -> None:
    first, second = display(":-PT30M", "REPEAT:3", "DURATION:PT5M"), display(":-PT10M")
    assert [30, 10] == minutes(first, second)


@pytest.mark.parametrize(
    "alarm",
    [
        valarm("ACTION:NONE", "TRIGGER;VALUE=DATE-TIME:19760401T005545Z"),
        valarm("ACTION:AUDIO", "TRIGGER:-PT15M"),
        valarm("ACTION:EMAIL", "TRIGGER:-PT15M", "ATTENDEE:mailto:anna@beispiel.de"),
        valarm("TRIGGER:-PT15M"),
        valarm("ACTION:DISPLAY"),
        display(":soon"),
        display(":-PT15M", "X-APPLE-DEFAULT-ALARM:TRUE"),
        display(":-PT15M", "X-APPLE-LOCAL-DEFAULT-ALARM:TRUE"),
        display(":-PT15M", "X-APPLE-PROXIMITY:ARRIVE"),
        display(":-PT15M", "PROXIMITY:ARRIVE"),
    ],
)
def test_what_does_not_pop_up_at_a_moment_is_no_alarm(alarm: str) -> None:
    assert [[]] == alarms(START, END, alarm)


def test_an_alarm_that_the_user_made_on_an_apple_device_counts() -> None:
    assert [15] == minutes(display(":-PT15M", "X-APPLE-DEFAULT-ALARM:FALSE"))


@pytest.mark.parametrize(
    ("acknowledged", "seen"),
    [("20261124T094459Z", False), ("20261124T094500Z", True), ("20261124T095000Z", True)],
)
def test_an_alarm_is_seen_when_it_was_acknowledged_at_its_moment_or_later(acknowledged: str, seen: bool) -> None:
    at = datetime(2026, 11, 24, 9, 45, tzinfo=UTC)
    assert [[Alarm(at=at, acknowledged=seen)]] == alarms(START, END, display(":-PT15M", f"ACKNOWLEDGED:{acknowledged}"))
    assert [[Alarm(at=at, acknowledged=seen)]] == alarms(
        START, END, f"X-MOZ-LASTACK:{acknowledged}", display(":-PT15M")
    )


def test_each_occurrence_of_a_series_has_the_alarm_at_its_own_time_and_an_override_its_own() -> None:
    master = event(
        "DTSTART;TZID=Europe/Berlin:20261102T100000",
        "RRULE:FREQ=WEEKLY;COUNT=3",
        display(":-PT15M", "ACKNOWLEDGED:20261102T084500Z"),
    )
    moved = event(
        "RECURRENCE-ID;TZID=Europe/Berlin:20261109T100000",
        "DTSTART;TZID=Europe/Berlin:20261109T150000",
        display(":-PT30M"),
    )
    silent = event("RECURRENCE-ID;TZID=Europe/Berlin:20261116T100000", "DTSTART;TZID=Europe/Berlin:20261116T100000")
    found = [one.alarms for one in read(calendar(master, moved, silent)).occurrences]
    assert [
        (Alarm(at=datetime(2026, 11, 2, 8, 45, tzinfo=UTC), acknowledged=True),),
        (Alarm(at=datetime(2026, 11, 9, 13, 30, tzinfo=UTC)),),
        (),
    ] == found


def test_an_alarm_without_an_end_costs_nobody_the_appointment() -> None:
    assert [[]] == alarms(START, "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15M")


def test_an_event_may_hold_alarms_without_number() -> None:
    [found] = alarms(START, *(display(":-PT15M") for _ in range(500)))
    assert len(found) == 20


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("X-APPLE-TRAVEL-DURATION;VALUE=DURATION:PT30M", 30),
        ("X-APPLE-TRAVEL-DURATION:PT1H30M", 90),
        ("X-APPLE-TRAVEL-DURATION:-PT30M", 0),
        ("X-APPLE-TRAVEL-DURATION:P3D", 0),
        ("X-APPLE-TRAVEL-DURATION:far", 0),
        ("X-OTHER:PT30M", 0),
    ],
)
def test_the_time_on_the_way_is_read(line: str, expected: int) -> None:
    [found] = read(calendar(event(START, line))).occurrences
    assert timedelta(minutes=expected) == found.travel
