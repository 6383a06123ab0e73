"""Connections: which are used again, what is said without being asked, and hosts with several addresses."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from termintreu.model.errors import ConnectorError, Forbidden, Unavailable
from termintreu_connectors.caldav import CalDavAccount
from termintreu_connectors.http import HttpClient, HttpLimits, Reach
from termintreu_connectors.ics_feed import IcsFeed
from tests.servers import ScriptedServer

Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def answer(body: bytes, *headers: bytes, start: bytes = b"HTTP/1.1 200 OK") -> bytes:
    return b"\r\n".join([start, b"Content-Length: %d" % len(body), *headers, b"", body])


class Raw:
    """A server that sends bytes as they stand: one item a request on whichever connection, `connections` in all."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)
        self.connections = 0
        self.asked = 0
        self.writers: list[asyncio.StreamWriter] = []
        self.url = ""

    async def speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while await reader.readuntil(b"\r\n\r\n"):
                self.asked += 1
                writer.write(self.answers.pop(0))
                await writer.drain()
        writer.close()


@asynccontextmanager
async def served(*answers: bytes) -> AsyncIterator[tuple[Raw, HttpClient]]:
    raw = Raw(*answers)
    async with await asyncio.start_server(raw.speak, "127.0.0.1", 0) as server:
        raw.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        client = HttpClient(reach=Reach.account(allow_private=False), limits=HttpLimits(read=5.0, total=10.0))
        yield raw, client
        await client.close()
        for writer in raw.writers:
            writer.transport.abort()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what arrives on a socket brings it about
            await asyncio.sleep(0)


async def test_a_second_answer_that_comes_with_the_first_is_not_taken_for_the_next_one() -> None:
    async with served(answer(b"first") + answer(b"POISON"), answer(b"second")) as (raw, client):
        assert [b"first", b"second"] == [(await client.request("GET", raw.url)).body for _ in range(2)]
        assert 2 == raw.connections


@pytest.mark.parametrize("extra", [b"\r\n", b"x", answer(b"POISON", b"Padding: " + b"x" * 50_000)])
async def test_a_connection_on_which_more_came_than_the_answer_is_not_used_again(extra: bytes) -> None:
    # Larger than one reading of the socket: what is left may stand in the parser, the reader's buffer or the kernel.
    for size in (0, 10, 65_400, 65_536, 200_000):
        body = b"b" * size
        async with served(answer(body) + extra, answer(b"second")) as (raw, client):
            assert body == (await client.request("GET", raw.url)).body
            assert b"second" == (await client.request("GET", raw.url)).body
            assert 2 == raw.connections


async def test_an_answer_that_comes_while_nobody_asks_is_not_taken_for_the_next_one() -> None:
    async with served(answer(b"first"), answer(b"second")) as (raw, client):
        assert b"first" == (await client.request("GET", raw.url)).body
        (kept,) = client._wire._idle[("http", "127.0.0.1", int(raw.url.rstrip("/").rpartition(":")[2]))]
        raw.writers[0].write(answer(b"POISON"))
        await until(lambda: kept._reader.waiting > 0)  # out of the kernel's sight, which is looked into as well
        assert b"second" == (await client.request("GET", raw.url)).body
        assert 2 == raw.connections


async def test_a_write_after_an_unasked_answer_is_judged_by_its_own_answer() -> None:
    unasked, own = answer(b"", start=b"HTTP/1.1 201 Created"), answer(b"", start=b"HTTP/1.1 412 Changed")
    async with served(answer(b"") + unasked, own) as (raw, client):
        await client.request("GET", raw.url)
        assert 412 == (await client.request("PUT", raw.url, body=b"")).status


async def test_a_body_where_none_belongs_is_not_taken_for_the_next_answer() -> None:
    unmodified = answer(b"HTTP/1.1 200 OK\r\n\r\nPOISON", start=b"HTTP/1.1 304 Not Modified")
    async with served(unmodified, answer(b"second")) as (raw, client):
        assert 304 == (await client.request("GET", raw.url)).status
        assert b"second" == (await client.request("GET", raw.url)).body


async def test_a_connection_whose_answers_are_whole_is_used_again_and_again() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n"
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
    async with served(answer(b"abc"), chunked, early + answer(b"abc"), answer(b"abc")) as (raw, client):
        assert [b"abc"] * 4 == [(await client.request("GET", raw.url)).body for _ in range(4)]
        assert 1 == raw.connections


