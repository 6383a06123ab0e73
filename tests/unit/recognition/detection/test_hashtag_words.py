"""Gestures are whole hashtags, in both languages, however the umlaut is spelled."""

from __future__ import annotations

import pytest

from termintreu.recognition.detection import find_words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#skip", {"skip"}),
        ("Telefonat #Ignorieren bitte", {"skip"}),
        ("#gehalten", {"held"}),
        ("#HELD.", {"held"}),
        ("#verspätet", {"late"}),
        ("#verspaetet", {"late"}),
        ("#late, #critical", {"late", "critical"}),
        ("#verpasst", {"missed"}),
        ("(#noshow)", {"noshow"}),
        ("#nichterschienen", {"noshow"}),
        ("#bestätigt #bestaetigt", {"confirmed"}),
        ("#kritisch", {"critical"}),
        ("#gefährdet", {"threatened"}),
        ("#gefaehrdet", {"threatened"}),
        ("a\u0308 #verspa\u0308tet", {"late"}),
        ("#lately", set()),
        ("skip", set()),
        ("##skip", set()),
        ("https://example.org/#skip", set()),
        ("word#skip", set()),
        ("#skip-it", set()),
    ],
)
def test_gestures_in_text(text: str, expected: set[str]) -> None:
    assert find_words(text) == expected


def test_categories_need_no_hash() -> None:
    assert find_words(categories=("Verpasst", "#held", "Work")) == {"missed", "held"}


def test_every_text_counts() -> None:
    assert find_words("#held", "#late") == {"held", "late"}
