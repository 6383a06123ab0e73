"""Excuses that the call log refutes (docs/rules.md, `excuse_guard`): notes that claim tries or a busy line, where the
log shows fewer. The other side has a call list as well, and would see it. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from termintreu.model import Evidence, Message, msg

_NUMBERS = {
    "ein": 1, "one": 1, "zwei": 2, "two": 2, "drei": 3, "three": 3, "vier": 4, "four": 4, "fünf": 5, "fuenf": 5,
    "five": 5, "sechs": 6, "six": 6, "sieben": 7, "seven": 7, "acht": 8, "eight": 8, "neun": 9, "nine": 9, "zehn": 10,
    "ten": 10, "mehrere": 2, "mehr": 2, "several": 2, "many": 2, "viel": 2, "viele": 2,
}  # fmt: skip
_ADVERBS = {"once": 1, "twice": 2, "mehrfach": 2, "oft": 2, "often": 2, "repeatedly": 2, "wiederholt": 2}
_TRIED = r"(?:versucht|probiert|angerufen|tried|attempted|called|rung|rang)"
_TIMES = (
    rf"(?:(?P<n>\d{{1,2}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})[ -]?(?:x|×|mal(?:e|s)?|times)"
    rf"|(?P<adverb>{'|'.join(_ADVERBS)}))"
)
_CLAIMS = (
    re.compile(rf"\b{_TIMES}\s+(?:\w+\s+){{0,3}}{_TRIED}\b", re.IGNORECASE),
    re.compile(rf"\b{_TRIED}[\s:,]+(?:\w+\s+){{0,4}}{_TIMES}(?!\w)", re.IGNORECASE),
)
_ONCE = re.compile(
    r"\b(?:versucht,? (?:anzurufen|sie zu erreichen|ihn zu erreichen|zu erreichen)|tried to (?:call|reach"
    r"|ring|phone))\b",
    re.IGNORECASE,
)
_BUSY = re.compile(r"\b(?:besetzt|line was busy|was engaged|busy line|busy signal|besetztzeichen)\b", re.IGNORECASE)
_LONGEST = 20_000


def excuse_guard(notes: Iterable[str], evidence: Evidence) -> Message | None:
    """A sentence for the recovery where the user's notes claim more tries than the log shows; else None.

    Args:
        notes: title and notes of the call and of our task, as the user wrote them.
        evidence: of the call. Where its logs are not complete and show nothing, nothing is refuted.
    """
    shown = len(evidence.attempts) + len(evidence.unclear)
    if not evidence.healthy and not shown:
        return None
    claimed = max((_claimed(text[:_LONGEST]) for text in notes), default=0)
    if claimed <= shown or evidence.begun_at is not None:
        return None
    if shown == 0:
        return msg("The call log shows no attempt. Do not speak of attempts.")
    return msg("The call log shows {n:attempt|attempts}. Do not speak of more.", n=shown)


def _claimed(text: str) -> int:
    """How many tries a text claims at the least; 0 for none."""
    counts = [_number(match) for claim in _CLAIMS for match in claim.finditer(text)]
    if _BUSY.search(text) or _ONCE.search(text):
        counts.append(1)
    return max(counts, default=0)


def _number(match: re.Match[str]) -> int:
    word = match["n"] or ""
    if word.isdigit():
        return int(word)
    return _NUMBERS[word.casefold()] if word else _ADVERBS[match["adverb"].casefold()]
