"""A command at a terminal of its own, answered as a user answers: what `termintreu init` is talked with."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

COMMAND = [sys.executable, "-m", "termintreu"]

_LOOPBACK_ONLY = str(Path(__file__).with_name("data") / "loopback_only")

Answer = str | Callable[[str], object]
"""What is typed; or what the user does elsewhere meanwhile, who is given all that was shown since the last answer."""

ME: list[tuple[str, Answer]] = [
    ("Ihr Name", "Anna Beispiel"),
    ("E-Mail-Adressen", "anna@beispiel.example"),
    ("Bundesland", "AT"),
    ("Sprache", ""),
]
WORK: list[tuple[str, Answer]] = [("Wann arbeiten", "")]


def at_a_terminal(
    command: Sequence[str],
    answers: Sequence[tuple[str, Answer]],
    within: float = 60,
    environment: Mapping[str, str] | None = None,
    **environ: str,
) -> tuple[int, str]:
    """Run at a terminal of its own; each answer is given when its question has appeared. `environment`: instead of this
    process's own. Returns the exit code, and all that was shown."""
    child, terminal = pty.fork()
    if child == 0:
        base = {"LANG": "de_AT.UTF-8", "TZ": "UTC", "TERM": "dumb", "COLUMNS": "200"}
        given = {**(os.environ if environment is None else environment), **base, **environ}
        given["PYTHONPATH"] = os.pathsep.join([_LOOPBACK_ONLY, *filter(None, [given.get("PYTHONPATH")])])
        given.pop("LC_ALL", None)
        os.execve(command[0], command, given)
    shown, position = "", 0
    deadline = time.monotonic() + within
    waiting = list(answers)
    while time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                shown += os.read(terminal, 65536).decode(errors="replace")
            except OSError:
                break
        if waiting and waiting[0][0] in shown[position:]:
            is_hidden = waiting[0][0].startswith(("Passwort", "Geheimnis"))
            if is_hidden and termios.tcgetattr(terminal)[3] & termios.ECHO:
                continue  # what is typed before the echo is off would be thrown away
            since, position = shown[position:], len(shown)
            answer = waiting.pop(0)[1]
            if isinstance(answer, str):
                os.write(terminal, answer.encode() + b"\n")
            else:
                answer(since)
    else:
        os.kill(child, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.close(terminal)
    assert waiting == [], shown
    return code, shown
