"""Who a call is with. Pure: resolves the counterpart of an occurrence against the people the user knows.

A wrong match would have the wrong person called, so names are compared as whole words, and a surname alone counts
only where it can mean nobody else. Suppliers of contacts (the configuration, later address books) hand in plain
records; nothing here knows where they come from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import phonenumbers

from termintreu.config import MeConfig
from termintreu.config.schema import ContactConfig
from termintreu.detection import people
from termintreu.model import Contact, Occurrence, Person
from termintreu.names import FullName, fold, mentions, mentions_surname, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactEntry:
    """One person as a supplier of contacts knows them."""

    name: str
    emails: tuple[str, ...] = ()
    """Lower case."""
    phones: tuple[str, ...] = ()
    """E.164; the first one is called."""
    timezone: str | None = None
    critical: bool = False

    @property
    def key(self) -> str:
        """`Contact.key` of this person: the first e-mail, else the first number, else the folded name."""
        return next(iter(self.emails + self.phones), name_key(self.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A counterpart, and how it was found."""

    contact: Contact
    how: str
    """For `explain`; English, no foreign text."""


def entries_from_config(contacts: Iterable[ContactConfig], country: str) -> tuple[ContactEntry, ...]:
    """The configured contacts; numbers without a country code are read as dialled in `country`.

    A number that cannot be read is left out (the configuration check reports it).
    """
    return tuple(
        ContactEntry(
            name=contact.name.strip(),
            emails=tuple(email.strip().casefold() for email in contact.emails),
            phones=tuple(number for phone in contact.phones if (number := _e164(phone, country))),
            timezone=contact.timezone,
            critical=contact.critical,
        )
        for contact in contacts
    )


def name_key(name: str) -> str:
    """The key of somebody of whom only the name is known: without titles and firm, folded ("name:erika muster")."""
    return "name:" + (" ".join(FullName.of(name).words) or fold(name).strip())


def my_partstat(occurrence: Occurrence, me: MeConfig) -> str | None:
    """My own PARTSTAT (RFC 5545 3.2.12), by address only; None where I am not among the attendees."""
    return next((person.partstat for person in occurrence.attendees if people.is_me(person, me)), None)


