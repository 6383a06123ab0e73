"""Our own items as Google's events."""

from __future__ import annotations

import pytest

from termintreu.model.errors import Forbidden
from termintreu_connectors.google.from_ical import event_of
from termintreu_connectors.google.to_ical import stream_of


def stream(*lines: str, component: str = "VEVENT") -> bytes:
    whole = ("BEGIN:VCALENDAR", "VERSION:2.0", f"BEGIN:{component}", *lines, f"END:{component}", "END:VCALENDAR", "")
    return "\r\n".join(whole).encode()


TIMES = ("DTSTART:20261006T122000Z", "DTEND:20261006T123000Z")
ALARM = ("BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:x", "TRIGGER:-PT1M", "END:VALARM")


def test_an_item_becomes_an_event_that_rings_and_is_nobody_elses() -> None:
    item = stream(
        "UID:termintreu-1",
        *TIMES,
        r"SUMMARY:Müller\, 14:30",
        r"DESCRIPTION:eins\nzwei\; drei\\n",
        "TRANSP:TRANSPARENT",
        "CLASS:PRIVATE",
        "X-TERMINTREU-ID:1;reminder;0123456789abcdef;0",
        *ALARM,
    )
    assert {
        "summary": "Müller, 14:30",
        "description": "eins\nzwei; drei\\n",
        "location": None,
        "transparency": "transparent",
        "visibility": "private",
        "status": "confirmed",
        "start": {"dateTime": "2026-10-06T12:20:00Z", "timeZone": "UTC", "date": None},
        "end": {"dateTime": "2026-10-06T12:30:00Z", "timeZone": "UTC", "date": None},
        "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 1}]},
        "extendedProperties": {
            "private": {
                "termintreu": "1",
                "termintreu-1": "UID:termintreu-1\nX-TERMINTREU-ID:1;reminder;0123456789abcdef;0",
                "termintreu-2": None,
            }
        },
    } == event_of(item)


@pytest.mark.parametrize(
    ("trigger", "minutes"),
    [
        ("TRIGGER:-PT10M", 10),
        ("TRIGGER:PT0S", 0),
        ("TRIGGER:-PT90S", 2),
        ("TRIGGER:-P1DT2H", 1_560),
        ("TRIGGER:-P2W", 20_160),
        ("TRIGGER:-P9W", 40_320),
        ("TRIGGER;VALUE=DATE-TIME:20261006T120000Z", 20),
        ("TRIGGER;VALUE=DATE-TIME:20261006T130000Z", 0),
        ("TRIGGER;RELATED=START:-PT5M", 5),
    ],
)
def test_an_alarm_is_so_many_minutes_before(trigger: str, minutes: int) -> None:
    event = event_of(stream(*TIMES, "BEGIN:VALARM", trigger, "END:VALARM"))
    assert [{"method": "popup", "minutes": minutes}] == event["reminders"]["overrides"]


def test_what_is_quiet_has_no_reminder_and_not_the_calendars_own() -> None:
    assert {"useDefault": False, "overrides": []} == event_of(stream(*TIMES))["reminders"]


@pytest.mark.parametrize(
    "line",
    ["ATTENDEE:mailto:a@b.example", "attendee;CN=x:mailto:a@b.example", "ORGANIZER:mailto:a@b.example",
     "RRULE:FREQ=DAILY", "RDATE:20261006T122000Z", "RECURRENCE-ID:20261006T122000Z"],
)  # fmt: skip
def test_nothing_is_written_that_invites_or_repeats(line: str) -> None:
    with pytest.raises(Forbidden):
        event_of(stream(*TIMES, line))


@pytest.mark.parametrize(
    "data",
    [
        stream(*TIMES, component="VTODO"),
        stream(*TIMES).replace(b"END:VEVENT", b"END:VEVENT\r\nBEGIN:VEVENT\r\nEND:VEVENT"),
        b"",
        stream("DTSTART:20261006T122000"),
        stream("DTSTART;TZID=Europe/Berlin:20261006T122000"),
        stream("SUMMARY:x"),
    ],
)
def test_what_cannot_be_kept_is_refused(data: bytes) -> None:
    with pytest.raises(Forbidden):
        event_of(data)


def test_a_long_line_is_kept_in_pieces_and_comes_back_whole() -> None:
    line = "X-TERMINTREU-CALLS:" + "ä" * 2_500
    event = event_of(stream("UID:termintreu-1", *TIMES, line))
    assert all(len(value) <= 1_000 for value in event["extendedProperties"]["private"].values() if value)
    back = {name: value for name, value in event["extendedProperties"]["private"].items() if value is not None}
    stored = event | {"id": "tt0", "etag": '"1"', "extendedProperties": {"private": back}}
    assert line in stream_of([stored], ()).decode().replace("\r\n ", "").split("\r\n")
