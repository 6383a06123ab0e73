"""Whatever a command says to a person is in the language of the configuration: a small calendar with a call, an entry
that cannot be read, and a question, in both languages.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from termintreu.model.texts.catalogue import ERRORS, LANGUAGES, Language, catalogue
from tests.command_line import here

NOW = "2026-11-25T08:00"
EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//y//
BEGIN:VEVENT
UID:{uid}
DTSTAMP:20261101T080000Z
DTSTART:{start}
DTEND:{end}
SUMMARY:☎ Erika Muster{more}
END:VEVENT
END:VCALENDAR
"""
CONFIG = """
language = "{language}"
timezone = "Europe/Berlin"
[me]
name = "Anna Beispiel"
emails = ["anna@beispiel.de"]
region = "DE"
[[sources]]
name = "folder"
type = "vdir"
path = "{folder}/read"
[[sources]]
name = "away"
type = "vdir"
path = "{folder}/missing"
[target]
type = "vdir"
path = "{folder}/written"
[state]
path = "{folder}/state"
"""


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    return request.param  # type: ignore[no-any-return]  # of pytest


@pytest.fixture
def config(language: Language, tmp_path: Path) -> Path:
    calendar = tmp_path / "read" / "own"
    calendar.mkdir(parents=True)
    (tmp_path / "written").mkdir()
    calls = {"ahead": ("20261126T130000Z", "20261126T133000Z"), "past": ("20261124T130000Z", "20261124T133000Z")}
    for uid, (start, end) in calls.items():
        (calendar / f"{uid}.ics").write_text(EVENT.format(uid=uid, start=start, end=end, more=""))
    bad = EVENT.format(uid="bad", start="20261126T99", end="20261126T133000Z", more="").replace("\nDTEND:", "\nX-END:")
    (calendar / "bad.ics").write_text(bad)
    file = tmp_path / "config.toml"
    file.write_text(CONFIG.format(language=language, folder=tmp_path))
    file.chmod(0o600)
    return file


def said(config: Path, *words: str) -> str:
    done = here(*words, "--config", str(config))
    return f"{done.stdout}\n{done.stderr}".replace(str(config.parent), "")


def lines_of_a_person(text: str) -> str:
    """Without the lines of the log, which is English."""
    return "\n".join(line for line in text.splitlines() if not re.match(r"\S* ?\[?(?:info|warning|error) ", line))


@cache
def fragments(language: Language) -> frozenset[str]:
    """Parts of the language's sentences, long enough to be nobody else's words."""
    german = {**catalogue("de").sentences, **catalogue("de", ERRORS).sentences}
    own, other = (german.values(), german.keys()) if language == "de" else (german.keys(), german.values())
    return frozenset(part for text in own for part in parts(text)) - {part for text in other for part in parts(text)}


def parts(text: str) -> Iterator[str]:
    for literal, _, spec, _ in string.Formatter().parse(text):
        for part in (literal, *(spec or "").split("|")):
            if len(part.strip()) > 9 and " " in part.strip():
                yield part.strip()


def foreign(text: str, language: Language) -> list[str]:
    """What of a text is in the other language."""
    (other,) = set(LANGUAGES) - {language}
    return sorted(part for part in fragments(other) if re.search(rf"(?<!\w){re.escape(part)}(?!\w)", text))


