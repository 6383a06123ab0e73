"""Zones, clock changes, all-day and floating times, and ends."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from termintreu.reading.ical.zones import custom_zone, find_zone
from tests.unit.reading.ical.making import BERLIN, NOVEMBER, calendar, event, read, reasons, starts

CENTRAL_EUROPE = "\r\n".join(
    [
        "BEGIN:VTIMEZONE",
        "TZID:Customized Time Zone",
        "BEGIN:STANDARD",
        "DTSTART:16010101T030000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:16010101T020000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "END:DAYLIGHT",
        "END:VTIMEZONE",
    ]
)


def fixed(offset: str, tzid: str = "Ours") -> str:
    return "\r\n".join(
        [
            "BEGIN:VTIMEZONE",
            f"TZID:{tzid}",
            "BEGIN:STANDARD",
            "DTSTART:19700101T000000",
            f"TZOFFSETFROM:{offset}",
            f"TZOFFSETTO:{offset}",
            "END:STANDARD",
            "END:VTIMEZONE",
        ]
    )


@pytest.mark.requirement(23)
@pytest.mark.parametrize(
    "tzid",
    [
        "Europe/Berlin",
        '"Europe/Berlin"',
        "W. Europe Standard Time",
        "w. europe standard time",
        "/freeassociation.sourceforge.net/Europe/Berlin",
        "/freeassociation.sourceforge.net/Tzfile/Europe/Berlin",
        "/mozilla.org/20050126_1/Europe/Berlin",
        "/Europe/Berlin",
        "posix/Europe/Berlin",
    ],
)
def test_a_zone_is_known_by_any_of_its_names(tzid: str) -> None:
    [occurrence] = read(calendar(event(f"DTSTART;TZID={tzid}:20261124T100000"))).occurrences
    assert datetime(2026, 11, 24, 9, tzinfo=UTC) == occurrence.start
    assert ("Europe/Berlin", "ok", tzid.strip('"')) == (occurrence.zone, occurrence.zone_state, occurrence.tzid)
    assert datetime(2026, 11, 24, 10) == occurrence.local_start


@pytest.mark.parametrize("tzid", ["UTC", "GMT", "Z", "Etc/UTC", "tzone://Microsoft/Utc", "/mozilla.org/1/UTC"])
def test_utc_has_many_names(tzid: str) -> None:
    assert ZoneInfo("UTC") is find_zone(tzid)


@pytest.mark.parametrize(
    "tzid",
    [
        "Europe",
        "Atlantis/Capital",
        "../../etc/passwd",
        "localtime",
        "posixrules",
        "\x00",
        "a" * 999,
        "zone.tab",
        "tzdata.zi",
        "",
        "/",
        "company.example/CET",
        "Factory",
    ],
)
def test_what_is_no_zone_is_none(tzid: str) -> None:
    assert find_zone(tzid) is None


@pytest.mark.requirement(23)
def test_an_unknown_zone_is_reported_and_the_users_assumed() -> None:
    reading = read(calendar(event("DTSTART;TZID=Atlantis:20261124T100000", "RRULE:FREQ=DAILY;COUNT=2")))
    assert ["11-24 09:00", "11-25 09:00"] == starts(reading)
    assert [("unknown", None, "Atlantis")] * 2 == [(o.zone_state, o.zone, o.tzid) for o in reading.occurrences]
    assert BERLIN is reading.occurrences[0].recurrence_id.tzinfo
    assert [
        "A time zone is known neither by name nor by a definition in the calendar; your own is assumed."
    ] == reasons(reading)


def test_two_calendars_that_give_one_name_to_different_zones_are_both_right() -> None:
    one, other = (calendar(fixed(offset), event("DTSTART;TZID=Ours:20261124T100000")) for offset in ("+0300", "-0430"))
    for _ in range(2):
        assert (["11-24 07:00"], ["11-24 14:30"]) == (starts(read(one)), starts(read(other)))
    [occurrence] = read(one).occurrences
    assert ("custom", "Ours", "Ours") == (occurrence.zone_state, occurrence.zone, occurrence.tzid)


def test_a_definition_that_names_its_place_is_that_place() -> None:
    named = CENTRAL_EUROPE.replace("BEGIN:STANDARD", "X-LIC-LOCATION:Europe/Vienna\r\nBEGIN:STANDARD")
    [occurrence] = read(calendar(named, event("DTSTART;TZID=Customized Time Zone:20261124T100000"))).occurrences
    assert ("ok", "Europe/Vienna") == (occurrence.zone_state, occurrence.zone)


@pytest.mark.parametrize(
    "broken",
    [
        CENTRAL_EUROPE.replace("TZOFFSETTO:+0100", "TZOFFSETTO:+9900"),
        CENTRAL_EUROPE.replace("TZOFFSETFROM:+0200\r\n", ""),
        CENTRAL_EUROPE.replace("YEARLY", "SECONDLY"),
        CENTRAL_EUROPE.replace("FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "FREQ=HOURLY"),
        "BEGIN:VTIMEZONE\r\nTZID:Customized Time Zone\r\nEND:VTIMEZONE",
    ],
)
def test_a_broken_definition_makes_its_zone_unknown(broken: str) -> None:
    [occurrence] = read(calendar(broken, event("DTSTART;TZID=Customized Time Zone:20261124T100000"))).occurrences
    assert "unknown" == occurrence.zone_state


@settings(max_examples=300, deadline=None)
@given(
    instant=st.datetimes(datetime(1997, 1, 1), datetime(2036, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))
)
def test_a_zone_made_from_a_definition_is_the_same_as_the_one_of_the_database(instant: datetime) -> None:
    zone = custom_zone(CENTRAL_EUROPE.encode())
    assert_same(zone, instant)


@pytest.mark.parametrize("change", [datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)])
@pytest.mark.parametrize("minutes", [-121, -120, -61, -60, -1, 0, 1, 59, 60, 61, 119, 120])
def test_it_is_the_same_around_a_clock_change(change: datetime, minutes: int) -> None:
    assert_same(custom_zone(CENTRAL_EUROPE.encode()), change + timedelta(minutes=minutes))


def assert_same(zone: object, instant: datetime) -> None:
    theirs, ours = instant.astimezone(BERLIN), instant.astimezone(zone)
    assert (theirs.replace(tzinfo=None), theirs.fold) == (ours.replace(tzinfo=None), ours.fold)
    for fold in (0, 1):
        wall = instant.replace(tzinfo=None, fold=fold)  # any wall time, the ones that do not exist as well
        assert wall.replace(tzinfo=BERLIN).utcoffset() == wall.replace(tzinfo=zone).utcoffset()


def test_a_zone_made_from_a_definition_can_be_copied() -> None:
    moment = datetime(2026, 7, 1, 12, tzinfo=custom_zone(CENTRAL_EUROPE.encode()))
    for copied in (copy.deepcopy(moment), pickle.loads(pickle.dumps(moment))):
        assert moment.astimezone(UTC) == copied.astimezone(UTC)


@pytest.mark.parametrize("tzid", ["Europe/Berlin", "Customized Time Zone"])
@pytest.mark.parametrize(
    ("night", "expected"),
    [
        (24, ["10-24 00:30", "10-25 00:30", "10-26 01:30"]),  # 02:30 comes twice on the 25th: the first one
        (27, ["03-27 01:30", "03-28 01:30", "03-29 00:30"]),  # there is no 02:30 on the 28th: the offset before it
    ],
)
def test_half_past_two_on_the_nights_of_a_clock_change(tzid: str, night: int, expected: list[str]) -> None:
    day = datetime(2026, 10, night) if night == 24 else datetime(2027, 3, night)
    series = event(
        f"DTSTART;TZID={tzid}:{day:%Y%m%d}T023000",
        f"DTEND;TZID={tzid}:{day:%Y%m%d}T033000",
        "RRULE:FREQ=DAILY;COUNT=3",
    )
    reading = read(
        calendar(CENTRAL_EUROPE, series), window=(datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
    )
    assert expected == starts(reading)
    assert [timedelta(hours=1)] * 3 == [occurrence.end - occurrence.start for occurrence in reading.occurrences]
    singles = [event(f"DTSTART;TZID={tzid}:{day + timedelta(days=n):%Y%m%d}T023000", uid=str(n)) for n in range(3)]
    single = read(
        calendar(CENTRAL_EUROPE, *singles), window=(datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
    )
    assert expected == starts(single)


def test_a_series_keeps_its_wall_time_over_a_clock_change_and_utc_its_instant() -> None:
    window = (datetime(2026, 10, 19, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
    berlin = read(calendar(event("DTSTART;TZID=Europe/Berlin:20261019T100000", "RRULE:FREQ=WEEKLY")), window)
    utc = read(calendar(event("DTSTART:20261019T080000Z", "RRULE:FREQ=WEEKLY")), window)
    assert (["10-19 08:00", "10-26 09:00"], ["10-19 08:00", "10-26 08:00"]) == (starts(berlin), starts(utc))


def test_an_all_day_event_is_the_users_days() -> None:
    [occurrence] = read(calendar(event("DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261126"))).occurrences
    assert (datetime(2026, 11, 23, 23, tzinfo=UTC), datetime(2026, 11, 25, 23, tzinfo=UTC)) == (
        occurrence.start,
        occurrence.end,
    )
    assert (True, None, None) == (occurrence.all_day, occurrence.zone, occurrence.local_start)


def test_a_floating_event_is_where_the_user_is_or_where_the_calendar_says() -> None:
    floating = event("DTSTART:20261124T100000", "RRULE:FREQ=DAILY;COUNT=1")
    [here] = read(calendar(floating)).occurrences
    assert (datetime(2026, 11, 24, 9, tzinfo=UTC), "floating", None) == (here.start, here.zone_state, here.zone)
    assert datetime(2026, 11, 24, 10) == here.recurrence_id
    [there] = read(calendar("X-WR-TIMEZONE:America/New_York", floating)).occurrences
    assert (datetime(2026, 11, 24, 15, tzinfo=UTC), "ok", "America/New_York") == (
        there.start,
        there.zone_state,
        there.zone,
    )
    for bogus in ("Europe", "THISANDFUTURE", ""):
        assert here == read(calendar(f"X-WR-TIMEZONE:{bogus}", floating)).occurrences[0]


@pytest.mark.parametrize(
    ("lines", "minutes"),
    [
        (("DTSTART:20261124T100000Z",), 0),
        (("DTSTART:20261124T100000Z", "DTEND:20261124T094500Z"), 0),
        (("DTSTART:20261124T100000Z", "DURATION:-PT1H"), 0),
        (("DTSTART:20261124T100000Z", "DURATION:PT45M"), 45),
        (("DTSTART:20261124T100000Z", "DTEND;TZID=Europe/Berlin:20261124T114500"), 45),
        (("DTSTART:20261124T100000Z", "DTEND;VALUE=DATE:20261125"), 14 * 60),
        (("DTSTART;VALUE=DATE:20261124",), 24 * 60),
        (("DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261124"), 24 * 60),
        (("DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261101"), 24 * 60),
        (("DTSTART;VALUE=DATE:20261124", "DURATION:P2D"), 48 * 60),
        (("DTSTART;VALUE=DATE:20261124", "DURATION:P0D"), 24 * 60),
        (("DTSTART;VALUE=DATE:20261124", "DTEND:20261125T120000Z"), 48 * 60),
        (("DTSTART:20261124", "DURATION:PT1H"), 24 * 60),
    ],
)
def test_an_end_is_never_before_the_start(lines: tuple[str, ...], minutes: int) -> None:
    [occurrence] = read(calendar(event(*lines)), window=NOVEMBER).occurrences
    assert timedelta(minutes=minutes) == occurrence.end - occurrence.start


def test_days_of_a_duration_are_days_on_the_clock_and_hours_are_hours() -> None:
    window = (datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
    begin = "DTSTART;TZID=Europe/Berlin:20261024T120000"
    for duration, hours in (("P1D", 25), ("PT24H", 24), ("P1W", 7 * 24 + 1)):
        [occurrence] = read(calendar(event(begin, f"DURATION:{duration}")), window).occurrences
        assert timedelta(hours=hours) == occurrence.end - occurrence.start
