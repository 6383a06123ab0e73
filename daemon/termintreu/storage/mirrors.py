"""Mirrors of collections, to and from rows. Only differences are written."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, select
from sqlalchemy.engine import RowMapping

from termintreu.model import Collection, Resource
from termintreu.reading.mirror import Mirror
from termintreu.storage.tables import collections, resources

_WORTH_PACKING = 4_096
"""Bytes from which on data is compressed: for an ordinary event that takes longer than it saves."""

Key = tuple[str, str]
"""Source and href of a collection, as `Mirror.key` gives it."""


def load(connection: Connection, profile: str) -> tuple[dict[Key, Mirror], list[Key]]:
    """Every mirror, and the keys of those that cannot be read; these have to be fetched again."""
    held: dict[Key, dict[str, Resource]] = {}
    unreadable: set[Key] = set()
    for row in connection.execute(
        select(resources.c.source, resources.c.collection, resources.c.href, resources.c.etag, resources.c.data).where(
            resources.c.profile == profile
        )
    ):
        key = (row.source, row.collection)
        try:
            data = None if row.data is None else zlib.decompress(row.data)
        except zlib.error:
            unreadable.add(key)
            continue
        held.setdefault(key, {})[row.href] = Resource(href=row.href, etag=row.etag, data=data)
    mirrors: dict[Key, Mirror] = {}
    for found in connection.execute(select(collections).where(collections.c.profile == profile)).mappings():
        key = (found["source"], found["href"])
        if key not in unreadable:
            mirrors[key] = _mirror(found, held.get(key, {}))
    return mirrors, sorted(unreadable)


def save(connection: Connection, profile: str, before: Mapping[Key, Mirror], after: Mapping[Key, Mirror]) -> None:
    """Write the differences between the stored mirrors and the present ones.

    Where another process has written a collection in between, the difference would be one to something else: such
    a collection is written whole.
    """
    for key in before.keys() - after.keys():
        connection.execute(delete(collections).where(_is(profile, key)))
    for key, mirror in after.items():
        old = before.get(key)
        if mirror is old:
            continue
        if old is not None and _stands(connection, profile, old):
            _update(connection, profile, old, mirror)
        else:
            _replace(connection, profile, mirror)


def erase(connection: Connection, profile: str) -> None:
    """Forget every mirror; the next cycle reads everything again."""
    connection.execute(delete(collections).where(collections.c.profile == profile))


def _mirror(row: RowMapping, held: dict[str, Resource]) -> Mirror:
    return Mirror(
        source=row["source"],
        collection=Collection(
            href=row["href"], name=row["name"], components=row["components"], writable=row["writable"]
        ),
        roles=row["roles"],
        token=row["token"],
        resources=held,
        pending=row["pending"],
        checked_at=row["checked_at"],
        discovered_at=row["discovered_at"],
    )


def _head(mirror: Mirror) -> dict[str, Any]:
    """The columns of a collection that can change."""
    return {
        "name": mirror.collection.name,
        "components": mirror.collection.components,
        "writable": mirror.collection.writable,
        "roles": mirror.roles,
        "token": mirror.token,
        "pending": mirror.pending,
        "checked_at": mirror.checked_at,
        "discovered_at": mirror.discovered_at,
    }


def _is(profile: str, key: Key) -> Any:
    return and_(collections.c.profile == profile, collections.c.source == key[0], collections.c.href == key[1])


def _stands(connection: Connection, profile: str, mirror: Mirror) -> bool:
    """Whether the collection's row matches this mirror."""
    row = connection.execute(
        select(collections.c.token, collections.c.checked_at).where(_is(profile, mirror.key))
    ).one_or_none()
    return row is not None and (row.token, row.checked_at) == (mirror.token, mirror.checked_at)


def _replace(connection: Connection, profile: str, mirror: Mirror) -> None:
    source, href = mirror.key
    connection.execute(delete(collections).where(_is(profile, mirror.key)))
    connection.execute(insert(collections).values(profile=profile, source=source, href=href, **_head(mirror)))
    _add(connection, profile, mirror, mirror.resources.values())


def _update(connection: Connection, profile: str, old: Mirror, new: Mirror) -> None:
    if _head(old) != _head(new):
        connection.execute(collections.update().where(_is(profile, new.key)).values(**_head(new)))
    if old.resources is new.resources:
        return
    gone = [href for href in old.resources if href not in new.resources]
    changed = [
        resource
        for href, resource in new.resources.items()
        if (held := old.resources.get(href)) is not resource and held != resource
    ]
    stale = [{"gone": href} for href in (*gone, *(resource.href for resource in changed))]
    if stale:
        connection.execute(
            delete(resources).where(
                resources.c.profile == profile,
                resources.c.source == new.source,
                resources.c.collection == new.collection.href,
                resources.c.href == bindparam("gone"),
            ),
            stale,
        )
    _add(connection, profile, new, changed)


def _add(connection: Connection, profile: str, mirror: Mirror, added: Iterable[Resource]) -> None:
    rows = [
        {
            "profile": profile,
            "source": mirror.source,
            "collection": mirror.collection.href,
            "href": resource.href,
            "etag": resource.etag,
            "data": None if resource.data is None else _packed(resource.data),
        }
        for resource in added
    ]
    if rows:
        _insert(connection, rows)


def _insert(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Insert thousands of rows through the driver: SQLAlchemy's processing takes longer than storing them."""
    compiled = insert(resources).compile(dialect=connection.dialect, column_keys=list(rows[0]))
    names = compiled.positiontup
    given = rows if names is None else [tuple(row[name] for name in names) for row in rows]
    connection.exec_driver_sql(str(compiled), given)


def _packed(data: bytes) -> bytes:
    """A zlib stream (RFC 1950) of the data, compressed where that is worth the time."""
    return zlib.compress(data, level=1 if len(data) >= _WORTH_PACKING else 0)
