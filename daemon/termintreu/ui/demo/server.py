"""A real CalDAV server (Radicale) on loopback for the demo, in a folder that goes when the demo ends."""

from __future__ import annotations

import base64
import http.client
import importlib.util
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from termintreu.model.errors import TermintreuError

USER = "anna"
PASSWORD = "termintreu"  # noqa: S105 - a demo on loopback, shown on the screen on purpose
_START_TIMEOUT = 20.0
_PROJECT = Path(__file__).parents[4]
"""Of a clone; of an installed program any folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoServer:
    """The running server."""

    port: int

    @property
    def url(self) -> str:
        """Its address for any calendar app."""
        return f"http://127.0.0.1:{self.port}/"

    def make_calendar(self, path: str, name: str) -> None:
        """Create a calendar for events."""
        body = (
            '<?xml version="1.0" encoding="utf-8"?>'
            '<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>'
            f"<D:displayname>{escape(name)}</D:displayname>"
            '<C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set>'
            "</D:prop></D:set></C:mkcalendar>"
        )
        self._send("MKCALENDAR", f"/{USER}/{path}/", body.encode())

    def put(self, path: str, data: bytes) -> None:
        """Store one event."""
        self._send("PUT", f"/{USER}/{path}", data)

    def _send(self, method: str, path: str, body: bytes) -> None:
        login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            kind = "text/calendar; charset=utf-8" if method == "PUT" else "application/xml; charset=utf-8"
            connection.request(method, path, body, {"Authorization": f"Basic {login}", "Content-Type": kind})
            status = connection.getresponse().status
        finally:
            connection.close()
        if status >= 300:
            raise TermintreuError(f"the demo's server answered {status} to {method}")


@contextmanager
def radicale(folder: Path) -> Iterator[DemoServer]:
    """Run the server over `folder` until the block ends. Raises TermintreuError where it cannot be started."""
    if importlib.util.find_spec("radicale") is None:
        raise TermintreuError(f"the demo needs the server Radicale: {how_to_get_it(_PROJECT, sys.executable)}")
    (folder / "users").write_text(f"{USER}:{PASSWORD}\n")
    port = free_port()
    settings = {
        "--server-hosts": f"127.0.0.1:{port}",
        "--auth-type": "htpasswd",
        "--auth-htpasswd-filename": str(folder / "users"),
        "--auth-htpasswd-encryption": "plain",
        "--storage-filesystem-folder": str(folder / "collections"),
        "--logging-level": "error",
    }
    options = [part for option in settings.items() for part in option]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and fixed arguments
            [sys.executable, "-m", "radicale", "--config", "", *options],
            stdout=log,
            stderr=log,
            process_group=0,  # Ctrl-C is for the demo, which ends it in order
        )
    try:
        _await(port, process)
        yield DemoServer(port=port)
    finally:
        process.terminate()
        process.wait(timeout=10)


def how_to_get_it(project: Path, python: str) -> str:
    """What puts the demo's server beside this program.

    Args:
        project: where the Makefile stands, if the program runs from a clone.
        python: the interpreter that runs it: another one's pip would put the server where nobody looks for it.
    """
    if (project / "Makefile").is_file():
        return f"run `make demo` in {project}"
    if importlib.util.find_spec("pip") is None:  # Debian's package and uv leave it out
        return "run `make demo` in the project's folder"
    return f"{shlex.quote(python)} -m pip install 'termintreu[demo]'"


def free_port() -> int:
    """One on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_TIMEOUT
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TermintreuError("the demo's server did not start")
