"""What a shell and `man` know of the command line: completion by shtab, the manual page by argparse-manpage, both from
the very parser. Pure.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import shtab
from argparse_manpage.manpage import Manpage

from termintreu import __version__
from termintreu.ui.cli.arguments import FileOption, parser

_SECTIONS = Path(__file__).with_name("termintreu.1.include")
"""What the manual page says beside the commands, by section, in the language of man(7)."""


class _Documented(argparse.ArgumentParser):
    """Prints a usage that is the same whatever the terminal's width and Python's version, and each sentence once: the
    manual has that of a command from the list of commands.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options | {"description": None})

    def format_usage(self) -> str:
        return " ".join(super().format_usage().split())


def completion(shell: str) -> str:
    """Completion for bash, zsh or fish."""
    FileOption.complete = shtab.FILE
    return str(shtab.complete(parser(), shell=shell))


def man() -> str:
    """termintreu(1)."""
    page = Manpage(parser(_Documented), format="single-commands-section")
    page.date, page.source, page.manual = "", f"termintreu {__version__}", "User Commands"
    page.description = "keeps the calls you promised"
    page.parse_include(_SECTIONS)
    return str(page)
