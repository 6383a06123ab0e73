"""Which addresses may be connected to, whatever a name says."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from termintreu.model.errors import Forbidden
from termintreu_connectors.http_addresses import Reach, address_kind, resolved


@pytest.mark.requirement(24)
@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("93.184.215.14", "public"),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", "public"),
        ("127.0.0.1", "loopback"),
        ("127.8.8.8", "loopback"),
        ("::1", "loopback"),
        ("::ffff:127.0.0.1", "loopback"),
        ("10.1.2.3", "private"),
        ("172.16.0.1", "private"),
        ("192.168.178.1", "private"),
        ("::ffff:192.168.178.1", "private"),
        ("100.64.0.1", "private"),
        ("169.254.169.254", "private"),
        ("fe80::1%eth0", "private"),
        ("fd00::1", "private"),
        ("64:ff9b::a00:1", "private"),
        ("64:ff9b::7f00:1", "loopback"),
        ("64:ff9b::5db8:d70e", "public"),
        ("2002:7f00:1::", "loopback"),
        ("2002:a00:1::", "private"),
        ("0.0.0.0", "never"),
        ("::", "never"),
        ("224.0.0.1", "never"),
        ("ff02::1", "never"),
        ("::ffff:0.0.0.0", "never"),
        ("255.255.255.255", "private"),
        ("no address", "never"),
    ],
)
def test_kinds_of_addresses(address: str, kind: str) -> None:
    assert kind == address_kind(address)


@pytest.mark.requirement(24)
def test_who_may_reach_what() -> None:
    assert (frozenset({"public"}), frozenset()) == (
        Reach.feed(allow_private=False).https,
        Reach.feed(allow_private=False).http,
    )
    assert {"private", "loopback"} == Reach.feed(allow_private=True).http
    assert {"loopback"} == Reach.account(allow_private=False).http
    assert {"private", "loopback"} == Reach.account(allow_private=True).http
    assert {"public", "private", "loopback"} == Reach.account(allow_private=False).https


async def found(monkeypatch: pytest.MonkeyPatch, reach: Reach, scheme: str, *addresses: str) -> list[str]:
    """The addresses to connect to, for a name for which DNS has these."""

    def dns(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", dns)
    return await resolved("example.com", 443, scheme, reach, 5.0)


async def test_of_several_addresses_only_the_allowed_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    feed = Reach.feed(allow_private=False)
    assert ["93.184.215.14"] == await found(
        monkeypatch, feed, "https", "127.0.0.1", "93.184.215.14", "10.0.0.1", "93.184.215.14"
    )


@pytest.mark.requirement(24)
async def test_a_public_name_with_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Forbidden, match="unless allow_private is set"):
        await found(monkeypatch, Reach.feed(allow_private=False), "https", "10.0.0.1")


async def test_plain_http_to_the_internet_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Forbidden, match="use https"):
        await found(monkeypatch, Reach.account(allow_private=True), "http", "93.184.215.14")


@pytest.mark.requirement(24)
@pytest.mark.parametrize(
    ("named", "host", "allowed"),
    [
        ("https://nas.example/dav/", "nas.example", True),
        ("https://NAS.example.:8443/dav/", "nas.example", True),
        ("https://anna@nas.example/", "nas.example", True),
        ("https://nas.example/dav/", "router.example", False),
        ("https://nas.example/dav/", "sub.nas.example", False),
        ("https://nas.example/dav/", "10.0.0.1", False),
        ("http://localhost:5232/", "127.0.0.1", False),
        ("http://127.0.0.1:5232/", "127.0.0.2", False),
        ("http://[::1]/", "::1", True),
        ("nas.example", "nas.example", True),
        ("anna@NAS.example", "dav.nas.example", True),
        ("nas.example", "evilnas.example", False),
        ("https://[broken/", "nas.example", False),
    ],
)
def test_the_host_that_the_configuration_names_may_be_private_and_no_other_one(
    named: str, host: str, allowed: bool
) -> None:
    for reach in (Reach.feed(allow_private=True, url=named), Reach.account(allow_private=True, url=named)):
        assert ("private" in reach.to("https", host), "private" in reach.to("http", host)) == (allowed, allowed)
        assert "public" in reach.to("https", host)


async def test_the_refusal_of_another_private_host_says_which_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    reach = Reach.account(allow_private=True, url="https://nas.example/")
    with pytest.raises(Forbidden, match=r"^example.com: a private address is refused: .* nas.example$"):
        await found(monkeypatch, reach, "https", "10.0.0.1")
