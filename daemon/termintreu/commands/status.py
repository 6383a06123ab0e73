"""How it stands: asks the daemon that runs; where none answers, the state."""

from __future__ import annotations

import os
from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from termintreu import bootstrap, livestatus, roster, views
from termintreu.commands import Arguments
from termintreu.commands.printing import print_json, print_lines, say
from termintreu.commands.scene import config_path, scene_of
from termintreu.errors import TermintreuError
from termintreu.texts import Texts


def status(arguments: Arguments) -> int:
    """`termintreu status`."""
    path = config_path(arguments)
    try:
        live = livestatus.ask(path, os.environ)
    except PermissionError:
        raise TermintreuError("a daemon runs here that only its own user or root may ask: try sudo") from None
    if live is not None and "people" in live:
        if arguments.person is None:
            return _of_many(arguments, live)
        live = None  # it tells a few words of each; more stands in the state
    if live is not None:
        return _live(arguments, live)
    people = bootstrap.load_people(path)
    if people.several and arguments.person is None:
        with closing(bootstrap.open_state(people.config, dry=True)) as database:
            return _of_many(arguments, roster.remembered(people, database, datetime.now(UTC)))
    return _remembered(arguments)


def _of_many(arguments: Arguments, told: dict[str, Any]) -> int:
    if arguments.json:
        print_json(told)
    else:
        print_lines(views.people_lines(told))
    return 0


def _live(arguments: Arguments, live: dict[str, Any]) -> int:
    if arguments.json:
        print_json(live)
    elif "at" not in live:
        say("the daemon is at its first cycle; ask again soon")
    else:
        daemon = live["daemon"]
        texts = Texts(language=daemon["language"], zone=ZoneInfo(daemon["timezone"]))
        print_lines(views.status_lines(live, texts, daemon))
    return 0 if "at" in live else 1


def _remembered(arguments: Arguments) -> int:
    with scene_of(arguments, dry=True) as scene:
        last = scene.world.memory.last_report()
        if arguments.json:
            print_json(None if last is None else {**last, "daemon": None})
        elif last is None:
            say("no cycle has run yet; `termintreu once` runs one")
        else:
            print_lines(views.status_lines(last, scene.world.texts))
    return 0 if last is not None else 1
