"""Requests to the authorization server: under TLS, redirected nowhere, and to no private address that only a server
names. Each has a connection of its own: they are rare.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from termintreu.model.errors import Forbidden
from termintreu_connectors.http import HttpClient, HttpLimits, HttpResponse
from termintreu_connectors.http_addresses import AddressKind, Reach, address_kind
from termintreu_connectors.http_errors import host_of
from termintreu_connectors.http_urls import bare_domain, origin

_LIMITS = HttpLimits(body=1_000_000, connect=10.0, read=20.0, total=40.0)
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_ALL: frozenset[AddressKind] = frozenset({"public", "private", "loopback"})


class Web:
    """What may be asked on behalf of one source."""

    def __init__(self, *named: str, allow_private: bool = False, limits: HttpLimits = _LIMITS) -> None:
        """`named`: URLs or domains that the configuration names; their hosts may have private addresses. Others may
        with `allow_private` only."""
        self._hosts = frozenset(bare_domain(url) or origin(url)[1] for url in named if url)
        self._allow_private = allow_private
        self._limits = limits

    def checked(self, url: object, what: str) -> str:
        """The URL, as far as its text shows that it may be asked: https, or http to this machine where that is named.
        Raises Forbidden; `what`: for the message."""
        try:
            scheme, host, port = origin(url) if isinstance(url, str) else ("", "", 0)
            user = urlsplit(str(url)).username
        except ValueError:
            scheme, host, port, user = "", "", 0, None
        is_plain = scheme == "http" and _is_here(host) and self._may_be_private(host)
        # What people are shown must not move their terminal's cursor.
        is_text = isinstance(url, str) and url.isascii() and url.isprintable() and " " not in url
        if not (scheme == "https" or is_plain) or not host or not port or user is not None or not is_text:
            raise Forbidden(f"{what} of the authorization server is not an https address; it is not used")
        return str(url)

    async def get(self, url: str, **headers: str) -> HttpResponse:
        """Read something that is no secret; redirects are followed."""
        return await self._request("GET", url, {"Accept": "application/json"} | headers, None, follow=True)

    async def post(self, url: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None) -> HttpResponse:
        """Send a form; a redirect is an answer like any other, and not followed."""
        return await self._request("POST", url, _FORM | dict(headers or {}), urlencode(fields).encode(), follow=False)

    async def ask(self, method: str, url: str, headers: Mapping[str, str]) -> HttpResponse:
        """Any other request; not redirected."""
        return await self._request(method, url, dict(headers), None, follow=False)

    async def _request(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, *, follow: bool
    ) -> HttpResponse:
        client = HttpClient(reach=self._reach(url), limits=self._limits)
        try:
            return await client.request(method, url, headers=headers, body=body, follow=follow)
        finally:
            await client.close()

    def _reach(self, url: str) -> Reach:
        host = origin(url)[1]
        if self._may_be_private(host):
            return Reach(https=_ALL, http=frozenset({"loopback"}), host=host)
        return Reach(https=frozenset({"public"}), http=frozenset(), host=host)

    def _may_be_private(self, host: str) -> bool:
        return self._allow_private or any(host == named or host.endswith(f".{named}") for named in self._hosts)


def _is_here(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost") or address_kind(host) == "loopback"


def document(reply: HttpResponse) -> dict[str, Any]:
    """The JSON object of an answer; empty where it is none."""
    try:
        found = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def server_of(url: str) -> str:
    """The host, for messages."""
    return host_of(url)
