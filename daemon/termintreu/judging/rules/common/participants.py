"""Who takes part in an appointment beside the user, and how people and titles are called in sentences. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from termintreu.config import MeConfig
from termintreu.model import Call, Message, Occurrence, Person, msg
from termintreu.model.names import FullName
from termintreu.model.texts import clean
from termintreu.recognition.detection.counterpart import is_me, others

_TEAM = 3
_EVERYBODYS = frozenset(
    [
        "aol.com",
        "arcor.de",
        "bluewin.ch",
        "freenet.de",
        "gmail.com",
        "gmx.at",
        "gmx.ch",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hotmail.com",
        "hotmail.de",
        "icloud.com",
        "live.com",
        "live.de",
        "mac.com",
        "mail.com",
        "mailbox.org",
        "me.com",
        "msn.com",
        "outlook.com",
        "outlook.de",
        "posteo.de",
        "proton.me",
        "protonmail.com",
        "t-online.de",
        "web.de",
        "yahoo.co.uk",
        "yahoo.com",
        "yahoo.de",
        "ymail.com",
    ]
)
"""Mail domains that strangers share: an address there is no colleague's."""


def colleagues(occurrence: Occurrence, me: MeConfig) -> frozenset[str]:
    """Addresses of the attendees of the user's own mail domain, where they are a team: three or more."""
    domains = {_domain(email) for email in me.emails} - _EVERYBODYS
    own = frozenset(person.email for person in occurrence.attendees if _domain(person.email) in domains)
    return own if len(own) >= _TEAM else frozenset()


def is_among_colleagues(occurrence: Occurrence, me: MeConfig) -> bool:
    """Whether all the other people are of the user's own mail domain: they reach each other."""
    domains = {_domain(email) for email in me.emails} - _EVERYBODYS
    organizer = other_organizer(occurrence, me)
    people = [*other_attendees(occurrence, me), *([organizer] if organizer is not None else [])]
    return bool(people) and all(_domain(person.email) in domains for person in people)


def _domain(email: str) -> str:
    return email.rpartition("@")[2].casefold()


def other_attendees(occurrence: Occurrence, me: MeConfig) -> list[Person]:
    """The people who are asked to come beside the user: no rooms, no mailing lists, none who is only informed, and
    none of the user's own name, which is an address that was not configured."""
    myself = FullName.of(me.name)
    return [
        person
        for person in others(occurrence, me)
        if person in occurrence.attendees
        and person.cutype != "GROUP"
        and person.role != "NON-PARTICIPANT"
        and not myself.same(FullName.of(person.name))
    ]


def other_organizer(occurrence: Occurrence, me: MeConfig) -> Person | None:
    """The organizer, where that is somebody else."""
    organizer = occurrence.organizer
    return None if organizer is None or is_me(organizer, me) else organizer


def takes_place_anyway(occurrence: Occurrence, me: MeConfig) -> bool:
    """Whether a guest's silence leaves nothing open: another one has said yes, or it is one of a series that took place
    before."""
    team = colleagues(occurrence, me)
    guests = [person for person in other_attendees(occurrence, me) if person.email not in team]
    return occurrence.previous_start is not None or any(person.partstat == "ACCEPTED" for person in guests)


def my_attendance(occurrence: Occurrence, me: MeConfig) -> Person | None:
    """The user's own line among the attendees of somebody else's appointment."""
    if occurrence.organizer is not None and is_me(occurrence.organizer, me):
        return None
    return next((person for person in occurrence.attendees if is_me(person, me)), None)


def who(call: Call) -> str | Message:
    """The counterpart, for "Call {who}"."""
    return call.contact.name or msg("the other person")


def named(people: Sequence[Person], most: int = 3) -> tuple[str | Message, ...]:
    """People for a list in a sentence: the first ones by name, the rest by number."""
    shown: list[str | Message] = [person.name or person.email for person in people[:most]]
    if len(people) > most:
        shown.append(msg("{count} more", count=len(people) - most))
    return tuple(shown)


def title(occurrence: Occurrence) -> str | Message:
    """An appointment's title, for “{title}”."""
    return clean(occurrence.summary) or msg("untitled")
