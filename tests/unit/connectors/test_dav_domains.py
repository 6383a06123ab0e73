"""Accounts of which the user has told no more than a domain or a mail address (RFC 6764)."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import dns.resolver
import pytest

from termintreu.model import Collection
from termintreu.model.errors import ConnectorError, Forbidden, NotFound, Unavailable
from termintreu_connectors import http_wire
from termintreu_connectors.caldav import CalDavAccount
from termintreu_connectors.carddav import CardDavAccount
from termintreu_connectors.dav import domains
from termintreu_connectors.dav.dialects import CALENDARS
from termintreu_connectors.dav.domains import service_records
from termintreu_connectors.http import HttpLimits
from tests.dns_server import DnsServer
from tests.servers import ScriptedServer, free_port, self_signed

SERVICE = "_caldavs._tcp.example.com."
SPACES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
HOME = "<C:calendar-home-set><D:href>/dav/anna/</D:href></C:calendar-home-set>"


def place(href: str, props: str) -> str:
    return (
        f"<D:multistatus {SPACES}><D:response><D:href>{href}</D:href><D:propstat><D:prop>{props}</D:prop>"
        "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>"
    )


ENTRANCE = place("/dav/", f"<D:resourcetype><D:collection/></D:resourcetype>{HOME}")
LISTING = place("/dav/anna/w/", "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    names = "DNS:example.com,DNS:*.example.com,DNS:other.test"
    return self_signed(tmp_path_factory.mktemp("certificate"), names)


@pytest.fixture
def server(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    """Every name stands on loopback, and this server's certificate is trusted."""
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(http_wire, "_tls", lambda: trusting)

    def everywhere(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", everywhere)
    with ScriptedServer(certificate=certificate) as running:
        yield running


@pytest.fixture
def dns_server() -> Iterator[DnsServer]:
    with DnsServer() as running:
        yield running


@pytest.fixture
async def account(dns_server: DnsServer) -> AsyncIterator[CalDavAccount]:
    made = CalDavAccount("work", "Anna@Example.com", "anna", "s3cret", nameservers=dns_server.nameservers)
    yield made
    await made.close()


@pytest.fixture
async def port_443(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The usual port of https leads to the server."""
    loop = asyncio.get_running_loop()
    connect = loop.create_connection

    async def forwarded(factory: Any, host: str, port: int, **more: Any) -> Any:
        return await connect(factory, host, server.port if port == 443 else port, **more)

    monkeypatch.setattr(loop, "create_connection", forwarded)


def asked(server: ScriptedServer) -> list[tuple[str, str, bool]]:
    """Host, path, and whether the log-in came along."""
    return [
        (request.headers["host"].partition(":")[0], request.path, "authorization" in request.headers)
        for request in server.recorded
    ]


async def found(account: CalDavAccount) -> list[str]:
    return [collection.href for collection in await account.collections()]


async def test_dns_names_server_port_and_path_and_only_then_the_login_is_sent(
    server: ScriptedServer, dns_server: DnsServer, account: CalDavAccount
) -> None:
    dns_server.record(SERVICE, "SRV", f"0 1 {server.port} DAV.example.com.")
    dns_server.record(SERVICE, "TXT", '"txtvers=1" "path=/dav/"')
    server.answer("PROPFIND", 401)
    server.answer("PROPFIND", 207, ENTRANCE)
    for _ in range(2):
        server.answer("PROPFIND", 207, LISTING)
        assert ["/dav/anna/w/"] == await found(account)
    host = "dav.example.com"
    assert [(host, "/dav/", False), (host, "/dav/", True), *[(host, "/dav/anna/", True)] * 2] == asked(server)
    assert [(SERVICE, "SRV"), (SERVICE, "TXT")] == dns_server.asked


async def test_without_a_path_in_dns_the_well_known_place_of_that_server_leads_on(
    server: ScriptedServer, dns_server: DnsServer, account: CalDavAccount
) -> None:
    dns_server.record(SERVICE, "SRV", f"0 1 {server.port} dav.example.com.")
    server.answer("PROPFIND", 301, Location=f"https://cloud.example.com:{server.port}/dav/")
    server.answer("PROPFIND", 401)
    server.answer("PROPFIND", 207, ENTRANCE)
    server.answer("PROPFIND", 207, LISTING)
    assert ["/dav/anna/w/"] == await found(account)
    assert [
        ("dav.example.com", "/.well-known/caldav", False),
        ("cloud.example.com", "/dav/", False),
        ("cloud.example.com", "/dav/", True),
        ("cloud.example.com", "/dav/anna/", True),
    ] == asked(server)


@pytest.mark.usefixtures("port_443")
@pytest.mark.parametrize("mood", ["well", "failing", "silent", "garbled"])
async def test_where_dns_knows_nothing_or_is_broken_the_well_known_place_of_the_domain_is_asked(
    server: ScriptedServer, dns_server: DnsServer, account: CalDavAccount, monkeypatch: pytest.MonkeyPatch, mood: Any
) -> None:
    monkeypatch.setattr(domains, "_WITHIN", 0.2)
    dns_server.mood = mood
    server.answer("PROPFIND", 308, Location="/dav/")
    server.answer("PROPFIND", 401)
    server.answer("PROPFIND", 207, ENTRANCE)
    server.answer("PROPFIND", 207, LISTING)
    assert ["/dav/anna/w/"] == await found(account)
    assert [("example.com", "/.well-known/caldav", False), ("example.com", "/dav/", False)] == asked(server)[:2]


async def test_servers_are_tried_in_the_order_of_their_priority_until_one_answers(
    server: ScriptedServer, dns_server: DnsServer, account: CalDavAccount
) -> None:
    dns_server.record(
        SERVICE,
        "SRV",
        f"20 0 {server.port} last.example.com.",
        f"10 1 {server.port} b.example.com.",
        f"10 9 {server.port} a.example.com.",
        f"5 0 {free_port()} closed.example.com.",
    )
    dns_server.record(SERVICE, "TXT", '"path=/dav/"')
    server.answer("PROPFIND", 404)
    server.answer("PROPFIND", 207, ENTRANCE)
    server.answer("PROPFIND", 207, ENTRANCE)
    server.answer("PROPFIND", 207, LISTING)
    assert ["/dav/anna/w/"] == await found(account)
    assert ["a.example.com", "b.example.com", "b.example.com", "b.example.com"] == [
        host for host, _, _ in asked(server)
    ]


@pytest.mark.requirement(25)
@pytest.mark.usefixtures("port_443")
async def test_a_server_of_another_domain_gets_no_login_and_is_named(
    server: ScriptedServer, dns_server: DnsServer, account: CalDavAccount
) -> None:
    dns_server.record(SERVICE, "SRV", f"0 1 {server.port} dav.other.test.", f"1 1 {server.port} evilexample.com.")
    server.answer("PROPFIND", 404)
    with pytest.raises(NotFound, match=r"DNS names dav.other.test as the calendar server of example.com.* https URL"):
        await account.collections()
    assert [("example.com", "/.well-known/caldav", False)] == asked(server)


@pytest.mark.requirement(25)
@pytest.mark.usefixtures("port_443")
@pytest.mark.parametrize("target", ["https://other.test/dav/", "https://evilexample.com/", "https://127.0.0.1/"])
async def test_a_well_known_place_that_leads_to_another_domain_is_not_followed(
    server: ScriptedServer, account: CalDavAccount, target: str
) -> None:
    server.answer("PROPFIND", 301, Location=target)
    with pytest.raises(NotFound, match=r"example.com sends us on to .* give its https URL"):
        await account.collections()
    assert 1 == len(server.recorded)


@pytest.mark.requirement(24)
@pytest.mark.usefixtures("port_443")
async def test_a_well_known_place_does_not_lead_out_of_tls(server: ScriptedServer, account: CalDavAccount) -> None:
    server.answer("PROPFIND", 301, Location="http://example.com/dav/")
    with pytest.raises(Forbidden, match="https to http"):
        await account.collections()


@pytest.mark.usefixtures("port_443")
@pytest.mark.parametrize(("status", "error"), [(200, NotFound), (404, NotFound), (405, NotFound), (503, Unavailable)])
async def test_a_domain_without_a_calendar_server_asks_for_its_url(
    server: ScriptedServer, account: CalDavAccount, status: int, error: type[ConnectorError]
) -> None:
    server.answer("PROPFIND", status, "<html>")
    with pytest.raises(error, match="https URL" if error is NotFound else "503"):
        await account.collections()


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("mood", "within", "reason"),
    [
        ("failing", 30.0, "the DNS servers failed"),
        ("silent", 0.2, "none within 0.2 s"),
        ("garbled", 0.2, "none within 0.2 s"),
    ],
)
async def test_dns_that_is_broken_is_told_of_where_nothing_else_helps(
    dns_server: DnsServer,
    account: CalDavAccount,
    monkeypatch: pytest.MonkeyPatch,
    mood: Any,
    within: float,
    reason: str,
) -> None:
    monkeypatch.setattr(domains, "_WITHIN", within)
    dns_server.mood = mood
    begun = asyncio.get_running_loop().time()
    with pytest.raises(Unavailable, match=f"calendar server of example.com .*{reason}.* https URL"):
        await account.collections()
    assert asyncio.get_running_loop().time() - begun < 2.0


async def test_a_machine_without_dns_servers_is_told_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = dns.resolver.BaseResolver.read_resolv_conf
    monkeypatch.setattr(
        dns.resolver.BaseResolver, "read_resolv_conf", lambda self, _: real(self, str(tmp_path / "missing"))
    )
    with pytest.raises(Unavailable, match="names no DNS server"):
        await service_records(dns.name.from_text("example.com"), CALENDARS, None, within=1.0)


@pytest.mark.parametrize(
    "url", ["example com", "example.com/dav", "example.com:8443", "a..b", "x" * 70 + ".de", "@", ""]
)
async def test_what_is_neither_url_nor_domain_is_said_so_and_never_looked_up(dns_server: DnsServer, url: str) -> None:
    account = CalDavAccount("work", url, "anna", "s3cret", nameservers=dns_server.nameservers)
    with pytest.raises(NotFound, match="neither a URL"):
        await account.collections()
    assert [] == dns_server.asked


async def test_the_environment_sends_the_search_nowhere_else(
    server: ScriptedServer, dns_server: DnsServer, account: CalDavAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer() as proxy:
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        dns_server.record(SERVICE, "SRV", f"0 1 {server.port} dav.example.com.")
        for status, body in ((401, ""), (207, ENTRANCE), (207, LISTING)):
            server.answer("PROPFIND", status, body)
        assert ["/dav/anna/w/"] == await found(account)
        assert 0 == proxy.connections


async def test_polls_after_a_start_find_the_server_first_and_once(
    server: ScriptedServer, dns_server: DnsServer, account: CalDavAccount
) -> None:
    dns_server.record(SERVICE, "SRV", f"0 1 {server.port} dav.example.com.")
    server.answer("PROPFIND", 401)
    for _ in range(2):
        server.answer("REPORT", 207, f"<D:multistatus {SPACES}><D:sync-token>t2</D:sync-token></D:multistatus>")
    work = Collection(href="/dav/anna/w/", name="Work")
    await asyncio.gather(*(account.changes(work, "t1", {}) for _ in range(2)))
    assert [("/.well-known/caldav", False), *[("/dav/anna/w/", True)] * 2] == [entry[1:] for entry in asked(server)]


async def test_address_books_have_a_service_of_their_own(server: ScriptedServer, dns_server: DnsServer) -> None:
    dns_server.record("_carddavs._tcp.example.com.", "SRV", f"0 1 {server.port} cards.example.com.")
    server.answer("PROPFIND", 404)
    account = CardDavAccount("people", "example.com", "anna", "s3cret", nameservers=dns_server.nameservers)
    with pytest.raises(NotFound, match=r"No address book server is to be found for example.com"):
        await account.collections()
    assert [("cards.example.com", "/.well-known/carddav", False)] == asked(server)
    await account.close()


@pytest.mark.requirement(24)
async def test_an_address_that_dns_gives_is_checked_like_any_other(
    dns_server: DnsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda _, port, **__: [(2, 1, 6, "", ("0.0.0.0", port))])
    dns_server.record(SERVICE, "SRV", "0 1 8443 dav.example.com.")
    account = CalDavAccount("work", "example.com", nameservers=dns_server.nameservers, limits=HttpLimits(connect=1.0))
    with pytest.raises(Forbidden, match=r"dav.example.com: a never address is refused"):
        await account.collections()
