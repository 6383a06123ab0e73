"""Stands between the program and a real server, passes requests on, and misbehaves where it is told to.

One thread a connection, loopback only. A misdeed falls on one request: before the server sees it, or after the server
has carried it out.
"""

from __future__ import annotations

import contextlib
import http.client
import http.server
import re
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})
_PACKED = frozenset({"accept-encoding"})
"""Left out of requests, so that answers can be spoilt by what they say."""
_TOKEN = re.compile(rb"<(\w+:)?sync-token>.*?</(\w+:)?sync-token>", re.DOTALL)
_DATA = re.compile(rb"<(\w+:)?calendar-data[^>]*>.*?</(\w+:)?calendar-data>", re.DOTALL)
_ROW = re.compile(rb"<(\w+:)?response>.*?</(\w+:)?response>", re.DOTALL)


@dataclass(frozen=True)
class Request:
    """A request as it came in."""

    method: str
    path: str
    body: bytes
    number: int
    """Of all requests so far, from 1."""


@dataclass(frozen=True)
class Reply:
    """An answer as it goes out; `cut` sends so many bytes of the body, and hangs up."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: int | None = None
    hold: threading.Event | None = None
    """Nothing is sent before this."""
    longest: float = 30.0
    """Seconds after which it is sent all the same."""


@dataclass(frozen=True)
class Misdeed:
    """What is done to one request."""

    name: str
    answer: Reply | None = None
    """Given in place of the server's."""
    reaches_the_server: bool = False
    """Whether the server carries the request out."""
    spoil: Callable[[Reply], Reply | None] | None = None
    """What becomes of the server's answer; None hangs up without one."""

    def __str__(self) -> str:
        return self.name


def status(code: int, body: bytes = b"", **headers: str) -> Misdeed:
    """An answer instead of the server's."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    suffix = "".join(f" {value}" for value in named.values()) if "Retry-After" in named else ""
    return Misdeed(f"{code}{suffix}", Reply(code, named, body))


def without_token(reply: Reply) -> Reply:
    """A multistatus that lacks its token."""
    return Reply(reply.status, reply.headers, _TOKEN.sub(b"", reply.body))


def without_data(reply: Reply) -> Reply:
    """A multistatus with ETags alone, so that the data has to be fetched by a multiget."""
    return Reply(reply.status, reply.headers, _DATA.sub(b"", reply.body))


def without_every_second_row(reply: Reply) -> Reply:
    """A multistatus that leaves hrefs out."""
    seen = iter(range(100_000))
    return Reply(reply.status, reply.headers, _ROW.sub(lambda m: m[0] if next(seen) % 2 else b"", reply.body))


def halved(reply: Reply) -> Reply:
    """A whole answer with half of its text, as a proxy with a limit sends it."""
    return Reply(reply.status, reply.headers, reply.body[: len(reply.body) // 2])


def cut_off(reply: Reply) -> Reply:
    """An answer whose connection breaks in the middle."""
    return Reply(reply.status, reply.headers, reply.body, cut=len(reply.body) // 2)


def lost(_: Reply) -> None:
    """No answer."""
    return


class Proxy:
    """`with Proxy(server.port) as proxy: proxy.url`; `misdeed` is asked before each request, None lets it pass."""

    def __init__(self, port: int) -> None:
        self.misdeed: Callable[[Request], Misdeed | None] = lambda _: None
        self.passed: list[Request] = []
        """What reached the server."""
        self.asked: list[Request] = []
        self.misdeeds = 0
        self._to = port
        self._lock = threading.Lock()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __enter__(self) -> Proxy:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def writes(self) -> list[Request]:
        """Requests that reached the server and may have changed something."""
        return [one for one in self.passed if one.method in {"PUT", "DELETE", "MKCALENDAR", "PROPPATCH", "POST"}]

    def forward(self, request: Request, headers: Mapping[str, str]) -> Reply:
        """The server's own answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self._to, timeout=30)
        try:
            sent = {name: value for name, value in headers.items() if name.lower() not in _HOP | _PACKED}
            connection.request(request.method, request.path, body=request.body or None, headers=sent)
            answer = connection.getresponse()
            body = answer.read()
            kept = {name: value for name, value in answer.getheaders() if name.lower() not in _HOP}
            return Reply(answer.status, kept, body)
        finally:
            connection.close()

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def handle_one_request(self) -> None:
                with contextlib.suppress(ConnectionError, TimeoutError):
                    self._take()

            def _take(self) -> None:
                self.raw_requestline = self.rfile.readline(65537)
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                with outer._lock:
                    request = Request(self.command, self.path, body, len(outer.asked) + 1)
                    outer.asked.append(request)
                    misdeed = outer.misdeed(request)
                    outer.misdeeds += misdeed is not None
                reply = None if misdeed is None else misdeed.answer
                if misdeed is None or misdeed.reaches_the_server:
                    passed = outer.forward(request, dict(self.headers))
                    with outer._lock:
                        outer.passed.append(request)
                    reply = passed if misdeed is None or misdeed.spoil is None else misdeed.spoil(passed)
                self._send(reply)

            def _send(self, reply: Reply | None) -> None:
                if reply is not None and reply.hold is not None:
                    reply.hold.wait(reply.longest)
                if reply is None:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response_only(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body if reply.cut is None else reply.body[: reply.cut])
                self.wfile.flush()
                if reply.cut is not None:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)

            def log_message(self, *args: object) -> None:
                pass

        return Handler
