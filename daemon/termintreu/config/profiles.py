"""Whose calls one process looks after: one person, or everybody of a folder of profiles or of `[[people]]`.

A person's configuration is read when it is asked for, so that the first look at ten thousand is quick, and each one's
mistakes are their own: they raise for that person, and for nobody else. What holds for everybody is checked first.
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
"""The name under which a configuration for one person keeps its state."""

_LONGEST = 64
_NAME = re.compile(PERSON_PATTERN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles(Generic[ParamsT]):
    """Everybody of one configuration."""

    path: Path
    """The configuration's own file."""
    config: Config
    """What holds for everybody; with several people, stand-ins are in the place of accounts."""
    several: bool = False
    names: tuple[str, ...] = (ONLY,)
    """In order; a name stays the same for as long as the person is here."""
    problems: tuple[str, ...] = ()
    """Why somebody is left out: what names nobody, or one name for two. It harms nobody else."""
    warnings: tuple[str, ...] = ()
    """What works, and should not stay so, in the configuration's own file where it is for several people."""
    folder: Path | None = None
    """Where profiles stand."""
    rules: Mapping[str, type[ParamsT]] = field(default_factory=dict, repr=False)
    _shared: Layer | None = None
    _own: Mapping[str, Layer | Path] = field(default_factory=dict, repr=False)

    def load(self, name: str) -> LoadedConfig[ParamsT]:
        """A person's configuration as it stands now. Raises ConfigError with all that is wrong with it, and KeyError
        for a name that is not in `names`."""
        layers, mode = self._layers(name)
        loaded, layer = check_layers(layers, self.rules), layers[0]
        found = [] if mode is None else [*mode_warnings(layer.path, mode, loaded.config)]
        found += [*zone_warnings(layer.path, loaded.config), *loaded.warnings]
        return replace(loaded, warnings=(*found, *messages(lacking(loaded.config, os.environ), layers)))

    def placed(self, name: str, found: Iterable[Problem]) -> list[str]:
        """What is wrong beside a person's configuration itself, each with its place there. Raises as `load` does."""
        return messages(found, self._layers(name)[0])

    def _layers(self, name: str) -> tuple[Sequence[Layer], int | None]:
        """What holds for a person, their own word first, and the mode of their own file."""
        own = self._own[name]
        layer, mode = read_layer(own) if isinstance(own, Path) else (own, None)
        return (layer,) if self._shared is None else (layer, self._shared), mode

    def file(self, name: str) -> Path:
        """The file that holds a person's own settings."""
        own = self._own[name]
        return own if isinstance(own, Path) else own.path

    def one(self, name: str | None) -> str:
        """The person that is meant. Raises LookupError with a sentence where that is not clear."""
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
    """Look who is there. Raises ConfigError for what is wrong with the configuration's own file.

    Args:
        path: of the configuration.
        rules: the parameters' type of each rule there is.
    """
    layer, mode = read_layer(path)
    if "profiles" not in layer.raw and "people" not in layer.raw:
        loaded = check_layers((layer,), rules)
        return Profiles(path=path, config=loaded.config, rules=rules, _own={ONLY: path})
    shared = replace(layer, raw={key: value for key, value in layer.raw.items() if key not in {"profiles", "people"}})
    everybody = check_shared(layer, rules)
    config = everybody.config
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
        warnings=(*mode_warnings(path, mode, config), *everybody.renamed),
        folder=folder,
        rules=rules,
        _shared=shared,
        _own=own,
    )


_NO_NAME = "this cannot be a person's name: letters, digits and . @ + - _ are allowed, 64 of them at most"


def _folder(path: Path, given: str) -> Path:
    """A folder of profiles; from the configuration's own place where it is not absolute."""
    return path.parent / Path(given).expanduser()


def _files(folder: Path) -> Sequence[Path]:
    try:
        return sorted(file for file in folder.iterdir() if file.suffix == ".toml" and not file.name.startswith("."))
    except OSError as error:
        why = error.strerror or "the system refused"
        raise ConfigError([f"{folder}: the folder of profiles cannot be read: {why}"]) from error


def _inline(layer: Layer, wrong: list[Problem]) -> Iterator[tuple[str, Layer]]:
    """The tables of [[people]] that bear a name."""
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
