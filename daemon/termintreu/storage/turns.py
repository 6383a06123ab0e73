"""The table of turns, which workers on many machines share: when each profile is due, and who holds its turn. The time
is an argument.
"""

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
    """A turn that is due."""

    profile: str
    slow: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEnd:
    """What is stored when a turn ends."""

    due_at: datetime
    """When the next turn is due, UTC."""
    slow: bool = False
    state: Mapping[str, Any] = field(default_factory=dict)
    """The turn state (`service/turn_state`), as JSON values; stored in the column `agenda`."""
    trouble: str | None = None


def enrol(connection: Connection, profiles: Iterable[str], now: datetime) -> tuple[list[str], list[str]]:
    """Make the rows match these profiles; added ones are due at once. Returns the added and the removed names."""
    wanted = set(profiles)
    known = set(connection.scalars(select(turns.c.profile)))
    added, removed = sorted(wanted - known), sorted(known - wanted)
    if added:
        fresh = {"due_at": now, "out_until": _NEVER, "slow": False, "agenda": "{}"}
        connection.execute(insert(turns), [{"profile": name, **fresh} for name in added])
    if removed:
        connection.execute(
            delete(turns).where(turns.c.profile == bindparam("name")), [{"name": name} for name in removed]
        )
    return added, removed


def hand_out(connection: Connection, now: datetime, until: datetime, limit: int) -> list[Due]:
    """The turns that are due, in order of their due times; they are not returned again before `until` (UTC)."""
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
    """Let turns that were handed out and not taken be handed out again at once."""
    connection.execute(update(turns).where(turns.c.profile.in_(profiles)).values(out_until=_NEVER))


def claim(connection: Connection, profile: str, token: str, now: datetime, *, urgent: bool) -> dict[str, Any] | None:
    """Claim a turn under that token; an earlier claim can store nothing any more. Returns the turn state.

    None where there is no such profile, or where the turn was taken meanwhile and is not `urgent`.
    """
    where = turns.c.profile == profile
    if not urgent:
        where &= turns.c.due_at <= now
    agenda = connection.scalar(update(turns).where(where).values(claim=token).returning(turns.c.agenda))
    return None if agenda is None else dict(json.loads(agenda))


def release(connection: Connection, profile: str, token: str, left: TurnEnd) -> bool:
    """End a turn; False where another worker has claimed it meanwhile."""
    done = connection.execute(
        update(turns)
        .where(turns.c.profile == profile, turns.c.claim == token)
        .values(
            due_at=left.due_at,
            out_until=_NEVER,
            slow=left.slow,
            agenda=json.dumps(left.state),
            trouble=left.trouble,
        )
    )
    return done.rowcount == 1


def claim_guard(profile: str, token: str) -> Guard:
    """A guard for `Store`: only the turn that was claimed under that token may write for the profile."""

    def check(connection: Connection) -> None:
        found = connection.scalar(select(turns.c.claim).where(turns.c.profile == profile).with_for_update())
        if found != token:
            raise StoreError("another worker has taken this turn over; nothing more is remembered by this one")

    return check


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStatus:
    """Numbers about the turns of all profiles."""

    profiles: int
    late: int
    """Turns that are due."""
    oldest: datetime | None
    """When the longest overdue one was due (UTC)."""
    troubles: Mapping[str, str]
    """By profile: why its last turn ended without a cycle."""


def queue_status(connection: Connection, now: datetime) -> QueueStatus:
    """The numbers for `termintreu status`."""
    profiles = connection.scalar(select(func.count()).select_from(turns)) or 0
    late, oldest = connection.execute(select(func.count(), func.min(turns.c.due_at)).where(turns.c.due_at <= now)).one()
    rows = connection.execute(select(turns.c.profile, turns.c.trouble).where(turns.c.trouble.is_not(None))).all()
    return QueueStatus(profiles=profiles, late=late, oldest=oldest, troubles={row.profile: row.trouble for row in rows})
