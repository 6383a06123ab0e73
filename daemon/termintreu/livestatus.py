"""The daemon's own word on how it fares, over a unix socket that only its user and root can open.

Whoever connects is sent one JSON document, and that is all. A thread of its own answers, so that a loop that is busy
with a large calendar still does. No names, titles or numbers from calendars are in it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import socket
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Thread
from typing import Any

import structlog

log = structlog.get_logger(__name__)

_PATIENCE = 5.0
"""Seconds that either side waits for the other."""
_LARGEST = 32_000_000
"""Bytes of the longest answer that is read."""


def socket_name(config: Path) -> str:
    """One name for each configuration, so that several daemons can share a folder."""
    return f"{hashlib.sha256(str(config.resolve()).encode()).hexdigest()[:12]}.sock"


def own_folder(environ: Mapping[str, str]) -> Path | None:
    """Where the daemon puts its socket: $RUNTIME_DIRECTORY (systemd), else $XDG_RUNTIME_DIR/termintreu."""
    # systemd separates several by colons; the first one is ours.
    if given := environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]:
        return Path(given)
    base = Path(environ.get("XDG_RUNTIME_DIR", ""))
    return base / "termintreu" if base.is_absolute() else None


def ask(config: Path, environ: Mapping[str, str], run: Path = Path("/run")) -> dict[str, Any] | None:
    """What the daemon of that configuration says of itself; None where none answers.

    Looks where a daemon of this user or a unit of this machine (`run`) would put its socket. Raises PermissionError
    where there is one that this user may not ask.
    """
    folders = [own_folder(environ), run / "termintreu", *sorted(run.glob("termintreu-*"))]
    refused: PermissionError | None = None
    for folder in folders:
        if folder is None:
            continue
        try:
            return _ask(folder / socket_name(config))
        except PermissionError as error:
            refused = error
        except (OSError, ValueError):
            continue  # nobody there, or one that dies just now: the next place, and then the state, tell more
    if refused is not None:
        raise refused
    return None


def _ask(path: Path) -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
        channel.settimeout(_PATIENCE)
        channel.connect(str(path))
        received = bytearray()
        while part := channel.recv(65536):
            received += part
            if len(received) > _LARGEST:
                raise ValueError("too long for a status")
    return dict(json.loads(received))


@contextlib.contextmanager
def answering(config: Path, environ: Mapping[str, str], document: Callable[[], Mapping[str, Any]]) -> Iterator[None]:
    """Answer for as long as the context lasts; without a folder for it, or where it fails, do without.

    Args:
        config: the configuration's path.
        environ: tells the folder.
        document: gives what is answered; called from a thread.
    """
    folder = own_folder(environ)
    if folder is None:
        yield
        return
    path = folder / socket_name(config)
    try:
        channel = _listening(path)
    except OSError as error:
        log.warning(
            "`termintreu status` cannot ask this daemon",
            why=error.strerror or str(error),
            do="look at the runtime directory; all else works",
        )
        yield
        return
    Thread(target=_serve, args=(channel, document), name="status", daemon=True).start()
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # wakes the thread's accept(); it may be gone already
            channel.shutdown(socket.SHUT_RDWR)
        channel.close()
        path.unlink(missing_ok=True)


def _listening(path: Path) -> socket.socket:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _clear(path)
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        # Connecting needs the right to write, and before listen() nobody can connect: no other user gets in between.
        channel.bind(str(path))
        path.chmod(0o600)
        channel.listen(8)
    except OSError:
        channel.close()
        raise
    return channel


def _clear(path: Path) -> None:
    """Remove what a killed daemon left. Raises OSError where another one is alive there."""
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise FileExistsError(None, f"{path} is no socket")
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
        channel.settimeout(_PATIENCE)
        try:
            channel.connect(str(path))
        except OSError:
            path.unlink(missing_ok=True)
            return
    raise FileExistsError(None, "another daemon runs with this configuration; stop one of them")


def _serve(channel: socket.socket, document: Callable[[], Mapping[str, Any]]) -> None:
    while True:
        try:
            asker, _ = channel.accept()
        except OSError:
            return  # closed: the daemon ends
        with contextlib.suppress(OSError), asker:  # who hangs up early gets no answer
            asker.settimeout(_PATIENCE)
            asker.sendall(json.dumps(document(), ensure_ascii=False).encode())
