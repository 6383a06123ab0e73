"""Completion and the manual page, against the command line itself. That the shipped files are up to date is tested with
the other generated ones."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from termintreu import shell
from termintreu.cli import parser

NAMES = {one.name for one in shell.commands(parser())}
OPTIONS = {name for one in shell.commands(parser()) for option in one.options for name in option.option_strings}


def completed(*words: str) -> set[str]:
    """What bash offers for the last word."""
    quoted = " ".join(f"'{word}'" for word in words)
    asked = f'COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _termintreu; echo "${{COMPREPLY[@]}}"'
    script = f"{shell.bash(parser())}\n{asked}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_bash_offers_commands_options_and_choices() -> None:
    assert NAMES | {"--help", "--version"} == completed("termintreu", "")
    assert {"status"} == completed("termintreu", "st")
    assert {"--json", "--config", "--verbose", "--help", "--at", "--person"} == completed("termintreu", "once", "--")
    assert {"held"} == completed("termintreu", "answer", "Erika", "he")
    assert {"de", "en"} == completed("termintreu", "init", "--language", "")
    assert set() == completed("termintreu", "init", "--username", "")


def test_bash_offers_files_where_a_file_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "config.toml").touch()
    assert {f"{tmp_path}/config.toml"} == completed("termintreu", "run", "--config", f"{tmp_path}/co")


@pytest.mark.parametrize("make", [shell.zsh, shell.fish], ids=["zsh", "fish"])
def test_every_command_and_option_is_known_to(make: object) -> None:
    text = make(parser())  # type: ignore[operator]  # one of ours
    for name in NAMES:
        assert name in text
    for option in OPTIONS:
        assert option.lstrip("-") in text


@pytest.mark.parametrize(("program", "make"), [("zsh", shell.zsh), ("fish", shell.fish)])
def test_the_shell_itself_finds_no_error(program: str, make: object) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    text = make(parser())  # type: ignore[operator]  # one of ours
    subprocess.run([program, "-n"], input=text, text=True, check=True, capture_output=True)


def test_the_manual_page_names_every_command_and_option_and_pleases_man() -> None:
    text = shell.man(parser())
    plain = text.replace("\\-", "-")
    for name in NAMES:
        assert f".TP\n\\fB{name}\\fR" in plain
    for option in OPTIONS:
        assert f"\\fB{option}\\fR" in plain
    if shutil.which("groff"):
        said = subprocess.run(
            ["groff", "-man", "-Tutf8", "-ww", "-z"], input=text, capture_output=True, text=True, check=True
        )
        assert said.stderr == ""
