"""What the command line says of itself, read from its help."""

from __future__ import annotations

import contextlib
import io
import re
from functools import cache

from termintreu.ui.cli.arguments import main


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
