"""Cuts a line into tokens and tags each from the lexicon. Linear in the length of the line, which is bounded here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from termintreu.model.names import fold as fold_name
from termintreu.recognition.detection.lexicon import joined, lexicon, spoken
from termintreu.recognition.detection.text import Line, fold
from termintreu.recognition.given_names import GIVEN_NAMES

MAX_TITLE = 300
"""Characters of a title or place that are looked at: nobody says what it is later than that."""

_TOKEN = re.compile(
    r"(?P<url>(?i:[a-z][a-z0-9+.-]{1,20}://\S+|(?:mailto|javascript|sips?|facetime):\S+))"
    r"|(?P<time>\d{1,2}[:.]\d\d(?:[:.]?\s?(?:uhr|h|am|pm|a|p)(?!\w))?|\d{1,2}\s?(?:uhr|h|am|pm)(?!\w)"
    r"(?<!\sam(?= (?:tel|app|han|hor|nat|roh))))(?![\d:])"  # "bis 12 am Apparat"
    r"|(?P<word>\w+(?:['’]\w+)*)"
    r"|(?P<sign>[^\w\s])"
)
_SIGNS = {
    **dict.fromkeys("([{«", "("), **dict.fromkeys(")]}»", ")"), **dict.fromkeys("|•·→*=\\<>", "-"),
    **dict.fromkeys(",;", ","), **dict.fromkeys("!?", "!"), **dict.fromkeys("&+", "+"),
    **dict.fromkeys("\"“”„‚‘", '"'), ":": ":", "/": "/", "@": "v",
    **dict.fromkeys("☎📞📱📲✆", "☎"), **dict.fromkeys("🎥📹", "📹"),
}  # fmt: skip
_CHANNELS = ("telephone", "anruf", "ruckruf", "rueckruf", "telefon", "phone", "tel", "video", "online", "web",
             "zoom", "skype", "teams", "webex", "jitsi", "facetime", "whatsapp", "signal")  # fmt: skip
_NUMBERED = re.compile(r"(?:kw|cw|q|h|s|p|v|w|tag|top|teil)\d+")
"""A week, a quarter, a part."""
_OF_CHANNEL = dict.fromkeys(("video", "online", "web", "zoom", "skype", "teams", "webex", "jitsi", "facetime"), "V")
_OWNERS = frozenset("gKhfc")
"""Tags of a word that keeps its tag with 's: "mum's consultant"."""
_PLURALS = (("ies", "y"), ("es", ""), ("s", ""))
_COUNTED = frozenset("Oωnfemk")
_LOOSE = frozenset({"tel", "web", "zoom", "teams", "signal", "anruf"})


class Token(NamedTuple):
    """A word, several words that belong together, a number, a time or a sign."""

    start: int
    end: int
    tag: str
    """One letter."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A line and its tokens."""

    line: Line
    tokens: tuple[Token, ...]
    tags: str
    """One letter for each token."""
    matter: int | None = None
    """Where the first token stands that names a matter ("re", "wegen"); nothing behind it says what the line is."""

    def text(self, first: int, last: int) -> str:
        """What the line says from one token up to before another."""
        return self.line.text[self.tokens[first].start : self.tokens[last - 1].end]

    def vendor(self, place: int) -> str | None:
        """The name of the service that a token names."""
        token = self.tokens[place]
        return lexicon().vendors.get(joined(self.line.folded[token.start : token.end]))


_MATTER, _TOPIC = "ι", "z"
_EMPTY = Tagged(Line(text="", folded=""), (), "")


def tagged(line: Line, numbers: Iterable[tuple[int, int]] = (), *, sentence: bool = False) -> Tagged:
    """A line's tokens.

    Args:
        line: a title, a place or a sentence.
        numbers: where telephone numbers stand in it, start and end.
        sentence: some words say something else in one than in a title (`lexicon.spoken`).
    """
    if not line.text:
        return _EMPTY
    text, folded = line.text[:MAX_TITLE], line.folded[:MAX_TITLE]
    tokens: list[Token] = []
    begin = 0
    for start, end in sorted(numbers):
        if start >= begin and end <= len(folded):
            _cut(text, folded, (begin, start), tokens, sentence=sentence)
            tokens.append(Token(start, end, "#"))
            begin = end
    _cut(text, folded, (begin, len(folded)), tokens, sentence=sentence)
    tags = "".join(token.tag for token in tokens)
    matter = tags.find(_MATTER)
    if matter < 0:
        return Tagged(line, tuple(tokens), tags)
    return Tagged(line, tuple(tokens), tags.replace(_MATTER, _TOPIC), matter)


