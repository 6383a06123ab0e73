"""Stands where systemd stands: hears what a daemon says of itself, for as long as the demo lives."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from termintreu.model.supervision import keep_thread


class Ear:
    """What was heard."""

    def __init__(self) -> None:
        self.ready = threading.Event()
        self.beats = 0
        """How often the daemon has fed its watchdog."""

    def hear(self, message: bytes) -> None:
        """Take one message in."""
        fields = message.split(b"\n")
        self.beats += b"WATCHDOG=1" in fields
        if b"READY=1" in fields:
            self.ready.set()


@contextmanager
def listening(address: Path) -> Iterator[Ear]:
    """Read everything that is sent to a unix socket at `address`, in a thread, until the block ends."""
    ear, stopping = Ear(), threading.Event()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(address))

        def drain() -> None:
            while not stopping.is_set():
                ear.hear(channel.recv(65536))

        thread = keep_thread("the demo's ear", drain, stopping=stopping)
        try:
            yield ear
        finally:
            stopping.set()
            channel.shutdown(socket.SHUT_RD)  # wakes recv()
            thread.join()
