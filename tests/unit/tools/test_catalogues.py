"""Both catalogues hold every sentence of the program, nothing else, and agree with it on the values."""

from __future__ import annotations

import io
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from termintreu.model.texts.catalogue import LANGUAGES, Language, catalogue
from tools import catalogues

CALLS = tuple(catalogues.msg_calls())
MSGIDS = catalogues.extracted()
SPECS = {
    "",
    "moment",
    "moment_year",
    "object",
    "time",
    "clock",
    "at",
    "spoken",
    "long_day",
    "hours",
    "commas",
    "day",
    "date",
    "duration",
    "error",
    "minutes",
    "percent",
    "text",
    "number",
}


def translations(language: Language) -> dict[str, str]:
    return {str(entry.id): str(entry.string) for entry in catalogues.read(language) if entry.id}


def fields(sentence: str) -> list[tuple[str, str]]:
    return [(name, spec or "") for _, name, spec, _ in string.Formatter().parse(sentence) if name is not None]


def test_every_sentence_is_a_literal_that_extraction_can_see() -> None:
    assert [] == [call.place for call in CALLS if call.msgid is None]


def test_sentences_are_found_wherever_they_stand(tmp_path: Path) -> None:
    source = 'f"({msg(\'unverified\')})"\nmsg("one " "two", n=1)\nmsg(variable, **values)\nother("three")\n'
    (tmp_path / "module.py").write_text(source)

    assert [
        catalogues.MsgCall(place="module.py:1", msgid="unverified", values=frozenset()),
        catalogues.MsgCall(place="module.py:2", msgid="one two", values=frozenset({"n"})),
        catalogues.MsgCall(place="module.py:3", msgid=None, values=None),
    ] == sorted(catalogues.msg_calls(tmp_path), key=lambda call: call.place)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_missing_from_a_catalogue(language: Language) -> None:
    assert set() == MSGIDS - {msgid for msgid, text in translations(language).items() if text}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalogue_holds_a_sentence_that_is_not_used(language: Language) -> None:
    assert set() == translations(language).keys() - MSGIDS


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_use_the_same_values(language: Language) -> None:
    different = {
        msgid
        for msgid, text in translations(language).items()
        if text and {name for name, _ in fields(msgid)} != {name for name, _ in fields(text)}
    }

    assert set() == different


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_of_a_value_is_known(language: Language) -> None:
    everything = [*translations(language), *translations(language).values()]
    unknown = {spec for text in everything for _, spec in fields(text) if spec not in SPECS and "|" not in spec}

    assert set() == unknown


def test_every_sentence_is_given_its_values() -> None:
    wrong = [
        call.place
        for call in CALLS
        if call.values is not None and not {name for name, _ in fields(call.msgid or "")} <= call.values
    ]

    assert [] == wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_program_reads_what_stands_in_the_source_tree(language: Language) -> None:
    filled = {msgid: text for msgid, text in translations(language).items() if text}

    assert filled == dict(catalogue(language).sentences)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_form_is_for_one(language: Language) -> None:
    assert [1, 0, 1] == [catalogue(language).plural_index(count) for count in (0, 1, 2)]


def test_updating_adds_what_is_new_and_keeps_every_translation() -> None:
    before = translations("de")

    once = catalogues.updated(catalogues.read("de"), "de", {*before, "Something new"})
    again = catalogues.updated(read_po(io.BytesIO(once), locale="de"), "de", {*before, "Something new"})

    after = {str(entry.id): str(entry.string) for entry in read_po(io.BytesIO(once), locale="de") if entry.id}
    assert {**before, "Something new": ""} == after
    assert once == again


def test_pruning_drops_what_is_stale() -> None:
    pruned = read_po(
        io.BytesIO(catalogues.updated(catalogues.read("de"), "de", {"{n:day|days}"}, prune=True)), locale="de"
    )

    assert ["{n:day|days}"] == [entry.id for entry in pruned if entry.id]
