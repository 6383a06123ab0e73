"""The look that spares the reading hides nothing: where it says "outside of these days", reading finds nothing."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from termintreu.model import Resource
from termintreu.reading.ical import Reader, Reading
from termintreu.reading.ical.extent import Extent, extent_of
from tests.unit.reading.ical.making import BERLIN, DATA, calendar, event, read

CASES = [json.loads(line) for line in (DATA / "recurrence.jsonl").read_text().splitlines()]
HOSTILE = sorted((DATA / "hostile").glob("*.ics"))
BEYOND = datetime(9900, 1, 1, tzinfo=UTC)
ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE""".replace("\n", "\r\n")
ALARM = ("BEGIN:VALARM", "ACTION:DISPLAY", "UID:alarm", "TRIGGER:-PT5M", "DURATION:PT5M", "END:VALARM")


def day(ordinal: int) -> datetime:
    """Midnight of a day, within what the calendar can count."""
    found = date.fromordinal(max(366, min(ordinal, BEYOND.toordinal())))
    return datetime(found.year, found.month, found.day, tzinfo=UTC)


def windows_outside(extent: Extent) -> list[tuple[datetime, datetime]]:
    """The nearest windows before and after that are said to hold nothing, short and long ones."""
    days = range(extent.first - 6, extent.first + 3), range(extent.last - 3, extent.last + 6)
    ends = [day(end) for end in days[0] if not extent.touches(day(end - 1), day(end))][-1:]
    starts = [day(start) for start in days[1] if not extent.touches(day(start), day(start + 1))][:1]
    found = [(end - timedelta(days=length), end) for end in ends for length in (1, 500)]
    found += [(start, start + timedelta(days=length)) for start in starts for length in (1, 500) if start < BEYOND]
    return [window for window in found if not extent.touches(*window)]


def assert_nothing_outside(data: bytes) -> int:
    """Reads `data` before and after the days it is said to touch; returns how many windows that were."""
    extent = extent_of(data)
    outside = windows_outside(extent) if extent else []
    for window in outside:
        assert Reading() == read(data, window)
    return len(outside)


