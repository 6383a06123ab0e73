"""A calendar that is published at a URL (an ICS feed): fetched whole, and only when the server says that it changed.
The URL is often the only secret that protects it: it never leaves this module, neither in hrefs nor in messages.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from termintreu.model import Collection, Resource, Snapshot
from termintreu.model.errors import InvalidAnswer
from termintreu.model.ports import Signs
from termintreu_connectors.http import Credentials, HttpClient, HttpLimits, HttpResponse, Reach, split_credentials
from termintreu_connectors.http_errors import status_error
from termintreu_connectors.http_urls import over_https
from termintreu_connectors.retry import Retry, Sleep
from termintreu_connectors.streams import is_whole

_VALIDATORS = {"etag": "if-none-match", "last-modified": "if-modified-since"}
"""RFC 9110 13.1: what a reply gave, and the header that hands it back."""
_VALIDATOR = re.compile(r"[\x20-\x7e]{1,500}")
_BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_CHARSET = re.compile(r"charset\s*=\s*\"?((?:iso-8859-|windows-125|cp125|utf-16)[a-z0-9]{0,2})", re.IGNORECASE)


class IcsFeed:
    """One feed: one collection with one resource.

    Args:
        name: as in the configuration; the collection's name, too.
        url: https, or webcal (which is https); http only where `allow_private` is set, to private and loopback
            addresses, and with a log-in to loopback only. A log-in within the URL is taken from there.
        limits: of each request.
        sleep: waits for so many seconds between repetitions.
    """

    def __init__(
        self,
        name: str,
        url: str,
        username: str | None = None,
        password: str | None = None,
        *,
        allow_private: bool = False,
        limits: HttpLimits | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        plain, inside = _split(url)
        credentials = Credentials(username=username, password=password or "") if username else inside
        reach = Reach.feed(allow_private=allow_private, url=plain)
        if credentials is not None:
            reach = replace(reach, http=reach.http & {"loopback"})
        self._name = name
        self._url = plain
        self._http = HttpClient(reach=reach, credentials=credentials, limits=limits, home=plain)
        self._retry = Retry(sleep=sleep)
        self._collection = Collection(
            href=masked(url), name=name, components=frozenset({"VEVENT", "VTODO"}), writable=False
        )

    def __repr__(self) -> str:
        return f"IcsFeed({self._name!r})"

    @property
    def name(self) -> str:
        """The name in the configuration."""
        return self._name

    @property
    def requests(self) -> int:
        """Requests sent since the start, redirects and repetitions included."""
        return self._http.requests

    def signs(self) -> Signs:
        """What the server's last answer shows of it."""
        return self._http.signs()

    async def collections(self) -> Sequence[Collection]:
        """The feed itself; nothing is asked for."""
        return [self._collection]

    async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
        """The feed, unless the server says that it is as `known`.

        Raises InvalidAnswer for anything but a whole calendar: what was known stays in force (RFC 5545 3.4).
        """
        before = self._http.requests
        held = known.get(collection.href)
        headers = _conditions(token) if held is not None else {}
        reply = await self._retry(lambda: self._get(headers))
        if reply.status == 304 and headers:
            unchanged = Snapshot(collection=self._collection, token=token, full=False)
            return replace(unchanged, requests=self._http.requests - before)
        if reply.status != 200:
            raise status_error("GET", self._url, reply.status, reply.headers)
        data = _as_utf8(reply)
        if not is_whole(data):
            raise InvalidAnswer(f"{self._name}: {_complaint(data)}")
        etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
        return Snapshot(
            collection=self._collection,
            token=json.dumps({name: reply.headers[name] for name in _VALIDATORS if name in reply.headers}),
            full=True,
            changed=(Resource(href=self._collection.href, etag=etag, data=None if etag == held else data),),
            requests=self._http.requests - before,
        )

    async def listing(self, collection: Collection, known: Mapping[str, str | None]) -> Snapshot:
        """The feed, whatever the server says of its having changed."""
        return await self.changes(collection, None, known)

    def watch(self, wake: Callable[[], None]) -> None:
        """None: only polling helps."""

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def _get(self, headers: Mapping[str, str]) -> HttpResponse:
        accept = {"accept": "text/calendar, */*;q=0.5"}
        reply = await self._http.request("GET", self._url, headers=accept | dict(headers), follow=True)
        if reply.status >= 400:
            raise status_error("GET", self._url, reply.status, reply.headers)
        return reply


def masked(url: str) -> str:
    """What may be shown of a feed's URL: scheme, host, and a digest that tells it from others on that host."""
    plain, _ = _split(url)
    try:
        parts = urlsplit(plain)
        place = f"{parts.scheme}://{parts.netloc.lower()}"
    except ValueError:
        place = "feed:"
    return f"{place}/{hashlib.sha256(plain.encode()).hexdigest()[:12]}"


def _split(url: str) -> tuple[str, Credentials | None]:
    """The https URL without its user part, and the log-in that stood there. What is no URL fails when it is asked."""
    try:
        return split_credentials(_https(url))
    except ValueError:
        return url, None


def _https(url: str) -> str:
    scheme, separator, rest = url.strip().partition("://")
    if not separator:
        return f"https://{scheme}"
    return over_https(f"{scheme.lower()}://{rest}")


def _conditions(token: str | None) -> dict[str, str]:
    """The headers that make a request conditional; none for a token that is not ours."""
    try:
        validators = json.loads(token or "")
    except ValueError:
        return {}
    if not isinstance(validators, dict):
        return {}
    found = {header: validators.get(name) for name, header in _VALIDATORS.items()}
    return {header: value for header, value in found.items() if isinstance(value, str) and _VALIDATOR.fullmatch(value)}


def _as_utf8(reply: HttpResponse) -> bytes:
    """The body in UTF-8 (RFC 5545 3.1.4): what is something else is taken for what it says, else for Windows-1252."""
    body = reply.body
    said = _CHARSET.search(reply.headers.get("content-type", ""))
    marked = _BYTE_ORDER_MARKS.get(body[:2])
    if marked is None:
        try:
            body.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return body
    for encoding in (marked, said[1] if said else None):
        try:
            if encoding is not None:
                return body.decode(encoding).encode()
        except (LookupError, ValueError):
            continue
    return body.decode("cp1252", "replace").encode()


def _complaint(data: bytes) -> str:
    head = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:15].upper()
    if not head:
        return "the answer is empty"
    if head.startswith(b"BEGIN:VCALENDAR"):
        return "the calendar breaks off before its end"
    if head.startswith(b"<"):
        return "the answer is a web page, not a calendar; does the address still hold, or does it want a log-in?"
    return "the answer is not a calendar"
