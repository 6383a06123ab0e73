"""Where a source's authorization server is, and where it answers: what the server names (RFC 9728), else the server
itself; its metadata by RFC 8414, else by OpenID Connect Discovery.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from termintreu.model.errors import ConnectorError, Forbidden, NotFound, Unavailable
from termintreu_connectors.http_challenges import challenges
from termintreu_connectors.http_urls import bare_domain
from termintreu_connectors.oauth.provider import Endpoints
from termintreu_connectors.oauth.web import Web, document, server_of

_RESOURCE = "/.well-known/oauth-protected-resource"
_METADATA = ("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What discovery brought."""

    endpoints: Endpoints
    scopes: tuple[str, ...] = ()
    """What the source's server says that it wants."""


async def discovered(web: Web, source: str, issuer: str | None) -> Found:
    """The endpoints for a source.

    Args:
        source: URL of the server, or a bare domain.
        issuer: as configured; None: it is found out.

    Raises NotFound where none publishes them, Forbidden where they may not be used, Unavailable.
    """
    url = source if bare_domain(source) is None else f"https://{bare_domain(source)}/"
    if issuer is not None:
        return Found(endpoints=await _endpoints(web, web.checked(issuer, "the address")))
    named, scopes = await _named(web, url)
    if named is not None:
        return Found(endpoints=await _endpoints(web, web.checked(named, "the address")), scopes=scopes)
    parts = urlsplit(url)
    return Found(endpoints=await _endpoints(web, f"{parts.scheme}://{parts.netloc}"), scopes=scopes)


async def _named(web: Web, url: str) -> tuple[str | None, tuple[str, ...]]:
    """The authorization server that the source's server names, and the scopes that it wants."""
    reply = await web.ask("PROPFIND", url, {"Depth": "0"})
    asked = [one.parameters for one in challenges(reply.headers.get("www-authenticate", "")) if one.scheme == "bearer"]
    scopes = tuple(scope for one in asked for scope in one.get("scope", "").split())
    places = [one["resource_metadata"] for one in asked if "resource_metadata" in one] or _well_known(url, _RESOURCE)
    for place in places:
        try:
            said = document(await web.get(web.checked(place, "the metadata")))
        except Unavailable:
            raise
        except ConnectorError:
            continue
        servers = said.get("authorization_servers")
        if _is_about(said.get("resource"), url) and isinstance(servers, list) and servers:
            wanted = said.get("scopes_supported")
            listed = tuple(map(str, wanted)) if isinstance(wanted, list) else ()
            return str(servers[0]), scopes or listed
    return None, scopes


def _is_about(resource: object, url: str) -> bool:
    """Whether protected-resource metadata speaks for a URL (RFC 9728 3.3): the same server, and a path above it."""
    if not isinstance(resource, str):
        return False
    theirs, ours = urlsplit(resource), urlsplit(url)
    path = theirs.path.rstrip("/") + "/"
    return (theirs.scheme, theirs.netloc) == (ours.scheme, ours.netloc) and (ours.path + "/").startswith(path)


async def _endpoints(web: Web, issuer: str) -> Endpoints:
    for suffix in _METADATA:
        for place in _well_known(issuer, suffix):
            reply = await web.get(place)
            if reply.status in {408, 429} or reply.status >= 500:
                raise Unavailable(f"{server_of(place)}: no metadata at the moment (status {reply.status})")
            said = document(reply) if reply.status == 200 else {}
            if said.get("issuer") is None:
                continue
            if str(said["issuer"]).rstrip("/") != issuer.rstrip("/"):
                raise Forbidden(
                    f"{server_of(issuer)}: its metadata speaks for another issuer (RFC 8414 3.3); if that is yours, "
                    "configure it as issuer"
                )
            return _read(web, said, issuer)
    raise NotFound(
        f"{server_of(issuer)} publishes no endpoints for OAuth (RFC 8414): if the authorization server is another one, "
        "configure its issuer; otherwise use an app password"
    )


def _well_known(url: str, suffix: str) -> list[str]:
    """The places for a URL with a path: the suffix between host and path (RFC 8414 3.1), behind the path (OpenID
    Connect), and without the path."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    paths = [suffix + path, path + suffix]
    return [urlunsplit((parts.scheme, parts.netloc, each, "", "")) for each in dict.fromkeys(paths)]


def _read(web: Web, said: dict[str, Any], issuer: str) -> Endpoints:
    def endpoint(name: str) -> str | None:
        return None if said.get(name) is None else web.checked(said[name], f"the {name}")

    token = endpoint("token_endpoint")
    if token is None:
        raise NotFound(f"{server_of(issuer)}: its metadata names no token endpoint")
    methods = said.get("token_endpoint_auth_methods_supported")
    scopes = said.get("scopes_supported")
    return Endpoints(
        issuer=issuer,
        token=token,
        authorization=endpoint("authorization_endpoint"),
        device=endpoint("device_authorization_endpoint"),
        revocation=endpoint("revocation_endpoint"),
        takes_secret_in_body=isinstance(methods, list)
        and "client_secret_post" in methods
        and "client_secret_basic" not in methods,
        offers_offline=isinstance(scopes, list) and "offline_access" in scopes,
    )
