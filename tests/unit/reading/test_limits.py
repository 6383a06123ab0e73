"""How much of one source is looked at: the nearest, the rest is told of, and each source pays for itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from termintreu.model import Calendar, Collection, Resource, Snapshot
from termintreu.model.marks import call_key
from termintreu.reading.limits import TOO_MANY, TOO_MANY_CALLS, nearest_appointments, nearest_calls
from termintreu.reading.mirror import TOO_MANY as TOO_MANY_EVENTS
from termintreu.reading.mirror import Mirror, absorb
from tests.factories import call, occurrence

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CROWD = tuple(occurrence(NOW + timedelta(hours=hour), summary=f"n{hour}") for hour in (-3, -2, -1, 0, 1, 2, 3))
OTHER = replace(occurrence(NOW + timedelta(days=9), summary="other"), source="other")

pytestmark = pytest.mark.requirement(22)


def test_what_is_to_come_soonest_counts_first_and_each_source_by_itself() -> None:
    calendar, unseen = nearest_appointments(Calendar(occurrences=(*CROWD, OTHER)), NOW, 5)
    assert ["n-1", "n0", "n1", "n2", "n3", "other"] == [one.summary for one in calendar.occurrences]
    assert {call_key(one.uid, None) for one in CROWD[:2]} == unseen
    assert [("work", "/cal/", TOO_MANY)] == [(one.source, one.href, one.reason) for one in calendar.rejected]


def test_within_the_limit_nothing_changes() -> None:
    calendar = Calendar(occurrences=(*CROWD, OTHER))
    assert (calendar, frozenset()) == nearest_appointments(calendar, NOW, 7)


def test_of_too_many_calls_the_nearest_are_judged() -> None:
    calls = tuple(call(one) for one in (*CROWD, OTHER))
    kept, far, reports = nearest_calls(calls, NOW, 3)
    assert ["n0", "n1", "n2", "other"] == [one.occurrence.summary for one in kept]
    assert {one.key for one in calls} - {one.key for one in kept} == far
    assert [TOO_MANY_CALLS] == [one.reason for one in reports]


@pytest.mark.parametrize("single", [True, False], ids=["one resource an event", "one feed"])
def test_of_too_many_events_the_first_are_kept_and_the_rest_is_told_of(single: bool) -> None:
    events = [
        f"BEGIN:VEVENT\r\nUID:{number}\r\nDTSTART:20261125T090000Z\r\nEND:VEVENT\r\n".encode() for number in range(9)
    ]
    streams = events if single else [b"".join(events)]
    resources = tuple(
        Resource(
            href=f"/work/{number}.ics",
            etag=f'"{number}"',
            data=b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + stream + b"END:VCALENDAR\r\n",
        )
        for number, stream in enumerate(streams)
    )
    work = Collection(href="/work/", name="Work")
    snapshot = Snapshot(collection=work, token="t", full=True, changed=resources)
    empty = Mirror(source="work", collection=work)
    absorbed = absorb(empty, snapshot, now=NOW, since=NOW - timedelta(days=90), max_events=4)
    assert 4 == sum(one.data is not None for one in absorbed.mirror.resources.values())
    assert absorbed.note is not None
    assert absorbed.note == TOO_MANY_EVENTS or "more components" in absorbed.note
    assert len(resources) <= len(absorbed.mirror.known)
