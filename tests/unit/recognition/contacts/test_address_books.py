"""Address books between cycles: asked, held, followed as they change, and in force while they cannot be asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from termintreu.config import MeConfig
from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.world import World
from termintreu.model import Contact
from termintreu.model.errors import Unauthorized, Unavailable
from termintreu.reading.collect import Account, Mirrors
from termintreu.reading.mirror import Mirror
from termintreu.recognition.contacts.address_books import CARDS, AddressBooks, BookAccount, LookedUp, troubles
from termintreu.recognition.contacts.book import KnownContact
from termintreu.storage import Store
from termintreu_connectors.memory import MemoryStore
from termintreu_connectors.memory_faults import Op
from tests.contract.suite import card
from tests.faults.worlds import MONDAY, FaultyStore, a_config, a_world, event

ME = MeConfig(name="Anna Beispiel", emails=["anna@beispiel.example"])
MUELLER = card("m", "Sabine Müller", extra=("ORG:ACME GmbH", "EMAIL:mueller@acme.example", "TEL:030 901821"))


class Shelf:
    """One account of address books in memory, and what is remembered of it."""

    def __init__(self, *cards: bytes, configured: tuple[KnownContact, ...] = ()) -> None:
        self.store = MemoryStore("people")
        self.href = self.store.add_collection("Contacts", components=CARDS).href
        for number, each in enumerate(cards):
            self.put(f"{number}", each)
        self.books = self.anew(configured)
        self.held: Mirrors = {}
        self.now = MONDAY

    def anew(self, configured: tuple[KnownContact, ...] = (), **more: tuple[str, ...]) -> AddressBooks:
        account = Account(name="people", connector=self.store, reads=CARDS, **more)  # type: ignore[arg-type]  # patterns
        return AddressBooks(accounts=(BookAccount(account=account, type="carddav"),), configured=configured, me=ME)

    def put(self, name: str, data: bytes) -> None:
        self.store.put(f"{self.href}{name}.vcf", data)

    async def look_up(self, minutes: int = 0) -> LookedUp:
        self.now += timedelta(minutes=minutes)
        found = await self.books.look_up(self.held, now=self.now)
        self.held = found.mirrors
        return found


def known(found: LookedUp, key: str) -> Contact | None:
    assert found.book is not None
    return found.book.by_key(key)


async def test_cards_become_contacts_behind_those_of_the_configuration() -> None:
    configured = KnownContact(name="Frau Müller", emails=("mueller@acme.example",), timezone="Europe/Vienna")
    shelf = Shelf(MUELLER, card("x", "Karl Krause", extra=("EMAIL:karl@krause.example",)), configured=(configured,))

    found = await shelf.look_up()

    expected = Contact(
        key="mueller@acme.example",
        name="Frau Müller",
        emails=("mueller@acme.example",),
        phones=("+4930901821",),
        timezone="Europe/Vienna",
        known=True,
    )
    assert expected == known(found, "mueller@acme.example")
    assert known(found, "karl@krause.example")
    [report] = found.reports
    assert ("people", "carddav", "ok", 1, 2, 0) == (
        report.name,
        report.type,
        report.state,
        report.books,
        report.cards,
        report.bad_cards,
    )


async def test_without_a_change_nothing_is_made_anew_and_with_one_all_is() -> None:
    shelf = Shelf(MUELLER)
    await shelf.look_up()

    again = await shelf.look_up(1)
    assert (None, False) == (again.book, again.changed)

    shelf.put("1", card("k", "Karl Krause", extra=("EMAIL:karl@krause.example",)))
    after = await shelf.look_up(1)
    assert after.changed
    assert known(after, "karl@krause.example")
    assert known(after, "mueller@acme.example")


async def test_of_a_card_only_what_calls_need_is_kept() -> None:
    shelf = Shelf(card("m", "Sabine Müller", extra=("NOTE:geheim", "PHOTO;ENCODING=b:QUJD", "BDAY:1970-01-01")))

    [mirror] = (await shelf.look_up()).mirrors.values()

    [row] = mirror.resources.values()
    assert b"BEGIN:VCARD\r\nFN:Sabine M\xc3\xbcller\r\nN:;Sabine M\xc3\xbcller;;;\r\nEND:VCARD\r\n" == row.data


@pytest.mark.parametrize(
    ("failure", "state"), [(Unavailable("busy"), "stale"), (Unauthorized("refused"), "unauthorized")]
)
async def test_a_book_that_cannot_be_asked_stays_in_force_even_after_a_restart(
    failure: Unavailable | Unauthorized, state: str
) -> None:
    shelf = Shelf(MUELLER)
    await shelf.look_up()

    def fails(op: Op) -> Unavailable | Unauthorized:
        return failure

    shelf.store.faults = fails
    same = await shelf.look_up(1)
    assert (None, state) == (same.book, same.reports[0].state)

    shelf.books = shelf.anew()
    restarted = await shelf.look_up(1)
    assert known(restarted, "mueller@acme.example")
    assert (state, 1) == (restarted.reports[0].state, restarted.reports[0].cards)


async def test_a_book_that_was_never_read_has_failed_and_the_configured_contacts_are_there() -> None:
    shelf = Shelf(MUELLER, configured=(KnownContact(name="Erika Muster", emails=("e@x.example",)),))
    shelf.store.faults = lambda _: Unavailable("busy")

    found = await shelf.look_up()

    assert "failed" == found.reports[0].state
    assert known(found, "e@x.example")


async def test_a_book_that_loses_most_of_its_cards_must_say_so_twice() -> None:
    shelf = Shelf(*(card(f"{n}", f"Nummer {n}", extra=(f"EMAIL:n{n}@x.example",)) for n in range(6)))
    await shelf.look_up()
    shelf.store.expire_tokens()
    for number in range(5):
        shelf.store.remove(f"{shelf.href}{number}.vcf")

    once = await shelf.look_up(1)
    assert (None, "stale", 6) == (once.book, once.reports[0].state, once.reports[0].cards)
    twice = await shelf.look_up(1)
    assert ("ok", 1) == (twice.reports[0].state, twice.reports[0].cards)


async def test_cards_that_cannot_be_read_are_counted_and_take_no_other_down() -> None:
    shelf = Shelf(MUELLER, b"BEGIN:VCARD\r\nFN:X\r\n", MUELLER + b"BEGIN:VCARD\r\nNOTE:x\r\nEND:VCARD\r\n")

    for _ in range(2):
        [report] = (await shelf.look_up(1)).reports
        assert (2, 2) == (report.cards, report.bad_cards)
    [sentence] = await troubles(shelf.books.accounts[0])
    assert sentence.startswith("2 cards cannot be read")


async def test_only_the_books_that_are_wanted_are_read() -> None:
    shelf = Shelf(MUELLER)
    other = shelf.store.add_collection("Team Nord", components=CARDS)
    shelf.store.add_collection("Team calendar")
    shelf.store.put(other.href + "k.vcf", card("k", "Karl Krause", extra=("EMAIL:karl@krause.example",)))
    shelf.books = shelf.anew(patterns=("team*",))

    found = await shelf.look_up()

    assert known(found, "karl@krause.example")
    assert known(found, "mueller@acme.example") is None

    shelf.books, shelf.held = shelf.anew(patterns=("nobody",)), {}
    [report] = (await shelf.look_up()).reports
    expected = "no address book matches 'nobody'; there is: 'Contacts', 'Team Nord', 'Team calendar'"
    assert expected == report.error
    assert [expected] == await troubles(shelf.books.accounts[0])


async def test_what_is_held_makes_the_contacts_without_asking() -> None:
    shelf = Shelf(MUELLER)
    await shelf.look_up()
    before = shelf.store.requests

    book = shelf.anew().book(shelf.held)

    assert book is not None
    assert book.by_key("mueller@acme.example")
    assert before == shelf.store.requests


def a_world_with(shelf: Shelf, work: FaultyStore, memory: Store) -> World:
    world = a_world(work, memory, config=a_config(contacts=[]))
    world.accounts.address_books = shelf.anew()
    return world


def remembered(memory: Store) -> Mapping[tuple[str, str], Mirror]:
    return {key: mirror for key, mirror in memory.load_mirrors().items() if key[0] == "people"}


async def test_a_cycle_follows_the_book_and_remembers_it() -> None:
    work, memory, shelf = FaultyStore(), Store.open(None), Shelf()
    work.put(
        f"{work.calendar.href}1.ics", event("1", MONDAY + timedelta(days=2), summary="Telefonat mit Frau Müller (ACME)")
    )
    world = a_world_with(shelf, work, memory)

    [before] = (await run_cycle(world, MONDAY)).calls
    assert not before.contact.known

    shelf.put("m", MUELLER)
    report = await run_cycle(world, MONDAY + timedelta(minutes=5))
    [after] = report.calls
    assert ("mueller@acme.example", "+4930901821") == (after.contact.key, after.reach.phone)
    assert {"update"} <= {change.action for change in report.changes}
    assert 1 == len(remembered(memory))

    shelf.store.faults = lambda _: Unavailable("busy")
    restarted = a_world_with(shelf, work, memory)
    report = await run_cycle(restarted, MONDAY + timedelta(minutes=10))
    assert ["mueller@acme.example"] == [call.contact.key for call in report.calls]
    assert () == report.changes
    assert report.failed

    restarted.accounts.address_books = AddressBooks()
    await run_cycle(restarted, MONDAY + timedelta(minutes=15))
    assert {} == remembered(memory)


async def test_a_quiet_poll_still_tells_how_the_book_fares() -> None:
    work, memory, shelf = FaultyStore(), Store.open(None), Shelf(MUELLER)
    world = a_world_with(shelf, work, memory)
    for minute in range(3):
        report = await run_cycle(world, MONDAY + timedelta(minutes=minute))
    assert world.state.unchanged is not None
    assert ["ok"] == [book.state for book in report.address_books]

    shelf.store.faults = lambda _: Unavailable("busy")
    report = await run_cycle(world, MONDAY + timedelta(minutes=4))
    assert ["stale"] == [book.state for book in report.address_books]
    assert [("people", "stale")] == [
        (book["name"], book["state"]) for book in (world.state.summary or {})["address_books"]
    ]


async def test_history_follows_when_a_person_gets_another_address() -> None:
    work, memory = FaultyStore(), Store.open(None)
    shelf = Shelf(card("m", "Sabine Müller", extra=("EMAIL:old@acme.example",)))
    attendee = ("ORGANIZER:mailto:anna@beispiel.example", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:old@acme.example")
    start = datetime(2026, 10, 5, 9, tzinfo=UTC)
    work.put(f"{work.calendar.href}1.ics", event("1", start, summary="Telefonat", lines=attendee))
    world = a_world_with(shelf, work, memory)
    await run_cycle(world, MONDAY)
    await run_cycle(world, MONDAY + timedelta(hours=2))
    work.remove(f"{work.calendar.href}1.ics")

    shelf.put("0", card("m", "Sabine Müller", extra=("EMAIL;PREF=1:new@acme.example", "EMAIL:old@acme.example")))
    attendee = ("ORGANIZER:mailto:anna@beispiel.example", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:new@acme.example")
    work.put(f"{work.calendar.href}2.ics", event("2", start + timedelta(days=9), summary="Telefonat", lines=attendee))
    report = await run_cycle(world, MONDAY + timedelta(days=8))

    assert ["new@acme.example"] == list(report.relationships)
    relation = report.relationships["new@acme.example"]
    assert start == relation.since
    assert ["1"] == [record.uid for record, _ in relation.calls]