class ContactBook:
    """The people the user knows, and how to tell who of them a call is with."""

    def __init__(self, entries: Sequence[ContactEntry], me: MeConfig) -> None:
        """Entries of one person from several suppliers become one; what the first of them says wins."""
        self._me = me
        self._entries = _merged(entries)
        self._by_email = {email: entry for entry in reversed(self._entries) for email in entry.emails}
        self._by_phone = {phone: entry for entry in reversed(self._entries) for phone in entry.phones}
        self._by_key = {entry.key: entry for entry in reversed(self._entries)}
        self._by_last_word: dict[str, list[tuple[FullName, ContactEntry]]] = {}
        for entry in self._entries:
            name = FullName.of(entry.name)
            if name.words:
                self._by_last_word.setdefault(name.words[-1], []).append((name, entry))

    def knows(self, email: str) -> bool:
        """Whether an address belongs to a contact of the user (a name alone can be feigned)."""
        return email in self._by_email

    def by_key(self, key: str) -> Contact | None:
        """The contact with that key; None where the book does not know it (any more)."""
        entry = self._by_key.get(key) or self._by_email.get(key) or self._by_phone.get(key)
        return _contact(entry) if entry else None

    def others(self, occurrence: Occurrence) -> tuple[Person, ...]:
        """The other people of an occurrence, likeliest counterpart first; no rooms, no resources, never the user (nor
        whoever bears the user's name, which is an address that was not configured).

        Who takes part comes before who merely listens, a person before a list, people from outside before those of
        the user's own domain, the organizer before attendees.
        """
        myself = FullName.of(self._me.name)
        others = [person for person in people.others(occurrence, self._me) if not _is_name(person.name, myself)]
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

    def resolve(self, occurrence: Occurrence, *, phones: Sequence[str] = (), counterpart: str = "") -> Match:
        """Whom an occurrence is with.

        Args:
            occurrence: the appointment.
            phones: numbers of the event in E.164 that could be the person's own (no dial-ins).
            counterpart: the name that detection read from the title; "" where it found none.
        """
        others = self.others(occurrence)
        return (
            self._configured(occurrence.summary, others, phones)
            or self._other_person(others)
            or self._number(phones, counterpart)
            or self._named(counterpart)
            or Match(contact=Contact(key=f"uid:{occurrence.uid}", name=""), how="contact: nobody is named")
        )

    def _configured(self, summary: str, others: Sequence[Person], phones: Sequence[str]) -> Match | None:
        for person in others:
            if entry := self._by_email.get(person.email):
                return _known(entry, "e-mail address")
        for phone in phones:
            if entry := self._by_phone.get(phone):
                return _known(entry, "number")
        for person in others:
            if entry := self._only_one(person.name, _is_name):
                return _known(entry, "name of an attendee")
        if entry := self._only_one(summary, mentions):
            return _known(entry, "name in the title")
        return None if others else self._by_surname(summary, phones)

    def _by_surname(self, summary: str, phones: Sequence[str]) -> Match | None:
        entry = self._only_one(summary, mentions_surname)
        if entry is None or (phones and entry.phones):
            return None  # another number than the contact's: another person of that name
        return _known(entry, "surname in the title")

    def _only_one(self, text: str, fits: Callable[[str, FullName], bool]) -> ContactEntry | None:
        """The one contact whose name fits a text; None where several do."""
        near = (pair for word in sorted(set(words_of(text))) for pair in self._by_last_word.get(word, ()))
        found = [entry for name, entry in near if fits(text, name)]
        return found[0] if len(found) == 1 else None

    @staticmethod
    def _other_person(others: Sequence[Person]) -> Match | None:
        if not others:
            return None
        person = others[0]
        contact = Contact(
            key=person.email or name_key(person.name),
            name=people.readable(person),
            emails=(person.email,) if person.email else (),
        )
        return Match(contact=contact, how="contact: the other attendee or organizer")

    @staticmethod
    def _number(phones: Sequence[str], counterpart: str) -> Match | None:
        if not phones:
            return None
        return Match(contact=Contact(key=phones[0], name=counterpart), how="contact: the number")

    @staticmethod
    def _named(counterpart: str) -> Match | None:
        if not counterpart.strip():
            return None
        return Match(contact=Contact(key=name_key(counterpart), name=counterpart), how="contact: the name in the title")


def _is_name(text: str, name: FullName) -> bool:
    return name.same(FullName.of(text))


def _known(entry: ContactEntry, by: str) -> Match:
    return Match(contact=_contact(entry), how=f"contact: known by {by}")


def _contact(entry: ContactEntry) -> Contact:
    return Contact(
        key=entry.key,
        name=entry.name,
        emails=entry.emails,
        phones=entry.phones,
        timezone=entry.timezone,
        critical=entry.critical,
        known=True,
    )


def _merged(entries: Iterable[ContactEntry]) -> tuple[ContactEntry, ...]:
    """Entries that share a name and an address or number become one."""
    merged: list[ContactEntry] = []
    places: dict[str, list[int]] = {}
    for entry in entries:
        near = (place for address in entry.emails + entry.phones for place in places.get(address, ()))
        same = next((place for place in near if _same_name(merged[place], entry)), None)
        if same is None:
            same = len(merged)
            merged.append(entry)
        else:
            merged[same] = _joined(merged[same], entry)
        for address in entry.emails + entry.phones:
            places.setdefault(address, []).append(same)
    return tuple(merged)


def _same_name(one: ContactEntry, other: ContactEntry) -> bool:
    return _is_name(one.name, FullName.of(other.name))


def _joined(first: ContactEntry, second: ContactEntry) -> ContactEntry:
    return replace(
        first,
        emails=tuple(dict.fromkeys(first.emails + second.emails)),
        phones=tuple(dict.fromkeys(first.phones + second.phones)),
        timezone=first.timezone or second.timezone,
        critical=first.critical or second.critical,
    )


def _e164(phone: str, country: str) -> str | None:
    try:
        number = phonenumbers.parse(phone, country)
    except phonenumbers.NumberParseException:
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
