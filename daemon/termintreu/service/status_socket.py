"""The status socket: a unix socket that only the daemon's user and root can open, for `termintreu status` and `once`.

A client sends one line, a JSON object whose `do` is "status" or "once" (default: "status"), and gets one JSON document.
Threads answer, so that a status is given while the event loop is busy with a large calendar. A status holds no names,
titles or numbers from calendars; the report of a cycle does.
"""

from __future__ import annotations

import contextlib
import json
import socket
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import BoundedSemaphore, Event, Thread
from typing import Any, Protocol

import structlog

from termintreu.model.defects import log_defect
from termintreu.model.supervision import keep_thread
from termintreu.service.status_client import PATIENCE, STATUS, Request, own_folder, socket_name

log = structlog.get_logger(__name__)

_LONGEST_REQUEST = 4096
"""Bytes."""
_ASKERS = 16
"""Connections that are answered at the same time; further ones wait."""

Respond = Callable[[Request], Mapping[str, Any]]


class Answering(Protocol):
    """Takes requests while its context lasts; see `answering`."""

    def __call__(
        self, config: Path, environ: Mapping[str, str], respond: Respond, *, state: Path | None = None
    ) -> contextlib.AbstractContextManager[None]:
        """As `answering`."""


@contextlib.contextmanager
def answering(
    config: Path, environ: Mapping[str, str], respond: Respond, *, state: Path | None = None
) -> Iterator[None]:
    """Answer requests while the context lasts. Without a folder for the socket, or where it fails, there is none.

    Args:
        config: the configuration's path.
        environ: names the folder.
        respond: gives the answer to a request; called from a thread, and may block.
        state: the folder of the state, which has the socket where there is no other folder; None: there is none.
    """
    folder = own_folder(environ) or state
    if folder is None:
        yield
        return
    path = folder / socket_name(config)
    try:
        channel = _listening(path)
    except OSError as error:
        log.warning(
            "status socket failed",
            why=error.strerror or str(error),
            do="check the runtime directory; `termintreu status` cannot ask this daemon, all else works",
        )
        yield
        return
    stopping = Event()
    keep_thread("the status socket", lambda: _serve(channel, respond, stopping), stopping=stopping)
    try:
        yield
    finally:
        stopping.set()
        with contextlib.suppress(OSError):  # wakes the thread's accept(); it may be gone already
            channel.shutdown(socket.SHUT_RDWR)
        channel.close()
        path.unlink(missing_ok=True)


def _listening(path: Path) -> socket.socket:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _clear(path)
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        # Connecting needs write permission, and is refused before listen(): no other user can connect in between.
        channel.bind(str(path))
        path.chmod(0o600)
        channel.listen(8)
    except OSError:
        channel.close()
        raise
    return channel


def _clear(path: Path) -> None:
    """Remove the socket of a killed daemon. Raises OSError where a daemon answers on it."""
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise FileExistsError(None, f"{path} is no socket")
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
        channel.settimeout(PATIENCE)
        try:
            channel.connect(str(path))
        except OSError:
            path.unlink(missing_ok=True)
            return
    raise FileExistsError(None, "another daemon runs with this configuration; stop one of them")


def _serve(channel: socket.socket, respond: Respond, stopping: Event) -> None:
    permits = BoundedSemaphore(_ASKERS)
    while True:
        try:
            asker, _ = channel.accept()
        except OSError:
            if stopping.is_set():
                return  # closed: the daemon ends
            raise
        permits.acquire()
        try:
            Thread(target=_answer, args=(asker, respond, permits), name="status", daemon=True).start()
        except RuntimeError:  # no thread can be started
            asker.close()
            permits.release()
            raise


def _answer(asker: socket.socket, respond: Respond, permits: BoundedSemaphore) -> None:
    try:
        with contextlib.suppress(OSError), asker:  # the client has hung up
            asker.settimeout(PATIENCE)
            asker.sendall(json.dumps(_response(_request(asker), respond), ensure_ascii=False).encode())
    except Exception as error:  # noqa: BLE001 - a defect in one answer must not end the others
        log_defect(log, "status request failed by a defect", error)
    finally:
        permits.release()


def _request(asker: socket.socket) -> Request:
    """The request; a status where none is sent in time."""
    received = bytearray()
    with contextlib.suppress(TimeoutError, ValueError):
        while b"\n" not in received and len(received) < _LONGEST_REQUEST and (part := asker.recv(_LONGEST_REQUEST)):
            received += part
        said = json.loads(received)
        if isinstance(said, dict):
            return said
    return STATUS


def _response(request: Request, respond: Respond) -> Mapping[str, Any]:
    try:
        return respond(request)
    except Exception as error:  # noqa: BLE001 - the client is told; other requests go on
        log_defect(log, "status request failed by a defect", error)
        return {"error": f"a defect of the daemon ({type(error).__name__}); its log says more"}
