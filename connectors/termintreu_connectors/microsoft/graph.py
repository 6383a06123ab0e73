"""Requests to Microsoft Graph: what its errors stand for, its pages, and several questions in one request."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from urllib.parse import urlsplit

from termintreu.model.errors import (
    ConnectorError,
    Forbidden,
    InvalidAnswer,
    NotFound,
    PreconditionFailed,
    TokenInvalid,
    TooManyRequests,
    Unauthorized,
)
from termintreu_connectors.http import HttpResponse
from termintreu_connectors.http_errors import host_of, retry_after, status_error
from termintreu_connectors.json_api import Json, JsonSession, an_object, objects, read_object, rows_of, text

VERSION = "/v1.0"
PREFER = 'IdType="ImmutableId", outlook.body-content-type="text", odata.maxpagesize=200'
_AT_ONCE = 20
"""Requests in one batch."""
_PAUSE = 60.0
_LOST = ("syncstatenotfound", "syncstateinvalid", "resyncrequired", "syncstate")
_RIGHTS = {"ErrorAccessDenied", "Authorization_RequestDenied", "AccessDenied", "Forbidden"}


def explain(method: str, reply: HttpResponse) -> ConnectorError:
    """The error for an answer that is no success."""
    where, code = f"{method} on {host_of(reply.url)}", _code(reply.body)
    if reply.status == 429:
        pause = retry_after(reply.headers) or _PAUSE
        return TooManyRequests(f"{where}: too many requests", retry_after=pause)
    if _is_delta(reply.url) and (reply.status == 410 or code.lower() in _LOST):
        return TokenInvalid(f"{where}: what was read before is too old for Graph (status {reply.status})")
    if code.startswith("MailboxNotEnabledForRESTAPI"):
        return Forbidden(f"{where}: the account has no mailbox at Microsoft, or one that Graph does not reach")
    if reply.status == 403 and code in _RIGHTS and method == "GET":
        return Unauthorized(f"{where}: the log-in lacks a permission: log in again, and allow all that is asked")
    if code == "ErrorDuplicateTransactionId":
        return PreconditionFailed(f"{where}: it was made before")
    if reply.status == 410 or code == "ErrorItemNotFound":
        return NotFound(f"{where}: it is gone (status {reply.status})")
    return status_error(method, reply.url, reply.status, reply.headers, reply.body)


def _code(body: bytes) -> str:
    return text(an_object((read_object(body) or {}).get("error")).get("code"))


def _is_delta(url: str) -> bool:
    return urlsplit(url).path.endswith("/delta")


class Graph:
    """One account's requests; paths begin after the version."""

    def __init__(self, session: JsonSession) -> None:
        self._session = session

    async def get(self, path: str, query: Mapping[str, str] | None = None) -> Json:
        """Read one object."""
        return await self._session.get(VERSION + path, query)

    async def rows(self, path: str, query: Mapping[str, str] | None = None) -> list[Json]:
        """Read a list, with all its pages."""
        return [row async for page in self.pages(VERSION + path, query or {}) for row in rows_of(page, "value")]

    async def pages(self, path: str, query: Mapping[str, str]) -> AsyncIterator[Json]:
        """The pages of a list; `path` with the version, or a link that an answer gave."""
        async for page in self._session.pages(path, query, _following):
            yield page

    async def write(
        self, method: str, path: str, body: Json | None = None, headers: Mapping[str, str] | None = None
    ) -> Json:
        """A write; see `JsonSession.write`."""
        return await self._session.write(method, VERSION + path, body, headers)

    async def several(self, paths: Sequence[str]) -> list[Json | ConnectorError]:
        """The objects at those paths, or why one cannot be had, in their order; twenty in one request (/$batch). Raises
        what concerns the whole account."""
        found: list[Json | ConnectorError] = []
        for at in range(0, len(paths), _AT_ONCE):
            found += await self._batch(paths[at : at + _AT_ONCE])
        return found

    async def _batch(self, paths: Sequence[str]) -> list[Json | ConnectorError]:
        requests = [
            {"id": str(number), "method": "GET", "url": path, "headers": {"Prefer": PREFER}}
            for number, path in enumerate(paths)
        ]
        said = await self._session.ask(f"{VERSION}/$batch", {"requests": requests})
        answers = {text(one.get("id")): one for one in objects(said.get("responses"))}
        return [self._answered(path, answers.get(str(number))) for number, path in enumerate(paths)]

    def _answered(self, path: str, answer: Json | None) -> Json | ConnectorError:
        """Raises as `several`."""
        if answer is None or not isinstance(status := answer.get("status"), int):
            raise InvalidAnswer(f"POST on {host_of(self._session.base)}: some of the answers are missing")
        body = an_object(answer.get("body"))
        if 200 <= status < 300:
            return body
        headers = {str(name).lower(): str(value) for name, value in an_object(answer.get("headers")).items()}
        url = f"{self._session.base}{VERSION}{path}"
        error = explain("GET", HttpResponse(status=status, headers=headers, url=url, body=json.dumps(body).encode()))
        if error.scope == "account":
            raise error
        return error


def _following(page: Json) -> tuple[str, Mapping[str, str]] | None:
    link = text(page.get("@odata.nextLink"))
    return (link, {}) if link else None
