"""Reading again costs nothing where nothing changed, and gives what reading afresh would give."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from termintreu.model import Resource
from termintreu.reading.ical import Reader, Reading
from termintreu.reading.ical.expansion import TOO_MUCH
from tests.unit.reading.ical.making import BERLIN, NOVEMBER, calendar, event, starts

SERIES = calendar(event("DTSTART:20261102T090000Z", "DTEND:20261102T110000Z", "RRULE:FREQ=DAILY"))
SINGLE = calendar(event("DTSTART:20261103T093000Z", uid="two"))


def resource(href: str, data: bytes | None, etag: str | None = '"1"') -> Resource:
    return Resource(href=href, etag=etag, data=data)


def read(
    reader: Reader, *resources: Resource, window: tuple[datetime, datetime] = NOVEMBER, source: str = "work"
) -> Reading:
    return reader.read(source, "/c/", resources, window)


def test_an_unchanged_resource_is_neither_parsed_nor_expanded_again() -> None:
    reader = Reader(zone=BERLIN)
    first = read(reader, resource("a", SERIES), resource("b", SINGLE))
    moved = (NOVEMBER[0] + timedelta(minutes=2), NOVEMBER[1] + timedelta(minutes=2))
    second = read(reader, resource("a", SERIES), resource("b", SINGLE), window=moved)
    assert first == second
    assert (2, 2) == (reader.parsed, reader.expanded)


def test_another_day_expands_again_and_parses_nothing() -> None:
    reader = Reader(zone=BERLIN)
    read(reader, resource("a", SERIES))
    later = (NOVEMBER[0] + timedelta(days=3), NOVEMBER[1] + timedelta(days=3))
    assert "11-04 09:00" == starts(read(reader, resource("a", SERIES), window=later))[0]
    assert (1, 2) == (reader.parsed, reader.expanded)


def test_another_etag_or_another_content_is_read_afresh() -> None:
    reader = Reader(zone=BERLIN)
    read(reader, resource("a", SERIES), resource("b", SERIES, None))
    changed = read(reader, resource("a", SINGLE, '"2"'), resource("b", SINGLE, None))
    assert ["11-03 09:30", "11-03 09:30"] == starts(changed)
    assert 4 == reader.parsed


def test_what_is_not_asked_for_is_forgotten_and_collections_are_kept_apart() -> None:
    reader = Reader(zone=BERLIN)
    read(reader, resource("a", SERIES), resource("b", SINGLE))
    read(reader, resource("a", SERIES), source="other")
    assert 3 == reader.parsed
    assert ["11-03 09:30"] == starts(read(reader, resource("b", SINGLE)))
    read(reader, resource("a", SERIES), source="other")
    assert 3 == reader.parsed
    read(reader, resource("a", SERIES))
    assert 4 == reader.parsed


def test_a_resource_without_data_gives_nothing() -> None:
    assert Reading() == read(Reader(zone=BERLIN), resource("a", None))


def test_what_was_rejected_is_rejected_each_time() -> None:
    reader = Reader(zone=BERLIN)
    bad = resource("a", calendar(event("SUMMARY:no start")))
    for _ in range(2):
        [rejected] = read(reader, bad).rejected
        assert ("work", "a", "An event has no start.") == (rejected.source, rejected.href, rejected.reason)


@pytest.mark.requirement(22)
def test_a_collection_full_of_endless_rules_is_given_up_as_a_whole() -> None:
    reader = Reader(zone=BERLIN, max_steps=20_000)
    hourly = [
        resource(str(number), calendar(event("DTSTART:20000101T000000Z", "RRULE:FREQ=HOURLY", uid=f"hourly {number}")))
        for number in range(20)
    ]
    reading = read(reader, resource("two", SINGLE), *hourly)
    assert len(reading.occurrences) <= 1000
    assert {TOO_MUCH} == {rejected.reason for rejected in reading.rejected}
    assert "two" in {occurrence.uid for occurrence in reading.occurrences}


@settings(max_examples=60, deadline=None)
@given(minutes=st.lists(st.integers(0, 60 * 24 * 5), min_size=1, max_size=4))
def test_what_is_remembered_never_shows(minutes: list[int]) -> None:
    reader = Reader(zone=BERLIN)
    for offset in minutes:
        start = datetime(2026, 11, 2, 8, tzinfo=UTC) + timedelta(minutes=offset)
        window = (start, start + timedelta(hours=30))
        resources = resource("a", SERIES), resource("b", SINGLE)
        assert read(Reader(zone=BERLIN), *resources, window=window) == read(reader, *resources, window=window)
        direct = [
            o for o in read(Reader(zone=BERLIN), *resources, window=(NOVEMBER[0], NOVEMBER[1])).occurrences
            if o.start < window[1] and (o.end > start or o.start >= start)
        ]  # fmt: skip
        assert [(o.uid, o.start) for o in direct] == [
            (o.uid, o.start) for o in read(reader, *resources, window=window).occurrences
        ]
