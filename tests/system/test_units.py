"""The unit files, judged by systemd itself where it is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

SYSTEMD = Path(__file__).parents[2] / "systemd"
SYSTEM_UNITS = [SYSTEMD / "termintreu.service", SYSTEMD / "termintreu@.service"]
WORKER_UNITS = [SYSTEMD / "termintreu-worker@.service", SYSTEMD / "termintreu-scheduler.service"]
RUN_UNITS = [*SYSTEM_UNITS, SYSTEMD / "user" / "termintreu.service"]
UNITS = [*RUN_UNITS, *WORKER_UNITS]

with_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")


def name(unit: Path) -> str:
    return f"{unit.parent.name}/{unit.name}"


def directives(unit: Path) -> list[str]:
    return [line for line in unit.read_text().splitlines() if "=" in line and not line.startswith("#")]


@with_systemd
@pytest.mark.parametrize("unit", [*SYSTEM_UNITS, *WORKER_UNITS], ids=name)
def test_the_exposure_is_small(unit: Path) -> None:
    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=15", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout
    found = re.search(r"Overall exposure level for \S+ ([\d.]+)", said.stdout)
    assert found is not None
    assert float(found[1]) <= 1.5


@pytest.mark.requirement(29)
@with_systemd
@pytest.mark.parametrize("unit", UNITS, ids=name)
def test_systemd_finds_nothing_to_object_to(unit: Path, tmp_path: Path) -> None:
    """With a program that exists, as an instance, and without the manual, which is not installed here."""
    copy = tmp_path / unit.name.replace("@.", "@anna.")
    text = unit.read_text().replace("ExecStart=termintreu", f"ExecStart={sys.executable}")
    copy.write_text(text.replace("Documentation=man:termintreu(1)\n", ""))
    user = ["--user"] if unit.parent.name == "user" else []
    said = subprocess.run(
        ["systemd-analyze", "verify", *user, str(copy)],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (said.returncode, said.stdout + said.stderr) == (0, "")


@pytest.mark.parametrize("unit", UNITS, ids=name)
def test_every_directive_has_a_comment(unit: Path) -> None:
    lines = unit.read_text().splitlines()
    bare = [line for before, line in pairwise(lines) if "=" in line[:40] and before[:1] != "#"]
    assert [line for line in bare if not line.startswith("#")] == []


def test_several_people_get_the_same_restrictions_as_one() -> None:
    own = (
        "User=",
        "ConfigurationDirectory=",
        "StateDirectory=",
        "RuntimeDirectory=",
        "LoadCredential=",
        "Description=",
    )
    one, several = ([line for line in directives(unit) if not line.startswith(own)] for unit in SYSTEM_UNITS)
    assert one == several
    assert all("%i" in line for line in directives(SYSTEM_UNITS[1]) if line.startswith(own))


def test_workers_get_the_same_restrictions_as_the_daemon() -> None:
    """What follows the comment on restrictions."""
    daemon, *workers = (
        unit.read_text().partition("# What follows takes away")[2] for unit in (SYSTEM_UNITS[0], *WORKER_UNITS)
    )
    assert daemon
    assert workers == [daemon, daemon]


@pytest.mark.parametrize("unit", UNITS, ids=name)
def test_what_the_program_relies_on_is_there(unit: Path) -> None:
    assert {"Type=notify", "RestartPreventExitStatus=78", "UMask=0077", "LimitCORE=0"} <= set(directives(unit))
    # Workers look for changes themselves.
    assert ("ExecReload=kill -HUP $MAINPID" in directives(unit)) == (unit in RUN_UNITS)
    assert any(line.startswith("WatchdogSec=") for line in directives(unit))
    assert not any(line.startswith(("RestartSteps", "Type=notify-reload")) for line in directives(unit))
