"""The HTTP client of all connectors: TLS verified, addresses checked as they are connected to, redirects followed by
hand and on reads only, log-ins never sent to another place, replies unpacked under a cap, time-outs everywhere. It
repeats nothing by itself (see `retry`), keeps no cookies, reads no proxy or netrc settings from the environment.
"""

from __future__ import annotations

import asyncio
import ssl
import time
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from termintreu.model.errors import ConnectorError, InvalidAnswer
from termintreu.model.ports import Signs
from termintreu_connectors.http_addresses import Reach
from termintreu_connectors.http_digest import Credentials, Digest, digest_challenge
from termintreu_connectors.http_errors import TooLarge, host_of, transport_error
from termintreu_connectors.http_logins import RenewedLogin
from termintreu_connectors.http_urls import checked_url, may_send_login, split_credentials
from termintreu_connectors.http_wire import Wire, WireReply, path_of

__all__ = [
    "Credentials",
    "HttpClient",
    "HttpLimits",
    "HttpReply",
    "HttpResponse",
    "Reach",
    "account_client",
    "split_credentials",
]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 65_536
_AGENT = "termintreu"
_AT_ONCE = 4
"""Requests of one client at a time: some servers reset more than eight connections."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpLimits:
    """What one request may cost."""

    body: int = 20_000_000
    """Bytes of a reply, unpacked."""
    connect: float = 10.0
    """Seconds for DNS, and to connect to an address; one that is not the last gets a third of it."""
    read: float = 30.0
    """Seconds of silence."""
    total: float = 180.0
    """Seconds for a request with its redirects and its whole reply."""
    redirects: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    """A whole reply."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    url: str
    """Where the reply came from, after redirects."""
    body: bytes = field(repr=False)