@pytest.mark.parametrize(
    "closing",
    [
        answer(b"abc", b"Connection: close"),
        answer(b"abc", start=b"HTTP/1.0 200 OK"),
    ],
)
async def test_a_connection_that_the_server_will_close_is_not_used_again(closing: bytes) -> None:
    async with served(closing, answer(b"next")) as (raw, client):
        assert b"abc" == (await client.request("GET", raw.url)).body
        assert b"next" == (await client.request("GET", raw.url)).body
        assert 2 == raw.connections


@pytest.fixture
def deaf() -> Iterator[int]:
    """A port on 127.0.0.2 that lets nobody in: its queue is full, and what comes is dropped."""
    with socket.socket() as listener, contextlib.ExitStack() as held:
        listener.bind(("127.0.0.2", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = held.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


def resolves_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    def dns(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", dns)


async def test_an_address_that_is_silent_does_not_cost_the_time_of_those_behind_it(
    deaf: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolves_to(monkeypatch, "127.0.0.2", "127.0.0.1")
    client = HttpClient(reach=Reach.account(allow_private=False), limits=HttpLimits(connect=1.5, total=10.0))
    raw = Raw(answer(b"ok"))
    async with await asyncio.start_server(raw.speak, "127.0.0.1", deaf):
        begun = asyncio.get_running_loop().time()
        assert b"ok" == (await client.request("GET", f"http://dav.example:{deaf}/")).body
        assert asyncio.get_running_loop().time() - begun < 1.5
        await client.close()
        for writer in raw.writers:
            writer.transport.abort()


async def test_no_more_than_four_addresses_of_a_host_are_tried(deaf: int, monkeypatch: pytest.MonkeyPatch) -> None:
    client = HttpClient(reach=Reach.account(allow_private=False), limits=HttpLimits(connect=5.0))
    raw = Raw(answer(b"ok"))
    async with await asyncio.start_server(raw.speak, "127.0.0.1", deaf):
        for closed, answers in ((3, True), (4, False)):
            resolves_to(monkeypatch, *(f"127.0.1.{n}" for n in range(1, closed + 1)), "127.0.0.1")
            with contextlib.nullcontext() if answers else pytest.raises(Unavailable, match="refused"):
                await client.request("GET", f"http://dav.example:{deaf}/")
            await client.close()
        for writer in raw.writers:
            writer.transport.abort()


# Redirects: the host that is named may be private, another one may not.


@pytest.fixture
def home() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def other() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"


async def test_a_feed_may_be_sent_on_to_another_port_of_its_own_host(
    home: ScriptedServer, other: ScriptedServer
) -> None:
    home.answer("GET", 302, Location=other.url)
    other.answer("GET", 200, CALENDAR)
    feed = IcsFeed("crm", home.url, allow_private=True)
    assert (await feed.changes((await feed.collections())[0], None, {})).complete
    await feed.close()


@pytest.mark.requirement(24)
@pytest.mark.parametrize("host", ["localhost", "127.0.0.2", "[::1]", "10.255.255.1", "169.254.169.254"])
async def test_allow_private_is_for_the_named_host_and_no_other_by_redirect(
    home: ScriptedServer, other: ScriptedServer, host: str
) -> None:
    feed = IcsFeed("crm", home.url, allow_private=True)
    (collection,) = await feed.collections()
    for target in (f"http://{host}:{other.port}/", f"https://{host}:{other.port}/"):
        home.answer("GET", 302, Location=target)
        with pytest.raises(Forbidden, match=r"only the host that the configuration names .* 127.0.0.1$"):
            await feed.changes(collection, None, {})
    assert (0, 2) == (other.connections, len(home.recorded))
    await feed.close()


@pytest.mark.requirement(24)
@pytest.mark.parametrize("allow_private", [False, True])
async def test_an_account_is_not_sent_on_to_another_private_host(
    home: ScriptedServer, other: ScriptedServer, allow_private: bool
) -> None:
    account = CalDavAccount("work", home.url, "anna", "s3cret", allow_private=allow_private)
    home.answer("PROPFIND", 301, Location=f"http://localhost:{other.port}/dav/")
    home.answer("PROPFIND", 302, Location=f"https://localhost:{other.port}/dav/")
    with pytest.raises(ConnectorError, match="only the host that the configuration names"):
        await account.collections()
    assert (0, 2) == (other.connections, len(home.recorded))
    await account.close()
