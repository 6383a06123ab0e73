"""Who of those that were met is one person, though known once by a name, once by a number, once by an address. Pure.

A wrong join would give one person the rating of another. So names are joined where they are the same but for titles,
salutations, accents and initials in the middle, and only where nothing speaks against it: another address, another
number, "Herr" here and "Frau" there, a firm, somebody else with that surname. A number under which several names were
met is nobody's own. A name in the invitation of a stranger counts for nothing: anybody can feign one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from termintreu.model import Call, CallRecord, History
from termintreu.model.names import FullName, words_of

_WOMAN = frozenset(words_of("Frau Fr Fräulein Mrs Ms Miss Mme"))
_MAN = frozenset(words_of("Herr Herrn Hr Mr Sir"))
_BY_NAME = "name:"


@dataclass(slots=True, kw_only=True)
class _Person:
    """Everything that was met under one key."""

    key: str
    names: set[tuple[str, ...]] = field(default_factory=set)
    salutations: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)

    @property
    def name(self) -> tuple[str, ...] | None:
        """The one name under which the person was met; None where there is none, or several."""
        return next(iter(self.names)) if len(self.names) == 1 else None

    @property
    def is_strong(self) -> bool:
        """Known by more than a name."""
        return not self.key.startswith(_BY_NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquaintances:
    """Which keys are one person's."""

    homes: Mapping[str, str] = field(default_factory=dict)
    """Key to the key that stands for the person, where that is another one."""
    torn: frozenset[str] = frozenset()
    """Keys of surnames under which a woman and a man were met."""

    def home(self, key: str, name: str) -> str:
        """The key of a person who was met under a key and a name."""
        own = _key(key, name, self.torn)
        return self.homes.get(own, own)

    def filed(self, history: History) -> History:
        """The history with every call under the key of its person."""
        moved = {
            key: replace(record, contact_key=home)
            for key, record in history.calls.items()
            if (home := self.home(record.contact_key, record.contact_name)) != record.contact_key
        }
        return replace(history, calls={**history.calls, **moved}) if moved else history

    def with_contacts(self, calls: Iterable[Call]) -> tuple[Call, ...]:
        """The calls, each with the key of its person, and with the address by which the person is known."""
        return tuple(self._with_contact(call) for call in calls)

    def _with_contact(self, call: Call) -> Call:
        contact = call.contact
        home = self.home(contact.key, contact.name)
        if contact.known or home == contact.key:
            return call
        emails = (home, *contact.emails) if "@" in home else contact.emails
        return replace(call, contact=replace(contact, key=home, emails=emails))


def acquaintances(records: Iterable[CallRecord], is_known: Callable[[str], bool]) -> Acquaintances:
    """Who is one person.

    Args:
        records: of all calls that are remembered or stand.
        is_known: whether a key is that of somebody in the user's configuration or address books. Those are told apart
            by what stands there, and by nothing else.
    """
    met = {
        (one.contact_key, one.contact_name, one.phone) for one in records if one.vouched or "@" not in one.contact_key
    }
    return _acquainted(frozenset(one for one in met if not one[0].startswith("uid:") and not is_known(one[0])))


@lru_cache(maxsize=64)
def _acquainted(met: frozenset[tuple[str, str, str | None]]) -> Acquaintances:
    """The same people are looked at several times in every cycle."""
    torn = _torn({(key, name) for key, name, _ in met})
    people: dict[str, _Person] = {}
    for key, name, phone in met:
        own = _key(key, name, torn)
        person = people.setdefault(own, _Person(key=own))
        person.names |= {_plain(name)} - {()}
        person.salutations |= _salutations(name)
        person.phones |= {number for number in (phone, key if key.startswith("+") else None) if number}
    return Acquaintances(homes=_homes(people.values()), torn=torn)


def _homes(people: Iterable[_Person]) -> dict[str, str]:
    namesakes: dict[tuple[str, ...], list[_Person]] = {}
    surnames: dict[str, set[tuple[str, ...]]] = {}
    for person in sorted(people, key=lambda one: one.key):
        if person.name is not None:
            namesakes.setdefault(person.name, []).append(person)
            surnames.setdefault(person.name[-1], set()).add(person.name)
    homes: dict[str, str] = {}
    for name, same in namesakes.items():
        # "Kern" may be any Kern there is.
        if len(name) > 1 or len(surnames[name[-1]]) == 1:
            homes |= _joined(same)
    return homes


def _joined(namesakes: Sequence[_Person]) -> dict[str, str]:
    """Key to home of those of one name who are one person."""
    strong = [one for one in namesakes if one.is_strong]
    homes: dict[str, str] = {}
    if len(strong) == 2 and _may_be_one(*strong):
        first = next((one for one in strong if "@" in one.key), strong[0])
        homes = {one.key: first.key for one in strong if one is not first}
        strong = [first]
    for person in namesakes:
        fitting = [one for one in strong if not person.is_strong and _may_be_one(one, person)]
        if len(fitting) == 1 and (len(strong) == 1 or fitting[0].salutations == person.salutations != set()):
            homes[person.key] = fitting[0].key
    return homes


def _may_be_one(one: _Person, other: _Person) -> bool:
    """Whether nothing speaks against it: neither address, nor number, nor salutation."""
    addresses = {key for key in (one.key, other.key) if "@" in key}
    numbers_differ = bool(one.phones and other.phones) and not one.phones & other.phones
    return len(addresses) < 2 and not numbers_differ and len(one.salutations | other.salutations) < 2


def _torn(met: Iterable[tuple[str, str]]) -> frozenset[str]:
    said: dict[str, set[str]] = {}
    for key, name in met:
        if key.startswith(_BY_NAME) and len(_plain(name)) == 1:
            said.setdefault(_BY_NAME + " ".join(_plain(name)), set()).update(_salutations(name))
    return frozenset(key for key, salutations in said.items() if len(salutations) > 1)


def _key(key: str, name: str, torn: frozenset[str]) -> str:
    """The key of one who is known by name alone: what the name says, and the salutation where that tells two apart."""
    if not key.startswith(_BY_NAME):
        return key
    whole = FullName.of(name)
    if not whole.words:
        return key
    own = key if whole.firm else _BY_NAME + " ".join(whole.words)
    if own not in torn or not (said := _salutations(name)):
        return own
    return f"{_BY_NAME}{min(said)} {own.removeprefix(_BY_NAME)}"


def _plain(name: str) -> tuple[str, ...]:
    """A name's words, without initials in the middle."""
    words = FullName.of(name).words
    return tuple(word for place, word in enumerate(words) if len(word) > 1 or place in (0, len(words) - 1))


def _salutations(name: str) -> set[str]:
    """How somebody is addressed: two that are addressed otherwise are two."""
    words = set(words_of(name))
    said = {said for said, forms in (("frau", _WOMAN), ("herr", _MAN)) if words & forms}
    return said | ({"firma"} if FullName.of(name).firm else set())
