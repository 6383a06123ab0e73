"""Every configuration that an earlier version took is still read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from termintreu.config.profiles import Profiles
from termintreu.config.renamed import RENAMED
from termintreu.judging.rules.common.base import Params
from termintreu.service import bootstrap
from tests.versions.kept import DATA, VERSIONS


def options(value: Any, before: str = "") -> Iterator[str]:
    """The options that a parsed file sets, as `options.txt` names them."""
    if isinstance(value, list) and value and all(isinstance(each, Mapping) for each in value):
        for each in value:
            yield from options(each, before)
    elif isinstance(value, Mapping) and not before.endswith("password"):
        for key, inner in value.items():
            yield from options(inner, f"{before}.{key}" if before else key)
    else:
        yield before


def laid_down(version: str, name: str, folder: Path) -> Profiles[Params]:
    path = folder / "config.toml"
    path.touch(0o600)
    path.write_bytes((DATA / version / "configurations" / name).read_bytes())
    (folder / "people.d").mkdir()
    return bootstrap.load_profiles(path)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", ["person.toml", "several.toml"])
def test_a_configuration_is_read_without_a_problem(
    version: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEED", "geheim")
    people = laid_down(version, name, tmp_path)
    assert () == people.problems
    told = [*people.warnings]
    for person in people.names:
        told += people.load(person).warnings
    # That a password is not to be had here is no matter of the version.
    old_names = [old.rpartition(".")[2] for old in RENAMED]
    told = [text for text in told if not any(f"{name}: is called" in text for name in old_names)]
    assert [] == [text for text in told if "password" not in text]


@pytest.mark.parametrize("version", VERSIONS)
def test_what_it_says_holds(version: str, tmp_path: Path) -> None:
    raw = tomllib.loads((DATA / version / "configurations" / "person.toml").read_text(encoding="utf-8"))
    loaded = laid_down(version, "person.toml", tmp_path).load("default")
    assert frozenset(raw["rules"]["disabled"]) == loaded.disabled
    for rule, given in raw["rules"].items():
        for option, value in (given if rule != "disabled" else {}).items():
            if isinstance(value, int | float) and f"rules.{rule}.{option}" not in RENAMED:
                assert (rule, option, value) == (rule, option, loaded.rule_params[rule].model_dump()[option])
    for option, value in raw["limits"].items():
        if f"limits.{option}" not in RENAMED:
            assert (option, value) == (option, loaded.config.limits.model_dump()[option])


@pytest.mark.parametrize("version", VERSIONS)
def test_they_set_every_option_that_the_version_had(version: str) -> None:
    folder = DATA / version / "configurations"
    found: set[str] = set()
    for path in folder.glob("*.toml"):
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        people = raw.pop("people", [])
        found |= {*options(raw)}
        for table in people:
            found |= {"people.name", *options({key: value for key, value in table.items() if key != "name"})}
    assert set((folder / "options.txt").read_text(encoding="utf-8").split()) == found
