"""Texts of printable characters are taken as they are: looking at each character would give the same."""

from __future__ import annotations

import sys

import pytest

from termintreu.model.texts import foreign
from termintreu.planning.items import render


@pytest.mark.parametrize("look", [render._safe, foreign._safe])
def test_no_printable_character_is_changed_by_looking_at_it(look: object) -> None:
    printable = [character for character in map(chr, range(sys.maxunicode + 1)) if character.isprintable()]
    assert len(printable) > 100_000
    assert [] == [character for character in printable if look(character) != character]


@pytest.mark.parametrize("character", ["\u202e", "\u200b", "\x00", "\ue000", "\ud800", "\u00a0", "\u2028"])
def test_what_is_not_printable_is_looked_at(character: str) -> None:
    assert character not in render.safe_text(f"a{character}b")
    assert character not in foreign.clean(f"a{character}b")
