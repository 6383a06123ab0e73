"""What a command says on standard error, and whether the journal reads it there."""

from __future__ import annotations

import contextlib
import os
import sys

PRIORITY = {"critical": 2, "error": 3, "warning": 4, "info": 6, "debug": 7}
"""sd-daemon(3): the journal reads "<4>" in front of a line as its level."""


def complain(line: str) -> None:
    """A line (or several) to standard error that says why the program ends: the journal has each as an error."""
    priority = f"<{PRIORITY['error']}>" if is_journal() else ""
    with contextlib.suppress(OSError):
        sys.stderr.write("".join(f"{priority}{each}\n" for each in line.split("\n")))


def is_journal() -> bool:
    """Whether stderr is the journal itself (systemd.exec(5)): programs in a session inherit $JOURNAL_STREAM too."""
    device, _, inode = os.environ.get("JOURNAL_STREAM", "").partition(":")
    try:
        mine = os.fstat(sys.stderr.fileno())
    except (OSError, ValueError):
        return False  # stderr is no file at all
    return (device, inode) == (str(mine.st_dev), str(mine.st_ino))
