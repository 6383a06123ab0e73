"""Real CalDAV servers on loopback, as processes of their own, and objects to fill them with.

The helpers on `DavServer` speak plain HTTP through the standard library, so that the connector is never tested
against itself. What stands in for a server is in `scripted`.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import itertools
import os
import select
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.scripted import Answer, Recorded, Relay, ScriptedServer, self_signed

__all__ = [
    "Answer",
    "DavServer",
    "Recorded",
    "Relay",
    "ScriptedServer",
    "dav_server",
    "event",
    "free_port",
    "radicale",
    "radicale_server",
    "self_signed",
    "todo",
    "xandikos",
    "xandikos_server",
]

_READY_WITHIN = 30.0
_NUMBERS = itertools.count(1)
_LIST = '<?xml version="1.0"?><D:propfind xmlns:D="DAV:"><D:prop><D:getetag/></D:prop></D:propfind>'


def free_port() -> int:
    """A port on 127.0.0.1 that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class DavServer:
    """A running CalDAV server with one user; `url` is its root."""

    kind: str
    port: int
    username: str
    password: str
    process: subprocess.Popen[bytes] = field(repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def home(self, user: str | None = None) -> str:
        """Path of a user's calendar home."""
        return f"/{user or self.username}/" if self.kind == "radicale" else f"/{user or self.username}/calendars/"

    def request(
        self, method: str, path: str, body: str | bytes = b"", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """One request with the user's log-in; header names are given with underscores."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        login = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        sent = {"Authorization": f"Basic {login}"} | {k.replace("_", "-"): v for k, v in headers.items()}
        payload = body.encode() if isinstance(body, str) else body
        try:
            connection.request(method, path, body=payload or None, headers=sent)
            reply = connection.getresponse()
            return reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read()
        finally:
            connection.close()

    def make_calendar(
        self, name: str | None = None, *, components: Sequence[str] = ("VEVENT", "VTODO"), slug: str | None = None
    ) -> str:
        """A new calendar in the user's home; returns its path."""
        slug = slug or f"cal-{next(_NUMBERS)}-{os.getpid()}"
        path = self.home() + slug + "/"
        sets = "".join(f'<C:comp name="{component}"/>' for component in components)
        status, _, body = self.request(
            "MKCALENDAR",
            path,
            '<?xml version="1.0"?><C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>'
            f"<D:displayname>{name or slug}</D:displayname>"
            f"<C:supported-calendar-component-set>{sets}</C:supported-calendar-component-set>"
            "</D:prop></D:set></C:mkcalendar>",
            Content_Type="application/xml",
        )
        assert status == 201, body
        return path

    def book_home(self, user: str | None = None) -> str:
        """Path of the home of a user's address books."""
        return f"/{user or self.username}/" if self.kind == "radicale" else f"/{user or self.username}/contacts/"

    def make_book(self, name: str | None = None, *, slug: str | None = None) -> str:
        """A new address book of the user's (RFC 6352 6.3.1); returns its path."""
        slug = slug or f"book-{next(_NUMBERS)}-{os.getpid()}"
        path = self.book_home() + slug + "/"
        status, _, body = self.request(
            "MKCOL",
            path,
            '<?xml version="1.0"?><D:mkcol xmlns:D="DAV:" xmlns:CR="urn:ietf:params:xml:ns:carddav"><D:set><D:prop>'
            "<D:resourcetype><D:collection/><CR:addressbook/></D:resourcetype>"
            f"<D:displayname>{name or slug}</D:displayname></D:prop></D:set></D:mkcol>",
            Content_Type="application/xml",
        )
        assert status == 201, body
        return path

    def put(self, path: str, data: str | bytes, kind: str = "text/calendar") -> str:
        """Store an object whatever stands there; returns the ETag of what is stored."""
        status, _, body = self.request("PUT", path, data, Content_Type=f"{kind}; charset=utf-8")
        assert status in {200, 201, 204}, (status, body)
        return self.get(path)[0]

    def get(self, path: str) -> tuple[str, bytes]:
        """ETag and content."""
        status, headers, body = self.request("GET", path)
        assert status == 200, (status, body)
        return headers["etag"], body

    def exists(self, path: str) -> bool:
        return self.request("GET", path)[0] == 200

    def delete(self, path: str) -> None:
        status, _, body = self.request("DELETE", path)
        assert status in {200, 204}, (status, body)

    def wipe(self) -> None:
        """Delete every collection in the user's home."""
        for path in self.list(self.home()):
            self.delete(urllib.parse.quote(path))

    def list(self, path: str) -> set[str]:
        """Decoded paths of what stands in a collection."""
        status, _, body = self.request("PROPFIND", path, _LIST, Depth="1", Content_Type="application/xml")
        assert status == 207, (status, body)
        rows = ElementTree.fromstring(body).iterfind("{DAV:}response/{DAV:}href")
        hrefs = {urllib.parse.unquote(urllib.parse.urlsplit(row.text or "").path) for row in rows}
        return {href for href in hrefs if href.rstrip("/") != path.rstrip("/")}


@pytest.fixture(scope="session")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DavServer]:
    """One Radicale for the session: take fresh collections, or `wipe` it."""
    with radicale_server(tmp_path_factory.mktemp("radicale")) as server:
        yield server


@pytest.fixture(scope="session")
def xandikos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DavServer]:
    """One Xandikos for the session: take fresh collections, or `wipe` it."""
    with xandikos_server(tmp_path_factory.mktemp("xandikos")) as server:
        yield server


