"""Personal data: retention, export and erasure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, or_, select, update

from termintreu.model import Move
from termintreu.storage.lessons import erase as erase_lessons
from termintreu.storage.lessons import uids_with
from termintreu.storage.tables import answers, calls, items, lessons


def forget(connection: Connection, profile: str, before: datetime, outcomes_before: datetime) -> int:
    """Apply retention; returns the number of rows that were deleted or anonymised.

    Items are deleted when both their call and their last change lie before `before` (UTC). Of a call that had ended (or
    was cancelled) and was seen last before then, name, number and all but the last version are deleted; what is left is
    what ratings rest on: when, with which contact's key, how it moved, and how it went. That is deleted when it lies
    before `outcomes_before` (UTC), with its answers. Of other rows, versions that were replaced before `before` are
    deleted.
    """
    deleted = 0
    for key in _past_calls(connection, profile, outcomes_before):
        deleted += connection.execute(delete(calls).where(calls.c.profile == profile, calls.c.key == key)).rowcount
    kept = select(calls.c.key).where(calls.c.profile == profile)
    deleted += connection.execute(
        delete(answers).where(
            answers.c.profile == profile, answers.c.recorded_at < before, answers.c.call_key.not_in(kept)
        )
    ).rowcount
    live = (
        select(items.c.slot)
        .where(items.c.profile == profile)
        .group_by(items.c.slot)
        .having(or_(func.max(items.c.anchor) >= before, func.max(items.c.recorded_at) >= before))
    )
    deleted += connection.execute(delete(items).where(items.c.profile == profile, items.c.slot.not_in(live))).rowcount
    deleted += _thin(connection, profile, before, calls, calls.c.key)
    deleted += _thin(connection, profile, before, items, items.c.slot)
    return deleted + _bare(connection, profile, before)


def export(connection: Connection, profile: str, contact: str) -> dict[str, Any]:
    """Everything stored about a contact, as JSON values; times in ISO 8601 and UTC."""
    keys = _calls_with(connection, profile, contact)
    theirs = and_(lessons.c.profile == profile, lessons.c.uid.in_(uids_with(connection, profile, contact)))
    return {
        "contact": contact,
        "calls": _rows(connection, calls, and_(calls.c.profile == profile, calls.c.key.in_(keys))),
        "answers": _rows(connection, answers, and_(answers.c.profile == profile, answers.c.call_key.in_(keys))),
        "items": _rows(connection, items, and_(items.c.profile == profile, _about(keys))),
        "taught": _rows(connection, lessons, theirs, lessons.c.said_at),
    }


def erase(connection: Connection, profile: str, contact: str) -> int:
    """Delete a contact's calls, their answers, items and lessons; returns the number of calls."""
    keys = _calls_with(connection, profile, contact)
    erase_lessons(connection, profile, uids_with(connection, profile, contact))
    for table, column in ((answers, answers.c.call_key), (items, items.c.call_key), (calls, calls.c.key)):
        for key in keys:
            connection.execute(delete(table).where(table.c.profile == profile, column == key))
    for key in keys:
        connection.execute(delete(items).where(items.c.profile == profile, _about([key])))
    return len(keys)


def _about(keys: Iterable[str]) -> ColumnElement[bool]:
    """Items of some calls, questions about several among them: those name their calls in their basis."""
    keys = list(keys)
    return or_(items.c.call_key.in_(keys), *(items.c.basis.contains(f"{key}@", autoescape=True) for key in keys))


def _past_calls(connection: Connection, profile: str, before: datetime) -> Sequence[str]:
    rows = connection.execute(
        select(calls.c.key, calls.c.end, calls.c.gone_at, calls.c.last_seen)
        .where(calls.c.profile == profile)
        .order_by(calls.c.recorded_at)
    )
    newest = {row.key: row for row in rows}
    return [
        key
        for key, row in newest.items()
        if row.last_seen < before and (row.end < before or (row.gone_at is not None and row.gone_at < before))
    ]


def _bare(connection: Connection, profile: str, before: datetime) -> int:
    """Anonymise the calls before `before`: neither name nor number is left."""
    named = calls.c.profile == profile, or_(calls.c.contact_name != "", calls.c.phone.is_not(None))
    with_names = set(connection.scalars(select(calls.c.key).where(*named).distinct()))
    return sum(
        connection.execute(update(calls).where(*named, calls.c.key == key).values(contact_name="", phone=None)).rowcount
        for key in _past_calls(connection, profile, before)
        if key in with_names
    )


def _thin(connection: Connection, profile: str, before: datetime, table: Table, identity: ColumnElement[Any]) -> int:
    """Delete the versions that were replaced before `before`."""
    newer = table.alias()
    successor = (
        select(newer.c.recorded_at)
        .where(
            newer.c.profile == profile,
            newer.c[identity.key or ""] == identity,
            newer.c.recorded_at > table.c.recorded_at,
            newer.c.recorded_at < before,
        )
        .exists()
    )
    return connection.execute(delete(table).where(table.c.profile == profile, successor)).rowcount


def _calls_with(connection: Connection, profile: str, contact: str) -> list[str]:
    """Keys of all calls that were with a contact in any version."""
    return list(
        connection.scalars(
            select(calls.c.key).where(calls.c.profile == profile, calls.c.contact_key == contact).distinct()
        )
    )


def _rows(
    connection: Connection, table: Table, where: ColumnElement[bool], order: ColumnElement[Any] | None = None
) -> list[dict[str, Any]]:
    by = table.c.recorded_at if order is None else order
    rows = connection.execute(select(table).where(where).order_by(by)).mappings()
    return [{name: _plain(value) for name, value in row.items() if name not in {"profile", "id"}} for row in rows]


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, tuple):
        return [
            {name: _plain(getattr(move, name)) for name in ("old_start", "new_start", "seen_at", "by_me")}
            for move in value
            if isinstance(move, Move)
        ]
    return value
