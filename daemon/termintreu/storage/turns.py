"""Whose turn it is, to and from rows that workers on many machines share. Nothing is run here; no clock is read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from termintreu.model.errors import StoreError
from termintreu.storage.store import Guard
from termintreu.storage.tables import turns

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A turn that is to be handed out."""

    profile: str
    slow: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEnd:
    """What a turn leaves to the next one."""

    due_at: datetime
    """UTC."""
    slow: bool = False
    state: Mapping[str, Any] = field(default_factory=dict)
    """As JSON has it."""
    trouble: str | None = None


def enrol(connection: Connection, profiles: Iterable[str], now: datetime) -> tuple[list[str], list[str]]:
    """Everybody has a row, and nobody else; who is new is due at once. Returns who came and who is gone."""
    wanted = set(profiles)
    known = set(connection.scalars(select(turns.c.profile)))
    come, gone = sorted(wanted - known), sorted(known - wanted)
    if come:
        fresh = {"due_at": now, "out_until": _NEVER, "slow": False, "agenda": "{}"}
        connection.execute(insert(turns), [{"profile": name, **fresh} for name in come])
    if gone:
        connection.execute(delete(turns).where(turns.c.profile == bindparam("gone")), [{"gone": name} for name in gone])
    return come, gone


def hand_out(connection: Connection, now: datetime, until: datetime, limit: int) -> list[Due]:
    """The turns that are due, in order; they are not handed out again before `until`."""
    rows = connection.execute(
        select(turns.c.profile, turns.c.slow)
        .where(turns.c.due_at <= now, turns.c.out_until <= now)
        .order_by(turns.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if rows:
        connection.execute(
            update(turns).where(turns.c.profile.in_([row.profile for row in rows])).values(out_until=until)
        )
    return [Due(profile=row.profile, slow=row.slow) for row in rows]


def take_back(connection: Connection, profiles: Sequence[str]) -> None:
    """These were handed out and nobody will take them: they may be handed out again at once."""
    connection.execute(update(turns).where(turns.c.profile.in_(profiles)).values(out_until=_NEVER))


def claim(connection: Connection, profile: str, mark: str, now: datetime, *, urgent: bool) -> dict[str, Any] | None:
    """Begin a turn under that mark; whoever held it before cannot write any more. Returns what the last turn left.

    None where there is no such person, or where the turn was taken meanwhile and is not `urgent`.
    """
    where = turns.c.profile == profile
    if not urgent:
        where &= turns.c.due_at <= now
    agenda = connection.scalar(update(turns).where(where).values(claim=mark).returning(turns.c.agenda))
    return None if agenda is None else dict(json.loads(agenda))


def release(connection: Connection, profile: str, mark: str, left: TurnEnd) -> bool:
    """End a turn; False where somebody else has taken it over meanwhile."""
    done = connection.execute(
        update(turns)
        .where(turns.c.profile == profile, turns.c.claim == mark)
        .values(
            due_at=left.due_at,
            out_until=_NEVER,
            slow=left.slow,
            agenda=json.dumps(left.state),
            trouble=left.trouble,
        )
    )
    return done.rowcount == 1


def held_by(profile: str, mark: str) -> Guard:
    """Lets nobody write for that person but the turn of that mark."""

    def check(connection: Connection) -> None:
        found = connection.scalar(select(turns.c.claim).where(turns.c.profile == profile).with_for_update())
        if found != mark:
            raise StoreError("another worker has taken this turn over; nothing more is remembered by this one")

    return check


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStatus:
    """How the turns stand."""

    profiles: int
    late: int
    """Turns that are due."""
    oldest: datetime | None
    """When the one that has waited longest was due (UTC)."""
    troubles: Mapping[str, str]
    """Whose last turn ended without a cycle, and why."""


def queue_status(connection: Connection, now: datetime) -> QueueStatus:
    """For `status`."""
    profiles = connection.scalar(select(func.count()).select_from(turns)) or 0
    late, oldest = connection.execute(select(func.count(), func.min(turns.c.due_at)).where(turns.c.due_at <= now)).one()
    rows = connection.execute(select(turns.c.profile, turns.c.trouble).where(turns.c.trouble.is_not(None))).all()
    return QueueStatus(profiles=profiles, late=late, oldest=oldest, troubles={row.profile: row.trouble for row in rows})