@pytest.fixture(params=["radicale", "xandikos"])
def dav_server(request: pytest.FixtureRequest) -> DavServer:
    """Each of the two in turn."""
    server: DavServer = request.getfixturevalue(request.param)
    return server


def event(uid: str, summary: str = "Telefonat", start: str = "20261124T090000Z", extra: str = "") -> str:
    """A small VEVENT object, one hour long."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VEVENT", f"UID:{uid}"]
    lines += ["DTSTAMP:20261101T000000Z", f"DTSTART:{start}", "DURATION:PT1H", f"SUMMARY:{summary}"]
    return "\r\n".join([*lines, *extra.splitlines(), "END:VEVENT", "END:VCALENDAR", ""])


def todo(uid: str, summary: str = "Anrufen") -> str:
    """A small VTODO object."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VTODO", f"UID:{uid}"]
    lines += ["DTSTAMP:20261101T000000Z", f"SUMMARY:{summary}", "STATUS:NEEDS-ACTION", "END:VTODO"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


@contextlib.contextmanager
def radicale_server(
    folder: Path, username: str = "anna", password: str = "geheim wie nie", certificate: Path | None = None
) -> Iterator[DavServer]:
    """Radicale with htpasswd log-in, its data below `folder`. `certificate`: a PEM file with certificate and key; it
    then speaks TLS, and `DavServer.request` cannot be used."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    (folder / "users").write_text(f"{username}:{password}\n", encoding="utf-8")
    tls = f"ssl = True\ncertificate = {certificate}\nkey = {certificate}\n" if certificate else ""
    (folder / "config").write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\nmax_connections = 20\n{tls}"
        f"[auth]\ntype = htpasswd\nhtpasswd_filename = {folder / 'users'}\nhtpasswd_encryption = plain\ndelay = 0\n"
        f"[storage]\nfilesystem_folder = {folder / 'data'}\n[logging]\nlevel = warning\n",
        encoding="utf-8",
    )
    with _running([sys.executable, "-m", "radicale", "--config", str(folder / "config")], folder, port) as process:
        yield DavServer(kind="radicale", port=port, username=username, password=password, process=process)


@contextlib.contextmanager
def xandikos_server(folder: Path, username: str = "anna") -> Iterator[DavServer]:
    """Xandikos, which knows no log-in: it takes any."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [sys.executable, "-m", "xandikos", "serve", "-d", str(folder / "data"), "-l", "127.0.0.1"]
    command += ["-p", str(port), "--current-user-principal", f"/{username}/", "--defaults"]
    with _running(command, folder, port) as process:
        yield DavServer(kind="xandikos", port=port, username=username, password="egal", process=process)


@contextlib.contextmanager
def _running(command: list[str], folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        _wait_until_ready(process, port, folder / "log")
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _READY_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            select.select([], [], [], 0.02)
        else:
            return
    raise AssertionError(f"the server did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-3000:]}")
