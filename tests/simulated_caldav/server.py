"""The server: who may ask, how often, and which part answers."""

from __future__ import annotations

import base64
from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta

from tests.simulated_caldav import listing, reports, writing
from tests.simulated_caldav.messages import Refused, Request, Response
from tests.simulated_caldav.profile import Profile
from tests.simulated_caldav.site import Site
from tests.simulated_caldav.state import Calendar, State

_METHODS = {
    "PROPFIND": listing.propfind,
    "REPORT": reports.report,
    "GET": listing.get,
    "HEAD": listing.get,
    "OPTIONS": listing.options,
    "PUT": writing.put,
    "DELETE": writing.delete,
    "MKCALENDAR": writing.mkcalendar,
    "MKCOL": writing.mkcol,
    "PROPPATCH": writing.proppatch,
}


class SimulatedCalDav:
    """One account on one server."""

    def __init__(self, profile: Profile, *, username: str = "anna", password: str = "geheim") -> None:
        self.profile = profile
        self.state = State()
        self.site = Site(profile, self.state, username)
        self.password = password
        """May be changed: the next request is judged by it."""
        self._asked: deque[datetime] = deque()

    def answer(self, request: Request, now: datetime) -> Response:
        """What the server says to this request at this moment (UTC)."""
        self.state.later(now)
        try:
            self._keep_pace(now)
            if not self._may_pass(request):
                challenge = {"WWW-Authenticate": 'Basic realm="calendars"'} if self.profile.challenges else {}
                return self._signed(Response(status=401, headers=challenge))
            method = _METHODS.get(request.method)
            if method is None:
                raise Refused(405)
            return self._signed(method(self.site, request, now))
        except Refused as refused:
            return self._signed(refused.response())

    def make_calendar(self, slug: str, name: str, components: Iterable[str], now: datetime) -> Calendar:
        """A calendar that its owner has."""
        return writing.made(self.site, f"{self.site.home}{slug}/", name, frozenset(components))

    def put(self, path: str, data: bytes, now: datetime) -> None:
        """Another app stores an object at a decoded path. Raises KeyError where no calendar is."""
        self.state.later(now)
        calendar, name = self._object_at(path)
        self.state.store(calendar, name, data, now)

    def remove(self, path: str, now: datetime) -> None:
        """Another app deletes an object, or the whole of a calendar."""
        self.state.later(now)
        calendar, name = self._object_at(path)
        if name:
            self.state.drop(calendar, name, now)
        else:
            self.state.unmake(calendar.path)

    def get(self, path: str) -> bytes | None:
        """What is stored at a decoded path."""
        calendar, name = self.state.at(path)
        stored = None if calendar is None else calendar.objects.get(name)
        return None if stored is None else stored.data

    def _object_at(self, path: str) -> tuple[Calendar, str]:
        calendar, name = self.state.at(path)
        if calendar is None:
            raise KeyError(path)
        return calendar, name

    def _keep_pace(self, now: datetime) -> None:
        if self.profile.pace is None:
            return
        count, seconds = self.profile.pace
        while self._asked and self._asked[0] <= now - timedelta(seconds=seconds):
            self._asked.popleft()
        if len(self._asked) >= count:
            wait = (self._asked[0] + timedelta(seconds=seconds) - now).total_seconds()
            raise Refused(429, **({"Retry_After": str(int(wait) + 1)} if self.profile.retry_after else {}))
        self._asked.append(now)

    def _may_pass(self, request: Request) -> bool:
        login = base64.b64encode(f"{self.site.username}:{self.password}".encode()).decode()
        if request.headers.get("authorization") == f"Basic {login}" or request.method == "OPTIONS":
            return True
        place = request.place
        if place.startswith("/.well-known/"):
            return True
        return self.profile.entrance_is_open and request.method == "PROPFIND" and place == self.profile.entrance

    def _signed(self, response: Response) -> Response:
        if not self.profile.software:
            return response
        headers = dict(response.headers) | {"Server": self.profile.software}
        return Response(status=response.status, headers=headers, body=response.body)
