"""Connections without sockets, for the loop that is running: the connectors' own bytes are read by h11, and a function
answers. What a connection carries is whole and in order; whoever wants harm on the way has a network of his own.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import h11

from tests.simulated_caldav.messages import Request, Response

Answers = Callable[[Request], Response]


class Network:
    """Every host there is answers alike: `monkeypatch.setattr(loop, "create_connection", network.connect)`."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.asked: list[Request] = []
        # What looks at a connection's socket finds one where nothing ever arrives.
        self._still, self._other = socket.socketpair()

    async def connect(
        self, protocol_factory: Callable[[], asyncio.Protocol], host: str, port: int, **_: Any
    ) -> tuple[asyncio.Transport, asyncio.Protocol]:
        """As `loop.create_connection`."""
        protocol = protocol_factory()
        transport = _Transport(self, protocol, self._still)
        protocol.connection_made(transport)
        return transport, protocol

    def answer(self, request: Request) -> Response:
        """Note a request, and answer it."""
        self.asked.append(request)
        return self.answers(request)

    def close(self) -> None:
        """Give back what was opened."""
        self._still.close()
        self._other.close()


class _Transport(asyncio.Transport):
    """The client's end, with the server behind it."""

    def __init__(self, network: Network, protocol: asyncio.Protocol, still: socket.socket) -> None:
        super().__init__({"socket": still})
        self._network, self._protocol = network, protocol
        self._loop = asyncio.get_running_loop()
        self._server = h11.Connection(h11.SERVER)
        self._request: h11.Request | None = None
        self._body = b""
        self._closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._server.receive_data(bytes(data))
        while True:
            event = self._server.next_event()
            if isinstance(event, h11.Request):
                self._request, self._body = event, b""
            elif isinstance(event, h11.Data):
                self._body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                self._reply()
            else:
                return

    def _reply(self) -> None:
        assert self._request is not None
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in self._request.headers}
        method, target = self._request.method.decode(), self._request.target.decode()
        answer = self._network.answer(
            Request(method=method, path=target, headers=headers, body=self._body, host=headers["host"])
        )
        body = b"" if method == "HEAD" or answer.status in {204, 304} else answer.body
        said = h11.Response(
            status_code=answer.status, headers=[*answer.headers.items(), ("Content-Length", str(len(body)))]
        )
        sent = [self._server.send(said), self._server.send(h11.Data(data=body)), self._server.send(h11.EndOfMessage())]
        self._server.start_next_cycle()
        self._loop.call_soon(self._deliver, b"".join(part for part in sent if part))

    def _deliver(self, data: bytes) -> None:
        if not self._closed:
            self._protocol.data_received(data)

    def abort(self) -> None:
        if not self._closed:
            self._closed = True
            self._loop.call_soon(self._protocol.connection_lost, None)

    close = abort

    def is_closing(self) -> bool:
        return self._closed

    def get_write_buffer_size(self) -> int:
        return 0

    def pause_reading(self) -> None:
        """Everything was delivered at once."""

    def resume_reading(self) -> None:
        """It never stopped."""

    def is_reading(self) -> bool:
        return True

    def get_protocol(self) -> asyncio.BaseProtocol:
        return self._protocol

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        raise NotImplementedError