@pytest.mark.parametrize(
    ("lines", "first", "last"),
    [
        (("DTSTART:20261123T090000Z",), "2026-11-23", "2026-11-24"),
        (("DTSTART;TZID=Europe/Berlin:20261123T090000", "DTEND;TZID=Europe/Berlin:20261124T100000"),
         "2026-11-23", "2026-11-25"),
        (("DTSTART;VALUE=DATE:20261123", "DTEND;VALUE=DATE:20261125", *ALARM), "2026-11-23", "2026-11-26"),
        (("DTSTART:20261123T090000", "DURATION:P1W"), "2026-11-23", "2026-12-02"),
        (("DTSTART:20261123T090000Z", "RRULE:FREQ=DAILY;COUNT=3"), "2026-11-23", "2026-11-27"),
        (("DTSTART:20261123T090000Z", "RRULE:FREQ=WEEKLY;BYDAY=MO,TU;INTERVAL=2;COUNT=2"), "2026-11-23", "2027-01-05"),
        (("DTSTART:20261123T090000Z", "RRULE:FREQ=MONTHLY;UNTIL=20270101T000000Z"), "2026-11-23", "2027-01-03"),
        (("DTSTART:20261123T090000Z", "RRULE:FREQ=YEARLY", "EXDATE:20271123T090000Z,20281123T090000Z"),
         "2026-11-23", "9999-12-31"),
        (("DTSTART:20261123T090000Z", "RRULE:FREQ=MONTHLY;COUNT=3"), "2026-11-23", "9999-12-31"),
    ],
)  # fmt: skip
def test_the_days_of_what_is_plain_are_told(lines: tuple[str, ...], first: str, last: str) -> None:
    expected = Extent(date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal())
    assert expected == extent_of(calendar(ZONE, event(*lines)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        calendar(),
        calendar(event("SUMMARY:no start")),
        calendar(event("DTSTART:20261123T090000Z", kind="VTODO")),
        calendar(event("DTSTART:20261123T090000Z"), event("DTSTART:20261123T090000Z")),
        calendar(event("DTSTART:20261123T090000Z", uid=None)),
        calendar(event("DTSTART:20261123T090000Z", "UID:another")),
        calendar(event("DTSTART:20261123T090000Z", "DTSTART:20261123T090000Z")),
        calendar(event("DTSTART:20261123T090000Z", "RDATE:20280101T090000Z")),
        calendar(event("DTSTART:20261123T090000Z", "RECURRENCE-ID:20261123T090000Z")),
        calendar(event("DTSTART:20261123T090000Z", "RRULE:FREQ=DAILY;COUNT=2", "RRULE:FREQ=YEARLY")),
        calendar(event("DTSTART:20261123T090000Z", "RRULE:FREQ=MINUTELY;COUNT=2")),
        calendar(event("DTSTART:20261123T090000Z", "RRULE:COUNT=2")),
        calendar(event("DTSTART:20261123T090000Z", "rrule:FREQ=DAILY")),
        calendar(event("DTSTART:20261123T090000Z", "RR\r\n ULE:FREQ=DAILY")),
        calendar(event("DTSTART:20261123T090000Z", "RRULE:FREQ=DAILY;CO\r\n UNT=2")),
        calendar(event("DTSTART:20261123T090000Z", "EXDATE:20260230T090000Z", "RRULE:FREQ=DAILY;COUNT=2")),
        calendar(event("DTSTART:20261123T090000Z", "DTEND:nonsense")),
        calendar(event("DTSTART:20261123T090000Z", "DURATION:-PT1H")),
        calendar(event("DTSTART:20261131T090000Z")),
        calendar(event("DTSTART:20261123T250000Z")),
        calendar(event("DTSTART;TZID=Nowhere:20261123T090000")),
        calendar(event("DTSTART:20261123T090000Z"))[:-20],
        calendar(event("DTSTART:20261123T090000Z", "BEGIN:VALARM")),
        calendar(event("DTSTART:20261123T090000Z", "BEGIN:X-PART", "END:X-PART")),
        calendar(event("DTSTART:20261123T090000Z")).lower(),
        calendar(event("DTSTART:20261123T090000Z")).replace(b"\r\n", b"\r"),
        calendar(event("DTSTART:20261123T090000Z")).decode().encode("utf-16"),
        calendar(event("DTSTART:20261123T090000Z", "a line of no meaning")),
        calendar(event("DTSTART:20261123T090000Z")).replace(b"BEGIN:VEVENT", b"a line of no meaning\r\nBEGIN:VEVENT"),
        calendar(event("DTSTART:20261123T090000Z")).replace(b"BEGIN:VEVENT", b"\nBEGIN:VEVENT"),
        calendar("BEGIN:VTIMEZONE", event("DTSTART:20261123T090000Z"), "END:VTIMEZONE"),
        calendar(event("SUMMARY:no start"), "DTSTART:20261123T090000Z"),
        calendar(event("DTSTART:20261123T090000Z", "DESCRIPTION:" + "x" * 1_000_000)),
    ],
)
def test_of_what_is_not_plain_nothing_is_said(data: bytes) -> None:
    assert extent_of(data) is None


def test_it_hides_nothing_of_the_recurrences_of_other_projects() -> None:
    assert sum(assert_nothing_outside(case["ics"].encode()) for case in CASES) > 500


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.stem)
def test_it_hides_nothing_in_hostile_streams(path: object) -> None:
    assert_nothing_outside(path.read_bytes())


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(microsecond=0))
numbers = st.integers(1, 40)


@st.composite
def stamps(draw: st.DrawFn, name: str) -> str:
    """A date or time in one of the ways that are found."""
    at = draw(moments)
    zone = draw(st.sampled_from(["", ";TZID=Europe/Berlin", ";TZID=Pacific/Kiritimati", ";TZID=Etc/GMT+12",
                                 ";VALUE=DATE", ";TZID=Nowhere", ';TZID="Asia/Tokyo"', ";X=1;TZID=UTC"]))  # fmt: skip
    if zone == ";VALUE=DATE":
        return f"{name}{zone}:{at:%Y%m%d}"
    return f"{name}{zone}:{at:%Y%m%dT%H%M%S}{draw(st.sampled_from(['', 'Z'])) if not zone else ''}"


def ends(draw: st.DrawFn) -> list[list[str]]:
    """How a rule may end."""
    return [
        [f"COUNT={draw(numbers)}"],
        [f"UNTIL={draw(moments):%Y%m%dT%H%M%SZ}"],
        [f"UNTIL={draw(moments):%Y%m%d}"],
    ]


