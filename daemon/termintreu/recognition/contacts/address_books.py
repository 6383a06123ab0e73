"""Address books: asked as calendars are, held as they are, and made into the contacts of the moment.

What is held of a book stays in force while it cannot be asked. Nothing is ever written there, and no name or number
stands in a log line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from termintreu.config import MeConfig
from termintreu.model import AddressBookReport, Resource
from termintreu.model.errors import ConnectorError
from termintreu.reading.collect import Account, Collected, Health, Mirrors, collect, nothing_found, wanted
from termintreu.reading.mirror import Mirror
from termintreu.reading.vcards import read_cards
from termintreu.recognition.contacts.book import ContactBook
from termintreu.recognition.contacts.people import KnownContact, contacts_from_cards

CARDS = frozenset({"VCARD"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BookAccount:
    """One address book account of the configuration."""

    account: Account
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """What the address books have brought."""

    mirrors: Mirrors
    """To be remembered."""
    reports: tuple[AddressBookReport, ...] = ()
    book: ContactBook | None = None
    """The contacts of the moment; None where they are those of the last time."""
    changed: bool = False
    """Whether anything in `mirrors` is not as it was held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    resource: Resource
    entries: tuple[KnownContact, ...]
    bad: int
    """Cards that could not be read."""


@dataclass(slots=True, kw_only=True)
class AddressBooks:
    """The address books of one person; long-lived, so that a card that has not changed is not read again."""

    accounts: tuple[BookAccount, ...] = ()
    configured: tuple[KnownContact, ...] = ()
    """The contacts of the configuration."""
    me: MeConfig = field(default_factory=MeConfig)
    health: dict[str, Health] = field(default_factory=dict)
    _read: dict[tuple[str, str, str], _Read] | None = None
    """By account, collection and href; None before the first look."""

    async def look_up(
        self,
        held: Mirrors,
        *,
        now: datetime,
        due: frozenset[str] | None = None,
        patience: float | None = None,
        arrived: Callable[[str], None] = lambda _: None,
    ) -> LookedUp:
        """Ask the accounts that are due; the arguments are those of `collect`."""
        if not self.accounts:
            return LookedUp(mirrors={})
        accounts = [one.account for one in self.accounts]
        collected = await collect(
            accounts, held, now=now, since=now, health=self.health, due=due, patience=patience, arrived=arrived
        )
        before = {key: mirror for key, mirror in held.items() if key[0] in {account.name for account in accounts}}
        changed = before.keys() != collected.mirrors.keys() or any(
            _differs(before[key], mirror) for key, mirror in collected.mirrors.items()
        )
        book = None
        if changed or self._read is None:
            # A large book takes its time when it is read for the first time.
            book = await asyncio.to_thread(self.book, collected.mirrors)
        return LookedUp(
            mirrors=collected.mirrors, book=book, reports=self._reports(collected), changed=changed or book is not None
        )

    def book(self, mirrors: Mirrors) -> ContactBook | None:
        """The contacts as these mirrors have them, after those of the configuration; None where nothing has changed
        since the last call, or there are no address books."""
        if not self.accounts:
            return None
        read: dict[tuple[str, str, str], _Read] = {}
        for one in self.accounts:
            for key in sorted(key for key in mirrors if key[0] == one.account.name):
                for href, resource in sorted(mirrors[key].resources.items()):
                    known = (self._read or {}).get((*key, href))
                    same = known is not None and (known.resource is resource or known.resource == resource)
                    read[*key, href] = known if known is not None and same else self._take(resource)
        before, self._read = self._read, read
        if before is not None and before.keys() == read.keys() and all(read[key] is before[key] for key in read):
            return None
        return ContactBook([*self.configured, *(entry for each in read.values() for entry in each.entries)], self.me)

    async def close(self) -> None:
        """Give back connections."""
        for health in self.health.values():
            await health.give_up()
        for one in self.accounts:
            await one.account.connector.close()

    def _take(self, resource: Resource) -> _Read:
        reading = read_cards(resource.data or b"")
        entries = contacts_from_cards(reading.cards, self.me)
        return _Read(resource=resource, entries=entries, bad=len(reading.problems))

    def _reports(self, collected: Collected) -> tuple[AddressBookReport, ...]:
        return tuple(
            AddressBookReport(
                name=source.name,
                type=one.type,
                state=source.state,
                error=source.error,
                books=source.collections,
                cards=sum(len(read.entries) for read in self._of(source.name)),
                bad_cards=sum(read.bad for read in self._of(source.name)),
                requests=source.requests,
                checked_at=source.checked_at,
            )
            for one, source in zip(self.accounts, collected.sources, strict=True)
        )

    def _of(self, name: str) -> list[_Read]:
        return [read for key, read in (self._read or {}).items() if key[0] == name]


async def troubles(one: BookAccount) -> list[str]:
    """What cannot be read of an account of address books, in whole or in part: one sentence each. Asks all of it."""
    account = one.account
    try:
        found = await account.connector.collections()
    except ConnectorError as error:
        return [str(error)]
    books = [book for book in found if wanted(account, book)]
    if not books:
        return [nothing_found(account, found)]
    told: list[str] = []
    bad: list[str] = []
    for book in books:
        try:
            snapshot = await account.connector.changes(book, None, {})
        except ConnectorError as error:
            if error.scope == "account":
                return [*told, str(error)]
            told.append(f"{book.name!r}: {error}")
            continue
        told += [snapshot.note] if snapshot.note is not None else []
        bad += count(snapshot.changed)[1]
    return [*told, *([f"{len(bad)} cards cannot be read ({bad[0]})"] if bad else [])]


def count(resources: Iterable[Resource]) -> tuple[int, list[str]]:
    """How many cards there are, and what is wrong with others, one sentence each."""
    readings = [read_cards(resource.data or b"") for resource in resources]
    return sum(len(each.cards) for each in readings), [problem for each in readings for problem in each.problems]


def _differs(before: Mirror, after: Mirror) -> bool:
    return before is not after and (
        before.resources is not after.resources
        or before.collection != after.collection
        or before.discovered_at != after.discovered_at
        or before.pending != after.pending
    )
