"""The words of titles and places: one TOML file for each language, read once. No code here decides about words.

A line of a file is a word, several words, or an ending ("-gespräch"), under the tag it stands for, with a title that
holds it; a test reads every one of these titles. A word has one tag; the first file that has it says which.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple

from termintreu.recognition.detection.text import fold

TAGS = {
    "phone_call": "P", "several_calls": "Π", "phone_letters": "κ", "video_letters": "ν", "by_telephone": "τ",
    "mobile": "μ", "hotline": "η", "service_words": "s", "call": "C", "video_call": "V", "telephone": "t",
    "video": "d", "online": "o", "service": "s", "service_among_others": "s", "ambiguous_service": "q",
    "service_apart": "j", "messenger": "w", "meeting": "m", "teaching": "k", "calling": "ψ", "ring": "R",
    "third_person": "ρ",
    "give": "ζ", "gives": "γ", "arrival": "α", "report": "ξ", "speak_to": "σ", "ring_or_noun": "b", "rings": "r",
    "particle": "p", "will": "l", "via": "v", "with": "W", "topic": "z", "matter": "ι", "self": "i", "them": "i",
    "honorific": "h", "role": "f", "kin": "K", "firm": "c", "legal_form": "G", "article": "a", "adverb": "y",
    "mark": "Y", "cancelled": "X", "moved": "M", "held": "H", "negation": "N", "recording": "D", "beforehand": "B",
    "delivery": "Q", "condition": "F", "presence": "L", "venue": "S", "object": "O", "work": "U", "about": "A",
    "arranging": "Z", "new": "J", "determiner": "u", "call_object": "ω", "english_phone_call": "π", "when": "β",
    "done": "δ", "link": "λ", "applicant": "f", "acronym": "x", "given_name": "g", "personal_meeting": "m",
    "name_particle": "x", "no_call": "n", "no_name": "e",
}  # fmt: skip
"""The letter for each tag: rules are patterns over these letters (see `grammar`)."""
SERVICES = "services"
LANGUAGES = ("de", "en", "other")
SENTENCES = ("de_sentences", "en_sentences")
SENTENCE_TAGS = {
    "writer": "1", "reader": "2", "someone": "3", "us": "8", "will": "l", "receive": "4", "send": "5", "join": "7",
    "contact": "6", "speak": "9", "request": "ß", "past": "δ", "condition": "F", "on_the_way": "Q",
    "by_telephone": "τ", "nothing": "x", "allowed": "ƒ", "rung": "Ω", "a_call": "Ψ", "dial_in": "Δ", "runs": "Θ",
    "watched": "D", "dial": "%", "before_it": "B", "called_off": "X",
    "void": "Ø",
}  # fmt: skip
"""The letter for each tag of a word that says something else in a sentence than in a title (see `grammar.speech`)."""


class Entry(NamedTuple):
    """One line of a file."""

    file: str
    tag: str
    word: str
    said: str
    """A title that holds the word; of a service: its name in `vendor`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """All words, folded."""

    words: Mapping[str, str]
    """Word to tag letter."""
    phrases: Mapping[tuple[str, str], tuple[tuple[tuple[str, ...], str], ...]]
    """First two words to what may follow them, longest first, each with the tag letter of the whole."""
    endings: Mapping[str, str]
    lengths: tuple[int, ...]
    """Of the endings, longest first."""
    dropped: frozenset[str]
    """Roles that no name is shown with ("Kandidat Sommer")."""
    acronyms: frozenset[str]
    """Words that are names in capitals ("IT")."""
    personal: frozenset[str]
    """Meetings with one other person: what follows them is a name rather than a topic."""
    particles: frozenset[str]
    """Words between the parts of a name ("von", "van der")."""
    vendors: Mapping[str, str]
    """Words of a service, without spaces and hyphens, to its name."""


def entries() -> Iterator[Entry]:
    """Every line of every file, in the order in which they count."""
    return _lines((SERVICES, *LANGUAGES))


def sentence_entries() -> Iterator[Entry]:
    """Every line of the files of words that say something else in a sentence."""
    return _lines(SENTENCES)


def _lines(names: Iterable[str]) -> Iterator[Entry]:
    for name in names:
        text = (files(__name__) / f"{name}.toml").read_text(encoding="utf-8")
        for tag, lines in tomllib.loads(text).items():
            for word, said in lines.items():
                yield Entry(name, tag, word, said)