COMMANDS = [
    ("check",),
    ("status",),
    ("plan", "--at", NOW),
    ("once", "--at", NOW),
    ("once", "--at", NOW),
    ("status",),
    ("rating", "--at", NOW),
    ("explain", "ahead", "--at", NOW),
    ("explain", "nobody at all", "--at", NOW),
    ("answer", "9", "held", "--at", NOW),
    ("answer", "nobody", "held", "--at", NOW),
    ("answer", "ahead", "held", "--at", NOW),
    ("answer", "past", "missed", "--at", NOW),
    ("answer", "past", "--undo", "--at", NOW),
    ("answer", "past", "missed", "--at", NOW),
    ("answer", "--all", "held", "--on", "2026-11-24"),
    ("once", "--at", "2026-11-25T09:00"),
    ("explain", "past", "--at", "2026-11-25T09:00"),
    ("rating", "Erika", "--at", "2026-11-25T09:00"),
    ("rating", "Somebody", "--at", "2026-11-25T09:00"),
    ("plan", "--at", "tomorrow"),
    ("plan", "--at", "0001-01-01"),
    ("plan", "--person", "anna"),
    ("sync", "anna"),
    ("doctor",),
    ("export", "Somebody", "--at", "2026-11-25T09:00"),
    ("purge", "--dry-run"),
    ("erase", "Erika", "--yes", "--at", "2026-11-25T09:00"),
    ("purge",),
    ("init",),
    ("init", "--force"),
    ("plan", "--soon"),
    ("answer", "--help"),
    ("--help",),
]


def test_no_command_says_a_sentence_in_the_other_language(
    config: Path, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is done before there is a configuration goes by the locale.
    monkeypatch.setenv("LC_ALL", {"de": "de_DE.UTF-8", "en": "C.UTF-8"}[language])
    mixed: dict[tuple[str, ...], list[str]] = {}
    whole = ""
    for words in COMMANDS:
        told = lines_of_a_person(said(config, *words))
        whole += told
        if found := foreign(told, language):
            mixed[words] = found

    assert {} == mixed
    told_of = {"de": "ist nicht lesbar", "en": "in no form that can be read"}[language]
    assert told_of in whole, "a rejection was shown"
    assert {"de": "Pfad gibt es nicht", "en": "path does not exist"}[language] in whole, "an error was shown"


@pytest.mark.parametrize(
    "wrong",
    [
        "[schedule]\npol = '5m'\n",
        "[reminders]\nlead = 'soon'\neve = 3\n",
        "[rules]\ndisabled = ['chains', 4]\n[rules.no_bufer]\nminutes = 3\n",
        "[[contacts]]\nname = 'x'\nemails = ['x']\nphones = ['none']\ntimezone = 'Europe/Brelin'\n",
        "[web]\nlisten = '0.0.0.0:80'\n",
        "[[sources]]\nname = 'folder'\ntype = 'ics'\nurl = 'x'\npassword = 4\n",
        "sources = [\n",
    ],
)
def test_what_is_wrong_with_a_configuration_is_told_in_its_own_language(
    wrong: str, config: Path, language: Language
) -> None:
    config.write_text(config.read_text() + wrong)

    told = said(config, "plan")

    assert [] == foreign(told, language)
    assert {"de": r"gefunden|unbekannt|gültig|gibt es nicht", "en": r"found|unknown|valid|no such"}[language]
    assert re.search({"de": r"gefunden|unbekannt|gültig", "en": r"found|unknown|valid"}[language], told)


def test_each_profile_is_told_in_its_own_language_and_the_administrator_in_that_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "people.d").mkdir()
    file = tmp_path / "config.toml"
    file.write_text(f'language = "de"\nprofiles = "people.d"\n[state]\npath = "{tmp_path}/state"\n')
    for name, language in (("anna", "en"), ("bert", "de")):
        own = f'[[sources]]\nname = "s"\ntype = "vdir"\npath = "{tmp_path}/{name}"\n'
        own += f'[target]\ntype = "vdir"\npath = "{tmp_path}/{name}-own"\n'
        (tmp_path / "people.d" / f"{name}.toml").write_text(f'language = "{language}"\n{own}')

    one, all_of_them = said(file, "plan", "--person", "anna"), said(file, "plan")
    anna, _, bert = all_of_them.partition("== bert ==")
    (tmp_path / "people.d" / "anna.toml").write_text('language = "en"\nsources = 4\n')

    assert "the path does not exist" in one
    assert "the path does not exist" in anna
    assert "den Pfad gibt es nicht" in bert
    assert "found 4" in said(file, "plan", "--person", "anna")
    assert "gefunden: 4" in said(file, "check")
    assert "--person" in (unknown := said(file, "rating"))
    assert "gilt für mehrere Personen" in unknown
