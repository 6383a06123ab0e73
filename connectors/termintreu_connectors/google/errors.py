"""What Google's errors stand for. The status alone does not tell: 403 is said of quotas, of rights and of an API that
is switched off; 410 of an event that was deleted and of a token that is too old. The reason does.
"""

from __future__ import annotations

from termintreu.model.errors import (
    ConnectorError,
    Forbidden,
    NotFound,
    PreconditionFailed,
    TokenInvalid,
    TooManyRequests,
    Unauthorized,
)
from termintreu_connectors.http import HttpResponse
from termintreu_connectors.http_errors import host_of, retry_after, status_error
from termintreu_connectors.json_api import an_object, objects, read_object, text

_PAUSE = 60.0
"""Seconds; quotas are counted by the minute, and Google names no other time."""
_LONG_PAUSE = 3_600.0
_QUOTAS = {
    "rateLimitExceeded": _PAUSE,
    "userRateLimitExceeded": _PAUSE,
    "quotaExceeded": _LONG_PAUSE,
    "dailyLimitExceeded": _LONG_PAUSE,
}


def explain(method: str, reply: HttpResponse) -> ConnectorError:
    """The error for an answer that is no success."""
    where, reason = f"{method} on {host_of(reply.url)}", _reason(reply.body)
    if reply.status in {403, 429} and reason in _QUOTAS:
        pause = retry_after(reply.headers) or _QUOTAS[reason]
        return TooManyRequests(f"{where}: a quota of Google is used up ({reason})", retry_after=pause)
    if reply.status == 403 and reason == "accessNotConfigured":
        return Forbidden(f"{where}: the Google Calendar API is not enabled in the project that the client belongs to")
    if reply.status == 403 and reason == "insufficientPermissions":
        if method == "GET":
            return Unauthorized(f"{where}: the log-in lacks a permission: log in again, and leave every box ticked")
        return Forbidden(f"{where}: the log-in may write only into calendars that termintreu made itself")
    if reply.status in {400, 410} and "syncToken=" in reply.url and reason != "deleted":
        return TokenInvalid(f"{where}: the sync token is no longer good (status {reply.status})")
    if reply.status == 410:
        return NotFound(f"{where}: it is gone (status 410)")
    if reply.status == 409:
        return PreconditionFailed(f"{where}: that id is taken, or was (status 409)")
    return status_error(method, reply.url, reply.status, reply.headers, reply.body)


def _reason(body: bytes) -> str:
    error = an_object((read_object(body) or {}).get("error"))
    return next((text(one.get("reason")) for one in objects(error.get("errors"))), "")
