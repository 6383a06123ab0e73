"""A timeline finds what looking at everything finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from termintreu.model import Occurrence
from termintreu.model.timeline import Timeline

START = datetime(2026, 11, 23, 8, tzinfo=UTC)
MINUTES = st.integers(0, 200)


def an_occurrence(start: int, length: int) -> Occurrence:
    begin = START + timedelta(minutes=start)
    return Occurrence(
        source="work",
        collection="/c/",
        href=f"/c/{start}-{length}.ics",
        uid=f"{start}-{length}",
        recurrence_id=None,
        start=begin,
        end=begin + timedelta(minutes=length),
    )


@given(st.lists(st.tuples(MINUTES, MINUTES), max_size=20), MINUTES, MINUTES)
def test_it_finds_what_looking_at_everything_finds(spans: list[tuple[int, int]], first: int, length: int) -> None:
    diary = [an_occurrence(start, minutes) for start, minutes in spans]
    since, until = START + timedelta(minutes=first), START + timedelta(minutes=first + length)
    timeline = Timeline(diary)
    in_order = sorted(diary, key=lambda one: one.start)
    assert [one for one in in_order if one.start <= until and one.end >= since] == timeline.touching(since, until)
    assert [one for one in in_order if one.start < until and since < one.end] == timeline.overlapping(since, until)


@given(st.lists(st.tuples(MINUTES, MINUTES, MINUTES), max_size=20), MINUTES, MINUTES, MINUTES)
def test_what_lies_within_a_distance_is_found_with_the_way_to_it(
    spans: list[tuple[int, int, int]], first: int, length: int, distance: int
) -> None:
    diary = [
        replace(an_occurrence(start, minutes), travel=timedelta(minutes=travel)) for start, minutes, travel in spans
    ]
    since, until = START + timedelta(minutes=first), START + timedelta(minutes=first + length)
    least = timedelta(minutes=distance)
    expected = [
        one
        for one in sorted(diary, key=lambda one: one.start)
        if one.start - max(least, one.travel) < until and since < one.end + max(least, one.travel)
    ]
    assert expected == Timeline(diary).within(since, until, least)
