"""The people that the configuration and the address books name, each once. Pure.

Two cards are one person where they share an address or a number and a name that can be the same person's. A shared
address alone is not enough: behind the number of a switchboard and behind info@ stand many people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import phonenumbers

from termintreu.config import MeConfig
from termintreu.config.schema import ContactConfig
from termintreu.model.names import FullName, fold
from termintreu.reading.vcards import ZONES, Card

_ROUNDS = 10
"""A card that says little may tie further ones to a person; so many such steps are taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownContact:
    """One person as a supplier of contacts knows them."""

    name: str
    emails: tuple[str, ...] = ()
    """Lower case."""
    phones: tuple[str, ...] = ()
    """E.164; the first one is called."""
    nicknames: tuple[str, ...] = ()
    firm: str = ""
    """Where the person works."""
    timezone: str | None = None
    critical: bool = False
    configured: bool = True
    """False: from an address book. What the user wrote into the configuration goes before that."""

    @property
    def addresses(self) -> tuple[str, ...]:
        """E-mail addresses, then numbers."""
        return self.emails + self.phones


def contacts_from_config(contacts: Iterable[ContactConfig], country: str) -> tuple[KnownContact, ...]:
    """The configured contacts; numbers without a country code are read as dialled in `country`.

    A number that cannot be read is left out (the configuration check reports it).
    """
    return tuple(
        KnownContact(
            name=contact.name.strip(),
            emails=tuple(email.strip().casefold() for email in contact.emails),
            phones=tuple(str(number) for phone in contact.phones if (number := _e164(phone, country))),
            timezone=contact.timezone,
            critical=contact.critical,
        )
        for contact in contacts
    )


def contacts_from_cards(cards: Iterable[Card], me: MeConfig) -> tuple[KnownContact, ...]:
    """The people of an address book. The user's own card is none of them, and the user's own addresses are nobody's.

    Numbers that nobody can dial are left out. A card without a zone has that of its numbers' country, where that is one
    and has one zone.
    """
    myself = FullName.of(me.name)
    mine = {email.strip().casefold() for email in me.emails} | {_e164(phone, me.country) for phone in me.phones}
    found: list[KnownContact] = []
    for card in cards:
        numbers = [number for phone in card.phones if (number := _e164(phone, me.country, possible=True))]
        emails = tuple(email for email in card.emails if email not in mine)
        phones = tuple(number for number in dict.fromkeys(numbers) if number not in mine)
        only_mine = bool(card.emails or numbers) and not (emails or phones)
        if only_mine or myself.same(FullName.of(card.name)):
            continue
        found.append(
            KnownContact(
                name=card.name,
                emails=emails,
                phones=phones,
                nicknames=card.nicknames,
                firm=card.firm,
                timezone=card.timezone or _zone_of(phones),
                critical=card.critical,
                configured=False,
            )
        )
    return tuple(found)


def name_key(name: str) -> str:
    """The key of somebody of whom only the name is known: without titles and firm, folded ("name:erika muster")."""
    return "name:" + (" ".join(FullName.of(name).words) or fold(name).strip())


def merged(entries: Sequence[KnownContact]) -> tuple[KnownContact, ...]:
    """Each person once, in the order in which they came; what comes first says what the person is called.

    Two entries are joined where they share an address, and have the same name. One that says less of its name (none,
    a surname, "E. Muster") is joined with the one person who shares an address with it and can be meant.
    """
    sharing: dict[str, list[int]] = {}
    for place, entry in enumerate(entries):
        for address in entry.addresses:
            sharing.setdefault(address, []).append(place)
    groups = _Groups(entries)
    for _ in range(_ROUNDS):
        before = groups.joined
        for places in sharing.values():
            groups.join_namesakes(places)
        for places in sharing.values():
            groups.join_lesser(places)
        if groups.joined == before:
            break
    people: dict[int, KnownContact] = {}
    for place, entry in enumerate(entries):
        first = groups.of(place)
        people[first] = _joined(people[first], entry) if first in people else entry
    return tuple(people.values())


class _Groups:
    """Which entries are one person: each group goes by its first entry."""

    def __init__(self, entries: Sequence[KnownContact]) -> None:
        self._first = list(range(len(entries)))
        self._raw = [entry.name.casefold() for entry in entries]
        names = [FullName.of(entry.name) for entry in entries]
        self._names = dict(enumerate(names))
        """Of each group, what says most; by its first entry."""
        self.joined = 0
        """How many entries were joined to another."""

    def of(self, place: int) -> int:
        """The first entry of an entry's group."""
        while self._first[place] != place:
            self._first[place] = self._first[self._first[place]]
            place = self._first[place]
        return place

    def join_namesakes(self, places: Iterable[int]) -> None:
        """Join those of the same name, of entries with a common address."""
        namesakes: dict[tuple[str, ...], int] = {}
        for place in places:
            first = self.of(place)
            self._join(namesakes.setdefault(_signature(self._names[first], self._raw[first]), first), first)

    def join_lesser(self, places: Sequence[int]) -> None:
        """Join those that say less of their name with the one person they can mean."""
        people = {first for place in places if not _says_less(self._names[first := self.of(place)])}
        if len(people) == 1:
            [person] = people
            for place in places:
                if _can_mean(self._names[self.of(place)], self._names[self.of(person)]):
                    self._join(person, place)

    def _join(self, one: int, other: int) -> None:
        first, second = sorted((self.of(one), self.of(other)))
        if first == second:
            return
        if _says_less(self._names[first]) and not _says_less(self._names[second]):
            self._names[first] = self._names[second]
        self._first[second] = first
        self.joined += 1


def _signature(name: FullName, raw: str) -> tuple[str, ...]:
    """The same for two names exactly where `FullName.same` holds; a name without words is the same as itself."""
    if name.surname:
        return ("person", name.words[0], name.surname)
    return ("words", *name.words) if name.words else ("raw", raw)


def _says_less(name: FullName) -> bool:
    return not name.firm and (len(name.words) < 2 or any(len(word) == 1 for word in name.words))


def _can_mean(less: FullName, whole: FullName) -> bool:
    """Whether every word of `less`, or the initial that stands for it, is in the whole name."""
    initials = {word[0] for word in whole.words}
    return all(word in whole.words or word in initials for word in less.words)


def _joined(first: KnownContact, second: KnownContact) -> KnownContact:
    more = not first.configured and _says_less(FullName.of(first.name)) and not _says_less(FullName.of(second.name))
    return replace(
        first,
        name=second.name if more else first.name,
        emails=tuple(dict.fromkeys(first.emails + second.emails)),
        phones=tuple(dict.fromkeys(first.phones + second.phones)),
        nicknames=tuple(dict.fromkeys(first.nicknames + second.nicknames)),
        firm=first.firm or second.firm,
        timezone=first.timezone or second.timezone,
        critical=first.critical or second.critical,
        configured=first.configured or second.configured,
    )


def _zone_of(phones: Sequence[str]) -> str | None:
    countries = {phonenumbers.region_code_for_number(phonenumbers.parse(phone)) for phone in phones}
    return ZONES.get(countries.pop() or "") if len(countries) == 1 else None


def _e164(phone: str, country: str, *, possible: bool = False) -> str | None:
    try:
        number = phonenumbers.parse(phone, country if country in phonenumbers.SUPPORTED_REGIONS else None)
    except phonenumbers.NumberParseException:
        return None
    if possible and not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
