"""What the machine itself supplies: where the configuration and the state stand, and the time zone. Every command needs
it, also one that reads no configuration.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from termintreu.model.errors import ConfigError

if TYPE_CHECKING:
    from termintreu.config.schema import Config


def find_config(explicit: Path | None, environ: Mapping[str, str]) -> Path:
    """The configuration to use: the one named, $TERMINTREU_CONFIG, the user's, the machine's.

    Raises ConfigError where none was named and none is there.
    """
    if explicit is not None:
        return explicit
    if named := environ.get("TERMINTREU_CONFIG"):
        return Path(named)
    places = (user_config(environ), Path("/etc/termintreu/config.toml"))
    for place in places:
        if place.exists():
            return place
    looked = " and ".join(str(place) for place in places)
    begin = "`termintreu init` begins one, --config or TERMINTREU_CONFIG names one"
    raise ConfigError([f"there is no configuration: looked at {looked}; {begin}"])


def user_config(environ: Mapping[str, str]) -> Path:
    """The path of a user's own configuration."""
    return _xdg(environ, "XDG_CONFIG_HOME", ".config") / "termintreu" / "config.toml"


def state_folder(config: Config, environ: Mapping[str, str]) -> Path:
    """The folder of the state: [state] path, $STATE_DIRECTORY (systemd), then the user's state folder."""
    if config.state.path:
        return Path(_expanded(config.state.path, environ))
    # systemd separates several by colons; the first one is ours.
    if given := environ.get("STATE_DIRECTORY", "").partition(":")[0]:
        return Path(given)
    return _xdg(environ, "XDG_STATE_HOME", ".local/state") / "termintreu"


def machine_zone(environ: Mapping[str, str] | None = None, etc: Path = Path("/etc")) -> str:
    """The machine's IANA time zone: $TZ, /etc/localtime, /etc/timezone; UTC where none of them names one."""
    return next(filter(_is_zone, _zone_names(os.environ if environ is None else environ, etc)), "UTC")


def _zone_names(environ: Mapping[str, str], etc: Path) -> Iterator[str]:
    if "TZ" in environ:
        yield _after_zoneinfo(environ["TZ"].removeprefix(":")) or "UTC"
    with contextlib.suppress(OSError):  # a plain file, or none: it has no name
        link = str((etc / "localtime").readlink())
        yield _after_zoneinfo(link)
    with contextlib.suppress(OSError, UnicodeDecodeError):  # not every system has one
        named = (etc / "timezone").read_text(encoding="utf-8").strip()
        yield named


def _after_zoneinfo(path: str) -> str:
    """ "/usr/share/zoneinfo/Europe/Berlin" to "Europe/Berlin"; a name stays as it is."""
    return path.rpartition("zoneinfo/")[2].removeprefix("posix/")


def _is_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - a command that only looks for the configuration asks for no zone

    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return False
    return bool(name)


def _xdg(environ: Mapping[str, str], name: str, default: str) -> Path:
    """A base directory (XDG Base Directory Specification 0.8: one that is not absolute is ignored)."""
    given = Path(environ.get(name, ""))
    return given if given.is_absolute() else Path(_expanded(f"~/{default}", environ))


def _expanded(path: str, environ: Mapping[str, str]) -> str:
    home = environ.get("HOME")
    if home and (path == "~" or path.startswith("~/")):
        return home + path[1:]
    return str(Path(path).expanduser())
