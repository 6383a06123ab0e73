"""From occurrences to calls: each appointment once, with whom, and how it is reached; what keeps the user busy."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termintreu.config import MeConfig
from termintreu.model import Call, Occurrence, Person, msg
from termintreu.model.marks import call_key
from termintreu.recognition.calls import appointments, busy_and_absences, recognise
from termintreu.recognition.contacts.book import ContactBook, KnownContact

BERLIN = ZoneInfo("Europe/Berlin")
ME = MeConfig(name="Anna Beispiel", emails=["anna@beispiel.de"])
ANNA = Person(email="anna@beispiel.de", name="Anna Beispiel")
ERIKA = Person(email="erika@muster.example", name="Erika Muster")
STRANGER = Person(email="x@stranger.example", name="X")
BOOK = ContactBook(
    [
        KnownContact(name="Erika Muster", emails=("erika@muster.example",), phones=("+4930901820", "+491701234567")),
        KnownContact(name="Otto Ohne", emails=("otto@ohne.example",)),
        KnownContact(name="Karla Kritisch", emails=("karla@k.example",), critical=True),
    ],
    ME,
)
START = datetime(2026, 11, 25, 13, 30, tzinfo=UTC)
ZOOM = "https://zoom.us/j/98765432101?pwd=abc"


def event(summary: str = "Telefonat mit Erika Muster", **fields: object) -> Occurrence:
    given: dict[str, object] = {
        "source": "work",
        "collection": "/work/",
        "href": "/work/1.ics",
        "uid": "uid-1",
        "recurrence_id": None,
        "start": START,
        "end": START + timedelta(minutes=30),
        "summary": summary,
        **fields,
    }
    return Occurrence(**given)  # type: ignore[arg-type]  # each test gives its own


def invited(summary: str, organizer: Person, partstat: str = "NEEDS-ACTION", **fields: object) -> Occurrence:
    return event(summary, organizer=organizer, attendees=(replace(ANNA, partstat=partstat), organizer), **fields)


def calls(*occurrences: Occurrence, sources: Sequence[str] = (), **given: object) -> tuple[Call, ...]:
    found = appointments(occurrences, me=ME, sources=sources)
    return recognise(found, book=BOOK, me=ME, zone=BERLIN, **given)  # type: ignore[arg-type]  # as above


def the_call(*occurrences: Occurrence, **given: object) -> Call:
    (call,) = calls(*occurrences, **given)
    return call


def test_a_call_has_its_contact_key_and_reasons() -> None:
    call = the_call(event())

    assert ("phone", call_key("uid-1", None), START) == (call.kind, call.key, call.start)
    assert "erika@muster.example" == call.contact.key
    assert msg("contact: known by {by}", by=msg("name in the title")) == call.reasons[-1]
    assert len(call.reasons) > 1


@pytest.mark.parametrize(
    "occurrence",
    [
        event(own=True),
        event(status="CANCELLED"),
        event("Telefonat mit Erika #skip"),
        event(description="Agenda\n#ignorieren"),
        event(categories=("skip",)),
        invited("Telefonat", ERIKA, "DECLINED"),
        event("Zahnarzt"),
    ],
)
def test_what_is_no_call_of_the_users_is_left_out(occurrence: Occurrence) -> None:
    assert () == calls(occurrence)


def test_a_call_that_somebody_else_declined_still_stands() -> None:
    declined = event(attendees=(replace(ANNA, partstat="ACCEPTED"), replace(ERIKA, partstat="DECLINED")))

    assert 1 == len(calls(declined))


def test_words_in_our_own_items_count_for_the_time_they_were_written_for() -> None:
    key = call_key("uid-1", None)

    assert () == calls(event(), said={(key, START): frozenset({"skip"})})
    assert {"confirmed"} == the_call(event(), said={(key, START): frozenset({"confirmed"})}).words
    assert frozenset() == the_call(event(), said={(key, START - timedelta(days=1)): frozenset({"skip"})}).words


def test_one_copy_that_is_to_be_skipped_is_enough() -> None:
    assert () == calls(event(), event(source="home", categories=("#skip",)))


def test_calls_come_by_start() -> None:
    later = event(uid="a", start=START + timedelta(hours=1), end=START + timedelta(hours=2))

    assert ["uid-1", "a"] == [call.occurrence.uid for call in calls(later, event())]


@pytest.mark.requirement(11)
def test_the_same_appointment_in_two_calendars_is_one_call_and_the_first_source_counts() -> None:
    work, home = event(description="from work"), event(source="home", description="from home #critical")

    call = the_call(home, work, sources=("work", "home"))

    assert ("from work", ("home",)) == (call.occurrence.description, call.also_in)
    assert call.critical
    assert "from home #critical" == the_call(home, work, sources=("home", "work")).occurrence.description


def test_a_copy_that_shows_no_more_than_busy_does_not_hide_the_call() -> None:
    call = the_call(event("Belegt", source="a"), event(source="b"), sources=("a", "b"))

    assert ("b", ("a",)) == (call.occurrence.source, call.also_in)


def test_an_appointment_that_the_first_source_cancelled_is_gone() -> None:
    assert () == calls(event(source="a", status="CANCELLED"), event(source="b"), sources=("a", "b"))


def test_occurrences_of_a_series_are_calls_of_their_own() -> None:
    second = START + timedelta(days=7)
    series = [
        event(recurrence_id=START, series=True),
        event(recurrence_id=second, start=second, end=second + timedelta(minutes=30), series=True),
    ]

    assert [call_key("uid-1", START), call_key("uid-1", second)] == [call.key for call in calls(*series)]


def test_calendars_that_disagree_on_the_start_show_two_calls_with_two_keys() -> None:
    moved = event(source="home", start=START + timedelta(hours=1), end=START + timedelta(hours=2))

    first, second = calls(event(), moved, sources=("work", "home"))

    assert call_key("uid-1", None) == first.key
    assert call_key("uid-1", None, "home\0/work/") == second.key
    assert ((), ()) == (first.also_in, second.also_in)


def test_a_start_that_was_cancelled_leaves_the_plain_key_to_the_one_that_stands() -> None:
    moved = event(source="home", start=START + timedelta(hours=1), end=START + timedelta(hours=2))

    assert call_key("uid-1", None) == the_call(event(status="CANCELLED"), moved, sources=("work", "home")).key


def test_the_salted_key_does_not_change_when_its_appointment_moves() -> None:
    keys = set()
    for hours in (1, 2):
        start = START + timedelta(hours=hours)
        moved = event(source="home", start=start, end=start + timedelta(minutes=5))
        keys.add(calls(event(), moved, sources=("work", "home"))[-1].key)

    assert 1 == len(keys)


def test_the_same_uid_thrice_in_one_collection_has_three_keys() -> None:
    thrice = [
        event(href=f"/work/{hour}.ics", start=START + timedelta(hours=hour), end=START + timedelta(hours=hour + 1))
        for hour in range(3)
    ]

    assert 3 == len({call.key for call in calls(*thrice)})


@given(st.permutations(range(4)))
def test_the_order_of_reading_does_not_matter(order: list[int]) -> None:
    copies = [
        event(source="home"),
        event(source="work"),
        event(source="work", uid="uid-2"),
        event(source="home", collection="/b/", start=START + timedelta(hours=3), end=START + timedelta(hours=4)),
    ]

    assert calls(*copies, sources=("work", "home")) == calls(
        *(copies[index] for index in order), sources=("work", "home")
    )


@pytest.mark.requirement(27)
def test_the_contacts_own_number_wins_over_the_events() -> None:
    call = the_call(event("Telefonat mit Erika Muster", location="+49 89 7654321"))

    assert ("+4930901820", "contact", True) == (call.reach.phone, call.reach.phone_origin, call.reach.verified)


def test_of_the_contacts_numbers_the_one_in_the_event_is_meant() -> None:
    call = the_call(event("Telefonat mit Erika Muster", location="+49 170 1234567"))

    assert ("+491701234567", "contact") == (call.reach.phone, call.reach.phone_origin)


def test_the_events_number_is_used_where_the_contact_has_none() -> None:
    call = the_call(event("Telefonat mit Otto Ohne", location="+49 89 7654321"))

    assert ("+49897654321", "event") == (call.reach.phone, call.reach.phone_origin)


def test_a_dial_in_keeps_its_number_and_pin() -> None:
    dial_in = event("Telefonkonferenz mit Erika Muster", description="Einwahl: +49 69 505009 66\nPIN: 123456#")

    reach = the_call(dial_in).reach

    assert ("+496950500966", "123456", "event") == (reach.phone, reach.pin, reach.phone_origin)


def test_a_video_call_is_joined_by_its_link_and_not_by_the_contacts_number() -> None:
    call = the_call(event("Zoom mit Erika Muster", location=ZOOM))

    assert ("video", ZOOM, None, None) == (call.kind, call.reach.url, call.reach.phone, call.reach.phone_origin)


def test_the_number_of_a_conference_is_nobodys_own() -> None:
    book = ContactBook([KnownContact(name="Fremd", phones=("+496950500966",))], ME)
    dial_in = event("Telefonkonferenz", description="Einwahl: +49 69 505009 66\nPIN: 123456#")

    assert "Fremd" not in {
        call.contact.name for call in recognise(appointments([dial_in], me=ME), book=book, me=ME, zone=BERLIN)
    }


@pytest.mark.requirement(27)
@pytest.mark.parametrize(
    ("occurrence", "verified"),
    [
        (event("Telefonat mit X", location="+49 89 7654321"), True),
        (event("Telefonat mit X", location="+49 89 7654321", organizer=ANNA, attendees=(ANNA, STRANGER)), True),
        (invited("Telefonat", STRANGER, location="+49 89 7654321"), False),
        (invited("Telefonat", STRANGER, "TENTATIVE", location="+49 89 7654321"), False),
        (invited("Telefonat", STRANGER, "ACCEPTED", location="+49 89 7654321"), True),
        (invited("Telefonat", replace(ERIKA, email="otto@ohne.example"), location="+49 89 7654321"), True),
        (event("Telefonat", location="+49 89 7654321", organizer=STRANGER), False),
        (invited("Telefonat", replace(STRANGER, name="Otto Ohne"), location="+49 89 7654321"), False),
        (event("Telefonat", organizer=replace(STRANGER, name=ME.name), location="+49 89 7654321"), False),
        (
            event(
                "Telefonat",
                organizer=STRANGER,
                attendees=(replace(STRANGER, name=ME.name, partstat="ACCEPTED"),),
                location="+49 89 7654321",
            ),
            False,
        ),
    ],
)
def test_a_strangers_number_is_unverified_until_the_invitation_is_accepted(
    occurrence: Occurrence, verified: bool
) -> None:
    call = the_call(occurrence)

    assert ("+49897654321", verified) == (call.reach.phone, call.reach.verified)


@pytest.mark.parametrize(
    ("occurrence", "given", "critical"),
    [
        (event(), {}, False),
        (event("Telefonat mit Erika Muster #kritisch"), {}, True),
        (event("Telefonat mit Karla Kritisch"), {}, True),
        (event(), {"said": {(call_key("uid-1", None), START): frozenset({"critical"})}}, True),
    ],
)
def test_a_call_is_critical_by_word(occurrence: Occurrence, given: dict[str, object], critical: bool) -> None:
    assert critical == the_call(occurrence, **given).critical


def test_a_call_names_the_others_who_take_part_where_they_are_few() -> None:
    people = [Person(email=f"p{number}@x.example", name=f"P {number}") for number in range(3)]

    def others(*more: Person) -> tuple[str, ...]:
        return the_call(event(attendees=(ANNA, ERIKA, *more))).also_with

    assert () == others()
    assert ("p0@x.example", "p1@x.example") == others(*people[:2])
    assert () == others(*people)
    assert ("otto@ohne.example",) == the_call(
        event("Telefonat mit Erika Muster und Otto Ohne", attendees=(ERIKA,))
    ).also_with


def test_one_critical_person_among_many_makes_a_call_critical() -> None:
    people = [Person(email=f"p{number}@x.example", name=f"P {number}") for number in range(5)]
    karla = Person(email="karla@k.example", name="K. K.")
    assert the_call(event(attendees=(ERIKA, *people, karla))).critical
    assert not the_call(event(attendees=(ERIKA, *people))).critical


def test_a_long_call_is_a_window() -> None:
    long = event(end=START + timedelta(hours=3))

    window = the_call(long).window

    assert window is not None
    assert (START, START + timedelta(hours=3)) == (window.start, window.end)
    assert the_call(long, vague_minutes=240).window is None
    assert the_call(event()).window is None


def test_visits_are_recognised_in_the_sources_that_ask_for_it() -> None:
    visit = event("Angebot besprechen", location="Hauptstr. 5, Berlin", attendees=(ANNA, ERIKA))

    assert () == calls(visit)
    assert "visit" == the_call(visit, visits_sources=frozenset({"work"})).kind


def busy(*occurrences: Occurrence) -> tuple[list[str], list[str]]:
    found, away = busy_and_absences(appointments(occurrences, me=ME), ME, BERLIN)
    return [one.summary for one in found], [one.summary for one in away]


def test_busy_is_what_blocks_time_and_stands() -> None:
    everything = [
        event("Meeting", uid="1"),
        event("Meeting", uid="1", source="home"),
        event("frei", uid="2", transparent=True),
        event("abgesagt", uid="3", status="CANCELLED"),
        event("unser", uid="4", own=True),
        invited("abgelehnt", ERIKA, "DECLINED", uid="5"),
        invited("offen", ERIKA, "NEEDS-ACTION", uid="6"),
    ]

    assert (["Meeting", "offen"], []) == busy(*everything)


def test_an_all_day_entry_does_not_keep_the_user_busy() -> None:
    midnight = datetime(2026, 11, 24, 23, tzinfo=UTC)
    day = {"start": midnight, "end": midnight + timedelta(days=1)}

    assert ([], []) == busy(event("Geburtstag Erika", all_day=True, **day), event("Inventur", uid="2", **day))
    assert ([], ["Urlaub"]) == busy(event("Urlaub", all_day=True, **day))


def test_appointments_are_sorted_and_each_stands_once() -> None:
    copies = [event(source=source, uid=uid) for source, uid in itertools.product("ba", "21")]

    found = appointments(copies, me=ME, sources=("a", "b"))

    assert [("1", "a", 2), ("2", "a", 2)] == [(one.first.uid, one.first.source, len(one.copies)) for one in found]
