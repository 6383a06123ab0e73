"""Layers of settings: the shared ones, and above them a profile's own. Pure.

Tables are merged key by key; any other value, lists too, comes from the first layer that has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from termintreu.config.places import Path, line_of, places
from termintreu.config.problems import Problem, dotted

SHARED_ONLY = ("people", "profiles", "state", "web")
"""Keys that all profiles share; they are allowed in the configuration's own file only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """The settings of one file, or of one table."""

    path: FilePath
    raw: Mapping[str, Any] = field(repr=False)
    text: str = field(repr=False)
    at: Path = ()
    """The path of the table in the file; empty: the whole file."""
    written: Mapping[Path, Path] = field(default_factory=dict)
    """Paths in `raw` that have another name in the file, and that name."""

    def place_of(self, path: Path) -> Path:
        """The path in the file of a path in `raw`."""
        for length in range(len(path), 0, -1):
            if (old := self.written.get(path[:length])) is not None:
                return (*self.at, *old, *path[length:])
        return (*self.at, *path)


def combined(layers: Sequence[Layer]) -> dict[str, Any]:
    """The merged settings; earlier layers take precedence."""
    raw: dict[str, Any] = {}
    for layer in reversed(layers):
        raw = _over(layer.raw, raw)
    return raw


def misplaced(layers: Sequence[Layer]) -> Iterator[Problem]:
    """Keys in a profile's own settings that are allowed in the shared ones only; an empty table says nothing."""
    *own, shared = layers
    for layer in own:
        for key in SHARED_ONLY:
            if layer.raw.get(key, {}) != {}:
                yield Problem(path=(key,), text=f"holds for all profiles, and belongs into {shared.path}")


def messages(found: Iterable[Problem], layers: Sequence[Layer]) -> list[str]:
    """Problems as messages, file by file, in the order of lines; those without a line come first."""
    lines: dict[FilePath, Mapping[Path, int]] = {}
    placed: dict[tuple[int, int, str], None] = {}
    for problem in found:
        number = max(range(len(layers)), key=lambda each: (_depth(layers[each].raw, problem.path), -each))
        layer = layers[number]
        path = layer.place_of(problem.path)
        if layer.path not in lines:
            lines[layer.path] = places(layer.text)
        line = line_of(lines[layer.path], path)
        text = f"{layer.path}{'' if line is None else f':{line}'}: {dotted(path)}: {problem.text}"
        placed[number, line or 0, text] = None
    return [text for _, _, text in sorted(placed, key=lambda each: each[:2])]


def _over(above: Mapping[str, Any], below: Mapping[str, Any]) -> dict[str, Any]:
    laid = dict(below)
    for key, value in above.items():
        under = laid.get(key)
        laid[key] = _over(value, under) if isinstance(value, Mapping) and isinstance(under, Mapping) else value
    return laid


def _depth(data: object, path: Path) -> int:
    """How many steps of a path exist in the data."""
    for depth, part in enumerate(path):
        try:
            data = data[part]  # type: ignore[index]  # what cannot be indexed has no further steps
        except (KeyError, IndexError, TypeError):
            return depth
    return len(path)
