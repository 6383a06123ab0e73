"""Files as a store of small documents: read whole under a cap, written atomically, told apart by ETags, and the
system's errors turned into ours. Messages name the source and what the system said, never a file's name or content.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import secrets
import stat
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from termintreu.model.errors import Forbidden, InvalidAnswer, NotFound, OutOfSpace, Unavailable

_FULL = {errno.ENOSPC, errno.EDQUOT}
_NEVER = {errno.EACCES, errno.EPERM, errno.EROFS, errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG}
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES}

_one_at_a_time = threading.Lock()
"""Within the process; between processes the folder itself is locked, where its file system can do that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A file as it was at one moment."""

    data: bytes
    etag: str
    """Strong: a mark of the file's state (modification time, inode, size) and a digest of its content."""
    modified: float
    """Seconds since the epoch."""


def noise(name: str) -> bool:
    """True for names that never stand for content: hidden files, temporary ones, editors' backups."""
    return name.startswith(".") or name.endswith((".tmp", "~", ".swp"))


def mark(found: os.stat_result) -> str:
    """The part of an ETag that can be had without reading."""
    text = f"{found.st_mtime_ns}:{found.st_ino}:{found.st_size}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def unread(etag: str | None, found: os.stat_result) -> bool:
    """True where a file with that ETag need not be read again."""
    return etag is not None and etag.startswith(f'"{mark(found)}-')


def same_content(one: str, other: str) -> bool:
    """True where two ETags stand for the same bytes, though the file may have been touched or restored."""
    return one.strip('"').partition("-")[2] == other.strip('"').partition("-")[2]


def _etag(found: os.stat_result, data: bytes) -> str:
    return f'"{mark(found)}-{hashlib.sha256(data).hexdigest()[:32]}"'


def read(path: Path, cap: int) -> Content:
    """A regular file's content, symlinks followed.

    Raises OSError, Forbidden where it is no regular file, InvalidAnswer where it is larger than `cap` bytes,
    Unavailable where it kept changing while it was read.
    """
    for _ in range(3):
        # Without O_NONBLOCK, opening a named pipe would wait for ever.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            before = os.fstat(handle)
            if not stat.S_ISREG(before.st_mode):
                raise Forbidden("not a regular file")
            data = file.read(cap + 1)
            if len(data) > cap:
                raise InvalidAnswer(f"larger than {cap} bytes")
            if mark(before) == mark(os.fstat(handle)) and len(data) == before.st_size:
                return Content(data=data, etag=_etag(before, data), modified=before.st_mtime)
    raise Unavailable("it is being written")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep every other writer of ours out of `folder`, in this process and in others."""
    with _one_at_a_time, contextlib.ExitStack() as stack:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        stack.callback(os.close, handle)
        # Some network file systems lock no folders; the lock within the process is there in any case.
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A file that is written in full and on disk, but does not bear its name yet."""

    path: Path
    data: bytes

    def state(self) -> tuple[int, int, int]:
        """Inode, modification time (ns) and size: the same under its later name."""
        return state(self.path)

    def place_new(self, path: Path) -> str:
        """Give it its name, where nothing bears it. Returns the ETag. Raises FileExistsError, OSError."""
        try:
            os.link(self.path, path)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            # No hard links on this file system: the name is taken first, then filled.
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o666))
            self.path.replace(path)
        return self._placed(path)

    def replace(self, path: Path) -> str:
        """Give it the name of the file at `path`, which is gone then. Returns the ETag. Raises OSError."""
        self.path.chmod(stat.S_IMODE(path.stat().st_mode))
        self.path.replace(path)
        return self._placed(path)

    def _placed(self, path: Path) -> str:
        _sync_folder(path.parent)
        return _etag(path.stat(), self.data)


@contextmanager
def draft(folder: Path, data: bytes) -> Iterator[Draft]:
    """A hidden file in `folder` that holds `data`; gone at the end unless it was given a name. Raises OSError."""
    path = folder / f".termintreu-{secrets.token_hex(8)}.tmp"
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
        yield Draft(path=path, data=data)
    finally:
        path.unlink(missing_ok=True)


def make_folder(path: Path, contents: Mapping[str, bytes]) -> None:
    """Make a folder with these files in it; it appears under its name only when it is whole. Raises OSError."""
    hidden = path.parent / f".termintreu-{secrets.token_hex(8)}.tmp"
    hidden.mkdir()
    for name, data in contents.items():
        with draft(hidden, data) as file:
            file.place_new(hidden / name)
    hidden.rename(path)
    _sync_folder(path.parent)


def remove(path: Path) -> None:
    """Delete a file for good. Raises OSError."""
    path.unlink()
    _sync_folder(path.parent)


def state(path: Path) -> tuple[int, int, int]:
    """Inode, modification time (ns) and size of the file itself, symlinks not followed. Raises OSError."""
    found = path.lstat()
    return found.st_ino, found.st_mtime_ns, found.st_size


@contextmanager
def errors_of(source: str) -> Iterator[None]:
    """Turns OSError into the errors of `termintreu.model.errors`, each with the source's name."""
    try:
        yield
    except OSError as error:
        text = f"{source}: {os.strerror(error.errno) if error.errno else 'the file system failed'}"
        if error.errno == errno.ENOENT:
            raise NotFound(text) from error
        if error.errno in _FULL:
            raise OutOfSpace(text) from error
        if error.errno in _NEVER:
            raise Forbidden(text) from error
        raise Unavailable(text) from error


def _sync_folder(folder: Path) -> None:
    """So that a name survives a power cut; where a file system cannot do that, it is no failure of the write."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with contextlib.suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)
