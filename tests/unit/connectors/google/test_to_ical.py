"""Google's events as iCalendar: what reading understands of them, and that foreign text stays text."""

from __future__ import annotations

from typing import Any

import pytest

from termintreu_connectors.google.to_ical import stream_of

EVENT: dict[str, Any] = {
    "id": "abc123",
    "etag": '"1"',
    "status": "confirmed",
    "iCalUID": "abc123@google.com",
    "created": "2026-09-01T08:00:00.000Z",
    "updated": "2026-09-02T08:00:00.000Z",
    "summary": "Telefonat",
    "start": {"dateTime": "2026-10-06T14:20:00+02:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-10-06T14:50:00+02:00", "timeZone": "Europe/Berlin"},
}


def lines(*parts: dict[str, Any], leads: tuple[int, ...] = ()) -> list[str]:
    return stream_of(parts, leads).decode().replace("\r\n ", "").split("\r\n")


def lines_with(**fields: Any) -> list[str]:
    return lines(EVENT | fields)


def test_a_single_event_keeps_its_zone_its_stamps_and_its_uid() -> None:
    assert [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//termintreu//Google Calendar//EN",
        "BEGIN:VEVENT",
        "DTSTART;TZID=Europe/Berlin:20261006T142000",
        "DTEND;TZID=Europe/Berlin:20261006T145000",
        "SUMMARY:Telefonat",
        "UID:abc123@google.com",
        "CREATED:20260901T080000Z",
        "LAST-MODIFIED:20260902T080000Z",
        "DTSTAMP:20260902T080000Z",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ] == lines(EVENT)


@pytest.mark.parametrize("zone", ["Nowhere/Land", "", "Europe/Berlin\r\nATTENDEE:x", "../../etc/passwd", None, 7])
def test_a_zone_that_nobody_knows_leaves_the_moment(zone: object) -> None:
    start = {"dateTime": "2026-10-06T14:20:00+02:00", "timeZone": zone}
    assert "DTSTART:20261006T122000Z" in lines_with(start=start)


def test_an_all_day_event_has_days() -> None:
    found = lines_with(start={"date": "2026-10-06"}, end={"date": "2026-10-07"})
    assert "DTSTART;VALUE=DATE:20261006" in found
    assert "DTEND;VALUE=DATE:20261007" in found


def test_a_series_is_one_object_with_what_differs_in_it() -> None:
    master = EVENT | {"recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=TU", "EXDATE;TZID=Europe/Berlin:20261020T142000"]}
    moved = EVENT | {
        "id": "abc123_20261013T122000Z",
        "recurringEventId": "abc123",
        "originalStartTime": {"dateTime": "2026-10-13T14:20:00+02:00", "timeZone": "Europe/Berlin"},
        "start": {"dateTime": "2026-10-13T16:00:00+02:00", "timeZone": "Europe/Berlin"},
    }
    struck = {
        "id": "abc123_20261027T132000Z",
        "recurringEventId": "abc123",
        "originalStartTime": {"dateTime": "2026-10-27T14:20:00+01:00"},
        "status": "cancelled",
    }
    found = lines(master, moved, struck)
    assert 2 == found.count("BEGIN:VEVENT")
    assert ["EXDATE;TZID=Europe/Berlin:20261020T142000", "EXDATE;TZID=Europe/Berlin:20261027T142000"] == [
        line for line in found if line.startswith("EXDATE")
    ]
    assert ["RECURRENCE-ID;TZID=Europe/Berlin:20261013T142000"] == [
        line for line in found if line.startswith("RECURRENCE-ID")
    ]
    assert 2 == found.count("UID:abc123@google.com")


@pytest.mark.parametrize(
    "rule", ["X-EVIL:1", "RRULE:FREQ=DAILY\r\nATTENDEE:mailto:a@b.example", "ATTENDEE:mailto:a@b.example", 5, None, ""]
)
def test_what_is_no_rule_is_left_out(rule: object) -> None:
    found = lines_with(recurrence=[rule, "RRULE:FREQ=WEEKLY"])
    assert ["RRULE:FREQ=WEEKLY"] == [line for line in found if line.startswith(("RRULE", "X-EVIL", "ATTENDEE"))]


def test_people_and_their_answers() -> None:
    people = [
        {"email": "erika@muster.example", "displayName": 'Erika "Eri" Muster', "responseStatus": "declined"},
        {"email": "anna@example.com", "self": True, "responseStatus": "accepted"},
        {"email": "raum@resource.calendar.google.com", "resource": True},
        {"email": "x y", "displayName": "no address"},
    ]
    found = lines_with(attendees=people, organizer={"email": "anna@example.com", "self": True})
    assert [
        "ORGANIZER:mailto:anna@example.com",
        'ATTENDEE;CN="Erika Eri Muster";PARTSTAT=DECLINED:mailto:erika@muster.example',
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:anna@example.com",
        "ATTENDEE;CUTYPE=RESOURCE;PARTSTAT=NEEDS-ACTION:mailto:raum@resource.calendar.google.com",
    ] == [line for line in found if "mailto:" in line]


