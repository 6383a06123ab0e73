"""Connections in memory, with real bytes on them: HTTP/1.1 as h11 reads it, from names over TLS to the last chunk.

A host answers requests by a pure function; what becomes of the answer on its way is decided by `Troubles`.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from unittest import mock

import h11

from simulation.loop import VirtualLoop

ADDRESS = "93.184.216.34"
LATENCY = 0.02
"""Seconds from a request to its answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it arrived."""

    host: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One answer, before anything happens to it."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


Host = Callable[[Request], Response]


@dataclass(slots=True, kw_only=True)
class Trouble:
    """Something that befalls the requests of a host."""

    kind: str
    host: str
    methods: frozenset[str] = frozenset()
    """Empty: all."""
    path: str = ""
    """Of what it befalls: every path that holds it."""
    left: int = 1_000_000
    """How often."""
    passes: int = 0
    """So many requests go well before."""
    argument: float = 0.0
    """Seconds, a status, or a part of the body, as the kind takes it."""

    def befalls(self, request: Request) -> bool:
        """Whether this request is one of those; it is counted."""
        if self.left <= 0 or request.host != self.host or self.path not in request.path:
            return False
        if self.methods and request.method not in self.methods:
            return False
        if self.passes > 0:
            self.passes -= 1
            return False
        self.left -= 1
        return True


class Internet:
    """All hosts there are, and the ways to them."""

    def __init__(self) -> None:
        self.hosts: dict[str, Host] = {}
        self.troubles: list[Trouble] = []
        self.certificates: dict[str, str] = {}
        """When a host's certificate ends, as TLS says it."""
        self.connections: list[Connection] = []
        self.opened = 0
        self.tried: set[str] = set()
        """Hosts that somebody tried to reach since this was cleared."""
        self.before: dict[tuple[str, str, str], Response] = {}
        """What was answered to the same question before."""
        self.asked: list[tuple[str, Request, Response | None]] = []
        """What arrived since it was last looked at, and what was answered: host, request, answer (None: unread)."""

    def on(self, request: Request) -> Trouble | None:
        """What befalls this request."""
        return next((one for one in self.troubles if one.kind in WAYS and one.befalls(request)), None)

    def _way(self, host: str, kinds: Sequence[str]) -> Trouble | None:
        probe = Request(host=host, method="", path="", headers={}, body=b"")
        return next((one for one in self.troubles if one.kind in kinds and one.befalls(probe)), None)

    async def connect(self, protocol: asyncio.Protocol, address: str, port: int, name: str | None) -> Connection:
        """As for `Network`. All hosts share an address: which one is meant is told by TLS."""
        host = name or "plain.example"
        self.tried.add(host)
        trouble = self._way(host, ("refused", "unreachable", "tls", "tls expired"))
        kind = "" if trouble is None else trouble.kind
        await asyncio.sleep(LATENCY)
        if kind == "refused" or host not in self.hosts:
            raise ConnectionRefusedError(111, "Connection refused")
        if kind == "unreachable":
            await asyncio.sleep(1e9)
        if kind == "tls":
            raise ssl.SSLCertVerificationError(1, "certificate verify failed: self-signed certificate")
        if kind == "tls expired":
            raise ssl.SSLCertVerificationError(1, "certificate verify failed: certificate has expired")
        self.opened += 1
        connection = Connection(self, host, protocol)
        self.connections.append(connection)
        protocol.connection_made(connection)
        return connection

    def calm(self) -> None:
        """All goes well from now on."""
        self.troubles.clear()

    def forget(self, loop: asyncio.AbstractEventLoop) -> None:
        """The process of that loop is gone, and its connections with it."""
        self.connections = [one for one in self.connections if one.loop is not loop]

    def drop_all(self) -> None:
        """Every connection is gone: a cable, a sleep, another network."""
        for connection in list(self.connections):
            connection.lose()

    def lookup(self, host: str, port: int, *_: Any, **__: Any) -> list[tuple[Any, ...]]:
        """As socket.getaddrinfo."""
        self.tried.add(host)
        if host not in self.hosts or self._way(host, ("dns",)) is not None:
            raise socket.gaierror(-2, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ADDRESS, port))]

    @contextmanager
    def installed(self) -> Iterator[None]:
        """The process's names are looked up here while the context lasts."""
        with mock.patch.object(socket, "getaddrinfo", self.lookup):
            yield


