"""Entries of call logs, put together. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from termintreu.model.log import LogEntry


def merged(entries: Iterable[LogEntry]) -> list[LogEntry]:
    """Each call once, by time: of several lines of one call, the one where somebody was reached; else the last. The end
    of a call replaces what was said while it ran."""
    found: dict[tuple[str, datetime, str, str, str], LogEntry] = {}
    for entry in entries:
        key = _key(entry)
        held = found.get(key)
        if held is None or not held.reached or held.running or (entry.reached and not entry.running):
            found[key] = entry
    return sorted(found.values(), key=lambda entry: (entry.at, entry.log, entry.direction, entry.number, entry.id))


def _key(entry: LogEntry) -> tuple[str, datetime, str, str, str]:
    """What makes two lines the same call."""
    return entry.log, entry.at, entry.direction, entry.number, entry.id
