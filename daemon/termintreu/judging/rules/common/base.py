"""What a rule is, and what it may look at. A rule is one file that defines `RULE`; `rules/__init__` lists them.

A rule is a pure function of one call and the context. It never reads a clock, a file or a catalogue: its sentences
are `msg(...)` and get their language later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from termintreu.config import MeConfig
from termintreu.config.schema import Section
from termintreu.config.working_hours import HolidayName, WorkClock
from termintreu.judging.rules.common.loose import identity, is_loose
from termintreu.judging.rules.common.workplace import is_workplace
from termintreu.model import Call, Evidence, Finding, History, Occurrence, Promise, Severity, Todo, TrackRecord
from termintreu.model.timeline import Timeline


class Params(Section):
    """Parameters of a rule: the table [rules.<id>]. Each field has a default and a docstring of one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Everything a rule may look at beside its call. All instants are UTC."""

    now: datetime
    until: datetime | None = None
    """The end of what was read; None: that is not known."""
    me: MeConfig
    zone: ZoneInfo
    clock: WorkClock
    calls: tuple[Call, ...]
    """Every call of the window, by start; each appointment once."""
    busy: tuple[Occurrence, ...]
    """Every occurrence that takes the user's time, by start; each appointment once; absences are not in it."""
    absences: tuple[Occurrence, ...] = ()
    """All-day busy occurrences that say holiday, sick or out of office, by start."""
    todos: tuple[Todo, ...] = ()
    history: History = field(default_factory=History)
    holidays_of: Callable[[str], HolidayName] = lambda _: lambda _: None
    """Region ("AT", "DE-BY") to its holidays: for holidays where the other side is."""
    gone: tuple[Call, ...] = ()
    """Calls that were cancelled or deleted shortly before their start, as far as they are remembered (see
    `assess.gone_calls`); only rules that say so look at them."""
    settled: frozenset[str] = frozenset()
    """Keys of calls whose outcome is known (held, cancelled, ...)."""
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    """What the call logs show, by call key; only of calls whose time has come."""
    relationships: Mapping[str, TrackRecord] = field(default_factory=dict)
    """What the past says of each contact, by contact key."""
    promises: tuple[Promise, ...] = ()
    """Promises without a time that are no calls."""
    damaged: frozenset[str] = frozenset()
    """Keys of contacts with whom the relationship is damaged (see `rules.damaged`)."""
    private: frozenset[str] = frozenset()
    """Names of sources of private life: working hours, holidays and absence are no fault there."""
    timeline: Timeline = field(init=False, repr=False, compare=False)
    """`busy`, to be asked by time; without entries that only say where the user works."""
    away: Timeline = field(init=False, repr=False, compare=False)
    """`absences`, to be asked by time."""
    fixed: Timeline = field(init=False, repr=False, compare=False)
    """The same without the windows in which a call may come at any minute."""

    by_identity: Mapping[tuple[object, ...], Call] = field(init=False, repr=False, compare=False)
    """`calls`, by the appointment that each is."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_identity", {identity(call.occurrence): call for call in self.calls})
        loose = {identity(call.occurrence) for call in self.calls if is_loose(call)}
        busy = [one for one in self.busy if not is_workplace(one)]
        object.__setattr__(self, "timeline", Timeline(busy))
        object.__setattr__(self, "away", Timeline(self.absences))
        object.__setattr__(self, "fixed", Timeline(one for one in busy if identity(one) not in loose))

    def is_private(self, call: Call) -> bool:
        """Whether a call belongs to private life."""
        return call.occurrence.source in self.private


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: its id, its parameters, and its check."""

    id: str
    severity: Severity
    """Its ordinary severity, for the manual; a finding may say otherwise."""
    check: Callable[[Call, Context, Any], Iterable[Finding]]
    """Its third argument is an instance of `params`."""
    params: type[Params] = Params
    basis: str = "J"
    """A: the article; E: evidence from studies; J: our judgement (docs/rules.md)."""
    summary: str = ""
    """One English sentence for the manual: when it fires."""
    weighs: Callable[[Call, Context, Any, tuple[Finding, ...]], Iterable[Finding]] | None = None
    """For rules that judge the other rules' findings of the same call (threatened); runs after all checks. It
    returns all of the call's findings as they should stand: those it was given, some raised or added."""
    begun: bool = False
    """True when it speaks of calls that have begun as well; the others concern calls that lie ahead, or that may still
    come within the window that was promised."""
    gone: bool = False
    """True when it speaks of calls that were cancelled or deleted as well (`Context.gone`)."""


Findings = Mapping[str, tuple[Finding, ...]]
"""Findings by call key, most severe first."""
