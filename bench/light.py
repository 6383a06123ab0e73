"""What people wait for, and what stays: the CPU of short commands, and the memory of an idle daemon, each against what
Python alone takes for the same.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.programs import ROOT, configuration
from bench.serving import dav
from termintreu.service import status_client

SIZE = 1_000
"""Events of the daemon's one account."""
_TIMES = 20
_PATIENCE = 120.0
"""Seconds until the daemon has looked twice."""
LIBRARIES = "import caldav, icalendar, sqlalchemy, pydantic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """What was found."""

    commands: Mapping[str, float]
    """Seconds of CPU, the least of all runs; "python" is `python -c pass`."""
    idle: int
    """Bytes resident of the daemon, between two looks."""
    libraries: int
    """Bytes resident of a Python that imported the libraries and nothing else."""


def measure_light(folder: Path, kept: Path) -> Light:
    """Measure both, on Xandikos."""
    with dav("xandikos", SIZE, folder / "server", kept) as served:
        login = f'username = "{served.server.username}"\npassword = "{served.server.password}"'
        source = f'type = "caldav"\nurl = "{served.url}"\n{login}\ncalendars = ["Arbeit"]'
        config = configuration(folder / "idle", source, 'source = "work"\n[schedule]\npoll = "4s"')
        paths = os.pathsep.join(str(ROOT / part) for part in ("daemon", "connectors"))
        environ = {**os.environ, "PYTHONPATH": paths, "XDG_RUNTIME_DIR": str(folder)}
        command = [sys.executable, "-m", "termintreu", "run", "--config", str(config)]
        with subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL) as daemon:
            try:
                _wait_for_looks(config, environ)
                return Light(
                    idle=_resident(daemon.pid), libraries=_of_libraries(), commands=_commands(str(config), environ)
                )
            finally:
                daemon.terminate()


def _wait_for_looks(config: Path, environ: Mapping[str, str]) -> None:
    """Until the daemon has looked three times: the first ones write, and bring modules with them."""
    looks: set[str] = set()
    ends = time.monotonic() + _PATIENCE
    while len(looks) < 3:
        if time.monotonic() > ends:
            raise RuntimeError("the daemon does not look")
        time.sleep(0.5)
        looks |= {at for at in ((status_client.ask(config, environ) or {}).get("at"),) if at}


def _resident(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("the daemon has ended")


def _of_libraries() -> int:
    told = (
        f"{LIBRARIES}\nprint(next(line for line in open('/proc/self/status') if line.startswith('VmRSS:')).split()[1])"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    return int(done.stdout) * 1024


def _commands(config: str, environ: Mapping[str, str]) -> dict[str, float]:
    """The least of several runs of each, in turn."""
    words = {
        "python": ["-c", "pass"],
        "--version": ["-m", "termintreu", "--version"],
        "--help": ["-m", "termintreu", "--help"],
        "status": ["-m", "termintreu", "status", "--config", config],
        "check": ["-m", "termintreu", "check", "--config", config],
    }
    found = dict.fromkeys(words, float("inf"))
    for _ in range(_TIMES):
        for name, given in words.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, *given], env=environ, capture_output=True, check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            found[name] = min(found[name], cpu)
    return found
