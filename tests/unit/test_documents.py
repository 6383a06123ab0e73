"""What the documents say, against the program: links, commands, options, words, dependencies."""

from __future__ import annotations

import importlib
import re
import tomllib
from collections.abc import Iterator
from functools import reduce
from pathlib import Path

import pytest

from termintreu.recognition.detection import find_words
from tests.command_line import commands

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
COMMANDS = commands()
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT = PYPROJECT["project"]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()
PACKAGE, CONNECTORS = ROOT / "daemon" / "termintreu", ROOT / "connectors" / "termintreu_connectors"
ROOMS = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
MODULES = {
    path.name for top in ("daemon", "connectors", "tests", "tools", "bench") for path in (ROOT / top).rglob("*.py")
}
MADE = ("build/", "dist/", ".venv/")
"""Folders that the Makefile makes."""


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
    assert len(rows) == 9
    for english, german in rows:
        assert {english} == find_words(f"#{english}") == find_words(german)


def test_the_changelog_names_this_version() -> None:
    assert f"\n## {PROJECT['version']}\n" in (ROOT / "CHANGELOG.md").read_text()


def test_every_decision_stands_in_their_index() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"(?m)^\| \[\d{4}\]\((\S+)\) \|", (folder / "README.md").read_text())
    assert listed == sorted(path.name for path in folder.glob("0*.md"))


def paths_in(text: str) -> Iterator[str]:
    """What stands in backticks and is a path of the repository, by its first folder or by how it ends."""
    top = {path.name for path in ROOT.iterdir()} | ROOMS
    for path in re.findall(r"`([\w.-]+/[\w./-]*)`", text):
        is_file = re.search(r"\.(py|md|toml|txt|sh|po|svg|png|yaml|json|1)$", path)
        if (path.split("/")[0] in top or is_file or path.endswith("/")) and not path.startswith(MADE):
            yield path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_module_that_is_named_by_its_file_alone_exists(page: Path) -> None:
    assert set() == set(re.findall(r"`((?!my_)\w+\.py)`", page.read_text())) - MODULES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_that_is_named_exists(page: Path) -> None:
    places = (ROOT, page.parent, PACKAGE, CONNECTORS)
    # What a reader is to make is called my_something; capitals stand for the reader's own.
    named = [path for path in paths_in(page.read_text()) if not re.search(r"my_|\b[A-Z]+/", path)]
    assert [] == [path for path in named if not any((place / path).exists() for place in places)]


def test_paths_are_told_from_what_else_has_a_slash() -> None:
    text = "`store/tables.py`, `tools/rooms.py`, `plan/`, `docs/web`, `Europe/Berlin`, `/metrics`, `build/web/`"
    assert ["store/tables.py", "tools/rooms.py", "plan/", "docs/web"] == list(paths_in(text))


def names_in_the_code(text: str) -> list[str]:
    """Dotted names of modules, classes and functions that begin with a room or with the connectors."""
    dotted = re.findall(r"`([a-z_]+(?:\.\w+)+)`", text)
    return [name for name in dotted if name.split(".")[0] in ROOMS | {CONNECTORS.name}]


def found(name: str) -> object:
    """The module, class or function of that name. Raises ImportError, AttributeError."""
    parts = (name if name.startswith(CONNECTORS.name) else f"{PACKAGE.name}.{name}").split(".")
    for length in range(len(parts), 0, -1):
        try:
            module: object = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        return reduce(getattr, parts[length:], module)
    raise ImportError(name)


def test_every_name_in_the_architecture_exists_in_the_code() -> None:
    names = names_in_the_code(ARCHITECTURE)
    assert len(names) > 40
    for name in names:
        found(name)


@pytest.mark.parametrize("name", ["cycle.cycle.run_cycles", "cycle.circle.run_cycle", "storage.store.Store.forgive"])
def test_a_name_that_does_not_exist_is_noticed(name: str) -> None:
    assert [name] == names_in_the_code(f"first `{name}`, then the rest")
    with pytest.raises((ImportError, AttributeError)):
        found(name)


def test_the_architecture_names_what_each_room_may_import() -> None:
    """as the contracts of import-linter have it"""
    allowed: dict[str, set[str]] = {}
    for contract in PYPROJECT["tool"]["importlinter"]["contracts"]:
        room = contract["modules"][0].removeprefix("termintreu.").partition(".")[0]
        rooms = {name.removeprefix("termintreu.").partition(".")[0] for name in contract.get("rooms", ())}
        allowed.setdefault(room, set()).update(rooms - {room, CONNECTORS.name})
    _, _, section = ARCHITECTURE.partition("\n## The rooms\n")
    rows = re.findall(r"(?m)^\| `(?:connectors/)?(\w+)/` \| ([\w, ]*) ?\|", section.partition("\n## ")[0])

    assert allowed == {room: {name for name in re.split(r",? ", names) if name} for room, names in rows}
