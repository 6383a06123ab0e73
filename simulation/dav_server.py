"""A CalDAV server in memory: a pure answer to each request, by a profile of what real servers do.

What people do to their calendars in other apps goes through `put` and `remove`, and is no request of ours.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, unquote
from xml.sax.saxutils import escape

from simulation.network import Request, Response

_HREFS = re.compile(rb"<(?:\w+:)?href[^>]*>([^<]+)</")
_TOKEN = re.compile(rb"<(?:\w+:)?sync-token[^>]*>([^<]*)</")
_NAME = re.compile(rb"<(?:\w+:)?displayname[^>]*>([^<]*)</")
_COMPONENTS = re.compile(rb"<(?:\w+:)?comp name=[\"'](\w+)")
_UID = re.compile(rb"^UID:(.*?)\r?$", re.MULTILINE)
_OPEN = (
    '<?xml version="1.0" encoding="utf-8"?>\n<d:multistatus xmlns:d="DAV:" '
    'xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:s="http://calendarserver.org/ns/">'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a server is like."""

    name: str = "plain"
    syncs: bool = True
    """Answers sync-collection."""
    keeps: int = 1_000_000
    """Changes for which a token is good."""
    forgets: str = "refuse"
    """An old token is refused, or answered with a "full" list, or with an "empty" one."""
    makes: bool = True
    """MKCALENDAR is to be had."""
    tasks: bool = True
    etag_on_put: bool = True
    rewrites: Callable[[bytes], bytes] | None = None
    one_uid: bool = True
    """A UID stands once in a collection."""
    careless: bool = False
    """Looks at no condition, and says who it is."""
    weak: bool = False
    """ETags are weak ones."""


def _softened(data: bytes) -> bytes:
    return data.replace(b"CLASS:PRIVATE", b"CLASS:PUBLIC").replace(b"TRIGGER:-PT1M", b"TRIGGER:-PT60S")


PROFILES = (
    Profile(),
    Profile(name="sabre", etag_on_put=False, one_uid=False, forgets="empty", keeps=40),
    Profile(name="DAViCal", one_uid=False, forgets="full", keeps=15),
    Profile(name="SOGo", careless=True, rewrites=_softened),
    Profile(name="no-tokens", syncs=False, rewrites=_softened, etag_on_put=False),
    Profile(name="no-tasks", tasks=False),
    Profile(name="weak", weak=True, syncs=False),
    Profile(name="short-tokens", keeps=5),
)


@dataclass(slots=True, kw_only=True)
class Stored:
    """One resource."""

    data: bytes
    version: int


@dataclass(slots=True, kw_only=True)
class Calendar:
    """One collection."""

    path: str
    name: str
    components: frozenset[str]
    resources: dict[str, Stored] = field(default_factory=dict)
    """By file name."""
    changes: list[tuple[int, str]] = field(default_factory=list)
    born: int = 0
    hidden: bool = False
    """Not shared any more: not listed, and 404."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One write of the program's that was carried out."""

    method: str
    path: str
    before: bytes | None
    after: bytes | None


