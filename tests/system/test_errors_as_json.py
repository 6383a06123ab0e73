"""Whoever asks for JSON gets one document, whatever happens."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from termintreu.ui.cli.arguments import main

GOOD = """
[[sources]]
name = "folder"
type = "vdir"
path = "{folder}/read"
[target]
type = "vdir"
path = "{folder}/written"
[state]
path = "{folder}/state"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "read").mkdir()
    (tmp_path / "written").mkdir()
    (tmp_path / "config.toml").write_text(GOOD.format(folder=tmp_path))
    return tmp_path / "config.toml"


@pytest.mark.parametrize("command", [["plan"], ["once"], ["status"], ["check"], ["rating"], ["answer", "x", "held"]])
def test_a_bad_configuration_is_told_as_json(
    command: list[str], config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text(config.read_text() + "[schedule]\npol = '5m'\n")

    code = main([*command, "--json", "--config", str(config)])

    told = capsys.readouterr()
    assert 78 == code
    assert told.err.splitlines() == json.loads(told.out)["problems"]
    assert 'schedule.pol: unknown key; did you mean "poll"?' in told.err


def test_check_says_in_one_document_what_is_wrong_and_where(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config.write_text("sources = [")

    assert 78 == main(["check", "--json", "--config", str(config)])

    told = json.loads(capsys.readouterr().out)
    assert (str(config), 1, []) == (told["path"], len(told["problems"]), told["warnings"])


@pytest.mark.parametrize(
    "command", [["plan", "--at", "tomorrow"], ["answer", "nobody", "held"], ["export", "nobody@x.example"]]
)
def test_wrong_usage_is_told_as_json(command: list[str], config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main([*command, "--json", "--config", str(config)])

    told = capsys.readouterr()
    assert 2 == code
    assert told.err == f"termintreu: {json.loads(told.out)['error']}\n"


def test_without_json_nothing_is_said_on_standard_output(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config.write_text("sources = 4")

    assert 78 == main(["plan", "--config", str(config)])

    assert "" == capsys.readouterr().out
