"""Stands where systemd stands: hears what a daemon says of itself, for as long as the demo lives."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from termintreu.model.supervision import keep_thread


class NotifyListener:
    """What was heard."""

    def __init__(self) -> None:
        self.ready = threading.Event()
        self.beats = 0
        """How often the daemon has fed its watchdog."""

    def receive(self, message: bytes) -> None:
        """Take one message in."""
        fields = message.split(b"\n")
        self.beats += b"WATCHDOG=1" in fields
        if b"READY=1" in fields:
            self.ready.set()


@contextmanager
def listening(address: Path) -> Iterator[NotifyListener]:
    """Read everything that is sent to a unix socket at `address`, in a thread, until the block ends."""
    listener, stopping = NotifyListener(), threading.Event()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(address))

        def receive_all() -> None:
            while not stopping.is_set():
                listener.receive(channel.recv(65536))

        thread = keep_thread("the demo's ear", receive_all, stopping=stopping)
        try:
            yield listener
        finally:
            stopping.set()
            channel.shutdown(socket.SHUT_RD)  # wakes recv()
            thread.join()
