"""Makes foreign text harmless: bounded, and free of characters that act instead of showing. Pure.

It does not judge what a text says, and it does not escape: whoever writes a format does that for the format.
"""

from __future__ import annotations

import re

_ACTING = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls (C0 and C1); line breaks and tabs are treated below
    "\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # bidi, invisible format characters
    "\ud800-\udfff\U000e0000-\U000e007f"  # surrogates cannot be encoded; tags are invisible
)
_STRIPPED = re.compile(f"[{_ACTING}]")
_BREAK = re.compile("\r\n|[\r\u2028\u2029\x85]")
_SPACE = re.compile(r"\s+")
_DIRTY = re.compile(f"[{_ACTING}\r\n\t\u2028\u2029]|\\s\\s|^\\s|\\s$")


def clean_text(text: str, limit: int) -> str:
    """A text of several lines: at most `limit` characters, with line feeds and tabs as the only controls."""
    text = _STRIPPED.sub("", _BREAK.sub("\n", text[: 2 * limit])).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def clean_line(text: str, limit: int) -> str:
    """A text of one line: at most `limit` characters, each run of white space one blank."""
    text = text[: 2 * limit]
    if _DIRTY.search(text):
        text = _SPACE.sub(" ", _STRIPPED.sub("", _BREAK.sub(" ", text))).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
