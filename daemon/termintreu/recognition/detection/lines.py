"""Lines of an event's text, bounded, and each folded beside it: what all of detection searches. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

MAX_LINES = 400
MAX_LINE = 2_000
"""Characters of a summary, a location, or one line of a description."""


def fold(text: str) -> str:
    """Lower case without accents, character for character, so that places in it are places in `text`."""
    return text.lower() if text.isascii() else text.translate(_FOLDED)


class _Folded(dict[int, str]):
    """Each character folded; those of the alphabets in use are kept."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        base = "-" if character in "‐‑‒–—−" else unicodedata.normalize("NFD", character)[0].lower()
        folded = base if len(base) == 1 else character
        if len(self) < _KEPT:
            self[code] = folded
        return folded


_KEPT = 4096
_FOLDED = _Folded()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of an event's text, and the same folded."""

    text: str
    folded: str
    block: int | None = None
    """Of a description's lines: the conference block, counted from 0, that this one belongs to."""


def lines_of(text: str) -> tuple[Line, ...]:
    """The lines that hold something, trimmed and bounded."""
    found: list[Line] = []
    for raw in text.splitlines():
        line = raw.strip()[:MAX_LINE]
        if len(found) >= MAX_LINES:
            break
        if line:
            found.append(Line(text=line, folded=fold(line)))
    return tuple(found)
