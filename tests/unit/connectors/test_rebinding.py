"""Names that mean one address when they are checked and another when they are used: there is no such gap."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from termintreu.model.errors import Forbidden, InvalidAnswer
from termintreu_connectors.http import HttpClient, HttpLimits, Reach
from termintreu_connectors.http_urls import checked_url, split_credentials
from termintreu_connectors.ics_feed import IcsFeed
from tests.servers import ScriptedServer

NAME = "feed.example"
CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
LOOPBACK_ONLY = Reach(https=frozenset(), http=frozenset({"loopback"}))
"""Stands for "public only" where tests may not leave this machine: what is allowed is one kind of address."""

pytestmark = pytest.mark.requirement(24)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


class Resolver:
    """DNS that answers differently each time it is asked; numeric addresses are passed on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
        self.asked = 0
        self._answers = answers
        self._system = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self._resolve)

    def _resolve(self, host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        return self._next(port) if host in {NAME, NAME.encode()} else self._system(host, port, *rest, **more)

    def _next(self, port: Any) -> Any:
        address = self._answers[min(self.asked, len(self._answers) - 1)]
        self.asked += 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, int(port)))]


@pytest.fixture
async def connected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses to which connections are made."""
    seen: list[str] = []
    real = asyncio.get_running_loop().sock_connect

    async def connect(sock: socket.socket, address: Any) -> None:
        seen.append(address[0])
        await real(sock, address)

    monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", connect)
    for blocking in ("connect", "connect_ex"):
        original = getattr(socket.socket, blocking)

        def note(self: socket.socket, address: Any, original: Any = original) -> Any:
            seen.append(address[0])
            return original(self, address)

        monkeypatch.setattr(socket.socket, blocking, note, raising=False)
    return seen


async def test_the_address_that_was_checked_is_the_one_that_is_connected_to(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, connected: list[str]
) -> None:
    resolver = Resolver(monkeypatch, "127.0.0.1", "10.255.255.1")
    client = HttpClient(reach=LOOPBACK_ONLY, limits=HttpLimits(connect=1.0, total=5.0))
    server.answer("GET", 200, b"ok")
    assert b"ok" == (await client.request("GET", f"http://{NAME}:{server.port}/")).body
    assert (1, {"127.0.0.1"}) == (resolver.asked, set(connected))
    await client.close()


async def test_a_name_that_turns_private_is_refused_at_its_next_connection(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, connected: list[str]
) -> None:
    resolver = Resolver(monkeypatch, "127.0.0.1", "10.255.255.1")
    client = HttpClient(reach=LOOPBACK_ONLY, limits=HttpLimits(connect=1.0, total=5.0))
    server.answer("GET", 200, b"ok", Connection="close")
    await client.request("GET", f"http://{NAME}:{server.port}/")
    with pytest.raises(Forbidden):
        await client.request("GET", f"http://{NAME}:{server.port}/")
    assert (2, {"127.0.0.1"}) == (resolver.asked, set(connected))
    await client.close()


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.178.1"])
async def test_a_feed_whose_public_name_means_a_private_place_is_refused_before_any_connection(
    monkeypatch: pytest.MonkeyPatch, connected: list[str], address: str
) -> None:
    Resolver(monkeypatch, address)
    feed = IcsFeed("crm", f"https://{NAME}/secret.ics")
    (collection,) = await feed.collections()
    with pytest.raises(Forbidden, match="allow_private"):
        await feed.changes(collection, None, {})
    assert [] == connected
    await feed.close()


async def test_a_feed_on_loopback_is_read_only_where_it_is_allowed(server: ScriptedServer) -> None:
    server.answer("GET", 200, CALENDAR)
    refused, allowed = IcsFeed("crm", server.url), IcsFeed("crm", server.url, allow_private=True)
    (collection,) = await allowed.collections()
    with pytest.raises(Forbidden):
        await refused.changes(collection, None, {})
    assert [] == server.recorded
    assert (await allowed.changes(collection, None, {})).complete
    await refused.close()
    await allowed.close()


async def test_a_redirect_is_checked_like_the_first_address(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, connected: list[str]
) -> None:
    Resolver(monkeypatch, "10.255.255.1")
    client = HttpClient(reach=LOOPBACK_ONLY, limits=HttpLimits(connect=1.0, total=5.0))
    server.answer("GET", 302, Location=f"http://{NAME}:{server.port}/")
    with pytest.raises(Forbidden):
        await client.request("GET", server.url, follow=True)
    assert {"127.0.0.1"} == set(connected)
    await client.close()


def test_what_came_over_tls_never_goes_on_in_the_clear() -> None:
    for target in ("http://dav.example/", "http://127.0.0.1/", "HTTP://dav.example/"):
        with pytest.raises(Forbidden, match="https to http"):
            checked_url(target, "https://dav.example/")
    assert "https://dav.example/x" == checked_url("/x", "https://dav.example/")
    assert "https://other.example/" == checked_url("https://other.example/", "http://127.0.0.1/")
    assert "https://other.example/x" == checked_url("webcal://other.example/x", "https://dav.example/")


@pytest.mark.parametrize("url", ["webcal://dav.example/a", "WEBCALS://dav.example/a", "https://dav.example/a"])
def test_webcal_is_https_for_an_account_too(url: str) -> None:
    assert ("https://dav.example/a", None) == split_credentials(url)
    plain, login = split_credentials(url.replace("://", "://anna:geheim@"))
    assert "https://dav.example/a" == plain
    assert login is not None
    assert "anna" == login.username


async def test_a_redirect_loop_ends(server: ScriptedServer) -> None:
    client = HttpClient(reach=LOOPBACK_ONLY)
    for _ in range(10):
        server.answer("GET", 302, Location=server.url)
    with pytest.raises(InvalidAnswer, match="more than 5 redirects"):
        await client.request("GET", server.url, follow=True)
    assert 6 == len(server.recorded)
    await client.close()
