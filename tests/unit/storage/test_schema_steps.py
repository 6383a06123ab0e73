"""Schema steps, on both databases: an older state is brought up whole, or stays as it was."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, inspect, text

from termintreu.model.errors import StoreError
from termintreu.storage import Database, SqliteDatabase, Store
from termintreu.storage.postgres import PostgresDatabase
from termintreu.storage.schema_steps import STEPS, Step, version_after
from tests.postgres import Cluster
from tests.unit.storage.test_store import NOW, answer, call, item, keyed, mirror
from tests.versions.kept import VERSIONS, lay_postgres, lay_sqlite

OLDEST = VERSIONS[0]
PEOPLE = ("anna", "ben", "clara")


@dataclass(frozen=True)
class Old:
    """A state as an earlier version left it."""

    kind: str
    folder: Path
    cluster: Cluster
    name: str

    def open(self, steps: Sequence[Step] = STEPS, *, read_only: bool = False) -> Database:
        if self.kind == "sqlite":
            return SqliteDatabase.open(self.folder, steps=steps, read_only=read_only)
        url = self.cluster.url(self.name)
        return PostgresDatabase.open(url, "geheim", steps=steps, read_only=read_only)

    def version(self) -> int:
        """As it stands there."""
        if self.kind == "sqlite":
            with closing(sqlite3.connect(self.folder / "state.sqlite3")) as connection:
                return int(connection.execute("PRAGMA user_version").fetchone()[0])
        with closing(self.open_raw()) as raw:
            return int(raw.execute("SELECT value FROM meta WHERE name = 'schema_version'").fetchone()[0])

    def open_raw(self) -> Any:
        import psycopg

        return psycopg.connect(self.cluster.url(self.name), password="geheim", autocommit=True)

    def columns(self) -> dict[str, dict[str, tuple[str, bool]]]:
        """Each table's columns, with type and whether they may be NULL."""
        with closing(self.open()) as database, database.reading() as connection:
            return columns(connection)


def columns(connection: Connection) -> dict[str, dict[str, tuple[str, bool]]]:
    found = inspect(connection)
    return {
        table: {column["name"]: (str(column["type"]), column["nullable"]) for column in found.get_columns(table)}
        for table in found.get_table_names()
    }


@pytest.fixture(scope="module")
def kept_database(cluster: Cluster) -> str:
    """What a database of the oldest version is copied from."""
    cluster.run("CREATE DATABASE kept_steps")
    lay_postgres(OLDEST, cluster, "kept_steps")
    return "kept_steps"


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path, cluster: Cluster) -> Iterator[Old]:
    name = f"steps_{os.getpid()}"
    made = Old(request.param, tmp_path / "state", cluster, name)
    if made.kind == "sqlite":
        lay_sqlite(OLDEST, made.folder)
        yield made
        return
    cluster.run(f"CREATE DATABASE {name} TEMPLATE {request.getfixturevalue('kept_database')}")
    yield made
    cluster.run(f"DROP DATABASE {name} WITH (FORCE)")


def rows(database: Database) -> dict[str, list[Mapping[str, Any]]]:
    """Everything that is remembered, as a program without any schema of its own sees it."""
    with database.reading() as connection:
        tables = [name for name in inspect(connection).get_table_names() if name != "meta"]
        return {
            name: [dict(row) for row in connection.execute(text(f"SELECT * FROM {name}")).mappings()] for name in tables
        }


def in_order(rows: Mapping[str, list[Mapping[str, Any]]]) -> dict[str, list[tuple[Any, ...]]]:
    """The rows in an order of their own."""
    return {
        table: sorted(tuple(str(value) for _, value in sorted(row.items())) for row in found)
        for table, found in rows.items()
    }


def test_an_older_state_gets_the_tables_that_a_new_one_has(old: Old, tmp_path: Path, cluster: Cluster) -> None:
    if old.kind == "sqlite":
        with closing(SqliteDatabase.open(None)) as new, new.reading() as connection:
            expected = columns(connection)
    else:
        cluster.run("CREATE DATABASE steps_new")
        with closing(PostgresDatabase.open(cluster.url("steps_new"), "geheim")) as new, new.reading() as connection:
            expected = columns(connection)
        cluster.run("DROP DATABASE steps_new WITH (FORCE)")
    assert expected == old.columns()
    assert version_after(STEPS) == old.version()


def test_an_earlier_version_that_still_runs_can_go_on_writing(old: Old) -> None:
    with closing(old.open(())) as database, database.reading() as connection:
        before = columns(connection)
    for table, new in old.columns().items():
        known = before.get(table, new)
        assert known.keys() <= new.keys()
        assert {} == {name: kind for name, (kind, nullable) in new.items() if name not in known and not nullable}
        assert {} == {name: new[name] for name, (_, nullable) in known.items() if nullable and not new[name][1]}


def test_no_row_is_lost_or_changed(old: Old) -> None:
    with closing(old.open(())) as database:
        before = rows(database)
    assert 1 == old.version()
    with closing(old.open()) as database:
        after = rows(database)
    new = {table: found[0].keys() - before[table][0].keys() for table, found in after.items() if found}
    assert {None} >= {row[name] for table, names in new.items() for row in after[table] for name in names}
    known = {
        table: [{name: value for name, value in row.items() if name not in new.get(table, ())} for row in found]
        for table, found in after.items()
    }
    assert in_order(before) == in_order(known)
    assert len(before["items"]) > 100


