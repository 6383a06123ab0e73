"""`termintreu once` while a daemon runs: the daemon runs the cycle, and its report is printed here."""

from __future__ import annotations

import os
import time
from functools import partial
from typing import Any

from rich.text import Text

from termintreu.config.profiles import Profiles
from termintreu.judging.rules.common.base import Params
from termintreu.model.errors import TermintreuError
from termintreu.service import bootstrap, status_client
from termintreu.service.state_lock import StateInUse
from termintreu.ui.cli.commands import Arguments, UsageError
from termintreu.ui.cli.commands.outcome import Outcome, shown
from termintreu.ui.cli.commands.printing import on_terminal
from termintreu.ui.cli.commands.reader import config_path, profile_name, texts_of


def run_by_daemon(profiles: Profiles[Params], arguments: Arguments, busy: StateInUse, *, ends: float) -> int:
    """Let the daemon run a cycle, and print its report. Returns the exit code.

    Raises UsageError, ConfigError, TermintreuError where that fails.

    Args:
        profiles: of the configuration.
        arguments: of the command line.
        busy: names the daemon.
        ends: when to give up, in monotonic seconds.
    """
    if arguments.at is not None:
        raise UsageError(f"{busy}, and no daemon acts at another time: stop it first, or leave --at out")
    several = profiles.several and arguments.person is None
    name = None if several else profile_name(profiles, arguments.person)
    if name is not None:
        profiles.load(name)  # a bad configuration raises the same errors as without a daemon
    request = {"do": "once", "person": name, "whole": not on_terminal()}
    answer = _answer(arguments, busy, request, patience=max(1.0, ends - time.monotonic()))
    if "error" in answer:
        raise TermintreuError(answer["error"])
    outcomes = [_outcome(one, arguments, several=several) for one in answer["people"]]
    return shown(outcomes, arguments, several=several, bad=several and bool(profiles.problems))


def _answer(arguments: Arguments, busy: StateInUse, request: dict[str, Any], *, patience: float) -> dict[str, Any]:
    try:
        path = config_path(arguments)
        state = partial(bootstrap.place_of_state, path)
        answer = status_client.ask(path, os.environ, request=request, patience=patience, state=state)
    except PermissionError:
        raise TermintreuError(f"{busy} that only its own user or root may ask for a cycle: try sudo") from None
    if answer is None:
        raise TermintreuError(
            f"{busy} and gives no answer; it looks by itself, `termintreu status` tells how it fares, "
            "and once it is stopped `termintreu once` runs a cycle of its own"
        )
    return answer


def _outcome(one: dict[str, Any], arguments: Arguments, *, several: bool) -> Outcome:
    error = one.get("error")
    if error is not None and not several:
        raise TermintreuError(error)
    error = error and texts_of(arguments, one["name"]).error(error)
    return Outcome(
        name=one["name"],
        failed=one["failed"],
        document=one["document"] if error is None else {"error": error},
        lines=tuple(map(Text.from_markup, one.get("lines", ()))),
        said=() if error is None else (f"{one['name']}: {error}",),
    )
