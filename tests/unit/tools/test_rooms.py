"""Which room may import what: every one says so, and import-linter holds it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
FROM_THE_TOP = (
    "ui", "service", "cycle", "writing", "planning", "judging", "recognition", "storage", "reading", "config", "model",
)  # fmt: skip

NEXT_TO_CONNECTORS = {f"termintreu.service.{name}" for name in ("bootstrap", "account_logins", "logins")}


def contracts() -> list[dict[str, Any]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return list(settings["tool"]["importlinter"]["contracts"])


def room_of(module: str) -> str:
    package, _, rest = module.partition(".")
    return rest.partition(".")[0] if package == "termintreu" else package


def test_every_room_has_a_contract() -> None:
    rooms = {path.name for path in (ROOT / "daemon" / "termintreu").iterdir() if (path / "__init__.py").exists()}
    assert set(FROM_THE_TOP) == rooms
    named = {module for contract in contracts() for module in contract["modules"]}
    assert {f"termintreu.{room}" for room in rooms} | {"termintreu_connectors"} <= named


def test_imports_run_down_only() -> None:
    for contract in contracts():
        for module in contract["modules"]:
            own = room_of(module)
            for other in map(room_of, contract.get("rooms", ())):
                if own == "termintreu_connectors":
                    assert other == "model", contract["name"]
                elif other == "termintreu_connectors":
                    assert module in NEXT_TO_CONNECTORS, contract["name"]
                elif own in FROM_THE_TOP:
                    assert FROM_THE_TOP.index(own) <= FROM_THE_TOP.index(other), contract["name"]


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says of the program with a few imports that should not be."""
    copy = tmp_path_factory.mktemp("rooms")
    for name in ("daemon", "connectors", "tools"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for path, line in {
        "connectors/termintreu_connectors/ics_feed.py": "import termintreu.judging.rating",
        "daemon/termintreu/planning/reminders.py": "import os",
        "daemon/termintreu/judging/rating.py": "import sqlalchemy",
        "daemon/termintreu/model/clean.py": "from termintreu.config import schema",
        "daemon/termintreu/service/due_times.py": "import termintreu_connectors",
    }.items():
        with (copy / path).open("a") as file:
            file.write(f"{line}\n")
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": f"{copy / 'daemon'}:{copy / 'connectors'}:{copy}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    return done.stdout


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("termintreu_connectors.ics_feed", "termintreu.judging.rating"),
        ("termintreu.planning.reminders", "os"),
        ("termintreu.judging.rating", "sqlalchemy"),
        ("termintreu.model.clean", "termintreu.config"),
        ("termintreu.service.due_times", "termintreu_connectors"),
    ],
)
def test_an_import_that_no_contract_names_is_red(broken: str, importer: str, imported: str) -> None:
    assert f"{importer} may not import {imported}" in broken


def test_nothing_else_is_red(broken: str) -> None:
    assert 5 == broken.count("may not import")
