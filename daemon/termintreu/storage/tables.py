"""The tables of the state, in SQLAlchemy Core and portable SQL. Every row carries the profile it belongs to.

Facts that `--at` must be able to take back are kept as versions: one row for each state, with the time when it was
stored. Nothing is read or written here. A change here needs a step in `schema_steps`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
)
from sqlalchemy import Text as AnyText
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from termintreu.model import Move

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970 in UTC, exactly. Raises ValueError for a naive time."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return (instant - _EPOCH) // timedelta(microseconds=1)


def from_micros(micros: int) -> datetime:
    """The instant in UTC. Raises OverflowError outside the years 1 to 9999."""
    return _EPOCH + timedelta(microseconds=micros)


class Instant(TypeDecorator[datetime]):
    """An aware datetime as whole microseconds since 1970 in UTC: sorts and compares alike in every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Aware datetime to integer."""
        return None if value is None else to_micros(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Integer to UTC datetime."""
        return None if value is None else from_micros(value)


class Text(TypeDecorator[str]):
    """Text of any length. PostgreSQL cannot hold U+0000: U+FFFD replaces it there."""

    impl = AnyText
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None] | None:
        """The conversion of a value to what the database can hold; None: none is needed."""
        return _without_nul if dialect.name == "postgresql" else None


def _without_nul(value: str | None) -> str | None:
    return value.replace("\0", "\ufffd") if value else value


class Words(TypeDecorator[frozenset[str]]):
    """A set of words as sorted JSON."""

    impl = AnyText
    cache_ok = True

    def process_bind_param(self, value: frozenset[str] | None, dialect: Dialect) -> str:
        """Set to JSON."""
        return json.dumps(sorted(value or ()))

    def process_result_value(self, value: Any | None, dialect: Dialect) -> frozenset[str]:
        """JSON to set."""
        return frozenset(json.loads(value or "[]"))


class Moves(TypeDecorator[tuple[Move, ...]]):
    """The moves of a call as JSON: they are only ever read together with their call's version."""

    impl = AnyText
    cache_ok = True

    def process_bind_param(self, value: tuple[Move, ...] | None, dialect: Dialect) -> str:
        """Moves to JSON; instants as microseconds."""
        return json.dumps(
            [
                [
                    to_micros(move.old_start),
                    None if move.new_start is None else to_micros(move.new_start),
                    to_micros(move.seen_at),
                    move.by_me,
                ]
                for move in value or ()
            ]
        )

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[Move, ...]:
        """JSON to moves."""
        return tuple(
            Move(
                old_start=from_micros(old),
                new_start=None if new is None else from_micros(new),
                seen_at=from_micros(seen),
                by_me=by_me,
            )
            for old, new, seen, by_me in json.loads(value or "[]")
        )


metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("profile", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""`first_run` (microseconds), `last_report` (JSON), and `revision`, which counts changes."""

collections = Table(
    "collections",
    metadata,
    Column("profile", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("href", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("components", Words, nullable=False),
    Column("writable", Boolean, nullable=False),
    Column("roles", Words, nullable=False),
    Column("token", Text),
    Column("pending", Text),
    Column("checked_at", Instant),
    Column("discovered_at", Instant),
)

resources = Table(
    "resources",
    metadata,
    Column("profile", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("collection", Text, primary_key=True),
    Column("href", Text, primary_key=True),
    Column("etag", Text),
    Column("data", LargeBinary),
    ForeignKeyConstraint(
        ["profile", "source", "collection"],
        ["collections.profile", "collections.source", "collections.href"],
        ondelete="CASCADE",
    ),
)
"""`data` is a zlib stream (RFC 1950); NULL where only the ETag is held."""

items = Table(
    "items",
    metadata,
    Column("profile", Text, primary_key=True),
    Column("slot", Text, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("recorded_at", Instant, primary_key=True),
    Column("call_key", Text, nullable=False),
    Column("uid", Text, nullable=False),
    Column("collection", Text, nullable=False),
    Column("href", Text, nullable=False),
    Column("etag", Text),
    Column("fingerprint", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("anchor", Instant),
    Column("done_at", Instant),
    Column("basis", Text, nullable=False),
    Index("items_by_call", "profile", "call_key"),
)

calls = Table(
    "calls",
    metadata,
    Column("profile", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("recorded_at", Instant, primary_key=True),
    Column("uid", Text, nullable=False),
    Column("recurrence_id", Text),
    Column("contact_key", Text, nullable=False),
    Column("contact_name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("start", Instant, nullable=False),
    Column("end", Instant, nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False),
    Column("caller", Text, nullable=False),
    Column("critical", Boolean, nullable=False),
    Column("gone_at", Instant),
    Column("moves", Moves, nullable=False),
    Column("phone", Text),
    Column("vouched", Boolean),
    Index("calls_by_contact", "profile", "contact_key"),
)

answers = Table(
    "answers",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("profile", Text, nullable=False),
    Column("call_key", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("late_minutes", Integer),
    Column("attempts", Integer),
    Column("made_good_at", Instant),
    Column("note", Text),
    Index("answers_by_call", "profile", "call_key"),
)

lessons = Table(
    "lessons",
    metadata,
    Column("profile", Text, primary_key=True),
    Column("uid", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("word", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("bearer", Text, nullable=False),
    Column("anchor", Instant, nullable=False),
    Column("said_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("status", Text, nullable=False),
)
"""What the user taught, one row for each appointment or series that bears a word."""

log_entries = Table(
    "log_entries",
    metadata,
    Column("profile", Text, primary_key=True),
    Column("log", Text, primary_key=True),
    Column("at", Instant, primary_key=True),
    Column("direction", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("reached", Boolean, nullable=False),
    Column("seconds", Float),
    Column("rounded", Boolean, nullable=False),
    Column("voicemail", Boolean, nullable=False),
    Column("internal", Boolean, nullable=False),
    Column("forwarded", Boolean, nullable=False),
    Column("running", Boolean, nullable=False),
)
"""A copy of the call logs' last days; how far each was read is in `meta` under `call_log:<name>`."""

turns = Table(
    "turns",
    metadata,
    Column("profile", Text, primary_key=True),
    Column("due_at", Instant, nullable=False),
    Column("out_until", Instant, nullable=False),
    Column("claim", Text),
    Column("slow", Boolean, nullable=False),
    Column("agenda", AnyText, nullable=False),
    Column("trouble", Text),
    Index("turns_by_time", "due_at"),
)
"""The turns of each profile, where workers run them. A due turn is handed out as a job, and not again until
`out_until`, unless it ends before. `claim` is the token of the running or last turn: only that turn may write.
`agenda` (JSON) is the turn state: when each account is due, and its health. `slow` turns have a queue of their own;
`trouble` says why the last turn ended without a cycle.
"""
