"""Plain lines out of what events hold: HTML, wrapped mail, tables. Keeps link targets; judges nothing.

Everything here is linear in the length of the text, and the text is cut to a bound first.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

from termintreu.model import Occurrence
from termintreu.recognition.detection.blocks import parted
from termintreu.recognition.detection.lines import MAX_LINE, Line, fold, lines_of

__all__ = ["MAX_RAW", "Line", "Texts", "fold", "plain", "read"]

MAX_RAW = 60_000
"""Characters of a description that are looked at before HTML is removed."""
MAX_TEXT = 20_000
"""Characters that are looked at after that."""

_TAG = re.compile(
    r"<(?:html|body|p|br|div|span|a|b|i|u|em|strong|h[1-6]|ul|ol|li|table|td|tr|font|meta|style|pre)(?=[\s/>])[^<>]{0,3000}>",
    re.IGNORECASE,
)
_ADDRESS_IN_BRACKETS = re.compile(
    r"<(?=(?:https?|tel|mailto|sips?|callto|skype|zoommtg|msteams|facetime):)", re.IGNORECASE
)
_BREAKS = frozenset(
    ["p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "hr", "pre", "blockquote"]
)
_CELLS = frozenset({"td", "th"})
_SILENT = frozenset({"style", "script", "head", "title"})
_SPACE = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]+")


class _Extractor(HTMLParser):
    """Collects text; a link's target stands in angle brackets behind its words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hrefs: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.parts.append("\n")
        if tag in _CELLS:
            self.parts.append(" ")
        if tag in _SILENT:
            self._silent += 1
        if tag == "a":
            self._hrefs.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKS:
            self.parts.append("\n")
        if tag in _SILENT and self._silent:
            self._silent -= 1
        if tag == "a" and self._hrefs:
            href = self._hrefs.pop()
            if href and not (self.parts and self.parts[-1].strip() == href):
                self.parts.append(f" <{href}> ")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def plain(text: str) -> str:
    """Text with HTML removed and link targets kept; other text as it is, but bounded and with plain spaces."""
    text = unicodedata.normalize("NFC", _decoded_anew(text[:MAX_RAW]))
    if _TAG.search(text):
        extractor = _Extractor()
        extractor.feed(_ADDRESS_IN_BRACKETS.sub("&lt;", _without_comments(text)))
        extractor.close()
        text = "".join(extractor.parts)
    elif "&" in text:
        text = unescape(text)
    return _SPACE.sub(" ", text)[:MAX_TEXT]


_MISREAD = re.compile(r"[ÃÂ][\u0080-\u00bf]")


def _decoded_anew(text: str) -> str:
    """Text with "Ã©" for "é" put right: UTF-8 that was read as Latin-1 on its way here."""
    return _MISREAD.sub(lambda match: match.group(0).encode("latin-1").decode("utf-8"), text)


def _without_comments(text: str) -> str:
    """HTML without comments and declarations: html.parser is quadratic on ones that never end."""
    parts = []
    begin = 0
    while (opened := text.find("<!--", begin)) >= 0:
        parts.append(text[begin:opened])
        closed = text.find("-->", opened)
        begin = closed + 3 if closed >= 0 else len(text)
    return "".join([*parts, text[begin:]]).replace("<!", "").replace("<?", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What detection reads of one occurrence."""

    summary: Line
    location: Line
    body: tuple[Line, ...]
    """The description's own lines and its conference blocks (`Line.block`), wherever those stand."""
    tail: tuple[Line, ...]
    """Signature and quoted mail."""


def read(occurrence: Occurrence) -> Texts:
    """The texts of an occurrence, plain and cut into lines."""
    body, tail = parted(lines_of(plain(occurrence.description)))
    return Texts(summary=_one_line(occurrence.summary), location=_one_line(occurrence.location), body=body, tail=tail)


def _one_line(text: str) -> Line:
    joined = " ".join(plain(text[: 2 * MAX_LINE]).split())[:MAX_LINE]
    return Line(text=joined, folded=fold(joined))
