"""Who is one person, though met by a name, a number, an address; and who is not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from termintreu.config import MeConfig
from termintreu.model import CallRecord, Contact, History
from termintreu.recognition.contacts.acquaintances import acquaintances
from termintreu.recognition.contacts.book import ContactBook, KnownContact
from tests.factories import at, call

START = at("2026-11-23 10:00")
ERIKA, PETRA = "erika@muster.example", "petra@kern.example"
BERLIN_NUMBER, HAMBURG_NUMBER = "+4930901820", "+4940334455"


def record(key: str, name: str = "", phone: str | None = None, *, vouched: bool | None = True) -> CallRecord:
    return CallRecord(
        key=f"{key}/{name}/{phone}",
        uid="u",
        recurrence_id=None,
        contact_key=key,
        contact_name=name,
        kind="phone",
        start=START,
        end=START + timedelta(minutes=30),
        first_seen=START,
        last_seen=START,
        phone=phone,
        vouched=vouched,
    )


def homes(*records: CallRecord) -> list[str]:
    met = acquaintances(records, lambda _: False)
    return [met.home(one.contact_key, one.contact_name) for one in records]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (record("name:erika muster", "Erika Muster"), record(ERIKA, "Erika Muster")),
        (record("name:erika muster", "Dr. Erika Muster"), record(ERIKA, "Muster, Erika B.")),
        (record("name:kern", "Kern"), record(HAMBURG_NUMBER, "Frau Kern")),
        (record("name:kern", "Frau Kern"), record(HAMBURG_NUMBER, "Frau Dr. med. Kern")),
        (record(HAMBURG_NUMBER, "Erika Muster"), record(ERIKA, "Erika Muster")),
        (record("name:sahin", "Sahin"), record(HAMBURG_NUMBER, "Herr Şahin")),
        (record("name:y?ld?z", "Yildiz"), record(HAMBURG_NUMBER, "Frau Yıldız")),
        (record("name:mueller", "Mueller"), record(HAMBURG_NUMBER, "Müller")),
        (record("name:kern", "Dr. Kern"), record("name:kern", "Kern")),
        (record("name:elektro kaiser", "Elektro Kaiser"), record(HAMBURG_NUMBER, "Elektro Kaiser GmbH")),
    ],
)
def test_one_name_is_one_person_where_nothing_speaks_against_it(one: CallRecord, other: CallRecord) -> None:
    first, second = homes(one, other)
    assert first == second


@pytest.mark.parametrize(
    "two",
    [
        (record(HAMBURG_NUMBER, "Frau Kern"), record(BERLIN_NUMBER, "Frau Kern")),
        (record(PETRA, "Petra Kern"), record("petra@other.example", "Petra Kern")),
        (record("name:kern", "Herr Kern"), record(HAMBURG_NUMBER, "Frau Kern")),
        (record("name:kern", "Herr Kern"), record("name:kern", "Frau Kern")),
        (record("name:kern", "Frau Kern"), record("name:kern", "Kern GmbH")),
        (record("name:paul kern", "Paul Kern"), record(PETRA, "Petra Kern")),
        (record("name:kern", "Herr Kern"), record(PETRA, "Petra Kern")),
        (record(ERIKA, "Erika Muster", BERLIN_NUMBER), record(HAMBURG_NUMBER, "Erika Muster")),
        (
            record("name:deutsche post frankfurt", "Deutsche Post Frankfurt"),
            record("a@b.example", "Deutsche Bank Frankfurt"),
        ),
        (record("name:erika muster", "Erika Muster"), record("x@stranger.example", "Erika Muster", vouched=False)),
        (record("name:erika muster", "Erika Muster"), record(ERIKA, "Erika Muster", vouched=None)),
        (record("uid:1"), record("uid:2")),
    ],
)
def test_two_are_two_where_something_speaks_against_their_being_one(two: tuple[CallRecord, CallRecord]) -> None:
    first, second = homes(*two)
    assert first != second


def test_a_name_that_two_can_bear_is_neithers() -> None:
    by_number = [record(HAMBURG_NUMBER, "Kern"), record(BERLIN_NUMBER, "Kern")]
    assert homes(*by_number, record("name:kern", "Kern"))[-1] == "name:kern"
    another = record(PETRA, "Petra Kern")
    assert homes(by_number[0], another, record("name:kern", "Kern"))[-1] == "name:kern"


def test_of_two_with_one_surname_the_salutation_tells_who_is_meant() -> None:
    two = [record(HAMBURG_NUMBER, "Frau Kern"), record(BERLIN_NUMBER, "Herr Kern")]
    assert homes(*two, record("name:kern", "Frau Kern"))[-1] == HAMBURG_NUMBER
    assert homes(*two, record("name:kern", "Kern"))[-1] == "name:kern"


def test_a_number_of_many_is_nobodys() -> None:
    switchboard = [record(HAMBURG_NUMBER, "Kern"), record(HAMBURG_NUMBER, "Lau")]
    by_name = [record("name:kern", "Kern"), record("name:lau", "Lau")]
    assert homes(*switchboard, *by_name)[-2:] == ["name:kern", "name:lau"]


def test_whom_the_user_configured_is_joined_with_nobody() -> None:
    book = ContactBook(
        [KnownContact(name="Petra Kern", emails=(PETRA,), phones=(HAMBURG_NUMBER,))],
        MeConfig(name="Anna Beispiel", emails=["anna@beispiel.de"]),
    )
    met = book.acquaintances([record(PETRA, "Petra Kern"), record(BERLIN_NUMBER, "Petra Kern")])
    assert met.home(BERLIN_NUMBER, "Petra Kern") == BERLIN_NUMBER


def test_history_is_filed_under_the_address() -> None:
    book = ContactBook((), MeConfig(name="Anna Beispiel", emails=["anna@beispiel.de"]))
    calls = {one.key: one for one in (record("name:erika muster", "Erika Muster"), record(ERIKA, "Erika Muster"))}
    assert {one.contact_key for one in book.filed(History(calls=calls)).calls.values()} == {ERIKA}


def test_a_call_by_name_gets_the_address_that_is_known() -> None:
    named = call("2026-11-26 14:00", contact=Contact(key="name:erika muster", name="Erika Muster"))
    met = acquaintances([record(ERIKA, "Erika Muster")], lambda _: False)
    (same,) = met.with_contacts([named])
    assert same == named  # it must be among those that were met
    met = acquaintances([record(ERIKA, "Erika Muster"), record("name:erika muster", "Erika Muster")], lambda _: False)
    (joined,) = met.with_contacts([named])
    assert (joined.contact.key, joined.contact.emails) == (ERIKA, (ERIKA,))
