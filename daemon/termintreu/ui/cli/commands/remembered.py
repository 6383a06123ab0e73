"""What the state remembers, for `status` where no daemon answers."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from termintreu.config.environment import machine_zone
from termintreu.config.profiles import Profiles
from termintreu.cycle.remembered import shown
from termintreu.judging.rules.common.base import Params
from termintreu.model.texts import Texts
from termintreu.service import bootstrap, status_of_many
from termintreu.storage import Store
from termintreu.ui.cli.commands import Arguments
from termintreu.ui.cli.commands.printing import say
from termintreu.ui.cli.commands.reader import config_path


def profiles_of(arguments: Arguments) -> Profiles[Params]:
    """The profiles of the configuration. Raises ConfigError."""
    return bootstrap.load_profiles(config_path(arguments))


def of_all(profiles: Profiles[Params]) -> dict[str, Any]:
    """The status of every profile. Raises StoreError."""
    with closing(bootstrap.open_state(profiles.config, dry=True)) as database:
        return status_of_many.document_from_state(profiles, database, datetime.now(UTC))


def of_one(profiles: Profiles[Params], name: str, language: Texts) -> dict[str, Any]:
    """A profile's last cycle from the state; empty before the first."""
    with closing(bootstrap.open_state(profiles.config, dry=True)) as database:
        for note in database.notes:
            say(language.error(note))
        return shown(Store(database, name).last_report())


def texts(profiles: Profiles[Params], name: str) -> Texts:
    """Texts in the configured language and zone. Raises ConfigError."""
    config = profiles.load(name).config
    zone = ZoneInfo(config.timezone or machine_zone())
    return Texts(language=config.language, zone=zone, region=config.me.region)