@st.composite
def counted(draw: st.DrawFn) -> bytes:
    """A series in order that ends, as near as can be to what is worked out by a short cut."""
    zone = draw(st.sampled_from(["", ";TZID=Pacific/Kiritimati", ";TZID=Etc/GMT+12"]))
    rule = [f"FREQ={draw(st.sampled_from(['DAILY', 'WEEKLY', 'MONTHLY']))}", f"INTERVAL={draw(st.integers(1, 3))}"]
    rule += draw(st.sampled_from(ends(draw)))
    days = st.lists(st.sampled_from(["MO", "TU", "SA", "SU"]), min_size=1, unique=True).map(",".join)
    more = [f"BYDAY={draw(days)}", f"BYMONTH={draw(st.integers(1, 12))}", "BYMONTHDAY=31", "BYSETPOS=1", "BYHOUR=23"]
    rule += draw(st.lists(st.sampled_from(more), max_size=1))
    lines = [f"DTSTART{zone}:{draw(moments):%Y%m%dT%H%M%S}", f"DURATION:PT{draw(numbers)}H", f"RRULE:{';'.join(rule)}"]
    return calendar(event(*lines))


@st.composite
def rules(draw: st.DrawFn) -> str:
    """A rule, mostly one that can be meant."""
    parts = [f"FREQ={draw(st.sampled_from(['DAILY', 'WEEKLY', 'WEEKLY', 'MONTHLY', 'YEARLY', 'HOURLY', 'MINUTELY']))}"]
    parts += draw(st.sampled_from([[], *ends(draw)]))
    more = {
        "INTERVAL": draw(st.integers(0, 5)),
        "BYDAY": draw(st.sampled_from(["MO", "MO,WE,FR", "2TU", "-1SU", "SA,SU"])),
        "BYMONTH": draw(st.integers(1, 13)),
        "BYMONTHDAY": draw(st.sampled_from([1, 29, 31, -1])),
        "BYSETPOS": draw(st.sampled_from([1, -1])),
        "BYHOUR": "9,17",
        "WKST": "SU",
    }
    names = draw(st.lists(st.sampled_from(sorted(more)), max_size=2, unique=True))
    return f"RRULE:{';'.join([*parts, *(f'{name}={more[name]}' for name in names)])}"


@st.composite
def resources(draw: st.DrawFn) -> bytes:
    """A resource as servers hold them, and now and then a broken one."""
    lines = [draw(stamps("DTSTART"))]
    lines += draw(st.sampled_from([[], [draw(stamps("DTEND"))], [f"DURATION:P{draw(numbers)}DT{draw(numbers)}H"]]))
    if draw(st.booleans()):
        lines.append(draw(rules()))
    extra = [draw(stamps("EXDATE")), draw(stamps("RDATE")), draw(stamps("RECURRENCE-ID")), draw(rules()), "SUMMARY:a",
             "summary:b", "DESCRIPTION:a\r\n DTSTART:20200101T000000Z", "X-A;B:c", "nonsense", "\r\n".join(ALARM),
             "DT\r\n END:20300101T000000Z", "STATUS:CANCELLED", "SEQUENCE:x"]  # fmt: skip
    lines += draw(st.lists(st.sampled_from(extra), max_size=2))
    components = [event(*draw(st.permutations(lines)))]
    if draw(st.integers(0, 5)) == 0:
        components.append(event(draw(stamps("DTSTART")), draw(stamps("RECURRENCE-ID"))))
    if draw(st.booleans()):
        components.insert(draw(st.integers(0, 1)), ZONE)
    data = calendar(*components)
    return data.replace(b"\r\n", b"\n") if draw(st.booleans()) else data


@settings(max_examples=500, deadline=None)
@given(data=st.one_of(resources(), counted()))
def test_it_hides_nothing_of_any_calendar(data: bytes) -> None:
    assert_nothing_outside(data)


@settings(max_examples=150, deadline=None)
@given(
    calendars=st.lists(st.one_of(resources(), counted()), max_size=6),
    days=st.lists(st.integers(0, 900), min_size=1, max_size=3),
)
def test_a_reader_that_passes_over_resources_finds_what_reading_each_finds(
    calendars: list[bytes], days: list[int]
) -> None:
    reader = Reader(zone=BERLIN)
    held = [Resource(href="/c/1.ics", etag=f'"{number}"', data=data) for number, data in enumerate(calendars)]
    held = [Resource(href=f"/c/{number}.ics", etag=one.etag, data=one.data) for number, one in enumerate(held)]
    for number in days:
        start = datetime(2025, 12, 1, tzinfo=UTC) + timedelta(days=number)
        window = (start, start + timedelta(days=21))
        found = reader.read("work", "/c/", held, window)
        slow = [read(one.data or b"", (window[0], window[1] + timedelta(days=1))) for one in held]
        inside = [o for one in slow for o in one.occurrences if o.start < window[1]]
        assert sorted((o.uid, o.start, o.end) for o in inside) == sorted(
            (o.uid, o.start, o.end) for o in found.occurrences
        )
        assert sorted(r.reason for one in slow for r in one.rejected) == sorted(r.reason for r in found.rejected)
