"""HTTP/1.1 over asyncio, spoken by h11: connections to addresses that may be reached, kept and used again.

It sends one request and hands over one reply, and knows nothing of log-ins, redirects, packing or what an answer means.
What goes wrong leaves it as OSError, TimeoutError or h11.ProtocolError; `http` makes errors of ours of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import select
import ssl
from collections.abc import AsyncIterator, Mapping
from functools import lru_cache
from urllib.parse import quote, urlsplit

import h11

from termintreu_connectors.http_addresses import Reach, resolved
from termintreu_connectors.http_urls import origin

_CHUNK = 65_536
_HEAD = 65_536
"""Bytes of a reply's head, at the most."""
_KEPT = 4
"""Idle connections to one place."""
_ADDRESSES = 4
"""Addresses of one host that are tried."""
_SHARE = 0.3
"""Of the time to connect: what an address gets before the next one is tried."""
_REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT"})
_WITH_BODY = frozenset({"PUT", "POST", "PATCH"})
_AS_IT_STANDS = "!#$%&'()*+,/:;=?@[]~"
"""Not to be encoded: an URL is encoded already, but for what some servers leave as it is."""

_Place = tuple[str, str, int]
"""Scheme, host and port."""


class WireReply:
    """A reply whose body is still to be read."""

    def __init__(self, connection: _Connection, response: h11.Response) -> None:
        self.status = int(response.status_code)
        self.headers: dict[str, str] = {}
        """By lower-case name; what is repeated is joined by commas (RFC 9110 5.3)."""
        for raw, value in response.headers:
            name, text = raw.decode("latin-1"), value.decode("latin-1")
            self.headers[name] = f"{self.headers[name]}, {text}" if name in self.headers else text
        self._connection = connection

    def chunks(self) -> AsyncIterator[bytes]:
        """The body as it comes, without the transfer's coding."""
        return self._connection.body()

    async def close(self) -> None:
        """Done with it: the connection is kept where the body was read to its end."""
        self._connection.release()


class Wire:
    """The connections of one client."""

    def __init__(self, reach: Reach, *, connect: float, read: float) -> None:
        """`connect`: seconds for DNS, and for an address; `read`: seconds of silence."""
        self._reach = reach
        self._within = connect
        self._read = read
        self._idle: dict[_Place, list[_Connection]] = {}
        # Most polls ask what the one before has asked, and h11 looks at every header anew.
        self._request = lru_cache(maxsize=16)(_request)
        self.certificate_ends: str | None = None
        """As the certificate of the connection that was opened last says it."""

    async def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> WireReply:
        """Send a request. A kept connection that turns out to be gone is replaced, where repeating does no harm."""
        size = len(body or b"") if body is not None or method in _WITH_BODY else None
        request = self._request(method, url, tuple(headers.items()), size)
        place = origin(url)
        kept = self._kept(place)
        if kept is not None:
            try:
                return WireReply(kept, await kept.ask(request, body))
            except (OSError, h11.RemoteProtocolError) as failure:
                kept.drop()
                if kept.answered or method not in _REPEATABLE or isinstance(failure, TimeoutError):
                    raise
            except BaseException:
                kept.drop()
                raise
        fresh = await self._connect(place)
        try:
            return WireReply(fresh, await fresh.ask(request, body))
        except BaseException:
            fresh.drop()
            raise

    async def close(self) -> None:
        """Close what is idle."""
        for connections in self._idle.values():
            for connection in connections:
                connection.drop()
        self._idle.clear()
        await asyncio.sleep(0)  # closing takes place in the loop

    def _kept(self, place: _Place) -> _Connection | None:
        connections = self._idle.get(place, [])
        while connections:
            connection = connections.pop()
            if connection.is_usable():
                return connection
            connection.drop()
        return None

    async def _connect(self, place: _Place) -> _Connection:
        scheme, host, port = place
        failure: OSError = ConnectionError("there is no address")
        found = (await resolved(host, port, scheme, self._reach, self._within))[:_ADDRESSES]
        for address in found:
            # One that is silent must not cost a poll all of its time, where there is another.
            patience = self._within if address == found[-1] else self._within * _SHARE
            try:
                async with asyncio.timeout(patience):
                    reader, writer = await _opened(address, port, host if scheme == "https" else None)
            except OSError as error:  # TimeoutError is one
                failure = error
            else:
                self.certificate_ends = (writer.get_extra_info("peercert") or {}).get("notAfter")
                return _Connection(reader, writer, self._read, self._idle.setdefault(place, []))
        raise failure


