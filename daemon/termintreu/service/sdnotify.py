"""sd_notify(3) in the standard library: tells systemd READY, STATUS, WATCHDOG, STOPPING. Silent elsewhere.

Sending never blocks: a manager that does not read misses messages. READY and STOPPING are sent again until they are
received.
"""

from __future__ import annotations

import os
import socket
import time

_LASTING = ("READY=1", "STOPPING=1")


class Manager:
    """The service manager of this process, and messages that it has not received yet."""

    def __init__(self) -> None:
        self._owed: list[str] = []
        self.ready = False
        """Whether READY was told."""

    def tell(self, *fields: str) -> None:
        """Send fields such as "READY=1", after those that could not be sent before."""
        self.ready = self.ready or "READY=1" in fields
        new = [field for field in fields if field not in self._owed]
        if notify(*self._owed, *new) or "NOTIFY_SOCKET" not in os.environ:
            self._owed = []
        else:
            self._owed += [field for field in new if field in _LASTING]


def notify(*fields: str) -> bool:
    """Send fields such as "READY=1", at once or not at all. False where no service manager receives them."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.setblocking(False)
            channel.connect(address)
            channel.send("\n".join(fields).encode())
    except OSError:
        return False  # the daemon works without a service manager, too
    return True


def reloading() -> tuple[str, str]:
    """RELOADING=1 with the monotonic time that newer versions of systemd want."""
    return "RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}"


def watchdog_interval() -> float | None:
    """Half of WatchdogSec in seconds (sd_watchdog_enabled(3)); None where there is no watchdog for this process."""
    pid = os.environ.get("WATCHDOG_PID")
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    if not microseconds.isdigit() or (pid and pid != str(os.getpid())):
        return None
    return int(microseconds) / 2_000_000
