"""Finds the server of a bare domain (RFC 6764): what DNS names for it, else the domain's own well-known place. Over TLS
only, and on hosts of that domain only; the log-in is not sent while it looks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dns.asyncresolver import Resolver
from dns.exception import DNSException, Timeout
from dns.name import Name, from_text
from dns.nameserver import Do53Nameserver
from dns.resolver import NXDOMAIN, NoResolverConfiguration

from termintreu.model.errors import ConnectorError, NotFound, Unavailable
from termintreu_connectors.dav import bodies
from termintreu_connectors.dav.dialects import Dialect
from termintreu_connectors.http import HttpClient
from termintreu_connectors.http_errors import host_of, status_error
from termintreu_connectors.http_urls import checked_url, origin

Nameservers = Sequence[tuple[str, int]]
"""Addresses and ports of DNS servers."""

_WITHIN = 5.0
"""Seconds for a question to DNS, with its repetitions."""
_SERVERS = 4
"""Servers of one domain that are tried."""
_HOPS = 5
"""Redirects that are followed."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ANSWERS = frozenset({207, 401})
"""What a DAV server says to a PROPFIND without a log-in."""
_HEADERS = {"Content-Type": 'application/xml; charset="utf-8"', "Depth": "0"}
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
_PATH = re.compile(r"/[\x21-\x7e]{0,1000}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What DNS says of one service of a domain."""

    servers: tuple[tuple[str, int], ...] = ()
    """Hosts of this domain and their ports, the preferred one first."""
    foreign: tuple[str, ...] = ()
    """Hosts that do not belong to it."""
    path: str | None = None


async def located(domain: str, dialect: Dialect, http: HttpClient, nameservers: Nameservers | None = None) -> str:
    """The https URL of a domain's server.

    Args:
        http: its `home` must not be set yet, so that it sends no log-in.
        nameservers: None for those of the system.

    Raises NotFound where the domain names none, or only some of another domain; Unavailable where DNS or the server
    does not answer at the moment.
    """
    name = _name(domain, dialect)
    failures: list[ConnectorError] = []
    records = Records()
    try:
        records = await service_records(name, dialect, nameservers, within=_WITHIN)
    except Unavailable as failure:  # some routers drop whatever is no address: the well-known place may still answer
        failures.append(failure)
    for url in candidates(name, dialect, records):
        try:
            return await _followed(http, url, name, dialect)
        except ConnectorError as failure:
            failures.append(failure)
    if records.foreign and not records.servers:
        raise NotFound(
            f"DNS names {records.foreign[0]} as the {dialect.noun} server of {_text(name)}, which does not belong to "
            "that domain and does not get the log-in; if that is your provider, give its https URL"
        )
    raise failures[0]


async def service_records(name: Name, dialect: Dialect, nameservers: Nameservers | None, *, within: float) -> Records:
    """The SRV and TXT records of the service over TLS (RFC 6764 3, 4). Of equal priority the greatest weight comes
    first. `within`: seconds for each of the two. Raises Unavailable where DNS does not answer."""
    service = from_text(f"_{dialect.service}s._tcp", origin=None).concatenate(name)
    try:
        resolver = Resolver(configure=nameservers is None)
        if nameservers is not None:
            resolver.nameservers = [Do53Nameserver(address, port) for address, port in nameservers]
        resolver.timeout, resolver.lifetime = within / 2, within
        found = sorted(await _asked(resolver, service, "SRV"), key=lambda srv: (srv.priority, -srv.weight))
        texts = await _asked(resolver, service, "TXT") if found else []
    except (DNSException, OSError) as failure:
        raise Unavailable(
            f"DNS gave no answer about the {dialect.noun} server of {_text(name)} ({_why(failure, within)}); "
            "give the server's https URL to do without"
        ) from failure
    hosts = [(srv.target, _text(srv.target), int(srv.port)) for srv in found]
    good = [(target, host, port) for target, host, port in hosts if _HOST.fullmatch(host) and port]
    return Records(
        servers=tuple((host, port) for target, host, port in good if target.is_subdomain(name))[:_SERVERS],
        foreign=tuple(host for target, host, _ in good if not target.is_subdomain(name)),
        path=_path([string.decode("latin-1") for text in texts for string in text.strings]),
    )


def candidates(name: Name, dialect: Dialect, records: Records) -> list[str]:
    """Where to look, in this order (RFC 6764 6). The well-known place leads on from a server whose path is unknown."""
    known = f"/.well-known/{dialect.service}"
    if not records.servers:
        return [f"https://{_text(name)}{known}"]
    return [
        f"https://{host}{'' if port == 443 else f':{port}'}{records.path or known}" for host, port in records.servers
    ]


async def _followed(http: HttpClient, url: str, name: Name, dialect: Dialect) -> str:
    for _ in range(_HOPS + 1):
        reply = await http.request("PROPFIND", url, headers=_HEADERS, body=bodies.discovery(dialect), cap=1_000_000)
        if reply.status in _ANSWERS:
            return url
        target = reply.headers.get("location")
        if reply.status not in _REDIRECTS or not target:
            failure = status_error("PROPFIND", url, reply.status, reply.headers)
            if isinstance(failure, Unavailable):
                raise failure
            break
        url = checked_url(target, url)
        if not _belongs(url, name):
            raise NotFound(
                f"{_text(name)} sends us on to {host_of(url)}, which does not belong to that domain and does not get "
                "the log-in; if that is your provider, give its https URL"
            )
    raise NotFound(f"No {dialect.noun} server is to be found for {_text(name)}; give its https URL")


async def _asked(resolver: Resolver, name: Name, kind: str) -> list[Any]:
    try:
        answer = await resolver.resolve(name, kind, raise_on_no_answer=False, search=False)
    except NXDOMAIN:
        return []
    return list(answer)


def _why(failure: Exception, within: float) -> str:
    if isinstance(failure, NoResolverConfiguration):
        return "this machine names no DNS server in /etc/resolv.conf"
    if isinstance(failure, Timeout):
        return f"none within {within:g} s"
    return "the DNS servers failed"


def _path(texts: Sequence[str]) -> str | None:
    """The `path` of TXT records (RFC 6764 4), where it is one."""
    pairs = [pair.partition("=") for text in texts for pair in text.split()]
    found = [value for key, _, value in pairs if key.lower() == "path" and _PATH.fullmatch(value)]
    return found[0] if found else None


def _belongs(url: str, name: Name) -> bool:
    host = origin(url)[1]
    own = _text(name)
    return host == own or host.endswith("." + own)


def _name(domain: str, dialect: Dialect) -> Name:
    try:
        name = from_text(domain)
        plain = _HOST.fullmatch(_text(name)) is not None
    except (DNSException, UnicodeError):
        plain = False
    if not plain:
        raise NotFound(f"The address of the {dialect.noun} server is neither a URL (https://...) nor a domain")
    return name


def _text(name: Name) -> str:
    return name.to_text(omit_final_dot=True).lower()
