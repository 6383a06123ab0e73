"""Series: overrides, exclusions, additions, and what an occurrence is called."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.unit.reading.ical.making import BERLIN, NOVEMBER, calendar, event, read, reasons, starts

MASTER = ("DTSTART;TZID=Europe/Berlin:20261102T100000", "DTEND;TZID=Europe/Berlin:20261102T103000")
WEEKLY = (*MASTER, "RRULE:FREQ=WEEKLY;COUNT=4", "SUMMARY:Weekly")
MONDAYS = ["11-02 09:00", "11-09 09:00", "11-16 09:00", "11-23 09:00"]


def at(day: int, hour: int = 10) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=BERLIN)


def test_an_occurrence_of_a_series_is_named_by_its_original_start_in_the_events_zone() -> None:
    reading = read(calendar(event(*WEEKLY)))
    assert MONDAYS == starts(reading)
    assert [at(2), at(9), at(16), at(23)] == [occurrence.recurrence_id for occurrence in reading.occurrences]
    assert all(occurrence.series and str(occurrence.recurrence_id.tzinfo) == "Europe/Berlin"
               for occurrence in reading.occurrences)  # fmt: skip


def test_a_single_event_has_no_recurrence_id() -> None:
    [single] = read(calendar(event(*MASTER))).occurrences
    assert (None, False, None) == (single.recurrence_id, single.series, single.previous_start)
    assert datetime(2026, 11, 2, 9, 30, tzinfo=UTC) == single.end


def test_an_override_replaces_its_occurrence_and_keeps_its_name() -> None:
    override = event(
        "RECURRENCE-ID;TZID=Europe/Berlin:20261109T100000",
        "DTSTART:20261110T150000Z",
        "SUMMARY:Moved",
        "STATUS:TENTATIVE",
    )
    reading = read(calendar(event(*WEEKLY), override))
    assert ["11-02 09:00", "11-10 15:00", "11-16 09:00", "11-23 09:00"] == starts(reading)
    moved = reading.occurrences[1]
    assert (at(9), "Moved", "TENTATIVE", True) == (moved.recurrence_id, moved.summary, moved.status, moved.series)


@pytest.mark.parametrize(
    "recurrence_id",
    [
        "RECURRENCE-ID:20261109T090000Z",
        "RECURRENCE-ID;TZID=America/New_York:20261109T040000",
        "RECURRENCE-ID;VALUE=DATE:20261109",
        "RECURRENCE-ID:20261109T100000",
    ],
)
def test_an_override_is_recognised_however_its_recurrence_id_is_written(recurrence_id: str) -> None:
    reading = read(calendar(event(*WEEKLY), event(recurrence_id, "DTSTART:20261110T150000Z")))
    assert ["11-02 09:00", "11-10 15:00", "11-16 09:00", "11-23 09:00"] == starts(reading)
    assert at(9) == reading.occurrences[1].recurrence_id


def test_an_override_that_moves_into_or_out_of_the_window_is_where_it_went() -> None:
    series = (*MASTER, "RRULE:FREQ=WEEKLY")
    into = event("RECURRENCE-ID:20270705T080000Z", "DTSTART:20261104T120000Z", "SUMMARY:early")
    out = event("RECURRENCE-ID:20261116T090000Z", "DTSTART:20270104T090000Z", "SUMMARY:late")
    reading = read(calendar(event(*series), into, out))
    assert ["11-02 09:00", "11-04 12:00", "11-09 09:00", "11-23 09:00", "11-30 09:00"] == starts(reading)
    assert datetime(2027, 7, 5, 10, tzinfo=BERLIN) == reading.occurrences[1].recurrence_id


def test_a_cancelled_occurrence_says_so() -> None:
    cancelled = event("RECURRENCE-ID:20261109T090000Z", "DTSTART:20261109T090000Z", "STATUS:CANCELLED")
    reading = read(calendar(event(*WEEKLY), cancelled))
    assert ["CONFIRMED", "CANCELLED", "CONFIRMED", "CONFIRMED"] == [o.status for o in reading.occurrences]


def test_an_invitation_to_one_occurrence_only_is_an_occurrence() -> None:
    [alone] = read(
        calendar(event("RECURRENCE-ID;TZID=Europe/Berlin:20261109T100000", "DTSTART:20261109T100000Z"))
    ).occurrences
    assert (at(9), datetime(2026, 11, 9, 10, tzinfo=UTC)) == (alone.recurrence_id, alone.start)


def test_this_and_future_moves_and_renames_what_follows_until_the_next() -> None:
    later = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20261109T090000Z",
        "DTSTART;TZID=Europe/Berlin:20261110T140000",
        "DURATION:PT2H",
        "SUMMARY:New",
    )
    single = event("RECURRENCE-ID:20261116T090000Z", "DTSTART:20261116T090000Z", "SUMMARY:Back")
    reading = read(calendar(event(*WEEKLY), later, single))
    assert ["11-02 09:00", "11-10 13:00", "11-16 09:00", "11-24 13:00"] == starts(reading)
    assert ["Weekly", "New", "Back", "New"] == [occurrence.summary for occurrence in reading.occurrences]
    assert [at(2), at(9), at(16), at(23)] == [occurrence.recurrence_id for occurrence in reading.occurrences]
    assert datetime(2026, 11, 24, 15, tzinfo=UTC) == reading.occurrences[3].end


@pytest.mark.parametrize(
    "exdate",
    [
        "EXDATE;TZID=Europe/Berlin:20261109T100000,20261116T100000",
        "EXDATE:20261109T090000Z\r\nEXDATE;TZID=America/New_York:20261116T040000",
        "EXDATE;VALUE=DATE:20261109,20261116",
        "EXDATE:20261109T100000,20261116T100000",
    ],
)
def test_excluded_dates_are_excluded_however_they_are_written(exdate: str) -> None:
    assert ["11-02 09:00", "11-23 09:00"] == starts(read(calendar(event(*WEEKLY, exdate))))


def test_an_excluded_date_excludes_its_override_as_well() -> None:
    override = event("RECURRENCE-ID:20261109T090000Z", "DTSTART:20261110T090000Z")
    reading = read(calendar(event(*WEEKLY, "EXDATE:20261109T090000Z"), override))
    assert ["11-02 09:00", "11-16 09:00", "11-23 09:00"] == starts(reading)


def test_added_dates_and_periods_are_occurrences() -> None:
    added = (
        "RDATE;TZID=Europe/Berlin:20261105T180000",
        "RDATE;VALUE=PERIOD:20261106T100000Z/PT3H,20261107T100000Z/20261107T101500Z",
    )
    reading = read(calendar(event(*MASTER, *added)))
    assert ["11-02 09:00", "11-05 17:00", "11-06 10:00", "11-07 10:00"] == starts(reading)
    assert [30, 30, 180, 15] == [(o.end - o.start).total_seconds() / 60 for o in reading.occurrences]
    assert at(5, 18) == reading.occurrences[1].recurrence_id
    assert all(occurrence.series for occurrence in reading.occurrences)


def test_dates_that_cannot_be_read_are_reported_and_the_rest_is_used() -> None:
    reading = read(calendar(event(*WEEKLY, "EXDATE:PT,20261109T090000Z")))
    assert ["11-02 09:00", "11-16 09:00", "11-23 09:00"] == starts(reading)
    assert ["Some of a series' added or excluded dates cannot be read; the rest is used."] == reasons(reading)


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20261123", "11-23 09:00"),  # Google writes this one
        ("20261123T100000", "11-23 09:00"),
        ("20261123T090000Z", "11-23 09:00"),
        ("20261123T235959Z", "11-23 09:00"),
        ("20261123T095959", "11-16 09:00"),
        ("20261123T085959Z", "11-16 09:00"),
        ("20261122", "11-16 09:00"),
        ("20261001", "11-02 09:00"),
    ],
)
def test_until_never_drops_the_last_occurrence(until: str, last: str) -> None:
    assert last == starts(read(calendar(event(*MASTER, f"RRULE:FREQ=WEEKLY;UNTIL={until}"))))[-1]


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20261110", 10),
        ("20261110T000000Z", 10),
        ("20261109T230000Z", 10),
        ("20261110T235959Z", 10),
        ("20261109T120000", 9),
    ],
)
def test_until_of_an_all_day_series_is_a_day(until: str, last: int) -> None:
    reading = read(calendar(event("DTSTART;VALUE=DATE:20261105", f"RRULE:FREQ=DAILY;UNTIL={until}")))
    assert date(2026, 11, last) == reading.occurrences[-1].recurrence_id


def test_the_newest_of_two_masters_is_used_and_reported() -> None:
    reading = read(
        calendar(
            event("DTSTART:20261103T090000Z", "SEQUENCE:2", "SUMMARY:new"),
            event("DTSTART:20261104T090000Z", "SEQUENCE:1", "LAST-MODIFIED:20261101T000000Z", "SUMMARY:old"),
        )
    )
    assert ["new"] == [occurrence.summary for occurrence in reading.occurrences]
    assert ["An event stands twice in one resource; the newest version is used."] == reasons(reading)


def test_the_newest_of_two_overrides_is_used() -> None:
    old = event("RECURRENCE-ID:20261109T090000Z", "DTSTART:20261110T090000Z", "SEQUENCE:3")
    new = event("RECURRENCE-ID:20261109T090000Z", "DTSTART:20261111T090000Z", "SEQUENCE:4")
    for order in ((old, new), (new, old)):
        assert "11-11 09:00" == starts(read(calendar(event(*WEEKLY), *order)))[1]


def test_an_override_of_a_single_event_replaces_it() -> None:
    moved = event("RECURRENCE-ID:20261102T090000Z", "DTSTART:20261105T090000Z")
    assert ["11-05 09:00"] == starts(read(calendar(event(*MASTER), moved)))


def test_an_occurrence_knows_the_start_before_it_though_that_lies_before_the_window() -> None:
    monthly = (*MASTER[:0], "DTSTART;TZID=Europe/Berlin:20260105T100000", "RRULE:FREQ=MONTHLY;BYDAY=1MO")
    [occurrence] = read(calendar(event(*monthly))).occurrences
    assert datetime(2026, 10, 5, 8, tzinfo=UTC) == occurrence.previous_start
    weekly = read(calendar(event(*WEEKLY))).occurrences
    assert [None, *(o.start for o in weekly[:-1])] == [o.previous_start for o in weekly]


def test_a_moved_occurrence_says_nothing_about_the_series_clock() -> None:
    moved = event("RECURRENCE-ID:20261109T090000Z", "DTSTART:20261109T150000Z")
    found = read(calendar(event(*WEEKLY), moved)).occurrences
    assert [None, None, datetime(2026, 11, 9, 9, tzinfo=UTC)] == [o.previous_start for o in found[:3]]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("DTSTART:20261031T230000Z", "DTEND:20261101T003000Z"), 1),  # reaches into the window
        (("DTSTART:20261031T230000Z", "DTEND:20261101T000000Z"), 0),  # ends as it begins
        (("DTSTART:20261101T000000Z",), 1),
        (("DTSTART:20261130T235959Z",), 1),
        (("DTSTART:20261201T000000Z",), 0),
        (("DTSTART:20261020T000000Z", "DURATION:P30D"), 1),
        (("DTSTART:20260920T000000Z", "DTEND:20261101T010000Z", "RRULE:FREQ=YEARLY"), 1),
    ],
)
def test_what_overlaps_the_window_is_in_it(lines: tuple[str, ...], expected: int) -> None:
    assert expected == len(read(calendar(event(*lines)), window=NOVEMBER).occurrences)


@pytest.mark.parametrize("days", [-70, 70])
def test_this_and_future_may_move_a_series_by_months(days: int) -> None:
    first = datetime(2026, 11, 9, 10) - timedelta(days=days)
    moved = event(
        f"RECURRENCE-ID;TZID=Europe/Berlin;RANGE=THISANDFUTURE:{first:%Y%m%dT%H%M%S}",
        "DTSTART;TZID=Europe/Berlin:20261109T100000",
        "SUMMARY:New",
    )
    series = event(f"DTSTART;TZID=Europe/Berlin:{first:%Y%m%dT%H%M%S}", "RRULE:FREQ=WEEKLY;COUNT=3")
    reading = read(calendar(series, moved))
    assert MONDAYS[1:] == starts(reading)
    assert [None, *(o.start for o in reading.occurrences[:-1])] == [o.previous_start for o in reading.occurrences]


def test_after_this_and_future_the_start_before_is_on_the_new_clock() -> None:
    later = event("RECURRENCE-ID;RANGE=THISANDFUTURE:20261109T090000Z", "DTSTART;TZID=Europe/Berlin:20261109T140000")
    found = read(calendar(event(*WEEKLY), later)).occurrences
    assert [None, None, datetime(2026, 11, 9, 13, tzinfo=UTC)] == [o.previous_start for o in found[:3]]


def test_where_this_and_future_begins_at_an_excluded_date_the_old_clock_is_not_compared() -> None:
    later = event("RECURRENCE-ID;RANGE=THISANDFUTURE:20261109T090000Z", "DTSTART;TZID=Europe/Berlin:20261109T140000")
    found = read(calendar(event(*WEEKLY, "EXDATE:20261109T090000Z"), later)).occurrences
    assert [None, None, datetime(2026, 11, 16, 13, tzinfo=UTC)] == [o.previous_start for o in found]
