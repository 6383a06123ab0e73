"""The lock of a state: one daemon, or one command at a time, may write it.

It is an flock on a file in the state's folder, so the system releases it when the process ends, however that is.
Commands that only read, and `answer`, do not need it.
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
"""Seconds to wait for another command that holds the lock; a daemon is not waited for."""
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
    """The held lock of a state."""

    folder: Path
    descriptor: int | None
    """None: the folder does not support locks."""

    def release(self) -> None:
        """Release it."""
        if self.descriptor is not None:
            os.close(self.descriptor)


def take(folder: Path, holder: Holder, *, patience: float = PATIENCE) -> StateLock:
    """Take the lock. Raises StateInUse where another process holds it.

    Args:
        folder: of the state; made where it is missing.
        holder: what it is taken for, as other processes are told.
        patience: seconds to wait for another command.

    Where the folder does not support locks (read-only, a file system without locks), nothing is locked.
    """
    deadline = time.monotonic() + patience
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / FILE_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return StateLock(folder=folder, descriptor=None)  # opening the state reports what is wrong with its folder
    while not _locked(descriptor):
        pid, other = _holder(descriptor)
        if other == "run" or time.monotonic() >= deadline:
            os.close(descriptor)
            raise StateInUse(folder, pid, other)
        time.sleep(_LOOK_EVERY)
    with contextlib.suppress(OSError):  # a full disk: others are not told which process it is
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
    """Whether the lock is held now; also true where the file system does not support locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        log.warning("state lock failed", why=error.strerror, do="let no other process work with it")
    return True


def _holder(descriptor: int) -> tuple[int | None, str]:
    """Process id and command of the holder, as it wrote them; (None, "run") where they cannot be read."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        said = json.loads(os.pread(descriptor, 1024, 0))
        return int(said["pid"]), str(said["command"])
    return None, "run"


def _numbered(pid: int | None) -> str:
    return "" if pid is None else f" (process {pid})"
