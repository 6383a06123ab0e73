"""Asks the page of a running daemon, as a browser or Prometheus would."""

from __future__ import annotations

import http.client
from contextlib import closing

from tests.servers import free_port

__all__ = ["ask", "free_port", "web"]


def web(port: int) -> str:
    """The table of the configuration."""
    return f'[web]\nlisten = "127.0.0.1:{port}"\n'


def ask(port: int, path: str = "/") -> tuple[int, str]:
    """Status and text; (0, "") where nobody listens."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        try:
            connection.request("GET", path)
        except ConnectionRefusedError:
            return 0, ""
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
