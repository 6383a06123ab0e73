"""What the formats have in common: a line cut into its columns, text from bytes, and lines that cannot be read."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from termintreu.model import BadLine

T = TypeVar("T")


class Unreadable(Exception):
    """A line says what its format does not know. Its text is the reason, without anything from the line."""


@dataclass(slots=True)
class Rows:
    """Reads line after line, and keeps account of those that cannot be read."""

    bad: list[BadLine] = field(default_factory=list)
    count: int = 0

    def read(self, lines: Iterable[tuple[int, bytes | None]], one: Callable[[bytes], T | None]) -> list[T]:
        """What `one` makes of each line; it raises Unreadable for a bad one and returns None for one to be skipped."""
        found: list[T] = []
        for number, line in lines:
            self.count += 1
            if line is None:
                self.bad.append(BadLine(line=number, reason="the line is too long"))
                continue
            try:
                made = one(line) if line.strip() else None
            except Unreadable as error:
                self.bad.append(BadLine(line=number, reason=str(error)))
                continue
            if made is not None:
                found.append(made)
        return found


def columns_of(text: str, delimiter: str = ",") -> list[str]:
    """The columns of one line of CSV (RFC 4180). Raises Unreadable."""
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error as error:
        raise Unreadable("the line is no CSV") from error


def decoded(data: bytes, encoding: str | None) -> str:
    """Text in the encoding given; else in UTF-8, with a byte order mark or without, else in ISO-8859-1."""
    if encoding is not None:
        return data.decode(encoding, "replace").removeprefix("\ufeff")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("iso-8859-1")


def dialled(text: str) -> str:
    """A number as a log has it: "" where it was withheld, at most 40 characters."""
    return "".join(character for character in text.strip()[:60] if character in "0123456789+*#")[:40]


def is_extension(number: str) -> bool:
    """Whether a number is one of the system's own: "**610", "23", "47110"."""
    return number.startswith("*") or 0 < len(number.lstrip("+")) <= 5
