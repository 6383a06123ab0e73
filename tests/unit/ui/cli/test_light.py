"""What the short commands import: people type them, and wait for them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from termintreu.service.status_socket import answering
from termintreu.ui.cli.arguments import _COMMANDS, _LIGHT, _function

HEAVY = frozenset(
    {"sqlalchemy", "icalendar", "caldav", "h11", "lxml", "asyncio", "phonenumbers", "holidays", "structlog", "pydantic"}
    | {"rich", "babel", "tomllib", "zoneinfo", "dataclasses", "subprocess", "watchdog", "dns", "tenacity"}
)
_PROBE = """
import json, sys
from termintreu.ui.cli.arguments import main
try:
    code = main()
except SystemExit as leaving:
    code = leaving.code
print(json.dumps({"code": code, "modules": sorted(sys.modules)}))
"""
CONFIG = """
[[sources]]
name = "work"
type = "vdir"
path = "/nowhere"

[target]
type = "vdir"
path = "/nowhere"
"""
LIVE = {
    "daemon": {"pid": 1, "since": "2026-11-23T08:00:00+00:00", "cycle_since": None, "problems": [], "version": "0.2.0"}
    | {"language": "de", "timezone": "Europe/Berlin"},
    "at": "2026-11-23T08:00:00+00:00",
    "next": "2026-11-23T08:05:00+00:00",
    "calls": 2,
    "threatened": 1,
    "sources": [
        {"name": "work", "state": "ok", "error": None, "collections": 1, "resources": 3}
        | {"checked_at": "2026-11-23T08:00:00+00:00"}
    ],
    "written": 0,
    "rejected": 0,
    "held_back": [],
    "blind": [],
    "call_logs": [],
    "address_books": [],
}


def imported(*words: str, environ: dict[str, str]) -> tuple[int, set[str]]:
    """The exit code of a command in a process of its own, and the modules that were imported."""
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, *words], env=environ, capture_output=True, text=True, check=False
    )
    told = json.loads(done.stdout.splitlines()[-1])
    return told["code"], set(told["modules"])


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Of a process that writes no help in German, and finds no configuration but its own."""
    return {
        "PYTHONPATH": ":".join(sys.path),
        **dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"), str(tmp_path)),
    }


@pytest.mark.parametrize("words", [("--version",), ("--help",), ("plan", "--help")])
def test_version_and_help_import_nothing_heavy(words: tuple[str, ...], environ: dict[str, str]) -> None:
    code, modules = imported(*words, environ=environ)
    assert (0, set()) == (code, modules & HEAVY)


def test_status_of_a_running_daemon_imports_what_it_shows_and_no_more(tmp_path: Path, environ: dict[str, str]) -> None:
    config = tmp_path / "config.toml"
    config.write_text(CONFIG)
    config.chmod(0o600)
    with answering(config, environ, lambda _: LIVE):
        code, modules = imported("status", "--config", str(config), environ=environ)
    assert (0, {"babel", "dataclasses", "rich", "zoneinfo"}) == (code, modules & HEAVY - {"tomllib"})
    assert "rich.console" not in modules


def test_check_imports_what_reads_a_configuration_and_no_more(tmp_path: Path, environ: dict[str, str]) -> None:
    config = tmp_path / "config.toml"
    config.write_text(CONFIG)
    config.chmod(0o600)
    code, modules = imported("check", "--config", str(config), environ=environ)
    read = {"babel", "dataclasses", "pydantic", "rich", "subprocess", "tomllib", "zoneinfo"}
    assert (0, read) == (code, modules & HEAVY)
    assert set() == {
        name for name in modules if name.startswith(("termintreu.judging.rules", "termintreu.recognition"))
    }


def test_a_light_command_that_goes_further_sets_up_the_log(tmp_path: Path, environ: dict[str, str]) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'{CONFIG}\n[[call_logs]]\ntype = "sms-backup"\npath = "{tmp_path}"\n')
    config.chmod(0o600)
    probe = _PROBE.replace("print(", "import structlog\nprint(structlog.is_configured(), file=sys.stderr)\nprint(")
    for command in sorted(_LIGHT):
        done = subprocess.run(
            [sys.executable, "-c", probe, command, "--config", str(config)],
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "True" == done.stderr.splitlines()[-1], (command, done.stderr)


def test_every_command_names_a_function_that_is_there() -> None:
    assert [] == [one.name for one in _COMMANDS if not callable(_function(one.run))]
