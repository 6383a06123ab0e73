"""Files in a folder that a running daemon writes to."""

from __future__ import annotations

import contextlib
import fnmatch
import os
from pathlib import Path


def files_below(folder: Path, pattern: str = "*.ics") -> list[Path]:
    """The files below a folder whose names fit, sorted; what goes away while one looks is passed over.

    Path.glob of Python 3.11 raises where a folder that it has just listed is renamed, as a new calendar's is.
    """
    found = (Path(place, name) for place, _, names in os.walk(folder) for name in fnmatch.filter(names, pattern))
    return sorted(found)


def texts_below(folder: Path, pattern: str = "*.ics") -> list[str]:
    """What stands in those files."""
    texts = []
    for path in files_below(folder, pattern):
        with contextlib.suppress(FileNotFoundError):  # deleted since it was listed
            texts.append(path.read_text())
    return texts
