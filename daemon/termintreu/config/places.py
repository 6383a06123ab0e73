"""Finds the line of each key in a TOML text, for messages. Pure.

It reads text that a TOML parser has accepted already, and therefore looks for borders only: keys, tables, the ends of
values (TOML 1.0.0). A path that is not found has no line; nothing else depends on it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress

Path = tuple[str | int, ...]
"""Keys and list positions from the top: ("sources", 0, "poll")."""

_KEY_PART = re.compile(r"""[ \t]*("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+)[ \t]*""")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    "|".join(
        (
            r'"""(?:[^\\]|\\.)*?"""(?:"{0,2}(?!"))',
            r"'''.*?'''(?:'{0,2}(?!'))",
            r'"(?:[^"\\\n]|\\.)*"',
            r"'[^'\n]*'",
        )
    ),
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]*")


def places(text: str) -> dict[Path, int]:
    """The line (from 1) on which each key, table and list element begins."""
    scanner = _Scanner(text)
    # Text that no TOML parser would take, or nests too deeply, ends the search early.
    with suppress(ValueError, RecursionError):
        scanner.run()
    return scanner.found


def line_of(found: Mapping[Path, int], path: Path) -> int | None:
    """The line of a path, or of the nearest table or list around it; None where neither is in the text."""
    for length in range(len(path), 0, -1):
        if path[:length] in found:
            return found[path[:length]]
    return None


class _Scanner:
    """One pass over the text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._counted = 0
        self.found: dict[Path, int] = {}
        self._tables: dict[Path, int] = {}

    def run(self) -> None:
        """Fill `found`."""
        prefix: Path = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            before = self._at
            if self._text.startswith("[", self._at):
                prefix = self._header()
            else:
                self._pair(prefix)
            self._skip(_BLANK)
            if self._at == before:
                break

    def _header(self) -> Path:
        many = self._text.startswith("[[", self._at)
        line = self._here()
        self._at += 2 if many else 1
        keys = self._key()
        self._at += 2 if many else 1
        path: Path = ()
        for key in keys[:-1]:
            path = self._last_of((*path, key))
        path = (*path, keys[-1]) if keys else path
        self.found.setdefault(path, line)
        if not many:
            return path
        self._tables[path] = self._tables.get(path, -1) + 1
        path = self._last_of(path)
        self.found[path] = line
        return path

    def _last_of(self, path: Path) -> Path:
        """A key that names a list of tables means its last one."""
        return (*path, self._tables[path]) if path in self._tables else path

    def _pair(self, prefix: Path) -> None:
        line = self._here()
        path = prefix
        for key in self._key():
            path = (*path, key)
            self.found.setdefault(path, line)
        self._at += 1  # the equals sign
        self._value(path)

    def _key(self) -> list[str]:
        keys: list[str] = []
        while match := _KEY_PART.match(self._text, self._at):
            self._at = match.end()
            keys.append(next(iter(tomllib.loads(f"{match[1]} = 0"))))
            if not self._text.startswith(".", self._at):
                break
            self._at += 1
        return keys

    def _value(self, path: Path) -> None:
        self._skip(_BLANK)
        if self._text.startswith("[", self._at):
            self._several(path, "]")
        elif self._text.startswith("{", self._at):
            self._several(path, "}")
        elif match := _STRING.match(self._text, self._at):
            self._at = match.end()
        else:
            self._skip(_SCALAR)

    def _several(self, path: Path, end: str) -> None:
        """The elements of a list, or the pairs of an inline table."""
        self._at += 1
        number = 0
        while True:
            self._skip(_BLANK)
            if self._at >= len(self._text) or self._text.startswith(end, self._at):
                break
            before = self._at
            if end == "]":
                self.found[(*path, number)] = self._here()
                self._value((*path, number))
            else:
                self._pair(path)
            number += 1
            self._skip(_BLANK)
            if self._text.startswith(",", self._at):
                self._at += 1
            if self._at == before:
                break
        self._at += 1

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _here(self) -> int:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line
