"""Log-ins that `termintreu login` obtained: one file a source, in the state folder of this machine, for its owner only.
They stand beside the database and never in it, whether that is a file or a server.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from termintreu.model.errors import StoreError
from termintreu.model.logins import Login, LoginKind

FOLDER = "logins"
_FORM = 1
"""Of the files; one of another form is not understood."""
_ROOM = 16_384
"""Bytes: more than any log-in takes."""
_MOMENTS = frozenset({"obtained_at", "renewed_at", "expires_at", "ends_at"})


class LoginFile:
    """The log-in of one source of one profile."""

    def __init__(self, folder: Path, profile: str, source: str) -> None:
        """`folder`: of the state; nothing is made in it before something is kept."""
        key = hashlib.sha256(f"{profile}\0{source}".encode()).hexdigest()[:16]
        self._folder = folder / FOLDER
        self._source = source
        self._path = self._folder / f"{key}.json"
        self._new = self._folder / f"{key}.json.new"
        self._lock = self._folder / f"{key}.lock"

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    @property
    def watched(self) -> str:
        """As `LoginStore.watched`."""
        return str(self._path)

    def load(self) -> Login | None:
        """As `LoginStore.load`; one that cannot be understood counts as none."""
        return self._read(self._path)

    def mark(self) -> str:
        """As `LoginStore.mark`."""
        try:
            found = self._path.stat()
        except OSError:
            return ""
        return f"{found.st_ino}-{found.st_mtime_ns}-{found.st_size}"

    def prepare(self) -> None:
        """As `LoginStore.prepare`."""
        with self._told():
            self._make_folder()
            self._write(self._new, b" " * _ROOM)

    def save(self, login: Login) -> None:
        """As `LoginStore.save`."""
        content = json.dumps(_plain(login, self._source), indent=1).encode() + b"\n"
        with self._told():
            self._make_folder()
            self._write(self._new, content)
            self._new.replace(self._path)
            self._sync_folder()

    def forget(self) -> None:
        """As `LoginStore.forget`."""
        with self._told():
            for path in (self._new, self._path):
                _wipe(path)
            if self._folder.is_dir():
                self._sync_folder()

    @contextmanager
    def exclusive(self) -> Iterator[bool]:
        """As `LoginStore.exclusive`. What a process left that died between writing and naming it is taken over."""
        with self._told():
            self._make_folder()
            file = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            _give_to_owner(file, self._folder)
        try:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
                return
            with self._told():
                self._adopt()
            yield True
        finally:
            os.close(file)

    def _adopt(self) -> None:
        left, held = self._read(self._new), self._read(self._path)
        if left is not None and held is not None and left.place == held.place and left.since > held.since:
            self._new.replace(self._path)
            self._sync_folder()

    def _read(self, path: Path) -> Login | None:
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(f"{path}: the log-in cannot be read ({error.strerror})") from error
        try:
            return _login(json.loads(content))
        except (ValueError, TypeError, KeyError):
            return None

    def _make_folder(self) -> None:
        if not self._folder.is_dir():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.geteuid() == 0:
                owner = self._folder.parent.stat()
                os.chown(self._folder, owner.st_uid, owner.st_gid)

    def _write(self, path: Path, content: bytes) -> None:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(file, "wb") as stream:
            os.fchmod(file, 0o600)
            _give_to_owner(file, self._folder)
            stream.write(content)
            stream.flush()
            os.fsync(file)

    def _sync_folder(self) -> None:
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            why = error.strerror or "the system refused"
            raise StoreError(f"{self._folder}: the log-in of {self._source!r} cannot be kept there ({why})") from error


def _give_to_owner(file: int, folder: Path) -> None:
    """What root keeps is for the service, whose folder it is."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.fchown(file, owner.st_uid, owner.st_gid)


def _wipe(path: Path) -> None:
    """Overwrite a file, then remove it."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError as error:
        if error.errno == errno.ENOENT:
            return
        raise
    with os.fdopen(file, "wb") as stream:
        stream.write(b"\0" * os.fstat(file).st_size)
        stream.flush()
        os.fsync(file)
    path.unlink(missing_ok=True)


def _plain(login: Login, source: str) -> dict[str, Any]:
    values = {each.name: getattr(login, each.name) for each in fields(login)}
    return {"form": _FORM, "source": source} | {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }


def _login(plain: Any) -> Login:
    """Raises ValueError, TypeError or KeyError where it is none."""
    if plain["form"] != _FORM:
        raise ValueError(plain["form"])
    given = {each.name: plain[each.name] for each in fields(Login) if each.name in plain}
    for name in _MOMENTS & given.keys():
        if given[name] is not None:
            given[name] = datetime.fromisoformat(given[name])
    if not isinstance(given["secret"], str) or given["kind"] not in get_args(LoginKind):
        raise TypeError(given["kind"])
    return Login(**given)
