"""The profiles of a configuration: one (the file itself), or several (a folder of files, or `[[people]]`).

A profile is loaded when it is needed, so that ten thousand are listed quickly, and its errors are raised for that
profile only. The settings that all profiles share are checked first.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Generic

from termintreu.config import Config
from termintreu.config.check import LoadedConfig, ParamsT, check_layers, check_shared
from termintreu.config.file import mode_warnings, read_layer, zone_warnings
from termintreu.config.layers import Layer, messages
from termintreu.config.problems import Problem, nearest
from termintreu.config.schema import PERSON_PATTERN
from termintreu.config.secrets import lacking
from termintreu.model.errors import ConfigError

ONLY = "default"
"""The name of the only profile of a configuration without several profiles."""

_LONGEST = 64
_NAME = re.compile(PERSON_PATTERN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles(Generic[ParamsT]):
    """The profiles of one configuration."""

    path: Path
    """The configuration's own file."""
    config: Config
    """The shared settings; with several profiles, its accounts are placeholders."""
    several: bool = False
    names: tuple[str, ...] = (ONLY,)
    """In order. The state is kept under these names."""
    problems: tuple[str, ...] = ()
    """Why profiles are left out: no valid name, or a name that is taken. Others are not affected."""
    warnings: tuple[str, ...] = ()
    """Warnings about the configuration's own file, where there are several profiles."""
    folder: Path | None = None
    """The folder of profiles; None where there is none."""
    rules: Mapping[str, type[ParamsT]] = field(default_factory=dict, repr=False)
    _shared: Layer | None = None
    _own: Mapping[str, Layer | Path] = field(default_factory=dict, repr=False)

    def load(self, name: str) -> LoadedConfig[ParamsT]:
        """Load the current configuration of a profile. Raises ConfigError with every problem in it, and KeyError for a
        name that is not in `names`."""
        layers, mode = self._layers(name)
        loaded, layer = check_layers(layers, self.rules), layers[0]
        found = [] if mode is None else [*mode_warnings(layer.path, mode, loaded.config)]
        found += [*zone_warnings(layer.path, loaded.config), *loaded.warnings]
        return replace(loaded, warnings=(*found, *messages(lacking(loaded.config, os.environ), layers)))

    def located(self, name: str, found: Iterable[Problem]) -> list[str]:
        """Messages for problems found after loading, each with its file and line. Raises as `load` does."""
        return messages(found, self._layers(name)[0])

    def _layers(self, name: str) -> tuple[Sequence[Layer], int | None]:
        """The layers of a profile, its own first, and the mode of its own file."""
        own = self._own[name]
        layer, mode = read_layer(own) if isinstance(own, Path) else (own, None)
        return (layer,) if self._shared is None else (layer, self._shared), mode

    def file(self, name: str) -> Path:
        """The file that holds the profile's own settings."""
        own = self._own[name]
        return own if isinstance(own, Path) else own.path

    def resolve(self, name: str | None) -> str:
        """The profile that `--person` names. Raises LookupError with a message where none or none of these is named."""
        if not self.several:
            if name in {None, ONLY}:
                return ONLY
            raise LookupError(f"{self.path} is for one person only; leave --person out")
        known = _listed(self.names)
        if name is None:
            raise LookupError(f"{self.path} is for several people; say whom with --person: {known}")
        if name not in self.names:
            raise LookupError(f"there is nobody called {name!r}{nearest(name, self.names)}; there are: {known}")
        return name


def load_profiles(path: Path, rules: Mapping[str, type[ParamsT]]) -> Profiles[ParamsT]:
    """List the profiles. Raises ConfigError for errors in the configuration's own file.

    Args:
        path: of the configuration.
        rules: the parameters' type of each rule there is.
    """
    layer, mode = read_layer(path)
    if "profiles" not in layer.raw and "people" not in layer.raw:
        loaded = check_layers((layer,), rules)
        return Profiles(path=path, config=loaded.config, rules=rules, _own={ONLY: path})
    shared = replace(layer, raw={key: value for key, value in layer.raw.items() if key not in {"profiles", "people"}})
    checked = check_shared(layer, rules)
    config = checked.config
    problems: list[str] = []
    own: dict[str, Layer | Path] = {}
    folder = None
    if config.profiles is not None:
        folder = _folder(path, config.profiles)
        for file in _files(folder):
            if _is_name(file.stem):
                own[file.stem] = file
            else:
                problems.append(f"{file}: {_NO_NAME}")
    wrong: list[Problem] = []
    for name, inline in _inline(layer, wrong):
        if name in own:
            why = "a file of that name is there already" if isinstance(own[name], Path) else "names must differ"
            text = f'found "{name}" twice; {why}; this one is left out'
            wrong.append(Problem(path=(*inline.at, "name"), text=text))
        else:
            own[name] = inline
    problems += messages(wrong, [layer])
    return Profiles(
        path=path,
        config=config,
        several=True,
        names=tuple(own),
        problems=tuple(problems),
        warnings=(*mode_warnings(path, mode, config), *checked.renamed),
        folder=folder,
        rules=rules,
        _shared=shared,
        _own=own,
    )


_NO_NAME = "this cannot be a person's name: letters, digits and . @ + - _ are allowed, 64 of them at most"


def _folder(path: Path, given: str) -> Path:
    """The folder of profiles; a relative path is relative to the configuration's folder."""
    return path.parent / Path(given).expanduser()


def _files(folder: Path) -> Sequence[Path]:
    try:
        return sorted(file for file in folder.iterdir() if file.suffix == ".toml" and not file.name.startswith("."))
    except OSError as error:
        why = error.strerror or "the system refused"
        raise ConfigError([f"{folder}: the folder of profiles cannot be read: {why}"]) from error


def _inline(layer: Layer, wrong: list[Problem]) -> Iterator[tuple[str, Layer]]:
    """The tables of [[people]] that have a valid name; the others are added to `wrong`."""
    tables = layer.raw.get("people", [])
    if not isinstance(tables, list):
        raise ConfigError([f"{layer.path}: people: a list of tables, [[people]], is wanted"])
    for number, table in enumerate(tables):
        name: Any = table.get("name") if isinstance(table, Mapping) else None
        if not isinstance(name, str) or not _is_name(name):
            text = "is missing" if name is None else _NO_NAME
            wrong.append(Problem(path=("people", number, "name"), text=text))
            continue
        raw = {key: value for key, value in table.items() if key != "name"}
        yield name, replace(layer, raw=raw, at=("people", number))


def _is_name(text: str) -> bool:
    return len(text) <= _LONGEST and _NAME.fullmatch(text) is not None


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:20]) or "nobody"
    return shown if len(names) <= 20 else f"{shown} and {len(names) - 20} more"
