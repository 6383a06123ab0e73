"""The configuration's file: read and judged, and what is likely where it is silent. Whether the text is right is
decided in `config.check`; where it stands, in `config.environment`.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import SecretStr

from termintreu.config.check import LoadedConfig, ParamsT, check_layers
from termintreu.config.check import layer as layer_of
from termintreu.config.environment import find_config, machine_zone, state_folder, user_config
from termintreu.config.layers import Layer
from termintreu.config.machine import machine_service
from termintreu.config.schema import Config
from termintreu.model.errors import ConfigError

__all__ = [
    "LoadedConfig",
    "find_config",
    "likely_zone",
    "load_config",
    "machine_zone",
    "state_folder",
    "user_config",
    "zone_warnings",
]


def load_config(path: Path, rules: Mapping[str, type[ParamsT]]) -> LoadedConfig[ParamsT]:
    """Read a configuration and check it.

    Args:
        path: of the TOML file.
        rules: the parameters' type of each rule there is, by its id.

    Raises ConfigError with every problem at once.
    """
    layer, mode = read_layer(path)
    loaded = check_layers((layer,), rules)
    own = (*mode_warnings(path, mode, loaded.config), *zone_warnings(path, loaded.config))
    return replace(loaded, warnings=(*own, *loaded.warnings))


def read_layer(path: Path) -> tuple[Layer, int]:
    """The unchecked layer of a file, and its mode. Raises ConfigError where it cannot be read or is not TOML."""
    try:
        content = path.read_bytes()
        mode = path.stat().st_mode
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror or 'the system refused'}"]) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ConfigError([f"{path}:{line}: is not UTF-8, which TOML is written in"]) from error
    return layer_of(text, path), mode


def likely_zone(region: str) -> str:
    """The IANA time zone of a user in a region: the machine's, or where that is UTC, as on many a server,
    that of most people in the country.

    Args:
        region: ISO 3166, "DE" or "DE-BY".
    """
    zone = machine_zone()
    return (_zone_of(region) or zone) if _is_utc(zone) else zone


@cache
def _zone_of(region: str) -> str | None:
    """From tzdata's zone.tab, where the zone of most people stands first of a country's."""
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8").splitlines():
        fields = line.split("\t")
        if len(fields) > 2 and fields[0] == region[:2].upper():
            return fields[2]
    return None


def _is_utc(zone: str) -> bool:
    return zone.rpartition("/")[2] in {"UTC", "UCT", "Universal", "Zulu", "GMT"}


def zone_warnings(path: Path, config: Config) -> Iterator[str]:
    """A warning where no time zone is configured, and the machine runs on UTC."""
    if config.timezone is None and (likely := likely_zone(config.me.region)) != machine_zone():
        yield f'{path}: timezone is not set, and this machine runs on UTC, so all times are UTC: timezone = "{likely}"'


def mode_warnings(path: Path, mode: int, config: Config) -> Iterator[str]:
    """Warnings where the file's mode gives others access to private data in it; a service of the machine reads its
    own as a member of its group."""
    passwords = [
        config.target.password,
        config.state.password,
        *(source.password for source in config.sources),
        *(source.client.secret for source in config.sources if source.client is not None),
        *(book.password for book in config.address_books),
        *(log.password for log in config.call_logs),
        *config.alerts.urls,
        config.alerts.heartbeat,
    ]
    plain = any(isinstance(password, SecretStr) for password in passwords)
    service = machine_service(path)
    # The group of a service of the machine is that service alone, which has to read it.
    to_group = plain and service is None
    cure = f"chmod 600 {path}" if service is None else f"chown root:{service.account} {path}; chmod 640 {path}"
    if mode & (stat.S_IWGRP | stat.S_IWOTH):
        yield f"{path}: others can change the file, and with it the commands that are run: {cure}"
    elif mode & stat.S_IROTH or (to_group and mode & stat.S_IRGRP):
        what = "passwords" if plain else "contacts and the addresses of feeds"
        yield f"{path}: others can read the file, and the {what} in it: {cure}"
