"""Whether the title of an absence names somebody else than the user ("Ferien Luca", "Max im Urlaub"). Pure.

Colleagues and families keep each other's holidays in calendars that all of them see. Where it may be the user's own,
it is: a promise that nobody keeps is worse than a warning too many. So a place ("Urlaub Ostsee"), initials, and a name
that is not known as one leave the absence the user's.
"""

from __future__ import annotations

import re

from termintreu.config import MeConfig
from termintreu.model.names import fold, words_of
from termintreu.recognition.given_names import GIVEN_NAMES

_ME_TOO = frozenset(
    words_of(
        "ich mich mir mein meine wir uns unser unsere alle Familie Fam Team I me my mine we us our all family both"
    )
)
"""Whoever else is named, the user is among them."""
_COMPANY = frozenset(words_of("mit bei zu zum zur samt with at to visit visiting besuche besuchen Besuch"))
"""What stands before the name of whom one travels with, or visits."""
_PLACES = frozenset(
    words_of("St Sankt Saint San Santa Sant Hotel Villa Haus Hof Pension Casa Camping Insel Cap Costa Port Schloss")
)
"""What stands before a name that is one of a place."""
_TITLES = frozenset(words_of("Frau Herr Herrn Hr Mr Mrs Ms Dr Prof"))
_KIN = frozenset(
    words_of("Oma Opa Papa Mama Mami Papi Mutti Vati Tante Onkel Chef Chefin Kollege Kollegin Azubi Praktikant")
    + words_of("mum mom dad grandma grandpa granny boss colleague")
)
"""Who is meant without a name."""
_INITIAL = re.compile(r"(?<![\w.])(?P<initial>[^\W\d_])\.\s?(?P<surname>[^\W\d_][\w'’-]{2,})")
""" "M. Kern"."""
_ONLY_OF_PEOPLE = re.compile(
    r"(?P<who>[^\W\d_][\w'’.-]*(?:\s+[^\W\d_][\w'’-]*)?)\s*[:,–-]?\s+"
    r"(?:krank|krankgeschrieben|krankgemeldet|sick|elternzeit|mutterschutz|(?:maternity|paternity|parental)\s+leave)$",
    re.IGNORECASE,
)
"""Who it is, before what befalls people alone: no place stands there."""
_SUBJECT = re.compile(
    r"(?P<who>[^\W\d_][\w'’.-]*(?:\s+[^\W\d_][\w'’-]*)?)\s+"
    r"(?:(?:ist\s+|is\s+)?(?:im|in|auf)\s+(?:urlaub|ferien|krankenstand|elternzeit|mutterschutz|kur|reha)"
    r"|hat\s+(?:urlaub|frei|ferien)|ist\s+(?:krank|krankgeschrieben|abwesend|weg|nicht\s+da|im\s+urlaub)"
    r"|(?:is\s+)?(?:off\s+sick|out\s+sick|on\s+(?:\w+\s+)?(?:holidays?|vacation|leave)|out\s+of\s+(?:the\s+)?office)"
    r"|is\s+(?:off|sick|away|ooo))(?!\w)",
    re.IGNORECASE,
)
"""Who is away, and that they are."""
_VERBS = frozenset({"is", "ist", "hat", "has"})
_NO_SUBJECT = frozenset(
    words_of("heute morgen gestern jetzt bald wieder noch endlich leider evtl eventuell vielleicht evt immer")
    + words_of("nur ganztägig ganztags vormittags nachmittags halbtags Woche Tag Tage Wochenende ab bis von vom")
    + words_of("bin sind am an Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag Mo Di Mi Do Fr Sa So")
    + words_of("Büro Praxis Firma Laden Januar Februar März April Mai Juni Juli August September Oktober")
    + words_of("November Dezember Kind Kinder Sohn Tochter Sommer Winter Herbst Frühling Ostern Pfingsten")
    + words_of("Weihnachten Silvester Status Abwesenheit Termin today tomorrow now soon still again finally")
    + words_of("maybe probably office shop week weekend day days be being Monday Tuesday Wednesday Thursday")
    + words_of("Friday Saturday Sunday January February March May June July October December child kids kid son")
    + words_of("daughter summer winter spring autumn Easter Christmas back out-of-office away Urlaub Ferien")
    + words_of("krank frei vacation holiday holidays leave sick genehmigt approved und and oder or der die das")
)
"""What stands where a name could, and is none."""
_SHORTEST = 3
"""Letters of a short form: "Alex" for Alexander."""


