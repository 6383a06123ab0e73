"""The HTTP client: what it follows, whom it trusts with a log-in, what it refuses, what it unpacks."""

from __future__ import annotations

import asyncio
import gzip
import socket
import threading
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from termintreu.model.errors import Forbidden, InvalidAnswer, Unavailable
from termintreu_connectors.http import (
    Credentials,
    HttpClient,
    HttpLimits,
    Reach,
    split_credentials,
)
from termintreu_connectors.http_urls import may_send_login
from tests.servers import Answer, ScriptedServer, free_port, self_signed

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


@pytest.mark.requirement(24)
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


@pytest.mark.requirement(24)
async def test_at_most_five_redirects_are_followed(server: ScriptedServer, client: HttpClient) -> None:
    for _ in range(9):
        server.answer("GET", 307, Location="/again")
    with pytest.raises(InvalidAnswer, match="redirects"):
        await client.request("GET", server.url, follow=True)
    assert 6 == len(server.recorded)


@pytest.mark.requirement(25)
async def test_a_login_never_goes_to_another_port(server: ScriptedServer, client: HttpClient) -> None:
    with ScriptedServer() as other:
        server.answer("GET", 302, Location=other.url + "trap")
        other.answer("GET", 200, b"hello")
        assert (await client.request("GET", server.url, follow=True)).body == b"hello"
        assert "authorization" not in other.recorded[0].headers


@pytest.mark.requirement(22)
async def test_a_gzip_bomb_stops_at_the_cap(server: ScriptedServer, client: HttpClient) -> None:
    server.answer("GET", 200, gzip.compress(b"\0" * 50_000_000), Content_Encoding="gzip")
    tracemalloc.start()
    with pytest.raises(InvalidAnswer, match="100000 bytes"):
        await client.request("GET", server.url)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


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


async def test_a_connection_that_went_away_while_idle_is_replaced(server: ScriptedServer, client: HttpClient) -> None:
    server.answer("GET", 200, b"1", cut=1)
    server.answer("PUT", 201)
    await client.request("GET", server.url)
    await asyncio.to_thread(server.closed.wait, 10)
    assert (await client.request("PUT", server.url, body=b"x")).status == 201


@pytest.mark.requirement(24)
@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1:1/",
        "https://[::1]:1/",
        "https://10.0.0.1/",
        "https://[fe80::1]/",
        "https://169.254.169.254/",
        "https://0.0.0.0/",
        "https://[::ffff:127.0.0.1]/",
        "https://localhost/",
        "https://2130706433/",
        "https://0x7f.1/",
        "http://127.0.0.1:1/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "https:///x",
        "https://[broken/",
        "https://example.com:99999/",
        "",
    ],
)
async def test_a_feed_reaches_no_private_place(url: str) -> None:
    feed = HttpClient(reach=Reach.feed(allow_private=False))
    with pytest.raises(Forbidden):
        await feed.request("GET", url)
    await feed.close()


async def test_a_feed_may_be_allowed_to_stand_on_this_machine(server: ScriptedServer) -> None:
    feed = HttpClient(reach=Reach.feed(allow_private=True))
    server.answer("GET", 200, b"ok")
    assert (await feed.request("GET", server.url)).body == b"ok"
    await feed.close()


@pytest.mark.requirement(24)
async def test_a_redirect_to_a_private_place_is_refused(server: ScriptedServer, client: HttpClient) -> None:
    server.answer("GET", 302, Location="http://10.255.255.1/")
    with pytest.raises(Forbidden):
        await client.request("GET", server.url, follow=True)


@pytest.mark.parametrize("target", ["ftp://127.0.0.1/", "file:///etc/passwd", "http://[broken/", "http://:80/"])
async def test_a_redirect_to_no_http_place_is_refused(server: ScriptedServer, client: HttpClient, target: str) -> None:
    server.answer("GET", 302, Location=target)
    with pytest.raises(Forbidden):
        await client.request("GET", server.url, follow=True)


async def test_a_login_in_a_redirect_is_not_used(server: ScriptedServer, client: HttpClient) -> None:
    with ScriptedServer() as other:
        server.answer("GET", 302, Location=other.url.replace("//", "//evil:pw@"))
        other.answer("GET", 200)
        await client.request("GET", server.url, follow=True)
        assert "authorization" not in other.recorded[0].headers


@pytest.mark.requirement(25)
@pytest.mark.parametrize(
    ("home", "url", "sent"),
    [
        ("https://a.example/x", "https://A.example:443/y", True),
        ("https://a.example/", "https://a.example:8443/", False),
        ("https://a.example/", "http://a.example/", False),
        ("https://a.example/", "https://b.a.example/", False),
        ("https://caldav.icloud.com/", "https://p07-caldav.icloud.com/", True),
        ("https://caldav.icloud.com/", "http://p07-caldav.icloud.com/", False),
        ("https://caldav.icloud.com/", "https://icloud.com.evil.example/", False),
        ("https://caldav.icloud.com/", "https://evilicloud.com/", False),
        ("https://evil.example/", "https://caldav.icloud.com/", False),
    ],
)
def test_where_a_login_may_go(home: str, url: str, sent: bool) -> None:
    assert sent == may_send_login(home, url)


