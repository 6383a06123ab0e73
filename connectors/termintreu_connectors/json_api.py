"""One account's requests to an API that speaks JSON: sent with its log-in, repeated where that is safe, answered with
an object or with an error of ours. It knows HTTP and JSON, and nothing of calendars.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from termintreu.model.errors import ConnectorError, InvalidAnswer
from termintreu_connectors.http import HttpClient, HttpResponse
from termintreu_connectors.http_errors import host_of
from termintreu_connectors.retry import Retry, Sleep

Json = Mapping[str, Any]
"""An object, as the server gave it: foreign, so nothing in it is taken for granted."""

Explain = Callable[[str, HttpResponse], ConnectorError]
"""Makes of an answer that is no success, and its method, an error of ours."""

_SENDS = {"Content-Type": "application/json; charset=utf-8"}
_MOST_PAGES = 2_000
"""Of one list: more are none that anybody has."""


class JsonSession:
    """Requests of one account. Reads may overlap; writes go one at a time, and paced."""

    def __init__(
        self,
        http: HttpClient,
        base: str,
        *,
        explain: Explain,
        headers: Mapping[str, str],
        retry: Retry,
        sleep: Sleep,
        write_interval: float,
    ) -> None:
        """
        Args:
            base: what all paths begin with, without a "/" at its end.
            explain: see `Explain`.
            headers: of each request.
            write_interval: seconds between the beginnings of two writes.
        """
        self.http = http
        self.base = base
        self._explain = explain
        self._headers = {"Accept": "application/json"} | dict(headers)
        self._retry = retry
        self._sleep = sleep
        self._write_interval = write_interval
        self._writing = asyncio.Lock()
        self._next_write = 0.0

    async def get(self, path: str, query: Mapping[str, str] | None = None) -> Json:
        """Read an object. `path` begins with "/", its parts quoted; or it is a whole URL below `base`."""
        url = self.url(path, query)

        async def ask() -> Json:
            reply = await self.http.request("GET", url, headers=self._headers)
            return self._object("GET", reply)

        return await self._retry(ask)

    async def ask(self, path: str, body: Json) -> Json:
        """A question that is sent as a POST, and changes nothing: repeated as a read is."""
        headers = self._headers | _SENDS
        content = _written(body)

        async def ask() -> Json:
            reply = await self.http.request("POST", self.url(path), headers=headers, body=content)
            return self._object("POST", reply)

        return await self._retry(ask)

    async def pages(
        self, path: str, query: Mapping[str, str], following: Callable[[Json], tuple[str, Mapping[str, str]] | None]
    ) -> AsyncIterator[Json]:
        """The pages of a list. `following` tells from a page the path and the query of the next; None: it was the last.
        Raises InvalidAnswer where it never ends."""
        seen: set[str] = set()
        at: tuple[str, Mapping[str, str]] | None = (path, query)
        while at is not None:
            url = self.url(*at)
            if url in seen or len(seen) >= _MOST_PAGES:
                raise InvalidAnswer(f"GET on {host_of(self.base)}: the list does not end")
            seen.add(url)
            page = await self.get(*at)
            yield page
            at = following(page)

    async def write(
        self, method: str, path: str, body: Json | None = None, headers: Mapping[str, str] | None = None
    ) -> Json:
        """A write, sent once: no repetition, no redirect. Raises what `explain` makes of anything but a success."""
        sent = self._headers | dict(headers or {})
        content = None
        if body is not None:
            content = _written(body)
            sent |= _SENDS
        async with self._writing:
            loop = asyncio.get_running_loop()
            if (pause := self._next_write - loop.time()) > 0:
                await self._sleep(pause)
            self._next_write = loop.time() + self._write_interval
            reply = await self.http.request(method, self.url(path), headers=sent, body=content)
        return {} if 200 <= reply.status < 300 and not reply.body.strip() else self._object(method, reply)

    def url(self, path: str, query: Mapping[str, str] | None = None) -> str:
        """The whole URL. Raises InvalidAnswer for one that is not below `base`: links come from the server."""
        url = path if path.startswith(self.base + "/") else self.base + path
        if not path.startswith((self.base + "/", "/")):
            raise InvalidAnswer(f"{host_of(self.base)}: the server sends us on to another place")
        return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}" if query else url

    def _object(self, method: str, reply: HttpResponse) -> Json:
        if not 200 <= reply.status < 300:
            raise self._explain(method, reply)
        found = read_object(reply.body)
        if found is None:
            raise InvalidAnswer(f"{method} on {host_of(reply.url)}: the answer is no JSON object")
        return found


def _written(body: Json) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def read_object(body: bytes) -> Json | None:
    """The JSON object in a body; None where it is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def text(value: object) -> str:
    """A string of an answer; "" for anything else."""
    return value if isinstance(value, str) else ""


def objects(value: object) -> list[Json]:
    """The objects of a list of an answer; what is none is left out."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def rows_of(page: Json, name: str) -> list[Json]:
    """The objects of the list that a page is about. Raises InvalidAnswer where there is none: that is no empty list."""
    if not isinstance(page.get(name), list):
        raise InvalidAnswer(f'an answer came without its list ("{name}")')
    return objects(page[name])


def an_object(value: object) -> Json:
    """An object of an answer; empty for anything else."""
    return value if isinstance(value, dict) else {}
