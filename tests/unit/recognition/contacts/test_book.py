"""Whom a call is with."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from termintreu.config import MeConfig
from termintreu.config.schema import ContactConfig
from termintreu.model import Contact, Occurrence, Person
from termintreu.recognition.contacts.book import ContactBook, KnownContact, contacts_from_config, name_key

ME = MeConfig(name="Anna Beispiel", emails=["anna@beispiel.de"])
ANNA = Person(email="anna@beispiel.de", name="Anna Beispiel", partstat="ACCEPTED")
ERIKA = KnownContact(
    name="Erika Muster",
    emails=("erika@muster.example", "e.muster@home.example"),
    phones=("+4930901820", "+491701234567"),
    timezone="Europe/Vienna",
)
MEIER = KnownContact(name="Dr. Hans Meier", emails=("meier@firma.example",))
MUELLER = KnownContact(name="Petra Müller (ACME GmbH)", phones=("+4989123456",))
BOOK = ContactBook([ERIKA, MEIER, MUELLER], ME)


def event(summary: str = "", *people: Person, organizer: Person | None = None) -> Occurrence:
    moment = datetime(2026, 11, 25, 13, 30, tzinfo=UTC)
    return Occurrence(
        source="work",
        collection="/c/",
        href="/c/1.ics",
        uid="uid-1",
        recurrence_id=None,
        start=moment,
        end=moment,
        summary=summary,
        organizer=organizer,
        attendees=people,
    )


def resolved(occurrence: Occurrence, book: ContactBook = BOOK, **given: object) -> Contact:
    return book.resolve(occurrence, **given).contact  # type: ignore[arg-type]  # phones, counterpart


def test_a_configured_contact_is_known_by_any_of_its_addresses() -> None:
    contact = resolved(event("Telefonat", ANNA, Person(email="e.muster@home.example", name="mum")))

    expected = Contact(
        key="erika@muster.example",
        name="Erika Muster",
        emails=ERIKA.emails,
        phones=ERIKA.phones,
        timezone="Europe/Vienna",
        known=True,
    )
    assert expected == contact


def test_a_configured_contact_is_known_by_its_number() -> None:
    assert "erika@muster.example" == resolved(event("Rückruf"), phones=("+491701234567",)).key


def test_the_address_goes_before_the_number_and_the_number_before_the_name() -> None:
    invited = event("Telefonat mit Petra Müller", Person(email="erika@muster.example"))
    called = event("Telefonat mit Petra Müller")

    assert "Erika Muster" == resolved(invited, phones=("+4989123456",)).name
    assert "Erika Muster" == resolved(called, phones=("+4930901820",)).name
    assert "Petra Müller (ACME GmbH)" == resolved(called).name


@pytest.mark.parametrize(
    "title",
    [
        "Telefonat mit Petra Müller",
        "Call: PETRA MUELLER",
        "Petra Mu\u0308ller, Angebot",
        "Müller, Petra (ACME) anrufen",
        "Frau Petra K. Müller / ACME",
    ],
)
def test_a_full_name_in_the_title_is_found_however_it_is_written(title: str) -> None:
    assert "+4989123456" == resolved(event(title)).key


@pytest.mark.parametrize(
    "title",
    [
        "Frau Müller",
        "Frau Mu\u0308ller",
        "Rückruf Müller",
        "Telefonat mit Frau Dr. Müller",
        "anruf müller",
        "Müller: Angebot",
        "Call with P. Müller",
        "Angebot/Müller",
        "14:30 Müller",
    ],
)
def test_a_surname_alone_is_enough_where_it_can_mean_one_person_only(title: str) -> None:
    assert "+4989123456" == resolved(event(title)).key


@pytest.mark.parametrize(
    "title",
    [
        "Telefonat mit Claudia Müller",
        "Call with C. Müller",
        "Müllerstraße besichtigen",
        "Frau Müller-Lüdenscheidt",
        "Müller GmbH",
        "Herr Müllers",
        "Petra",
        "Petras Müllerei",
        "Telefonat wegen Müller",
        "Telefonat mit müller Milch",
    ],
)
def test_a_name_that_can_be_somebody_elses_is_not_taken(title: str) -> None:
    assert not resolved(event(title)).known


def test_a_surname_that_two_contacts_share_is_not_enough() -> None:
    book = ContactBook([MUELLER, KnownContact(name="Claudia Mueller", phones=("+4989999",))], ME)

    assert not resolved(event("Frau Müller"), book).known
    assert "+4989123456" == resolved(event("Frau P. Müller"), book).key
    assert "+4989999" == resolved(event("Claudia Müller"), book).key


def test_a_surname_beside_another_number_is_another_person() -> None:
    assert "+4940555" == resolved(event("Rückruf Müller"), phones=("+4940555",), counterpart="Müller").key


def test_a_surname_does_not_win_over_a_person_who_is_invited() -> None:
    assert "max@x.example" == resolved(event("Telefonat Müller", Person(email="max@x.example", name="Max Müller"))).key


def test_two_contacts_in_one_title_are_no_answer() -> None:
    assert "uid:uid-1" == resolved(event("Telefonat mit Petra Müller und Erika Muster")).key


def test_an_attendee_with_a_new_address_is_known_by_the_full_name() -> None:
    guest = Person(email="hm@elsewhere.example", name="Meier, Hans (Firma)")

    contact = resolved(event("Telko", ANNA, guest))

    assert "meier@firma.example" == contact.key
    assert not BOOK.knows(guest.email)
    assert BOOK.knows("meier@firma.example")


def test_an_attendee_who_is_not_named_is_nobody_we_know() -> None:
    book = ContactBook([KnownContact(name="")], ME)

    assert "x@y.example" == resolved(event("Call", Person(email="x@y.example", name="")), book).key


def test_the_other_attendee_is_the_counterpart() -> None:
    contact = resolved(event("Call", ANNA, Person(email="max@x.example", name="Max Meier")), phones=("+4940555",))

    assert Contact(key="max@x.example", name="Max Meier", emails=("max@x.example",)) == contact


def test_an_address_without_a_name_is_read_as_one() -> None:
    assert "Max Meier" == resolved(event("Call", Person(email="max.meier@x.example"))).name


def test_whoever_invites_goes_before_the_guests() -> None:
    host = Person(email="host@x.example", name="Host")

    assert "host@x.example" == resolved(event("Call", Person(email="guest@y.example"), ANNA, organizer=host)).key


def test_colleagues_listeners_and_lists_come_after_the_person_from_outside() -> None:
    colleague = Person(email="bob@beispiel.de", name="Bob")
    listener = Person(email="ear@x.example", role="NON-PARTICIPANT")
    everybody = Person(email="all@x.example", cutype="GROUP")
    customer = Person(email="zoe@kunde.example", name="Zoe")

    found = BOOK.others(event("Call", everybody, listener, ANNA, customer, organizer=colleague))

    assert ["zoe@kunde.example", "bob@beispiel.de", "ear@x.example", "all@x.example"] == [one.email for one in found]


def test_rooms_resources_and_the_user_are_never_the_counterpart() -> None:
    room = Person(email="room-1@x.example", name="Room 1", cutype="ROOM")
    beamer = Person(email="beamer@x.example", cutype="RESOURCE")

    assert () == BOOK.others(event("Call", room, beamer, ANNA, organizer=ANNA))
    assert "uid:uid-1" == resolved(event("Call", room, beamer, ANNA, organizer=ANNA)).key


def test_a_mailer_is_never_the_counterpart() -> None:
    mailer = Person(email="no-reply@booking.example", name="Booking")

    assert "erika@muster.example" == resolved(event("Call", Person(email="erika@muster.example"), organizer=mailer)).key


def test_an_address_of_the_users_that_is_not_configured_is_known_by_the_name() -> None:
    alias = Person(email="anna@other.example", name="Beispiel, Anna")

    assert () == BOOK.others(event("Call", alias))


def test_the_number_stands_for_somebody_who_is_not_known() -> None:
    assert Contact(key="+4940555", name="Herr Neu") == resolved(
        event("Rückruf Herr Neu"), phones=("+4940555",), counterpart="Herr Neu"
    )


def test_a_name_alone_makes_one_key_however_it_is_written() -> None:
    assert Contact(key="name:joerg weiss", name="Jörg Weiß") == resolved(event("Jörg Weiß"), counterpart="Jörg Weiß")
    assert "name:joerg weiss" == name_key("Herr Dr. JÖRG WEISS (Firma)") == name_key("Weiß, Jörg")


def test_numbers_in_a_name_tell_branches_apart() -> None:
    book = ContactBook([KnownContact(name="Filiale 24", phones=("+4924",))], ME)

    assert "name:filiale 3" == name_key("Filiale 3")
    assert "+4924" == resolved(event("Anruf Filiale 24"), book).key
    assert not resolved(event("Anruf 24"), book).known
    assert not resolved(event("Anruf Filiale 3"), book).known


def test_where_nobody_is_named_the_event_stands_for_its_counterpart() -> None:
    assert Contact(key="uid:uid-1", name="") == resolved(event("Telefonat"))


def test_one_person_from_two_suppliers_is_one_contact() -> None:
    card = KnownContact(name="Muster, Erika", emails=("erika@muster.example", "new@muster.example"), phones=("+431",))
    book = ContactBook([ERIKA, card], ME)

    by_new, by_old = (
        resolved(event("", Person(email=email)), book) for email in ("new@muster.example", ERIKA.emails[0])
    )

    assert by_new == by_old
    assert "erika@muster.example" == by_new.key
    assert (*ERIKA.phones, "+431") == by_new.phones


def test_two_people_behind_one_switchboard_stay_two() -> None:
    book = ContactBook([ERIKA, KnownContact(name="Otto Muster", phones=ERIKA.phones[:1])], ME)

    assert "Otto Muster" == resolved(event("Otto Muster"), book).name


def test_configured_numbers_are_read_as_dialled_in_the_users_country() -> None:
    config = ContactConfig(name=" Erika ", emails=["Erika@Muster.Example "], phones=["030 901820", "+43 (0)1 234", "x"])

    assert (
        KnownContact(name="Erika", emails=("erika@muster.example",), phones=("+4930901820", "+431234")),
    ) == contacts_from_config([config], "DE")


def test_a_firm_is_found_by_its_name_without_the_legal_form() -> None:
    book = ContactBook([KnownContact(name="ACME Widgets GmbH", phones=("+49301",))], ME)

    assert "+49301" == resolved(event("Anruf ACME Widgets"), book).key
    assert not resolved(event("Anruf Widgets"), book).known
