"""What the documents say, against the program: links, commands, options, words, dependencies."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from termintreu.recognition.detection import find_words
from tests.command_line import commands

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
COMMANDS = commands()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        assert target.startswith("https://") or (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_named_exists_with_its_options(page: Path) -> None:
    text = page.read_text().replace("\\\n", " ")
    code = "\n".join([*re.findall(r"(?s)```sh\n(.*?)```", text), *re.findall(r"`([^`\n]+)`", text)])
    for name, rest in re.findall(r"(?m)^(?:sudo )?termintreu ([a-z]+)([^#;\n]*)", code):
        assert name in COMMANDS, name
        assert set(re.findall(r"(?<!\w)--[a-z-]+", rest)) <= COMMANDS[name], rest


def test_every_command_is_explained_somewhere() -> None:
    texts = "".join(page.read_text() for page in PAGES) + (ROOT / "docs" / "termintreu.1").read_text()
    for name in COMMANDS:
        assert name in texts


def test_every_dependency_has_its_reason() -> None:
    named = re.findall(r"(?m)^\| ([a-z0-9-]+) \| [a-zA-Z]", (ROOT / "README.md").read_text())
    wanted = [re.split(r"[<>=\[]", each)[0] for each in PROJECT["dependencies"]]
    assert wanted == [name for name in named if name != "package"]


def test_the_words_that_are_listed_are_the_words_that_are_read() -> None:
    rows = re.findall(r"(?m)^\| `#(\w+)` \| `(#\w+)` \|", (ROOT / "docs" / "how-it-decides.md").read_text())
    assert len(rows) == 8
    for english, german in rows:
        assert {english} == find_words(f"#{english}") == find_words(german)


def test_the_changelog_names_this_version() -> None:
    assert f"\n## {PROJECT['version']}\n" in (ROOT / "CHANGELOG.md").read_text()


def test_every_decision_stands_in_their_index() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"(?m)^\| \[\d{4}\]\((\S+)\) \|", (folder / "README.md").read_text())
    assert listed == sorted(path.name for path in folder.glob("0*.md"))
