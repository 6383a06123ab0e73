"""The HTTP client: what it follows, whom it trusts with a log-in, what it refuses, what it unpacks."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Iterator

import pytest

from termintreu.errors import Forbidden, InvalidAnswer, Unavailable
from termintreu_connectors.http import Credentials, HttpClient, HttpLimits, Reach
from tests.servers import ScriptedServer

LOGIN = Credentials(username="anna", password="geheim")


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
async def client(server: ScriptedServer) -> AsyncIterator[HttpClient]:
    made = HttpClient(
        reach=Reach.account(allow_private=False),
        credentials=LOGIN,
        home=server.url,
        limits=HttpLimits(body=100_000, read=5.0, total=10.0),
    )
    yield made
    await made.close()


async def test_basic_is_sent_at_once_and_the_connection_is_kept(server: ScriptedServer, client: HttpClient) -> None:
    for _ in range(3):
        server.answer("PROPFIND", 207, b"<x/>" * 10)
    for _ in range(3):
        assert (await client.request("PROPFIND", server.url)).body == b"<x/>" * 10
    assert [LOGIN.basic()] * 3 == [request.headers["authorization"] for request in server.recorded]
    assert 1 == server.connections
    assert 3 == client.requests


async def test_a_redirect_is_not_followed_unless_asked_for(server: ScriptedServer, client: HttpClient) -> None:
    server.answer("PUT", 302, Location="/elsewhere")
    assert (await client.request("PUT", server.url, body=b"x")).status == 302
    assert ["PUT"] == server.methods


async def test_a_followed_redirect_keeps_method_and_body(server: ScriptedServer, client: HttpClient) -> None:
    server.answer("REPORT", 301, Location="/b?c=d#e")
    server.answer("REPORT", 207, b"ok")
    reply = await client.request("REPORT", server.url + "a", body=b"<r/>", follow=True)
    assert (207, server.url + "b?c=d", b"ok") == (reply.status, reply.url, reply.body)
    assert [b"<r/>"] * 2 == [request.body for request in server.recorded]


async def test_at_most_five_redirects_are_followed(server: ScriptedServer, client: HttpClient) -> None:
    for _ in range(9):
        server.answer("GET", 307, Location="/again")
    with pytest.raises(InvalidAnswer, match="redirects"):
        await client.request("GET", server.url, follow=True)
    assert 6 == len(server.recorded)


async def test_a_login_never_goes_to_another_port(server: ScriptedServer, client: HttpClient) -> None:
    with ScriptedServer() as other:
        server.answer("GET", 302, Location=other.url + "trap")
        other.answer("GET", 200, b"hello")
        assert (await client.request("GET", server.url, follow=True)).body == b"hello"
        assert "authorization" not in other.recorded[0].headers


async def test_a_gzip_bomb_stops_at_the_cap(server: ScriptedServer, client: HttpClient) -> None:
    server.answer("GET", 200, gzip.compress(b"\0" * 50_000_000), Content_Encoding="gzip")
    with pytest.raises(InvalidAnswer, match="100000 bytes"):
        await client.request("GET", server.url)


async def test_gzip_is_unpacked(server: ScriptedServer, client: HttpClient) -> None:
    server.answer("GET", 200, gzip.compress(b"abc" * 30_000), Content_Encoding="gzip")
    assert (await client.request("GET", server.url)).body == b"abc" * 30_000


@pytest.mark.parametrize("packed", [gzip.compress(b"abc" * 30_000)[:-20], b"no gzip at all"])
async def test_a_broken_gzip_stream_is_an_invalid_answer(
    server: ScriptedServer, client: HttpClient, packed: bytes
) -> None:
    server.answer("GET", 200, packed, Content_Encoding="gzip")
    with pytest.raises(InvalidAnswer):
        await client.request("GET", server.url)


async def test_a_body_that_breaks_off_is_unavailable(server: ScriptedServer, client: HttpClient) -> None:
    server.answer("GET", 200, b"x" * 50_000, cut=20_000)
    with pytest.raises(Unavailable):
        await client.request("GET", server.url)


async def test_a_connection_closed_by_the_server_is_replaced(server: ScriptedServer, client: HttpClient) -> None:
    server.answer("GET", 200, b"1", Connection="close")
    server.answer("PUT", 201)
    await client.request("GET", server.url)
    assert (await client.request("PUT", server.url, body=b"x")).status == 201


@pytest.mark.parametrize("url", ["https://127.0.0.1:1/", "https://[::1]:1/", "https://10.0.0.1/", "https://[fe80::1]/",
    "https://169.254.169.254/", "https://0.0.0.0/", "https://[::ffff:127.0.0.1]/", "https://localhost/",
    "http://127.0.0.1:1/", "ftp://example.com/", "https:///x", "file:///etc/passwd", "https://2130706433/"])  # fmt: skip
async def test_a_feed_reaches_no_private_place(url: str) -> None:
    feed = HttpClient(reach=Reach.feed(allow_private=False))
    with pytest.raises(Forbidden):
        await feed.request("GET", url)
    await feed.close()
