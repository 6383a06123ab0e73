"""Streams cut by UID."""

from __future__ import annotations

import pytest

from termintreu.reading.ical import split_stream
from tests.unit.reading.ical.making import calendar, event, read, reasons, starts

CUSTOM = "\r\n".join(
    [
        "BEGIN:VTIMEZONE",
        "TZID:Ours",
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        "TZOFFSETFROM:{0}",
        "TZOFFSETTO:{0}",
        "END:STANDARD",
        "END:VTIMEZONE",
    ]
)
BERLIN = CUSTOM.replace("Ours", "Europe/Berlin").format("+0100")


def test_each_uid_becomes_a_stream_of_its_own_with_its_overrides() -> None:
    data = calendar(
        event("DTSTART:20261102T090000Z", "RRULE:FREQ=WEEKLY;COUNT=3", uid="a"),
        event("DTSTART:20261103T090000Z", uid="b"),
        event("RECURRENCE-ID:20261109T090000Z", "DTSTART:20261110T090000Z", uid="a"),
    )
    split = split_stream(data)
    assert (["a", "b"], True, ()) == ([part.uid for part in split.parts], split.whole, split.problems)
    assert ["11-02 09:00", "11-10 09:00", "11-16 09:00"] == starts(read(split.parts[0].data))
    assert ["11-03 09:00"] == starts(read(split.parts[1].data))


def test_a_part_keeps_what_reading_needs_and_drops_what_changes_without_meaning() -> None:
    def stamped(stamp: str) -> bytes:
        return calendar(
            "METHOD:PUBLISH",
            "X-WR-TIMEZONE:America/New_York",
            BERLIN,
            CUSTOM.format("+0300"),
            event(f"DTSTAMP:{stamp}", "DTSTART:20261103T090000", uid="floating"),
            event(f"DTSTAMP:{stamp}", "DTSTART;TZID=Ours:20261103T090000", uid="custom"),
            event(f"DTSTAMP:{stamp}", "DTSTART;TZID=Europe/Berlin:20261103T090000", uid="known"),
        )

    first, second = split_stream(stamped("20261101T000000Z")), split_stream(stamped("20261101T010000Z"))
    assert first == second
    data = {part.uid: part.data for part in first.parts}
    assert not any(b"METHOD" in part or b"Europe/Berlin\r\nBEGIN" in part for part in data.values())
    assert [["11-03 14:00"], ["11-03 06:00"], ["11-03 08:00"]] == [
        starts(read(data[uid])) for uid in ("floating", "custom", "known")
    ]


def test_two_calendars_in_one_stream_keep_their_zones_apart() -> None:
    data = calendar(CUSTOM.format("+0300"), event("DTSTART;TZID=Ours:20261103T090000", uid="a")) + calendar(
        CUSTOM.format("-0500"), event("DTSTART;TZID=Ours:20261103T090000", uid="b")
    )
    split = split_stream(data)
    assert (True, [["11-03 06:00"], ["11-03 14:00"]]) == (
        split.whole,
        [starts(read(part.data)) for part in split.parts],
    )
    assert ["11-03 06:00", "11-03 14:00"] == starts(read(data))


def test_a_uid_that_stands_in_two_calendars_of_a_stream_is_one_part() -> None:
    data = calendar(event("DTSTART:20261102T090000Z", "RRULE:FREQ=WEEKLY;COUNT=2", uid="a")) + calendar(
        event("RECURRENCE-ID:20261109T090000Z", "DTSTART:20261110T090000Z", uid="a")
    )
    [part] = split_stream(data).parts
    assert ["11-02 09:00", "11-10 09:00"] == starts(read(part.data))


def test_events_without_uid_get_one_that_stays() -> None:
    def listed(summary: str) -> bytes:
        return calendar(
            event("DTSTAMP:20261101T000000Z", "DTSTART:20261103T090000Z", f"SUMMARY:{summary}", uid=None),
            event("DTSTART:20261104T090000Z", "SUMMARY:B", uid=None),
        )

    first, second = split_stream(listed("A")), split_stream(listed("A").replace(b"T000000Z", b"T111111Z"))
    assert 2 == len({part.uid for part in first.parts})
    assert first == second
    assert [part.uid for part in first.parts] == [occurrence.uid for occurrence in read(listed("A")).occurrences]


def test_a_component_without_end_costs_nobody_else_and_is_reported_by_its_part() -> None:
    data = calendar(
        event("DTSTART:20261102T090000Z", uid="a").removesuffix("END:VEVENT"), event("DTSTART:20261103", uid="b")
    )
    split = split_stream(data)
    assert (True, ("A component has no END.",)) == (split.whole, split.problems)
    broken, good = split.parts
    assert (("a", []), ["A component has no END."]) == (
        (broken.uid, starts(read(broken.data))),
        reasons(read(broken.data)),
    )
    assert ("b", []) == (good.uid, reasons(read(good.data)))


GOOD = calendar(event("DTSTART:20261103", uid="a"))


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        (GOOD, True),
        (GOOD + GOOD, True),
        (GOOD.replace(b"\r\n", b"\n"), True),
        (GOOD.replace(b"\r\n", b"\r"), True),
        (b"\xef\xbb\xbf" + GOOD, True),
        (GOOD.decode().encode("utf-16"), True),
        (b"\r\n" + GOOD.replace(b"VEVENT\r\n", b"VEVENT \r\n") + b"\r\n", True),
        (GOOD.lower(), True),
        (calendar(), True),
        (GOOD[:-5], False),
        (GOOD[: len(GOOD) // 2], False),
        (GOOD + b"BEGIN:VCALENDAR\r\n", False),
        (GOOD.removeprefix(b"BEGIN:VCALENDAR\r\n"), False),
        (b"<html>" + GOOD, False),
        (b"", False),
    ],
)
def test_a_stream_knows_whether_it_is_whole(data: bytes, whole: bool) -> None:
    split = split_stream(data)
    assert whole is split.whole
    if whole and data != calendar():
        assert ["a"] == [part.uid for part in split.parts]
        assert 1 == len(read(data).occurrences)


def test_an_alarms_uid_is_not_the_events() -> None:
    alarm = "BEGIN:VALARM\r\nUID:alarm\r\nTRIGGER:-PT5M\r\nEND:VALARM"
    before = "\r\n".join(["BEGIN:VEVENT", alarm, "UID:late", "DTSTART:20261103", "END:VEVENT"])
    assert ["a", "late"] == [part.uid for part in split_stream(calendar(event(alarm, uid="a"), before)).parts]


def test_a_folded_uid_is_one() -> None:
    [part] = split_stream(calendar(event("DTSTART:20261103", uid="very-\r\n long\r\n\t-uid"))).parts
    assert "very-long-uid" == part.uid
