"""Which addresses a connection may be made to. What is connected to is the address that was checked, never the name
again: one that resolves differently the second time gains nothing.
It may not decide anything about URLs, redirects or credentials.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from termintreu.errors import Forbidden

AddressKind = Literal["public", "private", "loopback", "never"]

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_ALL: frozenset[AddressKind] = frozenset({"public", "private", "loopback"})


@lru_cache(maxsize=256)
def address_kind(address: str) -> AddressKind:
    """What sort of place an IP address is. Addresses that wrap an IPv4 one (mapped, 6to4, NAT64) count as that one.

    `private` is all that the Internet does not route: RFC 1918, link-local, unique-local, shared (RFC 6598),
    documentation. `never`: multicast, unspecified and text that is no address.
    """
    try:
        ip = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return "never"
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        ip = inner or ip
    if ip.is_multicast or ip.is_unspecified:
        return "never"
    if ip.is_loopback:
        return "loopback"
    return "public" if ip.is_global else "private"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far a client may reach, by scheme."""

    https: frozenset[AddressKind]
    """Kinds of addresses that may be reached over TLS."""
    http: frozenset[AddressKind]
    """Kinds of addresses that may be reached in the clear; empty: plain http is refused."""

    @classmethod
    def feed(cls, *, allow_private: bool) -> Reach:
        """For subscribed feeds: public addresses over https; private and loopback ones only where allowed."""
        if allow_private:
            return cls(https=_ALL, http=frozenset({"private", "loopback"}))
        return cls(https=frozenset({"public"}), http=frozenset())

    @classmethod
    def account(cls, *, allow_private: bool) -> Reach:
        """For accounts with a log-in, set up on purpose: any address over https; plain http to this machine, and
        to private addresses where allowed."""
        return cls(https=_ALL, http=frozenset({"private", "loopback"} if allow_private else {"loopback"}))


async def resolved(host: str, port: int, allowed: frozenset[AddressKind], scheme: str) -> list[str]:
    """The addresses of a host that may be connected to, in the order in which to try them.

    Raises Forbidden where none of those that there are is allowed, and OSError where there are none.
    """
    found = [host]
    if address_kind(host) == "never":  # no address, but a name
        records = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found = list(dict.fromkeys(str(record[4][0]) for record in records))
    good = [address for address in found if address_kind(address) in allowed]
    if found and not good:
        raise Forbidden(_refusal(host, scheme, {address_kind(address) for address in found}))
    return good


def _refusal(host: str, scheme: str, kinds: set[AddressKind]) -> str:
    if scheme == "http" and "public" in kinds:
        return f"{host}: plain http is refused, use https"
    return f"{host}: a {' or '.join(sorted(kinds))} address is refused, unless allow_private is set"
