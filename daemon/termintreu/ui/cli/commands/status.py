"""How it stands: asks the daemon that runs; where none answers, the state."""

from __future__ import annotations

import os
from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from termintreu.config.file import machine_zone
from termintreu.config.profiles import Profiles
from termintreu.cycle.report import NOTHING_YET
from termintreu.judging.rules.common.base import Params
from termintreu.model.errors import TermintreuError
from termintreu.model.texts import Texts
from termintreu.service import bootstrap, status_of_many, status_socket
from termintreu.storage import Store
from termintreu.ui.cli import report_lines
from termintreu.ui.cli.commands import Arguments
from termintreu.ui.cli.commands.context import config_path, person
from termintreu.ui.cli.commands.printing import print_json, print_lines, say


def status(arguments: Arguments) -> int:
    """`termintreu status`."""
    path = config_path(arguments)
    try:
        live = status_socket.ask(path, os.environ)
    except PermissionError:
        raise TermintreuError("a daemon runs here that only its own user or root may ask: try sudo") from None
    if live is not None and "daemon" not in live:
        raise TermintreuError(live.get("error", "the daemon's answer is no status"))
    if live is not None and "people" not in live:
        return _of_one(arguments, live, _texts_of(live["daemon"]))
    if live is not None and arguments.person is None:
        return _of_many(arguments, live)
    profiles = bootstrap.load_profiles(path)
    if profiles.several and arguments.person is None:
        with closing(bootstrap.open_state(profiles.config, dry=True)) as database:
            return _of_many(arguments, status_of_many.document_from_state(profiles, database, datetime.now(UTC)))
    name = person(profiles, arguments.person)
    daemon, following = (None, {}) if live is None else _word_on(name, live)
    texts = (_texts_of(daemon) if daemon is not None else None) or _configured(profiles, name)
    return _of_one(arguments, {**_remembered(profiles, name), **following, "daemon": daemon}, texts)


def _of_many(arguments: Arguments, told: dict[str, Any]) -> int:
    if arguments.json:
        print_json({**told, "people": sorted(told["people"], key=lambda one: one["name"])})
    else:
        print_lines(report_lines.people_lines(told, ZoneInfo(machine_zone())))
    return 0


def _of_one(arguments: Arguments, told: dict[str, Any], texts: Texts | None) -> int:
    """`told`: the last cycle, if there was one, and "daemon"; `texts`: None before the first cycle."""
    daemon = told["daemon"]
    if arguments.json:
        print_json({**NOTHING_YET, **told})
    elif texts is not None and told.get("at") is not None:
        print_lines(report_lines.status_lines(told, texts, daemon))
    elif daemon is None:
        say("no cycle has run yet; `termintreu once` runs one")
    else:
        for problem in daemon.get("problems", ()):
            say(f"! {problem}")
        say("the daemon is at its first cycle; ask again soon")
    return 0


def _remembered(profiles: Profiles[Params], name: str) -> dict[str, Any]:
    """A person's last cycle from the state; empty before the first one."""
    with closing(bootstrap.open_state(profiles.config, dry=True)) as database:
        for note in database.notes:
            say(note)
        return Store(database, name).last_report() or {}


def _word_on(name: str, live: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a daemon of several people says of itself and this one, and when it looks at their calendars next."""
    unknown = {"cycle_since": None, "problems": [f"the daemon does not know {name!r} yet"], "next": None}
    one = next((each for each in live["people"] if each["name"] == name), unknown)
    own = {key: one[key] for key in ("cycle_since", "problems", "language", "timezone") if key in one}
    return {**live["daemon"], **own}, {"next": one["next"]}


def _texts_of(daemon: dict[str, Any]) -> Texts | None:
    """In the language of whom the daemon looks after; it knows that from their first turn on."""
    if "language" not in daemon:
        return None
    return Texts(language=daemon["language"], zone=ZoneInfo(daemon["timezone"]))


def _configured(profiles: Profiles[Params], name: str) -> Texts:
    """The same from the configuration. Raises ConfigError."""
    config = profiles.load(name).config
    return Texts(language=config.language, zone=ZoneInfo(config.timezone or machine_zone()))
