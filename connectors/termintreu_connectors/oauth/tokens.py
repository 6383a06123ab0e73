"""What is asked of the token and revocation endpoints (RFC 6749 5, RFC 7009), and what their answers mean."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from termintreu.model.errors import InvalidAnswer, Unauthorized, Unavailable
from termintreu.model.logins import Login
from termintreu_connectors.http import HttpResponse
from termintreu_connectors.http_errors import retry_after
from termintreu_connectors.oauth.provider import Endpoints, OAuthClient, Provider
from termintreu_connectors.oauth.web import Web, document, server_of

_LONGEST = 3650 * 86_400
"""Seconds."""
_SLIDES = timedelta(minutes=1)
"""An end that a renewal moves on by more than this moves on with each of them."""
_NEARLY = timedelta(days=1)
_CODE = re.compile(r"[a-z_]{1,40}")
_WHY = {
    "invalid_client": "the server does not know the client, or its secret is wrong: see client in the configuration",
    "unauthorized_client": "the client may not log in in this way: see how it is registered with the provider",
    "invalid_scope": "the client may not ask for what is needed: see how it is registered with the provider",
    "access_denied": "it was not allowed",
    "expired_token": "the code was not used in time",
    "unsupported_grant_type": "the server does not know this way to log in",
}


class Refused(Unauthorized):
    """The authorization server said no, and will say so again.

    Attributes:
        code: of RFC 6749 5.2 or RFC 8628 3.5.
    """

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code


async def ask_token(
    web: Web, endpoint: str, client: OAuthClient, fields: Mapping[str, str], *, in_body: bool = False
) -> dict[str, Any]:
    """A token answer, checked (RFC 6749 5.1). Sent once.

    `in_body`: the secret goes into the form (client_secret_post). Raises Refused; Unavailable and InvalidAnswer where
    the server may say something else later.
    """
    form, headers = authenticated(client, fields, in_body=in_body)
    reply = await web.post(endpoint, form, headers)
    said = document(reply)
    if reply.status == 200 and isinstance(said.get("access_token"), str) and said["access_token"].isascii():
        if str(said.get("token_type", "bearer")).lower() != "bearer":
            raise InvalidAnswer(f"{server_of(endpoint)}: its token is of a kind that is not known here")
        return said
    raise meaning(reply, endpoint)


def authenticated(
    client: OAuthClient, fields: Mapping[str, str], *, in_body: bool = False
) -> tuple[dict[str, str], dict[str, str]]:
    """The form and the headers of a request with the client's own log-in (RFC 6749 2.3.1)."""
    if client.secret is None:
        return {**fields, "client_id": client.id}, {}
    if in_body:
        return {**fields, "client_id": client.id, "client_secret": client.secret}, {}
    pair = f"{quote(client.id, safe='')}:{quote(client.secret, safe='')}"
    return dict(fields), {"Authorization": "Basic " + b64encode(pair.encode()).decode("ascii")}


def meaning(reply: HttpResponse, url: str) -> Refused | Unavailable | InvalidAnswer:
    """The error that an answer stands for. Nothing of the server's own words is in it but a known form of code."""
    host, code = server_of(url), document(reply).get("error")
    if reply.status in {408, 429} or reply.status >= 500:
        return Unavailable(
            f"{host}: the authorization server is not available (status {reply.status})",
            retry_after=retry_after(reply.headers),
        )
    if code == "temporarily_unavailable":
        return Unavailable(f"{host}: the authorization server is not available at the moment")
    if isinstance(code, str) and _CODE.fullmatch(code):
        why = _WHY.get(code)
        return Refused(f"{host} refuses ({code})" + (f": {why}" if why else ""), code=code)
    return InvalidAnswer(f"{host}: what the authorization server answers cannot be read (status {reply.status})")


def login_from(said: Mapping[str, Any], endpoints: Endpoints, *, place: str, asked_at: datetime) -> Login:
    """The log-in that a first token answer makes. `asked_at`: UTC, before the question went out."""
    return Login(
        kind="oauth",
        place=place,
        secret=said["access_token"],
        refresh_token=_text(said, "refresh_token"),
        obtained_at=asked_at,
        expires_at=_after(asked_at, said.get("expires_in")),
        ends_at=_after(asked_at, said.get("refresh_token_expires_in", said.get("refresh_expires_in"))),
        token_endpoint=endpoints.token,
        secret_in_body=endpoints.takes_secret_in_body,
        revocation_endpoint=endpoints.revocation or "",
    )


def renewed_from(login: Login, said: Mapping[str, Any], *, asked_at: datetime) -> Login:
    """The log-in after a renewal; a refresh token that did not come anew stays good (RFC 6749 6)."""
    ends_at = _after(asked_at, said.get("refresh_token_expires_in", said.get("refresh_expires_in")))
    return replace(
        login,
        secret=said["access_token"],
        refresh_token=_text(said, "refresh_token") or login.refresh_token,
        renewed_at=asked_at,
        expires_at=_after(asked_at, said.get("expires_in")),
        ends_at=ends_at or login.ends_at,
        slides=ends_at is not None and login.ends_at is not None and ends_at - login.ends_at > _SLIDES,
    )


def cause_of(refused: Refused, login: Login, provider: Provider, now: datetime) -> str:
    """Why a renewal was refused, as likely as one can know."""
    if refused.code != "invalid_grant":
        return str(refused)
    if provider.trial is not None and abs(now - login.obtained_at - provider.trial) <= _NEARLY:
        return provider.trial_cause
    if login.ends_at is not None and now >= login.ends_at:
        return "it had come to the end of its life"
    return "it was withdrawn, not used for too long, or used by a copy of this state as well"


async def revoke(web: Web, login: Login, client: OAuthClient) -> bool:
    """Have both tokens withdrawn (RFC 7009). Whether the server said that it did so."""
    done = []
    for token, kind in ((login.refresh_token, "refresh_token"), (login.secret, "access_token")):
        if token is not None:
            given = {"token": token, "token_type_hint": kind}
            form, headers = authenticated(client, given, in_body=login.secret_in_body)
            reply = await web.post(web.checked(login.revocation_endpoint, "the revocation endpoint"), form, headers)
            done.append(reply.status == 200)
    return all(done)


def _after(moment: datetime, seconds: object) -> datetime | None:
    if isinstance(seconds, str) and seconds.isascii() and seconds.isdigit():
        seconds = int(seconds[:12])
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not seconds > 0:
        return None
    return moment + timedelta(seconds=min(seconds, _LONGEST))


def _text(said: Mapping[str, Any], name: str) -> str | None:
    value = said.get(name)
    return value if isinstance(value, str) and value else None


async def renew(web: Web, login: Login, client: OAuthClient, *, asked_at: datetime) -> Login:
    """The log-in with a new access token (RFC 6749 6). Raises as `ask_token`. `asked_at`: UTC, now."""
    fields = {"grant_type": "refresh_token", "refresh_token": login.refresh_token or ""}
    endpoint = web.checked(login.token_endpoint, "the token endpoint")
    said = await ask_token(web, endpoint, client, fields, in_body=login.secret_in_body)
    return renewed_from(login, said, asked_at=asked_at)
