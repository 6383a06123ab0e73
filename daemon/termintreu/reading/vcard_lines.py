"""Content lines of one vCard (RFC 6350 3.3; the same for 2.1 and 3.0, with quoted-printable and bare parameters).

The readers that exist parse every property and give up on a card for one bad line, or on the soft line breaks of
version 2.1, with which half of all phones have exported; here a line that cannot be taken apart costs itself. Pure.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

PROPERTIES = frozenset(
    {"KIND", "X-ADDRESSBOOKSERVER-KIND", "FN", "N", "ORG", "NICKNAME", "EMAIL", "TEL", "TZ", "ADR", "CATEGORIES"}
)
"""All others are passed over unread."""

MAX_LINES = 300
"""Lines of one card that are read."""
_HEAD_CAP = 2000
_LINE_CAP = 20_000
_LEAST = 101
"""Behind every PREF there is (RFC 6350 5.3: 1 to 100)."""

_NAME = re.compile(rb"(?:[A-Za-z0-9-]{1,60}\.)?([A-Za-z0-9-]{1,60})[ \t]*(?=[;:])")
_COLON = re.compile(rb'(?:[^":]|"[^"]*")*?:')
_PARAMETER = re.compile(r'((?:[^";]|"[^"]*")+)')
_CHARSET = re.compile(r"utf-?8|us-ascii|(?:iso-?8859|windows|cp)[-_]?\d{1,4}(?:-\d{1,2})?|latin-?1", re.IGNORECASE)
_QUOTED_PRINTABLE = re.compile(rb";[^:]*QUOTED-PRINTABLE", re.IGNORECASE)
_ENCODINGS = frozenset({"quoted-printable", "base64", "b", "8bit", "7bit"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parameters:
    types: frozenset[str] = frozenset()
    pref: int = _LEAST
    encoding: str = ""
    charset: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VCardLine:
    """One property that is wanted, unfolded and decoded."""

    name: str
    """Upper case, without its group."""
    value: str
    """Still escaped."""
    types: frozenset[str]
    """Lower case, without "pref"."""
    pref: int
    """1 is the best; above 100 where there is none."""

    def lean(self) -> bytes:
        """The line again, with what is known of it; an address (ADR) with its country only."""
        value = self.value
        if self.name == "ADR":
            value = ";" * 6 + (_parts(value, ";")[6] if len(_parts(value, ";")) == 7 else "")
        types = "".join(f";TYPE={kind}" for kind in sorted(self.types))
        pref = f";PREF={self.pref}" if self.pref < _LEAST else ""
        return f"{self.name}{types}{pref}:{value}".encode()


def vcard_lines(block: bytes) -> Iterator[VCardLine]:
    """The wanted lines between BEGIN and END, not those of a card within it (AGENT). Never raises."""
    left = MAX_LINES
    depth = 0
    for raw in _unfolded(block):
        match = _NAME.match(raw)
        if match is None:
            continue
        name = match[1].decode().upper()
        if name in {"BEGIN", "END"}:
            depth = max(0, depth + (1 if name == "BEGIN" else -1))
        elif depth == 0 and name in PROPERTIES and (line := _line(name, raw, match.end())) is not None:
            left -= 1
            if left < 0:
                return
            yield line


def texts_of(value: str, separator: str | None) -> list[str]:
    """A value's parts, unescaped; the whole value as the only one where `separator` is None. Never empty."""
    parts = [value] if separator is None else _parts(value, separator)
    return [_unescaped(part) for part in parts]


def _unfolded(block: bytes) -> Iterator[bytes]:
    """Lines, with folded ones put together, and those that quoted-printable broke softly (version 2.1)."""
    whole: list[bytes] = []
    soft = False
    for physical in block.split(b"\n"):
        line = physical.rstrip(b"\r")
        if soft:
            whole[-1] = whole[-1][:-1]
            whole.append(line.lstrip(b" \t") if line[:1] in (b" ", b"\t") else line)
        elif line[:1] in (b" ", b"\t") and whole:
            whole.append(line[1:])
        else:
            if whole:
                yield b"".join(whole)
            whole = [line]
        soft = line.endswith(b"=") and (soft or _is_quoted_printable(whole[0]))
    if whole:
        yield b"".join(whole)


def _is_quoted_printable(line: bytes) -> bool:
    match = _NAME.match(line)
    # The end bounds the work: this is asked for each line that ends in "=", as lines of photographs do.
    return match is not None and _QUOTED_PRINTABLE.match(line, match.end(), _HEAD_CAP) is not None


def _line(name: str, raw: bytes, at: int) -> VCardLine | None:
    """None where it cannot be taken apart, or is longer than any such value is."""
    if len(raw) > _LINE_CAP:
        return None
    match = _COLON.match(raw, at, at + _HEAD_CAP)
    if match is None:
        return None
    params = _parameters(raw[at : match.end() - 1].decode("utf-8", "replace"))
    value = _decoded(raw[match.end() :], params)
    return None if value is None else VCardLine(name=name, value=value, types=params.types, pref=params.pref)


@lru_cache(maxsize=1024)
def _parameters(text: str) -> _Parameters:
    """Of ";TYPE=work,pref;PREF=1" (3.0, 4.0) and of ";WORK;PREF;QUOTED-PRINTABLE" (2.1)."""
    types: set[str] = set()
    found = {"pref": "", "encoding": "", "charset": ""}
    for match in _PARAMETER.finditer(text):
        name, equals, value = match[1].strip().partition("=")
        name, value = name.strip().casefold(), value.strip().strip('"')
        if not equals:
            name, value = ("encoding" if name in _ENCODINGS else "type"), name
        if name == "type":
            types.update(kind.strip().casefold().removeprefix("x-") for kind in value.split(","))
        elif name in found:
            found[name] = value.casefold()
    given = found["pref"]
    pref = min(max(int(given), 1), 100) if given.isascii() and given.isdigit() and len(given) < 4 else _LEAST
    return _Parameters(
        types=frozenset(kind for kind in types - {"pref", ""} if kind.isascii() and kind.replace("-", "").isalnum()),
        pref=1 if "pref" in types else pref,
        encoding=found["encoding"],
        charset=found["charset"],
    )


def _decoded(raw: bytes, params: _Parameters) -> str | None:
    if params.encoding in {"base64", "b"}:
        return None  # of the properties that are wanted, none is binary
    if params.encoding == "quoted-printable":
        raw = binascii.a2b_qp(raw)
    charset = params.charset if _CHARSET.fullmatch(params.charset) else "utf-8"
    for each in (charset, "utf-8", "cp1252"):
        try:
            # One line: what quoted-printable hid may not become a line of its own.
            return " ".join(raw.decode(each).split("\n")).replace("\r", " ")
        except (LookupError, UnicodeDecodeError):
            continue
    return raw.decode("latin-1")


def _parts(value: str, separator: str) -> list[str]:
    """Split at separators that are not escaped."""
    parts, current, escaped = [], "", False
    for letter in value:
        if letter == separator and not escaped:
            parts.append(current)
            current = ""
            continue
        current += letter
        escaped = letter == "\\" and not escaped
    return [*parts, current]


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] in "nN" else match[1], text)
