"""Names of people as they stand in titles and invitations: folded, taken apart, found as whole words. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_FOLDED = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "ı": "i",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "’": "'",
    }
)
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_PARENTHESES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}")


def fold(text: str) -> str:
    """Lower case, umlauts written out, other accents dropped: "Müller" and "MUELLER" become "mueller"."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFC", text).casefold().translate(_FOLDED)
    return "".join(letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter))


def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a text; a hyphen or an apostrophe within a word belongs to it."""
    return _words_of_name(text) if len(text) <= _SHORT else _words(text)


def _words(text: str) -> tuple[str, ...]:
    return tuple(fold(match[0]) for match in _WORD.finditer(unicodedata.normalize("NFC", text)))


_SHORT = 100
_words_of_name = lru_cache(maxsize=4096)(_words)
"""The same names and titles are looked at again and again."""

_SALUTATIONS = frozenset(
    words_of("Herr Herrn Hr Frau Fr Fräulein Familie Fam Mr Mrs Ms Miss Sir Madam Mme")
    + words_of("Dr Prof Professor Professorin Doktor Dipl Ing Mag PhD MSc BSc MBA")
    + words_of("med dent jur rer nat habil RA RAin Rechtsanwalt Rechtsanwältin Notar Notarin")
)


def has_salutation(text: str) -> bool:
    """Whether a text addresses somebody: "Frau", "Dr.", "Mr"."""
    return not _SALUTATIONS.isdisjoint(words_of(text))


_FIRMS = frozenset(words_of("GmbH mbH AG KG KGaA oHG GbR UG SE eV eG Ltd LLC Inc plc Corp Co BV NV SA SARL Srl SpA"))
_PARTICLES = frozenset(words_of("von vom zu zur van der den de del della di da dos le la el al ten ter"))
_BEFORE_A_NAME = frozenset(
    words_of("mit an bei für und with to for by and")
    + words_of("Anruf anrufen Telefonat Telefontermin Telefon Rückruf Telko Telefonkonferenz Gespräch Termin")
    + words_of("Besprechung Meeting call callback phone ring Zoom Teams Video Videocall Videokonferenz")
)
"""Words that a bare surname may follow. After any other it may be somebody else's: a first name, a firm, a topic."""


@dataclass(frozen=True, slots=True)
class FullName:
    """A person's (or firm's) name without titles, firm in parentheses, or the order of "Muster, Erika"; folded."""

    words: tuple[str, ...]
    firm: bool = False
    """True when the name ends in a legal form: then it has no surname."""

    @classmethod
    def of(cls, text: str) -> FullName:
        """Take a name apart; no words where there is no name in it (an e-mail address is none)."""
        return _full_name(text) if len(text) <= _SHORT else cls._of(text)

    @classmethod
    def _of(cls, text: str) -> FullName:
        if "@" in text:
            return cls(())
        bare = _PARENTHESES.sub(" ", text)
        before, comma, after = bare.partition(",")
        if comma and len(words_of(after)) in {1, 2} and not set(words_of(after)) & _FIRMS:
            bare = f"{after} {before}"
        words = [word for word in words_of(bare) if word not in _SALUTATIONS]
        names = tuple(word for word in words if word not in _FIRMS)
        return cls(names, firm=len(names) < len(words))

    @property
    def surname(self) -> str | None:
        """The last word of a person's name of two words or more; None otherwise (people have no digits in theirs)."""
        person = len(self.words) > 1 and not self.firm and not any(letter.isdigit() for letter in self.words[-1])
        return self.words[-1] if person else None

    def same(self, other: FullName) -> bool:
        """Whether both can be one person's: the same words, or the same first name and surname."""
        if self.words == other.words:
            return bool(self.words)
        if self.words[:1] != other.words[:1]:
            return False
        return bool(self.surname and self.surname == other.surname)


_full_name = lru_cache(maxsize=4096)(FullName._of)
"""As `_words_of_name`."""


def mentions(text: str, name: FullName) -> bool:
    """Whether a text holds the whole name, as words that follow each other (initials between them do not matter).

    "Erika Muster", "Muster, Erika" and "Erika B. Muster" are the same; "Erikas Muster" is not.
    """
    if not name.words:
        return False
    shortest = min(2, *(len(word) for word in name.words))
    words = tuple(word for word in words_of(text) if len(word) >= shortest and word not in _SALUTATIONS)
    orders = {name.words, name.words[-1:] + name.words[:-1]}
    if name.surname:
        orders |= {(name.words[0], name.surname), (name.surname, name.words[0])}
    return any(
        words[index : index + len(order)] == order for order in orders for index in range(len(words) - len(order) + 1)
    )


def mentions_surname(text: str, name: FullName) -> bool:
    """Whether a text holds the surname alone, where it can only be this person's: "Frau Müller", "Telefonat Müller".

    Not after another first name or initial, not as part of a firm's name, and not in small letters within a text
    that has capitals.
    """
    text = unicodedata.normalize("NFC", text)
    found = list(_WORD.finditer(text))
    small = text == text.lower()
    for index, match in enumerate(found):
        if fold(match[0]) != name.surname or not (small or match[0][0].isupper()):
            continue
        after = fold(found[index + 1][0]) if index + 1 < len(found) else ""
        gap = text[found[index - 1].end() : match.start()] if index else ""
        if after not in _FIRMS and _may_precede(found[index - 1][0] if index else "", gap, name):
            return True
    return False


def _may_precede(word: str, gap: str, name: FullName) -> bool:
    if not word or set(gap) & set(":;,/|–—-&+"):
        return True
    folded = fold(word)
    if folded.isdigit():
        return True
    if len(folded) == 1:
        return folded == name.words[0][0]
    return folded in _SALUTATIONS | _PARTICLES | _BEFORE_A_NAME
