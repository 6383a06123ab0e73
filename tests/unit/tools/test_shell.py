"""Completion and the manual page, against the command line itself. That the shipped files are up to date is tested with
the other generated ones."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.command_line import commands
from tools.shell import completion, man

NAMES = set(commands())
OPTIONS = frozenset().union(*commands().values())
EVERYWHERE = {"--json", "--config", "--verbose", "--help", "-h", "-v"}


def completed(*words: str) -> set[str]:
    """What bash offers for the last word."""
    quoted = " ".join(f"'{word}'" for word in words)
    place = len(words) - 1
    call = f"COMP_WORDS=({quoted}); COMP_CWORD={place}; _shtab_termintreu termintreu '{words[-1]}' '{words[-2]}'"
    script = f'{completion("bash")}\n{call}; echo "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_bash_offers_commands_options_and_choices() -> None:
    assert NAMES == completed("termintreu", "")
    assert EVERYWHERE | {"--version"} == completed("termintreu", "-")
    assert {"status"} == completed("termintreu", "st")
    assert {"--json", "--config", "--verbose", "--help", "--at", "--person"} == completed("termintreu", "once", "--")
    assert {"held"} == completed("termintreu", "answer", "Erika", "he")
    assert {"de", "en"} == completed("termintreu", "init", "--language", "")
    assert set() == completed("termintreu", "init", "--username", "")


def test_bash_offers_what_a_command_knows_behind_the_options_that_stand_before_it() -> None:
    assert {"--person"} == completed("termintreu", "--json", "once", "--pe")


@pytest.mark.parametrize("option", [("run", "--config"), ("init", "--path"), ("init", "--password-file")])
def test_bash_offers_files_where_a_file_is_wanted(option: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "config.toml").touch()
    assert {f"{tmp_path}/config.toml"} == completed("termintreu", *option, f"{tmp_path}/co")


def test_zsh_and_fish_offer_files_where_a_file_is_wanted() -> None:
    assert ":FILE:_files" in completion("zsh")
    assert '-l config -xka "(__fish_complete_path' in completion("fish")


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_every_command_and_option_is_known_to(shell: str) -> None:
    text = completion(shell)
    for name in NAMES:
        assert name in text
    for option in OPTIONS:
        assert option.lstrip("-") in text


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_shell_itself_finds_no_error(shell: str) -> None:
    assert shutil.which(shell), f"{shell} is missing: `tests/machine.sh {shell}` installs it"
    subprocess.run([shell, "-n"], input=completion(shell), text=True, check=True, capture_output=True)


def test_the_manual_page_names_every_command_and_option_and_pleases_man() -> None:
    text = man()
    plain = text.replace("\\-", "-")
    for name in NAMES:
        assert f".SS \\fBtermintreu {name}\\fR" in plain
    for option in OPTIONS - {"-h", "--help"}:
        assert f"\\fB{option}\\fR" in plain
    assert "\\fBtermintreu\\fR \\fICOMMAND\\fR [\\fIoption\\fR ...]" in text
    for section in ("EXIT STATUS", "SIGNALS", "ENVIRONMENT", "FILES", "SEE ALSO"):
        assert f"\n.SH {section}\n" in text
    if shutil.which("groff"):
        said = subprocess.run(
            ["groff", "-man", "-Tutf8", "-ww", "-z"], input=text, capture_output=True, text=True, check=True
        )
        assert said.stderr == ""
