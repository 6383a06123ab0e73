"""The command line in the tests' own process, and what it says of itself, read from its help."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from unittest import mock

from termintreu.ui.cli.arguments import main


def here(*arguments: str, environ: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command as a script does that has nothing to type, through the entry of the program but in this process:
    starting one costs twenty times as much as most commands. What is about processes, signals or terminals starts one.
    """
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, os.environ if environ is None else environ, clear=True),
        Path(os.devnull).open() as nothing,
        mock.patch("sys.stdin", nothing),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            code = main(arguments)
        except SystemExit as leaving:  # of argparse
            code = int(leaving.code or 0)
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def helped(*command: str) -> str:
    """The help of a command."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
        main([*command, "--help"])
    return said.getvalue()


@cache
def commands() -> dict[str, frozenset[str]]:
    """Each command with its options, the long and the short ones."""
    listed = helped().partition("\ncommands:\n")[2]
    names = re.findall(r"(?m)^    ([a-z]+) ", listed)
    return {name: frozenset(re.findall(r"(?m)(?:^  |, )(--?[a-z][a-z-]*)", helped(name))) for name in names}
