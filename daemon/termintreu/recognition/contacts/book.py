"""Who a call is with. Pure: resolves the counterpart of an occurrence against the people the user knows.

A wrong match would have the wrong person called, so names are compared as whole words, and a surname alone counts
only where it can mean nobody else. An address that several people share (a switchboard, info@) is nobody's own: it is
no key, and tells who is meant only together with a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from termintreu.config import MeConfig
from termintreu.model import CallRecord, Contact, History, Message, Occurrence, Person, msg
from termintreu.model.names import FullName, mentions, mentions_surname, words_of
from termintreu.recognition.contacts.acquaintances import Acquaintances, acquaintances
from termintreu.recognition.contacts.people import (
    KnownContact,
    contacts_from_cards,
    contacts_from_config,
    merged,
    name_key,
)
from termintreu.recognition.detection import counterpart

__all__ = [
    "ContactBook",
    "KnownContact",
    "Match",
    "contacts_from_cards",
    "contacts_from_config",
    "my_partstat",
    "name_key",
]

_BRACKETS = re.compile(r"[(\[](?!\s*\d)([^()\[\]]*)[)\]]")
"""Not those with a number in them, such as "(30 min)"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A counterpart, and how it was found."""

    contact: Contact
    how: Message
    """For `explain`; no foreign text."""


def my_partstat(occurrence: Occurrence, me: MeConfig) -> str | None:
    """My own PARTSTAT (RFC 5545 3.2.12), by address only; None where I am not among the attendees."""
    return next(
        (person.partstat for person in occurrence.attendees if counterpart.is_me(person, me)),
        None,
    )


class ContactBook:
    """The people the user knows, and how to tell who of them a call is with."""

    def __init__(self, entries: Sequence[KnownContact], me: MeConfig) -> None:
        """Entries of one person from several suppliers become one; what the first of them says wins."""
        self._me = me
        self._entries = merged(entries)
        self._claims = _claims(self._entries)
        self._keys = {entry: self._key(entry) for entry in self._entries}
        self._by_key = {self._keys[entry]: entry for entry in reversed(self._entries)}
        self._by_last_word: dict[str, list[tuple[FullName, KnownContact]]] = {}
        self._by_nickname: dict[tuple[str, ...], list[KnownContact]] = {}
        for entry in self._entries:
            name = FullName.of(entry.name)
            if name.words:
                self._by_last_word.setdefault(name.words[-1], []).append((name, entry))
            for words in {FullName.of(nickname).words for nickname in entry.nicknames} - {()}:
                self._by_nickname.setdefault(words, []).append(entry)

    def knows(self, email: str) -> bool:
        """Whether an address belongs to a contact of the user (a name alone can be feigned)."""
        return email in self._claims

    def by_key(self, key: str, name: str = "") -> Contact | None:
        """The contact with that key, or with that address under another key; None where the book does not know it
        (any more). `name`: of the person, for an address that several share or that nobody has any more."""
        entry = self._of_record(key, name)
        return self._contact(entry) if entry else None

    def filed(self, history: History) -> History:
        """The history with every call under the key that its contact has in this book, or among those that were met.

        Somebody who got a further address, or a card at all, keeps what was remembered under the old key.
        """
        homes: dict[tuple[str, str], str] = {}
        moved: dict[str, CallRecord] = {}
        for key, record in history.calls.items():
            known_as = record.contact_key, record.contact_name
            if known_as not in homes:
                entry = self._of_record(*known_as)
                homes[known_as] = self._keys[entry] if entry else record.contact_key
            if homes[known_as] != record.contact_key:
                moved[key] = replace(record, contact_key=homes[known_as])
        filed = replace(history, calls={**history.calls, **moved}) if moved else history
        return self.acquaintances(filed.calls.values()).filed(filed)

    def acquaintances(self, records: Iterable[CallRecord]) -> Acquaintances:
        """Who of those whom the book does not know is one person; `records`: of all calls there are."""
        return acquaintances(records, self._by_key.__contains__)

    def others(self, occurrence: Occurrence) -> tuple[Person, ...]:
        """The other people of an occurrence, likeliest counterpart first; no rooms, no resources, never the user (nor
        whoever bears the user's name, which is an address that was not configured).

        Who takes part comes before who merely listens, a person before a list, people from outside before those of
        the user's own domain, the organizer before attendees.
        """
        myself = FullName.of(self._me.name)
        others = [person for person in counterpart.others(occurrence, self._me) if not _is_name(person.name, myself)]
        mine = {email.rpartition("@")[2].casefold() for email in self._me.emails}
        host = occurrence.organizer.email if occurrence.organizer else None

        def rank(person: Person) -> tuple[bool, bool, bool, bool]:
            return (
                person.cutype == "GROUP",
                person.role == "NON-PARTICIPANT",
                person.email.rpartition("@")[2] in mine,
                person.email != host,
            )

        return tuple(sorted(others, key=rank))

    def involved(self, occurrence: Occurrence) -> tuple[Contact, ...]:
        """Everybody who takes part, and those contacts whom the title names in full; likeliest counterpart first."""
        summary = occurrence.summary
        found: dict[str, Contact] = {}
        for person in self.others(occurrence):
            entry = self._owner(person.email, person.name) or self._only_one(person.name, _is_name)
            contact = self._contact(entry) if entry else _stranger(person)
            found.setdefault(contact.key, contact)
        for word in dict.fromkeys(words_of(summary)):
            for name, entry in self._by_last_word.get(word, ()):
                if mentions(summary, name):
                    found.setdefault(self._keys[entry], self._contact(entry))
        return tuple(found.values())

    def resolve(
        self,
        occurrence: Occurrence,
        *,
        phones: Sequence[str] = (),
        counterpart: str = "",
    ) -> Match:
        """Whom an occurrence is with.

        Args:
            occurrence: the appointment.
            phones: numbers of the event in E.164 that could be the person's own (no dial-ins).
            counterpart: the name that detection read from the title; "" where it found none.
        """
        others = self.others(occurrence)
        return (
            self._configured(occurrence.summary, others, phones, counterpart)
            or self._other_person(others)
            or self._number(phones, counterpart)
            or self._named(counterpart)
            or Match(
                contact=Contact(key=f"uid:{occurrence.uid}", name=""),
                how=msg("contact: nobody is named"),
            )
        )

    def _configured(
        self,
        summary: str,
        others: Sequence[Person],
        phones: Sequence[str],
        counterpart: str,
    ) -> Match | None:
        for person in others:
            if entry := self._owner(person.email, person.name) or self._owner(person.email, summary):
                return self._known(entry, msg("e-mail address"))
        for phone in phones:
            if entry := self._owner(phone, summary):
                return self._known(entry, msg("number"))
        for person in others:
            if entry := self._only_one(person.name, _is_name):
                return self._known(entry, msg("name of an attendee"))
        if entry := self._only_one(summary, mentions):
            return self._known(entry, msg("name in the title"))
        if others:
            return None
        return self._by_surname(summary, phones) or self._by_alias(counterpart, phones)

    def _by_surname(self, summary: str, phones: Sequence[str]) -> Match | None:
        entry = self._only_one(summary, mentions_surname)
        if entry is None or (phones and entry.phones) or _at_another_firm(summary, entry):
            return None  # another number or firm than the contact's: another person of that name
        return self._known(entry, msg("surname in the title"))

    def _by_alias(self, counterpart: str, phones: Sequence[str]) -> Match | None:
        found = self._by_nickname.get(FullName.of(counterpart).words, ())
        if len(found) != 1 or (phones and found[0].phones):
            return None
        return self._known(found[0], msg("nickname in the title"))

    def _only_one(self, text: str, fits: Callable[[str, FullName], bool]) -> KnownContact | None:
        """The one contact whose name fits a text, of several the one whose firm stands there; None where that leaves
        nobody, or several."""
        near = (pair for word in sorted(set(words_of(text))) for pair in self._by_last_word.get(word, ()))
        fitting = [(name, entry) for name, entry in near if fits(text, name)]
        found = [entry for _, entry in fitting]
        if len(found) > 1 and len({name.words[-1] for name, _ in fitting}) == 1:
            words = set(words_of(text))
            found = [entry for entry in found if words & _affiliations(entry)]
        return found[0] if len(found) == 1 else None

    def _owner(self, address: str, text: str) -> KnownContact | None:
        """Whose address it is; of several the one whose name stands in a text."""
        found = self._claims.get(address, ())
        if len(found) > 1:
            found = [entry for entry in found if mentions(text, FullName.of(entry.name))]
        return found[0] if len(found) == 1 else None

    def _of_record(self, key: str, name: str) -> KnownContact | None:
        """Whom a remembered key means now."""
        entry = self._by_key.get(key) or self._owner(key, name)
        if entry is not None or key.startswith("uid:"):
            return entry
        name = name or key.removeprefix("name:")
        by_surname = key.startswith("name:")
        return self._only_one(name, _is_name) or (self._only_one(name, mentions_surname) if by_surname else None)

    def _key(self, entry: KnownContact) -> str:
        """The first e-mail address that is this person's alone, else the first such number, else the name."""
        own = (address for address in entry.addresses if len(self._claims[address]) == 1)
        return next(own, name_key(entry.name))

    def _known(self, entry: KnownContact, by: Message) -> Match:
        return Match(contact=self._contact(entry), how=msg("contact: known by {by}", by=by))

    def _contact(self, entry: KnownContact) -> Contact:
        return Contact(
            key=self._keys[entry],
            name=entry.name,
            emails=entry.emails,
            phones=entry.phones,
            timezone=entry.timezone,
            critical=entry.critical,
            known=True,
        )

    @staticmethod
    def _other_person(others: Sequence[Person]) -> Match | None:
        if not others:
            return None
        return Match(contact=_stranger(others[0]), how=msg("contact: the other attendee or organizer"))

    @staticmethod
    def _number(phones: Sequence[str], counterpart: str) -> Match | None:
        if not phones:
            return None
        return Match(contact=Contact(key=phones[0], name=counterpart), how=msg("contact: the number"))

    @staticmethod
    def _named(counterpart: str) -> Match | None:
        if not counterpart.strip():
            return None
        return Match(
            contact=Contact(key=name_key(counterpart), name=counterpart),
            how=msg("contact: the name in the title"),
        )


def _stranger(person: Person) -> Contact:
    return Contact(
        key=person.email or name_key(person.name),
        name=counterpart.readable(person),
        emails=(person.email,) if person.email else (),
    )


def _is_name(text: str, name: FullName) -> bool:
    return name.same(FullName.of(text))


def _claims(entries: Sequence[KnownContact]) -> Mapping[str, Sequence[KnownContact]]:
    """Who has an address or number; where the configuration says so of somebody, nobody else."""
    claims: dict[str, list[KnownContact]] = {}
    for entry in entries:
        for address in dict.fromkeys(entry.addresses):
            claims.setdefault(address, []).append(entry)
    return {
        address: [entry for entry in found if entry.configured] or found if len(found) > 1 else found
        for address, found in claims.items()
    }


def _affiliations(entry: KnownContact) -> frozenset[str]:
    """Words by which a title can name where somebody works: the firm's first word, and the mail domain's own."""
    firm = FullName.of(entry.firm).words[:1]
    domains = (email.rpartition("@")[2].split(".") for email in entry.emails)
    named = {*firm, *(labels[-2] for labels in domains if len(labels) > 1)}
    return frozenset(named.difference(FullName.of(entry.name).words))


def _at_another_firm(summary: str, entry: KnownContact) -> bool:
    """Whether a title names, in brackets, something else than the firm of a contact whose firm is known."""
    said = {word for found in _BRACKETS.findall(summary) for word in words_of(found) if not word[0].isdigit()}
    return bool(entry.firm and said) and not said & _affiliations(entry)
