"""Entries of the systemd journal with fields of their own, so that `journalctl TERMINTREU_EVENT=cycle` finds them
(systemd's native protocol: a datagram of KEY=value lines; a value with line breaks goes by its length).
"""

from __future__ import annotations

import contextlib
import re
import socket
import struct
from collections.abc import Mapping
from pathlib import Path

SOCKET = Path("/run/systemd/journal/socket")
PREFIX = "TERMINTREU_"
_KEY = re.compile(r"[^A-Z0-9_]")
_LONGEST = 16_384
"""Characters of one value: a datagram has an end."""


class Journal:
    """The journal's socket; what cannot be sent is told to the caller, who has another way."""

    def __init__(self, path: Path = SOCKET) -> None:
        self._path = str(path)
        self._socket: socket.socket | None = None

    def send(self, message: str, priority: int, fields: Mapping[str, object]) -> bool:
        """Write one entry; whether the journal took it.

        Args:
            message: shown by `journalctl`.
            priority: as syslog has it, 0 to 7.
            fields: names without prefix, in any case; each becomes TERMINTREU_<NAME>.
        """
        entry = {"MESSAGE": message, "PRIORITY": str(priority), "SYSLOG_IDENTIFIER": "termintreu"}
        entry |= {PREFIX + _KEY.sub("_", name.upper()): str(value) for name, value in fields.items()}
        datagram = b"".join(_line(name, value[:_LONGEST]) for name, value in entry.items())
        try:
            if self._socket is None:
                channel = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
                # A journal that does not read must not stop the program.
                channel.setblocking(False)
                self._socket = channel
            self._socket.sendto(datagram, self._path)
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Close the socket."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.close()
            self._socket = None


def _line(name: str, value: str) -> bytes:
    raw = value.encode("utf-8", "replace")
    if b"\n" not in raw:
        return name.encode() + b"=" + raw + b"\n"
    return name.encode() + b"\n" + struct.pack("<Q", len(raw)) + raw + b"\n"
