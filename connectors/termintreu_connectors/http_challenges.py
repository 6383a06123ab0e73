"""Reads WWW-Authenticate (RFC 9110 11.3, 11.6.1): challenges of several schemes in any order, in one header or in
several that were joined by commas. Reads parameters that no comma divides, too: old devices send them. No I/O.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_WORD = r"[!\#$%&'*+\-.^_`|~0-9A-Za-z]+"
# Each alternative takes at least one character, and one of them always fits: no header takes more than one pass.
_PART = re.compile(
    rf"""
    [\s,]+
    | (?P<name>{_WORD})\s*=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^\s,"]*))
    | (?P<scheme>{_WORD})(?=[\s,]|$)(?:\s+(?P<token68>[A-Za-z0-9\-._~+/]+=*)(?=\s*(?:,|$)))?
    | "(?:[^"\\]|\\.)*(?:"|$)
    | [^\s,"]+
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What one scheme asks for."""

    scheme: str
    """In lower case."""
    token68: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    """By lower-case name, unquoted; of one that stands twice the first."""


def challenges(header: str) -> list[Challenge]:
    """The challenges of a header, in its order. What cannot be read is left out."""
    found: list[tuple[Challenge, dict[str, str]]] = []
    for part in _PART.finditer(header):
        if part["scheme"] is not None:
            parameters: dict[str, str] = {}
            made = Challenge(scheme=part["scheme"].lower(), token68=part["token68"], parameters=parameters)
            found.append((made, parameters))
        elif part["name"] is not None and found:
            value = part["plain"] if part["quoted"] is None else _ESCAPED.sub(r"\1", part["quoted"])
            found[-1][1].setdefault(part["name"].lower(), value)
    return [made for made, _ in found]
