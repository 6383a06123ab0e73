"""What the call logs show of one call. It is evidence, not a verdict: the user's word wins, and an empty log alone says
nothing about anybody's reliability.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from termintreu.model.history import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the logs show of one call, as of this cycle. All instants are UTC."""

    call_key: str
    since: datetime
    until: datetime
    """The span in which the call was looked for."""
    outcome: Outcome | None = None
    """held, late or noshow where entries prove it; None where they do not."""
    late_minutes: int | None = None
    suspected_miss: bool = False
    """The user was to call, or was called, and a healthy log shows that nothing came of it. It opens the recovery and
    lowers no rating: the call may have gone out from another telephone. The user decides."""
    attempts: tuple[datetime, ...] = ()
    """When the user called and reached nobody (no answer, busy, voicemail, under 20 s)."""
    not_taken: tuple[datetime, ...] = ()
    """When the other side called and the user did not answer."""
    unclear: tuple[datetime, ...] = ()
    """When a call began that may have been too short to count, or that has not been answered yet."""
    begun_at: datetime | None = None
    """When both began to talk."""
    ended_at: datetime | None = None
    """When that ended; None while it lasts, and where the log does not say."""
    running: bool = False
    """They are talking still."""
    talked_later_at: datetime | None = None
    """The first talk with the same number after the time of the appointment, where the appointment itself saw none."""
    log: str = ""
    """Name of the log that shows it; of the healthy ones where there is nothing to show."""
    healthy: bool = False
    """Every log that is kept up was read after the time of the call: what is not in it did not happen there."""

    @property
    def reached(self) -> bool:
        """Whether both talked, then or later."""
        return self.begun_at is not None or self.talked_later_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogState:
    """How far a log can be relied upon."""

    name: str
    prefixes: tuple[str, ...] = ()
    """Digits dialled before an outside number."""
    complete_until: datetime | None = None
    """UTC; None where it could not be read."""
    newest: datetime | None = None
    """UTC, of its newest entry or its file: whether it is kept up at all. None: it is, as far as anybody knows."""
    shows_running: bool = False
    """Calls stand in it while they last; otherwise when they are over."""
