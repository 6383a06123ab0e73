"""One person is one contact, however many cards and addresses there are; several people stay several."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termintreu.config import MeConfig
from termintreu.model import CallRecord, Contact, History, Occurrence, Person
from termintreu.reading.vcards import Card
from termintreu.recognition.contacts.book import ContactBook, KnownContact, contacts_from_cards
from termintreu.recognition.contacts.people import merged

ME = MeConfig(name="Anna Beispiel", emails=["anna@beispiel.de"], phones=["030 111111"])
OFFICE = "+4989123450"
NOW = datetime(2026, 11, 25, 13, 30, tzinfo=UTC)


def card(name: str, *addresses: str, **more: object) -> KnownContact:
    """From an address book."""
    emails = tuple(address for address in addresses if "@" in address)
    phones = tuple(address for address in addresses if "@" not in address)
    return KnownContact(name=name, emails=emails, phones=phones, configured=False, **more)  # type: ignore[arg-type]


def record(key: str, contact: str, name: str = "") -> CallRecord:
    return CallRecord(
        key=key,
        uid=key,
        recurrence_id=None,
        contact_key=contact,
        contact_name=name,
        kind="phone",
        start=NOW,
        end=NOW + timedelta(minutes=30),
        first_seen=NOW,
        last_seen=NOW,
    )


def event(summary: str, *people: Person) -> Occurrence:
    return Occurrence(
        source="work",
        collection="/c/",
        href="/c/1.ics",
        uid="uid-1",
        recurrence_id=None,
        start=NOW,
        end=NOW,
        summary=summary,
        attendees=people,
    )


def with_whom(
    book: ContactBook,
    summary: str,
    *people: Person,
    phone: str = "",
    counterpart: str = "",
) -> Contact:
    phones = (phone,) if phone else ()
    return book.resolve(event(summary, *people), phones=phones, counterpart=counterpart).contact


def keys(book: ContactBook, *records: CallRecord) -> list[str]:
    history = History(calls={each.key: each for each in records})
    return [each.contact_key for each in book.filed(history).calls.values()]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            card("Erika Muster", "e@x.example", "+491"),
            card("Muster, Erika", "e@y.example", "+491"),
        ),
        (
            card("Erika Muster", "e@x.example"),
            card("Dr. Erika B. Muster (ACME)", "e@x.example", "+491"),
        ),
        (card("e@x.example", "e@x.example"), card("Erika Muster", "e@x.example")),
        (card("Frau Muster", "+491"), card("Erika Muster", "+491")),
        (card("E. Muster", "+491"), card("Erika Muster", "+491")),
        (card("Erika", "e@x.example"), card("Erika Muster", "e@x.example")),
        (
            card("e@x.example", "e@x.example"),
            card("e@x.example", "e@x.example", "+491"),
        ),
    ],
)
def test_two_cards_with_a_common_address_and_a_name_that_fits_are_one_person(
    one: KnownContact, other: KnownContact
) -> None:
    for entries in ([one, other], [other, one]):
        [person] = merged(entries)
        assert {*one.addresses, *other.addresses} == set(person.addresses)
        assert person.name in {one.name, other.name}
        assert "@" not in person.name or ("@" in one.name and "@" in other.name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (card("Erika Muster", "+491"), card("Otto Muster", "+491")),
        (card("Erika Muster", "info@x.example"), card("Hans Meier", "info@x.example")),
        (card("Erika Muster", "e@x.example"), card("Erika Muster", "e@y.example")),
        (card("ACME GmbH", OFFICE), card("Erika Muster", OFFICE)),
        (card("Frau Meier", "+491"), card("Erika Muster", "+491")),
    ],
)
def test_people_with_another_name_or_nothing_in_common_stay_two(one: KnownContact, other: KnownContact) -> None:
    assert 2 == len(merged([one, other])) == len(merged([other, one]))


def test_cards_that_only_a_third_one_ties_together_are_one_person() -> None:
    entries = [
        card("Erika Muster", "a@x.example"),
        card("Erika Muster", "+491"),
        card("Erika Muster", "a@x.example", "+491"),
    ]

    assert 1 == len(merged(entries)) == len(merged(entries[::-1]))


def test_a_surname_at_a_number_that_two_of_that_name_share_is_neither() -> None:
    entries = [
        card("Frau Müller", OFFICE),
        card("Sabine Müller", OFFICE),
        card("Petra Müller", OFFICE),
    ]

    assert 3 == len(merged(entries))


def test_the_configuration_says_what_a_person_is_called_and_what_comes_first() -> None:
    configured = KnownContact(name="Frau Muster", phones=("+491",), timezone="Europe/Vienna")
    [person] = merged([configured, card("Erika Muster", "e@x.example", "+492", "+491", critical=True)])

    assert ("Frau Muster", ("+491", "+492"), "Europe/Vienna", True) == (
        person.name,
        person.phones,
        person.timezone,
        person.critical,
    )


@given(
    st.lists(
        st.builds(
            card,
            st.sampled_from(["Erika Muster", "E. Muster", "Muster", "Otto Muster", "x@y"]),
            st.sampled_from(["+1", "+2", "a@b.c"]),
            st.sampled_from(["+1", "+3"]),
        ),
        max_size=8,
    )
)
def test_no_address_is_lost_and_joining_again_changes_nothing(
    entries: list[KnownContact],
) -> None:
    people = merged(entries)

    assert {each for entry in entries for each in entry.addresses} == {each for one in people for each in one.addresses}
    assert people == merged(people)


def test_a_switchboard_makes_nobody_one_and_is_nobodys_key() -> None:
    book = ContactBook([card("Erika Muster", OFFICE), card("Hans Meier", OFFICE, "h@acme.example")], ME)

    assert "name:erika muster" == with_whom(book, "Telefonat mit Erika Muster", phone=OFFICE).key
    assert "h@acme.example" == with_whom(book, "Telefonat mit Hans Meier", phone=OFFICE).key
    assert (OFFICE,) == with_whom(book, "Erika Muster").phones
    unknown = with_whom(book, "Rückruf", phone=OFFICE)
    assert (OFFICE, False) == (unknown.key, unknown.known)


def test_an_address_that_several_share_goes_by_the_name_beside_it() -> None:
    book = ContactBook(
        [
            card("Erika Muster", "info@acme.example"),
            card("Hans Meier", "info@acme.example"),
        ],
        ME,
    )
    info = "info@acme.example"

    assert "Hans Meier" == with_whom(book, "Call", Person(email=info, name="Hans Meier")).name
    assert "Erika Muster" == with_whom(book, "Call Erika Muster", Person(email=info, name="ACME")).name
    nobody = with_whom(book, "Call", Person(email=info, name="ACME"))
    assert (info, False) == (nobody.key, nobody.known)


def test_what_the_configuration_says_of_an_address_holds_against_the_books() -> None:
    configured = KnownContact(name="Zentrale", phones=(OFFICE,))
    book = ContactBook([configured, card("Erika Muster", OFFICE), card("Hans Meier", OFFICE)], ME)

    assert "Zentrale" == with_whom(book, "Rückruf", phone=OFFICE).name


def test_the_key_is_the_first_address_else_the_first_number_else_the_name() -> None:
    entries = [
        card("A B", "+491", "a@x.example", "b@x.example"),
        card("C D", "+492", "+493"),
        card("Dr. E Fischer"),
    ]
    book = ContactBook(entries, ME)

    found = [with_whom(book, each.name).key for each in entries]
    assert ["a@x.example", "+492", "name:e fischer"] == found


def test_history_under_any_address_of_a_person_is_that_persons() -> None:
    book = ContactBook([card("Erika Muster", "new@x.example", "old@x.example", "+491")], ME)

    old = (
        record("1", "old@x.example"),
        record("2", "+491"),
        record("3", "new@x.example"),
        record("4", "x@y.example"),
    )
    assert ["new@x.example"] * 3 + ["x@y.example"] == keys(book, *old)


def test_history_from_before_there_was_a_card_is_found_by_the_name() -> None:
    book = ContactBook([card("Erika Muster", "new@x.example")], ME)

    calls = (
        record("1", "name:erika muster", "Frau Erika Muster"),
        record("2", "name:muster", "Frau Muster"),
        record("3", "gone@old.example", "Erika Muster"),
        record("4", "name:erika muster"),
    )
    assert ["new@x.example"] * 4 == keys(book, *calls)


def test_history_of_somebody_else_stays_where_it_is() -> None:
    book = ContactBook([card("Erika Muster", "e@x.example"), card("Karl Meier"), card("Ute Meier")], ME)

    calls = [
        record("1", "o@x.example", "Otto Muster"),
        record("2", "name:meier", "Herr Meier"),
        record("3", "m@x.example", "Muster"),
        record("4", "uid:abc"),
        record("5", "name:muster gmbh", "Muster GmbH"),
    ]
    assert [each.contact_key for each in calls] == keys(book, *calls)


def test_history_under_a_number_that_became_a_switchboard_goes_by_the_name() -> None:
    before = ContactBook([card("Erika Muster", OFFICE)], ME)
    after = ContactBook([card("Erika Muster", OFFICE), card("Hans Meier", OFFICE)], ME)

    assert [OFFICE] == keys(before, record("1", OFFICE, "Erika Muster"))
    assert ["name:erika muster", OFFICE] == keys(
        after, record("1", OFFICE, "Erika Muster"), record("2", OFFICE, "ACME")
    )


def test_history_that_needs_no_other_key_is_the_same_object() -> None:
    history = History(calls={"1": record("1", "e@x.example")})

    assert history is ContactBook([card("Erika Muster", "e@x.example")], ME).filed(history)


def test_of_several_of_a_name_the_firm_in_the_title_tells_which() -> None:
    sabine = card("Sabine Müller", "+491", firm="ACME Widgets GmbH")
    petra = card("Petra Müller", "petra@krause.example")
    book = ContactBook([sabine, petra], ME)

    assert "Sabine Müller" == with_whom(book, "Telefonat mit Frau Müller (ACME)").name
    assert "Petra Müller" == with_whom(book, "Frau Müller, Krause").name
    assert not with_whom(book, "Frau Müller").known
    assert not with_whom(book, "Frau Müller (Siemens)").known


def test_a_surname_at_another_firm_is_another_person() -> None:
    book = ContactBook([card("Sabine Müller", "+491", firm="Bäckerei Krause")], ME)

    assert not with_whom(book, "Telefonat mit Frau Müller (ACME)").known
    assert with_whom(book, "Telefonat mit Frau Müller").known
    assert with_whom(book, "Telefonat mit Frau Müller (30 min)").known
    assert with_whom(book, "Telefonat mit Sabine Müller (ACME)").known


def test_a_nickname_alone_is_enough_as_the_whole_name() -> None:
    book = ContactBook([card("Theresia Huber", "+491", nicknames=("Resi",))], ME)

    assert "Theresia Huber" == with_whom(book, "Anruf Resi", counterpart="Resi").name
    assert not with_whom(book, "Anruf Resi Maier", counterpart="Resi Maier").known
    assert not with_whom(book, "Anruf Resi", counterpart="Resi", phone="+4940555").known


def test_cards_are_read_as_dialled_at_home() -> None:
    [entry] = contacts_from_cards(
        [
            Card(
                name="Erika",
                emails=("e@x.example",),
                phones=("030 901820", "tel:+43-1-23456;ext=1", "x", "5"),
            )
        ],
        ME,
    )

    assert (("+4930901820", "+43123456"), False) == (entry.phones, entry.configured)


@pytest.mark.parametrize(
    ("phones", "zone"),
    [
        (("+43 1 23456789",), "Europe/Vienna"),
        (("+43 1 23456789", "+49 30 901820"), None),
        (("+1 212 5551234",), None),
        ((), None),
    ],
)
def test_the_zone_follows_from_numbers_of_one_country_with_one_zone(phones: tuple[str, ...], zone: str | None) -> None:
    [entry] = contacts_from_cards([Card(name="X Y", emails=("e@x.example",), phones=phones)], ME)
    [placed] = contacts_from_cards([Card(name="X Y", phones=phones, timezone="Asia/Tokyo")], ME)

    assert (zone, "Asia/Tokyo") == (entry.timezone, placed.timezone)


def test_the_users_own_card_is_nobody_to_call() -> None:
    own = [
        Card(name="Beispiel, Anna", emails=("private@x.example",)),
        Card(name="Ich", emails=("anna@beispiel.de",)),
        Card(name="Zu Hause", phones=("030/111111",)),
    ]
    partner = Card(
        name="Bert Beispiel",
        emails=("anna@beispiel.de", "bert@x.example"),
        phones=("030 111111",),
    )

    [entry] = contacts_from_cards([*own, partner], ME)
    assert ("Bert Beispiel", ("bert@x.example",), ()) == (
        entry.name,
        entry.emails,
        entry.phones,
    )


def test_a_book_of_many_cards_at_one_number_is_put_together_quickly() -> None:
    entries = [
        replace(card(f"Vorname{number} Nachname{number % 50}", OFFICE), critical=False) for number in range(20_000)
    ]

    assert 20_000 == len(merged(entries))
