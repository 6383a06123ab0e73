"""A small server that speaks Nextcloud's Login Flow v2, and wants the app password that it gave."""

from __future__ import annotations

import base64
import contextlib
import http.server
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from tests.oauth_server import passed_on, served
from tests.servers import DavServer


@dataclass
class Nextcloud:
    """Its state, and what tests set and see."""

    root: str = ""
    """Path of the installation: "/" or "/cloud/"."""
    url: str = ""
    """Of its calendars."""
    poll_at: str | None = None
    """Another address to ask at, than its own."""
    link_at: str | None = None
    server: str | None = None
    """What it says of itself at the end."""
    fails: int = 0
    """Answers to questions that are 500 from now on."""
    speaks: bool = True
    password: str = field(default_factory=lambda: secrets.token_urlsafe(20))
    allowed: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    withdrawn: bool = False
    token: str = field(default_factory=lambda: secrets.token_urlsafe(20))

    @property
    def base(self) -> str:
        return self.url.partition("remote.php/")[0]


@contextlib.contextmanager
def nextcloud(root: str = "/", dav: DavServer | None = None) -> Iterator[Nextcloud]:
    """A server; whoever opens its link allows the log-in. `dav`: has its calendars; None: there are none."""
    state = Nextcloud(root=root)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            state.asked.append((self.command, self.path))
            path = "/" + self.path.removeprefix(root)
            pair = base64.b64encode(f"anna:{state.password}".encode()).decode()
            is_anna = self.headers.get("Authorization") == f"Basic {pair}" and not state.withdrawn
            match self.command, path:
                case "POST", "/index.php/login/v2" if state.speaks:
                    state.agents.append(self.headers["User-Agent"])
                    poll = {"token": state.token, "endpoint": state.poll_at or f"{state.base}login/v2/poll"}
                    self._say(200, {"poll": poll, "login": state.link_at or f"{state.base}login/v2/flow/abc"})
                case "GET", "/login/v2/flow/abc":
                    state.allowed = True
                    self._say(200, {})
                case "POST", "/login/v2/poll":
                    self._poll(dict(parse_qsl(body.decode())))
                case "DELETE", "/ocs/v2.php/core/apppassword" if is_anna and self.headers.get("OCS-APIRequest"):
                    state.withdrawn = True
                    self._say(200, {})
                case _, _ if is_anna and dav is not None and path.startswith("/remote.php/dav/"):
                    self._send(*passed_on(self, dav, body, f"{root}remote.php/dav"))
                case "PROPFIND", _ if is_anna:
                    self._say(404, {})
                case _, _ if path.startswith(("/remote.php/", "/ocs/")):
                    self._say(401, {})
                case _:
                    self._say(404, {})

        def _poll(self, form: dict[str, str]) -> None:
            if state.fails > 0:
                state.fails -= 1
                self._say(500, {})
            elif not state.allowed or form.get("token") != state.token:
                self._say(404, [])
            else:
                state.allowed = False
                server = state.server or state.base.rstrip("/")
                self._say(200, {"server": server, "loginName": "anna", "appPassword": state.password})

        def _say(self, status: int, value: Any) -> None:
            self._send(status, [], json.dumps(value).encode())

        def _send(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            pass

    for method in ("GET", "POST", "PUT", "DELETE", "PROPFIND", "PROPPATCH", "REPORT", "MKCALENDAR", "MKCOL", "OPTIONS"):
        setattr(Handler, f"do_{method}", Handler.handle_any)
    with served(Handler) as port:
        state.url = f"http://127.0.0.1:{port}{root}remote.php/dav/"
        yield state


__all__ = ["Nextcloud", "nextcloud"]
