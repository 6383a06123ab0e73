"""What the service publishes for the web page: the last cycle of each profile, and the daemon's health. Pure; times are
arguments.

The service writes in its event loop, the page reads in a thread of its own. Published values are immutable and replaced
as a whole, so that no lock is needed. With several profiles only numbers are kept: the page has no password, so it
shows a week only where there is one profile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from termintreu.cycle.report import Report
from termintreu.model.texts import Texts
from termintreu.service.figures import Figures, Tally, figures

OVERDUE = 60.0
"""Seconds after which a due turn that has not begun counts as overdue."""

Health = Literal["ok", "hanging", "overdue"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """When a profile's turns began, ended and are due, in seconds of the monotonic clock."""

    began: float | None = None
    """When the running turn began; None while none runs."""
    tried: float
    """When the last turn ended, well or not; before the first: when the profile was added."""
    wake: float
    """When the next turn is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """The data that the page shows."""

    texts: Texts
    """The reader's language and zone."""
    damaged_below: float = 0.7
    """A relationship counts as damaged while our rating in it is below this."""
    report: Report | None = None
    """Of the last completed cycle; None before the first."""
    next_poll: datetime | None = None
    """When the next turn is due, UTC."""
    problems: tuple[str, ...] = ()
    """Problems of the daemon itself, such as a configuration that was not reloaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    pulse: Pulse
    figures: Figures | None = None
    content: PageContent | None = None


@dataclass(slots=True, kw_only=True)
class Board:
    """The published values, by profile."""

    problems: Callable[[], tuple[str, ...]] = tuple
    """Gives the problems of the daemon itself."""
    several: bool = False
    """Whether the configuration has several profiles."""
    tally: Tally = field(default_factory=Tally)
    _entries: dict[str, _Entry] = field(default_factory=dict)

    @property
    def content(self) -> PageContent | None:
        """What the page shows now; None with several profiles, or before the first one is loaded."""
        contents = [entry.content for entry in list(self._entries.values()) if entry.content is not None]
        if self.several or len(contents) != 1:
            return None
        return replace(contents[0], problems=self.problems())

    @property
    def figures(self) -> list[Figures]:
        """The figures of each profile's last cycle."""
        return [entry.figures for entry in list(self._entries.values()) if entry.figures is not None]

    def health(self, now: float, *, longest: float) -> Health:
        """The daemon's health at `now` (monotonic seconds); `longest`: seconds that a turn may take.

        A turn may be late because other profiles' turns run; it is overdue where none runs at all.
        """
        pulses = [entry.pulse for entry in list(self._entries.values())]
        running = [pulse.began for pulse in pulses if pulse.began is not None]
        if running:
            return "ok" if now - min(running) < longest else "hanging"
        due = min((pulse.wake for pulse in pulses), default=now)
        tried = max((pulse.tried for pulse in pulses), default=now)
        return "ok" if now < max(due, tried) + OVERDUE else "overdue"

    def keep(self, names: Iterable[str], *, several: bool) -> None:
        """Keep these profiles only: a configuration has come into force."""
        self.several = several
        known = frozenset(names)
        self._entries = {name: entry for name, entry in self._entries.items() if name in known}

    def turn_began(self, name: str, now: float) -> None:
        """A profile's turn began (monotonic seconds)."""
        entry = self._entries.get(name) or _Entry(pulse=Pulse(tried=now, wake=now))
        self._entries[name] = replace(entry, pulse=replace(entry.pulse, began=now))

    def turn_ended(self, name: str, now: float, *, wake: float) -> None:
        """A profile's turn ended, well or not; the next one is due at `wake` (both monotonic seconds)."""
        self._change(name, pulse=Pulse(tried=now, wake=wake))

    def show(self, name: str, texts: Texts, *, damaged_below: float) -> None:
        """A profile's configuration has come into force; the last report stays."""
        entry = self._entries.get(name)
        if entry is not None and not self.several:
            content = entry.content or PageContent(texts=texts)
            self._change(name, content=replace(content, texts=texts, damaged_below=damaged_below))

    def cycled(self, name: str, report: Report | None, *, seconds: float, next_poll: datetime) -> None:
        """A cycle ended after so many seconds, with a report (None: it failed; the last good one stays).

        `next_poll` is UTC.
        """
        self.tally = self.tally.after(report, seconds, several=self.several)
        entry = self._entries.get(name)
        if entry is not None and entry.content is not None:
            self._change(
                name, content=replace(entry.content, report=report or entry.content.report, next_poll=next_poll)
            )
        if report is not None:
            self._change(name, figures=figures(report))

    def _change(self, name: str, **changes: Any) -> None:
        """Replace values of a profile, unless it was removed during its turn."""
        if name in self._entries:
            self._entries[name] = replace(self._entries[name], **changes)
