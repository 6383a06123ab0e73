"""Whether a title or a place says "call": tables of patterns over tags; see `grammar`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from termintreu.model import Message, msg
from termintreu.recognition.detection.grammar.states import TALK, beside_a_place, standing
from termintreu.recognition.detection.grammar.tokens import Tagged


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One sign that an occurrence is a call."""

    kind: Literal["phone", "video"]
    reason: Message
    """No foreign text."""
    vendor: str | None = None


_START = r"^(?:[T0Yy:,!\"+/-]|\([^)]*\))*"
"""What may stand before a title: a time, a mark, something in brackets."""


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_SAYS_VIDEO = _any(
    "[Vν]",
    "[do]~?[mCPπ]",
    "m~[do]|md(?=[,-]?[Thgf]|$)",
    "o~k",
    "w~?[dV]",
    r"v[ay]?[do]",
    r"\([^)]*[do](?=[^)]*\))",
    "📹",
    r"[-,:(/](?:ye?)?d(?=[-,:()/]|$)",
    "d:",
    "d[hgKfW]",
    "[hgKf][xe]?d(?=$|[-,:(T])",
    "w[W:][hgKf]",
    "[mk].*o|o.*[mk]",
    r"o[hgKfciW]|[hgKf][xe]?[xe]?o",
    "o(?=$|[-,:()!T])",
    r"m.*(?:[-,(/]λ|λ$)",
)
_NAMES_SERVICE = _any(
    rf"{_START}s(?![Ok])",
    r"[-:,/)(+!mk~v\"]s|os|s(?=[-:,/)(+!mWzThgKfc#∞~\"]|$)",
    "v[ay]s",
    "[sqj]~?[mCPπ](?!O)",
    "v[ay]?[qj]",
    r"\([^)]*[qj][^)]*\)",
    r"[-:,/)+][qj](?=[-:,/)+(]|$)",
    rf"{_START}q(?=[-:,/(!+TW]|$)",
    r"q(?=T|$|[-:,(!Wh])|[mk]q(?=[gKfc])",
    rf"{_START}q(?=g|K|f|[^G]*G|[xcfe]{{1,2}}m(?:$|[-,:(]))",
)
_SAYS_PHONE = _any(
    "[PπRκτ]",
    "r[^-(]{0,14}p",
    "ri",
    r"(?:^(?:[T0Yy:,!\"+/-]|\([^)]*\))*|y)b(?=[hgKfxceaiWGzt])",
    "mb(?=[hgKf])|[-,+/]b(?=x{0,2}G|0?[hgKfca]|$)|-b(?:z|x(?:$|[-,z(]))",
    "lb(?=[ihgKfxtzW:])|lb$",
    "bi?p",
    rf"Π(?:[-:,]?[WhgKfcl]|:x)|(?:^|[fxce])Π(?=[(Wy])|(?:^|[fc])Π$|[hgK]Π[iTz]|{_START}[xghKcf]{{1,2}}Πi",
    "Wa?[hfgcxK~]+ξ",
    rf"{_START}σ",
    "[hgKcf]ρ|ρ[iTzpy]",
    r"ζ[^-(]{0,8}[γC]",
    "[hgKfx]l?bi",
    "v[ay]?J?[tμ]",
    r"\([^)]*[tμ][^)]*\)",
    "☎",
    rf"{_START}t(?![v]|$)",
    r"^[T0Yy]*t$",
    r"[-,:/+!]t(?=[-,:/!)+WT#hgKfcz]|$)",
    "t~?m",
    "~t(?=$|[-,:!()])",
    "[tμ][W#:]|t[hgfKc]|μh|mμ[gK]|[hgKfcx][xg]?δ[pW]",
    r"[hgKfxce]t(?=$|[(,:!-])|[hgKfc]t(?=[zWT#])",
    r"[hgKf][xe]*μ|μ$",
    "lt",
    "ti",
    "[xce~:]η(?=[-zxce,:]|$)",
    rf"{_START}η(?=[zc])",
)
_ASKS = _any(
    "R",
    "r[^-(]{0,14}p",
    rf"{_START}[bt](?=[hgKfxceaiWG])",
    "lb(?=[ihgKfxt])",
    rf"{_START}C(?=[hgKfxcai])",
    rf"{_START}[Pπκ][:,]?(?=[WhgKfc])",
)
"""What asks for a call in so many words."""


_MEANT = frozenset(TALK + "#λσξγδ")


def title_sign(title: Tagged, *, all_day: bool, physical: bool) -> Sign | None:
    """What a title says; None where it says nothing of a call.

    Args:
        title: tagged, with its numbers.
        all_day: then only a verb counts, and who is named ("Tante Ida anrufen").
        physical: it has a place where people go.
    """
    tags = standing(title.tags, matter=title.matter)
    if _MEANT.isdisjoint(tags):
        return None
    if physical:
        tags = beside_a_place(tags)
    if all_day:
        return Sign(kind="phone", reason=msg("the title says phone call")) if _ASKS.search(tags) else None
    service = _NAMES_SERVICE.search(tags)
    if service:
        place = next((at for at in range(*service.span()) if tags[at] in "sqj"), service.end())
        return Sign(kind="video", reason=msg("the title names a video service"), vendor=title.vendor(place))
    if _SAYS_VIDEO.search(tags):
        return Sign(kind="video", reason=msg("the title says video call"))
    if _SAYS_PHONE.search(tags):
        return Sign(kind="phone", reason=msg("the title says phone call"))
    if "C" in tags or "ψ" in tags:
        return Sign(kind="phone", reason=msg("the title says call"))
    if "#" in tags and not physical:
        return Sign(kind="phone", reason=msg("the title holds a telephone number"))
    return None


_PLACE_SERVICE = _any("s", "q(?![xS])", r"(?:^|[-,:(/v])j(?=$|[-,:)/m])")
_PLACE_VIDEO = _any("[Vν]", "[do]~?[mCPπk]", "w~?[dV]", r"^v?a?[od](?=$|[-,:(/)!x])", "[-,:(/]o(?=$|[-,:)/])")
_PLACE_PHONE = _any("[PπRC]|^κ", "r.*p", r"^[ya]?v?[ya]?[tτμ☎]", "v[ay]?[tτμ]", "[-,:/+(][tτμ](?=[-,:/)+]|$)", "b#")


def place_sign(place: Tagged) -> Sign | None:
    """What a place says that is none ("Telefon", "Zoom", "online")."""
    tags = standing(place.tags, place=True)
    service = _PLACE_SERVICE.search(tags)
    if service:
        return Sign(kind="video", reason=msg("the place names a video service"), vendor=place.vendor(service.end() - 1))
    if _PLACE_VIDEO.search(tags):
        return Sign(kind="video", reason=msg("the place says online"))
    if _PLACE_PHONE.search(tags):
        return Sign(kind="phone", reason=msg("the place says phone"))
    return None
