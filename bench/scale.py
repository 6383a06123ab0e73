"""How cost grows with profiles: one process, N profiles with C calendars each, polled every P minutes at stub servers.

    python -m bench.scale [--people 100 1000 10000] [--collections 2] [--events 50] [--calls 3] [--poll 5m]

What is measured is the real daemon as a process of its own: how long until each profile has had a cycle, then, over
the window, its CPU, its memory, and how late turns begin. The servers cost next to nothing, in a process of their own.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from tests.servers import free_port

from termintreu.config.values import parse_duration
from termintreu.service import status_client

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One run."""

    profiles: int
    start: float
    """Seconds until the process was ready."""
    first_seconds: float
    """Seconds until each profile has had a cycle."""
    first_cpu: float
    """CPU seconds for that."""
    core: float
    """Share of one core afterwards."""
    per_poll: float
    """CPU seconds for one profile's poll."""
    memory: int
    """Bytes, resident, at the end."""
    empty_memory: int
    """Bytes, resident, before the first cycle."""
    late: tuple[float, float, float]
    """Seconds between due and begun, of the turns in the window: median, 99 of 100, most."""

    def row(self) -> str:
        """For a Markdown table."""
        each = (self.memory - self.empty_memory) / self.profiles / 1024
        return (
            f"| {self.profiles:,} | {self.start:.1f} s | {self.first_seconds:.0f} s "
            f"({self.first_cpu / self.profiles * 1000:.0f} ms CPU each) | {self.core:.1%} "
            f"| {self.per_poll * 1000:.1f} ms | {self.memory / 2**20:.0f} MiB ({each:.0f} KiB each) "
            f"| {self.late[0]:.2f} / {self.late[1]:.2f} / {self.late[2]:.2f} s |"
        )


HEADER = """\
| people | ready after | everybody once | of one core | CPU a poll | memory | late: median / 99 % / most |
|---|---|---|---|---|---|---|"""


@contextlib.contextmanager
def running(*command: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of its own."""
    process = subprocess.Popen(
        [sys.executable, *command],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def measure(profiles: int, given: argparse.Namespace) -> Measured:
    """One run with so many profiles."""
    with tempfile.TemporaryDirectory(prefix="scale-") as name:
        folder, port = Path(name), free_port()
        config = written(folder, profiles, port, given)
        stub = ("-m", "bench.stub", str(port), str(given.collections), str(given.events), str(given.calls))
        begun = time.monotonic()
        with (
            running(*stub),
            running(
                "-m", "termintreu", "run", "--config", str(config), RUNTIME_DIRECTORY=str(folder / "run")
            ) as daemon,
        ):
            asked = Asked(config, folder)
            asked.until(lambda _: True)
            start, empty = time.monotonic() - begun, memory(daemon)
            asked.until(lambda profiles: sum(one["at"] is not None for one in profiles) == profiles)
            first_seconds, first_cpu = time.monotonic() - begun, cpu(daemon)
            poll = parse_duration(given.poll).total_seconds()
            # In the second round the new items of each profile are read and judged once; then nothing changes.
            time.sleep(poll * 1.2)
            before, since, began = cpu(daemon), time.monotonic(), datetime.now(UTC)
            time.sleep(given.window)
            spent = (cpu(daemon) - before) / (time.monotonic() - since)
            looked = [one for one in asked.profiles() if datetime.fromisoformat(one["at"]) >= began]
            late = sorted(one["late"] for one in looked) or [0.0, 0.0]
            return Measured(
                profiles=profiles,
                start=start,
                first_seconds=first_seconds,
                first_cpu=first_cpu,
                core=spent,
                per_poll=spent * poll / profiles,
                memory=memory(daemon),
                empty_memory=empty,
                late=(median(late), quantiles(late, n=100, method="inclusive")[98], late[-1]),
            )


def written(folder: Path, profiles: int, port: int, given: argparse.Namespace) -> Path:
    """Write the configuration of so many profiles."""
    config = folder / "config.toml"
    (folder / "people.d").mkdir()
    config.write_text(
        f'profiles = "people.d"\ntimezone = "Europe/Berlin"\n[schedule]\npoll = "{given.poll}"\n'
        f'[state]\npath = "{folder / "state"}"\n'
    )
    for number in range(profiles):
        (folder / "people.d" / f"p{number:05}.toml").write_text(
            f'[me]\nname = "Person {number}"\nemails = ["p{number}@example.com"]\n[[sources]]\nname = "work"\n'
            f'type = "caldav"\nurl = "http://127.0.0.1:{port}/p{number:05}/"\n[target]\nsource = "work"\n'
        )
    return config


class Asked:
    """The daemon's status."""

    def __init__(self, config: Path, folder: Path) -> None:
        self._config = config
        self._environ = {"RUNTIME_DIRECTORY": str(folder / "run")}

    def profiles(self) -> list[dict[str, Any]]:
        """The summary of each profile."""
        document = status_client.ask(self._config, self._environ) or {}
        return list(document.get("people", ()))

    def until(self, enough: Any) -> None:
        """Wait for a status that is `enough`, for an hour at most."""
        deadline = time.monotonic() + 3600
        while time.monotonic() < deadline:
            profiles = self.profiles()
            if profiles and enough(profiles):
                return
            time.sleep(max(0.2, len(profiles) / 500))
        raise TimeoutError("the daemon did not get there within an hour")


def cpu(process: subprocess.Popen[bytes]) -> float:
    """CPU seconds so far."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def memory(process: subprocess.Popen[bytes]) -> int:
    """Resident bytes."""
    return int(Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, nargs="+", default=[100, 1000, 10000])
    parser.add_argument("--collections", type=int, default=2)
    parser.add_argument("--events", type=int, default=50)
    parser.add_argument("--calls", type=int, default=3)
    parser.add_argument("--poll", default="5m")
    parser.add_argument("--window", type=float, default=60.0, help="seconds")
    given = parser.parse_args()
    print(HEADER, flush=True)
    for profiles in given.people:
        print(measure(profiles, given).row(), flush=True)


if __name__ == "__main__":
    main()
