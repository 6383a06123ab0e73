"""Stand-ins for systemctl, systemd-run, loginctl, systemd-sysusers and getent: real processes that keep what they were
asked in a file, and answer from files. No test needs a machine that systemd has started.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_PROGRAM = """#!{python} -IS
import json, os, subprocess, sys
from pathlib import Path

folder, name, words = Path({folder!r}), Path(sys.argv[0]).name, sys.argv[1:]
with (folder / "asked").open("a") as asked:
    asked.write(json.dumps([name, *words]) + "\\n")
"""

_SYSTEMCTL = """
user = words[:1] == ["--user"]
action, *rest = words[user:]
units = json.loads((folder / "units.json").read_text())
unit = units.setdefault(rest[-1], dict()) if rest else None
if action == "is-system-running":
    print((folder / ("session" if user else "machine")).read_text())
elif action == "show":
    for name in (word.removeprefix("--property=") for word in rest[:-1]):
        print(f"{name}={unit.get(name, '')}")
elif action == "cat":
    print(unit["text"])
elif action == "enable":
    unit.update(UnitFileState="enabled", ActiveState="active")
elif action == "disable":
    unit.update(UnitFileState="disabled", ActiveState="inactive")
elif action == "refuse":
    sys.exit("refused")
(folder / "units.json").write_text(json.dumps(units))
"""

_SYSTEMD_RUN = """
properties = [word.removeprefix("--property=").split("=", 1) for word in words if word.startswith("--property=")]
kept = [word.removeprefix("--setenv=") for word in words if word.startswith("--setenv=")]
command = words[words.index("--") + 1 :]
credentials = folder / "credentials"
credentials.mkdir(exist_ok=True)
environ = {name: os.environ[name] for name in (*kept, "PATH", "PYTHONPATH") if name in os.environ}
for name, value in properties:
    if name == "LoadCredential":
        (credentials / value.split(":")[0]).write_text((folder / "credstore" / value.split(":")[1]).read_text())
    if name == "StateDirectory":
        environ["STATE_DIRECTORY"] = str(folder / "lib" / value)
        Path(environ["STATE_DIRECTORY"]).mkdir(parents=True, exist_ok=True)
environ["CREDENTIALS_DIRECTORY"] = str(credentials)
sys.exit(subprocess.run(command, env=environ, cwd="/").returncode)
"""

_GETENT = """
account = next((line for line in (folder / "accounts").read_text().split() if line == words[1]), None)
if account is None:
    sys.exit(2)
print(f"{account}:x:{os.getegid()}:")
"""

_SYSUSERS = """
with (folder / "accounts").open("a") as accounts:
    accounts.write(words[0].removesuffix(".conf") + "\\n")
"""

_LOGINCTL = """
print((folder / "linger").read_text())
"""


@dataclass(frozen=True)
class SystemdStandIn:
    """A machine's systemd as its programs show it."""

    folder: Path

    @classmethod
    def made(cls, folder: Path) -> SystemdStandIn:
        """On a machine where nothing of ours is installed."""
        (folder / "bin").mkdir(parents=True)
        (folder / "credstore").mkdir()
        programs = {
            "systemctl": _SYSTEMCTL,
            "systemd-run": _SYSTEMD_RUN,
            "getent": _GETENT,
            "systemd-sysusers": _SYSUSERS,
            "loginctl": _LOGINCTL,
        }
        for name, text in programs.items():
            program = folder / "bin" / name
            program.write_text(_PROGRAM.format(python=sys.executable, folder=str(folder)) + text)
            program.chmod(0o755)
        for name, text in {"units.json": "{}", "accounts": "", "linger": "no", "session": "running"}.items():
            (folder / name).write_text(text)
        (folder / "machine").write_text("running")
        return cls(folder)

    def environ(self, **more: str) -> dict[str, str]:
        """An environment in which these programs are found."""
        return {**os.environ, "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", **more}

    def set(self, name: str, text: str) -> None:
        """Answer otherwise: "machine", "session", "linger"."""
        (self.folder / name).write_text(text)

    def unit(self, name: str, text: str = "", **properties: str) -> None:
        """Have a unit."""
        path = self.folder / "units.json"
        units = json.loads(path.read_text())
        path.write_text(json.dumps({**units, name: {"LoadState": "loaded", **properties, "text": text}}))

    def properties(self, name: str) -> Mapping[str, str]:
        """What a unit became."""
        found: Mapping[str, str] = json.loads((self.folder / "units.json").read_text()).get(name, {})
        return found

    def start_of(self, unit: Path) -> list[str]:
        """The command that a unit starts, as systemd splits it."""
        [line] = [line for line in unit.read_text().splitlines() if line.startswith("ExecStart=")]
        return shlex.split(line.removeprefix("ExecStart="))

    def asked(self, program: str, action: str = "") -> list[list[str]]:
        """What a program was asked, call by call; only what holds the word `action`."""
        path = self.folder / "asked"
        calls = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        return [words for name, *words in calls if name == program and (not action or action in words)]
