"""One account that is logged in to by `termintreu login`, and a browser for it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from termintreu.config.profiles import ONLY
from termintreu.service import bootstrap, logins
from tests.command_line import here
from tests.oauth_server import CLIENT, Guarded, OAuthServer
from tests.servers import DavServer, event

NO_DISPLAY = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}


def visited(url: str) -> tuple[int, str]:
    """What a browser gets that goes to an address, with redirects followed."""
    try:
        with urllib.request.urlopen(url, timeout=20) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def ended_at(url: str) -> str:
    """Where a browser ends that is sent to a machine on which nobody listens."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    try:
        urllib.request.build_opener(Stay).open(url, timeout=20)
    except urllib.error.HTTPError as error:
        return str(error.headers["Location"])
    raise AssertionError("no redirect")


@dataclass
class LoggingIn:
    """A `termintreu login` that runs."""

    process: subprocess.Popen[str]
    shown: list[str] = field(default_factory=list)
    """Lines on standard error."""

    def address(self) -> str:
        """The address that it prints, on a line of its own."""
        return self.line_that_begins("http")

    def line_that_begins(self, start: str) -> str:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.shown.append(line.rstrip("\n"))
            if line.startswith(start):
                return line.strip()
        raise AssertionError(self.shown)

    def next_line(self) -> str:
        assert self.process.stderr is not None
        self.shown.append(self.process.stderr.readline().rstrip("\n"))
        return self.shown[-1]

    def end(self, given: str | None = None) -> tuple[int, str, str]:
        """Its exit code, and all that it printed."""
        out, err = self.process.communicate(given, timeout=30)
        return self.process.returncode, out, "\n".join([*self.shown, err])


class _Visitor:
    """A user who follows every address."""

    def show(self, url: str, *, code: str | None = None, scan: str | None = None) -> None:
        in_thread(lambda: visited(url))

    async def pasted(self) -> str | None:
        return None

    def say(self, sentence: str) -> None:
        raise AssertionError(sentence)

    def translated(self, sentence: str) -> str:
        return sentence


@dataclass
class Account:
    """A configuration with one source "work" that keeps its log-in in the state folder."""

    folder: Path
    source: str
    """The TOML of its own keys."""
    own: str = 'source = "work"'
    """The TOML of the target."""

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def configure(self) -> Account:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.config.write_text(
            f'language = "en"\ntimezone = "Europe/Berlin"\n[me]\nname = "Anna Beispiel"\n[[sources]]\nname = "work"\n'
            f'type = "caldav"\n{self.source}\n[target]\n{self.own}\n[state]\npath = "{self.state}"\n'
        )
        self.config.chmod(0o600)
        return self

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command, in this process."""
        return here(*arguments, "--config", str(self.config), environ=NO_DISPLAY)

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json").stdout)

    def start(self, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        """A command, in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "termintreu", *arguments, "--config", str(self.config)],
            env={**NO_DISPLAY, **environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def logging_in(self, *options: str) -> contextlib.AbstractContextManager[LoggingIn]:
        """`termintreu login work`, as a process."""
        return self.logging_in_to("work", *options)

    @contextlib.contextmanager
    def logging_in_to(self, name: str, *options: str) -> Iterator[LoggingIn]:
        """`termintreu login` of any account, as a process."""
        process = self.start("login", name, *options)
        try:
            yield LoggingIn(process)
        finally:
            process.kill()
            process.communicate()

    def log_in(self) -> None:
        """Log in with a browser, in this process: starting one takes longer than all the rest."""
        config = bootstrap.load(self.config).config
        asyncio.run(logins.log_in(config.sources[0], config, ONLY, "browser", _Visitor()))

    def login(self) -> dict[str, Any]:
        """What is kept."""
        [path] = (self.state / "logins").glob("*.json")
        return dict(json.loads(path.read_bytes()))

    def change(self, **values: Any) -> None:
        """Change what is kept, as time or another hand would."""
        [path] = (self.state / "logins").glob("*.json")
        path.write_text(json.dumps(self.login() | values))

    def expire(self) -> None:
        """What is kept ended a second ago, as far as this machine knows."""
        moment = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
        self.change(expires_at=moment)

    def everything_kept(self) -> bytes:
        """All bytes of all files in the state folder, but for the log-ins themselves."""
        files = [path for path in self.state.rglob("*") if path.is_file() and path.parent.name != "logins"]
        return b"".join(path.read_bytes() for path in files)


def oauth_account(folder: Path, gate: Guarded, more: str = "", **kwargs: str) -> Account:
    """An account behind tokens; `more`: keys of its source."""
    source = f'url = "{gate.url}"\nauth = "oauth"\nclient = {{ id = "{CLIENT}" }}\n{more}'
    return Account(folder, source, **kwargs).configure()


def with_own_folder(folder: Path) -> str:
    """The TOML of a target that is a folder: it can be written to whatever becomes of a source."""
    (folder / "own").mkdir(parents=True)
    return f'type = "vdir"\npath = "{folder / "own"}"'


def with_a_call(dav: DavServer) -> str:
    """A calendar with one call tomorrow. Returns its path."""
    dav.wipe()
    calendar = dav.make_calendar("Arbeit", components=("VEVENT",))
    start = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y%m%dT090000Z")
    dav.put(f"{calendar}a.ics", event("a", "Telefonat mit Erika", start))
    return calendar


def in_thread(action: Any) -> threading.Thread:
    """Run it beside."""
    thread = threading.Thread(target=action, daemon=True)
    thread.start()
    return thread


__all__ = ["Account", "LoggingIn", "OAuthServer", "ended_at", "in_thread", "oauth_account", "visited", "with_a_call"]
