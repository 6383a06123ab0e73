"""systemd as a command sees it: its programs, run as processes. It decides nothing."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from termintreu.model.errors import TermintreuError

_PATIENCE = 120.0
"""Seconds that a program of systemd gets; a service is started within them, or goes on starting."""
_RUNS = frozenset({"running", "degraded", "starting", "initializing", "maintenance", "stopping"})


class SystemdError(TermintreuError):
    """A program of systemd is missing, or refused what it was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Systemd:
    """The machine's systemd, or with `user` that of the user's session."""

    user: bool
    environ: Mapping[str, str]
    """PATH, and what the session's systemd is found by."""

    def is_running(self) -> bool:
        """Whether it can be asked: not in a container without it, nor in a session that has none."""
        return self._systemctl("is-system-running").stdout.strip() in _RUNS

    def show(self, unit: str, *names: str) -> dict[str, str]:
        """Properties of a unit; of one that does not exist, too (LoadState: not-found). Raises SystemdError."""
        said = self._good(self._systemctl("show", *(f"--property={name}" for name in names), unit))
        pairs = (line.partition("=") for line in said.splitlines())
        return {name: value for name, _, value in pairs}

    def cat(self, unit: str) -> str:
        """The text of a unit with all that was added to it, in the order that counts. Raises SystemdError."""
        return self._good(self._systemctl("cat", "--no-pager", unit))

    def order(self, *arguments: str) -> None:
        """Have systemctl do something. Raises SystemdError."""
        self._good(self._systemctl(*arguments))

    def _systemctl(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return program("systemctl", *(["--user"] if self.user else []), *arguments, environ=self.environ)

    def _good(self, done: subprocess.CompletedProcess[str]) -> str:
        if done.returncode:
            raise SystemdError(f"{_words(done.args)} failed: {_last_line(done.stderr) or f'code {done.returncode}'}")
        return done.stdout


def program(*command: str, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a program to its end; one that is missing or hangs fails with 127 or 124, as in a shell."""
    try:
        return subprocess.run(  # noqa: S603 - programs of the system, named by us
            command,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=_PATIENCE,
        )
    except OSError as error:
        return subprocess.CompletedProcess(command, 127, "", f"{command[0]}: {error.strerror or 'cannot be started'}")
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 124, "", f"no answer within {_PATIENCE:.0f} s")


def _words(command: Sequence[str]) -> str:
    return f"`{' '.join(command)}`"


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1].strip() if lines else ""
