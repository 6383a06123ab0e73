"""The state in an SQLite file: opened, checked, kept private, its errors turned into messages. What is stored is in the
other modules.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import RLock
from typing import Self

from sqlalchemy import Connection, Engine, Select, create_engine, event
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from termintreu.model.errors import StoreError
from termintreu.storage.schema_steps import STEPS, Step, refuse_newer, upgrade, version_after
from termintreu.storage.tables import metadata

FILE_NAME = "state.sqlite3"

APPLICATION_ID = 0x54524555
""""TREU" in the file's header tells our file from anybody else's."""

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}

_WORDS = {
    sqlite3.SQLITE_BUSY: "is in use by another process; try again when that is done",
    sqlite3.SQLITE_LOCKED: "is in use by another process; try again when that is done",
    sqlite3.SQLITE_FULL: "cannot grow: the disk is full",
    sqlite3.SQLITE_READONLY: "cannot be written: the file, its folder or its file system is read-only",
    sqlite3.SQLITE_PERM: "cannot be opened: permission is missing",
    sqlite3.SQLITE_AUTH: "cannot be opened: permission is missing",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; its folder must exist, and you must have the right to write there",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk reports an error",
    sqlite3.SQLITE_CORRUPT: "is damaged; it is set aside at the next start, and a new one begun",
    sqlite3.SQLITE_NOTADB: "is damaged; it is set aside at the next start, and a new one begun",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An engine on one connection, and notes for the user about how it was opened."""

    engine: Engine
    connection: sqlite3.Connection
    path: Path | None
    """None: in memory."""
    notes: tuple[str, ...] = ()


