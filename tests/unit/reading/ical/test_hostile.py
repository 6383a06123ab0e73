"""Broken and malicious streams: nothing raises, nothing hangs, the neighbours are served, and the user is told."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from termintreu.reading.ical import may_matter, read_resource, split_stream
from termintreu.reading.ical.lines import CUT_OFF, NO_CALENDAR, STRAY, TOO_LARGE, TOO_MANY, UNCLOSED
from termintreu.reading.ical.split import PART
from tests.unit.reading.ical.making import BERLIN, DATA, NOVEMBER, calendar, event, read, reasons

SAMPLES = sorted((DATA / "hostile").glob("*.ics"))
GOOD = event("DTSTART;TZID=Europe/Berlin:20261124T100000", "SUMMARY:Good", uid="good@example.com")
SERIES = event(
    "DTSTART;TZID=Europe/Berlin:20260105T100000",
    "DTEND;TZID=Europe/Berlin:20260105T103000",
    "RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20270101T000000Z",
    "EXDATE;TZID=Europe/Berlin:20261109T100000",
    "DESCRIPTION:with a line that is long enough to be folded by the program that wrote it\\, and\r\n  so it is",
    'ATTENDEE;CN="Muster, Erika";PARTSTAT=ACCEPTED:mailto:erika@muster.example',
)


def body(data: bytes) -> str:
    """What stands within the VCALENDAR of a sample."""
    text = data.decode("latin-1").replace("\r\n", "\n")
    return re.sub(r"(?m)^(BEGIN|END):VCALENDAR.*$\n?", "", text).strip().replace("\n", "\r\n")


@pytest.mark.requirement(22)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_hostile_stream_is_read_in_time_and_what_is_not_served_is_reported(sample: object) -> None:
    data = sample.read_bytes()
    began = time.process_time()
    reading = read(data, window=(NOVEMBER[0].replace(year=1990), NOVEMBER[1].replace(year=2027)))
    assert time.process_time() - began < 1
    served = reading.occurrences or reading.todos
    assert served or reading.rejected or b"99991231" in data
    for reason in reasons(reading):
        assert re.fullmatch(r"[A-Z][A-Za-z0-9,:;'\- ]+\.", reason)


@pytest.mark.requirement(22)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_good_event_beside_a_hostile_one_is_served(sample: object) -> None:
    bad = body(sample.read_bytes())
    for data in (calendar(GOOD, bad), calendar(bad, GOOD)):
        assert "Good" in [occurrence.summary for occurrence in read(data).occurrences]
        parts = {part.uid: part.data for part in split_stream(data).parts}
        assert ["Good"] == [occurrence.summary for occurrence in read(parts["good@example.com"]).occurrences]


@pytest.mark.requirement(22)
@pytest.mark.parametrize(
    ("rule", "served"),
    [
        ("FREQ=SECONDLY", 0),
        ("FREQ=MINUTELY", 0),
        ("FREQ=DAILY;INTERVAL=0", 0),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31", 0),
        ("FREQ=DAILY;BYDAY=MO;COUNT=999999999", 0),
        ("FREQ=HOURLY;BYSETPOS=1;COUNT=999999999", 0),
        ("FREQ=DAILY", 30),
        ("FREQ=HOURLY", 720),
    ],
)
@pytest.mark.parametrize("start", ["00010101T090000", "19000101T090000"])
def test_an_endless_rule_costs_less_than_a_second(rule: str, served: int, start: str) -> None:
    bad = event(f"DTSTART:{start}Z", f"RRULE:{rule}", uid="bad")
    began = time.process_time()
    reading = read(calendar(bad, GOOD))
    assert time.process_time() - began < 1
    assert served + 1 == len(reading.occurrences)
    assert (served == 0) is (len(reading.rejected) == 1)


@pytest.mark.requirement(22)
def test_more_occurrences_than_are_taken_are_cut_off_and_reported() -> None:
    reading = read(calendar(event("DTSTART:20261101T000000Z", "RRULE:FREQ=HOURLY")), max_occurrences=50)
    assert 50 == len(reading.occurrences)
    assert ["A series has more occurrences in the window than this program takes; the rest is left out."] == reasons(
        reading
    )


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["SUMMARY:no start"], "An event has no start."),
        (["DTSTART:20261124T100000", "DTSTART:20261125T100000"], "two different values"),
        (["DTSTART:20261124T100000", "UID:second"], "two different values"),
        (["DTSTART:20261124T250000"], "does not exist"),
        (["DTSTART:20260230"], "does not exist"),
        (["DTSTART;VALUE=TIME:100000"], "no form"),
        (['DTSTART;TZID="Europe/Berlin:20261124T100000'], "cannot be"),
    ],
)
def test_a_component_that_cannot_be_read_says_why_and_which_it_is(lines: list[str], reason: str) -> None:
    reading = read(calendar(GOOD, event(*lines, "SUMMARY:Call\\, \u202ewith\r\n  Erika" + "!" * 200)))
    assert ["Good"] == [occurrence.summary for occurrence in reading.occurrences]
    [rejected] = reading.rejected
    assert reason in rejected.reason
    assert ("no start" if "SUMMARY:no start" in lines else "Call, with Erika" + "!" * 63 + "…") == rejected.title
    assert 3 + GOOD.count("\r\n") + 1 == rejected.line


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (calendar(event("SUMMARY:Call")), 3),
        (calendar(event("SUMMARY:Call")).replace(b"\r\n", b"\r"), 3),
        (calendar(event("SUMMARY:Call")).decode().encode("utf-16"), 3),
        (calendar("X-A:1\r\n 2", event("SUMMARY:Call")), 5),
        (calendar("X-\r\n A:1", event("SUMMARY:Call")), None),
    ],
)
def test_a_rejection_names_the_line_of_the_stream(data: bytes, line: int | None) -> None:
    [rejected] = read(data).rejected
    assert ("An event has no start.", "Call", line) == (rejected.reason, rejected.title, rejected.line)


def test_what_was_cut_out_of_a_stream_names_its_title_alone() -> None:
    [part] = split_stream(calendar(event("SUMMARY:Call"))).parts
    [rejected] = read_resource(
        part.data, source="work", collection="/c/", href=f"/c/{PART}1", zone=BERLIN, window=NOVEMBER
    ).rejected
    assert ("Call", None) == (rejected.title, rejected.line)
    assert "An event has no start (“Call”)." == rejected.sentence


def test_a_component_without_end_is_told_of_once() -> None:
    reading = read(calendar(event("DTSTART:20261124", "SUMMARY:Call").removesuffix("END:VEVENT"), GOOD))
    assert ["A component has no END (“Call”, line 3)."] == [one.sentence for one in reading.rejected]


@pytest.mark.parametrize(
    "line",
    [
        "SEQUENCE:",
        "SEQUENCE:x",
        "DTSTAMP:nonsense",
        "CREATED:nonsense",
        "DTEND:nonsense",
        "DURATION:P99999999999D",
        "no content line at all",
        "X-WR-TIMEZONE:Europe",
        "BEGIN:VALARM\r\nTRIGGER:nonsense\r\nUID:other\r\nEND:VALARM",
        "BEGIN:VALARM\r\nTRIGGER:-PT5M",
        "END:DAYLIGHT",
        "ATTENDEE;CN=:",
        'ATTENDEE;CN="Erika:mailto:erika@muster.example',
        "ATTENDEE;=;;:x",
        "SUMMARY;LANGUAGE",
        "GEO:x",
    ],
)
def test_what_does_not_matter_costs_no_event(line: str) -> None:
    [occurrence] = read(calendar(event(line, "DTSTART:20261124T100000Z", uid="a") if ":VALARM" not in line else
                                 event("DTSTART:20261124T100000Z", line, uid="a"))).occurrences  # fmt: skip
    assert ("a", occurrence.start) == (occurrence.uid, occurrence.end)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", NO_CALENDAR),
        (b"<html>Please log in</html>", NO_CALENDAR),
        (calendar(GOOD)[:-18], CUT_OFF),
        (calendar(GOOD.removesuffix("END:VEVENT")), UNCLOSED),
        (calendar(GOOD.removeprefix("BEGIN:VEVENT\r\n")), STRAY),
    ],
)
def test_a_stream_that_is_none_says_so(data: bytes, reason: str) -> None:
    assert reason in reasons(read(data))


def test_lines_without_end_cost_no_time() -> None:
    crowd = [f"ATTENDEE;CN=Number {number};PARTSTAT=ACCEPTED:mailto:{number}@example.com" for number in range(30_000)]
    dates = [f"EXDATE:2026{number % 12 + 1:02}01T{number % 24:02}0000Z" for number in range(30_000)]
    data = calendar(event("DTSTART:20261124T100000Z", "RRULE:FREQ=DAILY;COUNT=2", *crowd, *dates))
    began = time.process_time()
    assert 2 == len(read(data).occurrences)
    assert time.process_time() - began < 2


@pytest.mark.requirement(22)
def test_a_component_too_large_and_components_too_many_are_left_out_and_reported() -> None:
    large = event("DTSTART:20261124T100000Z", "ATTACH:" + "A" * 20_000, uid="large")
    split = split_stream(calendar(large, GOOD), max_line=10_000)
    assert (["good@example.com"], (TOO_LARGE,)) == ([part.uid for part in split.parts], split.problems)
    many = split_stream(calendar(*(event("DTSTART:20261124", uid=str(number)) for number in range(20))), max_events=7)
    assert (7, (TOO_MANY,), True) == (len(many.parts), many.problems, many.whole)


MATERIAL = calendar(SERIES, GOOD, event("DUE:20261124T100000Z", "SUMMARY:Task", uid="t", kind="VTODO"))
TOKENS = [
    b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n", b"END:VCALENDAR\r\n", b"RRULE:FREQ=DAILY;INTERVAL=0\r\n", b"\r\n ", b"\x00",
    b"00010101T000000Z", b"99991231T235959", b"P99999D", b"\xff\xfe", b";TZID=Europe", b";VALUE=DATE", b'"', b":", b";",
    b"RECURRENCE-ID;RANGE=THISANDFUTURE:20261102T090000Z\r\n", b"BYDAY=53SU", b"INTERVAL=-1", b"-", b"9", b"UNTIL=0",
    b"RDATE;VALUE=PERIOD:20261102T090000Z/PT1H,20261102/20250101\r\n", b"EXDATE:20261102\r\n", b"DURATION:-P1W\r\n",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    places=st.lists(st.tuples(st.integers(0, len(MATERIAL)), st.integers(0, 30), st.sampled_from(TOKENS)), max_size=6)
)
def test_no_mutation_of_a_stream_raises(places: list[tuple[int, int, bytes]]) -> None:
    data = MATERIAL
    for at, dropped, token in places:
        data = data[:at] + token + data[at + dropped :]
    whole = read(data)
    split = split_stream(data)
    by_part = [occurrence for part in split.parts for occurrence in read(part.data).occurrences]
    assert sorted((o.uid, o.start) for o in whole.occurrences) == sorted((o.uid, o.start) for o in by_part)
    if not may_matter(data, NOVEMBER[0]):
        assert () == whole.occurrences


@settings(max_examples=200, deadline=None)
@example(data=b"BEGIN:VTODO")
@given(data=st.binary(max_size=400))
def test_no_bytes_raise(data: bytes) -> None:
    split = split_stream(data)
    assert () == read(data).occurrences
    assert not split.whole
    assert [] == [occurrence for part in split.parts for occurrence in read(part.data).occurrences]
