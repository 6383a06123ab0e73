"""How often servers may be asked: never without a pause, and at a provider's pace. Pure."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from termintreu.config.places import Path
from termintreu.config.problems import Problem
from termintreu.config.providers import by_url
from termintreu.config.values import format_duration, parse_duration

Tables = Iterable[tuple[Path, Mapping[str, Any]]]
"""The tables of a configuration that can have a `poll`, each with its path."""

SHORTEST = timedelta(seconds=2)
_SCHEDULE: Path = ("schedule",)


def problems(tables: Tables) -> Iterator[Problem]:
    """Polls that would keep a server busy for nothing."""
    for path, table, pause in _pauses(tables):
        if pause < SHORTEST:
            poll = table["poll"].strip()
            yield Problem(path=(*path, "poll"), text=f'found "{poll}"; at least "2s" is wanted')


def warnings(tables: Tables) -> Iterator[Problem]:
    """Polls that are shorter than a provider's pace allows."""
    known = list(tables)
    pauses = {path: pause for path, _, pause in _pauses(known)}
    for path, table in known:
        provider = by_url(table["url"]) if isinstance(table.get("url"), str) else None
        place = path if "poll" in table else _SCHEDULE
        pause = pauses.get(place)
        if provider is None or provider.poll is None or pause is None or not SHORTEST <= pause < provider.poll:
            continue
        least = format_duration(provider.poll)
        yield Problem(path=(*place, "poll"), text=f'{provider.name} is slow on purpose: at least "{least}" suits it')


def _pauses(tables: Tables) -> Iterator[tuple[Path, Mapping[str, Any], timedelta]]:
    for path, table in tables:
        if isinstance(table.get("poll"), str):
            with contextlib.suppress(ValueError):
                yield path, table, parse_duration(table["poll"])
