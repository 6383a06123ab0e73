"""Output of commands: data on standard output, messages on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.text import Text

from termintreu.ui.cli import report_lines


def print_json(value: Any) -> None:
    """Print the one JSON document on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
    sys.stdout.flush()  # a command that stays up prints nothing after it


def print_lines(lines: Iterable[Text]) -> None:
    """Print lines on standard output, coloured where that is a terminal."""
    report_lines.show(Console(highlight=False), lines)


def say(text: str) -> None:
    """Print a line on standard error."""
    sys.stderr.write(text + "\n")


def on_terminal() -> bool:
    """Whether standard output is a terminal: long titles are cut there only."""
    return Console().is_terminal


def at_terminal() -> bool:
    """Whether the user can be asked: input and messages are on a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()
