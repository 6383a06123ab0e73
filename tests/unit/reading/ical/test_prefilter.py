"""What does not matter is told from the bytes, and never wrongly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from termintreu.reading.ical import may_matter
from tests.unit.reading.ical.making import calendar, event, read

SINCE = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART:20261001T090000Z",),
        ("DTSTART;TZID=Europe/Berlin:20260101T090000", "DTEND;TZID=Europe/Berlin:20260101T100000"),
        ("DTSTART;VALUE=DATE:20261020", "DTEND;VALUE=DATE:20261022"),
        ("DTSTART:20261001T090000Z", "DURATION:P1W"),
        ("DTSTART:20261001T090000Z", "BEGIN:VALARM", "TRIGGER:-PT5M", "DURATION:PT5M", "END:VALARM"),
    ],
)
def test_a_single_event_that_is_over_does_not_matter(lines: tuple[str, ...]) -> None:
    assert not may_matter(calendar(event(*lines)), SINCE)


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART:20261102T090000Z",),
        ("DTSTART:20261031T090000Z",),
        ("DTSTART:20261001T090000Z", "DTEND:20261130T090000Z"),
        ("DTSTART:20261001T090000Z", "DURATION:P5W"),
        ("DTSTART:20261001T090000Z", "DURATION:PT1000H"),
        ("DTSTART:20261001T090000Z", "DURATION:nonsense"),
        ("DTSTART:20261001T090000Z", "rrule:FREQ=DAILY"),
        ("DTSTART:20261001T090000Z", "RDATE:20261130T090000Z"),
        ("DTSTART:20261001T090000Z", "RR\r\n ULE:FREQ=DAILY"),
        ("DTSTART:20261001T090000Z", "D\r\n TEND:20261130T090000Z"),
        ("DTSTART:20261001T090000Z", "DTEND;X=\r\n a:20261130T090000Z"),
        ("DTSTART:2026-10-01",),
        ("DTSTART:20269901",),
        ("DTSTART:00000000",),
        (),
    ],
)
def test_what_may_come_to_pass_matters(lines: tuple[str, ...]) -> None:
    assert may_matter(calendar(event(*lines)), SINCE)


def test_tasks_and_what_is_no_calendar_matter() -> None:
    assert may_matter(calendar(event("DUE:20260101T090000Z", kind="VTODO")), SINCE)
    assert may_matter(b"", SINCE)
    assert may_matter(calendar(event("DTSTART:20260101T090000Z")).decode().encode("utf-16"), SINCE)


moments = st.datetimes(datetime(2026, 10, 20), datetime(2026, 11, 1))
zones = st.sampled_from(
    [
        "",
        ";TZID=Pacific/Kiritimati",
        ";TZID=Etc/GMT+12",
        ";TZID=Unknown",
        ";VALUE=DATE",
        ";TZID=/x/Asia/Tokyo",
        ";X=\r\n y",
    ]
)


@st.composite
def stamped(draw: st.DrawFn, name: str) -> str:
    zone, moment = draw(zones), draw(moments)
    text = f"{moment:%Y%m%d}" if "DATE" in zone else f"{moment:%Y%m%dT%H%M%S}" + draw(st.sampled_from(["", "Z"]))
    return draw(st.sampled_from([name, name.lower()])) + zone + ":" + text


@st.composite
def events(draw: st.DrawFn) -> str:
    lines = [draw(stamped("DTSTART"))]
    if draw(st.booleans()):
        lines.append(draw(stamped("DTEND")))
    elif draw(st.booleans()):
        lines.append(f"DURATION:P{draw(st.integers(0, 9))}DT{draw(st.integers(0, 99))}H")
    if draw(st.integers(0, 9)) == 0:
        lines.append("RRULE:FREQ=DAILY;COUNT=30")
    if draw(st.integers(0, 9)) == 0:
        lines.append(draw(stamped("RECURRENCE-ID")))
    return event(*lines, uid=draw(st.sampled_from(["a", "b"])))


@settings(max_examples=400, deadline=None)
@given(components=st.lists(events(), min_size=1, max_size=3), hours=st.integers(0, 400))
def test_it_never_says_no_to_what_reading_would_find(components: list[str], hours: int) -> None:
    data, since = calendar(*components), datetime(2026, 10, 25, tzinfo=UTC) + timedelta(hours=hours)
    if not may_matter(data, since):
        assert () == read(data, window=(since, since + timedelta(days=400))).occurrences
