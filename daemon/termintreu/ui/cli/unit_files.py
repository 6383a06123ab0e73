"""The units that `termintreu service install` writes: those that came with the program, with the path of this very
installation in them. What they say is decided here, and whether a file is one of ours; nothing is written.
"""

from __future__ import annotations

import re
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from pathlib import Path

import termintreu
from termintreu.model.errors import TermintreuError

MARK = "# Written by `termintreu service install`, which replaces it; `termintreu service remove` removes it."
"""The first line of each file of ours."""

_QUOTED = re.compile(r"[^A-Za-z0-9_./+@:=,-]")
_SEARCH_PATH = re.compile(r"# Where pipx[^\n]*\nExecSearchPath=[^\n]*\n")
_COMMAND = re.compile(r"(?m)^(ExecStart|ExecReload)=termintreu (.*)$")
_FOUND_IN = re.compile(r"# Found in /usr/local/bin or /usr/bin\.")


def program() -> tuple[str, ...]:
    """The command of this installation, absolute."""
    script = Path(sysconfig.get_path("scripts")) / "termintreu"
    return (str(script),) if script.is_file() else (sys.executable, "-m", "termintreu")


def shipped(kind: str, name: str) -> str:
    """The text of a file that came with the program. Raises TermintreuError where it did not.

    Args:
        kind: "systemd/system", "systemd/user" or "sysusers.d".
        name: of the file.
    """
    # Where the program is run from the project's own folder, that has the newest.
    source = Path(termintreu.__file__).resolve().parents[2] / "systemd"
    at_source = {"systemd/system": source, "systemd/user": source / "user", "sysusers.d": source / "sysusers.d"}
    for folder in (at_source[kind], Path(sysconfig.get_path("data"), "lib", kind), Path("/usr/lib", kind)):
        path = folder / name
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise TermintreuError(f"{name} did not come with this installation: install termintreu with pipx, uv or pip")


def rendered(text: str, command: Sequence[str], config: Path | None = None) -> str:
    """A unit for this installation.

    Args:
        text: of the unit that came with the program.
        command: of this installation.
        config: the configuration it reads, where that is not the unit's own.
    """
    # A dollar means a variable everywhere but in the path of the program.
    start = " ".join((_word(command[0]).replace("$$", "$"), *map(_word, command[1:])))
    option = "" if config is None else f" --config {_word(str(config))}"
    unit = _FOUND_IN.sub("# This installation.", _SEARCH_PATH.sub("# This installation.\n", text))
    return marked(_COMMAND.sub(lambda found: f"{found[1]}={start} {found[2]}{option}", unit))


def marked(text: str) -> str:
    """A file of ours."""
    return f"{MARK}\n{text}"


def is_ours(text: str, origin: str) -> bool:
    """Whether a file was written by us, or is a copy of the one that came with the program."""
    return text.startswith(MARK) or text == origin


def with_credentials(names: Iterable[str], account: str) -> str:
    """What is added to a unit so that it loads further credentials."""
    lines = (f"LoadCredential={name}:{account}.{name}\n" for name in names)
    return marked("# Credentials that the configuration names, from /etc/credstore.\n[Service]\n" + "".join(lines))


def _word(text: str) -> str:
    """As a word of a command in a unit (systemd.service(5), systemd.syntax(7))."""
    doubled = text.replace("%", "%%").replace("$", "$$")
    if not _QUOTED.search(text):
        return doubled
    return '"' + doubled.replace("\\", "\\\\").replace('"', '\\"') + '"'
