"""A server that answers from a script, and a relay that counts what passes it: the other end of connectors' tests."""

from __future__ import annotations

import contextlib
import http.server
import re
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path


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


def self_signed(folder: Path, names: str = "IP:127.0.0.1") -> Path:
    """A PEM file with a key and a certificate for 127.0.0.1, or what `names` says, that nobody trusts."""
    key, certificate, both = folder / "key.pem", folder / "certificate.pem", folder / "both.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", f"subjectAltName={names}"]
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
                if answer.hold is not None:
                    answer.hold.wait(30)
                self._send(answer)

            def _send(self, answer: Answer) -> None:
                names = {name.lower() for name in answer.headers}
                if "date" in names:
                    self.send_response_only(answer.status)  # it has no Date of its own then
                else:
                    self.send_response(answer.status)
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
