"""Asking the running daemon on its status socket, see `status_socket`. Light: `status` should be quick."""

from __future__ import annotations

import hashlib
import json
import os
import socket
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

PATIENCE = 5.0
"""Seconds that either side waits for the other."""
_LARGEST = 32_000_000
"""Bytes of the longest answer that is read."""

Request = Mapping[str, Any]
STATUS: Request = {"do": "status"}


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


def ask(
    config: Path,
    environ: Mapping[str, str],
    run: Path = Path("/run"),
    *,
    request: Request = STATUS,
    patience: float = PATIENCE,
    state: Callable[[], Path | None] = lambda: None,
) -> dict[str, Any] | None:
    """The answer of the daemon of that configuration; None where none answers within `patience` (seconds).

    The socket of a daemon of this user, or of a unit of this machine (under `run`), is used; where the daemon has no
    runtime directory (in a container, from cron), it is in the folder of its `state`, which is only asked for then: it
    takes reading the configuration. Raises PermissionError where this user may not open it.
    """
    units = [run / "termintreu", *sorted(run.glob("termintreu-*")), *sorted(run.glob("user/*/termintreu"))]
    folders: list[Callable[[], Path | None]] = [
        partial(own_folder, environ),
        *(partial(Path, one) for one in units),
        state,
    ]
    refused: PermissionError | None = None
    for place in folders:
        folder = place()
        if folder is None:
            continue
        try:
            return _ask(folder / socket_name(config), request, patience)
        except PermissionError as error:
            refused = error
        except (OSError, ValueError):
            continue  # no daemon there, or one that is ending: try the next folder
    if refused is not None:
        raise refused
    return None


def _ask(path: Path, request: Request, patience: float) -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
        channel.settimeout(patience)
        channel.connect(str(path))
        channel.sendall(json.dumps(request).encode() + b"\n")
        received = bytearray()
        while part := channel.recv(65536):
            received += part
            if len(received) > _LARGEST:
                raise ValueError("too long for a status")
    return dict(json.loads(received))


def answers(config: Path) -> bool:
    """Whether a daemon of that configuration tells this user its status."""
    try:
        return "daemon" in (ask(config, os.environ) or {})
    except PermissionError:
        return False
