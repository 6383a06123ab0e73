"""What the planners may look at, beside the call itself, and the parts of an item that all of them share. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TypeVar

from termintreu.model import Call, Evidence, Finding, Observed, Window
from termintreu.plan.basis import Slot
from termintreu.rules.after import AFTER
from termintreu.rules.base import Context, Findings, Params
from termintreu.rules.occupied import is_loose
from termintreu.standing import Standing
from termintreu.texts import Texts

_ParamsT = TypeVar("_ParamsT", bound=Params)
_IDS = {rule.params: rule.id for rule in AFTER}
_NIGHT = (time(22), time(7))
"""Nothing but a call at such an hour may ring then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    """Everything a planner may look at. All instants are UTC."""

    context: Context
    """`now`, the user's zone and working time, history, and which outcomes are known."""
    texts: Texts
    findings: Findings = field(default_factory=dict)
    standing: Mapping[str, Standing] = field(default_factory=dict)
    """By slot: what stands there now (`standing.standing_items`)."""
    params: Mapping[str, Params] = field(default_factory=dict)
    """By rule id; a rule that is missing here has its defaults."""
    disabled: frozenset[str] = frozenset()
    """Ids of rules that are left out."""
    lookback: timedelta = timedelta(days=7)
    """How far back calls are asked about."""
    asked_since: datetime | None = None
    """Calls that ended before this are not asked about: the program was not there."""
    damaged: frozenset[str] = frozenset()
    """Keys of contacts with whom the relationship is damaged: their calls are cared for as critical ones."""
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    """What the call logs show, by call key."""
    slots_for: Callable[[Call], tuple[Slot, ...]] = lambda _: ()
    """Free times to offer for a call."""
    slot_free: Callable[[Call, Slot], bool] = lambda _, __: True
    """Whether a time that was offered is still free (and ahead)."""

    @property
    def now(self) -> datetime:
        """The moment of this cycle."""
        return self.context.now

    def settings(self, wanted: type[_ParamsT]) -> _ParamsT:
        """The parameters of a rule of `rules.after`, by their type."""
        own = self.params.get(_IDS[wanted])
        return own if isinstance(own, wanted) else wanted()

    def findings_of(self, call: Call) -> tuple[Finding, ...]:
        """Its findings, most severe first."""
        return tuple(self.findings.get(call.key, ()))

    def is_strict(self, call: Call) -> bool:
        """Whether a call must not fail: it is critical, or the relationship is damaged."""
        return (
            call.critical
            or call.contact.key in self.damaged
            or any(finding.rule == "damaged" for finding in self.findings_of(call))
        )

    def kept(self, slot: str, anchor: datetime) -> Observed | None:
        """What stands in a slot, untouched by the user, for a call that has not moved since."""
        standing = self.standing.get(slot)
        return standing.live(anchor) if standing else None

    def soon(self) -> datetime:
        """A full minute, far enough ahead that what is written now can still ring at it."""
        ahead = self.now + timedelta(minutes=3)
        return ahead.replace(second=0, microsecond=0)

    def next_work(self, instant: datetime) -> datetime:
        """The first moment of working time from `instant` on; `instant` itself where there is none in two weeks."""
        clock = self.context.clock
        day = clock.day_of(instant)
        for offset in range(15):
            for start, end in clock.spans(day + timedelta(days=offset)):
                if end > instant:
                    return max(start, instant)
        return instant

    def is_night(self, instant: datetime) -> bool:
        """Whether people sleep at that moment where the user is."""
        wall = instant.astimezone(self.context.zone).time()
        return wall >= _NIGHT[0] or wall < _NIGHT[1]


def promised(call: Call) -> Window:
    """The time the call is promised for: its window where no minute is agreed, else from S to E."""
    if call.window is not None and is_vague(call):
        return call.window
    return Window(start=call.start, end=call.end)


def is_vague(call: Call) -> bool:
    """Whether no minute is agreed. A long meeting that everybody joins has its minute."""
    return call.occurrence.all_day or is_loose(call)


def recurrence_of(call: Call) -> str | None:
    """The RECURRENCE-ID as the contract gives it: ISO 8601, None for a single one."""
    recurrence_id = call.occurrence.recurrence_id
    return None if recurrence_id is None else recurrence_id.isoformat()
