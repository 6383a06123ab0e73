"""Times at the ends of what can be counted are held within bounds, and no zone, sum or rule gets beyond them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from termintreu.model.times import EARLIEST, LATEST, bounded
from termintreu.reading.ical.values import later, parse_value, to_utc, to_wall
from termintreu.reading.ical.zones import custom_zone
from tests.unit.reading.ical.making import calendar, event, read, starts

FAR_ZONES: list[tzinfo] = [
    ZoneInfo("Pacific/Kiritimati"),
    ZoneInfo("Etc/GMT+12"),
    timezone(timedelta(hours=23, minutes=59)),
    timezone(-timedelta(hours=23, minutes=59)),
]


@pytest.mark.parametrize("text", ["00010101", "00010101T000000Z", "99991231", "99991231T235959", "99991231T235959Z"])
@pytest.mark.parametrize("tz", FAR_ZONES, ids=str)
@pytest.mark.parametrize("more", [timedelta(days=300), -timedelta(days=300), timedelta.max, timedelta.min])
def test_no_zone_and_no_sum_leaves_the_bounds(text: str, tz: tzinfo, more: timedelta) -> None:
    wall = parse_value(text).wall
    instant = to_utc(wall, tz)
    assert EARLIEST <= instant <= LATEST
    assert EARLIEST <= later(instant, more) <= LATEST
    assert to_wall(instant, tz) + timedelta(days=300) > wall


@pytest.mark.parametrize(
    ("text", "wall"),
    [
        ("00010101T090000", datetime(1601, 1, 1, 9)),
        ("00040229", datetime(1604, 2, 29)),
        ("16001231T235959", datetime(2000, 12, 31, 23, 59, 59)),
        ("16010101", datetime(1601, 1, 1)),
        ("99981231", datetime(9998, 12, 31)),
        ("99991231", datetime(9999, 1, 31, 23, 59, 59)),
    ],
)
def test_a_time_out_of_bounds_is_brought_into_them(text: str, wall: datetime) -> None:
    assert wall == parse_value(text).wall


@given(st.datetimes(datetime(1, 1, 1), datetime(1600, 12, 31)))
def test_what_is_brought_into_the_bounds_keeps_its_day_of_the_week_and_of_the_year(wall: datetime) -> None:
    held = parse_value(f"{wall.year:04}{wall:%m%dT%H%M%S}").wall
    assert (wall.weekday(), wall.month, wall.day, wall.hour) == (held.weekday(), held.month, held.day, held.hour)
    assert datetime(1601, 1, 1) <= held < datetime(2001, 1, 1)


def test_a_moment_within_the_bounds_stays_what_it_is() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    assert (now, EARLIEST, LATEST) == (
        bounded(now),
        bounded(datetime.min.replace(tzinfo=UTC)),
        bounded(datetime.max.replace(tzinfo=UTC)),
    )


def test_a_series_from_before_all_time_falls_on_its_days() -> None:
    reading = read(calendar(event("DTSTART;TZID=Europe/Berlin:00010102T090000", "RRULE:FREQ=WEEKLY")))
    assert ["11-03 08:00", "11-10 08:00", "11-17 08:00", "11-24 08:00"] == starts(reading)


def test_an_event_that_never_ends_reaches_into_every_window() -> None:
    [found] = read(calendar(event("DTSTART:00010101", "DTEND:99991231"))).occurrences
    assert EARLIEST <= found.start < found.end <= LATEST


stamps = st.sampled_from(["00010101", "00010101T000000Z", "00010101T010000", "20261124T100000", "20261124",
                          "99991231", "99991231T235959Z", "99991231T235959", "99981231T230000Z"])  # fmt: skip
zones = st.sampled_from(["", ";TZID=Pacific/Kiritimati", ";TZID=Etc/GMT+12", ";TZID=Ours"])
OURS = "\r\n".join(
    [
        "BEGIN:VTIMEZONE",
        "TZID:Ours",
        "BEGIN:STANDARD",
        "DTSTART:00010101T000000",
        "RDATE:99991231T235959",
        "TZOFFSETFROM:-2359",
        "TZOFFSETTO:+2359",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:99991231T235959",
        "TZOFFSETFROM:+2359",
        "TZOFFSETTO:-2359",
        "END:DAYLIGHT",
        "END:VTIMEZONE",
    ]
)


def test_a_zone_with_changes_at_the_ends_of_time_is_a_zone() -> None:
    zone = custom_zone(OURS.encode())
    assert zone is not None
    for moment in (EARLIEST, LATEST):
        assert EARLIEST - timedelta(days=1) <= moment.astimezone(zone) <= LATEST + timedelta(days=1)


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_whatever_is_read_lies_within_the_bounds(data: st.DataObject) -> None:
    def stamp(name: str) -> str:
        return f"{name}{data.draw(zones)}:{data.draw(stamps)}"

    more = [
        stamp("DTEND"),
        "DURATION:P99999W",
        "DURATION:PT99999999S",
        f"RRULE:FREQ=YEARLY;UNTIL={data.draw(stamps)}",
        "RRULE:FREQ=DAILY;INTERVAL=999999999",
        f"RDATE;VALUE=PERIOD:{data.draw(stamps)}/{data.draw(stamps)}",
        f"RDATE;VALUE=PERIOD:{data.draw(stamps)}/P99999W",
        stamp("EXDATE"),
        stamp("CREATED"),
    ]
    override = [stamp("RECURRENCE-ID"), stamp("DTSTART"), stamp("DTEND")]
    lines = [stamp("DTSTART"), *data.draw(st.lists(st.sampled_from(more), max_size=4, unique=True))]
    stream = calendar(OURS, event(*lines), event(*override), event(stamp("DUE"), uid="task", kind="VTODO"))
    reading = read(
        stream, window=(datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)), max_occurrences=9
    )
    moments = [moment for one in reading.occurrences for moment in (one.start, one.end, one.previous_start)]
    moments += [moment for one in reading.todos for moment in (one.due, one.created)]
    assert all(EARLIEST <= moment <= LATEST for moment in moments if moment is not None)
    assert reading.occurrences or any(line.startswith("EXDATE") for line in lines)