class Connection(asyncio.Transport):
    """One connection: the client's transport, and the server behind it."""

    def __init__(self, internet: Internet, host: str, protocol: asyncio.Protocol) -> None:
        super().__init__({"peercert": {"notAfter": internet.certificates.get(host, "Jan  1 00:00:00 2030 GMT")}})
        self._internet = internet
        self.host = host
        self._protocol = protocol
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        self.loop = loop
        self._server = h11.Connection(h11.SERVER)
        self._request: h11.Request | None = None
        self._body = b""
        self._closed = False
        self._paused: list[bytes] | None = None

    def write(self, data: bytes) -> None:
        if self._closed or self.loop.dead:
            return
        self._server.receive_data(bytes(data))
        while True:
            event = self._server.next_event()
            if event is h11.NEED_DATA or event is h11.PAUSED or isinstance(event, h11.ConnectionClosed):
                return
            if isinstance(event, h11.Request):
                self._request, self._body = event, b""
            elif isinstance(event, h11.Data):
                self._body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                self._take()

    def _take(self) -> None:
        assert self._request is not None
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in self._request.headers}
        request = Request(
            host=self.host,
            method=self._request.method.decode(),
            path=self._request.target.decode(),
            headers=headers,
            body=self._body,
        )
        trouble = self._internet.on(request)
        kind = "" if trouble is None else trouble.kind
        if kind in NOT_TAKEN:
            self._internet.asked.append((self.host, request, None))
            answer = None
        else:
            answer = self._internet.hosts[self.host](request)
            self._internet.asked.append((self.host, request, answer))
            if kind == "earlier":
                answer = self._internet.before.get((self.host, request.method, request.path), answer)
            elif request.method in {"PROPFIND", "REPORT", "GET"}:
                self._internet.before[self.host, request.method, request.path] = answer
        WAYS.get(kind, _sent)(self, answer, 0.0 if trouble is None else trouble.argument)

    def send(self, answer: Response, *, after: float = LATENCY, cut: float = 1.0, drip: float = 0.0) -> None:
        """Send an answer, or a part of its body; `drip`: seconds between its pieces."""
        body = b"" if answer.status in {204, 304} else answer.body
        lines = [f"HTTP/1.1 {answer.status} said", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        whole = "\r\n".join([*lines, "", ""]).encode() + body
        part = whole if cut >= 1 else whole[: len(whole) - len(body) + int(len(body) * cut)]
        if drip:
            size = max(1, len(part) // 40)
            for number, start in enumerate(range(0, len(part), size)):
                self.loop.call_later(after + drip * number, self._deliver, part[start : start + size])
        else:
            self.loop.call_later(after, self._deliver, part)
        if cut < 1:
            self.loop.call_later(after + 0.001, self.lose)

    def answered(self) -> None:
        """The server has answered, and takes the next request."""
        try:
            self._server.send(h11.Response(status_code=200, headers=[("Content-Length", "0")]))
            self._server.send(h11.EndOfMessage())
            self._server.start_next_cycle()
        except h11.ProtocolError:
            self.lose()

    def _deliver(self, data: bytes) -> None:
        if self._closed:
            return
        if self._paused is not None:
            self._paused.append(data)
        else:
            self._protocol.data_received(data)

    def lose(self) -> None:
        """The other side hangs up."""
        if not self._closed:
            self._end()
            if self.loop.dead or self.loop.is_closed():
                return
            self._protocol.eof_received()
            self.loop.call_soon(self._protocol.connection_lost, None)

    def _end(self) -> None:
        self._closed = True
        if self in self._internet.connections:
            self._internet.connections.remove(self)

    def abort(self) -> None:
        if not self._closed:
            self._end()
            if not self.loop.dead and not self.loop.is_closed():
                self.loop.call_soon(self._protocol.connection_lost, None)

    close = abort

    def is_closing(self) -> bool:
        return self._closed

    def get_write_buffer_size(self) -> int:
        return 0

    def pause_reading(self) -> None:
        self._paused = self._paused or []

    def resume_reading(self) -> None:
        held, self._paused = self._paused or [], None
        for data in held:
            self.loop.call_soon(self._deliver, data)

    def is_reading(self) -> bool:
        return self._paused is None

    def get_protocol(self) -> asyncio.BaseProtocol:
        return self._protocol

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._protocol = protocol


_LOGIN_PAGE = b"<!DOCTYPE html><html><body><h1>Welcome to the hotel's Wi-Fi</h1></body></html>"


def _sent(connection: Connection, answer: Response | None, _: float = 0.0) -> None:
    assert answer is not None
    connection.answered()
    connection.send(answer)


def _status(connection: Connection, _: Response | None, status: float) -> None:
    connection.answered()
    headers = {"Retry-After": "120"} if status in {429, 503} else {}
    connection.send(Response(status=int(status), headers=headers, body=b"no"))


def _late(connection: Connection, answer: Response | None, seconds: float) -> None:
    assert answer is not None
    connection.answered()
    connection.send(answer, after=seconds)


def _dripped(connection: Connection, answer: Response | None, seconds: float) -> None:
    assert answer is not None
    connection.answered()
    connection.send(answer, drip=seconds)


def _twice(connection: Connection, answer: Response | None, _: float) -> None:
    assert answer is not None
    connection.answered()
    connection.send(answer)
    connection.send(answer)


def _cut(connection: Connection, answer: Response | None, part: float) -> None:
    assert answer is not None
    connection.send(answer, cut=min(part, 0.99))


def _half(connection: Connection, answer: Response | None, _: float) -> None:
    """A well-formed listing with less than half of its rows, as a proxy or a replica may give it.

    Not so what changed since a token: what is lost there is found by the next listing only, a day later at the most.
    """
    assert answer is not None
    connection.answered()
    rows = answer.body.split(b"<d:response>")
    if len(rows) > 3 and b"<d:sync-token>" not in answer.body:
        rest = rows[-1].partition(b"</d:response>")[2]
        kept = rows[: 1 + (len(rows) - 1) // 3]
        kept[-1] = kept[-1].partition(b"</d:response>")[0] + b"</d:response>" + rest
        answer = replace(answer, body=b"<d:response>".join(kept))
    connection.send(answer)


def _hung_up(connection: Connection, _: Response | None, seconds: float) -> None:
    connection.loop.call_later(LATENCY + seconds, connection.lose)


def _killed(connection: Connection, _: Response | None, __: float) -> None:
    """Whoever asked is no more."""
    connection.loop.on_kill()


def _silent(_: Connection, __: Response | None, ___: float) -> None:
    """Nothing ever comes."""


def _page(connection: Connection, _: Response | None, __: float) -> None:
    connection.answered()
    connection.send(Response(status=200, headers={"Content-Type": "text/html"}, body=_LOGIN_PAGE))


WAYS: dict[str, Callable[[Connection, Response | None, float], None]] = {
    "status": _status,
    "late": _late,
    "drip": _dripped,
    "twice": _twice,
    "cut": _cut,
    "half": _half,
    "hang up": _hung_up,
    "lost": _hung_up,
    "silent": _silent,
    "deaf": _silent,
    "page": _page,
    "earlier": _sent,
    "kill": _killed,
}
"""What becomes of an answer, by the kind of trouble. Of these, the server never sees the request:"""
NOT_TAKEN = frozenset({"status", "hang up", "deaf", "page"})
