"""The outcome of one profile's cycle, whichever process ran it, and how `once` and `plan` print it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from termintreu.model import msg
from termintreu.ui.cli.commands import Arguments
from termintreu.ui.cli.commands.printing import print_json, print_lines, say
from termintreu.ui.cli.commands.reader import texts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The outcome of one profile's cycle."""

    name: str
    failed: bool
    document: Mapping[str, Any]
    """As `once --json` has it; "error" where there was no cycle."""
    lines: tuple[Text, ...] = ()
    said: tuple[str, ...] = ()
    """Messages for standard error."""


def shown(outcomes: Sequence[Outcome], arguments: Arguments, *, several: bool, bad: bool = False) -> int:
    """Print outcomes, in their order. Returns the exit code; `bad`: something else failed already."""
    for number, outcome in enumerate(outcomes):
        if several and not arguments.json:
            print_lines([*([Text()] if number else []), Text(f"== {outcome.name} ==", style="bold")])
        for line in outcome.said:
            say(line)
        if not arguments.json:
            print_lines(outcome.lines)
    if arguments.json:
        profiles = [{"name": outcome.name, **outcome.document} for outcome in outcomes]
        print_json({"people": profiles} if several else dict(outcomes[0].document))
    elif not outcomes:
        say(texts_of(arguments).render(msg("there is nobody yet")))
    return 1 if bad or any(outcome.failed for outcome in outcomes) else 0
