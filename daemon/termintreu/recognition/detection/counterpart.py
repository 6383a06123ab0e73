"""Who else takes part, and what the counterpart is called: from attendees first, then from the title."""

from __future__ import annotations

import re
from functools import lru_cache

from termintreu.config import MeConfig
from termintreu.model import Occurrence, Person
from termintreu.model.texts import clean
from termintreu.recognition.detection.grammar.names import SURE, named
from termintreu.recognition.detection.grammar.tokens import Tagged
from termintreu.recognition.detection.names_in_text import name_in_body
from termintreu.recognition.detection.text import Texts, fold

_MAX_NAME = 80
_ROBOT = re.compile(
    r"(?:^|[._+-])(?:no-?reply|donotreply|notifications?|calendar|invites?|bot|mailer|room|raum|"
    r"resource|conf|meetingraum)(?:$|[._+\d-])|"
    r"resource\.calendar\.google\.com$|group\.calendar\.google\.com$"
)


def is_me(person: Person, me: MeConfig) -> bool:
    """Whether an attendee or organizer is the user: by address; by name where there is no address."""
    if person.email:
        return person.email.casefold() in _addresses(tuple(me.emails))
    return bool(me.name) and fold(person.name).strip() == fold(me.name).strip()


@lru_cache(maxsize=1024)
def _addresses(emails: tuple[str, ...]) -> frozenset[str]:
    return frozenset(email.strip().casefold() for email in emails)


def others(occurrence: Occurrence, me: MeConfig) -> tuple[Person, ...]:
    """Attendees and organizer who are people (no rooms, no mailers) and not the user; each once, attendees first."""
    found: dict[str, Person] = {}
    organizer = (occurrence.organizer,) if occurrence.organizer else ()
    for person in (*occurrence.attendees, *organizer):
        if is_me(person, me) or person.cutype in ("ROOM", "RESOURCE") or not (person.email or person.name):
            continue
        if (person.email and _ROBOT.search(person.email.partition("@")[0])) or person.email.endswith(
            "calendar.google.com"
        ):
            continue
        found.setdefault(person.email or person.name, person)
    return tuple(found.values())


def readable(person: Person) -> str:
    """CN, else a name read from the address ("anna.muster@..." is "Anna Muster")."""
    name = person.name.strip().strip("'\"")
    if name and "@" not in name:
        return name[:_MAX_NAME]
    local = (name or person.email).partition("@")[0].partition("+")[0]
    parts = [part for part in re.split(r"[._\-\d]+", local) if part]
    return " ".join(part.capitalize() for part in parts)[:_MAX_NAME] or person.email[:_MAX_NAME]


# --- names in texts ------------------------------------------------------------------------------------------------


def counterpart(occurrence: Occurrence, texts: Texts, title: Tagged, me: MeConfig) -> str | None:
    """The name of the other side for display, or None where nobody is named."""
    name = _counterpart(occurrence, texts, title, me)
    # A scheme, a hashtag: of some foreign words nothing is left when they are shown.
    return name if name and any(character.isalpha() for character in clean(name)) else None


def _counterpart(occurrence: Occurrence, texts: Texts, title: Tagged, me: MeConfig) -> str | None:
    people = others(occurrence, me)
    if len(people) == 1 and (people[0].name and "@" not in people[0].name):
        return readable(people[0])
    said = named(title, me)
    if people and (len(people) == 1 or said is None):
        return readable(people[0])
    if said is not None and said.worth >= SURE:
        return said.name
    told = name_in_body(texts, me)
    return told or (said.name if said else None)
