"""Numbers out of earlier appointments."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from termintreu.config import MeConfig
from termintreu.judging.call_history import first_record
from termintreu.judging.known_numbers import with_known_numbers
from termintreu.judging.recovered_history import as_call
from termintreu.model import Call, CallRecord, Contact, Reach
from termintreu.model.texts import Texts
from termintreu.planning.wording import location, reach_lines
from termintreu.recognition.contacts.book import ContactBook, KnownContact
from tests.unit.planning.making import BERLIN, NOW, S, a_call, berlin

LINDNER = Contact(key="name:frau lindner", name="Frau Lindner")
EVENT = Reach(phone="+4989123456", phone_origin="event", verified=True)
CALL = a_call(contact=LINDNER, reach=Reach(), uid="later")


def earlier(days: int = 30, reach: Reach = EVENT, **more: object) -> CallRecord:
    """What is remembered of an earlier call."""
    start = S - timedelta(days=days)
    call = a_call(start, uid=f"earlier-{days}", **{"contact": LINDNER, "reach": reach, **more})  # type: ignore[arg-type]  # passed on
    return first_record(call, NOW)


def number(call: Call, *records: CallRecord) -> str | None:
    return with_known_numbers([call], records)[0].reach.phone


def test_the_latest_earlier_appointment_with_the_same_contact_gives_its_number() -> None:
    older = earlier(60, replace(EVENT, phone="+4989999999"))
    later = earlier(-3, replace(EVENT, phone="+4989777777"))

    assert EVENT.phone == number(CALL, older, earlier(30), later)
    assert None is number(CALL, later)


def test_whom_only_a_number_told_is_found_by_the_name() -> None:
    by_number = earlier(contact=replace(LINDNER, key="+4989123456", name="frau  Lindner"))
    assert EVENT.phone == number(CALL, by_number)
    assert None is number(CALL, earlier(contact=replace(LINDNER, key="name:frau roth", name="Frau Roth")))


def test_two_people_of_one_name_with_addresses_are_two() -> None:
    anna = Contact(key="a@one.example", name="Frau Lindner")
    call = a_call(contact=anna, reach=Reach())

    assert None is number(call, earlier(contact=replace(anna, key="a@two.example")))
    assert EVENT.phone == number(call, earlier(contact=anna))


@pytest.mark.parametrize(
    "more",
    [
        {"reach": replace(EVENT, verified=False)},
        {"reach": replace(EVENT, phone_origin="contact")},
        {"reach": replace(EVENT, phone_origin="earlier")},
        {"caller": "dial_in"},
    ],
    ids=["nobody vouches for it", "the contact's own", "itself an earlier one", "a dial-in"],
)
def test_no_other_number_is_remembered(more: dict[str, object]) -> None:
    assert None is earlier(**more).phone  # type: ignore[arg-type]  # passed on


@pytest.mark.parametrize(
    "call",
    [
        replace(CALL, reach=replace(EVENT, phone="+49301")),
        replace(CALL, reach=Reach(url="https://zoom.us/j/1")),
        replace(CALL, caller="them"),
        replace(CALL, kind="video"),
    ],
    ids=["has one", "has a link", "is called", "no phone call"],
)
def test_a_call_that_lacks_none_stays_as_it_is(call: Call) -> None:
    assert (call,) == with_known_numbers([call], [earlier()])


def test_the_text_says_where_it_is_from_and_it_can_be_dialled() -> None:
    (call,) = with_known_numbers([CALL], [replace(earlier(), start=berlin(4, 9))])
    german, english = (Texts(language=language, zone=BERLIN) for language in ("de", "en"))  # type: ignore[arg-type]  # both there are

    assert "+49 89 123456 (aus dem Termin am So., 4.10.2026)" in reach_lines(call, german)
    assert "+49 89 123456 (from the appointment on Sun 4 Oct 2026)" in reach_lines(call, english)
    assert "+49 89 123456" == location(call, german)


def test_a_remembered_call_says_where_its_number_is_from() -> None:
    def told(record: CallRecord, book: ContactBook | None = None) -> list[str]:
        lines = reach_lines(as_call(record, book), Texts(language="de", zone=BERLIN))
        return [line for line in lines if line.startswith("+49")]

    person = KnownContact(name="Frau Lindner", emails=("lindner@muster.example",), phones=("+4930901820",))
    nameless = Contact(key="+4989123456", name="", phones=("+4989123456",))
    book = ContactBook([person], MeConfig(name="Anna Beispiel"))
    known = earlier(contact=replace(LINDNER, key="lindner@muster.example"))

    assert ["+49 30 901820 (aus Ihren Kontakten)"] == told(known, book)
    assert ["+49 89 123456 (aus dem Termin)"] == told(known)
    assert ["+49 89 123456 (aus dem Termin)"] == told(earlier(contact=nameless))
    assert ["+49 89 123456 (aus dem Termin, ungeprüft)"] == told(
        earlier(contact=nameless, reach=replace(EVENT, verified=False))
    )
    assert [] == told(earlier(reach=Reach()))
