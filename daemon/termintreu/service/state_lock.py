"""Who may write a state now: one daemon for as long as it lives, or one command for as long as it takes.

A lock of the system (flock) on a file in the state's folder: it is free again as soon as whoever held it has ended,
however that was. What only reads, or answers, works beside it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import structlog

from termintreu.model.errors import TermintreuError

log = structlog.get_logger(__name__)

FILE_NAME = "lock"
PATIENCE = 5.0
"""Seconds for which a command that holds the lock is waited for; a daemon is not."""
_LOOK_EVERY = 0.05

Holder = Literal["run", "once", "purge"]


class StateInUse(TermintreuError):
    """Another process works with the state.

    Attributes:
        pid: of it; None where it is not known.
        holder: what it does.
    """

    def __init__(self, folder: Path, pid: int | None, holder: str) -> None:
        who = f"a daemon{_numbered(pid)} runs" if holder == "run" else f"`termintreu {holder}`{_numbered(pid)} works"
        super().__init__(f"{who} on the state {folder}")
        self.pid = pid
        self.holder = holder


@dataclass(frozen=True, slots=True, kw_only=True)
class StateLock:
    """The right to write a state, for as long as it is kept."""

    folder: Path
    descriptor: int | None
    """None: the folder cannot hold a lock."""

    def release(self) -> None:
        """Let go of it."""
        if self.descriptor is not None:
            os.close(self.descriptor)


def take(folder: Path, holder: Holder, *, patience: float = PATIENCE) -> StateLock:
    """Take the lock. Raises StateInUse where another process holds it.

    Args:
        folder: of the state; made where it is missing.
        holder: what it is taken for, as others are told.
        patience: seconds for which a command is waited for.

    A folder that cannot hold a lock (read-only, a file system without locks) is no reason not to go on.
    """
    deadline = time.monotonic() + patience
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / FILE_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return StateLock(folder=folder, descriptor=None)  # what opens the state says what is wrong with its folder
    while not _locked(descriptor):
        pid, other = _written(descriptor)
        if other == "run" or time.monotonic() >= deadline:
            os.close(descriptor)
            raise StateInUse(folder, pid, other)
        time.sleep(_LOOK_EVERY)
    with contextlib.suppress(OSError):  # a full disk: others are not told who it is
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "command": holder}).encode(), 0)
    return StateLock(folder=folder, descriptor=descriptor)


@contextlib.contextmanager
def held(folder: Path | None, holder: Holder) -> Iterator[None]:
    """Hold the lock of a state; nothing is locked where it has no folder. Raises as `take`."""
    lock = None if folder is None else take(folder, holder)
    try:
        yield
    finally:
        if lock is not None:
            lock.release()


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


def _numbered(pid: int | None) -> str:
    return "" if pid is None else f" (process {pid})"
