"""What a user excepts in a question about several calls: "2 #missed", "#noshow Seidl", "2, 3 #late". Pure.

A number is that of a line, a name (or a part of it) the one that stands in it; a word counts for what stands beside it.
Nothing is guessed: a name that two lines have leaves both open, and one that no line has leaves all open that are not
named otherwise.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from termintreu.model.names import fold
from termintreu.recognition.detection import find_words
from termintreu.recognition.detection.hashtag_words import hashtag_places
from termintreu.recognition.hashtags import OURS

GRAVEST_FIRST = ("missed", "noshow", "late", "held")
"""The gestures that say how a call went."""
_LONGEST = 400
"""Characters of a line that are read."""
_MOST = 100
"""Lines that are read."""
_SHORTEST = 3
"""Letters of the beginning of a name that stand for it."""
_PIECE = re.compile(r"[^\W_]+(?:[-'’:.][^\W_]+)*|[,;/&+]")
_NUMBERED = re.compile(r"(\d{1,3})\. ")
_FILLERS = frozenset(
    {"herr", "herrn", "hr", "frau", "fr", "dr", "prof", "mr", "mrs", "ms"}
    | {"nr", "no", "nummer", "number", "anruf", "call", "mit", "with", "um", "at", "uhr", "der", "die", "das", "the"}
)
_BREAKS = frozenset({",", ";", "/", "&", "+", "und", "and"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Excepted:
    """What was found. Calls are counted from 0."""

    outcomes: Mapping[int, str] = field(default_factory=dict)
    """Call to gesture."""
    unclear: frozenset[int] = frozenset()
    """Calls of which it cannot be said what was meant."""
    names_nobody: bool = False
    """Something fits no call: of a call that is not named nothing is known then."""
    remarks: tuple[str, ...] = ()
    """What could not be read, as the user wrote it."""

    def of(self, index: int) -> str | None:
        """The gesture for a call of a question that was ticked; None where nothing is known of it."""
        if index in self.outcomes:
            return self.outcomes[index]
        return None if index in self.unclear or self.names_nobody else "held"


def excepted(summary: str, description: str, known: Sequence[str], categories: Iterable[str] = ()) -> Excepted:
    """What the title and the notes of a question except.

    Args:
        summary: the title; all up to the question mark is ours.
        description: the notes.
        known: what is known of each call, in the order of the lines: its time and name.
        categories: a word there is about no call in particular.
    """
    words = [_words_of(one) for one in known]
    units = [unit for line in _of_the_user(summary, description) for unit in _attached(_units(line))]
    units += [
        _Unit(text=f"#{word}", tag=word) for word in sorted(find_words(categories=categories) & set(GRAVEST_FIRST))
    ]
    outcomes: dict[int, str] = {}
    unclear: set[int] = set()
    remarks = []
    nobody = False
    for unit in units:
        meant, stranger = _meant(unit.words, words)
        for one in meant:
            if len(one) == 1 and unit.tag is not None:
                index = min(one)
                outcomes[index] = min(outcomes.get(index, unit.tag), unit.tag, key=GRAVEST_FIRST.index)
            else:
                unclear |= one
        # "#held" for nobody in particular takes nothing away from the tick; other words are about somebody.
        lost = stranger or (not meant and unit.is_bare and unit.tag != "held")
        nobody = nobody or lost
        if lost or any(len(one) > 1 or unit.tag is None for one in meant):
            remarks.append(unit.text)
    return Excepted(
        outcomes=outcomes,
        unclear=frozenset(unclear - outcomes.keys()),
        names_nobody=nobody,
        remarks=tuple(remarks),
    )


def numbered_lines(description: str) -> list[str]:
    """The lines of a question that are about a call, in order, without their numbers."""
    found: list[str] = []
    for line in description.splitlines():
        match = _NUMBERED.match(line)
        if match is not None and int(match[1]) == len(found) + 1:
            found.append(line[match.end() :].strip())
    return found


def without_words(summary: str, description: str, known: Sequence[str] | None = None) -> tuple[str, str]:
    """Title and notes without the user's words, should those be all that was added.

    Args:
        summary: the title.
        description: the notes.
        known: for a question about several calls, as for `excepted`.
    """
    words = None if known is None else [_words_of(one) for one in known]
    title = unicodedata.normalize("NFC", summary)
    if words is None:
        title = _without_tags(title)
    else:
        ours, ends, after = title.rpartition("?")
        before = max((end for _, end, _ in hashtag_places(ours)), default=0)
        if ends and _says_no_more(ours[:before], words) and _says_no_more(after, words):
            title = f"{ours[before:].strip()}?"
    lines = []
    for line in unicodedata.normalize("NFC", description).split("\n"):
        if not find_words(line) or _is_ours(line, several=words is not None):
            lines.append(line)
        elif words is not None and not _NUMBERED.match(line) and _says_no_more(line, words):
            continue
        elif bare := _without_tags(line):
            lines.append(bare)
    return title, "\n".join(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unit:
    """A word, and what stands beside it."""

    text: str
    tag: str | None = None
    words: tuple[str, ...] = ()
    tag_first: bool = False
    is_bare: bool = True
    """False where what belongs to its word stands in another part of the line."""


def _of_the_user(summary: str, description: str) -> Iterator[str]:
    """The lines that hold words of the user's."""
    title = unicodedata.normalize("NFC", summary)[:_LONGEST]
    ours, ends, after = title.rpartition("?")
    # Nobody can tell where our title begins but from the word before it.
    before = max((end for _, end, _ in hashtag_places(ours)), default=0)
    found = [ours[:before], after] if ends else [title]
    notes = unicodedata.normalize("NFC", description).splitlines()[:_MOST]
    for line in (*found, *(line[:_LONGEST] for line in notes if not _is_ours(line, several=True))):
        if any(name in GRAVEST_FIRST for _, _, name in hashtag_places(line)):
            yield line


