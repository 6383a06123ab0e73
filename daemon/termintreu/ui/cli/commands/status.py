"""`termintreu status`: from the running daemon; where none answers, from the state."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from termintreu.cycle.remembered import NOTHING_YET
from termintreu.cycle.sight import sight
from termintreu.model.errors import TermintreuError
from termintreu.model.message import msg
from termintreu.model.texts import Texts
from termintreu.service import status_client
from termintreu.ui.cli import status_lines
from termintreu.ui.cli.commands import Arguments
from termintreu.ui.cli.commands.printing import print_json, print_lines, say
from termintreu.ui.cli.commands.reader import config_path, profile_name, texts_of


def status(arguments: Arguments) -> int:
    """`termintreu status`."""
    path = config_path(arguments)
    try:
        live = status_client.ask(path, os.environ, state=lambda: _place_of_state(path))
    except PermissionError:
        raise TermintreuError("a daemon runs here that only its own user or root may ask: try sudo") from None
    if live is not None and "daemon" not in live:
        raise TermintreuError(live.get("error", "the daemon's answer is no status"))
    if live is not None and "people" not in live:
        return _of_one(arguments, live, _texts_of(live["daemon"]))
    if live is not None and arguments.person is None:
        return _of_many(arguments, live)
    return _remembered(arguments, live)


def _place_of_state(path: Path) -> Path | None:
    """Reads the configuration, which takes longer than all the rest."""
    from termintreu.service.bootstrap import place_of_state  # noqa: PLC0415 - where a daemon answers, nobody needs it

    return place_of_state(path)


def _remembered(arguments: Arguments, live: dict[str, Any] | None) -> int:
    """Where no daemon answers, or none knows enough: from the state."""
    from termintreu.service.logs import setup  # noqa: PLC0415 - where a daemon answers, nobody needs these
    from termintreu.ui.cli.commands import remembered  # noqa: PLC0415 - as above

    setup(verbose=arguments.verbose)
    profiles = remembered.profiles_of(arguments)
    if profiles.several and arguments.person is None:
        return _of_many(arguments, remembered.of_all(profiles))
    name = profile_name(profiles, arguments.person)
    daemon, following = (None, {}) if live is None else _from_daemon(name, live)
    texts = (_texts_of(daemon) if daemon is not None else None) or remembered.texts(profiles, name)
    return _of_one(arguments, {**remembered.of_one(profiles, name, texts), **following, "daemon": daemon}, texts)


def _of_many(arguments: Arguments, document: dict[str, Any]) -> int:
    if arguments.json:
        print_json({**document, "people": sorted(document["people"], key=lambda one: one["name"])})
    else:
        print_lines(status_lines.people_lines(document, texts_of(arguments), datetime.now(UTC)))
    return 1 if any(one["blind"] for one in document["people"]) else 0


def _of_one(arguments: Arguments, document: dict[str, Any], texts: Texts | None) -> int:
    """`document`: the last cycle, if there was one, and "daemon"; `texts`: None before the first cycle."""
    daemon = document["daemon"]
    if arguments.json:
        print_json({**NOTHING_YET, **document, "sees": sight(document)})
    elif texts is not None and document.get("at") is not None:
        print_lines(status_lines.status_lines(document, texts, daemon, now=datetime.now(UTC)))
    elif daemon is None:
        say(texts_of(arguments).render(msg("no cycle has run yet; `termintreu once` runs one")))
    else:
        texts = texts or texts_of(arguments)
        for problem in daemon.get("problems", ()):
            say(f"! {texts.error(problem)}")
        say(texts.render(msg("the daemon is at its first cycle; ask again soon")))
    return 1 if document.get("blind") else 0


def _from_daemon(name: str, live: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The status of a daemon with several profiles: its own part and this profile's, and when its next turn is due."""
    unknown = {"cycle_since": None, "problems": [f"the daemon does not know {name!r} yet"], "next": None}
    one = next((each for each in live["people"] if each["name"] == name), unknown)
    own = {key: one[key] for key in ("cycle_since", "problems", "language", "timezone", "region") if key in one}
    return {**live["daemon"], **own}, {"next": one["next"]}


def _texts_of(daemon: dict[str, Any]) -> Texts | None:
    """Texts in the profile's language and zone; None where the daemon has not loaded the profile yet."""
    if "language" not in daemon:
        return None
    return Texts(language=daemon["language"], zone=ZoneInfo(daemon["timezone"]), region=daemon.get("region", ""))