@pytest.mark.requirement(22)
async def test_silence_ends_in_a_time_out(server: ScriptedServer) -> None:
    hold = threading.Event()
    server.script.append(Answer("GET", 200, hold=hold))
    client = HttpClient(reach=Reach.account(allow_private=False), limits=HttpLimits(read=0.2))
    with pytest.raises(Unavailable, match="in time"):
        await client.request("GET", server.url)
    hold.set()
    await client.close()


@pytest.mark.requirement(22)
async def test_a_body_that_drips_ends_in_a_time_out(server: ScriptedServer) -> None:
    hold = threading.Event()
    server.script.append(Answer("GET", 200, body=b"x" * 1000, cut=10, hang_up=hold))
    client = HttpClient(reach=Reach.account(allow_private=False), limits=HttpLimits(total=0.3))
    with pytest.raises(Unavailable, match="in time"):
        await client.request("GET", server.url)
    hold.set()
    await client.close()


async def test_nobody_there_is_unavailable() -> None:
    client = HttpClient(reach=Reach.account(allow_private=False))
    with pytest.raises(Unavailable):
        await client.request("GET", f"http://127.0.0.1:{free_port()}/")
    await client.close()


async def test_a_name_that_does_not_exist_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    def dns(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", dns)
    client = HttpClient(reach=Reach.account(allow_private=False))
    with pytest.raises(Unavailable, match="no such host"):
        await client.request("GET", "https://nothing.invalid/")
    await client.close()


async def test_an_unasked_packing_is_an_invalid_answer(server: ScriptedServer, client: HttpClient) -> None:
    server.answer("GET", 200, b"x", Content_Encoding="br")
    with pytest.raises(InvalidAnswer):
        await client.request("GET", server.url)


async def test_a_body_is_read_piece_by_piece_and_the_rest_can_be_left(
    server: ScriptedServer, client: HttpClient
) -> None:
    server.answer("GET", 200, b"x" * 90_000)
    server.answer("GET", 200, b"next")
    async with client.stream("GET", server.url) as reply:
        async for chunk in reply.chunks():
            assert len(chunk) <= 90_000
            break
    assert (await client.request("GET", server.url)).body == b"next"


@pytest.mark.requirement(24)
async def test_a_certificate_that_nobody_signed_is_refused(tmp_path: Path) -> None:
    with ScriptedServer(certificate=self_signed(tmp_path)) as server:
        server.answer("GET", 200, b"secret")
        client = HttpClient(reach=Reach.account(allow_private=False), credentials=LOGIN, home=server.url)
        with pytest.raises(InvalidAnswer, match="TLS"):
            await client.request("GET", server.url)
        await client.close()
        assert server.recorded == []


@pytest.mark.requirement(26)
async def test_what_fails_names_no_path_and_no_login(server: ScriptedServer, client: HttpClient) -> None:
    server.answer("GET", 200, b"x", cut=0, Content_Length="10")
    with pytest.raises(Unavailable) as raised:
        await client.request("GET", server.url.replace("//", "//anna:geheim@") + "secret-path?token=1")
    for secret in ("secret-path", "token", "geheim", "anna"):
        assert secret not in str(raised.value)


async def test_the_login_of_the_environment_is_not_used(
    server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login evil password evil\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1/")
    client = HttpClient(reach=Reach.feed(allow_private=True))
    server.answer("GET", 200, Set_Cookie="session=1")
    server.answer("GET", 200)
    await client.request("GET", server.url)
    await client.request("GET", server.url)
    await client.close()
    assert not {"authorization", "cookie"} & set(server.recorded[1].headers)


def test_a_login_in_a_url_is_taken_out() -> None:
    url, login = split_credentials("https://an%40na:p%3Aw@example.com:8443/x?y=z")
    assert "https://example.com:8443/x?y=z" == url
    assert Credentials(username="an@na", password="p:w") == login
    assert ("https://example.com/@x", None) == split_credentials("https://example.com/@x")


async def test_a_kept_connection_that_is_closed_when_asked_is_replaced_for_reads_only() -> None:
    asked: list[str] = []

    async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n\r\n")).split()[0].decode())
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer_once, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        client = HttpClient(reach=Reach.account(allow_private=False))
        for _ in range(2):
            assert b"ok" == (await client.request("REPORT", url)).body
        assert ["REPORT", "REPORT"] == asked
        with pytest.raises(Unavailable):
            await client.request("PUT", url, body=b"x")
        assert ["REPORT", "REPORT"] == asked
        await client.close()


async def test_a_path_is_sent_as_it_is_encoded_and_what_is_not_is_encoded(
    server: ScriptedServer, client: HttpClient
) -> None:
    server.answer("GET", 200)
    await client.request("GET", server.url + "a%2Fb%20c/\u00fc d?x=%26 y&z")
    assert "/a%2Fb%20c/%C3%BC%20d?x=%26%20y&z" == server.recorded[0].path


async def test_a_name_with_a_line_break_in_a_header_is_never_sent(server: ScriptedServer, client: HttpClient) -> None:
    with pytest.raises(InvalidAnswer):
        await client.request("GET", server.url, headers={"X-A": "b\r\nX-C: d"})
    assert [] == server.recorded
