"""What stands in an event and in a task."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from termintreu.model import Conference, Person
from termintreu.model.clean import clean_line, clean_text
from tests.unit.reading.ical.making import calendar, event, read

START = "DTSTART:20261124T100000Z"


def test_texts_are_unescaped_unfolded_cleaned_and_bounded() -> None:
    [found] = read(
        calendar(
            event(
                START,
                "SUMMARY:Call\\, with \u202eErika\x07  \\n Muster",
                "DESCRIPTION:a\\nb\\\\n\tc\\;\\,\r\n  d\u200b\r\n",
                "LOCATION:" + "x" * 5000,
                "CATEGORIES:Phone Call,Kunde\\, wichtig",
                "CATEGORIES:three",
                "URL:https://example.com/a?b=1;c=2",
            )
        )
    ).occurrences
    assert "Call, with Erika Muster" == found.summary
    assert "a\nb\\n\tc;, d" == found.description
    assert (1000, "…") == (len(found.location), found.location[-1])
    assert ("Phone Call", "Kunde, wichtig", "three") == found.categories
    assert "https://example.com/a?b=1;c=2" == found.url


def test_people_have_an_address_a_name_and_an_answer() -> None:
    [found] = read(
        calendar(
            event(
                START,
                'ORGANIZER;CN="Beispiel, Anna":MAILTO:Anna@Beispiel.de',
                "ATTENDEE;CN=Erika Muster;PARTSTAT=accepted;ROLE=CHAIR;CUTYPE=INDIVIDUAL:mailto:erika@muster.example",
                "ATTENDEE;EMAIL=room@muster.example;CUTYPE=ROOM:urn:uuid:1",
                "ATTENDEE:invalid:nomail",
            )
        )
    ).occurrences
    assert Person(email="anna@beispiel.de", name="Beispiel, Anna") == found.organizer
    assert (
        Person(email="erika@muster.example", name="Erika Muster", partstat="ACCEPTED", role="CHAIR"),
        Person(email="room@muster.example", cutype="ROOM"),
        Person(email=""),
    ) == found.attendees


def test_more_people_than_a_call_can_have_are_not_kept() -> None:
    people = [f"ATTENDEE:mailto:{number}@example.com" for number in range(500)]
    [found] = read(calendar(event(START, *people))).occurrences
    assert 200 == len(found.attendees)


def test_conferences_and_vendor_properties_are_there_for_detection() -> None:
    [found] = read(
        calendar(
            event(
                START,
                'CONFERENCE;VALUE=URI;FEATURE="PHONE,moderator";LABEL=Dial in:tel:+49-30-1,,2#',
                "CONFERENCE;FEATURE=VIDEO,AUDIO:https://meet.example.com/x",
                "X-GOOGLE-CONFERENCE:https://meet.google.com/abc-defg-hij",
                "x-microsoft-onlinemeetingtollnumber:+49 69 1",
                "X-OPENPAAS-VIDEOCONFERENCE:https://jitsi.example/1",
                "X-APPLE-TRAVEL-DURATION:PT5M",
            )
        )
    ).occurrences
    assert (
        Conference(uri="tel:+49-30-1,,2#", features=frozenset({"PHONE", "MODERATOR"}), label="Dial in"),
        Conference(uri="https://meet.example.com/x", features=frozenset({"VIDEO", "AUDIO"})),
    ) == found.conferences
    assert (
        ("X-GOOGLE-CONFERENCE", "https://meet.google.com/abc-defg-hij"),
        ("X-MICROSOFT-ONLINEMEETINGTOLLNUMBER", "+49 69 1"),
        ("X-OPENPAAS-VIDEOCONFERENCE", "https://jitsi.example/1"),
    ) == found.extra


def test_the_rest_of_an_event() -> None:
    [found] = read(
        calendar(
            event(
                START,
                "STATUS:tentative",
                "TRANSP:TRANSPARENT",
                "CREATED:20261001T080000Z",
                "LAST-MODIFIED:20261002T080000Z",
                "SEQUENCE:7",
            )
        )
    ).occurrences
    assert ("TENTATIVE", True, 7) == (found.status, found.transparent, found.sequence)
    assert (datetime(2026, 10, 1, 8, tzinfo=UTC), datetime(2026, 10, 2, 8, tzinfo=UTC)) == (
        found.created,
        found.last_modified,
    )
    assert ("work", "/c/", "/c/1.ics", "one@example.com") == (found.source, found.collection, found.href, found.uid)


@pytest.mark.requirement(10)
@pytest.mark.parametrize(
    ("uid", "line"),
    [
        ("termintreu-7f0c8c1e", "SUMMARY:x"),
        ("a", "X-TERMINTREU-ID:1;reminder;5d2c0b7e9b1f7a3c;0"),
        ("a", "CATEGORIES:one,Termintreu"),
        ("a", "DESCRIPTION:Call\\n-- termintreu\\n"),
    ],
)
@pytest.mark.parametrize("kind", ["VEVENT", "VTODO"])
def test_any_of_our_marks_makes_an_item_our_own(uid: str, line: str, kind: str) -> None:
    reading = read(calendar(event(START, line, uid=uid, kind=kind)))
    assert [True] == [item.own for item in (*reading.occurrences, *reading.todos)]


def test_what_bears_no_mark_is_not_our_own() -> None:
    lines = (START, "SUMMARY:termintreu", "DESCRIPTION:-- termintreu\\nand more")
    [found] = read(calendar(event(*lines))).occurrences
    assert not found.own


@pytest.mark.parametrize(
    ("lines", "due"),
    [
        (("DUE;TZID=Europe/Berlin:20261124T100000",), datetime(2026, 11, 24, 9, tzinfo=UTC)),
        (("DUE;VALUE=DATE:20261124",), None),
        (("DTSTART:20261124T090000Z", "DURATION:PT1H"), datetime(2026, 11, 24, 10, tzinfo=UTC)),
        (("DTSTART:20261124T090000Z",), None),
        ((), None),
    ],
)
def test_a_task_is_due_at_a_time_or_at_none(lines: tuple[str, ...], due: datetime | None) -> None:
    [todo] = read(calendar(event(*lines, "SUMMARY:Rufe zurück", "CREATED:20261101T080000Z", kind="VTODO"))).todos
    assert (due, "Rufe zurück", "NEEDS-ACTION", datetime(2026, 11, 1, 8, tzinfo=UTC)) == (
        todo.due,
        todo.summary,
        todo.status,
        todo.created,
    )


@pytest.mark.parametrize("line", ["STATUS:COMPLETED", "COMPLETED:20261101T080000Z", "PERCENT-COMPLETE:100"])
def test_a_task_that_is_done_in_any_way_is_completed(line: str) -> None:
    [todo] = read(calendar(event(line, kind="VTODO"))).todos
    assert "COMPLETED" == todo.status


def test_of_a_repeated_task_the_master_counts() -> None:
    override = event("RECURRENCE-ID:20261109T090000Z", "SUMMARY:one of them", kind="VTODO")
    for order in ([override, event("SUMMARY:all", kind="VTODO")], [event("SUMMARY:all", kind="VTODO"), override]):
        assert ["all"] == [todo.summary for todo in read(calendar(*order)).todos]


def test_old_encodings_are_understood() -> None:
    data = calendar(event(START, "SUMMARY:R\u00fcckruf \u2013 M\u00fcller"))
    [found] = read(data.decode().encode("cp1252")).occurrences
    assert "Rückruf – Müller" == found.summary


def test_a_character_that_is_split_by_folding_is_whole() -> None:
    folded = calendar(event(START, "SUMMARY:Rückruf")).replace("ü".encode(), b"\xc3\r\n \xbc")
    [found] = read(folded).occurrences
    assert "Rückruf" == found.summary


@pytest.mark.requirement(27)
@pytest.mark.parametrize(
    ("text", "line", "block"),
    [
        ("plain", "plain", "plain"),
        (" a \t b\r\nc\u2028d ", "a b c d", "a \t b\nc\nd"),
        ("\u202eevil\u2066\x00\x1b[31m\ud800", "evil[31m", "evil[31m"),
        ("👩\u200d💻", "👩\u200d💻", "👩\u200d💻"),
        ("x" * 99, "x" * 29 + "…", "x" * 29 + "…"),
        ("", "", ""),
    ],
)
def test_foreign_text_is_made_harmless(text: str, line: str, block: str) -> None:
    assert (line, block) == (clean_line(text, 30), clean_text(text, 30))
