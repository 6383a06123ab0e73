"""How an error of ours is logged: by kind and place. Its text and stack may hold personal data."""

from __future__ import annotations

import traceback
from typing import Any, Protocol


class Log(Protocol):
    """As much of a structured log as is needed here."""

    def error(self, event: str, **fields: Any) -> object:
        """Log at this level."""

    def debug(self, event: str, **fields: Any) -> object:
        """Log at this level."""


def log_defect(log: Log, event: str, error: BaseException) -> None:
    """Log an error of ours: its kind and place. Its text and stack may hold personal data: at debug level only."""
    todo = "report kind and place; -v logs the whole stack"
    log.error(event, kind=type(error).__name__, place=place_of(error), do=todo)
    log.debug(event, exc_info=error)


def place_of(error: BaseException) -> str:
    """File and line where it was raised: "cycle.py:120"."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    return f"{last[0].filename.rpartition('/')[2]}:{last[0].lineno}" if last else "unknown"
