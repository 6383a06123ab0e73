"""Logging in with a browser: the authorization code with PKCE (RFC 7636), by a redirect to this machine (RFC 8252 7.3),
or by the address that the browser ended at, where it is on another one.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import html
import secrets
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from termintreu.model.errors import InvalidAnswer, NotFound
from termintreu_connectors.oauth.provider import Endpoints, OAuthClient, Provider
from termintreu_connectors.oauth.tokens import Refused, ask_token
from termintreu_connectors.oauth.web import Web, server_of

_LONGEST_REQUEST = 16_384
"""Bytes of the one request that is read."""
_WITHIN = 10.0
"""Seconds in which a browser has sent it."""
_PAGE = (
    '<!doctype html><meta charset="utf-8"><title>termintreu</title>'
    '<body style="font:1.2em sans-serif;margin:3em"><p>TEXT</p></body>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One authorization request, and what its answer is checked with."""

    url: str
    redirect: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)
    issuer: str = ""


def attempt(
    endpoints: Endpoints, client: OAuthClient, provider: Provider, scopes: Iterable[str], redirect: str
) -> Attempt:
    """The request to be opened in a browser (RFC 6749 4.1.1). Raises NotFound where the server takes none."""
    if endpoints.authorization is None:
        raise NotFound(f"{server_of(endpoints.token)} has no page to log in at; try --device")
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": client.id,
        "redirect_uri": redirect,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        **provider.parameters,
    }
    if wanted := " ".join(dict.fromkeys(scopes)):
        query["scope"] = wanted
    parts = urlsplit(endpoints.authorization)
    whole = "&".join(filter(None, (parts.query, urlencode(query))))
    url = urlunsplit((parts.scheme, parts.netloc, parts.path, whole, ""))
    return Attempt(url=url, redirect=redirect, state=state, verifier=verifier, issuer=endpoints.issuer)


def code_in(address: str, tried: Attempt) -> str:
    """The code in the address that a browser was sent to. Raises InvalidAnswer where it answers another request or
    none, Refused where the user or the server said no."""
    try:
        given = dict(parse_qsl(urlsplit(address.strip()).query))
    except ValueError:
        given = {}
    if not hmac.compare_digest(given.get("state", "").encode(), tried.state.encode()):
        raise InvalidAnswer("that address does not belong to this log-in: the one is wanted at which the browser ended")
    if given.get("iss", tried.issuer).rstrip("/") != tried.issuer.rstrip("/"):  # RFC 9207
        raise InvalidAnswer("another server answered than was asked; nothing was sent to it")
    if "error" in given:
        said = "it was not allowed" if given["error"] == "access_denied" else "the server refused"
        raise Refused(f"{server_of(tried.url)}: {said}", code="access_denied")
    if not given.get("code"):
        raise InvalidAnswer("that address holds no code: the one is wanted at which the browser ended")
    return given["code"]


async def redeemed(web: Web, code: str, tried: Attempt, endpoints: Endpoints, client: OAuthClient) -> dict[str, Any]:
    """The token answer for a code. Raises as `ask_token`."""
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": tried.redirect,
        "code_verifier": tried.verifier,
    }
    return await ask_token(web, endpoints.token, client, fields, in_body=endpoints.takes_secret_in_body)


class Redirect:
    """Waits on this machine, on a port of its own, for the browser to come back."""

    def __init__(self, port: int, arrived: asyncio.Queue[str], said: dict[str, Callable[[str], str]]) -> None:
        self.port = port
        self._arrived = arrived
        self._said = said

    async def code(self, tried: Attempt) -> str:
        """The code. Requests that do not answer `tried` are turned away; raises Refused."""
        self._said["check"] = lambda address: code_in(address, tried)
        return code_in(await self._arrived.get(), tried)


@asynccontextmanager
async def redirected(translated: Callable[[str], str] = str) -> AsyncIterator[Redirect]:
    """Listen on 127.0.0.1 while the context lasts; the first request that fits is the only one that counts.

    `translated`: puts what the browser shows into the user's language.
    """
    arrived: asyncio.Queue[str] = asyncio.Queue()
    said: dict[str, Callable[[str], str]] = {}

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, TimeoutError, ValueError, asyncio.IncompleteReadError):
            async with asyncio.timeout(_WITHIN):
                head = await reader.readuntil(b"\r\n\r\n")
                status, text = _taken(head, arrived, said.get("check"))
                writer.write(_answer(status, translated(text)))
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0, limit=_LONGEST_REQUEST)
    try:
        yield Redirect(server.sockets[0].getsockname()[1], arrived, said)
    finally:
        server.close()


def _taken(head: bytes, arrived: asyncio.Queue[str], check: Callable[[str], str] | None) -> tuple[str, str]:
    method, target, *_ = [*head.split(b"\r\n", 1)[0].decode("latin-1").split(" "), "", ""]
    if method != "GET" or urlsplit(target).path != "/" or check is None:
        return "404 Not Found", "There is nothing here."
    try:
        check(target)
    except InvalidAnswer:
        return "400 Bad Request", "This does not belong to the log-in that termintreu waits for."
    except Refused:
        arrived.put_nowait(target)
        return "200 OK", "The log-in was refused. You can close this window."
    arrived.put_nowait(target)
    return "200 OK", "That is all. You can close this window, and go back to termintreu."


def _answer(status: str, text: str) -> bytes:
    body = _PAGE.replace("TEXT", html.escape(text)).encode()
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nContent-Security-Policy: default-src 'none'; "
        "style-src 'unsafe-inline'\r\nConnection: close\r\n\r\n"
    )
    return head.encode("ascii") + body
