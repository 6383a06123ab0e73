"""Which addresses a connection may be made to. The check sits in the resolver of the connection pool, so the address
that was checked is the one that is connected to: a name that resolves differently the second time gains nothing.
It may not decide anything about URLs, redirects or credentials.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import Any, Literal

from niquests.packages.urllib3.contrib.resolver._async.system import (  # type: ignore[import-not-found]  # an alias made at import time; it names the very classes that niquests itself uses
    SystemResolver,
)

from termintreu.errors import Forbidden

AddressKind = Literal["public", "private", "loopback", "never"]

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_ALL: frozenset[AddressKind] = frozenset({"public", "private", "loopback"})


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


class CheckedResolver(SystemResolver):  # type: ignore[misc]  # its base has no types
    """The system's resolver, minus the addresses that may not be connected to."""

    def __init__(self, allowed: frozenset[AddressKind], scheme: str) -> None:
        super().__init__()
        self._allowed = allowed
        self._scheme = scheme

    async def getaddrinfo(  # noqa: PLR0917 - the signature is the library's
        self,
        host: bytes | str | None,
        port: str | int | None,
        family: socket.AddressFamily,
        type: socket.SocketKind,  # noqa: A002 - the name is the library's
        proto: int = 0,
        flags: int = 0,
        *,
        quic_upgrade_via_dns_rr: bool = False,
    ) -> list[Any]:
        """As socket.getaddrinfo; raises Forbidden where no address is left."""
        found = await super().getaddrinfo(
            host, port, family, type, proto, flags, quic_upgrade_via_dns_rr=quic_upgrade_via_dns_rr
        )
        good = [record for record in found if address_kind(str(record[4][0])) in self._allowed]
        if found and not good:
            name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
            raise Forbidden(self._refusal(name or "", {address_kind(str(record[4][0])) for record in found}))
        return good

    def _refusal(self, host: str, kinds: set[AddressKind]) -> str:
        if self._scheme == "http" and "public" in kinds:
            return f"{host}: plain http is refused, use https"
        return f"{host}: a {' or '.join(sorted(kinds))} address is refused, unless allow_private is set"
