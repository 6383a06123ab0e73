"""What several texts say together: what holds for everybody, and what one person's own adds to it. Pure.

Tables are laid over each other key by key; any other value, lists too, is the one of the first layer that has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from termintreu.config.places import Path, line_of, places
from termintreu.config.problems import Problem, dotted

SHARED_ONLY = ("people", "profiles", "state", "web")
"""Keys that hold for everybody, and stand in the configuration's own file only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One file's word, or one table's."""

    path: FilePath
    raw: Mapping[str, Any] = field(repr=False)
    text: str = field(repr=False)
    at: Path = ()
    """Where in the file the table stands; empty: it is the whole file."""
    written: Mapping[Path, Path] = field(default_factory=dict)
    """Paths in `raw` that have another name in the file, and which."""

    def place_of(self, path: Path) -> Path:
        """Where in the file a path of `raw` stands."""
        for length in range(len(path), 0, -1):
            if (old := self.written.get(path[:length])) is not None:
                return (*self.at, *old, *path[length:])
        return (*self.at, *path)


def combined(layers: Sequence[Layer]) -> dict[str, Any]:
    """What they say together; the first one's word holds before the others'."""
    raw: dict[str, Any] = {}
    for layer in reversed(layers):
        raw = _over(layer.raw, raw)
    return raw


def misplaced(layers: Sequence[Layer]) -> Iterator[Problem]:
    """What a person's own text says and may not."""
    *own, shared = layers
    for layer in own:
        for key in SHARED_ONLY:
            if key in layer.raw:
                yield Problem(path=(key,), text=f"holds for everybody, and belongs into {shared.path}")


def messages(found: Iterable[Problem], layers: Sequence[Layer]) -> list[str]:
    """Problems as the user reads them, file by file, in each file's order; what has no line comes first."""
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
    """How many steps of a path lead somewhere."""
    for depth, part in enumerate(path):
        try:
            data = data[part]  # type: ignore[index]  # what cannot be indexed leads nowhere
        except (KeyError, IndexError, TypeError):
            return depth
    return len(path)
