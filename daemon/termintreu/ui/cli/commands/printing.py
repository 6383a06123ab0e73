"""Where commands print: data on standard output, all else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.text import Text

from termintreu.ui.cli import report_lines


def print_json(value: Any) -> None:
    """The one document on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
    sys.stdout.flush()  # a command that stays up has told all it will tell


def print_lines(lines: Iterable[Text]) -> None:
    """On standard output, coloured where that is a terminal."""
    report_lines.show(Console(highlight=False), lines)


def say(text: str) -> None:
    """A line on standard error."""
    sys.stderr.write(text + "\n")


def on_terminal() -> bool:
    """Whether data is read on a terminal: what is too long there is cut, and never where another program reads it."""
    return Console().is_terminal


def at_terminal() -> bool:
    """Whether somebody is there who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()
