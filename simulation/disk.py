"""The machine's disk: real files and real SQLite, which fail, fill up, or are torn when the machine says so."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

FILES = ("state.sqlite3", "state.sqlite3-wal")


class Disk:
    """Where the states of one process are."""

    def __init__(self) -> None:
        self.trouble = ""
        """ "full", "locked", "io" or nothing."""
        self.kills_in: int | None = None
        """After so many statements that write, the process is killed."""
        self.kill: Callable[[], None] = lambda: None
        self.open: list[Connection] = []

    def before(self, statement: str) -> None:
        """A statement is about to be carried out. Raises what SQLite would."""
        word = statement.lstrip()[:6].upper()
        if word not in {"BEGIN ", "INSERT", "UPDATE", "DELETE", "COMMIT", "REPLAC"} or statement == "BEGIN":
            return
        if self.kills_in is not None:
            self.kills_in -= 1
            if self.kills_in < 0:
                self.kills_in = None
                self.kill()
        if self.trouble == "locked" and word == "BEGIN ":
            raise _failure(sqlite3.SQLITE_BUSY, "database is locked")
        if self.trouble == "full" and word in {"INSERT", "UPDATE", "COMMIT"}:
            raise _failure(sqlite3.SQLITE_FULL, "database or disk is full")
        if self.trouble == "io":
            raise _failure(sqlite3.SQLITE_IOERR, "disk I/O error")

    @contextmanager
    def installed(self) -> Iterator[None]:
        """What is opened while the context lasts is on this disk."""
        real = sqlite3.connect
        made = partial(Connection, self)

        def connect(*args: Any, **more: Any) -> sqlite3.Connection:
            return real(*args, **{"factory": made, **more})

        with mock.patch.object(sqlite3, "connect", connect):
            yield

    def dies(self) -> None:
        """The process that had these open is gone."""
        for connection in self.open:
            with suppress(sqlite3.Error):
                sqlite3.Connection.close(connection)
        self.open.clear()


class Cursor(sqlite3.Cursor):
    """A cursor on a disk with troubles."""

    def execute(self, sql: str, *parameters: Any) -> Cursor:
        self.connection.disk.before(sql)
        return super().execute(sql, *parameters)

    def executemany(self, sql: str, parameters: Any) -> Cursor:
        self.connection.disk.before(sql)
        return super().executemany(sql, parameters)


class Connection(sqlite3.Connection):
    """A connection on a disk with troubles."""

    def __init__(self, disk: Disk, *args: Any, **more: Any) -> None:
        self.disk = disk
        super().__init__(*args, **more)
        disk.open.append(self)

    def cursor(self, factory: Any = Cursor) -> Any:
        return super().cursor(factory)

    def execute(self, sql: str, *parameters: Any) -> Any:
        return self.cursor().execute(sql, *parameters)

    def commit(self) -> None:
        if self.in_transaction:
            self.disk.before("COMMIT")
        super().commit()

    def close(self) -> None:
        if self in self.disk.open:
            self.disk.open.remove(self)
        super().close()


def _failure(code: int, text: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = code
    return error


def saved(folder: Path, into: Path) -> None:
    """Copy a state as it lies there, in the middle of whatever is being done to it."""
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    for name in FILES:
        if (folder / name).exists():
            shutil.copyfile(folder / name, into / name)


def restored(saved_in: Path, folder: Path) -> None:
    """Put a saved state back."""
    for path in folder.glob("state.sqlite3*"):
        if "corrupt" not in path.name:
            path.unlink()
    for path in saved_in.iterdir():
        shutil.copyfile(path, folder / path.name)
        (folder / path.name).chmod(0o600)


def torn(folder: Path, how: str, part: float) -> None:
    """Damage a state that nobody has open: "journal" cuts its journal short, "page" overwrites a page."""
    file, journal = folder / FILES[0], folder / FILES[1]
    if how == "journal" and journal.exists():
        os.truncate(journal, int(journal.stat().st_size * part))
    if how == "page" and file.exists():
        size = file.stat().st_size
        at = int(size * part) // 8192 * 8192
        with file.open("r+b") as opened:
            opened.seek(at)
            opened.write(b"\xa5" * min(8192, size - at))


def close_all_in(folder: Path) -> None:
    """What the system does for a process that has ended: nothing below this folder is open any more."""
    for entry in sorted(Path("/proc/self/fd").iterdir(), key=lambda path: int(path.name)):
        with suppress(OSError):
            if str(entry.readlink()).startswith(f"{folder}/"):
                os.close(int(entry.name))
