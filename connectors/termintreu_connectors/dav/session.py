"""One account's requests: sent with its log-in, repeated where that is safe, answered with rows or with an error of
ours. It knows HTTP and multistatus, and nothing of calendars.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from termintreu.model.errors import ConnectorError, Forbidden, InvalidAnswer, TooManyRequests, Unavailable
from termintreu_connectors.dav.hrefs import Hrefs
from termintreu_connectors.dav.multistatus import Multistatus, Row
from termintreu_connectors.http import HttpClient, HttpReply, HttpResponse
from termintreu_connectors.http_errors import host_of, status_error
from termintreu_connectors.retry import Retry, Sleep

T = TypeVar("T")

_XML = {"Content-Type": 'application/xml; charset="utf-8"'}
_ERROR_BODY = 65_536
"""Bytes of an error: enough to see which precondition it names."""
_SMALL = 4_096
"""Bytes; an answer that says that nothing has changed is shorter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Generic[T]):
    """What came back on a PROPFIND or REPORT."""

    status: int
    url: str
    """Where it came from, after redirects."""
    rows: tuple[T, ...] = ()
    token: str | None = None
    error: ConnectorError | None = None
    """What this status stands for; None for 207."""
    body: bytes = field(default=b"", repr=False)
    """Of an answer that is no multistatus, in part."""

    def checked(self) -> Answer[T]:
        """This answer, where it is a multistatus. Raises what else it stands for."""
        if self.error is not None:
            raise self.error
        return self


class DavSession:
    """Requests of one account. Reads may overlap; writes go one at a time, and paced."""

    def __init__(self, http: HttpClient, hrefs: Hrefs, *, retry: Retry, sleep: Sleep, write_interval: float) -> None:
        """`write_interval`: seconds between the beginnings of two writes."""
        self.http = http
        self.hrefs = hrefs
        self._retry = retry
        self.sleep = sleep
        """Waits for so many seconds."""
        self._write_interval = write_interval
        self._writing = asyncio.Lock()
        self._next_write = 0.0
        self._last: dict[str, tuple[bytes | None, bytes, Answer[Any]]] = {}
        """By URL, the question (None: any), the bytes and the content of the last answer without a row, or to what is
        asked `often`: most polls get the very same again."""

    async def multistatus(
        self,
        method: str,
        url: str,
        body: bytes,
        *,
        depth: str,
        take: Callable[[Row, str], T | None],
        once: bool = False,
        often: bool = False,
    ) -> Answer[T]:
        """PROPFIND or REPORT, with redirects followed.

        `take` makes of each row, and the URL that answered, what is to be kept; None drops it. Any status is an
        answer, but for those that say "later" (Unavailable). A 2xx that is no 207 is an error: log-in pages.
        `once`: not asked again where no answer comes, because the question is a burden.
        `often`: each poll asks this; where the answer has the very bytes of the last one, its rows are not taken anew.
        """

        async def ask() -> Answer[T]:
            headers = _XML | {"Depth": depth}
            async with self.http.stream(method, url, headers=headers, body=body, follow=True) as reply:
                if reply.status != 207:
                    content = (await _beginning(reply.chunks(), _ERROR_BODY))[:_ERROR_BODY]
                    error = self._error(method, reply.url, reply.status, reply.headers, content)
                    if isinstance(error, Unavailable):
                        raise error
                    return Answer(status=reply.status, url=reply.url, error=error, body=content)
                return await self._read(reply, take, body if often else None)

        return await (ask() if once else self._retry(ask))

    async def _read(self, reply: HttpReply, take: Callable[[Row, str], T | None], question: bytes | None) -> Answer[T]:
        chunks = reply.chunks()
        begun = await _beginning(chunks, _SMALL)
        asked, said, last = self._last.get(reply.url, (None, b"", None))
        if last is not None and said == begun and asked in {None, question}:
            return last
        reader = Multistatus(host_of(reply.url))
        kept = [take(row, reply.url) async for row in reader.rows(_joined(begun, chunks))]
        rows = tuple(row for row in kept if row is not None)
        answer = Answer(status=207, url=reply.url, rows=rows, token=reader.token)
        if len(begun) < _SMALL and (not kept or question is not None):
            self._last[reply.url] = question if kept else None, begun, answer
        return answer

    async def get(self, url: str) -> HttpResponse:
        """GET of a resource as it is stored. Raises NotFound and whatever else is not 200.

        Not packed on the way: proxies that pack make the ETag a weak one.
        """

        async def ask() -> HttpResponse:
            reply = await self.http.request("GET", url, headers={"Accept-Encoding": "identity"}, follow=True)
            if reply.status != 200:
                raise self._error("GET", reply.url, reply.status, reply.headers, reply.body)
            return reply

        return await self._retry(ask)

    async def write(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], *, ok: frozenset[int]
    ) -> HttpResponse:
        """A write: no redirect, and no repetition but for a 429, which says that nothing was done. Raises what a status
        outside `ok` stands for."""

        async def send() -> HttpResponse:
            reply = await self._paced(method, url, body, headers)
            if reply.status == 429:
                raise status_error(method, url, reply.status, reply.headers, reply.body)
            return reply

        async with self._writing:
            reply = await self._retry(send, only=TooManyRequests)
        if reply.status in ok:
            return reply
        if 300 <= reply.status < 400:
            raise InvalidAnswer(f"{method} on {host_of(url)}: a write is never redirected; use the server's own URL")
        raise status_error(method, url, reply.status, reply.headers, reply.body)

    async def _paced(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> HttpResponse:
        loop = asyncio.get_running_loop()
        if (pause := self._next_write - loop.time()) > 0:
            await self.sleep(pause)
        self._next_write = loop.time() + self._write_interval
        return await self.http.request(method, url, headers=headers, body=body)

    async def write_xml(self, method: str, url: str, body: bytes, *, ok: frozenset[int]) -> HttpResponse:
        """A write with an XML body."""
        return await self.write(method, url, body, _XML, ok=ok)

    def host(self, path: str) -> str:
        """Where a decoded path stands, for messages."""
        return host_of(self.hrefs.url(path))

    def _error(self, method: str, url: str, status: int, headers: Mapping[str, str], body: bytes) -> ConnectorError:
        if status == 401 and not self.http.trusts(url):
            return Forbidden(
                f"{method}: the server sends us on to {host_of(url)}, which does not get this log-in; "
                "if that is your provider, give its URL instead"
            )
        return status_error(method, url, status, headers, body)


async def _beginning(chunks: AsyncIterator[bytes], size: int) -> bytes:
    """The first part of a body, or all of it where that is less than `size` bytes."""
    got = b""
    async for chunk in chunks:
        got += chunk
        if len(got) >= size:
            break
    return got


async def _joined(begun: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield begun
    async for chunk in rest:
        yield chunk
