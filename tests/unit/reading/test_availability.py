"""The working hours that a calendar server tells (RFC 7953)."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from termintreu.reading.availability import LARGEST, weekly_hours

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 11, 23)


def available(
    start: str = "TZID=Europe/Berlin:20210104T090000",
    end: str = "TZID=Europe/Berlin:20210104T173000",
    rule: str = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
) -> str:
    """One AVAILABLE, as Nextcloud writes it."""
    return (
        "BEGIN:AVAILABLE\r\nUID:a\r\nDTSTAMP:20210101T000000Z\r\n"
        f"DTSTART;{start}\r\nDTEND;{end}\r\nRRULE:{rule}\r\nEND:AVAILABLE\r\n"
    )


def stream(*parts: str, head: str = "") -> str:
    inside = "".join(parts)
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Nextcloud\r\n"
        f"BEGIN:VAVAILABILITY\r\nUID:v\r\n{head}{inside}END:VAVAILABILITY\r\nEND:VCALENDAR\r\n"
    )


def hours(text: str, today: date = TODAY) -> dict[str, tuple[str, ...]] | None:
    found = weekly_hours(text, BERLIN, today)
    return None if found is None else dict(found)


WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00-17:30",))


def test_a_week_is_read_as_nextcloud_writes_it() -> None:
    morning = "TZID=Europe/Berlin:20210104T083000", "TZID=Europe/Berlin:20210104T120000"
    noon = "TZID=Europe/Berlin:20210104T130000", "TZID=Europe/Berlin:20210104T170000"
    assert {
        "mon": ("08:30-12:00", "13:00-17:00"),
        "fri": ("08:30-12:00",),
    } == hours(stream(available(*noon, "FREQ=WEEKLY;BYDAY=MO"), available(*morning, "FREQ=WEEKLY;BYDAY=MO,FR")))
    assert WEEK == hours(stream(available()))
    assert WEEK == hours(stream(available()).replace("\r\n", "\n"))


def test_without_a_day_it_is_that_of_the_start_and_daily_is_every_day() -> None:
    assert {"mon": ("09:00-17:30",)} == hours(stream(available(rule="FREQ=WEEKLY")))
    assert 7 == len(hours(stream(available(rule="FREQ=DAILY"))) or {})
    assert {"mon": ("09:00-17:30",)} == hours(stream(available(rule="FREQ=DAILY;BYDAY=MO")))


def test_a_length_is_as_good_as_an_end() -> None:
    text = stream(available()).replace("DTEND;TZID=Europe/Berlin:20210104T173000", "DURATION:PT8H30M")
    assert WEEK == hours(text)


def test_hours_of_another_zone_are_told_on_the_users_clock_days_included() -> None:
    tokyo = available("TZID=Asia/Tokyo:20210104T060000", "TZID=Asia/Tokyo:20210104T100000", "FREQ=WEEKLY;BYDAY=MO")
    assert {"mon": ("00:00-02:00",), "sun": ("22:00-24:00",)} == hours(stream(tokyo), TODAY)
    utc = available("X=1:20210104T080000Z", "X=1:20210104T120000Z", "FREQ=WEEKLY;BYDAY=MO")
    assert {"mon": ("09:00-13:00",)} == hours(stream(utc), TODAY)


def test_what_overlaps_is_joined_and_a_whole_day_is_one() -> None:
    night = available("TZID=Europe/Berlin:20210104T000000", "TZID=Europe/Berlin:20210105T000000", "FREQ=WEEKLY")
    later = available("TZID=Europe/Berlin:20210104T160000", "TZID=Europe/Berlin:20210104T190000")
    assert {"mon": ("00:00-24:00",)} == hours(stream(night))
    assert ("09:00-19:00",) == (hours(stream(available(), later)) or {})["mon"]


def test_of_several_the_first_in_rank_counts_of_those_that_hold_today() -> None:
    short = available(end="TZID=Europe/Berlin:20210104T100000")

    def both(head: str) -> str:
        return stream(available(), head="PRIORITY:5\r\n") + stream(short, head=head)

    assert WEEK == hours(both(""))
    assert WEEK == hours(both("PRIORITY:0\r\n"))
    assert WEEK != hours(both("PRIORITY:1\r\n"))
    assert WEEK == hours(both("PRIORITY:1\r\nDTEND:20261123T000000Z\r\n"))
    assert WEEK == hours(both("PRIORITY:1\r\nDTSTART:20261124T000000Z\r\n"))
    assert WEEK != hours(both("PRIORITY:1\r\nDTSTART:20261123T000000Z\r\nDTEND:20261130T000000Z\r\n"))


@pytest.mark.parametrize(
    "part",
    [
        available(rule="FREQ=MONTHLY"),
        available(rule="FREQ=WEEKLY;INTERVAL=2"),
        available(rule="FREQ=WEEKLY;COUNT=3"),
        available(rule="FREQ=WEEKLY;UNTIL=20261122T000000Z"),
        available(rule="FREQ=MONTHLY;BYDAY=1MO"),
        available(rule="FREQ=WEEKLY;BYMONTH=7"),
        available(rule="FREQ=SECONDLY"),
        available(rule="FREQ=WEEKLY;INTERVAL=0"),
        available(rule="nonsense"),
        available().replace("RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\r\n", ""),
        available(end="TZID=Europe/Berlin:20210104T090000"),
        available(end="TZID=Europe/Berlin:20210104T080000"),
        available(end="TZID=Europe/Berlin:20210106T090000"),
        available(start="VALUE=DATE:20210104", end="VALUE=DATE:20210105"),
        available(start="TZID=Europe/Berlin:20211304T090000"),
        available(start="TZID=Europe/Berlin:nonsense"),
        available().replace("DTSTART", "DTSTARTS"),
        available().replace("END:AVAILABLE", "END:NOTHING"),
        "",
    ],
)
def test_what_repeats_in_another_way_or_cannot_be_read_is_none_and_its_neighbours_are(part: str) -> None:
    assert hours(stream(part)) is None
    assert WEEK == hours(stream(available(), part))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html>please log in</html>",
        "BEGIN:VAVAILABILITY\r\n",
        stream(available()).replace("VAVAILABILITY", "VEVENT"),
        "\x00\ud800",
        stream(available()) + "x" * LARGEST,
        "BEGIN:VAVAILABILITY\n" * 3000,
        ("BEGIN:VAVAILABILITY\n" + "BEGIN:AVAILABLE\n" * 3000)[:LARGEST],
        stream("BEGIN:AVAILABLE\r\nDTSTART:99991231T235959\r\nDTEND:99991231T235959Z\r\nRRULE:FREQ=WEEKLY\r\n"),
        stream(available("TZID=Etc/GMT+12:00010101T000000", "TZID=Etc/GMT-14:00010101T000000")),
    ],
    ids=range(10),
)
def test_noise_is_none(text: str) -> None:
    assert hours(text) is None


def test_an_unknown_zone_is_the_users_and_a_defined_one_is_what_it_says() -> None:
    text = stream(available()).replace("TZID=Europe/Berlin", "TZID=Mond/Tycho")
    assert WEEK == hours(text)
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Mond/Tycho\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0300\r\n"
        "TZOFFSETTO:+0300\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    shifted = text.replace("BEGIN:VAVAILABILITY", f"{zone}BEGIN:VAVAILABILITY")
    assert ("07:00-15:30",) == (hours(shifted) or {})["mon"]
