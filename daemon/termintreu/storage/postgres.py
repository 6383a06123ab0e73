"""The state on a PostgreSQL server, for many profiles and machines: opened, its tables made, and its errors put into
messages. What is stored is in the other modules.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Self

from sqlalchemy import URL, Connection, Engine, Select, create_engine, inspect, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from termintreu.model.errors import StoreError
from termintreu.storage.schema_steps import FIRST_VERSION, STEPS, Step, refuse_newer, upgrade, version_after
from termintreu.storage.tables import meta, metadata

_EVERYBODY = ""
"""The profile under which the database's own values are kept; no profile's name is empty."""
_IS_VERSION = (meta.c.profile == _EVERYBODY) & (meta.c.name == "schema_version")
_MAKING = 0x54524555
"""Advisory lock for making or changing the tables."""

_WORDS = {
    "08": "cannot be reached",
    "28": "refuses the log-in: check user and password",
    "3D": "does not know that database; create it first",
    "42501": "refuses: the user has no right to do that in this database",
    "53100": "cannot grow: its disk is full",
    "53": "has no room for another connection now; try again later",
    "55P03": "is in use by another process; try again when that is done",
    "40": "is in use by another process; try again when that is done",
    "57014": "took too long to answer",
    "57": "is shutting down or starting up; try again later",
    "25006": "can only be read: it is opened so, or it is a replica",
}
"""By SQLSTATE or its class (PostgreSQL manual, appendix A); the longest match counts."""


class PostgresDatabase:
    """A PostgreSQL database, over a pool of connections; thread-safe."""

    is_near = False
    notes: tuple[str, ...] = ()

    def __init__(self, engine: Engine, *, read_only: bool = False, steps: Sequence[Step] = STEPS) -> None:
        self._engine = engine
        self._steps = steps
        self._read_only = read_only
        url = engine.url
        self._place = f"the state on {url.host or 'the local server'}, database {url.database or url.username or '?'},"

    @classmethod
    def open(
        cls,
        url: str,
        password: str | None = None,
        *,
        read_only: bool = False,
        pool: int = 8,
        wait: float = 10.0,
        steps: Sequence[Step] = STEPS,
    ) -> Self:
        """Connect, and make the tables where they are missing, or bring them up to this version's schema.

        Args:
            url: such as postgresql://user@host/database, without a password.
            password: of that user; None where the server asks for none, or libpq finds one itself.
            read_only: nothing is made or written; without tables, the state is empty, and
                tables of an earlier version are refused.
            pool: connections that are kept; twice as many at most.
            wait: seconds to wait for a connection, and for a lock.
            steps: from one version of the schema to the next.

        Raises StoreError.
        """
        options = f"-c lock_timeout={int(wait * 1000)} -c statement_timeout={int(wait * 12_000)}"
        # A process that is suspended within a transaction blocks others for this long at most.
        options += f" -c idle_in_transaction_session_timeout={int(wait * 2_000)}"
        try:
            engine = create_engine(
                url_of(url, password),
                pool_size=pool,
                max_overflow=pool,
                pool_timeout=wait * 6,
                # No ping before each use: a connection that is lost costs one turn, and the pool is made anew.
                pool_use_lifo=True,
                connect_args={"connect_timeout": int(wait), "application_name": "termintreu", "options": options},
            )
        except ImportError as error:
            raise StoreError("[state] url needs the driver: pip install 'termintreu[scale]'") from error
        database = cls(engine, read_only=read_only, steps=steps)
        try:
            database._make_tables()
        except BaseException:
            engine.dispose()
            raise
        return database

    @property
    def folder(self) -> Path | None:
        """None: its files are on another machine, or another's affair."""
        return None

    @property
    def is_empty(self) -> bool:
        """Whether our tables do not exist yet."""
        with in_words(self._place):
            return not inspect(self._engine).has_table(meta.name)

    @property
    def engine(self) -> Engine:
        """The SQLAlchemy engine, for other tables in the same database."""
        return self._engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read transaction: one consistent view. Raises StoreError, also for rows that cannot be decoded."""
        with in_words(self._place), self._engine.connect() as raw:
            connection = raw.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin(), self._sound():
                yield connection

    def answer(self, query: Select[str], parameters: Mapping[str, str]) -> str | None:
        """The text that a query returns; a transaction would need two more round trips."""
        with self.at_once() as connection:
            return connection.scalar(query, parameters)

    @contextmanager
    def at_once(self) -> Iterator[Connection]:
        """A connection in autocommit mode, for single statements. Raises StoreError."""
        with in_words(self._place), self._engine.connect() as raw:
            yield raw.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def _sound(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, TypeError, OverflowError) as error:
            raise StoreError(f"{self._place} holds what cannot be read") from error

    @contextmanager
    def writing(self, profile: str) -> Iterator[Connection]:
        """A write transaction. Writers of one profile wait for each other."""
        with in_words(self._place), self._engine.connect() as raw:
            connection = raw.execution_options(postgresql_readonly=self._read_only)
            with connection.begin():
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _lock_key(profile)})
                yield connection

    def clean_up(self, deleted: int, before: datetime) -> None:
        """Nothing to do: PostgreSQL keeps no files beside the tables."""

    def scrub(self) -> None:
        """Vacuum the tables. Archived write-ahead logs and backups are the administrator's."""
        with in_words(self._place), self._engine.connect() as raw:
            connection = raw.execution_options(isolation_level="AUTOCOMMIT")
            for table in metadata.sorted_tables:
                connection.execute(text(f"VACUUM {table.name}"))

    def close(self) -> None:
        """Close the pool."""
        with in_words(self._place):
            self._engine.dispose()

    def _make_tables(self) -> None:
        with in_words(self._place):
            if not self._read_only:
                self._bring_up()
            elif not self.is_empty:
                with self.reading() as connection:
                    self._refuse_another(self._version(connection))

    def _bring_up(self) -> None:
        """Make the tables, or bring older ones up to date, under a lock: the second process finds it done."""
        with self._engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MAKING})
            wanted = version_after(self._steps)
            found = self._version(connection) if inspect(connection).has_table(meta.name) else wanted
            refuse_newer(found, self._steps, self._place)
            upgrade(connection, found, self._steps)
            metadata.create_all(connection)
            connection.execute(meta.delete().where(_IS_VERSION))
            row = {"profile": _EVERYBODY, "name": "schema_version", "value": str(wanted)}
            connection.execute(meta.insert().values(row))

    def _version(self, connection: Connection) -> int:
        found = connection.scalar(select(meta.c.value).where(_IS_VERSION))
        return FIRST_VERSION if found is None else int(found)

    def _refuse_another(self, found: int) -> None:
        """Raise StoreError for tables of another version: they cannot be read as they are, and may not be changed."""
        refuse_newer(found, self._steps, self._place)
        if found < version_after(self._steps):
            raise StoreError(
                f"{self._place} was written by an earlier version of termintreu; `termintreu once` or the daemon "
                "brings it up to date"
            )


