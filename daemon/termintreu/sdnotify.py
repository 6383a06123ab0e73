"""sd_notify(3) in the standard library: tells systemd READY, STATUS, WATCHDOG, STOPPING. Silent elsewhere."""

from __future__ import annotations

import os
import socket
import time


def notify(*fields: str) -> bool:
    """Send fields such as "READY=1". False where no service manager listens or it cannot be reached."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.connect(address)
            channel.sendall("\n".join(fields).encode())
    except OSError:
        return False  # the daemon does its work whether or not anybody listens
    return True


def reloading() -> bool:
    """RELOADING=1 with the monotonic time that newer versions of systemd want."""
    return notify("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")


def watchdog_interval() -> float | None:
    """Half of WatchdogSec in seconds (sd_watchdog_enabled(3)); None where there is no watchdog for this process."""
    pid = os.environ.get("WATCHDOG_PID")
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    if not microseconds.isdigit() or (pid and pid != str(os.getpid())):
        return None
    return int(microseconds) / 2_000_000