def _cut(text: str, folded: str, part: tuple[int, int], tokens: list[Token], *, sentence: bool) -> None:
    raw: list[tuple[int, int, str, str]] = []
    for match in _TOKEN.finditer(folded, *part):
        kind, start, stop = match.lastgroup, match.start(), match.end()
        if kind == "word":
            raw.append((start, stop, match.group().replace("’", "'"), ""))
        elif kind == "time":
            raw.append((start, stop, match.group(), "T"))
        elif kind == "url":
            raw.append((start, stop, "", "∞"))
        elif sign := _sign(match.group(), folded, start):
            raw.append((start, stop, sign[0], sign[1]))
    words = (*(part[2] for part in raw), "")
    phrases, place = lexicon().phrases, 0
    other = spoken() if sentence else None
    while place < len(raw):
        start, stop, word, tag = raw[place]
        length = 1
        begins = word, words[place + 1]
        known = phrases.get(begins, ())
        if other:
            own = other.words.get(word, "")  # before what titles say with the word behind it
            known, tag = other.phrases.get(begins, () if own else known), tag or own
        for rest, letter in known:
            if words[place + 2 : place + 2 + len(rest)] == rest:
                length, tag = 2 + len(rest), letter
                stop = raw[place + 1 + len(rest)][1]
                break
        tokens.append(Token(start, stop, tag or tag_of(word, text[start:stop])))
        place += length


def _sign(sign: str, folded: str, place: int) -> tuple[str, str] | None:
    if sign == "-":
        before = folded[place - 1 : place]
        glued = (before.isalnum() or before == ".") and folded[place + 1 : place + 2].isalnum()
        return ("~", "~") if glued else ("-", "-")
    tag = _SIGNS.get(sign)
    return (sign, tag) if tag else None


@lru_cache(maxsize=8192)
def tag_of(word: str, text: str) -> str:
    """The tag of one word: from the lexicon, by its parts, by its ending; "x" where nothing is known of it.

    Args:
        word: folded.
        text: as it stands.
    """
    known = lexicon()
    if word in known.words:
        return "x" if word in known.acronyms and text.isupper() else known.words[word]
    if word[0].isdigit():
        return "0"
    if _NUMBERED.fullmatch(word):
        return "e"
    if word.endswith("'s") and (of := tag_of(word[:-2], text[:-2])) in _OWNERS:
        return of
    return _compound(word) or _ending(word) or ("g" if fold_name(text) in GIVEN_NAMES else _of_several(word))


def _of_several(word: str) -> str:
    """The tag of an English plural where the singular is a thing, a role or a meeting; else "x"."""
    for end, instead in _PLURALS:
        if word.endswith(end) and len(word) > len(end) + 2:
            tag = lexicon().words.get(word.removesuffix(end) + instead)
            if tag in _COUNTED:
                return tag
    return "x"


_WORD = re.compile(r"\w+(?:['’]\w+)*")
_PICTURES = "\u2600"
"""From here on characters are signs of their own."""
_STATES = "XØ"
"""Tags by which a sentence says that nothing takes place, or nobody joins by a link."""
_SPEAKS = "PΠπCψVκνtτμdosqjwRrbργη☎📹ΩΨζ6%Δ"


def may_speak(folded: str) -> bool:
    """Whether a sentence holds words by which it can say something of calls: most do not, and need not be tagged."""
    words = set(_WORD.findall(folded))
    return _holds(words, _SPEAKS + _STATES, words) or max(folded, default="") >= _PICTURES


def may_state(folded: str) -> bool:
    """The same of what does not take place, by words of the lexicon alone."""
    words = set(_WORD.findall(folded))
    return _holds(words, _STATES, _first_words().intersection(words))


@cache
def _first_words() -> frozenset[str]:
    """The words with which something begins that can say that nothing takes place."""
    known = (*spoken().words, *lexicon().words, *_phrases_from())
    return frozenset(word for word in known if any(_begins(word, _STATES)))


def _holds(words: set[str], letters: str, likely: Iterable[str]) -> bool:
    for word in likely:
        alone, rests = _begins(word, letters)
        if alone or any(all(one in words or not one[0].isalnum() for one in rest) for rest in rests):
            return True
    return False


@cache
def _phrases_from() -> Mapping[str, Sequence[tuple[tuple[str, ...], str]]]:
    """First word of a phrase to what may follow it, each with the tag of the whole in a sentence or in a title."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for table in (spoken().phrases, lexicon().phrases):
        for (first, second), rests in table.items():
            found.setdefault(first, []).extend(((second, *rest), letter) for rest, letter in rests)
    return found


@lru_cache(maxsize=8192)
def _begins(word: str, letters: str) -> tuple[bool, tuple[tuple[str, ...], ...]]:
    """Whether a word has one of these tags in a sentence, and with what other words behind it it has."""
    word = word.replace("’", "'")
    phrases = _phrases_from().get(word, ())
    tag = spoken().words.get(word) or tag_of(word, word)
    return tag in letters, tuple(rest for rest, letter in phrases if letter in letters)


def _compound(word: str) -> str | None:
    """Telefon + Termin is a call by telephone, Telefon + Schrank is a thing."""
    channel = next((one for one in _CHANNELS if word.startswith(one) and len(word) > len(one) + 2), None)
    if channel is None:
        return None
    rest = word[len(channel) :]
    tag = lexicon().words.get(rest) or _ending(rest)
    if tag in ("m", "C", "P"):
        return _OF_CHANNEL.get(channel, "P")
    return None if channel in _LOOSE and tag is None else "n"


def _ending(word: str) -> str | None:
    known = lexicon()
    for length in known.lengths:
        if len(word) > length + 1 and (tag := known.endings.get(word[-length:])):
            return tag
    return None


def line_of(text: str) -> Line:
    """A line as `text.read` gives it."""
    return Line(text=text, folded=fold(unicodedata.normalize("NFC", text)))