@contextmanager
def in_words(place: str) -> Iterator[None]:
    """Turn what the driver raises into a StoreError with one clear sentence; it may quote values, so none is."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"{place} {_word(error.orig)}") from error
    except PoolTimeout as error:
        raise StoreError(f"{place} {_WORDS['53']}") from error


def url_of(url: str, password: str | None) -> URL:
    """The configured URL for SQLAlchemy. Raises StoreError."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError("[state] url is no address of a PostgreSQL database") from None
    parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed if password is None else parsed.set(password=password)


def conninfo_of(url: str, password: str | None) -> str:
    """The connection string for libpq; it holds the password."""
    return url_of(url, password).set(drivername="postgresql").render_as_string(hide_password=False)


def _lock_key(profile: str) -> int:
    return int.from_bytes(hashlib.sha256(profile.encode()).digest()[:8], "big", signed=True)


def _word(error: BaseException | None) -> str:
    state = getattr(error, "sqlstate", None) or _refusal(str(error))
    return next((_WORDS[key] for key in (state, state[:2]) if key in _WORDS), f"cannot be used (SQLSTATE {state})")


def _refusal(said: str) -> str:
    """The SQLSTATE of a failed connection, guessed from the message: libpq gives no code."""
    if "does not exist" in said and "database" in said:
        return "3D"
    return "28" if "authentication" in said or "password" in said or "pg_hba" in said else "08"
