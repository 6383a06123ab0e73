"""Titles that name both sides of a call: "Dr. Kern ruft an", "Anna ruft Erika an", "Bob to call me"; see `grammar`."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from termintreu.config import MeConfig
from termintreu.recognition.detection.grammar.names import NAME, prepared
from termintreu.recognition.detection.grammar.tokens import Tagged

_SOMEBODY = rf"(?:[fc]?h+(?:[^-~,:()/+!#T0@∞\s](?:~\w)*)(?:[xg])?|{NAME})"
_START = r"^(?:[T0Yy:,!\"-]|\([^)]*\))*"
_THEM = re.compile(
    rf"{_START}{_SOMEBODY}(?:\([^)]*\))?,?y*(?:r(?P<whom>[^-(:]{{0,14}}?)p|(?:ρ|[CψΠ]|l[CbtR]|R)p?(?P<me>i|@+))"
)
_ME = re.compile(rf"{_START}@+y*(?:r(?P<whom>[^-(:]{{0,14}}?)p|(?:ρ|[CψΠ]|l[CbtR])[ay]*(?P<them>{_SOMEBODY}))")
_OTHERS = re.compile(r"[xghKcfG]")
_ASIDE = re.compile(r"[zvWT].*")


class Sides(NamedTuple):
    """Who calls whom, seen from the user."""

    caller: Literal["me", "them"]
    by_name: bool
    """Whether the title calls the user by name; "me" is whoever wrote it."""


def sides_of(title: Tagged, me: MeConfig) -> Sides | None:
    """What a title says; None where it does not, or speaks of two other people."""
    tags = prepared(title, me)
    mine = _ME.match(tags)
    if mine:
        named = mine.group("them") or _OTHERS.search(_ASIDE.sub("", mine.group("whom") or ""))
        return Sides("me", by_name=True) if named else None
    theirs = _THEM.match(tags)
    if theirs is None:
        return None
    whom = theirs.group("me") or _ASIDE.sub("", theirs.group("whom") or "")
    return None if _OTHERS.search(whom) else Sides("them", by_name="@" in whom)
