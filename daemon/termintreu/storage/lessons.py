"""What the user taught, to and from rows: the newest state of each lesson. A lesson that has not changed is not stored
again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.engine import RowMapping

from termintreu.model import Lesson
from termintreu.storage.tables import calls, lessons

_NAMES = tuple(field.name for field in fields(Lesson))
_MINE = lessons.c.profile == bindparam("of")


def load(connection: Connection, profile: str, now: datetime) -> dict[str, Lesson]:
    """The lessons as of `now` (UTC), by UID: one that was taken back later stands."""
    rows = connection.execute(select(lessons).where(_MINE, lessons.c.said_at <= now), {"of": profile}).mappings()
    return {row["uid"]: _as_of(_lesson(row), now) for row in rows}


def save(connection: Connection, profile: str, taught: Sequence[Lesson]) -> None:
    """Store each, in the place of the one of its UID."""
    if not taught:
        return
    latest = {one.uid: one for one in taught}
    erase(connection, profile, latest.keys())
    rows = [{"profile": profile, **{name: getattr(one, name) for name in _NAMES}} for one in latest.values()]
    connection.execute(insert(lessons), rows)


def erase(connection: Connection, profile: str, uids: Iterable[str]) -> None:
    """Delete those of some UIDs."""
    if gone := [{"of": profile, "gone": uid} for uid in uids]:
        connection.execute(delete(lessons).where(_MINE, lessons.c.uid == bindparam("gone")), gone)


def take_back(connection: Connection, profile: str, now: datetime) -> None:
    """Date what was stored with a time after `now` (UTC), while the clock was ahead, back to `now`."""
    for column in (lessons.c.said_at, lessons.c.seen_at, lessons.c.changed_at):
        connection.execute(update(lessons).where(lessons.c.profile == profile, column > now).values({column.name: now}))


def forget(connection: Connection, profile: str, before: datetime, outcomes_before: datetime) -> int:
    """Apply retention; returns the number of rows that were deleted or anonymised.

    A lesson that nothing bore or used since `before` (UTC) loses its title, and is deleted where it was taken back; all
    that nothing used since `outcomes_before` (UTC) is deleted.
    """
    mine, unused = lessons.c.profile == profile, lessons.c.seen_at < before
    over = (lessons.c.status != "standing") & (lessons.c.changed_at < before)
    deleted = connection.execute(delete(lessons).where(mine, lessons.c.seen_at < outcomes_before)).rowcount
    deleted += connection.execute(delete(lessons).where(mine, unused, over)).rowcount
    bare = update(lessons).where(mine, unused, lessons.c.title != "").values(title="")
    return deleted + connection.execute(bare).rowcount


def uids_with(connection: Connection, profile: str, contact: str) -> Collection[str]:
    """UIDs of the calls with a contact."""
    return frozenset(
        connection.scalars(
            select(calls.c.uid).where(calls.c.profile == profile, calls.c.contact_key == contact).distinct()
        )
    )


def _lesson(row: RowMapping) -> Lesson:
    return Lesson(**{name: row[name] for name in _NAMES})


def _as_of(lesson: Lesson, now: datetime) -> Lesson:
    if lesson.changed_at <= now:
        return lesson
    return replace(lesson, status="standing", changed_at=lesson.said_at)