class DavServer:
    """One host with one person's account."""

    def __init__(self, user: str, password: str, profile: Profile) -> None:
        self.user, self.password, self.profile = user, password, profile
        self.home = f"/dav/{user}/"
        self.calendars: dict[str, Calendar] = {}
        self.version = 0
        self.writes: list[Write] = []
        """What the program wrote since it was last looked at."""

    # --- other apps ---

    def add(self, slug: str, name: str, *components: str) -> Calendar:
        """A calendar."""
        path = f"{self.home}{slug}/"
        self.version += 1
        made = Calendar(path=path, name=name, components=frozenset(components or {"VEVENT"}), born=self.version)
        self.calendars[path] = made
        return made

    def put(self, path: str, data: bytes) -> None:
        """Another app stores something."""
        calendar, name = self._at(path)
        assert calendar is not None
        self._store(calendar, name, data)

    def remove(self, path: str) -> None:
        """Another app deletes something."""
        calendar, name = self._at(path)
        if calendar is not None and name in calendar.resources:
            self._drop(calendar, name)

    def resources(self) -> Iterator[tuple[str, bytes]]:
        """All there is, with its path."""
        for calendar in self.calendars.values():
            for name, stored in calendar.resources.items():
                yield calendar.path + name, stored.data

    def get(self, path: str) -> bytes | None:
        """What stands there."""
        calendar, name = self._at(path)
        stored = None if calendar is None else calendar.resources.get(name)
        return None if stored is None else stored.data

    # --- the program ---

    def __call__(self, request: Request) -> Response:
        """The answer."""
        login = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {login}":
            return Response(status=401, headers={"WWW-Authenticate": 'Basic realm="dav"'})
        path = unquote(request.path)
        method = getattr(self, f"_{request.method.lower()}", None)
        return Response(status=405) if method is None else method(request, path)

    def _propfind(self, request: Request, path: str) -> Response:
        deep = request.headers.get("depth") == "1"
        if path.rstrip("/") in {"", "/.well-known/caldav", "/dav", self.home.rstrip("/")}:
            rows = [self._row(path, self._principal())]
            if deep and path == self.home:
                rows += [self._described(one) for one in self.calendars.values() if not one.hidden]
            return self._multistatus(rows)
        calendar, name = self._at(path if "." in path or path.endswith("/") else path + "/")
        if calendar is None or calendar.hidden:
            return Response(status=404)
        if name:
            stored = calendar.resources.get(name)
            return Response(status=404) if stored is None else self._multistatus([self._item(calendar, name, stored)])
        rows = [self._described(calendar)]
        if deep:
            rows += [self._item(calendar, each, stored) for each, stored in calendar.resources.items()]
        return self._multistatus(rows)

    def _report(self, request: Request, path: str) -> Response:
        calendar, _ = self._at(path)
        if calendar is None or calendar.hidden:
            return Response(status=404)
        with_data = b"calendar-data" in request.body
        if b"sync-collection" in request.body:
            return self._synced(calendar, request.body, with_data=with_data)
        if b"calendar-multiget" in request.body:
            rows = []
            for href in _HREFS.findall(request.body):
                name = unquote(href.decode()).rpartition("/")[2]
                stored = calendar.resources.get(name)
                rows.append(
                    self._item(calendar, name, stored, with_data=True)
                    if stored is not None
                    else self._gone(calendar, name)
                )
            return self._multistatus(rows)
        events = [(name, one) for name, one in calendar.resources.items() if b"BEGIN:VEVENT" in one.data]
        return self._multistatus([self._item(calendar, name, one, with_data=True) for name, one in events])

    def _synced(self, calendar: Calendar, body: bytes, *, with_data: bool) -> Response:
        if not self.profile.syncs:
            return Response(status=403)
        found = _TOKEN.search(body)
        token = found[1].decode() if found else ""
        since = int(token.rpartition("/")[2] or 0) if token else 0
        late = [change for change in calendar.changes if change[0] > since]
        new = f"<d:sync-token>https://dav/ns/{self.version}</d:sync-token>"
        if token and (len(late) > self.profile.keeps or since > self.version or since < calendar.born):
            if self.profile.forgets == "refuse":
                return Response(status=403, body=b'<d:error xmlns:d="DAV:"><d:valid-sync-token/></d:error>')
            if self.profile.forgets == "empty":
                return self._multistatus([], new)
            token = ""
        names = dict.fromkeys(name for _, name in late) if token else dict.fromkeys(calendar.resources)
        rows = []
        for name in names:
            stored = calendar.resources.get(name)
            rows.append(
                self._gone(calendar, name)
                if stored is None
                else self._item(calendar, name, stored, with_data=with_data)
            )
        return self._multistatus(rows, new)

    def _get(self, _: Request, path: str) -> Response:
        calendar, name = self._at(path)
        stored = None if calendar is None or calendar.hidden else calendar.resources.get(name)
        if stored is None:
            return Response(status=404)
        headers = {"ETag": self._etag(stored), "Content-Type": "text/calendar; charset=utf-8", **self._server()}
        return Response(status=200, headers=headers, body=stored.data)

    def _put(self, request: Request, path: str) -> Response:
        calendar, name = self._at(path)
        if calendar is None or calendar.hidden:
            return Response(status=409)
        stored = calendar.resources.get(name)
        if not self._may(request, stored):
            return Response(status=412)
        uid = _UID.search(request.body)
        twice = [
            each for each, one in calendar.resources.items() if each != name and _uid(one.data) == _uid(request.body)
        ]
        if uid and twice and self.profile.one_uid:
            error = '<d:error xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><c:no-uid-conflict/></d:error>'
            return Response(status=409, body=error.encode())
        kind = "VTODO" if b"BEGIN:VTODO" in request.body else "VEVENT"
        if kind not in calendar.components:
            return Response(status=403)
        before = None if stored is None else stored.data
        data = self.profile.rewrites(request.body) if self.profile.rewrites else request.body
        self.writes.append(Write(method="PUT", path=path, before=before, after=request.body))
        made = self._store(calendar, name, data)
        headers = self._server()
        if self.profile.etag_on_put and not self.profile.weak:
            headers["ETag"] = self._etag(made)
        return Response(status=201 if stored is None else 204, headers=headers)

    def _delete(self, request: Request, path: str) -> Response:
        calendar, name = self._at(path)
        stored = None if calendar is None or calendar.hidden else calendar.resources.get(name)
        if calendar is None or stored is None:
            if calendar is not None and not name:
                self.writes.append(Write(method="DELETE", path=path, before=b"a whole calendar", after=None))
            return Response(status=404)
        if not self._may(request, stored):
            return Response(status=412)
        self.writes.append(Write(method="DELETE", path=path, before=stored.data, after=None))
        self._drop(calendar, name)
        return Response(status=204)

    def _mkcalendar(self, request: Request, path: str) -> Response:
        if not self.profile.makes or path in self.calendars:
            return Response(status=403 if path not in self.calendars else 405)
        components = frozenset(name.decode() for name in _COMPONENTS.findall(request.body))
        if "VTODO" in components and not self.profile.tasks:
            return Response(status=403)
        found = _NAME.search(request.body)
        self.add(path.rstrip("/").rpartition("/")[2], found[1].decode() if found else "", *components)
        return Response(status=201)

    def _proppatch(self, _: Request, path: str) -> Response:
        return self._multistatus([self._row(path, "")])

    # --- what stands there ---

    def _may(self, request: Request, stored: Stored | None) -> bool:
        if self.profile.careless:
            return True
        if request.headers.get("if-none-match") == "*" and stored is not None:
            return False
        match = request.headers.get("if-match")
        return match is None or (stored is not None and match == self._etag(stored).removeprefix("W/"))

    def _at(self, path: str) -> tuple[Calendar | None, str]:
        folder, _, name = path.rpartition("/")
        return self.calendars.get(folder + "/"), name

    def _store(self, calendar: Calendar, name: str, data: bytes) -> Stored:
        self.version += 1
        calendar.changes.append((self.version, name))
        calendar.resources[name] = Stored(data=data, version=self.version)
        return calendar.resources[name]

    def _drop(self, calendar: Calendar, name: str) -> None:
        self.version += 1
        calendar.changes.append((self.version, name))
        del calendar.resources[name]

    # --- rows ---

    def _server(self) -> dict[str, str]:
        return {"Server": self.profile.name}

    def _etag(self, stored: Stored) -> str:
        return f'W/"e{stored.version}"' if self.profile.weak else f'"e{stored.version}"'

    def _principal(self) -> str:
        return (
            "<d:resourcetype><d:collection/></d:resourcetype>"
            f"<d:current-user-principal><d:href>{self.home}</d:href></d:current-user-principal>"
            f"<c:calendar-home-set><d:href>{self.home}</d:href></c:calendar-home-set>"
        )

    def _described(self, calendar: Calendar) -> str:
        kinds = "".join(f'<c:comp name="{name}"/>' for name in sorted(calendar.components))
        reports = "<d:supported-report><d:report><c:calendar-multiget/></d:report></d:supported-report>"
        if self.profile.syncs:
            reports += "<d:supported-report><d:report><d:sync-collection/></d:report></d:supported-report>"
        last = calendar.changes[-1][0] if calendar.changes else calendar.born
        return self._row(
            calendar.path,
            "<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>"
            f"<d:displayname>{escape(calendar.name)}</d:displayname>"
            f"<c:supported-calendar-component-set>{kinds}</c:supported-calendar-component-set>"
            "<d:current-user-privilege-set><d:privilege><d:all/></d:privilege></d:current-user-privilege-set>"
            f"<d:supported-report-set>{reports}</d:supported-report-set><s:getctag>c{last}</s:getctag>",
        )

    def _item(self, calendar: Calendar, name: str, stored: Stored, *, with_data: bool = False) -> str:
        said = f"<d:getetag>{escape(self._etag(stored))}</d:getetag><d:resourcetype/>"
        if with_data:
            said += f"<c:calendar-data>{escape(stored.data.decode())}</c:calendar-data>"
        return self._row(calendar.path + name, said)

    def _gone(self, calendar: Calendar, name: str) -> str:
        href = quote(calendar.path + name)
        return f"<d:response><d:href>{href}</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>"

    def _row(self, path: str, said: str) -> str:
        return (
            f"<d:response><d:href>{quote(path)}</d:href><d:propstat><d:prop>{said}</d:prop>"
            "<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
        )

    def _multistatus(self, rows: list[str], rest: str = "") -> Response:
        body = f"{_OPEN}{''.join(rows)}{rest}</d:multistatus>".encode()
        return Response(status=207, headers={"Content-Type": "application/xml", **self._server()}, body=body)


def _uid(data: bytes) -> bytes | None:
    found = _UID.search(data)
    return found[1] if found else None
