"""The quick look at a stream: what it takes for a component, a UID, a whole calendar."""

from __future__ import annotations

import pytest

from termintreu_connectors.streams import is_whole, outline


def stream(*lines: str, eol: str = "\r\n") -> bytes:
    return eol.join(("BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", "")).encode()


@pytest.mark.parametrize("eol", ["\r\n", "\n"])
def test_components_and_uids_are_those_directly_within(eol: str) -> None:
    data = stream(
        *("BEGIN:VTIMEZONE", "TZID:X", "UID:zone", "BEGIN:STANDARD", "END:STANDARD", "END:VTIMEZONE"),
        *("BEGIN:VEVENT", "UID:one", "BEGIN:VALARM", "UID:alarm", "END:VALARM", "END:VEVENT"),
        *("begin:vtodo", "uid:two", "end:vtodo"),
        eol=eol,
    )
    found = outline(data)
    assert {"VEVENT", "VTODO"} == found.components
    assert {"one", "two"} == found.uids


def test_folds_and_parameters_do_not_hide_a_uid() -> None:
    data = stream("BEGIN:VEVENT", "UID;X-A=b:a@exam", " ple.com", "END:VEVENT")
    assert {"a@example.com"} == outline(data).uids


def test_text_that_looks_like_a_uid_is_none() -> None:
    data = stream("BEGIN:VEVENT", "UID:a", r"DESCRIPTION:UID:b\nUID:c", "X-UID:d", "UIDX:e", "END:VEVENT")
    assert {"a"} == outline(data).uids


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"END:VEVENT\nEND:X\nUID:a\n", b"UID:a", b"BEGIN:" * 1000])
def test_nothing_that_is_broken_raises(data: bytes) -> None:
    assert frozenset() == outline(data).uids
    assert not is_whole(data)


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        (stream("BEGIN:VEVENT", "END:VEVENT"), True),
        (stream(), True),
        (stream(eol="\n"), True),
        (b"\xef\xbb\xbf" + stream(), True),
        (b"\n " + stream() + b"\r\n\t ", True),
        (stream().rstrip(), True),
        (stream() + stream(), True),
        (stream().lower(), True),
        (stream()[:-8], False),
        (stream() + b"BEGIN:VCALENDAR\r\n", False),
        (stream() + b"<!-- 1 ms -->", False),
        (b"HTTP/1.1 200\r\n" + stream(), False),
        (stream().replace(b"END:VCALENDAR", b"X-END:VCALENDAR"), False),
        (stream().replace(b"BEGIN:VCALENDAR", b"BEGIN:VCALENDARS"), False),
    ],
)
def test_a_whole_calendar_begins_and_ends_as_one(data: bytes, whole: bool) -> None:
    assert whole == is_whole(data)
