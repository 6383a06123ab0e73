"""Foreign text made safe to show: names and titles from calendars are untrusted. Pure; it only ever takes away."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

TITLE_LIMIT = 60
"""Characters of one foreign value within a sentence."""
TEXT_LIMIT = 300
"""Characters of a longer quotation."""

_READ_LIMIT = 4000
"""More than this is never looked at: what is shown is far shorter."""

_LINK = re.compile(
    r"""(?:[a-z][a-z0-9+.-]{1,20}://|\bwww\.)[^\s<>"]*      # https://..., zoommtg://..., www....
      | \b(?:mailto|sips?|facetime|javascript):\S*             # schemes without slashes, also bare ones
      | \b(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}/[^\s<>"]*       # example.com/path, which apps make a link as well
    """,
    re.IGNORECASE | re.VERBOSE,
)
_JOINERS = "\u200c\u200d"
"""Zero-width joiners are kept: emoji and some scripts need them, and they move nothing about."""
_HASHTAG = re.compile(r"(?<![\w&/])#+[^\W\d][\w-]*|#(?=[^\W\d])")
"""A word with # in one of our items is the user's answer: foreign text loses such words, which say nothing else."""
_LOOKALIKES = str.maketrans({"<": "‹", ">": "›"})
"""Some apps show notes as HTML: without angle brackets there is none."""


def clean(text: str, limit: int = TITLE_LIMIT) -> str:
    """One line of foreign text without control and bidi characters, links, markup and hashtags, of at most `limit`
    characters.

    What is cut off is replaced by an ellipsis, which counts.
    """
    return _clean_short(text, limit) if len(text) <= TEXT_LIMIT else _clean(text, limit)


def _clean(text: str, limit: int) -> str:
    composed = unicodedata.normalize("NFC", text[:_READ_LIMIT])
    # What Python calls printable holds none of the categories below, and is most of what there is.
    flat = composed if composed.isprintable() else "".join(map(_safe, composed))
    flat = _HASHTAG.sub(lambda found: "" if found[0] == "#" else " ", flat)
    flat = " ".join(_LINK.sub(" ", flat).split()).translate(_LOOKALIKES)
    if len(flat) <= limit:
        return flat
    kept = flat[: limit - 1]
    while kept and (unicodedata.combining(kept[-1]) or kept[-1] in _JOINERS or kept[-1].isspace()):
        kept = kept[:-1]
    return kept + "…"


_clean_short = lru_cache(maxsize=2048)(_clean)
"""The same names and titles are said again and again."""


def _safe(character: str) -> str:
    if character in _JOINERS:
        return character
    category = unicodedata.category(character)
    if category in {"Zs", "Zl", "Zp"} or character in "\t\n\r\v\f":
        return " "
    return "" if category in {"Cc", "Cf", "Cs", "Co"} else character