class Spoken(NamedTuple):
    """What words say in a sentence, where that is something else than in a title."""

    words: Mapping[str, str]
    phrases: Mapping[tuple[str, str], tuple[tuple[tuple[str, ...], str], ...]]
    """First two words to all that may follow them, with what the lexicon knows behind."""
    parties: frozenset[str]
    """What stands before a colon and the name of who a call is with."""
    closings: frozenset[str]
    """What stands before the name of who signs."""


_NAMERS = ("party", "closing")


@cache
def spoken() -> Spoken:
    """The words of sentences; all others are the lexicon's."""
    words: dict[str, str] = {}
    phrases: _Phrases = {}
    apart: dict[str, set[str]] = {tag: set() for tag in _NAMERS}
    for entry in sentence_entries():
        for spelling in _spellings(entry.word):
            if entry.tag in apart:
                apart[entry.tag].add(spelling)
            else:
                _add(words, phrases, spelling, SENTENCE_TAGS[entry.tag])
    parties, closings = (frozenset(apart[tag]) for tag in _NAMERS)
    also = {first: (*rests, *lexicon().phrases.get(first, ())) for first, rests in _longest_first(phrases).items()}
    return Spoken(MappingProxyType(words), MappingProxyType(also), parties, closings)


_Phrases = dict[tuple[str, str], dict[tuple[str, ...], str]]


def _add(words: dict[str, str], phrases: _Phrases, spelling: str, letter: str) -> None:
    first, *rest = parts(spelling)
    if rest:
        phrases.setdefault((first, rest[0]), {}).setdefault(tuple(rest[1:]), letter)
    else:
        words.setdefault(first, letter)


def _longest_first(phrases: _Phrases) -> Mapping[tuple[str, str], tuple[tuple[tuple[str, ...], str], ...]]:
    return MappingProxyType(
        {begin: tuple(sorted(rests.items(), key=lambda one: -len(one[0]))) for begin, rests in phrases.items()}
    )


@cache
def lexicon() -> Lexicon:
    """The lexicon."""
    words: dict[str, str] = {}
    phrases: _Phrases = {}
    endings: dict[str, str] = {}
    vendors: dict[str, str] = {}
    apart: dict[str, set[str]] = {
        "applicant": set(),
        "acronym": set(),
        "personal_meeting": set(),
        "name_particle": set(),
    }
    for entry in entries():
        letter = TAGS[entry.tag]
        for spelling in _spellings(entry.word):
            if entry.tag in apart:
                apart[entry.tag].add(spelling)
            if entry.tag == "acronym":
                continue
            if entry.file == SERVICES:
                vendors.setdefault(joined(spelling), entry.said)
            if spelling.startswith("-"):
                endings.setdefault(spelling[1:], letter)
                continue
            _add(words, phrases, spelling, letter)
    return Lexicon(
        words=MappingProxyType(words),
        phrases=_longest_first(phrases),
        endings=MappingProxyType(endings),
        lengths=tuple(sorted({len(ending) for ending in endings}, reverse=True)),
        dropped=frozenset(apart["applicant"]),
        acronyms=frozenset(apart["acronym"]),
        personal=frozenset(apart["personal_meeting"]),
        particles=frozenset(apart["name_particle"]),
        vendors=MappingProxyType(vendors),
    )


def _spellings(word: str) -> Iterator[str]:
    """A word folded, and as it is written without umlauts; of several words also with hyphens."""
    plain = word.lower().translate({ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue"})
    for spelling in dict.fromkeys((fold(word), plain)):
        yield spelling
        if " " in spelling:
            yield spelling.replace(" ", "-")


def joined(words: str) -> str:
    """Words without spaces and hyphens."""
    return words.replace(" ", "").replace("-", "")


def parts(spelling: str) -> list[str]:
    """A word cut as titles are: letters and digits on the one side, each other character on the other; no dots."""
    found: list[str] = []
    run = ""
    for character in spelling.replace("’", "'"):
        if character.isalnum() or character in "_'":
            run += character
            continue
        if run:
            found.append(run)
            run = ""
        if character not in " .":
            found.append("~" if character == "-" else character)
    return [*found, run] if run else found
