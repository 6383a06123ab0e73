"""Which addresses a connection may be made to. What is connected to is the address that was checked, never the name
again: one that resolves differently the second time gains nothing.
It may not decide anything about URLs, redirects or credentials.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from termintreu.model.errors import Forbidden
from termintreu_connectors.http_names import addresses
from termintreu_connectors.http_urls import bare_domain, origin

AddressKind = Literal["public", "private", "loopback", "never"]

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_ALL: frozenset[AddressKind] = frozenset({"public", "private", "loopback"})
_PUBLIC: frozenset[AddressKind] = frozenset({"public"})


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
    """Kinds of addresses that the named host may have, over TLS."""
    http: frozenset[AddressKind]
    """Kinds of addresses that the named host may have, in the clear; empty: plain http is refused."""
    host: str | None = None
    """The host that the configuration names, in lower case. Any other one, which a server sends us to, must be public
    and is reached over TLS only. None: no host is named, and all are alike."""
    is_domain: bool = False
    """The configuration names a domain (RFC 6764): the hosts below it count as named."""

    @classmethod
    def feed(cls, *, allow_private: bool, url: str | None = None) -> Reach:
        """For subscribed feeds: public addresses over https; private and loopback ones only where allowed."""
        if allow_private:
            return cls(https=_ALL, http=frozenset({"private", "loopback"}))._named(url)
        return cls(https=_PUBLIC, http=frozenset())._named(url)

    @classmethod
    def account(cls, *, allow_private: bool, url: str | None = None) -> Reach:
        """For accounts with a log-in, set up on purpose: any address over https; plain http to this machine, and
        to private addresses where allowed."""
        http: frozenset[AddressKind] = frozenset({"private", "loopback"} if allow_private else {"loopback"})
        return cls(https=_ALL, http=http)._named(url)

    def _named(self, url: str | None) -> Reach:
        if url is None:
            return self
        domain = bare_domain(url)
        try:
            return replace(self, host=origin(url)[1] if domain is None else domain, is_domain=domain is not None)
        except ValueError:  # no URL: refused as soon as it is asked
            return replace(self, host="")

    def names(self, host: str) -> bool:
        """Whether `host` (lower case) is the one that the configuration names. A host is a name: its port does not
        matter, and another name for the same address is another host."""
        if self.host is None or host == self.host:
            return True
        return self.is_domain and host.endswith("." + self.host)

    def to(self, scheme: str, host: str) -> frozenset[AddressKind]:
        """The kinds of addresses that `host` (lower case) may have."""
        if self.names(host):
            return self.https if scheme == "https" else self.http
        return _PUBLIC if scheme == "https" else frozenset()


async def resolved(host: str, port: int, scheme: str, reach: Reach, within: float) -> list[str]:
    """The addresses of a host that may be connected to, in the order in which to try them.

    `within`: seconds for DNS. Raises Forbidden where none of those that there are is allowed, Unavailable where DNS
    does not answer in time, and OSError where there are none.
    """
    found = [host]
    if address_kind(host) == "never":  # no address, but a name
        found = await addresses(host, port, within)
    allowed = reach.to(scheme, host)
    good = [address for address in found if address_kind(address) in allowed]
    if found and not good:
        raise Forbidden(_refusal(host, scheme, {address_kind(address) for address in found}, reach))
    return good


def _refusal(host: str, scheme: str, kinds: set[AddressKind], reach: Reach) -> str:
    if scheme == "http" and "public" in kinds:
        return f"{host}: plain http is refused, use https"
    found = f"{host}: a {' or '.join(sorted(kinds))} address is refused"
    if reach.names(host):
        return f"{found}, unless allow_private is set"
    return f"{found}: only the host that the configuration names may have one, and that is {reach.host}"
