"""What a description says about how people meet: sentences, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from termintreu.recognition.detection.grammar.signs import Sign
from termintreu.recognition.detection.grammar.speech import speech_sign
from termintreu.recognition.detection.grammar.states import link_is_void, off_in_text
from termintreu.recognition.detection.grammar.tokens import Tagged, may_speak, may_state, tagged
from termintreu.recognition.detection.text import Line

_SENTENCE = re.compile(r"(?<=[a-z]{4}[.!]) +|(?<=(?<!\w)an[.!]) +|(?<=(?<!\w)uhr[.!]) +|(?<=\d{3}[.!]) +(?=[a-z])|; +")
"""Between two sentences; no abbreviation is that long."""
_NUMBER = re.compile(r"(?<![\w.:])(?:\+|\(?0|\(?\d{3}\)?[ -]\d{3}[ -])[\d /()-]{3,18}\d")
"""What is likely a telephone number: that it is dialled, the words beside it say."""
_LONGEST_KNOWN = 1_000
"""Characters of a line that is remembered."""


def in_body(lines: tuple[Line, ...]) -> Sign | None:
    """What a description says of how people meet; lines about other calls (to cancel, to ask) do not count."""
    phone: Sign | None = None
    for line in lines:
        sign = next((sign for one in _said(line) if (sign := speech_sign(one)) is not None), None)
        if sign is not None and sign.kind == "video":
            return sign
        phone = phone or sign
    return phone


class Stated(NamedTuple):
    """What the first lines of a description say of the appointment as a whole."""

    off: bool
    """It does not take place."""
    void: bool
    """Nobody joins by the link that the invitation carries along."""


_NOTHING = Stated(off=False, void=False)


def stated_in_body(lines: tuple[Line, ...]) -> Stated:
    """What a description says of the appointment as a whole."""
    first = lines[:_FIRST_LINES]
    if not may_state("\n".join(line.folded for line in first)):
        return _NOTHING
    said = [one.tags for line in first if may_state(line.folded) for one in _said(line)]
    return Stated(off=any(map(off_in_text, said)), void=any(map(link_is_void, said)))


def said_of_call(line: Line) -> tuple[Tagged, ...]:
    """The sentences of a line that say how people meet."""
    return tuple(one for one in _said(line) if speech_sign(one) is not None)


_FIRST_LINES = 8


def _said(line: Line) -> tuple[Tagged, ...]:
    """The sentences of a line that may say something: what one says of other calls is no condition of the next."""
    return (_known if len(line.folded) <= _LONGEST_KNOWN else _cut)(line.text, line.folded)


def _cut(text: str, folded: str) -> tuple[Tagged, ...]:
    parts = (Line(text=text[begin:end], folded=folded[begin:end]) for begin, end in _sentences(folded))
    return tuple(
        tagged(part, [one.span() for one in _NUMBER.finditer(part.folded)], sentence=True)
        for part in parts
        if may_speak(part.folded)
    )


def _sentences(folded: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for match in _SENTENCE.finditer(folded):
        yield begin, match.start()
        begin = match.end()
    yield begin, len(folded)


_known = lru_cache(maxsize=1024)(_cut)
"""Invitations say the same things in many events."""
