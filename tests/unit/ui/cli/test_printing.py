"""Long output goes through a pager on a terminal, and nowhere else."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from termintreu.ui.cli.commands.printing import pager_of

PRINTS = """
import sys
from rich.text import Text
from termintreu.ui.cli.commands.printing import print_lines
print_lines(Text(f"line {n}") for n in range(int(sys.argv[1])))
"""


def shown(lines: int, *, terminal: bool = True, pager: str = "sed s/^/paged:/") -> str:
    """What comes of so many lines, on a terminal of ten."""
    ours, theirs = pty.openpty()
    environ = {**os.environ, "TERM": "xterm", "LINES": "10", "COLUMNS": "80", "PAGER": pager}
    command = [sys.executable, "-c", PRINTS, str(lines)]
    try:
        if not terminal:
            return subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout
        subprocess.run(command, env=environ, stdout=theirs, stdin=theirs, check=True)
        return os.read(ours, 65536).decode()
    finally:
        os.close(ours)
        os.close(theirs)


def test_what_does_not_fit_is_paged() -> None:
    assert "paged:line 0\r\n" in shown(40)
    assert "paged:line 39" in shown(40)


def test_what_fits_or_is_piped_is_not() -> None:
    assert "paged" not in shown(5)
    assert "".join(f"line {n}\n" for n in range(40)) == shown(40, terminal=False)


def test_nothing_is_lost_where_the_pager_is_none_or_cannot_be_started() -> None:
    for pager in ("", "cat", "/nowhere/pager"):
        assert "line 39" in shown(40, pager=pager)


def test_less_keeps_colours_and_leaves_what_fits_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    less = tmp_path / "less"
    less.write_text("#!/bin/sh\n")
    less.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ["less", "-FRX"] == pager_of({})
    assert [str(less), "-FRX"] == pager_of({"PAGER": str(less)})
    assert ["less", "-S"] == pager_of({"PAGER": "less -S"}), "what the user says holds"
    monkeypatch.setenv("PATH", "")
    assert [] == pager_of({})
