"""Every error that a person can read has its German, and the catalogue holds no other."""

from __future__ import annotations

import string
from pathlib import Path

from termintreu.model.texts.catalogue import ERRORS, catalogue
from tools import error_sentences
from tools.catalogues import path_of
from tools.error_sentences import NOT_SHOWN, elsewhere, key, sentences

GERMAN = catalogue("de", ERRORS).sentences


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_sentence_of_an_error_has_its_german() -> None:
    held = {key(msgid) for msgid in GERMAN}

    assert [] == [msgid for each, msgid in sentences().items() if each not in held | NOT_SHOWN]


def test_the_catalogue_holds_no_sentence_that_no_error_has() -> None:
    used = sentences().keys() | set(map(key, elsewhere()))

    assert [] == [msgid for msgid in GERMAN if key(msgid) not in used]
    assert frozenset() == NOT_SHOWN - sentences().keys()


def test_translations_have_the_same_values() -> None:
    assert {} == {msgid: said for msgid, said in GERMAN.items() if names(msgid) != names(said)}


def test_the_file_is_as_the_tool_writes_it() -> None:
    content, empty = error_sentences.updated_file()

    assert ([], path_of("de", ERRORS).read_bytes()) == (empty, content)


def test_sentences_are_found_where_errors_are_made(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(
        '"""A docstring is none."""\n'
        'TOO_MUCH = "There is too much of it"\n'
        'log.warning("a line of the log", do="mend it yourself")\n'
        'raise Failed(f"{self._name}: found {value!r} in {host_of(url)}; use {{}}")\n'
        'say(msg("not an error"))\n'
    )

    assert ["There is too much of it", "{name}: found {value} in {url}; use {{}}"] == sorted(
        sentences([tmp_path]).values()
    )
    assert "found {} in {}; use {{}}" in sentences([tmp_path])
