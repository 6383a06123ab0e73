"""Which addresses may be connected to, whatever a name says."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from termintreu.errors import Forbidden
from termintreu_connectors.http_addresses import AddressKind, Reach, address_kind, resolved


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


async def found(
    monkeypatch: pytest.MonkeyPatch, allowed: frozenset[AddressKind], scheme: str, *addresses: str
) -> list[str]:
    """The addresses to connect to, for a name for which DNS has these."""

    async def dns(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", dns)
    return await resolved("example.com", 443, allowed, scheme)


async def test_of_several_addresses_only_the_allowed_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    public: frozenset[AddressKind] = frozenset({"public"})
    assert ["93.184.215.14"] == await found(
        monkeypatch, public, "https", "127.0.0.1", "93.184.215.14", "10.0.0.1", "93.184.215.14"
    )


@pytest.mark.requirement(24)
async def test_a_public_name_with_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Forbidden, match="allow_private"):
        await found(monkeypatch, frozenset({"public"}), "https", "10.0.0.1")


async def test_plain_http_to_the_internet_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Forbidden, match="use https"):
        await found(monkeypatch, Reach.account(allow_private=True).http, "http", "93.184.215.14")
