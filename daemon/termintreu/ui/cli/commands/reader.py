"""Who runs a command: which configuration, profile and language. Light: `status` and `check` should be quick."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from termintreu.config.environment import find_config, machine_zone
from termintreu.config.language import language_of
from termintreu.model.errors import ConfigError
from termintreu.model.texts import Texts
from termintreu.ui.cli.commands import Arguments, UsageError

if TYPE_CHECKING:
    from termintreu.config.profiles import Profiles
    from termintreu.judging.rules.common.base import Params


def texts_of(arguments: Arguments, person: str | None = None, *, wrong: bool = False) -> Texts:
    """Texts for who runs the command: in the profile's language, or else that of the configuration's own file; times
    are those of the machine.

    Args:
        arguments: of the command line; `config` and `person` are read.
        person: another profile.
        wrong: whether the configuration cannot be used as it is.
    """
    try:
        path = config_path(arguments)
    except ConfigError:
        path = None
    language = language_of(path, os.environ, person or arguments.person, wrong=wrong)
    return Texts(language=language, zone=ZoneInfo(machine_zone()))


def config_path(arguments: Arguments) -> Path:
    """The path of the configuration. Raises ConfigError where there is none."""
    return find_config(arguments.config, os.environ)


def profile_name(profiles: Profiles[Params], name: str | None) -> str:
    """The name of the profile that a command is about. Raises UsageError where that is not clear."""
    try:
        return profiles.resolve(name)
    except LookupError as error:
        raise UsageError(str(error)) from error
