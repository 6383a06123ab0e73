"""Renamed options: the old name is still read, with a warning that names the new one. Pure."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from termintreu.config.layers import Layer
from termintreu.config.places import Path
from termintreu.config.problems import Problem, dotted, value_at

RENAMED: Mapping[str, str] = {}
"""Old path to new path, from the top of a profile's file: "schedule.interval" to "schedule.poll". A star stands for
each table of a list, in both alike: "sources.*.interval" to "sources.*.poll"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """A layer with old names replaced by new ones."""

    layer: Layer
    warnings: tuple[Problem, ...] = ()
    """Warnings: each old name that is used, and its new one."""
    wrong: tuple[Problem, ...] = ()
    """Problems: an old name and its new one are both given."""


def reread(layer: Layer, renamed: Mapping[str, str] = RENAMED) -> Reread:
    """Replace old names by new ones. Problems in their values are reported under the old name, as in the file."""
    raw: Any = layer.raw
    warnings: list[Problem] = []
    wrong: list[Problem] = []
    moved: dict[Path, Path] = {}
    for old, new in renamed.items():
        for found in list(_matches(raw, tuple(old.split(".")))):
            wanted = _filled(tuple(new.split(".")), found)
            name = dotted((*layer.at, *wanted))
            twice = _stands(raw, wanted)
            raw = copy.deepcopy(raw) if raw is layer.raw else raw
            value = value_at(raw, found[:-1]).pop(found[-1])
            if twice:
                wrong.append(Problem(path=found, text=f"is called {name} now, which is there, too; leave this one out"))
                continue
            _set(raw, wanted, value)
            moved[wanted] = found
            warnings.append(Problem(path=found, text=f"is called {name} now; the old name is still read"))
    return Reread(layer=replace(layer, raw=raw, written=moved), warnings=tuple(warnings), wrong=tuple(wrong))


def _matches(data: object, pattern: tuple[str, ...], before: Path = ()) -> Iterator[Path]:
    """The paths that a pattern leads to."""
    if not pattern:
        yield before
    elif pattern[0] == "*":
        for number, inner in enumerate(data if isinstance(data, list) else ()):
            yield from _matches(inner, pattern[1:], (*before, number))
    elif isinstance(data, Mapping) and pattern[0] in data:
        yield from _matches(data[pattern[0]], pattern[1:], (*before, pattern[0]))


def _filled(pattern: tuple[str, ...], found: Path) -> Path:
    """A pattern with the numbers of a path in place of its stars."""
    numbers = (part for part in found if isinstance(part, int))
    return tuple(next(numbers) if part == "*" else part for part in pattern)


def _stands(raw: object, path: Path) -> bool:
    around = value_at(raw, path[:-1])
    return isinstance(around, Mapping) and path[-1] in around


def _set(raw: Any, path: Path, value: object) -> None:
    for part in path[:-1]:
        raw = raw.setdefault(part, {}) if isinstance(raw, dict) else raw[part]
    raw[path[-1]] = value
