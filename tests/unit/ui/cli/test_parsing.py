"""Help and wrong usage in the reader's language."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from functools import partial

import pytest

from termintreu.model.texts.catalogue import Language, catalogue
from termintreu.ui.cli.argparse_words import OF_ARGPARSE
from termintreu.ui.cli.arguments import main, parser
from termintreu.ui.cli.parsing import Parser
from tools.catalogues import help_sentences

SENTENCES = {*help_sentences(parser()), *(message.msgid for message in OF_ARGPARSE)}
COMMANDS = 23
"""And the program itself."""
_SAME = {"NAME", "TEXT", "name", "text"}


def parsers(language: Language) -> Iterator[argparse.ArgumentParser]:
    top = parser(partial(Parser, language=lambda: language))
    yield top
    (listed,) = (action for action in top._actions if isinstance(action, argparse._SubParsersAction))
    yield from listed.choices.values()


def shown(one: argparse.ArgumentParser) -> str:
    """The help on one line: words are broken where the terminal ends."""
    return " ".join(one.format_help().split())


def test_every_sentence_of_the_help_has_its_german() -> None:
    german = catalogue("de").sentences

    assert set() == {each for each in SENTENCES if german.get(each, each) == each} - _SAME


def test_a_help_without_german_would_be_seen() -> None:
    one = argparse.ArgumentParser(description="does something new")
    one.add_argument("--width", metavar="WIDTH", help="how wide it is")
    one.add_subparsers(title="ways").add_parser("walk", help="on foot").add_argument("place", help="where to")
    own = {"does something new", "WIDTH", "how wide it is", "ways", "on foot", "place", "where to"}

    assert own <= set(help_sentences(one))


@pytest.mark.parametrize("number", range(COMMANDS))
def test_the_help_of_a_command_holds_no_sentence_of_the_other_language(number: int) -> None:
    german, english = (list(parsers(language))[number] for language in ("de", "en"))
    sentences = [each for each in help_sentences(german) if catalogue("de").get(each) != each]
    used = [each for each in sentences if _holds(shown(english), each)]

    assert [] == [each for each in used if _holds(shown(german), each)]
    assert [] == [each for each in used if not _holds(shown(german), catalogue("de").get(each))]
    assert [] == [each for each in used if _holds(shown(english), catalogue("de").get(each))]
    assert used


def test_every_command_is_looked_at() -> None:
    assert COMMANDS == len(list(parsers("de")))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["plan", "--soon"], "termintreu: Fehler: unbekannte Angaben: --soon"),
        ([], "termintreu: Fehler: es fehlt: BEFEHL"),
        (["nothing"], "termintreu: Fehler: BEFEHL: 'nothing' geht hier nicht (möglich: "),
        (["answer", "x", "held", "--minutes", "y"], "termintreu answer: Fehler: --minutes: 'y' geht hier nicht"),
        (["init", "--url", "a", "--path", "b"], "termintreu init: Fehler: --path: nicht zusammen mit --url"),
        (["explain"], "termintreu explain: Fehler: es fehlt: text"),
        (["--config"], "termintreu: Fehler: --config: ein Wert fehlt"),
    ],
)
def test_wrong_usage_is_told_in_the_language_of_the_locale(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("TERMINTREU_CONFIG", "/nowhere/config.toml")

    with pytest.raises(SystemExit) as left:
        main(words)

    said = capsys.readouterr().err
    assert 2 == left.value.code
    assert said.startswith("Aufruf: termintreu")
    assert told in said.splitlines()[-1]


def _holds(text: str, part: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(' '.join(part.split()))}(?!\w)", text) is not None
