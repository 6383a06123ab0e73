"""Titles that name both sides of a call: "Dr. Kern ruft an", "Anna ruft Erika zurück", "Bob calls me". Pure."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from termintreu.config import MeConfig
from termintreu.recognition.detection.text import fold

_GERMAN = re.compile(
    r"^(?P<who>[^\W\d][^:;,()\d]{0,50}?) ruft(?P<whom>(?: [^:;,()\d\s]{1,30}){0,4}?) (?:an|zurück|zurueck)(?!\w)",
    re.IGNORECASE,
)
_ENGLISH = re.compile(
    r"^(?P<who>[^\W\d][^:;,()\d]{0,50}?) (?:calls|rings|phones|(?:will|is to) (?:call|ring|phone))"
    r"(?P<whom>(?: [^:;,()\d\s]{1,30}){1,2}?)(?: back)?(?=$| ?[-–:;,()+]| \d| (?:at|on|about|re|regarding|from)\s)",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"^(?:(?:kurz|bitte|nochmal|noch|mal|wieder|dann|gleich|heute|morgen|selbst|again|back)(?:\s|$))*"
    r"(?:(?:wegen|wg\.?|zu[mr]?|um|am|ab|gegen|vom|von|aus)\s.*)?",
    re.IGNORECASE,
)
_I = frozenset({"mich", "uns", "bei mir", "bei uns", "me", "us", ""})
_NO_NAME = frozenset({"er", "sie", "es", "wir", "jemand", "niemand", "he", "she", "they", "we", "someone", "nobody"})


class Sides(NamedTuple):
    """Who calls whom, seen from the user."""

    caller: Literal["me", "them"]
    other: str
    """As it stands in the title."""
    by_name: bool
    """Whether the title calls the user by name; "me" is whoever wrote it."""


def who_calls(title: str, me: MeConfig) -> Sides | None:
    """What a title says; None where it does not, or speaks of two other people."""
    match = _GERMAN.match(title) or _ENGLISH.match(title)
    if match is None or match["who"].strip().casefold() in _NO_NAME:
        return None
    who, whom = match["who"].strip(), _ASIDE.sub("", match["whom"].strip()).strip()
    own = {fold(me.name), *fold(me.name).split()[:1]} - {""}
    if fold(who) in own:
        return Sides("me", whom, by_name=True) if whom and fold(whom) not in _I else None
    if fold(whom) in own or whom.casefold() in _I:
        return Sides("them", who, by_name=fold(whom) in own)
    return None
