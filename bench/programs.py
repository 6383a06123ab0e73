"""The programs that are measured, each behind the same few words: ours and the floor as processes that stay, the peers
as commands that run once for each poll."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.calendars import NOW

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What one poll took."""

    cpu: float
    """Seconds of CPU, user and system."""
    wall: float
    peak: int
    """Bytes of memory, at its highest."""
    before: int = 0
    """Bytes of memory before it; 0 for a program that was not there."""
    after: int = 0
    more: dict[str, Any] = field(default_factory=dict)


class Child:
    """A process that takes a command a line and answers with what it used."""

    def __init__(self, *command: str) -> None:
        paths = [str(ROOT), str(ROOT / "daemon"), str(ROOT / "connectors")]
        self._process = subprocess.Popen(
            [sys.executable, "-m", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )

    def ask(self, **wanted: Any) -> Used:
        """Send a command and wait for the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(wanted) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args!r} ended with {self._process.wait()}")
        answer = json.loads(line)
        known = {name: answer.pop(name) for name in ("cpu", "wall", "peak", "before", "after")}
        return Used(**known, more=answer)

    def close(self) -> None:
        """Let it end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)


def run(*command: str | Path, folder: Path, given: str = "") -> tuple[Used, str]:
    """Run a command to its end; raises RuntimeError where it fails. What it used, and what it printed."""
    import time  # noqa: PLC0415 - shadows nothing and is used here alone

    began = time.perf_counter()
    with (folder / "out").open("w+") as out:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "LANG": "C.UTF-8"},
        )
        assert process.stdin is not None
        process.stdin.write(given)
        process.stdin.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        printed = out.read()
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {printed[-2000:]}")
    used = Used(cpu=usage.ru_utime + usage.ru_stime, wall=time.perf_counter() - began, peak=usage.ru_maxrss * 1024)
    return used, printed


def configuration(folder: Path, source: str, target: str) -> Path:
    """Write a configuration of ours."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "config.toml"
    hours = "\n".join(f'{day} = ["09:00-12:30", "13:30-17:30"]' for day in ("mon", "tue", "wed", "thu", "fri"))
    path.write_text(
        f"""
language = "de"
timezone = "Europe/Berlin"
[me]
name = "Anna Beispiel"
emails = ["anna@beispiel.example"]
region = "DE"
[me.working_hours]
{hours}
[[sources]]
name = "work"
{source}
[target]
{target}
[state]
path = "{folder / "state"}"
"""
    )
    path.chmod(0o600)
    return path


class Ours(Child):
    """The program, as a daemon runs it."""

    def __init__(self, config: Path) -> None:
        super().__init__("bench.ours", str(config))
        self.own: list[str] = []
        """Paths of the collections it writes into."""

    def cycle(self, at: datetime, **more: Any) -> Used:
        """The next cycle."""
        used = self.ask(at=at.isoformat(), **more)
        self.own = used.more["own"]
        return used


class VdirSyncer:
    """vdirsyncer: brings a collection or a feed into a folder."""

    def __init__(self, peers: Path, folder: Path, remote: str) -> None:
        """`remote`: TOML-like lines of the remote storage."""
        folder.mkdir(parents=True)
        self.folder = folder
        self.copy = folder / "copy"
        self.copy.mkdir()
        self._command = peers / "bin" / "vdirsyncer"
        self._config = folder / "vdirsyncer.conf"
        self._config.write_text(
            f"""[general]
status_path = "{folder}/status/"
[pair work]
a = "local"
b = "remote"
collections = null
conflict_resolution = "b wins"
[storage local]
type = "filesystem"
path = "{self.copy}/"
fileext = ".ics"
[storage remote]
{remote}
"""
        )
        run(self._command, "-c", self._config, "discover", folder=folder, given="y\n" * 5)

    def sync(self) -> Used:
        """One run."""
        used, _ = run(self._command, "-c", self._config, "sync", folder=self.folder)
        return used


class Khal:
    """khal: reads a folder into a database of its own and lists two weeks."""

    def __init__(self, peers: Path, folder: Path, copy: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self._command = peers / "bin" / "khal"
        self._config = folder / "khal.conf"
        self._config.write_text(
            f"""[calendars]
[[work]]
path = {copy}
[sqlite]
path = {folder}/khal.db
[locale]
local_timezone = Europe/Berlin
default_timezone = Europe/Berlin
timeformat = %H:%M
dateformat = %d.%m.
longdateformat = %d.%m.%Y
datetimeformat = %d.%m. %H:%M
longdatetimeformat = %d.%m.%Y %H:%M
"""
        )

    def list(self) -> Used:
        """Two weeks from the measured moment on."""
        day = f"{NOW:%d.%m.%Y}"
        used, printed = run(self._command, "-c", self._config, "list", day, "14d", folder=self.folder)
        return Used(cpu=used.cpu, wall=used.wall, peak=used.peak, more={"lines": printed.count("\n")})


class IcalendarPeer:
    """A feed read with icalendar and recurring-ical-events."""

    def __init__(self, peers: Path, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._python = peers / "bin" / "python"

    def read(self, url: str) -> Used:
        """One run."""
        script = Path(__file__).with_name("feed_peer.py")
        used, printed = run(self._python, script, url, NOW.isoformat(), folder=self._folder)
        return Used(cpu=used.cpu, wall=used.wall, peak=used.peak, more=json.loads(printed.splitlines()[-1]))


def sum_of(runs: Sequence[Used]) -> Used:
    """Several runs that make one poll together."""
    return Used(cpu=sum(r.cpu for r in runs), wall=sum(r.wall for r in runs), peak=max(r.peak for r in runs))
