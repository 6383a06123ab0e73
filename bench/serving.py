"""What is measured against: the two CalDAV servers and a static feed, on loopback, each behind a relay that counts."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.client
import http.server
import re
import shutil
import socket
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dulwich.repo import Repo
from tests.servers import DavServer, radicale_server, xandikos_server

from bench.calendars import Calendar, resource
from bench.floor import sync_collection

_HEAD = re.compile(rb"([A-Z]+) (\S+) HTTP/1\.[01]\r\n(.*?)\r\n\r\n", re.DOTALL)
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass
class Traffic:
    """What went over the wire."""

    requests: list[tuple[str, str]] = field(default_factory=list)
    """Method and path."""
    up: int = 0
    """Bytes of the requests, with their heads."""
    down: int = 0
    """Bytes of the answers, with their heads."""


class Relay:
    """Passes bytes on to a server on loopback and counts what they hold."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._traffic = Traffic()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}/"

    def take(self) -> Traffic:
        """What went over the wire since the last call."""
        taken, self._traffic = self._traffic, Traffic()
        return taken

    def __enter__(self) -> Relay:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                client.close()
                continue
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._up, args=(client, server), daemon=True).start()
            threading.Thread(target=self._down, args=(server, client), daemon=True).start()

    def _up(self, source: socket.socket, sink: socket.socket) -> None:
        pending, body = b"", 0
        with contextlib.suppress(OSError):
            while data := source.recv(262_144):
                self._traffic.up += len(data)
                pending += data
                while pending:
                    if body:
                        eaten = min(body, len(pending))
                        pending, body = pending[eaten:], body - eaten
                        continue
                    head = _HEAD.match(pending)
                    if head is None:
                        break
                    self._traffic.requests.append((head[1].decode(), head[2].decode()))
                    length = _LENGTH.search(b"\r\n" + head[3])
                    pending, body = pending[head.end() :], int(length[1]) if length else 0
                sink.sendall(data)
        _close(source, sink)

    def _down(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(262_144):
                self._traffic.down += len(data)
                sink.sendall(data)
        _close(source, sink)


def _close(*ends: socket.socket) -> None:
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@dataclass
class Served:
    """A calendar on a CalDAV server."""

    server: DavServer
    relay: Relay
    calendar: Calendar
    path: str
    """Of the collection."""
    collection: Path
    """Where the server keeps it."""

    @property
    def url(self) -> str:
        """Of the collection, through the relay."""
        return self.relay.url.rstrip("/") + self.path

    def change(self, count: int) -> None:
        """Edit some events, as an app would."""
        _store(
            self.server.kind, self.collection, ((event.name, resource(event)) for event in self.calendar.edit(count))
        )


@contextlib.contextmanager
def dav(kind: str, size: int, folder: Path, kept: Path) -> Iterator[Served]:
    """A server with a calendar of that size, its data below `folder`.

    What it makes of the events when it first sees them (Radicale: minutes for 10,000) is kept in `kept`, for the next
    run.
    """
    start = {"radicale": radicale_server, "xandikos": xandikos_server}[kind]
    calendar = Calendar(size)
    template = kept / f"{kind}-{size}-{calendar.digest}"
    if not template.exists():
        with start(folder) as server:
            path = server.make_calendar("Arbeit", components=("VEVENT",), slug="arbeit")
            _store(kind, _collection(folder, path), calendar.resources())
            _look_at_all(server, path)
        shutil.copytree(folder, template)
        shutil.rmtree(folder)
    shutil.copytree(template, folder)
    with start(folder) as server, Relay(server.port) as relay:
        path = f"{server.home()}arbeit/"
        _look_at_all(server, path)
        yield Served(server=server, relay=relay, calendar=calendar, path=path, collection=_collection(folder, path))


def _collection(folder: Path, path: str) -> Path:
    """Where a server keeps a collection."""
    radicale = folder / "data" / "collection-root"
    return (radicale if radicale.exists() else folder / "data") / path.strip("/")


def _store(kind: str, collection: Path, resources: Iterable[tuple[str, bytes]]) -> None:
    """Put resources where a server keeps them: one request for each would take longer than all that is measured."""
    names = []
    for name, content in resources:
        (collection / name).write_bytes(content)
        names.append(name)
    if kind == "xandikos":
        with contextlib.closing(Repo(str(collection))) as repo:
            tree = repo.get_worktree()
            tree.stage(names)
            tree.commit(message=b"edited", author=b"bench <bench@example>", committer=b"bench <bench@example>")


def _look_at_all(server: DavServer, path: str) -> None:
    """Have the server read its data once: what it makes of them is not to be waited for later."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=1800)
    login = base64.b64encode(f"{server.username}:{server.password}".encode()).decode()
    headers = {"Authorization": f"Basic {login}", "Depth": "0", "Content-Type": "application/xml"}
    connection.request("REPORT", path, sync_collection("", with_data=True), headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 207:
        raise RuntimeError(f"{server.kind} answered {answer.status}")


@dataclass
class Feed:
    """A calendar as a static file on a web server that knows ETags."""

    calendar: Calendar
    relay: Relay
    _body: bytes = b""
    _etag: str = ""

    def __post_init__(self) -> None:
        self._publish()

    @property
    def url(self) -> str:
        return f"{self.relay.url}kalender.ics"

    def change(self, count: int) -> None:
        """Edit some events and publish anew."""
        self.calendar.edit(count)
        self._publish()

    def answer(self, condition: str | None) -> tuple[int, str, bytes]:
        """Status, ETag and body for an If-None-Match."""
        return (304, self._etag, b"") if condition == self._etag else (200, self._etag, self._body)

    def _publish(self) -> None:
        self._body = self.calendar.feed()
        self._etag = f'"{hashlib.sha256(self._body).hexdigest()[:16]}"'


@contextlib.contextmanager
def feed(size: int) -> Iterator[Feed]:
    """A feed of that size."""
    published: list[Feed] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            status, etag, body = published[0].answer(self.headers.get("If-None-Match"))
            self.send_response(status)
            self.send_header("ETag", etag)
            self.send_header("Content-Type", "text/calendar; charset=utf-8")
            if status == 200:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_HEAD(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with Relay(server.server_address[1]) as relay:
            published.append(Feed(Calendar(size), relay))
            yield published[0]
    finally:
        server.shutdown()
        server.server_close()
