"""A long first look, as a person at a terminal and a pipe see it."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\nEND:VCALENDAR\r\n"


class SlowFeed(ThreadingHTTPServer):
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.go = threading.Event()
        feed = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                feed.go.wait(20)
                self.send_response(200)
                self.send_header("Content-Type", "text/calendar")
                self.send_header("Content-Length", str(len(CALENDAR)))
                self.end_headers()
                self.wfile.write(CALENDAR)

            def log_message(self, *_: object) -> None:
                """Silence."""

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


@pytest.fixture
def slow() -> Iterator[SlowFeed]:
    server = SlowFeed()
    yield server
    server.go.set()
    server.shutdown()
    server.server_close()


def command(slow: SlowFeed, folder: Path) -> list[str]:
    (folder / "own").mkdir()
    config = folder / "config.toml"
    config.write_text(
        f'[[sources]]\nname = "crm"\ntype = "ics"\nallow_private = true\n'
        f'url = "http://127.0.0.1:{slow.server_port}/feed.ics"\n'
        f'[target]\ntype = "vdir"\npath = "{folder / "own"}"\n[state]\npath = "{folder / "state"}"\n'
    )
    return [sys.executable, "-m", "termintreu", "once", "--config", str(config)]


def test_a_long_look_shows_a_bar_on_a_terminal_and_takes_it_away(slow: SlowFeed, tmp_path: Path) -> None:
    arguments = command(slow, tmp_path)
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm", COLUMNS="100")
        os.execv(arguments[0], arguments)
    shown = ""
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                shown += os.read(terminal, 65536).decode(errors="replace")
            except OSError:
                break
        if "reading calendars" in shown:
            slow.go.set()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, shown
    os.close(terminal)
    assert "0/1" in shown
    # The line is erased, and the report follows.
    assert "\x1b[2K" in shown
    assert "crm: " in shown.rpartition("\x1b[2K")[2]


def test_a_pipe_sees_no_bar(slow: SlowFeed, tmp_path: Path) -> None:
    slow.go.set()
    done = subprocess.run(command(slow, tmp_path), capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "reading calendars" not in done.stdout + done.stderr
    assert "\x1b" not in done.stdout + done.stderr