class HttpReply:
    """A reply whose body is still to be read. Valid within `HttpClient.stream` only."""

    def __init__(self, response: WireReply, method: str, url: str, cap: int) -> None:
        self.status = response.status
        self.headers = response.headers
        self.url = url
        self._response = response
        self._method = method
        self._cap = cap

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body, unpacked. Raises InvalidAnswer where it is larger than allowed or does not unpack, Unavailable
        where it breaks off."""
        got = 0
        async for chunk in self._unpacked():
            got += len(chunk)
            if got > self._cap:
                raise TooLarge(f"{self._method} on {host_of(self.url)}: more than {self._cap} bytes")
            yield chunk

    async def _unpacked(self) -> AsyncIterator[bytes]:
        unpack = _Unpacker(self.headers.get("content-encoding", ""), host_of(self.url))
        try:
            async for packed in self._response.chunks():
                for chunk in unpack.feed(packed):
                    yield chunk
        except ConnectorError:
            raise
        except Exception as failure:  # noqa: BLE001 - sockets, TLS and h11 know errors of many kinds; each becomes ours
            raise transport_error(self._method, self.url, failure) from None
        unpack.finish()

    async def read(self) -> bytes:
        """The whole body."""
        return b"".join([chunk async for chunk in self.chunks()])


def account_client(
    url: str,
    username: str | None,
    password: str | None,
    *,
    allow_private: bool,
    limits: HttpLimits | None,
    kept: RenewedLogin | None = None,
) -> tuple[HttpClient, str]:
    """The client of an account with a log-in, and its URL without what the URL itself says of the log-in."""
    plain, inside = split_credentials(url)
    credentials = Credentials(username=username, password=password or "") if username else inside
    reach = Reach.account(allow_private=allow_private, url=plain)
    kept = kept if credentials is None else None
    return HttpClient(reach=reach, credentials=credentials, limits=limits, home=plain, kept=kept), plain


class HttpClient:
    """One log-in's (or one feed's) connections, kept alive."""

    def __init__(
        self,
        *,
        reach: Reach,
        credentials: Credentials | None = None,
        limits: HttpLimits | None = None,
        home: str | None = None,
        kept: RenewedLogin | None = None,
    ) -> None:
        """`home`: the URL whose scheme, host and port the credentials are for; without one they are never sent.
        `kept`: a log-in that is renewed, instead of credentials."""
        self.limits = limits or HttpLimits()
        self.requests = 0
        """Requests sent since the start, redirects and log-in rounds included."""
        self.home = home
        """See above; may be set when it is found out later."""
        self._credentials = credentials
        self._kept = kept
        self._digest: Digest | None = None
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._dated: tuple[str, float, float] | None = None
        self._wire = Wire(reach, connect=self.limits.connect, read=self.limits.read)

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        follow: bool = False,
        cap: int | None = None,
    ) -> HttpResponse:
        """Send, and read the whole reply. Every status is an answer; see `stream` for the errors."""
        async with self.stream(method, url, headers=headers, body=body, follow=follow, cap=cap) as reply:
            content = await reply.read()
            return HttpResponse(status=reply.status, headers=reply.headers, url=reply.url, body=content)

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        follow: bool = False,
        cap: int | None = None,
    ) -> AsyncIterator[HttpReply]:
        """Send, and hand over the reply with its body unread.

        Args:
            follow: redirects are followed with the same method and body; for safe methods only.
            cap: bytes of the reply, unpacked; default: `limits.body`.

        Raises Unavailable, InvalidAnswer (unreadable, too large, redirected for ever), Forbidden (an address or
        scheme that may not be reached).
        """
        try:
            async with self._slots, asyncio.timeout(self.limits.total):
                response, final = await self._follow(method, checked_url(url), dict(headers or {}), body, follow)
                try:
                    yield HttpReply(response, method, final, self.limits.body if cap is None else cap)
                finally:
                    await response.close()
        except TimeoutError as failure:
            raise transport_error(method, url, failure) from None

    def trusts(self, url: str) -> bool:
        """Whether the log-in would be sent to `url`; True where there is none."""
        has_login = self._credentials is not None or self._kept is not None
        return not has_login or (self.home is not None and may_send_login(self.home, url))

    def signs(self) -> Signs:
        """What the last answer shows of its server."""
        ends = self._wire.certificate_ends
        return Signs(
            certificate_ends=None if ends is None else datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC),
            clock_off=None if self._dated is None else _clock_off(*self._dated),
        )

    async def close(self) -> None:
        """Close all connections."""
        if self._kept is not None:
            await self._kept.close()
        await self._wire.close()

    async def _follow(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, follow: bool
    ) -> tuple[WireReply, str]:
        for _ in range(self.limits.redirects + 1):
            response = await self._authorized(method, url, headers, body)
            target = response.headers.get("location")
            if not follow or response.status not in _REDIRECTS or not target:
                return response, url
            await response.close()
            url = checked_url(target, url)
        raise InvalidAnswer(f"{method} on {host_of(url)}: more than {self.limits.redirects} redirects")

    async def _authorized(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> WireReply:
        if self._kept is not None and self.trusts(url):
            return await self._with_kept(self._kept, method, url, headers, body)
        trusted = self._credentials is not None and self.trusts(url)
        response = await self._send(method, url, headers, body, trusted)
        if trusted and response.status == 401:
            challenge = digest_challenge(response.headers.get("www-authenticate"))
            # A nonce that was not used yet is worth one more try: they expire, and a 401 means that nothing was done.
            if challenge is not None and (self._digest is None or self._digest.nonce != challenge.nonce):
                await response.close()
                self._digest = challenge
                response = await self._send(method, url, headers, body, trusted)
        return response

    async def _with_kept(
        self, kept: RenewedLogin, method: str, url: str, headers: dict[str, str], body: bytes | None
    ) -> WireReply:
        """Refused, it is renewed and sent once more: a 401 means that nothing was done. Raises Unauthorized."""
        for attempt in (1, 2):
            header = await kept.header()
            login = {} if header is None else {"Authorization": header}
            response = await self._send(method, url, headers | login, body, trusted=False)
            if response.status != 401:
                return response
            await response.close()
            if attempt == 1:
                await kept.renew(header)
        raise kept.refused_again()

    async def _send(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, trusted: bool
    ) -> WireReply:
        try:
            sent = _COMMON | headers
            if trusted and self._credentials is not None:
                sent["Authorization"] = (
                    self._digest.answer(self._credentials, method, path_of(url))
                    if self._digest
                    else self._credentials.basic()
                )
            self.requests += 1
            asked = time.time()
            reply = await self._wire.send(method, url, sent, body)
        except ConnectorError:
            raise
        except Exception as failure:  # noqa: BLE001 - sockets, TLS and h11 know errors of many kinds
            # They hold the URL, which may be a secret: none may pass as it is, nor be shown as the cause.
            raise transport_error(method, url, failure) from None
        if "date" in reply.headers and "age" not in reply.headers:
            self._dated = reply.headers["date"], asked, time.time()
        return reply


def _clock_off(said: str, asked: float, answered: float) -> timedelta | None:
    """By how much a server's clock differs from ours at the least: its answer was written between two moments (Unix
    time), and its Date (RFC 9110 6.6.1) has whole seconds. None where it says nothing that can be read."""
    try:
        theirs = parsedate_to_datetime(said)
    except (TypeError, ValueError, OverflowError):
        return None
    if theirs.tzinfo is None:
        return None
    at = theirs.timestamp()
    return timedelta(seconds=max(asked - 1 - at, at - answered, 0.0))


_COMMON = {"User-Agent": _AGENT, "Accept-Encoding": "gzip", "Accept": "*/*"}


class _Unpacker:
    """Undoes gzip in small pieces, so that a small packed chunk never becomes a large one in memory."""

    def __init__(self, encoding: str, host: str) -> None:
        encoding = encoding.strip().lower()
        if encoding not in {"", "identity", "gzip", "x-gzip"}:
            raise InvalidAnswer(f"{host}: the reply is packed in a way that was not asked for")
        self._host = host
        self._inflate = zlib.decompressobj(wbits=31) if encoding not in {"", "identity"} else None
        self._begun = False

    def feed(self, packed: bytes) -> Iterator[bytes]:
        """The unpacked bytes, at most `_CHUNK` at a time. What follows the end of the gzip stream is left out."""
        if self._inflate is None:
            yield packed
            return
        self._begun = True
        try:
            while packed and not self._inflate.eof:
                yield self._inflate.decompress(packed, _CHUNK)
                packed = self._inflate.unconsumed_tail
        except zlib.error as failure:
            raise InvalidAnswer(f"{self._host}: the packed reply cannot be read") from failure

    def finish(self) -> None:
        """Raises InvalidAnswer where the stream broke off."""
        if self._inflate is not None and self._begun and not self._inflate.eof:
            raise InvalidAnswer(f"{self._host}: the packed reply breaks off")
