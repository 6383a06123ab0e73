"""The demo's own words: how its server is got, and the language it speaks."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from termintreu.ui.demo import server
from termintreu.ui.demo.settings import language_of


def told(project: Path, monkeypatch: pytest.MonkeyPatch, folder: Path, *, hidden: str = "radicale") -> str:
    """What the demo says where some packages are not installed."""
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in hidden.split() else find(name))
    monkeypatch.setattr(server, "_PROJECT", project)
    with pytest.raises(server.TermintreuError) as caught, server.radicale(folder):
        pass
    return str(caught.value)


def test_without_its_server_the_demo_of_a_clone_names_make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Path(__file__).parents[4]
    assert project == server._PROJECT
    assert told(project, monkeypatch, tmp_path).endswith(f": run `make demo` in {project}")


def test_elsewhere_it_names_the_very_interpreter_that_runs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert f"{sys.executable} -m pip install 'termintreu[demo]'" in told(tmp_path, monkeypatch, tmp_path)


def test_where_there_is_no_pip_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = told(tmp_path, monkeypatch, tmp_path, hidden="radicale pip")
    assert "pip install" not in said
    assert said.endswith("run `make demo` in the project's folder")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "de_AT.UTF-8"}, "de"),
        ({"LC_ALL": "C.UTF-8", "LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "de_DE", "LANG": "en_GB"}, "de"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_it_speaks_the_machines_language(environment: dict[str, str], language: str) -> None:
    assert language == language_of(environment)
