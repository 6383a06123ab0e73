"""What a description says about how people meet: sentences, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from termintreu.recognition.detection.grammar.signs import Sign
from termintreu.recognition.detection.grammar.speech import speech_sign
from termintreu.recognition.detection.grammar.tokens import tagged
from termintreu.recognition.detection.text import Line

_SENTENCE = re.compile(r"(?<=[a-z]{4}[.!]) +|(?<=(?<!\w)an[.!]) +|(?<=(?<!\w)uhr[.!]) +|(?<=\d{3}[.!]) +(?=[a-z])|; +")
"""Between two sentences; no abbreviation is that long."""
_NUMBER = re.compile(r"(?<![\w.])(?:\+|\(?0|\(?\d{3}\)?[ -]\d{3}[ -])[\d /()-]{3,18}\d")
"""What is likely a telephone number: that it is dialled, the words beside it say."""
_LONGEST_KNOWN = 1_000
"""Characters of a line that is remembered."""


def in_body(lines: tuple[Line, ...]) -> Sign | None:
    """What a description says of how people meet; lines about other calls (to cancel, to ask) do not count."""
    phone: Sign | None = None
    for line in lines:
        sign = (_known_line if len(line.folded) <= _LONGEST_KNOWN else _in_line)(line)
        if sign is not None and sign.kind == "video":
            return sign
        phone = phone or sign
    return phone


def _in_line(line: Line) -> Sign | None:
    """The first sentence that says something: what another one says of other calls is no condition of it."""
    for begin, end in _sentences(line.folded):
        part = Line(text=line.text[begin:end], folded=line.folded[begin:end])
        sign = speech_sign(tagged(part, [one.span() for one in _NUMBER.finditer(part.folded)], sentence=True))
        if sign is not None:
            return sign
    return None


def _sentences(folded: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for match in _SENTENCE.finditer(folded):
        yield begin, match.start()
        begin = match.end()
    yield begin, len(folded)


_known_line = lru_cache(maxsize=1024)(_in_line)
"""Invitations say the same things in many events."""
