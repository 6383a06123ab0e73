"""Receives the daemon's sd_notify messages, in the place of systemd, while the demo runs."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from termintreu.model.supervision import keep_thread


class NotifyListener:
    """The state of the daemon, from its messages."""

    def __init__(self) -> None:
        self.ready = threading.Event()
        self.beats = 0
        """Number of watchdog messages."""

    def receive(self, message: bytes) -> None:
        """Process one message."""
        fields = message.split(b"\n")
        self.beats += b"WATCHDOG=1" in fields
        if b"READY=1" in fields:
            self.ready.set()


@contextmanager
def listen(address: Path) -> Iterator[NotifyListener]:
    """Receive the messages sent to a unix socket at `address`, in a thread, until the block ends."""
    listener, stopping = NotifyListener(), threading.Event()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(address))

        def receive_all() -> None:
            while not stopping.is_set():
                listener.receive(channel.recv(65536))

        thread = keep_thread("the demo's notify listener", receive_all, stopping=stopping)
        try:
            yield listener
        finally:
            stopping.set()
            channel.shutdown(socket.SHUT_RD)  # wakes recv()
            thread.join()
