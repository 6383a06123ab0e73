"""Names and parameters as old and odd programs write them: folded anywhere, escaped where they need not be."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from termintreu.model import Collection, Resource, Snapshot
from termintreu.reading.ical import entries_in, extent_of, may_matter, split_stream
from termintreu.reading.mirror import Mirror, absorb
from tests.unit.reading.ical.making import NOVEMBER, calendar, event, read, reasons, starts

ZONE = "\r\n".join(
    [
        "BEGIN:VTIMEZONE",
        "TZID:{0}",
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        "TZOFFSETFROM:+0800",
        "TZOFFSETTO:+0800",
        "END:STANDARD",
        "END:VTIMEZONE",
    ]
)
PLAIN = calendar(
    ZONE.format("Ours"),
    event("DTSTAMP:20261101T000000Z", "DTSTART;TZID=Ours:20261124T100000", "SUMMARY:One", uid="a"),
    event("DTSTART:20261125T100000Z", "RRULE:FREQ=DAILY;COUNT=2", "SUMMARY:Two", uid="b"),
    event("DUE:20261124T100000Z", "SUMMARY:Three", uid="c", kind="VTODO"),
)


def folded_after_names(data: bytes) -> bytes:
    """As the old Mozilla calendar writes it."""
    heads = data.replace(b":", b"\r\n :").replace(b"BEGIN\r\n :", b"BEGIN:")
    return heads.replace(b"END\r\n :", b"END:")


def folded_within_names(data: bytes) -> bytes:
    """As KOrganizer has written it, and more of it."""
    lines = data.split(b"\r\n")
    return b"\r\n".join(line[:2] + b"\r\n " + line[2:] if len(line) > 2 else line for line in lines)


@pytest.mark.parametrize("fold", [folded_after_names, folded_within_names])
def test_a_stream_with_folded_names_is_the_one_that_is_meant(fold) -> None:  # type: ignore[no-untyped-def]  # a function above
    data = fold(PLAIN)
    assert split_stream(PLAIN) == split_stream(data)
    assert ["a", "b", "c"] == [part.uid for part in split_stream(data).parts]
    plain, found = read(PLAIN), read(data)
    assert plain.occurrences == found.occurrences
    assert (plain.todos, []) == (found.todos, reasons(found))
    assert 3 == entries_in(data)


@pytest.mark.parametrize("fold", [folded_after_names, folded_within_names])
def test_a_mirror_cuts_a_stream_with_folded_names_by_its_uids(fold) -> None:  # type: ignore[no-untyped-def]  # as above
    collection = Collection(href="/c/", name="c")
    [whole] = [Resource(href="/c/1.ics", etag='"1"', data=fold(PLAIN))]
    absorbed = absorb(
        Mirror(source="work", collection=collection),
        Snapshot(collection=collection, token=None, full=True, changed=(whole,)),
        now=NOVEMBER[0],
        since=NOVEMBER[0],
    )
    assert 3 == sum(resource.data is not None for resource in absorbed.mirror.resources.values())


@settings(max_examples=300, deadline=None)
@given(cuts=st.lists(st.integers(1, len(PLAIN) - 2), max_size=12, unique=True), blank=st.sampled_from([b" ", b"\t"]))
def test_folds_mean_nothing_wherever_they_are(cuts: list[int], blank: bytes) -> None:
    """RFC 5545 3.1: a line may be folded between any two characters. Only names of components are taken as they stand:
    no program folds them, and in a broken stream what follows may be anything."""
    data = PLAIN
    for cut in sorted(cuts, reverse=True):
        head = data[data.rfind(b"\n", 0, cut) + 1 : cut]
        if head and b"\r" not in data[cut - 1 : cut + 1] and not head.startswith((b"BEGIN:", b"END:")):
            data = data[:cut] + b"\r\n" + blank + data[cut:]
    found = read(data)
    assert (read(PLAIN).occurrences, []) == (found.occurrences, reasons(found))
    assert may_matter(data, datetime(2026, 11, 24, tzinfo=UTC), extent_of(data))
    parts = {part.uid: part.data for part in split_stream(data).parts}
    assert [["11-24 02:00"], ["11-25 10:00", "11-26 10:00"], []] == [starts(read(parts[uid])) for uid in "abc"]


def test_a_line_without_a_colon_does_not_swallow_the_next_one() -> None:
    data = calendar(event("no content line at all", "DTSTART:20261124T100000Z"))
    assert ["11-24 10:00"] == starts(read(data))


@pytest.mark.parametrize(
    "parameter", ['"Kuala Lumpur, Singapore"', "Kuala Lumpur\\, Singapore", "Kuala Lumpur, Singapore"]
)
@pytest.mark.parametrize("cut", [False, True])
def test_a_zones_name_is_text_in_its_definition_and_not_in_the_parameter(parameter: str, cut: bool) -> None:
    zone = ZONE.format("Kuala Lumpur\\, Singapore")
    data = calendar(zone, event(f"DTSTART;TZID={parameter}:20261124T100000"))
    if cut:
        [part] = split_stream(data).parts
        data = part.data
    [found] = read(data).occurrences
    assert ("custom", datetime(2026, 11, 24, 2, tzinfo=UTC)) == (found.zone_state, found.start)


def test_a_quoted_zone_that_is_folded_after_a_colon_stays_with_its_part() -> None:
    name = "(UTC+08:00) Kuala Lumpur und Singapur und noch mehr Orte"
    data = calendar(ZONE.format(name), event(f'DTSTART;TZID="{name[:30]}\r\n {name[30:]}":20261124T100000'))
    [part] = split_stream(data).parts
    assert ["11-24 02:00"] == starts(read(part.data))


def test_a_calendars_zone_may_be_folded() -> None:
    for line in ("X-WR-TIMEZONE:Asia/\r\n Tokyo", "X-WR-TIME\r\n ZONE:Asia/Tokyo", "X-WR-TIMEZONE\r\n :Asia/Tokyo"):
        assert ["11-24 01:00"] == starts(read(calendar(line, event("DTSTART:20261124T100000"))))