def _is_ours(line: str, *, several: bool) -> bool:
    return line.lstrip().startswith(OURS) or (not several and line.count("#") > 1)


def _units(line: str) -> list[_Unit]:
    """The parts of a line between commas; one with several words is cut at each of them."""
    units: list[_Unit] = []
    for broken, group in groupby(_pieces(line), key=lambda piece: piece[0] is None and fold(piece[1]) in _BREAKS):
        if not broken:
            units += _cut(list(group))
    return units


def _pieces(line: str) -> Iterator[tuple[str | None, str]]:
    """Each word: the gesture where it is one, and its text."""
    at = 0
    for start, end, name in (*hashtag_places(line), (len(line), len(line), "")):
        yield from ((None, match[0]) for match in _PIECE.finditer(line, at, start))
        if name in GRAVEST_FIRST:
            yield name, line[start:end]
        at = end


def _cut(pieces: list[tuple[str | None, str]]) -> list[_Unit]:
    tag_first = pieces[0][0] is not None
    groups: list[list[tuple[str | None, str]]] = [[]]
    for piece in pieces:
        if tag_first and piece[0] is not None and groups[-1]:
            groups.append([])
        groups[-1].append(piece)
        if not tag_first and piece[0] is not None:
            groups.append([])
    return [
        _Unit(
            text=" ".join(text for _, text in group),
            tag=next((name for name, _ in group if name), None),
            words=tuple(text for name, text in group if name is None),
            tag_first=tag_first,
        )
        for group in groups
        if group
    ]


def _attached(units: list[_Unit]) -> list[_Unit]:
    """The same, a part without a word with the one it belongs to: "2, 3 #missed", "#missed 2, 3"."""
    found: list[_Unit] = []
    fed: set[int] = set()
    tagged = [index for index, unit in enumerate(units) if unit.tag is not None]
    for index, unit in enumerate(units):
        if unit.tag is not None:
            found.append(unit)
            continue
        before = max((one for one in tagged if one < index and units[one].tag_first), default=None)
        after = min((one for one in tagged if one > index), default=None)
        if before is not None and max(one for one in tagged if one < index) != before:
            before = None
        if after is not None and units[after].tag_first and units[after].words:
            after = None
        owners = [one for one in (before, after) if one is not None]
        owner = owners[0] if len(owners) == 1 else None
        fed |= set() if owner is None else {owner}
        found.append(
            _Unit(text=unit.text, tag=None if owner is None else units[owner].tag, words=unit.words, is_bare=False)
        )
    bare = {id(units[index]) for index in fed}
    return [
        _Unit(text=unit.text, tag=unit.tag, words=unit.words, is_bare=False) if id(unit) in bare else unit
        for unit in found
    ]


def _meant(words: Sequence[str], known: Sequence[frozenset[str]]) -> tuple[list[set[int]], bool]:
    """The calls that the words of a part mean, a set for each of them; and whether something fits no call.

    What stands beside a number or a name that fits is a note of the user's.
    """
    meant: list[set[int]] = []
    strange: list[str] = []
    beside = False
    for word in words:
        if fold(word) in _FILLERS:
            continue
        fits = _fitting(word, known)
        if not fits:
            strange.append(word)
            beside = False
        elif beside and meant[-1] & fits:
            meant[-1] &= fits
        else:
            meant.append(fits)
            beside = True
    numbers = [word for word in strange if word.isdecimal()]
    like_a_name = not meant and 0 < len(strange) <= 2 and strange[0][:1].isupper()
    return meant, like_a_name or (bool(numbers) and not meant)


def _fitting(word: str, known: Sequence[frozenset[str]]) -> set[int]:
    """The calls whose number, name, time, or beginning of a name it is."""
    if word.isdecimal() and len(word) <= 3:
        return {int(word) - 1} if 0 < int(word) <= len(known) else set()
    own = fold(word).replace(".", ":") if word[:1].isdecimal() else fold(word)
    for fits in (
        lambda theirs: own == theirs,
        lambda theirs: _bare(own) == _bare(theirs),
        lambda theirs: len(own) >= _SHORTEST and _bare(theirs).startswith(_bare(own)),
    ):
        if found := {index for index, words in enumerate(known) if any(map(fits, words))}:
            return found
    return set()


def _words_of(text: str) -> frozenset[str]:
    words = {fold(match[0]) for match in _PIECE.finditer(unicodedata.normalize("NFC", text[:_LONGEST]))}
    parts = {part for word in words if not word[:1].isdecimal() for part in re.split(r"[-'’.]", word) if part}
    return frozenset(words | parts) - _FILLERS - _BREAKS


def _bare(word: str) -> str:
    """Umlauts as people write them who have none: "Mueller", "Muller"."""
    return word.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def _says_no_more(text: str, known: Sequence[frozenset[str]]) -> bool:
    """Whether a text is made of words, numbers and names alone."""
    return all(
        name is not None or fold(piece) in _BREAKS | _FILLERS or bool(_fitting(piece, known))
        for name, piece in _pieces(text)
    )


def _without_tags(line: str) -> str:
    kept, at = [], 0
    places = hashtag_places(line)
    if not places:
        return line
    for start, end, _ in places:
        kept.append(line[at:start])
        at = end
    return " ".join("".join((*kept, line[at:])).split())
