"""`termintreu config`: what is edited is checked, and only what is good is put in place."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest

from tests.command_line import here
from tests.system.test_init import COMMAND, at_a_terminal

GOOD = """language = "de"
[[sources]]
name = "work"
type = "vdir"
path = "{folder}"
[target]
source = "work"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(GOOD.format(folder=tmp_path))
    path.chmod(0o640)
    return path


def editor(folder: Path, *changes: tuple[str, str]) -> str:
    """An editor that makes one change each time it is opened; the file is a copy whenever it is."""
    script, made = folder / "editor.py", folder / "made"
    script.write_text(
        "import pathlib, sys\n"
        f"made, changes, original = pathlib.Path({str(made)!r}), {list(changes)!r}, {str(folder / 'config.toml')!r}\n"
        "number = len(made.read_text()) if made.exists() else 0\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "assert str(path) != original\n"
        "path.write_text(path.read_text().replace(*changes[number]))\n"
        "made.write_text('.' * (number + 1))\n"
    )
    return f"{sys.executable} {script}"


def edited(config: Path, editor: str) -> tuple[int, str]:
    done = here("config", "--config", str(config), environ={**os.environ, "VISUAL": "", "EDITOR": editor})
    return done.returncode, done.stderr


def test_what_is_good_takes_the_files_place_and_its_mode(config: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.toml"
    link.symlink_to(config)
    code, said = edited(link, editor(tmp_path, ('"de"', '"en"')))
    assert 0 == code, said
    assert 'language = "en"' in config.read_text()
    assert 0o640 == stat.S_IMODE(config.stat().st_mode)
    assert link.is_symlink()
    assert "`termintreu plan`" in said
    assert [] == list(tmp_path.glob(".*"))


def test_what_is_wrong_is_told_by_the_files_own_name_and_changes_nothing(config: Path, tmp_path: Path) -> None:
    before = config.read_text()
    code, said = edited(config, editor(tmp_path, ('"de"', '"xx"')))
    assert 78 == code
    assert f"{config}:1: language" in said
    assert before == config.read_text()
    assert [] == list(tmp_path.glob(".*"))


def test_on_a_terminal_one_may_edit_again_or_keep_it(config: Path, tmp_path: Path) -> None:
    def answered(*letters: str, changes: tuple[tuple[str, str], ...]) -> int:
        (tmp_path / "made").unlink(missing_ok=True)
        return at_a_terminal(
            [*COMMAND, "config", "--config", str(config)],
            [("verwerfen (v)?", letter) for letter in letters],
            EDITOR=editor(tmp_path, *changes),
            VISUAL="",
        )[0]

    assert 0 == answered("b", changes=(('"de"', '"xx"'), ('"xx"', '"de"\n[schedule]\npoll = "7m"')))
    assert 'poll = "7m"' in config.read_text()
    assert 78 == answered("l", changes=(('"7m"', '"7 m"'),))
    assert 'poll = "7 m"' in config.read_text()


def test_nobody_elses_change_is_lost(config: Path, tmp_path: Path) -> None:
    meanwhile = tmp_path / "editor.sh"
    meanwhile.write_text(f'#!/bin/sh\necho "# mine" >> "$1"\necho "# theirs" >> "{config}"\n')
    meanwhile.chmod(0o755)
    code, said = edited(config, str(meanwhile))
    assert 1 == code
    assert "# theirs" in config.read_text()
    assert "# mine" in (tmp_path / "config.toml.mine").read_text()
    assert "config.toml.mine" in said


@pytest.mark.parametrize(
    ("command", "told"), [("/nowhere/editor", "$EDITOR"), ("false", "Code 1"), ("true", "nichts wurde geändert")]
)
def test_an_editor_that_fails_or_changes_nothing_leaves_all_as_it_is(
    config: Path, tmp_path: Path, command: str, told: str
) -> None:
    before = config.read_text()
    code, said = edited(config, command)
    assert (command != "true") == code
    assert told in said
    assert before == config.read_text()
    assert [] == list(tmp_path.glob(".*"))


def test_it_tells_where_the_file_is(config: Path) -> None:
    assert f"{config}\n" == here("config", "--path", "--config", str(config)).stdout
    assert {"path": str(config)} == json.loads(here("config", "--json", "--config", str(config)).stdout)
