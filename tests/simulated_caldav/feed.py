"""A published calendar: one address, read only. As pure as the server beside it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Literal

from tests.simulated_caldav.messages import Request, Response

_PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form></form></body></html>"


@dataclass(slots=True, kw_only=True)
class SimulatedFeed:
    """What is published, and what the server tells of it. Whoever publishes changes the fields."""

    path: str = "/feed.ics"
    body: bytes = b""
    changed: datetime | None = None
    """When the body changed last (UTC); None: that is not told."""
    tags: Literal["strong", "weak", "absent"] = "strong"
    state: Literal["there", "login page", "gone", "cut"] = "there"
    """`login page`: a 200 with HTML. `cut`: half of it, as if it were whole."""

    answered: list[int] = field(default_factory=list)
    """The statuses so far."""

    def answer(self, request: Request, now: datetime) -> Response:
        """What is served to this request. `now` makes no difference: it is what every server here is asked with."""
        response = self._answer(request)
        self.answered.append(response.status)
        return response

    def _answer(self, request: Request) -> Response:
        if request.place != self.path or self.state == "gone":
            return Response(status=404)
        if request.method not in {"GET", "HEAD"}:
            return Response(status=405)
        if self.state == "login page":
            return Response(status=200, headers={"Content-Type": "text/html"}, body=_PAGE)
        headers = self._validators()
        if self._is_held(request, headers):
            return Response(status=304, headers=headers)
        body = self.body[: len(self.body) // 2] if self.state == "cut" else self.body
        return Response(status=200, headers=headers | {"Content-Type": "text/calendar; charset=utf-8"}, body=body)

    def _validators(self) -> dict[str, str]:
        headers = {}
        if self.tags != "absent":
            tag = hashlib.sha256(self.body).hexdigest()[:16]
            headers["ETag"] = f'W/"{tag}"' if self.tags == "weak" else f'"{tag}"'
        if self.changed is not None:
            headers["Last-Modified"] = format_datetime(self.changed, usegmt=True)
        return headers

    def _is_held(self, request: Request, headers: dict[str, str]) -> bool:
        """RFC 9110 13.1.2 and 13.1.3: If-None-Match goes before If-Modified-Since."""
        asked = request.headers.get("if-none-match")
        if asked is not None:
            return "ETag" in headers and asked.removeprefix("W/") == headers["ETag"].removeprefix("W/")
        since = request.headers.get("if-modified-since")
        return since is not None and since == headers.get("Last-Modified")
