"""Nextcloud's Login Flow v2: a link to open, a question now and then, and an app password comes back. Nothing is asked
or shown of another server than the source's own.
"""

from __future__ import annotations

import asyncio
import socket
from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from termintreu.model.errors import ConnectorError, Forbidden, InvalidAnswer, NotFound, Unauthorized, Unavailable
from termintreu.model.logins import Login
from termintreu_connectors.http_errors import status_error
from termintreu_connectors.http_urls import bare_domain, origin
from termintreu_connectors.oauth.web import Web, document, server_of

Sleep = Callable[[float], Awaitable[None]]

_PATH = "index.php/login/v2"
_DAV = "/remote.php/"
_WITHDRAW = "ocs/v2.php/core/apppassword"
_EVERY, _LIVES = 2.0, 1200.0
"""Seconds between two questions, and for which the server keeps the link."""
_UNKNOWN = frozenset({501, 505})
"""What servers answer that know no POST."""
_LONGEST = 512
"""Characters of a name or an app password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A log-in that was begun."""

    link: str
    poll: str
    token: str = field(repr=False)
    base: str


def base_of(url: str) -> str:
    """The root of a Nextcloud, with its slash: what stands before /remote.php/, else the whole path."""
    if (domain := bare_domain(url)) is not None:
        return f"https://{domain}/"
    parts = urlsplit(url)
    path = parts.path.partition(_DAV)[0].rstrip("/") + "/"
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def calendars_of(url: str) -> tuple[str, ...]:
    """Where the calendars of a server may be that speaks this, the likeliest first."""
    given = (url,) if _DAV in urlsplit(url).path else ()
    return tuple(dict.fromkeys((*given, f"{base_of(url)}remote.php/dav/", base_of(url))))


async def begun(web: Web, url: str) -> Flow:
    """Begin a log-in. Raises NotFound where the server does not know this one, Forbidden where it leads elsewhere."""
    base = base_of(url)
    reply = await web.post(f"{base}{_PATH}", {}, {"User-Agent": f"termintreu ({_machine()})"})
    if reply.status in {408, 429} or (reply.status >= 500 and reply.status not in _UNKNOWN):
        raise status_error("POST", base, reply.status, reply.headers)
    said = document(reply)
    poll = said.get("poll")
    if reply.status != 200 or not isinstance(poll, dict) or not isinstance(poll.get("token"), str):
        raise NotFound(
            f"{server_of(base)} does not know Nextcloud's log-in: put username and password into the configuration"
        )
    link, endpoint = web.checked(said.get("login"), "the link"), web.checked(poll.get("endpoint"), "the poll address")
    for address in (link, endpoint):
        if origin(address) != origin(base):
            raise Forbidden(
                f"{server_of(base)} sends the log-in on to {server_of(address)}, which is another server; it is not "
                "followed (of your own Nextcloud: overwrite.cli.url and overwriteprotocol in its config.php)"
            )
    return Flow(link=link, poll=endpoint, token=poll["token"], base=base)


async def granted(
    web: Web, flow: Flow, *, place: str, now: Callable[[], datetime], sleep: Sleep = asyncio.sleep
) -> Login:
    """The log-in, once the user has allowed it. Raises Unauthorized where he did not in time.

    Args:
        place: see `place_of`.
        now: the machine's clock, UTC.
        sleep: waits for so many seconds.
    """
    waited = 0.0
    while waited < _LIVES:
        await sleep(_EVERY)
        waited += _EVERY
        try:
            reply = await web.post(flow.poll, {"token": flow.token})
        except Unavailable:
            continue
        if reply.status in {404, 429} or reply.status >= 500:
            continue
        said = document(reply)
        name, password = said.get("loginName"), said.get("appPassword")
        if reply.status != 200 or not _is_text(name) or not _is_text(password):
            raise InvalidAnswer(f"{server_of(flow.poll)}: what came back is no log-in (status {reply.status})")
        if origin(str(said.get("server", flow.base))) != origin(flow.base):
            raise Forbidden(f"{server_of(flow.base)} gave a log-in for another server; it is not used")
        return Login(kind="password", place=place, secret=str(password), username=str(name), obtained_at=now())
    raise Unauthorized(f"{server_of(flow.base)}: nobody allowed it within {_LIVES / 60:.0f} minutes")


async def withdraw(web: Web, url: str, login: Login) -> bool:
    """Have the app password deleted. Whether the server did so."""
    pair = b64encode(f"{login.username}:{login.secret}".encode()).decode("ascii")
    headers = {"Authorization": "Basic " + pair, "OCS-APIRequest": "true"}
    try:
        reply = await web.ask("DELETE", base_of(url) + _WITHDRAW, headers)
    except ConnectorError:
        return False
    return reply.status == 200


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST and value.isprintable()


def _machine() -> str:
    """What the list of devices in Nextcloud's settings shows."""
    return "".join(c for c in socket.gethostname()[:64] if c.isascii() and c.isprintable() and c not in "()") or "?"