def names_somebody_else(title: str, me: MeConfig) -> bool:
    """Whether it is said whose the absence is, and that is not the user."""
    own = _own_names(me)
    if not own:
        return False  # who the user is, is not known
    words = tuple(_bare(word) for word in words_of(title))
    if _ME_TOO & set(words):
        return False
    first_names, all_names = own
    if any(_is_short_for(word, name) for word in words for name in first_names):
        return False
    if any(_is_named(index, words) for index in range(len(words))):
        return True
    return not all_names & set(words) and (_says_who(title) or _is_abbreviated(title, all_names))


def _own_names(me: MeConfig) -> tuple[frozenset[str], frozenset[str]] | None:
    """The user's given names, and all names; None where none is known."""
    whole = [word for word in words_of(me.name) if word not in _TITLES]
    given = whole[:-1] or whole
    addresses = [word for email in me.emails for word in re.split(r"[._+\d-]+", fold(email.partition("@")[0])) if word]
    given += [word for word in addresses if word not in whole]
    return (frozenset(given), frozenset(given + whole)) if whole else None


def _bare(word: str) -> str:
    """A name without the ending that makes it a possessive."""
    return re.sub(r"'s$", "", word)


def _is_short_for(word: str, name: str) -> bool:
    """Whether both can be one name: "Alex", "Alexander", "Alexanders"."""
    if word in (name, f"{name}s"):
        return True
    return min(len(word), len(name)) >= _SHORTEST and (name.startswith(word) or word.startswith(name))


def _is_named(index: int, words: tuple[str, ...]) -> bool:
    """Whether a word is the name of somebody whose absence it can be."""
    word = words[index]
    before = words[index - 1] if index else ""
    after = words[index + 1] if index + 1 < len(words) else ""
    if before in _TITLES and not word.isdigit() and len(word) >= _SHORTEST:
        return index < 2 or words[index - 2] not in _COMPANY
    known = word in GIVEN_NAMES or word in _KIN or (word.endswith("s") and word[:-1] in GIVEN_NAMES)
    if not known or before in _COMPANY or before in _PLACES:
        return False
    if word == "max" and after.isdigit():
        return False
    joined = before in ("und", "and") and index > 1
    return not (joined and _in_company(words[: index - 1]))


def _in_company(words: tuple[str, ...]) -> bool:
    """Whether the words end in somebody with whom the user is: "mit Max (und Luca)"."""
    return any(word in _COMPANY for word in words[-3:])


def _says_who(title: str) -> bool:
    """Whether a sentence says of somebody that they are away, be the name known or not."""
    match = _SUBJECT.match(title.strip()) or _ONLY_OF_PEOPLE.match(title.strip())
    if match is None:
        return False
    who = [part for part in match["who"].split() if part.lower() not in _VERBS]
    return all(part[:1].isupper() for part in who) and not _NO_SUBJECT & set(words_of(" ".join(who)))


def _is_abbreviated(title: str, own: frozenset[str]) -> bool:
    """Whether it is somebody by initial and surname: "M. Kern", no name of the user's."""
    match = _INITIAL.search(title)
    if match is None or not (match["initial"].isupper() and match["surname"][0].isupper()):
        return False
    surname = fold(match["surname"])
    return surname not in own | _PLACES | _NO_SUBJECT
