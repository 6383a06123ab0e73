"""Real CalDAV servers on loopback, and a server that answers from a script. For tests only.

The helpers on `DavServer` speak plain HTTP through the standard library, so that the connector is never tested
against itself. A `Relay` stands between connector and server and counts what really passes.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import http.server
import itertools
import os
import re
import select
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import pytest

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

    def put(self, path: str, data: str | bytes) -> str:
        """Store an object whatever stands there; returns the ETag of what is stored."""
        status, _, body = self.request("PUT", path, data, Content_Type="text/calendar; charset=utf-8")
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
def radicale_server(folder: Path, username: str = "anna", password: str = "geheim wie nie") -> Iterator[DavServer]:
    """Radicale with htpasswd log-in, its data below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    (folder / "users").write_text(f"{username}:{password}\n", encoding="utf-8")
    (folder / "config").write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\nmax_connections = 20\n"
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


@dataclass(frozen=True)
class Recorded:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """One line of a script. `method` None answers any; `cut` sends so many bytes of the body, then hangs up."""

    method: str | None
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: int | None = None
    hold: threading.Event | None = None
    """Nothing is sent before this."""
    hang_up: threading.Event | None = None
    """After what was sent, the connection stays open until this."""


def self_signed(folder: Path) -> Path:
    """A PEM file with a key and a certificate for 127.0.0.1 that nobody trusts."""
    key, certificate, both = folder / "key.pem", folder / "certificate.pem", folder / "both.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-keyout", str(key), "-out", str(certificate), "-days", "2", *subject]
    subprocess.run(command, check=True, capture_output=True)
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    return both


class ScriptedServer:
    """A loopback server that answers from a script, in its order, and records what it was asked.

    A request that the script does not expect gets 599. `with ScriptedServer([...]) as server: server.url`.
    """

    def __init__(self, script: Sequence[Answer] = (), certificate: Path | None = None) -> None:
        """`certificate`: a PEM file with certificate and key; the server then speaks TLS."""
        self.script = list(script)
        self.recorded: list[Recorded] = []
        self.connections = 0
        self.closed = threading.Event()
        """Set when a connection was closed from here."""
        self._lock = threading.Lock()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.port}/"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )

    def __enter__(self) -> ScriptedServer:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(
        self, method: str | None, status: int, body: str | bytes = b"", cut: int | None = None, **headers: str
    ) -> None:
        """Add a line to the script; header names are given with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        self.script.append(Answer(method, status, sent, body.encode() if isinstance(body, str) else body, cut))

    @property
    def methods(self) -> list[str]:
        return [request.method for request in self.recorded]

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                super().setup()
                with outer._lock:
                    outer.connections += 1

            def finish(self) -> None:
                super().finish()
                with contextlib.suppress(OSError):
                    self.connection.shutdown(socket.SHUT_RDWR)
                outer.closed.set()

            def handle_one_request(self) -> None:
                with contextlib.suppress(ConnectionError):
                    self._take()

            def _take(self) -> None:
                self.raw_requestline = self.rfile.readline(65537)
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                with outer._lock:
                    outer.recorded.append(Recorded(self.command, self.path, headers, body))
                    fits = outer.script and outer.script[0].method in {None, self.command}
                    answer = outer.script.pop(0) if fits else Answer(None, 599)
                self._send(answer)

            def _send(self, answer: Answer) -> None:
                if answer.hold is not None:
                    answer.hold.wait(30)
                self.send_response(answer.status)
                names = {name.lower() for name in answer.headers}
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if "content-length" not in names and "transfer-encoding" not in names:
                    self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body if answer.cut is None else answer.body[: answer.cut])
                self.wfile.flush()
                if answer.hang_up is not None:
                    answer.hang_up.wait(30)
                if answer.cut is not None or answer.headers.get("Connection") == "close":
                    self.close_connection = True

            def log_message(self, *args: object) -> None:
                pass

        return Handler


class Relay:
    """Passes bytes on to a real server and counts the requests in them: the server's side of the bill.

    `rewrite` changes what a client sends, a piece at a time; it must keep the length.
    """

    _START = re.compile(rb"(?:^|\n)([A-Z]{3,12}) (\S+) HTTP/1\.[01]\r\n")

    def __init__(self, port: int, rewrite: Callable[[bytes], bytes] = bytes) -> None:
        self._rewrite = rewrite
        self.requests: list[tuple[str, str]] = []
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}/"

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
            server = socket.create_connection(("127.0.0.1", self._to))
            threading.Thread(target=self._pump, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, False), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, count: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if count:
                    self.requests += [(m[1].decode(), m[2].decode()) for m in self._START.finditer(data)]
                sink.sendall(self._rewrite(data) if count else data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
