"""Logs: one entry an event. Under systemd into the journal, each value a field of its own; else to stderr, coloured on
a terminal. Where the journal's socket takes nothing: JSON on stderr, with the journal's priorities.

Nothing personal is ever logged: no titles, names, numbers or addresses from calendars; sources by their names.
"""

from __future__ import annotations

import contextlib
import logging
import os
import stat
import sys
from typing import TextIO, cast

import structlog
from structlog.typing import EventDict, WrappedLogger

from termintreu.service.journal import Journal
from termintreu.service.stderr import PRIORITY, is_journal


def setup(*, verbose: bool) -> None:
    """Configure structlog for this process."""
    level = logging.DEBUG if verbose else logging.INFO
    terminal = sys.stderr.isatty()
    processors: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
    ]
    if is_journal():
        processors += [
            structlog.processors.format_exc_info,
            *([Journalled(Journal())] if _is_socket() else []),
            structlog.processors.JSONRenderer(sort_keys=False, ensure_ascii=False),
            _with_priority,
        ]
    else:
        processors += [
            structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
            structlog.dev.ConsoleRenderer(colors=terminal, exception_formatter=structlog.dev.plain_traceback),
        ]
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=cast("TextIO", _CurrentStderr())),
        cache_logger_on_first_use=False,
    )
    for chatty in ("niquests", "urllib3", "urllib3_future", "caldav", "asyncio", "httpx"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
    # It raises every error that it logs, and sets its own level on import.
    logging.getLogger("fritzconnection").disabled = True


class Journalled:
    """The processor that writes an entry into the journal; what that took goes nowhere else."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def __call__(self, _: WrappedLogger, method: str, entry: EventDict) -> EventDict:
        """As for structlog."""
        said = {name: value for name, value in entry.items() if name != "level"}
        event = str(said["event"])
        message = " ".join([event, *(f"{name}={value}" for name, value in said.items() if name != "event")])
        if self._journal.send(message, PRIORITY.get(method, 6), said):
            raise structlog.DropEvent
        return entry


class _CurrentStderr:
    """Whatever sys.stderr is at the moment of writing: a progress bar puts itself in its place for a while."""

    def write(self, text: str) -> int:
        """As for a text stream. Where the log cannot be written (its disk is full), the program goes on without."""
        with contextlib.suppress(OSError):
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        """As for a text stream."""
        with contextlib.suppress(OSError):
            sys.stderr.flush()


def _is_socket() -> bool:
    """Whether stderr is a socket: the journal's own is, a file that stands in for it is none."""
    return stat.S_ISSOCK(os.fstat(sys.stderr.fileno()).st_mode)


def _with_priority(_: WrappedLogger, method: str, rendered: str | EventDict) -> str:
    return f"<{PRIORITY.get(method, 6)}>{rendered}"
