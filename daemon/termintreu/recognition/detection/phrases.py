"""What a description says about how people meet: sentences, line by line."""

from __future__ import annotations

import re
from functools import lru_cache

from termintreu.model import msg
from termintreu.recognition.detection import sentences
from termintreu.recognition.detection.grammar.signs import Sign
from termintreu.recognition.detection.grammar.states import TALK, standing
from termintreu.recognition.detection.grammar.tokens import tagged
from termintreu.recognition.detection.lexicon import joined, lexicon
from termintreu.recognition.detection.text import Line

_ADDRESS = re.compile(r"https?://\S+")
_SERVICE = re.compile(rf"(?<!\w){sentences.VENDOR}(?!\w)")
_SENTENCE = re.compile(r"(?<=[a-z]{4}[.!?]) +|(?<=(?<!\w)an[.!?]) +|(?<=\d{3}[.!?]) +(?=[a-z])")
"""Between two sentences; no abbreviation is that long."""
_LONGEST_KNOWN = 1_000
"""Characters of a line that is remembered."""


def in_body(lines: tuple[Line, ...]) -> Sign | None:
    """What a description says of how people meet; lines about other calls (to cancel, to ask) do not count."""
    phone: Sign | None = None
    for line in lines:
        sign = (_known_line if len(line.folded) <= _LONGEST_KNOWN else _in_line)(line.folded)
        if sign is not None and sign.kind == "video":
            return sign
        phone = phone or sign
    return phone


def _in_line(folded: str) -> Sign | None:
    """The first sentence that says something: what another one says of other calls is no condition of it."""
    said = _ADDRESS.sub(" ", folded)
    return next((sign for one in _SENTENCE.split(said) if (sign := _in_sentence(one)) is not None), None)


def _in_sentence(said: str) -> Sign | None:
    if sentences.WATCHED.search(said):
        return None
    # Few lines say any of this: only of those it is asked whether they speak of another call.
    if sentences.BODY_VIDEO.search(said) and not _conditional(said):
        name = _SERVICE.search(said)
        return Sign(
            kind="video",
            reason=msg("the description speaks of a video call"),
            vendor=lexicon().vendors.get(joined(name.group())) if name else None,
        )
    if sentences.READER_IS_CALLED.search(said) or sentences.READER_IS_TO_DIAL_ME.search(said):
        reason = msg("the description says that somebody will call")
    elif _speaks_of_phone(said):
        reason = msg("the description speaks of a phone call")
    else:
        return None
    return None if _conditional(said) else Sign(kind="phone", reason=reason)


def _speaks_of_phone(said: str) -> bool:
    known = sentences.BODY_PHONE.search(said) is not None
    if not known and len(said) > _AS_SHORT_AS_A_TITLE:
        return False
    tags = standing(tagged(Line(text=said, folded=said)).tags)
    return bool(set(tags) & set(TALK) if known else _ASKED.search(tags))


_AS_SHORT_AS_A_TITLE = 60
_ASKED = re.compile(r"^[ye]*R(?=:?$|[hgKfz])|^[PΠ](?=,|W[hgKf])")
"""What asks for a call as a title does: "Noch anrufen:", "Telefonat mit Katrin"."""

_known_line = lru_cache(maxsize=1024)(_in_line)
"""Invitations say the same things in many events."""


def _conditional(folded: str) -> bool:
    return bool(sentences.CONDITION.search(folded) or sentences.ON_THE_WAY.search(folded))
