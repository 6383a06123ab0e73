"""The one place where HTTP statuses and transport failures become `termintreu.model.errors`. Messages name the method,
the status and the host: never a path, a query or a credential, and never text that the server sent.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import h11

from termintreu.model.errors import (
    ConnectorError,
    Forbidden,
    InvalidAnswer,
    NotFound,
    OutOfSpace,
    PreconditionFailed,
    TooManyRequests,
    Unauthorized,
    Unavailable,
    Unreachable,
    Untrusted,
)


class Broken(Unavailable):
    """500: the server failed on this very question. Unlike other 5xx it may do so for ever."""


class TooLarge(InvalidAnswer):
    """The body is larger than allowed. Asking again for the same will not help."""


# By RFC 4791 5.3.2.1 they come with a 403 or a 409, by RFC 9110 with a 412, and in one namespace or another.
_UID_TAKEN = (b"no-uid-conflict", b"unique-scheduling-object-resource")
_MEANINGS = {
    401: "the log-in was refused",
    403: "not allowed",
    404: "there is nothing there",
    410: "it is gone",
    412: "it changed in the meantime, or exists already",
    423: "it is locked",
    429: "too many requests",
    503: "not available at the moment",
    507: "the account is full",
}


def _utc_now() -> datetime:
    return datetime.now(UTC)


def retry_after(headers: Mapping[str, str], now: Callable[[], datetime] = _utc_now) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110 10.2.3: seconds or an HTTP date); None without one.

    `headers` has lower-case names.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now()).total_seconds())


def status_error(method: str, url: str, status: int, headers: Mapping[str, str], body: bytes = b"") -> ConnectorError:
    """The error for a status that was not asked for. `body` is looked at for the conditions of
    `_UID_TAKEN` only."""
    what = _MEANINGS.get(status, "not what was asked for")
    text = f"{method} on {host_of(url)}: {what} (status {status})"
    if status == 401:
        return Unauthorized(text)
    if status in {404, 410}:
        return NotFound(text)
    uid_taken = status in {403, 409, 412} and any(condition in body for condition in _UID_TAKEN)
    if uid_taken or status in {409, 412, 423}:
        return PreconditionFailed(text, uid_conflict=uid_taken)
    if status == 507:
        return OutOfSpace(text)
    if status == 429:
        return TooManyRequests(text, retry_after=retry_after(headers))
    if status == 500:
        return Broken(text, retry_after=retry_after(headers))
    if status in {408, 425} or (status >= 500 and status not in {501, 505}):
        return Unavailable(text, retry_after=retry_after(headers))
    if 400 <= status < 500 or status == 501:
        return Forbidden(text)
    return InvalidAnswer(text)


def transport_error(method: str, url: str, failure: Exception) -> ConnectorError:
    """The error for what the HTTP library raised before an answer was whole."""
    host = host_of(url)
    if isinstance(failure, ConnectorError):
        return failure
    if isinstance(failure, ssl.SSLError) and not isinstance(failure, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return Untrusted(f"{method} on {host}: no trusted TLS connection (certificate or protocol)")
    if isinstance(failure, TimeoutError):
        return Unreachable(f"{method} on {host}: no answer in time")
    if isinstance(failure, h11.LocalProtocolError | ValueError):
        return InvalidAnswer(f"{method} on {host}: the answer cannot be read ({type(failure).__name__})")
    if isinstance(failure, socket.gaierror):
        return Unreachable(f"{method} on {host}: no such host is known")
    if isinstance(failure, ConnectionRefusedError):
        return Unreachable(f"{method} on {host}: nothing listens there (connection refused)")
    return Unreachable(f"{method} on {host}: the connection failed ({type(failure).__name__})")


def host_of(url: str) -> str:
    """The host of a URL, with its port where one is written: what a message may show."""
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2] or "?"
