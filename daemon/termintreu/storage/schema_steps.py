"""Upgrades a state of an earlier version: one function a step, each from one version of the schema to the next.

The databases call `upgrade` within a transaction, so that a step that fails, or a process that is killed, leaves the
state as it was.

A step that was released is never changed: its SQL is spelled out, since `tables` changes. An earlier version that still
runs must be able to write to the result: new columns may be NULL. Where a step makes a table anew in SQLite, foreign
keys are not enforced while it runs, and are checked afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from termintreu.model.errors import StoreError

Step = Callable[[Connection], None]

FIRST_VERSION = 1
"""The schema version of 0.1.0."""


def let_anchors_be_unknown(connection: Connection) -> None:
    """1 to 2: an item may be stored without the start of its call, where that was only guessed."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("ALTER TABLE items ALTER COLUMN anchor DROP NOT NULL")
        return
    # SQLite cannot take NOT NULL back: https://www.sqlite.org/lang_altertable.html, section 7.
    columns = "profile, slot, generation, recorded_at, call_key, uid, collection, href, etag, fingerprint, status, "
    columns += "anchor, done_at, basis"
    connection.exec_driver_sql(
        "CREATE TABLE new_items (profile TEXT NOT NULL, slot TEXT NOT NULL, generation INTEGER NOT NULL, "
        "recorded_at BIGINT NOT NULL, call_key TEXT NOT NULL, uid TEXT NOT NULL, collection TEXT NOT NULL, "
        "href TEXT NOT NULL, etag TEXT, fingerprint TEXT NOT NULL, status TEXT NOT NULL, anchor BIGINT, "
        "done_at BIGINT, basis TEXT NOT NULL, PRIMARY KEY (profile, slot, generation, recorded_at))"
    )
    connection.exec_driver_sql(f"INSERT INTO new_items ({columns}) SELECT {columns} FROM items")  # noqa: S608 - fixed
    connection.exec_driver_sql("DROP TABLE items")
    connection.exec_driver_sql("ALTER TABLE new_items RENAME TO items")
    connection.exec_driver_sql("CREATE INDEX items_by_call ON items (profile, call_key)")


def keep_numbers(connection: Connection) -> None:
    """2 to 3: the number that stood in an appointment is remembered for the next one with the same person."""
    connection.exec_driver_sql("ALTER TABLE calls ADD COLUMN phone TEXT")


def keep_lessons(connection: Connection) -> None:
    """3 to 4: what the user taught is remembered, and whether somebody vouches for what a call's appointment says."""
    connection.exec_driver_sql("ALTER TABLE calls ADD COLUMN vouched BOOLEAN")
    connection.exec_driver_sql(
        "CREATE TABLE IF NOT EXISTS lessons (profile TEXT NOT NULL, uid TEXT NOT NULL, source TEXT NOT NULL, "
        "word TEXT NOT NULL, fingerprint TEXT NOT NULL, title TEXT NOT NULL, bearer TEXT NOT NULL, "
        "anchor BIGINT NOT NULL, said_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, changed_at BIGINT NOT NULL, "
        "status TEXT NOT NULL, PRIMARY KEY (profile, uid))"
    )


STEPS: Sequence[Step] = (let_anchors_be_unknown, keep_numbers, keep_lessons)
"""In order; the first one starts at FIRST_VERSION."""


def version_after(steps: Sequence[Step]) -> int:
    """The schema version after all steps."""
    return FIRST_VERSION + len(steps)


def upgrade(connection: Connection, found: int, steps: Sequence[Step]) -> bool:
    """Run the steps between the state's version and this one; False where there are none.

    Args:
        connection: in a transaction that excludes other processes.
        found: the version of the state's schema; not a newer one.
        steps: all there are.
    """
    missing = steps[found - FIRST_VERSION :]
    for step in missing:
        step(connection)
    return bool(missing)


def refuse_newer(found: int, steps: Sequence[Step], place: str, otherwise: str = "") -> None:
    """Raise StoreError where a newer version wrote the state: there is no way back.

    Args:
        found: the version of the state's schema.
        steps: all there are.
        place: names the state in the message.
        otherwise: what can be done instead, for its end.
    """
    if found > version_after(steps):
        raise StoreError(f"{place} was written by a newer version of termintreu; use that one{otherwise}")
