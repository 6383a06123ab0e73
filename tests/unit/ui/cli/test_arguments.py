"""The command line: which words are taken where."""

from __future__ import annotations

from pathlib import Path

import pytest

from termintreu.ui.cli.arguments import parser


@pytest.mark.parametrize(
    "words",
    [
        ["--config", "mine.toml", "--json", "-v", "plan", "--at", "2026-11-23"],
        ["plan", "--at", "2026-11-23", "--config", "mine.toml", "--json", "-v"],
        ["--json", "plan", "-v", "--at", "2026-11-23", "--config", "mine.toml"],
    ],
)
def test_what_every_command_takes_may_stand_before_it_or_after_it(words: list[str]) -> None:
    given = parser().parse_args(words)
    assert (Path("mine.toml"), True, True, "2026-11-23") == (given.config, given.json, given.verbose, given.at)


def test_said_twice_the_word_after_the_command_counts() -> None:
    given = parser().parse_args(["--config", "first.toml", "status", "--config", "second.toml"])
    assert Path("second.toml") == given.config
