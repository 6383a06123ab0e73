"""What is PostgreSQL's own about the state there; what is stored is tested in test_store, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection

from termintreu.model import History
from termintreu.model.errors import StoreError
from termintreu.storage import Store
from termintreu.storage.postgres import PostgresDatabase, conninfo_of
from tests.postgres import PostgresBench
from tests.unit.storage.test_store import NOW, answer, call, item, keyed, mirror


@pytest.fixture
def database(postgres: PostgresBench) -> Iterator[PostgresDatabase]:
    opened = PostgresDatabase.open(postgres.url, postgres.password, wait=1)
    yield opened
    opened.close()


def test_what_was_remembered_is_there_for_whoever_connects_next(postgres: PostgresBench) -> None:
    for _ in range(2):
        database = PostgresDatabase.open(postgres.url, postgres.password)
        store = Store(database, "anna")
        store.remember(
            now=NOW, calls=[call()], items=[item()], answers=[answer()], mirrors_after=keyed(mirror()), report={"ok": 1}
        )
        database.close()

    database = PostgresDatabase.open(postgres.url, postgres.password, read_only=True)
    store = Store(database, "anna")
    expected = History(items={item().slot: item()}, calls={call().key: call()}, answers={call().key: (answer(),)})
    assert expected == store.load_history(NOW)
    assert (keyed(mirror()), {"ok": 1}) == (store.load_mirrors(), store.last_report())
    with pytest.raises(StoreError, match="can only be read"):
        store.remember(now=NOW)
    database.close()


def test_profiles_do_not_see_each_other(database: PostgresDatabase) -> None:
    anna, ben = Store(database, "anna"), Store(database, "ben")
    anna.remember(now=NOW, calls=[call()], items=[item()], answers=[answer()], report={})
    ben.erase_contact("erika@muster.example")

    assert History() == ben.load_history(NOW)
    assert {call().key} == anna.load_history(NOW).calls.keys()


def test_looking_only_makes_no_tables(postgres: PostgresBench) -> None:
    database = PostgresDatabase.open(postgres.url, postgres.password, read_only=True)

    assert database.is_empty
    with postgres.connect() as connection:
        assert (0,) == connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    database.close()


def test_many_that_begin_at_once_make_the_tables_once(postgres: PostgresBench) -> None:
    def begin(_: int) -> None:
        PostgresDatabase.open(postgres.url, postgres.password).close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(begin, range(8)))


@pytest.mark.parametrize(
    ("change", "password", "word"),
    [
        (lambda url: url.replace("127.0.0.1:", "127.0.0.1:1"), "geheim", "cannot be reached"),
        (lambda url: url, "falsch wie nie", "refuses the log-in"),
        (lambda url: f"{url}_no", "geheim", "does not know that database"),
        (lambda _: "postgresql://x:y:z/", "geheim", "no address"),
    ],
)
def test_what_keeps_from_connecting_is_a_clear_sentence_without_the_password(
    postgres: PostgresBench, change: Callable[[str], str], password: str, word: str
) -> None:
    url = change(postgres.url)
    if "127.0.0.1:1" in url and url != postgres.url:
        url = "postgresql://termintreu@127.0.0.1:1/x"
    with pytest.raises(StoreError, match=word) as caught:
        PostgresDatabase.open(url, password)
    assert password not in str(caught.value)


def test_a_state_from_a_newer_version_is_left_alone(postgres: PostgresBench) -> None:
    PostgresDatabase.open(postgres.url, postgres.password).close()
    with postgres.connect() as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE name = 'schema_version'")
    for read_only in (True, False):
        with pytest.raises(StoreError, match="newer version of termintreu"):
            PostgresDatabase.open(postgres.url, postgres.password, read_only=read_only)


def test_a_server_that_ends_the_connection_is_a_clear_sentence_and_the_next_call_works(
    postgres: PostgresBench, database: PostgresDatabase
) -> None:
    store = Store(database, "anna")

    def cut(connection: Connection) -> None:
        with postgres.connect() as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = %s",
                [postgres.name],
            )

    with pytest.raises(StoreError, match=r"shutting down|cannot be reached"):
        Store(database, "anna", guard=cut).remember(now=NOW, calls=[call()])
    assert History() == store.load_history(NOW)
    store.remember(now=NOW, calls=[call()])
    assert {call().key} == store.load_history(NOW).calls.keys()


def test_what_a_guard_forbids_is_not_written(database: PostgresDatabase) -> None:
    def forbid(_: Connection) -> None:
        raise StoreError("another worker has this turn")

    store = Store(database, "anna", guard=forbid)
    for write in (
        lambda: store.remember(now=NOW, calls=[call()]),
        lambda: store.save_mirrors({}, keyed(mirror())),
        lambda: store.forget(NOW),
        lambda: store.erase_contact("x"),
    ):
        with pytest.raises(StoreError, match="another worker"):
            write()
    assert History() == store.load_history(NOW)


def test_writers_of_one_profile_wait_for_each_other_and_for_nobody_else(database: PostgresDatabase) -> None:
    inside, done = threading.Event(), threading.Event()

    def hold(_: Connection) -> None:
        inside.set()
        assert done.wait(30)

    def slow() -> None:
        Store(database, "anna", guard=hold).remember(now=NOW, calls=[call()])

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(slow)
        assert inside.wait(30)
        Store(database, "ben").remember(now=NOW, calls=[call()])
        with pytest.raises(StoreError, match="in use by another process"):
            Store(database, "anna").remember(now=NOW, calls=[call()])
        done.set()
        writing.result(30)


def test_what_the_database_cannot_hold_does_no_harm(database: PostgresDatabase) -> None:
    store = Store(database, "anna")
    store.remember(now=NOW, calls=[call(uid="a\0b")], report={"text": "a\0b"})

    assert "a\ufffdb" == store.load_history(NOW).calls[call().key].uid
    assert {"text": "a\0b"} == store.last_report()


def test_rows_that_were_never_written_by_us_are_a_clear_sentence(
    postgres: PostgresBench, database: PostgresDatabase
) -> None:
    store = Store(database, "anna")
    store.remember(now=NOW, calls=[call()])
    with postgres.connect() as connection:
        connection.execute("UPDATE calls SET moves = 'no json'")

    with pytest.raises(StoreError, match="holds what cannot be read"):
        store.load_history(NOW)


def test_the_address_keeps_the_password_apart() -> None:
    assert "postgresql://t:p%40ss@db.example:5433/x" == conninfo_of("postgresql://t@db.example:5433/x", "p@ss")
    assert "postgresql:///x?host=/run/postgresql" == conninfo_of("postgresql:///x?host=/run/postgresql", None).replace(
        "%2F", "/"
    )