class SqliteDatabase:
    """A file, or memory, on one connection that all stores share; thread-safe."""

    def __init__(self, opened: Opened, folder: Path | None) -> None:
        self._opened = opened
        self._folder = folder
        self._lock = RLock()
        self.notes = opened.notes

    @classmethod
    def open(
        cls, folder: Path | None, *, read_only: bool = False, wait: float = 5.0, steps: Sequence[Step] = STEPS
    ) -> Self:
        """Open the state; one that an earlier version wrote is brought up to this one's schema.

        Args:
            folder: of state.sqlite3, which is made where it is missing; None: in memory.
            read_only: work on a copy in memory; in the folder nothing is created or written.
            wait: seconds to wait for another process that holds the file.
            steps: from one version of the schema to the next.
        """
        if folder is None:
            return cls(open_memory(steps), None)
        if read_only:
            return cls(open_copy(folder, wait, steps), None)
        return cls(open_file(folder, wait, steps), folder)

    @property
    def folder(self) -> Path | None:
        """As `Database.folder`."""
        return self._folder

    @property
    def is_near(self) -> bool:
        """False while another thread uses the connection: it may wait seconds for the file's lock."""
        if not self._lock.acquire(blocking=False):
            return False
        self._lock.release()
        return True

    @property
    def connection(self) -> sqlite3.Connection:
        """The driver's own connection."""
        return self._opened.connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read transaction: one consistent view. Raises StoreError, also for rows that cannot be decoded."""
        with self._lock, reading(self._opened) as connection:
            yield connection

    def answer(self, query: Select[str], parameters: Mapping[str, str]) -> str | None:
        """The text that a query returns. It goes past SQLAlchemy, since each cycle asks it."""
        with self._lock, in_words(self._opened.path):
            row = self._opened.connection.execute(_sql(query), parameters).fetchone()
        return None if row is None else str(row[0])

    @contextmanager
    def writing(self, profile: str) -> Iterator[Connection]:
        """A write transaction; one at a time. Raises StoreError."""
        with self._lock, writing(self._opened) as connection:
            yield connection

    def clean_up(self, deleted: int, before: datetime) -> None:
        """Empty the journal after a deletion, and delete damaged files that were set aside before that time (UTC)."""
        with self._lock, in_words(self._opened.path):
            if deleted:
                # A reader may still use the journal; the next clean-up empties it.
                empty_journal(self._opened)
            for path in self._set_aside():
                if path.stat().st_mtime < before.timestamp():
                    path.unlink()

    def scrub(self) -> None:
        """Remove deleted rows from every file in the folder; damaged files that were set aside are deleted."""
        with self._lock:
            with in_words(self._opened.path):
                for path in self._set_aside():
                    path.unlink()
            scrub(self._opened)

    def close(self) -> None:
        """Close the file; further calls fail."""
        with self._lock, in_words(self._opened.path):
            self._opened.engine.dispose()
            self._opened.connection.close()

    def _set_aside(self) -> list[Path]:
        return [] if self._folder is None else set_aside(self._folder)


@lru_cache(maxsize=16)
def _sql(query: Select[str]) -> str:
    return str(query.compile(dialect=dialect(paramstyle="named")))


@contextmanager
def in_words(path: Path | None) -> Iterator[None]:
    """Turn what SQLite, the file system and unreadable rows raise into a StoreError with one clear sentence."""
    place = _place(path)
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"{place} {_word(error.orig)}") from error
    except sqlite3.Error as error:
        raise StoreError(f"{place} {_word(error)}") from error
    except UnicodeDecodeError as error:
        raise StoreError(f"{place} {_WORDS[sqlite3.SQLITE_CORRUPT]}") from error
    except OSError as error:
        raise StoreError(f"{place} cannot be used: {error.strerror or 'the system refused'}") from error


def _place(path: Path | None) -> str:
    return "the state in memory" if path is None else f"the state {path}"


def open_memory(steps: Sequence[Step] = STEPS) -> Opened:
    """An empty state that ends with the process."""
    return _ready(sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False), None, steps)


def open_file(folder: Path, wait: float, steps: Sequence[Step] = STEPS) -> Opened:
    """The state in a folder, made where it is missing; a damaged file is set aside and a new one begun.

    Raises StoreError when it is another program's, from a newer version, locked for longer than `wait` seconds, or
    not to be read and written.
    """
    path = folder / FILE_NAME
    notes: tuple[str, ...] = ()
    with in_words(path):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection = _connect(path, wait, steps)
        if connection is None:
            aside = _set_aside(path)
            notes = (f"the state {path} was damaged; it was set aside as {aside.name}, and a new one begun",)
            connection = _connect(path, wait, steps)
            if connection is None:
                raise StoreError(f"the state {path} is damaged, and a new one cannot be made; is the disk healthy?")
        return _ready(connection, path, steps, notes)


def open_copy(folder: Path, wait: float, steps: Sequence[Step] = STEPS) -> Opened:
    """A copy in memory of the state in a folder; nothing is created, written or locked there.

    Without a journal nobody has the file open, and it is read as it is (`immutable`): a plain read-only connection
    would leave a journal behind. With one, the last changes may be in the journal.
    """
    path = folder / FILE_NAME
    with in_words(path):
        if not path.exists():
            return open_memory(steps)
        try:
            copy = _copy(path, wait)
            if _is_sound(copy, path, steps):
                return _ready(copy, None, steps)
            copy.close()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            if not _means_damage(error):
                raise
    memory = open_memory(steps)
    note = f"the state {path} is damaged; this command works with an empty state"
    return Opened(engine=memory.engine, connection=memory.connection, path=None, notes=(note,))


def set_aside(folder: Path) -> list[Path]:
    """The damaged files that were set aside in a folder."""
    return sorted(folder.glob(f"{FILE_NAME}.corrupt-*"))


@contextmanager
def reading(opened: Opened) -> Iterator[Connection]:
    """A read transaction: one consistent view. Raises StoreError, also for rows that cannot be decoded."""
    with in_words(opened.path), opened.engine.connect() as connection, connection.begin():
        try:
            yield connection
        except (ValueError, TypeError, OverflowError) as error:
            place = opened.path or "in memory"
            raise StoreError(f"the state {place} holds what cannot be read; move it away to start afresh") from error


@contextmanager
def writing(opened: Opened) -> Iterator[Connection]:
    """A write transaction. Raises StoreError."""
    with (
        in_words(opened.path),
        opened.engine.connect().execution_options(writes=True) as connection,
        connection.begin(),
    ):
        yield connection


def scrub(opened: Opened) -> None:
    """Write the file anew and empty its journal, so that no deleted data is left in them.

    Raises StoreError while another process still reads the old journal.
    """
    with in_words(opened.path):
        opened.connection.execute("VACUUM")
        if not empty_journal(opened):
            raise StoreError(
                f"the state {opened.path} is being read by another process, so that its journal could "
                "not be emptied; try again when that is done"
            )


def empty_journal(opened: Opened) -> bool:
    """Move the journal into the file and cut it to nothing; False while another process reads it."""
    busy, *_ = opened.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def _connect(path: Path, wait: float, steps: Sequence[Step]) -> sqlite3.Connection | None:
    """A connection to a sound file of ours, or None where it is damaged."""
    _keep_private(path)
    connection = sqlite3.connect(path, timeout=wait, isolation_level=None, check_same_thread=False)
    sound = False
    try:
        sound = _is_sound(connection, path, steps)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        if not _means_damage(error):
            raise
    finally:
        if not sound:
            connection.close()
    return connection if sound else None


def _is_sound(connection: sqlite3.Connection, path: Path, steps: Sequence[Step]) -> bool:
    """Whether the file is sound. Raises StoreError when it is not ours to touch."""
    connection.execute("BEGIN")
    (identity,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (entries,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    connection.execute("COMMIT")
    if entries and identity != APPLICATION_ID:
        raise StoreError(f"{path} is not termintreu's state but another program's file; choose another [state] path")
    _refuse_newer(version, steps, path)
    (result,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    return bool(result == "ok")


def _ready(
    connection: sqlite3.Connection, path: Path | None, steps: Sequence[Step], notes: tuple[str, ...] = ()
) -> Opened:
    # Of a new file. An event takes half of the usual page, and two on each leave much of it empty.
    connection.execute("PRAGMA page_size = 8192")
    connection.execute("PRAGMA secure_delete = ON")
    # Temporary files would carry personal data outside the folder.
    connection.execute("PRAGMA temp_store = MEMORY")
    if path is not None:
        connection.execute("PRAGMA journal_mode = WAL")
    # One connection for all: the driver's own transactions are off, ours begin below.
    engine = create_engine("sqlite+pysqlite://", creator=lambda: connection, poolclass=StaticPool)
    event.listen(engine, "begin", _begin)
    opened = Opened(engine=engine, connection=connection, path=path, notes=notes)
    try:
        with writing(opened) as transaction:
            _bring_up(transaction, steps, path)
    except BaseException:
        connection.close()
        raise
    # After the schema steps: a step that replaces a table would delete the rows that refer to it.
    connection.execute("PRAGMA foreign_keys = ON")
    return opened


def _bring_up(transaction: Connection, steps: Sequence[Step], path: Path | None) -> None:
    """Make the tables of a new file, or bring an older one up to date; the second process finds it done."""
    found = transaction.exec_driver_sql("PRAGMA user_version").scalar_one()
    if found:
        _refuse_newer(found, steps, path)
        if upgrade(transaction, found, steps) and transaction.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise StoreError(f"{_place(path)} cannot be brought up to this version; move it away to start afresh")
    metadata.create_all(transaction)
    transaction.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    transaction.exec_driver_sql(f"PRAGMA user_version = {version_after(steps)}")


def _refuse_newer(found: int, steps: Sequence[Step], path: Path | None) -> None:
    refuse_newer(found, steps, _place(path), ", or move the file away to start afresh")


def _begin(connection: Connection) -> None:
    # With the write lock from the start, two writers wait for each other instead of failing half-way.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _copy(path: Path, wait: float) -> sqlite3.Connection:
    journal = path.with_name(f"{FILE_NAME}-wal")
    copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    while True:
        mode = "mode=ro" if journal.exists() else "immutable=1"
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", timeout=wait, uri=True)) as original:
            # Reading something first meets a lock with `wait`; `backup` alone would wait for ever.
            original.execute("BEGIN")
            original.execute("SELECT count(*) FROM sqlite_master").fetchone()
            original.backup(copy)
        if mode == "mode=ro" or not journal.exists():
            return copy


def _keep_private(path: Path) -> None:
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    for each in (path, path.with_name(f"{FILE_NAME}-wal"), path.with_name(f"{FILE_NAME}-shm")):
        with suppress(FileNotFoundError):
            if each.stat().st_mode & 0o077:
                each.chmod(0o600)


def _set_aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{FILE_NAME}.corrupt-{number}")).exists():
        number += 1
    path.rename(aside)
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(f"{FILE_NAME}{suffix}").rename(f"{aside}{suffix}")
    return aside


def _means_damage(error: Exception) -> bool:
    """Whether the file is damaged; locks and full disks are not. An error that is no text quotes a damaged name."""
    return isinstance(error, UnicodeDecodeError) or _code(error) in _DAMAGED


def _code(error: BaseException | None) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _word(error: BaseException | None) -> str:
    return _WORDS.get(_code(error), "cannot be used: SQLite refused")
