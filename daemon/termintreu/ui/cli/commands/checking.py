"""`termintreu check`: every problem of a configuration. Light, for people call it again and again while they write one:
what is more than the configuration's own text is imported where it is set.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from termintreu.config.check import LoadedConfig
from termintreu.config.problems import Problem
from termintreu.config.profiles import load_profiles
from termintreu.judging.rule_types import RULE_TYPES
from termintreu.model.errors import ConfigError
from termintreu.model.message import Message, msg
from termintreu.ui.cli.commands import EXIT_CONFIG, Arguments
from termintreu.ui.cli.commands.printing import print_json, print_lines, say
from termintreu.ui.cli.commands.reader import config_path, profile_name, texts_of

if TYPE_CHECKING:
    from termintreu.judging.rules.common.base import Params


def check(arguments: Arguments) -> int:
    """`termintreu check`."""
    path = config_path(arguments)
    problems, warnings, good = checked(path, arguments)
    texts = texts_of(arguments, wrong=bool(problems))
    problems, warnings = ([texts.error(line) for line in lines] for lines in (problems, warnings))
    for line in (*warnings, *problems):
        say(line)
    if arguments.json:
        print_json({"path": str(path), "problems": problems, "warnings": warnings})
    elif not problems:
        print_lines([Text(f"{path}: {texts.render(good)}")])
    return EXIT_CONFIG if problems else 0


_GOOD = msg("good")


def checked(path: Path, arguments: Arguments) -> tuple[list[str], list[str], Message]:
    """Problems of a configuration, warnings, and the message where there are no problems."""
    try:
        profiles = load_profiles(path, RULE_TYPES)
    except ConfigError as error:
        return error.problems, [], _GOOD
    all_of_them = profiles.several and arguments.person is None
    names = profiles.names if all_of_them else (profile_name(profiles, arguments.person),)
    # With --person, problems of the shared file are warnings.
    problems, others = (list(profiles.problems), []) if all_of_them else ([], list(profiles.problems))
    lacking = _lacking_page() if profiles.config.web.listen else None
    warnings = [*profiles.warnings, *others, *([f"{profiles.path}: {lacking}"] if lacking else [])]
    for name in names:
        try:
            loaded = profiles.load(name)
        except ConfigError as error:
            problems += error.problems
            continue
        warnings += [*loaded.warnings, *profiles.located(name, _outside(loaded, verbose=arguments.verbose))]
    good = msg("good for {n:profile|profiles}", n=len(names)) if profiles.several else _GOOD
    return problems, warnings, good


def _lacking_page() -> str | None:
    from termintreu.ui.web import opening  # noqa: PLC0415 - most have no page

    return opening.missing()


def _outside(loaded: LoadedConfig[Params], *, verbose: bool) -> list[Problem]:
    """Problems of what the configuration names: files of call logs and address books, addresses of the second way."""
    config = loaded.config
    if not (config.call_logs or config.address_books or config.alerts.urls or config.alerts.heartbeat):
        return []
    from termintreu.service import bootstrap  # noqa: PLC0415 - who has none of these does without all connectors
    from termintreu.service.logs import setup  # noqa: PLC0415 - as above

    setup(verbose=verbose)
    unread = [*bootstrap.unreadable_logs(loaded), *bootstrap.unreadable_books(loaded)]
    return [*unread, *bootstrap.unusable_alerts(loaded)]
