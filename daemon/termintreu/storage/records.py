"""Items, calls and answers, to and from rows. A state that has not changed is not stored again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update
from sqlalchemy.engine import RowMapping

from termintreu.model import Answer, CallRecord, History, ItemRecord
from termintreu.storage.tables import Instant, answers, calls, items

_ITEM = tuple(field.name for field in fields(ItemRecord))
_CALL = tuple(field.name for field in fields(CallRecord))
_ANSWER = tuple(field.name for field in fields(Answer))


def load(connection: Connection, profile: str, now: datetime) -> History:
    """Everything as it was known at `now` (UTC)."""
    return History(
        items={slot: _item(row) for slot, row in _newest_items(connection, profile, now).items()},
        calls={key: _call(row, now) for key, row in _newest_calls(connection, profile, now).items()},
        answers=_answers(connection, profile, now),
    )


def take_back(connection: Connection, profile: str, now: datetime) -> None:
    """Date what was stored with a time after `now` (UTC), while the clock was ahead, back to `now`."""
    for table, identity in ((items, items.c.slot), (calls, calls.c.key)):
        ahead = (table.c.profile == profile) & (table.c.recorded_at > now)
        order = (table.c.generation, table.c.recorded_at) if table is items else (table.c.recorded_at,)
        rows = connection.execute(select(table).where(ahead).order_by(*order)).mappings()
        newest = {row[identity.key]: {**row, "recorded_at": now} for row in rows}
        connection.execute(delete(table).where(ahead))
        _replace(connection, table, list(newest.values()))
    connection.execute(
        update(answers).where(answers.c.profile == profile, answers.c.recorded_at > now).values(recorded_at=now)
    )


def save_items(connection: Connection, profile: str, records: Sequence[ItemRecord], now: datetime) -> None:
    """Store each state that differs from the stored one, as a new version."""
    if not records:
        return
    known = {slot: _item(row) for slot, row in _newest_items(connection, profile, now).items()}
    new: dict[tuple[str, int, datetime], ItemRecord] = {}
    for record in records:
        held = known.get(record.slot)
        if held is not None and replace(held, recorded_at=record.recorded_at) == record:
            continue
        known[record.slot] = record
        new[record.slot, record.generation, record.recorded_at] = record
    _replace(
        connection,
        items,
        [
            {"profile": profile, "call_key": record.slot.partition("/")[0], **_values(record, _ITEM)}
            for record in new.values()
        ],
    )


def save_calls(connection: Connection, profile: str, records: Sequence[CallRecord], now: datetime) -> None:
    """Store differences: a new version where more than `last_seen` has changed, else only that time."""
    if not records:
        return
    known = _newest_calls(connection, profile, now)
    new: dict[str, CallRecord] = {}
    seen_again: list[dict[str, Any]] = []
    for record in records:
        row = known.get(record.key)
        held = None if row is None else _call(row, now)
        if row is None or held is None or replace(held, last_seen=record.last_seen) != record:
            new[record.key] = record
        elif record.last_seen > held.last_seen:
            seen_again.append({"of": record.key, "since": row["recorded_at"], "seen": record.last_seen})
    if seen_again:
        connection.execute(
            update(calls)
            .where(
                calls.c.profile == profile,
                calls.c.key == bindparam("of"),
                calls.c.recorded_at == bindparam("since", type_=Instant),
            )
            .values(last_seen=bindparam("seen", type_=Instant)),
            seen_again,
        )
    _replace(
        connection,
        calls,
        [{"profile": profile, "recorded_at": now, **_values(record, _CALL)} for record in new.values()],
    )


def save_answers(connection: Connection, profile: str, statements: Sequence[Answer], now: datetime) -> None:
    """Add answers. One that repeats the last of its kind is not added, unless the user gave it on the command line:
    that one overrides those in between."""
    if not statements:
        return
    last = {_kind_of(answer): answer for said in _answers(connection, profile, now).values() for answer in said}
    new: list[dict[str, Any]] = []
    for answer in statements:
        held = last.get(_kind_of(answer))
        again = held is not None and replace(held, recorded_at=answer.recorded_at) == answer
        if again and (answer.origin != "answer" or held == answer):
            continue
        last[_kind_of(answer)] = answer
        new.append({"profile": profile, **_values(answer, _ANSWER)})
    if new:
        connection.execute(insert(answers), new)


def _replace(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Upsert rows in portable SQL."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    same = [table.c[name] == bindparam(f"old_{name}", type_=table.c[name].type) for name in keys]
    connection.execute(delete(table).where(*same), [{f"old_{name}": row[name] for name in keys} for row in rows])
    connection.execute(insert(table), rows)


def _kind_of(answer: Answer) -> tuple[str, str, bool]:
    """A call's outcome task and its recovery task are separate sources: neither takes the other's answer back."""
    return answer.call_key, answer.origin, answer.made_good_at is not None


def _newest_items(connection: Connection, profile: str, now: datetime) -> dict[str, RowMapping]:
    rows = connection.execute(
        select(items)
        .where(items.c.profile == profile, items.c.recorded_at <= now)
        .order_by(items.c.slot, items.c.generation, items.c.recorded_at)
    ).mappings()
    return {row["slot"]: row for row in rows}


def _newest_calls(connection: Connection, profile: str, now: datetime) -> dict[str, RowMapping]:
    rows = connection.execute(
        select(calls)
        .where(calls.c.profile == profile, calls.c.recorded_at <= now)
        .order_by(calls.c.key, calls.c.recorded_at)
    ).mappings()
    return {row["key"]: row for row in rows}


def _answers(connection: Connection, profile: str, now: datetime) -> Mapping[str, tuple[Answer, ...]]:
    found: dict[str, list[Answer]] = {}
    for row in connection.execute(
        select(answers)
        .where(answers.c.profile == profile, answers.c.recorded_at <= now)
        .order_by(answers.c.recorded_at, answers.c.id)
    ).mappings():
        found.setdefault(row["call_key"], []).append(Answer(**{name: row[name] for name in _ANSWER}))
    return {key: tuple(said) for key, said in found.items()}


def _item(row: RowMapping) -> ItemRecord:
    return ItemRecord(**{name: row[name] for name in _ITEM})


def _call(row: RowMapping, now: datetime) -> CallRecord:
    record = CallRecord(**{name: row[name] for name in _CALL})
    # The moment alone is written over in place: as of `now` it was seen until then at most.
    return record if record.last_seen <= now else replace(record, last_seen=now)


def _values(record: ItemRecord | CallRecord | Answer, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}