class _Reader(asyncio.StreamReader):
    """Knows how much of what arrived has not been read."""

    def __init__(self) -> None:
        super().__init__(limit=_CHUNK)
        self.waiting = 0
        """Bytes."""

    def feed_data(self, data: bytes) -> None:  # type: ignore[override]  # the loop gives bytes and nothing else
        self.waiting += len(data)
        super().feed_data(data)

    async def read(self, n: int = -1) -> bytes:
        data = await super().read(n)
        self.waiting -= len(data)
        return data


async def _opened(address: str, port: int, name: str | None) -> tuple[_Reader, asyncio.StreamWriter]:
    """A connection to an address; over TLS where there is a `name` to be proved."""
    loop, reader = asyncio.get_running_loop(), _Reader()
    transport, protocol = await loop.create_connection(
        lambda: asyncio.StreamReaderProtocol(reader),
        address,
        port,
        ssl=_tls() if name is not None else None,
        server_hostname=name,
    )
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    """Certificates are verified against what the machine trusts."""
    import wassima  # noqa: PLC0415 - brings the certificates of all authorities; who needs none does without

    context: ssl.SSLContext = wassima.create_default_ssl_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _request(method: str, url: str, headers: tuple[tuple[str, str], ...], size: int | None) -> h11.Request:
    """`size`: bytes of the body; None: it has none."""
    parts = urlsplit(url)
    host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode()
    sent = [(b"Host", host.encode()), *((name.encode(), value.encode("latin-1")) for name, value in headers)]
    if size is not None:
        sent.append((b"Content-Length", str(size).encode()))
    return h11.Request(method=method, target=path_of(url), headers=sent)


def path_of(url: str) -> str:
    """What stands in the request line: path and query."""
    parts = urlsplit(url)
    query = f"?{quote(parts.query, safe=_AS_IT_STANDS)}" if parts.query else ""
    return quote(parts.path or "/", safe=_AS_IT_STANDS) + query


class _Connection:
    """One connection: busy with one request, or idle."""

    def __init__(self, reader: _Reader, writer: asyncio.StreamWriter, read: float, idle: list[_Connection]) -> None:
        """`idle`: where it waits between two requests."""
        self.answered = False
        """Whether anything of the answer has come."""
        self._reader = reader
        self._writer = writer
        self._read = read
        self._idle = idle
        self._loop = asyncio.get_running_loop()
        self._protocol = h11.Connection(h11.CLIENT, max_incomplete_event_size=_HEAD)

    def is_usable(self) -> bool:
        """Whether nothing is to be seen of its being closed, and nothing was said that nobody asked for: it would be
        taken for the answer to the next request."""
        if self._loop is not asyncio.get_running_loop() or self._writer.is_closing() or self._reader.at_eof():
            return False
        if self._reader.waiting or self._protocol.trailing_data[0]:
            return False
        channel = self._writer.get_extra_info("socket")
        if channel is None:  # a transport without one tells of everything by itself
            return True
        waiting = select.poll()
        waiting.register(channel.fileno(), select.POLLIN)
        return not waiting.poll(0)

    async def ask(self, request: h11.Request, body: bytes | None) -> h11.Response:
        """Send; the head of the reply."""
        self.answered = False
        said = [self._protocol.send(request)]
        if body:
            said.append(self._protocol.send(h11.Data(data=body)))
        said.append(self._protocol.send(h11.EndOfMessage()))
        self._writer.write(b"".join(part for part in said if part))
        if self._writer.transport.get_write_buffer_size():
            async with asyncio.timeout(self._read):
                await self._writer.drain()
        while True:
            event = await self._event()
            if isinstance(event, h11.Response):
                return event
            if not isinstance(event, h11.InformationalResponse):
                raise ConnectionError("the connection was closed before an answer")

    async def body(self) -> AsyncIterator[bytes]:
        """What is left of the reply's body."""
        while isinstance(event := await self._event(), h11.Data):
            yield bytes(event.data)

    async def _event(self) -> h11.Event | type[h11.PAUSED]:
        while (event := self._protocol.next_event()) is h11.NEED_DATA:
            async with asyncio.timeout(self._read):
                data = await self._reader.read(_CHUNK)
            self.answered = self.answered or bool(data)
            self._protocol.receive_data(data)
        return event  # type: ignore[return-value]  # NEED_DATA was the other one

    def release(self) -> None:
        """Wait for the next request, where the last one is done with; else close."""
        if (
            self._protocol.our_state is h11.DONE
            and self._protocol.their_state is h11.DONE
            and len(self._idle) < _KEPT
            and not self._writer.is_closing()
        ):
            self._protocol.start_next_cycle()
            self._idle.append(self)
        else:
            self.drop()

    def drop(self) -> None:
        """Close at once."""
        with contextlib.suppress(RuntimeError):  # its loop is gone, and the connection with it
            self._writer.transport.abort()