def test_an_organizer_of_what_nobody_is_invited_to_is_none() -> None:
    assert not [line for line in lines_with(organizer={"email": "anna@example.com"}) if "ORGANIZER" in line]


def test_a_conference_gives_its_link_its_number_and_its_code() -> None:
    conference = {
        "entryPoints": [
            {"entryPointType": "video", "uri": "https://meet.google.com/abc-defg-hij", "label": "meet.google.com/abc"},
            {"entryPointType": "phone", "uri": "tel:+49-30-1234567", "pin": "123 456 789", "label": "+49 30 1234567"},
            {"entryPointType": "more", "uri": "https://tel.meet/abc"},
            {"entryPointType": "phone", "uri": "https://no.number.example"},
        ]
    }
    found = lines_with(conferenceData=conference, hangoutLink="https://meet.google.com/abc-defg-hij")
    assert [
        "X-GOOGLE-CONFERENCE:https://meet.google.com/abc-defg-hij",
        'CONFERENCE;VALUE=URI;FEATURE=VIDEO,AUDIO;LABEL="meet.google.com/abc":https://meet.google.com/abc-defg-hij',
        'CONFERENCE;VALUE=URI;FEATURE=PHONE;LABEL="+49 30 1234567":tel:+49-30-1234567,,123456789#',
    ] == [line for line in found if "CONFERENCE" in line]


def test_reminders_that_pop_up_are_alarms_and_mails_are_none() -> None:
    own = {"useDefault": False, "overrides": [{"method": "email", "minutes": 60}, {"method": "popup", "minutes": 15}]}
    assert ["TRIGGER:-PT15M"] == [line for line in lines_with(reminders=own) if "TRIGGER" in line]


def test_where_the_calendar_reminds_by_default_the_event_does() -> None:
    event = EVENT | {"reminders": {"useDefault": True}}
    assert ["TRIGGER:-PT10M", "TRIGGER:-PT30M"] == [line for line in lines(event, leads=(10, 30)) if "TRIGGER" in line]
    assert not [line for line in lines(EVENT, leads=(10, 30)) if "TRIGGER" in line]


def test_states_of_an_event() -> None:
    found = lines_with(
        status="tentative", transparency="transparent", visibility="private", eventType="outOfOffice", sequence=3
    )
    wanted = {"STATUS:TENTATIVE", "TRANSP:TRANSPARENT", "CLASS:PRIVATE", "X-MICROSOFT-CDO-BUSYSTATUS:OOF", "SEQUENCE:3"}
    assert wanted <= set(found)


@pytest.mark.parametrize("name", ["summary", "description", "location"])
def test_foreign_text_begins_no_line(name: str) -> None:
    found = lines_with(**{name: "x\r\nATTENDEE:mailto:a@b.example\x00\nEND:VEVENT\rBEGIN:VEVENT"})
    assert 1 == found.count("BEGIN:VEVENT")
    assert not [line for line in found if line.startswith("ATTENDEE")]


def test_private_properties_bring_no_property_that_we_never_write() -> None:
    kept = "UID:termintreu-1\nATTENDEE:mailto:a@b.example\nBEGIN:VALARM\nX-TERMINTREU-ID:1;x\nRRULE:FREQ=DAILY\nDTEND:1"
    found = lines_with(extendedProperties={"private": {"termintreu": "1", "termintreu-1": kept}})
    assert {"UID:termintreu-1", "X-TERMINTREU-ID:1;x"} <= set(found)
    assert not [line for line in found if line.startswith(("ATTENDEE", "BEGIN:VALARM", "RRULE", "DTEND:1"))]
    assert 1 == sum(line.startswith("UID:") for line in found)


@pytest.mark.parametrize(
    "event",
    [
        {"id": "abc12"},
        {"id": "abc12", "start": None, "end": [], "attendees": {}, "recurrence": "RRULE", "conferenceData": []},
        {"id": "abc12", "start": {"dateTime": "0001-01-01T00:00:00+14:00"}, "end": {"dateTime": "tomorrow"}},
        {"id": "abc12", "start": {"date": "2026-02-31"}, "reminders": {"overrides": [{"minutes": "x"}, 5]}},
        {"id": "abc12", "sequence": 10**30, "updated": "", "created": 5, "organizer": None, "attendees": [None, 1]},
    ],
)
def test_what_has_another_form_than_promised_is_left_out(event: dict[str, Any]) -> None:
    found = lines(event)
    assert 1 == found.count("BEGIN:VEVENT") == found.count("END:VEVENT")
    assert "UID:abc12@google.com" in found


def test_long_texts_are_folded_at_whole_characters() -> None:
    stream = stream_of([EVENT | {"summary": "☎ Müßig 🎉 " * 30}], ())
    assert all(len(line) <= 75 for line in stream.split(b"\r\n"))
    assert ("SUMMARY:" + "☎ Müßig 🎉 " * 30) in stream.decode().replace("\r\n ", "")
