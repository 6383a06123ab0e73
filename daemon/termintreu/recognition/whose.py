"""Whose an entry is, in a calendar that several people share. Pure: the user's patterns and the entry's words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import translate
from functools import lru_cache

from termintreu.config import SourceConfig
from termintreu.model import Calendar

Patterns = Mapping[str, Sequence[str]]
"""By source: titles and categories of entries that are somebody else's; `*` and `?` stand for anything."""


def not_mine(sources: Iterable[SourceConfig]) -> Patterns:
    """The patterns of those sources that have some."""
    return {source.name: tuple(source.not_mine) for source in sources if source.not_mine}


def mine(calendar: Calendar, patterns: Patterns) -> Calendar:
    """The calendar without the entries that are somebody else's."""
    if not patterns:
        return calendar
    return replace(
        calendar,
        occurrences=tuple(
            one
            for one in calendar.occurrences
            if not _matches((one.summary, *one.categories), patterns.get(one.source, ()))
        ),
        todos=tuple(one for one in calendar.todos if not _matches((one.summary,), patterns.get(one.source, ()))),
    )


def _matches(words: Iterable[str], patterns: Sequence[str]) -> bool:
    return bool(patterns) and any(_compiled(pattern).match(_plain(text)) for text in words for pattern in patterns)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    # a bracket in a title is a bracket: "[LB] *"
    return re.compile(translate(_plain(pattern).replace("[", "[[]")))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
