"""Logging in with a code that is typed on another machine (RFC 8628)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from termintreu.model.errors import InvalidAnswer, NotFound, Unavailable
from termintreu_connectors.oauth.provider import Endpoints, OAuthClient
from termintreu_connectors.oauth.tokens import Refused, ask_token, authenticated, meaning
from termintreu_connectors.oauth.web import Web, document, server_of

Sleep = Callable[[float], Awaitable[None]]

_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_INTERVAL = 5.0
"""Seconds between two questions where the server names no others, and by how much longer after `slow_down`."""
_LONGEST = 1800.0
"""Seconds that are waited at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCode:
    """What the server gave."""

    url: str
    """Where the code is typed."""
    whole_url: str | None = None
    """The same with the code in it."""
    user_code: str
    code: str = field(repr=False)
    interval: float = _INTERVAL
    """Seconds."""
    lives: float = _LONGEST
    """Seconds."""


async def device_code(web: Web, endpoints: Endpoints, client: OAuthClient, scopes: Iterable[str]) -> DeviceCode:
    """Ask for a code (RFC 8628 3.1). Raises NotFound where the server gives none, Refused, Unavailable."""
    if endpoints.device is None:
        raise NotFound(f"{server_of(endpoints.token)} gives no code for another device; try --paste")
    wanted = " ".join(dict.fromkeys(scopes))
    fields = {"scope": wanted} if wanted else {}
    form, headers = authenticated(client, fields, in_body=endpoints.takes_secret_in_body)
    if client.secret is not None:
        form["client_id"] = client.id
    reply = await web.post(endpoints.device, form, headers)
    said = document(reply)
    user_code, code = said.get("user_code"), said.get("device_code")
    if reply.status != 200 or not isinstance(user_code, str) or not isinstance(code, str):
        raise meaning(reply, endpoints.device)
    if not (user_code.isascii() and user_code.isprintable() and len(user_code) <= 64):
        raise InvalidAnswer(f"{server_of(endpoints.device)}: the code cannot be shown")
    whole = said.get("verification_uri_complete")
    return DeviceCode(
        url=web.checked(said.get("verification_uri", said.get("verification_url")), "the page for the code"),
        whole_url=None if whole is None else web.checked(whole, "the page for the code"),
        user_code=user_code,
        code=code,
        interval=_seconds(said.get("interval"), _INTERVAL),
        lives=_seconds(said.get("expires_in"), _LONGEST),
    )


async def granted(
    web: Web, given: DeviceCode, endpoints: Endpoints, client: OAuthClient, *, sleep: Sleep = asyncio.sleep
) -> dict[str, Any]:
    """The token answer, once the user has typed the code (RFC 8628 3.4). Raises Refused where he said no, or did not
    in time.

    `sleep`: waits for so many seconds.
    """
    pause, waited = given.interval, 0.0
    fields = {"grant_type": _GRANT, "device_code": given.code}
    if client.secret is not None:
        fields["client_id"] = client.id
    while waited < given.lives:
        await sleep(pause)
        waited += pause
        try:
            return await ask_token(web, endpoints.token, client, fields, in_body=endpoints.takes_secret_in_body)
        except Refused as refused:
            if refused.code not in {"authorization_pending", "slow_down"}:
                raise
            if refused.code == "slow_down":
                pause += _INTERVAL
        except Unavailable as failure:
            pause = max(pause * 2, failure.retry_after or 0.0)
    raise Refused(f"{server_of(endpoints.token)}: the code was not used in time", code="expired_token")


def _seconds(value: object, default: float) -> float:
    good = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= _LONGEST
    return float(value) if good else default  # type: ignore[arg-type]  # it is a number then
