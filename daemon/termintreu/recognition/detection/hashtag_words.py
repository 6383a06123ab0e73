"""The hashtags that a user writes into titles, notes and categories: "#held", "#verspätet"; docs/how-it-decides.md
lists them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from termintreu.config import MeConfig
from termintreu.model import Occurrence
from termintreu.recognition.detection.counterpart import is_me
from termintreu.recognition.detection.text import MAX_RAW, fold

_GESTURES = {
    "skip": ("skip", "ignorieren"),
    "call": ("call", "anruf"),
    "held": ("held", "gehalten"),
    "late": ("late", "verspatet", "verspaetet"),
    "missed": ("missed", "verpasst", "verpaßt"),
    "noshow": ("noshow", "no-show", "nichterschienen"),
    "confirmed": ("confirmed", "bestatigt", "bestaetigt"),
    "critical": ("critical", "kritisch"),
    "threatened": ("threatened", "gefahrdet", "gefaehrdet"),
}
_WITH_HASH_ONLY = frozenset({"call"})
"""As a category without "#", it says what the appointment is about, as any other category does."""
_CANONICAL = {word: name for name, words in _GESTURES.items() for word in words}
_HASHTAG = re.compile(r"(?<![\w#&/])#([a-zß]+(?:-[a-zß]+)*)(?![\w-])")


def gestures_of(occurrence: Occurrence, me: MeConfig) -> frozenset[str]:
    """The gestures of an appointment, by their canonical names (see `find_words`).

    The notes of what somebody else organises are that person's: gestures count there in the title and the categories
    only, where people add theirs to the copy they were sent.
    """
    organizer = occurrence.organizer
    theirs = organizer is not None and bool(organizer.email or organizer.name) and not is_me(organizer, me)
    texts = (occurrence.summary,) if theirs else (occurrence.summary, occurrence.description)
    return find_words(*texts, categories=occurrence.categories)


def find_words(*texts: str, categories: Iterable[str] = ()) -> frozenset[str]:
    """Canonical names of the gestures found: skip, call, held, late, missed, noshow, confirmed,
    critical, threatened.

    Args:
        texts: titles and notes; a gesture counts as a whole hashtag only, in German or English.
        categories: each may be the gesture with or without "#".
    """
    found = {match.group(1) for text in texts if "#" in text for match in _HASHTAG.finditer(_folded(text[:MAX_RAW]))}
    names = {_CANONICAL[word] for word in found if word in _CANONICAL}
    for category in categories:
        word = _folded(category).strip()
        name = _CANONICAL.get(word.removeprefix("#"))
        if name is not None and (word.startswith("#") or name not in _WITH_HASH_ONLY):
            names.add(name)
    return frozenset(names)


def hashtag_places(text: str) -> list[tuple[int, int, str]]:
    """Where gestures stand in one line, and which: start and end in the line as folded by `folded`, canonical name."""
    return [
        (match.start(), match.end(), _CANONICAL[match[1]])
        for match in _HASHTAG.finditer(_folded(text))
        if match[1] in _CANONICAL
    ]


def without_hashtags(text: str) -> str:
    """One line without gestures."""
    text = unicodedata.normalize("NFC", text)
    for start, end, _ in reversed(hashtag_places(text)):
        text = f"{text[:start].rstrip()} {text[end:].lstrip()}"
    return text.strip()


def _folded(text: str) -> str:
    return fold(unicodedata.normalize("NFC", text))
