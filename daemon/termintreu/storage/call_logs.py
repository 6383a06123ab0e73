"""What is held of call logs, to and from rows: entries of the last days, and how far each log was read. Only what
differs is written.
"""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select

from termintreu.model import HeldLogs, LogBook, LogEntry
from termintreu.storage.tables import log_entries, meta

_PREFIX = "call_log:"
_KEY = ("log", "at", "direction", "number", "id")
_PLAIN = tuple(field.name for field in fields(LogEntry) if field.name != "talked")


def load(connection: Connection, profile: str) -> HeldLogs:
    """All stored entries and positions."""
    rows = connection.execute(
        select(log_entries).where(log_entries.c.profile == profile).order_by(log_entries.c.at, log_entries.c.id)
    ).mappings()
    books = connection.execute(
        select(meta.c.name, meta.c.value).where(meta.c.profile == profile, meta.c.name.startswith(_PREFIX))
    )
    return HeldLogs(
        entries=tuple(_entry(row) for row in rows),
        books={name.removeprefix(_PREFIX): LogBook(**json.loads(value)) for name, value in books},
    )


def save(connection: Connection, profile: str, after: HeldLogs) -> None:
    """Make the rows match what is held now."""
    before = load(connection, profile)
    held, wanted = set(before.entries), set(after.entries)
    for entry in held - wanted:
        connection.execute(delete(log_entries).where(_is(profile, entry)))
    new = [_values(profile, entry) for entry in sorted(wanted - held, key=lambda entry: entry.at)]
    if new:
        connection.execute(insert(log_entries), new)
    if before.books != after.books:
        _forget_books(connection, profile)
        rows = [
            {
                "profile": profile,
                "name": f"{_PREFIX}{name}",
                "value": json.dumps({"position": book.position, "bad_lines": book.bad_lines}),
            }
            for name, book in after.books.items()
        ]
        if rows:
            connection.execute(insert(meta), rows)


def erase(connection: Connection, profile: str) -> None:
    """Delete everything; the next cycle reads the logs from their start."""
    connection.execute(delete(log_entries).where(log_entries.c.profile == profile))
    _forget_books(connection, profile)


def _forget_books(connection: Connection, profile: str) -> None:
    connection.execute(delete(meta).where(meta.c.profile == profile, meta.c.name.startswith(_PREFIX)))


def _is(profile: str, entry: LogEntry) -> Any:
    return and_(log_entries.c.profile == profile, *(log_entries.c[name] == getattr(entry, name) for name in _KEY))


def _values(profile: str, entry: LogEntry) -> dict[str, Any]:
    seconds = None if entry.talked is None else entry.talked.total_seconds()
    return {"profile": profile, "seconds": seconds, **{name: getattr(entry, name) for name in _PLAIN}}


def _entry(row: Any) -> LogEntry:
    talked = None if row["seconds"] is None else timedelta(seconds=row["seconds"])
    return LogEntry(talked=talked, **{name: row[name] for name in _PLAIN})
