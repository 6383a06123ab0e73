"""Errors in the reader's language. Pure but for reading its own catalogue.

An error is an English sentence where it arises: the log, JSON documents and the state hold it, whoever reads them
later, and whichever version wrote it. What a person is shown of it is translated here, by the sentences of the
catalogue `errors.po`: a msgid is a sentence with names in braces where its values stand, and each value may be a
sentence again. What the catalogue does not know stays as it is.
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from termintreu.model.texts.catalogue import ERRORS, Language, catalogue

_LONGEST = 4000
"""Characters; a longer text is shown as it is."""
_DEPTH = 5
"""How deep sentences stand within each other at most."""
_LEAST = 6
"""Letters that a sentence has beside its values: with fewer, anything would be taken for it."""
_MOST_PARTS = 24
"""Parts of which a text is made at most; what follows stands in the last one."""
_BETWEEN = re.compile(r"(: |; |, | \()")
"""What stands between the place of an error and the error, or between two of them."""
_FOREIGN = frozenset(
    {"name", "names", "names1", "path", "path1", "file", "host", "source", "text", "known", "key", "country"}
)
"""Names of values that are no words of ours: they stay as they are."""


_NOBODY = frozenset({"none", "none at all", "nobody"})
"""What stands in the place of such values where there are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pattern:
    pieces: tuple[str, ...]
    """The text between the values."""
    form: re.Pattern[str]
    translation: str

    def values(self, text: str) -> dict[str, str] | None:
        """The values of a sentence of this form; None where the text is none."""
        if not all(piece in text for piece in self.pieces):  # cheap, and rules out nearly all
            return None
        found = self.form.fullmatch(text)
        return found.groupdict() if found else None


def translated(text: str, language: Language) -> str:
    """An error in a language, line by line; what is not known of it stays English."""
    if language == "en" or len(text) > _LONGEST:
        return text
    return "\n".join(_translated(line, _DEPTH) for line in text.split("\n"))


@lru_cache(maxsize=512)
def _translated(text: str, depth: int) -> str:
    core = text.strip()
    if not core or not depth:
        return text
    said = _whole(core, depth)
    return text.replace(core, _parts(core, depth) if said is None else said, 1)


def _whole(text: str, depth: int) -> str | None:
    """The translation of a text that is one sentence of the catalogue; None where it is none."""
    sentences = catalogue("de", ERRORS).sentences
    if "{" not in text and (known := sentences.get(text)):
        return known
    if known := sentences.get(f"{text}."):
        return known.removesuffix(".")
    for pattern in _patterns():
        values = pattern.values(text)
        if values is not None:
            inner = {
                name: value if name in _FOREIGN and value not in _NOBODY else _translated(value, depth - 1)
                for name, value in values.items()
            }
            return pattern.translation.format(**inner)
    return None


def _parts(text: str, depth: int) -> str:
    """A text of several parts, each translated as far as it is known: "config.toml:3: me.region: is missing"."""
    pieces = _BETWEEN.split(text, _MOST_PARTS)
    said: list[str] = []
    first = 0
    while first < len(pieces):
        last, translation = _longest(pieces, first, depth)
        said += [translation, *pieces[last + 1 : last + 2]]
        first = last + 2
    return "".join(said)


def _longest(pieces: Sequence[str], first: int, depth: int) -> tuple[int, str]:
    """The most parts from the first one on that are a sentence together: the last one's place, and the translation; the
    first part as it stands where there is none."""
    # What stands before a colon is a place, which may have any name: one word is none of ours.
    is_place = " " not in pieces[first] and pieces[first + 1 : first + 2] == [": "]
    if not is_place or pieces[first - 1 : first] == [" ("]:
        for last in range(len(pieces) - 1, first - 1, -2):
            part = "".join(pieces[first : last + 1])
            end = ")" if part.endswith(")") and "(" not in part else ""
            said = _whole(part.removesuffix(end), depth) if part else None
            if said is not None:
                return last, said + end
    return first, pieces[first]


@lru_cache(maxsize=1)
def _patterns() -> tuple[_Pattern, ...]:
    """The sentences with values, the most exact ones first."""
    found = [(msgid, said) for msgid, said in catalogue("de", ERRORS).sentences.items() if "{" in msgid]
    pieces = {
        msgid: tuple(filter(None, (literal for literal, *_ in string.Formatter().parse(msgid)))) for msgid, _ in found
    }
    ordered = sorted(found, key=lambda each: -sum(map(len, pieces[each[0]])))
    return tuple(
        _Pattern(pieces=pieces[msgid], form=re.compile(_form(msgid), re.DOTALL), translation=said)
        for msgid, said in ordered
        if sum(map(len, pieces[msgid])) >= _LEAST
    )


def _form(msgid: str) -> str:
    """The regular expression of a sentence: its text as it stands, its values whatever stands there."""
    parts: list[str] = []
    named: set[str] = set()
    for literal, name, _, _ in string.Formatter().parse(msgid):
        parts.append(re.escape(literal))
        if name is not None:
            parts.append(f"(?P={name})" if name in named else f"(?P<{name}>.*?)")
            named.add(name)
    return "".join(parts)
