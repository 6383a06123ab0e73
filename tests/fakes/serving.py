"""A stand-in of an API as a server on loopback."""

from __future__ import annotations

import contextlib
import http.server
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.oauth_server import served

Answer = Callable[[str, str, dict[str, str], bytes], tuple[int, Mapping[str, str], Any]]
"""Method, target, headers by lower-case name and body, to status, headers and JSON (None: no body). A
ConnectionAbortedError loses the answer."""


@contextlib.contextmanager
def json_server(answer: Answer) -> Iterator[str]:
    """Its URL, while the context lasts."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                status, extra, said = answer(self.command, self.path, headers, body)
            except ConnectionAbortedError:
                self.close_connection = True
                return
            content = b"" if said is None else json.dumps(said).encode()
            self.send_response(status)
            length = {"Content-Length": str(len(content))}
            for name, value in {**extra, "Content-Type": "application/json", **length}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            pass

    for method in ("GET", "POST", "PATCH", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.handle_any)
    with served(Handler) as port:
        yield f"http://127.0.0.1:{port}"
