"""Where the web page listens: an address of this machine's own loopback, and a port. Pure.

The page shows a person's week and asks for no password: it must not be reachable from anywhere else.
"""

from __future__ import annotations

import ipaddress
import re

_LISTEN = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]{2,45})\]|(?P<host>[A-Za-z0-9.-]{1,63})):(?P<port>\d{1,5})")

LISTEN_PATTERN = r"^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):\d{1,5}$"


def listening_address(value: str) -> tuple[str, int]:
    """ "127.0.0.1:8427", "localhost:8427" or "[::1]:8427" to an IP address and a port.

    Raises ValueError where it is none, or one that others can reach.
    """
    match = _LISTEN.fullmatch(value)
    port = int(match["port"]) if match else 0
    if match is None or not 1 <= port <= 65535:
        raise ValueError('an address and a port such as "127.0.0.1:8427" are wanted')
    host = "127.0.0.1" if (match["host"] or "").lower() == "localhost" else match["host"] or match["six"]
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise ValueError(
            f'the page has no password, so it listens on this machine alone: write "127.0.0.1:{port}", '
            f'"localhost:{port}" or "[::1]:{port}"'
        )
    return host, port


def parse_listen(value: object) -> str:
    """The address as it was written, once it is known to be right. Raises ValueError."""
    written = value if isinstance(value, str) else ""
    listening_address(written)
    return written
