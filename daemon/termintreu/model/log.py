"""Call logs: what a telephone system or a telephone says of calls made and received."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from termintreu.model.calendar import SourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One line of a log, as far as it is needed as evidence."""

    log: str
    """Name of the log in the configuration."""
    at: datetime
    """UTC, when it began to ring."""
    direction: Literal["out", "in"]
    number: str
    """The other side as the log has it: digits, perhaps "+"; "" where it was withheld."""
    reached: bool
    """True when two people spoke: answered, and not by a voicemail box or answering machine."""
    talked: timedelta | None = None
    """How long; None where the log does not say. Some logs round up to the minute: see `rounded`."""
    rounded: bool = False
    """True when `talked` is rounded up to whole minutes (FRITZ!Box)."""
    voicemail: bool = False
    internal: bool = False
    """Between extensions of the same system."""
    forwarded: bool = False
    """Handed on by the system, not made or taken by a person here."""
    running: bool = False
    """Not over yet, in a log that shows calls while they last."""
    id: str = ""
    """Tells calls of one number at one moment apart, where the log can; several lines of one call share it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """A line that could not be read."""

    line: int
    reason: str
    """One sentence without text from the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReading:
    """What a log says beyond `position`."""

    entries: tuple[LogEntry, ...] = ()
    bad: tuple[BadLine, ...] = ()
    position: str | None = None
    """To be given next time; holds what is needed to notice rotation and truncation."""
    fresh: bool = False
    """True when the log was read from its start: entries read before may come again."""
    as_of: datetime | None = None
    """UTC, up to when the log is complete: the time of an export's file. None: it is kept by the system itself, and
    complete at the moment of reading."""
    newest: datetime | None = None
    """UTC, of the newest entry or of the file: whether the log is kept up at all. None: whoever answers keeps it up."""
    shows_running: bool = False
    """True where a call stands in the log as soon as it begins; others are written when they are over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReport:
    """How reading one log went in this cycle."""

    name: str
    type: str
    """As in the configuration: "asterisk", "fritzbox", ..."""
    state: SourceState
    error: str | None = None
    last_entry: datetime | None = None
    """UTC, of the newest entry that is held."""
    entries: int = 0
    """Entries that are held."""
    bad_lines: int = 0
    """Lines that could not be read, since the log was last read from its start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogBook:
    """How far one log was read."""

    position: str | None = None
    """As the log gave it; None: from its start."""
    bad_lines: int = 0
    """Lines that could not be read, since it was read from its start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLogs:
    """What is held of all logs between cycles; as a copy of foreign files, never as a fact of our own."""

    entries: tuple[LogEntry, ...] = ()
    """By time; each call once."""
    books: Mapping[str, LogBook] = field(default_factory=dict)
    """By name of the log."""

    def since(self, moment: datetime) -> HeldLogs:
        """The same without what is older than `moment` (UTC)."""
        return replace(self, entries=tuple(entry for entry in self.entries if entry.at >= moment))
