"""The demo as a person meets it: on a terminal of 80x24, with a calendar app beside it, and piped."""

from __future__ import annotations

import base64
import fcntl
import http.client
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

WITHIN = 120.0
"""Seconds that a busy machine may need; nothing waits longer than until its condition holds."""
COMMAND = (sys.executable, "-m", "termintreu", "demo")


class Terminal:
    """Holds the other end of a pseudo-terminal, and what stands on it."""

    def __init__(self, end: int, process: int) -> None:
        self._end = end
        self.process = process
        self._said = b""

    def rows(self) -> list[str]:
        """The picture that was drawn last."""
        drawn = self._said.decode(errors="replace").rpartition("\x1b[H")[2]
        return [row.rstrip() for row in re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", drawn).replace("\r", "").split("\n")]

    def text(self) -> str:
        return "\n".join(self.rows())

    def until(self, condition: Callable[[str], object]) -> str:
        """The first picture for which this holds."""
        deadline = time.monotonic() + WITHIN
        while not condition(self.text()):
            assert time.monotonic() < deadline, self.text()
            self._read(1.0)
        return self.text()

    def end(self, number: int) -> int:
        """Send a signal to all that runs on the terminal, as Ctrl-C does; the exit code."""
        os.killpg(os.getpgid(self.process), number)
        deadline = time.monotonic() + WITHIN
        while time.monotonic() < deadline:
            self._read(0.1)
            done, status = os.waitpid(self.process, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status)
        raise AssertionError(self.text())

    def _read(self, seconds: float) -> None:
        try:
            if select.select([self._end], [], [], seconds)[0]:
                self._said += os.read(self._end, 65536)
        except OSError:  # the other end is closed
            time.sleep(0)


@contextmanager
def demo(folder: Path, language: str) -> Iterator[Terminal]:
    """The demo on a terminal of 80x24; its files are below `folder`."""
    process, end = pty.fork()
    if process == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        environment = {**os.environ, "LC_ALL": language, "TMPDIR": str(folder), "TERM": "xterm-256color"}
        for name in ("COLUMNS", "LINES"):
            environment.pop(name, None)
        os.execve(sys.executable, COMMAND, environment)
    terminal = Terminal(end, process)
    try:
        yield terminal
    finally:
        try:
            os.kill(process, signal.SIGTERM)
            os.waitpid(process, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        os.close(end)


class App:
    """A calendar app, logged in as the screen says."""

    def __init__(self, screen: str) -> None:
        address = re.search(r"http://127\.0\.0\.1:\d+/", screen)
        log_in = re.search(r"user (\w+), password (\w+)", screen)
        assert address is not None
        assert log_in is not None
        self._port = urlsplit(address.group()).port
        self._log_in = base64.b64encode(f"{log_in[1]}:{log_in[2]}".encode()).decode()

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=WITHIN)
        connection.request(method, path, body.encode(), {"Authorization": f"Basic {self._log_in}", **headers})
        answer = connection.getresponse()
        said = answer.read().decode()
        connection.close()
        assert answer.status < 300, (method, path, answer.status)
        return said

    def paths(self, below: str) -> list[str]:
        found = re.findall(r"<href>([^<]*)</href>", self.ask("PROPFIND", below, Depth="1"))
        return [path for path in dict.fromkeys(found) if path.startswith(below) and path != below]

    def find(self, *words: str) -> str:
        """The path of an entry that holds these words."""
        entries = [path for calendar in self.paths("/anna/") for path in self.paths(calendar)]
        return next(
            path for path in entries if all(word in self.ask("GET", path).replace("\r\n ", "") for word in words)
        )


def is_alive(url: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(url).port, timeout=WITHIN)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except ConnectionRefusedError:
        return False
    finally:
        connection.close()
    return True


def test_what_one_ticks_and_deletes_in_an_app_is_on_the_screen_with_the_answer(tmp_path: Path) -> None:
    with demo(tmp_path, "C.UTF-8") as terminal:
        screen = terminal.until(lambda text: "Written for them" in text and "Ctrl-C" in text)
        assert len(terminal.rows()) <= 24
        assert max(map(len, terminal.rows())) <= 80
        assert "user anna, password termintreu" in screen
        assert "Birte Claasen" in screen
        places = re.findall(r"http://[\d.:]+/", screen)
        assert [True, True] == [is_alive(place) for place in places]

        app = App(screen)
        path = app.find("BEGIN:VTODO", "Birte Claasen")
        app.ask("PUT", path, app.ask("GET", path).replace("STATUS:NEEDS-ACTION", "STATUS:COMPLETED"))
        terminal.until(lambda text: re.search(r"You have ticked “.*Birte", text))

        app.ask("DELETE", app.find("BEGIN:VEVENT", "SUMMARY:Phone call with the Henderson office"))
        terminal.until(lambda text: "You have deleted “Phone call with the Henderson office”" in text)
        terminal.until(lambda text: re.search(r"termintreu has removed “.*Henderson", text))
        assert len(terminal.rows()) <= 24

        assert 0 == terminal.end(signal.SIGINT)
        assert "The demo has ended" in terminal.text()
        assert "Traceback" not in terminal.text()
        assert [False, False] == [is_alive(place) for place in places]
        assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("language", "word"), [("de_DE.UTF-8", "Dafür geschrieben"), ("en_GB.UTF-8", "Written for them")]
)
def test_once_is_the_same_in_plain_lines_and_names_no_address(tmp_path: Path, language: str, word: str) -> None:
    environment = {**os.environ, "LC_ALL": language, "TMPDIR": str(tmp_path)}
    done = subprocess.run([*COMMAND, "--once"], env=environment, capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr)
    assert word in done.stdout
    assert "Birte Claasen" in done.stdout
    assert not re.search(r"http|127\.0\.0\.1|\x1b|password", done.stdout)
    assert len(done.stdout.splitlines()) <= 24
    assert [] == list(tmp_path.iterdir())


@contextmanager
def piped(folder: Path) -> Iterator[tuple[subprocess.Popen[str], Callable[[str], list[str]]]]:
    """The demo without a terminal, and what reads its lines up to one that holds a word."""
    environment = {**os.environ, "LC_ALL": "C", "TMPDIR": str(folder)}
    with subprocess.Popen(COMMAND, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        read = process.stdout.readline

        def until(word: str) -> list[str]:
            lines = [read()]
            while word not in lines[-1]:
                assert lines[-1], lines
                lines.append(read())
            return lines

        giving_up = threading.Timer(WITHIN, process.kill)
        giving_up.start()
        try:
            yield process, until
        finally:
            giving_up.cancel()
            process.terminate()


def test_piped_it_stays_up_and_tells_each_thing_once_until_it_is_ended(tmp_path: Path) -> None:
    with piped(tmp_path) as (process, until):
        lines = until("Ctrl-C")
        app = App("".join(lines))
        app.ask("DELETE", app.find("BEGIN:VEVENT", "SUMMARY:Anruf Hausverwaltung"))
        told = until("termintreu has removed")
        assert "You have deleted “Anruf Hausverwaltung" in told[0]
        process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(WITHIN)
    assert "\x1b" not in "".join([*lines, *told])
    assert [] == list(tmp_path.iterdir())
