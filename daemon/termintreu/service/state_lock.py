"""Who may write a state now: one daemon for as long as it lives, or one command for as long as it takes.

A lock of the system (flock) on a file in the state's folder, or one of the database's (`session_lock`): it is free
again as soon as whoever held it has ended, however that was. What only reads, or answers, works beside it. So do
workers: they share a database, and claim each turn in it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import structlog

from termintreu.model.errors import TermintreuError
from termintreu.storage.session_lock import SessionLock, SessionPlace

log = structlog.get_logger(__name__)

FILE_NAME = "lock"
PATIENCE = 5.0
"""Seconds for which a command that holds the lock is waited for; a daemon is not."""
_LOOK_EVERY = 0.05

Holder = Literal["run", "once", "purge"]
Place = Path | SessionPlace
"""The folder of a state, or its database."""


class StateInUse(TermintreuError):
    """Another process works with the state.

    Attributes:
        pid: of it; None where it is not known.
        holder: what it does.
    """

    def __init__(self, place: Place, pid: int | None, holder: str, host: str = "") -> None:
        number = "" if pid is None else f" (process {pid}{f' on {host}' if host else ''})"
        who = f"a daemon{number} runs" if holder == "run" else f"`termintreu {holder}`{number} works"
        super().__init__(f"{who} on the state {place}")
        self.pid = pid
        self.holder = holder


class StateLock(Protocol):
    """The right to write a state, for as long as it is kept."""

    @property
    def place(self) -> Place:
        """What is locked."""

    def keep(self) -> None:
        """Look after it. Raises StateInUse where another process has it meanwhile, StoreError where nobody knows."""

    def release(self) -> None:
        """Let go of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderLock:
    """The lock of a folder."""

    place: Path
    descriptor: int | None
    """None: the folder cannot hold a lock."""

    def keep(self) -> None:
        """See `StateLock`: the system keeps it."""

    def release(self) -> None:
        """See `StateLock`."""
        if self.descriptor is not None:
            os.close(self.descriptor)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseLock:
    """The lock of a database."""

    place: SessionPlace
    session: SessionLock

    def keep(self) -> None:
        """See `StateLock`: it goes with the server, and is taken again."""
        if not self.session.is_kept():
            raise _in_use(self.place, self.session.holder())

    def release(self) -> None:
        """See `StateLock`."""
        self.session.close()


def take(place: Place, holder: Holder, *, patience: float = PATIENCE) -> StateLock:
    """Take the lock. Raises StateInUse where another process holds it, StoreError where the database cannot be asked.

    Args:
        place: of the state; a folder is made where it is missing.
        holder: what it is taken for, as others are told.
        patience: seconds for which a command is waited for.

    A folder that cannot hold a lock (read-only, a file system without locks) is no reason not to go on.
    """
    if isinstance(place, Path):
        return _folder_locked(place, holder, patience)
    return _database_locked(place, holder, patience)


def _folder_locked(folder: Path, holder: Holder, patience: float) -> FolderLock:
    deadline = time.monotonic() + patience
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / FILE_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return FolderLock(place=folder, descriptor=None)  # what opens the state says what is wrong with its folder
    while not _locked(descriptor):
        pid, other = _written(descriptor)
        if other == "run" or time.monotonic() >= deadline:
            os.close(descriptor)
            raise StateInUse(folder, pid, other)
        time.sleep(_LOOK_EVERY)
    with contextlib.suppress(OSError):  # a full disk: others are not told who it is
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "command": holder}).encode(), 0)
    return FolderLock(place=folder, descriptor=descriptor)


def _database_locked(place: SessionPlace, holder: Holder, patience: float) -> DatabaseLock:
    deadline = time.monotonic() + patience
    session = SessionLock(place, f"termintreu {holder} {os.getpid()} {_host()}")
    try:
        while not session.take():
            busy = _in_use(place, session.holder())
            if busy.holder == "run" or time.monotonic() >= deadline:
                raise busy
            time.sleep(_LOOK_EVERY)
    except TermintreuError:
        session.close()
        raise
    return DatabaseLock(place=place, session=session)


@contextlib.contextmanager
def held(place: Place | None, holder: Holder) -> Iterator[None]:
    """Hold the lock of a state; None: nothing is locked. Raises as `take`."""
    lock = None if place is None else take(place, holder)
    try:
        yield
    finally:
        if lock is not None:
            lock.release()


def _in_use(place: SessionPlace, name: str) -> StateInUse:
    """Who holds the lock of a database, by the name of their session; a daemon where it cannot be told."""
    _, command, pid, host = (*name.split(" ", 3), "", "", "", "")[:4]
    if not (command in {"run", "once", "purge"} and pid.isdecimal()):
        return StateInUse(place, None, "run")
    return StateInUse(place, int(pid), command, "" if host == _host() else host)


def _host() -> str:
    """This machine's name, as it fits into that of a session."""
    return "".join(letter for letter in socket.gethostname() if letter.isascii() and letter.isprintable())[:30]


def _locked(descriptor: int) -> bool:
    """Whether it is ours now; as good as ours where the file system knows no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        log.warning("the state cannot be locked", why=error.strerror, do="let no other process work with it")
    return True


def _written(descriptor: int) -> tuple[int | None, str]:
    """Process and command of whoever holds the lock, as they wrote it; a daemon's where that cannot be read."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        said = json.loads(os.pread(descriptor, 1024, 0))
        return int(said["pid"]), str(said["command"])
    return None, "run"
