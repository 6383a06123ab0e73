"""Who else takes part, and what the counterpart is called: from attendees first, then from the title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from termintreu.config import MeConfig
from termintreu.model import Occurrence, Person
from termintreu.model.texts import clean
from termintreu.recognition.detection.grammar.names import SURE, named
from termintreu.recognition.detection.grammar.tokens import Tagged, line_of, tag_of, tagged
from termintreu.recognition.detection.text import Line, Texts, fold

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
    told = _name_in_body(texts, me)
    return told or (said.name if said else None)


_INVITES = re.compile(
    r"^(?P<who>[^\s<>:][^<>:]{0,60}?) (?:is inviting you to|has invited you to|invites you to|"
    r"lädt Sie zu|lädt dich zu|hat Sie zu|vous invite)(?!\w)"
)


_SALUTATION = re.compile(
    r"^(?:sehr geehrte\w*|liebe[rs]?|hallo|hi|hey|dear|guten (?:tag|morgen)|gruezi|servus|moin|good \w+|"
    r"an|to|cc|betreff|subject)(?!\w)"
)
_CLOSING = re.compile(
    r"^(?:(?:mit )?(?:\w+ )?(?:grusse?|gruss|grußen|gruße|gruß|gruessen|gruesse)(?!\w)|lg|mfg|vg|bg|i\. ?a\.|"
    r"(?:kind |best |warm )?regards|best(?: wishes)?|thanks|cheers|many thanks|yours)"
)


_CLOSED = re.compile(r"^[^,]{2,40}, ([A-ZÄÖÜ][\w.'-]+(?: [A-ZÄÖÜ][\w.'-]+){0,2})(?: ?[(|].*)?$")
"""Greeting and name on one line: "Viele Grüße, Erika Muster"."""
_HOST = re.compile(
    r"^(?:Moderation|Moderator(?:in)?|Ansprechpartner(?:in)?|Gastgeber(?:in)?|Organisator(?:in)?|Kontakt|Host): "
    r"([A-ZÄÖÜ][\w.'-]+(?: [A-ZÄÖÜ][\w.'-]+){1,2})$"
)
"""Who leads it, or answers for it: "Moderation: Erika Muster"."""


def _name_in_body(texts: Texts, me: MeConfig) -> str | None:
    """Who invites by a service's own sentence; else whom the first lines name by a form of address; else who signs."""
    for line in texts.body[:6]:
        match = _INVITES.match(line.text)
        if match:
            found = named(tagged(line_of(match.group("who"))), me)
            return found.name if found else match.group("who")[:_MAX_NAME]
    lines = [*texts.body, *texts.tail[:6]][:30]
    return _addressed(lines, me) or _meets(texts.body[:8], me) or _spoken_of(lines, me) or _signed(lines, me)


_FULL = r"(?P<who>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+){0,2})"
_MEETS = re.compile(
    r"(?<!\w)(?:appointment|session|meeting|visit|interview|chat|call|consultation|consult|lesson) with "
    + _FULL
    + r"|"
    + _FULL.replace("who", "caller")
    + r"(?: from [A-Z][\w'’& -]{1,40})?(?:, [A-Z]{2,5},)? will (?:call|phone|ring|telephone)"
)
"""English invitations say who rings or meets the reader."""


def _meets(lines: Sequence[Line], me: MeConfig) -> str | None:
    for line in lines:
        match = _MEETS.search(line.text)
        who = (match.group("who") or match.group("caller")) if match else ""
        first, _, more = who.partition(" ")
        if who and (tag := tag_of(fold(first), first)) in ("g", "x") and (more or tag == "g") and who != me.name:
            return who[:_MAX_NAME]
    return None


def _addressed(lines: Sequence[Line], me: MeConfig) -> str | None:
    for line in lines:
        if len(line.text) > _LONGEST or _SALUTATION.match(line.folded):
            continue
        if _FORM_OF_ADDRESS.search(line.folded):
            found = named(tagged(line), me)
            if found and found.worth >= _HONORED:
                return found.name
    return None


def _spoken_of(lines: Sequence[Line], me: MeConfig) -> str | None:
    """Whom a short line names as a title does: "Telefonat mit Katrin, sie ruft an"."""
    for line in lines[:6]:
        if len(line.text) <= _SHORT and _WITH.search(line.folded):
            tags = tagged(line)
            found = named(tags, me) if _TALK.search(tags.tags) else None
            if found and found.worth > SURE:
                return found.name
    return None


_SHORT = 80
_WITH = re.compile(r"(?<!\w)(?:mit|with)(?!\w)")
_TALK = re.compile(r"[PVtτμ]W")
_LONGEST = 250
_HONORED = 10
_FORM_OF_ADDRESS = re.compile(
    r"(?<!\w)(?:herrn?|frau|hr|fr|dr|prof|mag|mr|mrs|ms|mx|miss|familie|fam|notar(?:in)?|"
    r"pfarrer(?:in)?|pfr|pastor(?:in)?|rain?)(?!\w)"
)


def _signed(lines: Sequence[Line], me: MeConfig) -> str | None:
    """The name below a greeting, or a line that is a given name and a surname and little else."""
    for line in lines:
        host = _HOST.match(line.text)
        if host and fold(host.group(1)) != fold(me.name):
            return host.group(1)
        same = _CLOSED.match(line.text) if _CLOSING.match(line.folded) else None
        if same and fold(same.group(1)) != fold(me.name):
            return same.group(1)
    for above, line in pairwise(lines):
        first = re.split(r"[,|·•–/(@]", line.text)[0].strip()
        if not 1 <= len(first.split()) <= 3 or any(map(str.isdigit, first)):
            continue
        if _CLOSING.match(above.folded) and len(above.text) < 50 and first[:1].isupper():
            return None if fold(first) == fold(me.name) else first[:_MAX_NAME]
    for line in lines:
        first = re.split(r"[,|·•–/(@]", line.text)[0].strip()
        words = first.split()
        if not 2 <= len(words) <= 3 or not words[-1][:1].isupper() or fold(first) == fold(me.name):
            continue
        if tag_of(fold(words[0]), words[0]) == "g" and first.replace(" ", "").replace("-", "").isalpha():
            return first[:_MAX_NAME]
    return None