def test_what_was_remembered_is_read_and_written_as_before(old: Old) -> None:
    with closing(old.open()) as database:
        for name in PEOPLE:
            store = Store(database, name)
            assert store.load_history(NOW).items
            assert store.load_mirrors()
            unknown = replace(item(), anchor=None)
            store.remember(now=NOW, items=[unknown], calls=[call()], answers=[answer()], mirrors_after=keyed(mirror()))
            assert None is store.load_history(NOW).items[unknown.slot].anchor


def test_an_item_may_be_remembered_without_the_start_of_its_call(old: Old) -> None:
    with closing(old.open()) as database, database.writing("anna") as connection:
        connection.execute(text("UPDATE items SET anchor = NULL"))


def broken(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE calls ADD COLUMN half BIGINT"))
    connection.execute(text("UPDATE calls SET half = 1"))
    connection.execute(text("SELECT nothing FROM nowhere"))


def test_a_step_that_fails_leaves_the_state_as_it_was(old: Old) -> None:
    with closing(old.open(())) as database:
        before = rows(database)
    with pytest.raises(StoreError):
        old.open((*STEPS, broken))
    assert 1 == old.version()
    with closing(old.open(())) as database:
        assert before == rows(database)
    with closing(old.open()) as database:
        assert Store(database, "anna").load_history(NOW).calls


KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import text
from termintreu.storage import SqliteDatabase
from termintreu.storage.postgres import PostgresDatabase
from termintreu.storage.schema_steps import STEPS

def killed(connection):
    connection.execute(text("UPDATE calls SET uid = 'gone'"))
    os.kill(os.getpid(), signal.SIGKILL)

kind, place = sys.argv[1:]
if kind == "sqlite":
    SqliteDatabase.open(Path(place), steps=(*STEPS, killed))
else:
    PostgresDatabase.open(place, "geheim", steps=(*STEPS, killed))
"""


def test_a_process_that_is_killed_between_two_steps_leaves_the_state_as_it_was(old: Old) -> None:
    with closing(old.open(())) as database:
        before = rows(database)
    place = str(old.folder) if old.kind == "sqlite" else old.cluster.url(old.name)
    path = os.pathsep.join(entry for entry in sys.path if entry)
    command = [sys.executable, "-c", KILLED, old.kind, place]
    assert -signal.SIGKILL == subprocess.run(command, env={"PYTHONPATH": path}, check=False).returncode
    assert 1 == old.version()
    with closing(old.open(())) as database:
        assert before == rows(database)
    old.open().close()
    assert version_after(STEPS) == old.version()


def test_of_two_that_start_at_once_one_does_the_steps(old: Old) -> None:
    done: list[int] = []
    together = threading.Barrier(2)

    def counted(connection: Connection) -> None:
        done.append(1)
        connection.execute(text("ALTER TABLE calls ADD COLUMN once BIGINT"))

    def start(_: int) -> None:
        together.wait(10)
        old.open((*STEPS, counted)).close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(start, range(2)))
    assert [1] == done
    assert version_after(STEPS) + 1 == old.version()


def test_a_version_that_is_older_than_the_state_is_refused_with_one_sentence(old: Old) -> None:
    old.open().close()
    for read_only in (True, False):
        with pytest.raises(StoreError, match=r"was written by a newer version of termintreu; use that one") as caught:
            old.open((), read_only=read_only)
        assert "\n" not in str(caught.value)
    assert version_after(STEPS) == old.version()


def test_looking_only_changes_no_older_file(tmp_path: Path) -> None:
    path = lay_sqlite(OLDEST, tmp_path)
    before = path.read_bytes()
    with closing(SqliteDatabase.open(tmp_path, read_only=True)) as database:
        assert Store(database, "anna").load_history(NOW).items
    assert before == path.read_bytes()
    assert [path] == list(tmp_path.iterdir())


def test_looking_only_at_an_older_database_says_what_to_do(kept_database: str, cluster: Cluster) -> None:
    with pytest.raises(StoreError, match="an earlier version of termintreu; `termintreu once`"):
        PostgresDatabase.open(cluster.url(kept_database), "geheim", read_only=True)


def test_a_disk_that_is_full_leaves_the_older_state_whole(tmp_path: Path) -> None:
    path = lay_sqlite(OLDEST, tmp_path)

    def fill(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}")
        connection.exec_driver_sql("CREATE TABLE large AS SELECT zeroblob(1000000) AS data")

    with pytest.raises(StoreError, match="the disk is full"):
        SqliteDatabase.open(tmp_path, steps=(*STEPS, fill))
    with closing(sqlite3.connect(path)) as connection:
        assert (1,) == connection.execute("PRAGMA user_version").fetchone()
    with closing(SqliteDatabase.open(tmp_path)) as database:
        assert Store(database, "anna").load_history(NOW).items


def test_a_step_that_takes_rows_from_under_others_is_refused(tmp_path: Path) -> None:
    lay_sqlite(OLDEST, tmp_path)

    def careless(connection: Connection) -> None:
        connection.exec_driver_sql("DELETE FROM collections")

    with pytest.raises(StoreError, match="cannot be brought up to this version"):
        SqliteDatabase.open(tmp_path, steps=(*STEPS, careless))
    with closing(SqliteDatabase.open(tmp_path)) as database:
        assert Store(database, "anna").load_mirrors()
