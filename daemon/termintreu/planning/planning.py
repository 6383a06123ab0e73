"""What the planners may look at, beside the call itself, and the parts of an item that all of them share. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from termintreu.config import RemindersConfig
from termintreu.judging.blindness import Trouble
from termintreu.judging.outcomes import Verdict
from termintreu.judging.rules import ParamsT, params_of
from termintreu.judging.rules.common.base import Context, Findings, Params
from termintreu.judging.rules.common.loose import is_loose
from termintreu.model import Call, CallDetails, Evidence, Finding, Observed, Severity, Window
from termintreu.model.basis import FreeTime
from termintreu.model.texts import Texts
from termintreu.planning.items.render import as_task
from termintreu.planning.items.slot_state import SlotState

LEAST = timedelta(hours=1)
"""From a task's alarm to its DUE: apps that ask every half hour fire no alarm of a task that is overdue by then."""
_CHOICE = 3
"""Free times that are offered."""
_NIGHT = (time(22), time(7))
"""Nothing but a call at such an hour may ring then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    """Everything a planner may look at. All instants are UTC."""

    context: Context
    """`now`, the user's zone and working time, history, and which outcomes are known."""
    texts: Texts
    findings: Findings = field(default_factory=dict)
    standing: Mapping[str, SlotState] = field(default_factory=dict)
    """By slot: what stands there now (`slot_state.slot_states`)."""
    params: Mapping[str, Params] = field(default_factory=dict)
    """By rule id; a rule that is missing here has its defaults."""
    disabled: frozenset[str] = frozenset()
    """Ids of rules that are left out."""
    reminders: RemindersConfig = field(default_factory=RemindersConfig)
    """When reminders stand, and whether they ring."""
    tasks_from: Severity = Severity.WARNING
    """The severity from which a finding becomes a task."""
    lookback: timedelta = timedelta(days=7)
    """How far back calls are asked about."""
    asked_since: datetime | None = None
    """Calls that ended before this are not asked about: the program was not there."""
    damaged: frozenset[str] = frozenset()
    """Keys of contacts with whom the relationship is damaged: their calls are cared for as critical ones."""
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    """How calls went, by call key, as far as anybody says."""
    past: tuple[Call, ...] = ()
    """Calls that are not looked at any more, about which something may be left to do; as they are remembered."""
    talks: Mapping[str, int] = field(default_factory=dict)
    """Call key to the number of our failures with its contact, for the last one of those that were too many."""
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    """What the call logs show, by call key."""
    troubles: tuple[Trouble, ...] = ()
    """What is not seen."""
    gaps: Mapping[str, datetime] = field(default_factory=dict)
    """Source to when (UTC) it was seen last, where nobody looked for long and all of it was read now."""
    blind_after: timedelta = timedelta(hours=2)
    """How long a source may go unread before its user is told."""
    by_credential: frozenset[str] = frozenset()
    """Names of what logs in by a credential of the service manager, which only a restart renews."""
    login_commands: Mapping[str, str] = field(default_factory=dict)
    """Name to the command that logs in what is not logged in by the configuration alone."""
    free_times_for: Callable[[Call], tuple[FreeTime, ...]] = lambda _: ()
    """Free times to offer for a call."""
    free_times_from: Callable[[Call, datetime], tuple[FreeTime, ...]] = lambda _, __: ()
    """The same, from a moment (UTC) on: for a task that comes to mind later than it is written."""
    is_still_free: Callable[[Call, FreeTime], bool] = lambda _, __: True
    """Whether a time that was offered is still free (and ahead)."""

    @property
    def now(self) -> datetime:
        """The moment of this cycle."""
        return self.context.now

    def settings(self, wanted: type[ParamsT]) -> ParamsT:
        """The parameters of a rule, by their type."""
        return params_of(self.params, wanted)

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

    def done_at(self, slot: str) -> datetime | None:
        """When the task in a slot was ticked (UTC); None where it was not."""
        standing = self.standing.get(slot)
        if standing is None or standing.status != "done":
            return None
        found, record = standing.found, standing.record
        return (found.done_at if found else None) or (record.done_at or record.recorded_at if record else None)

    def is_deleted(self, slot: str) -> bool:
        """Whether the user deleted or cancelled what stood in a slot, and had not ticked it before."""
        standing = self.standing.get(slot)
        if standing is None:
            return False
        gone = standing.found is None and standing.status in {"live", "taken_over"}
        return gone or standing.status in {"dismissed", "declined"}

    def kept(self, slot: str, anchor: datetime) -> Observed | None:
        """What stands in a slot, untouched by the user, for a call that has not moved since; tasks as tasks."""
        standing = self.standing.get(slot)
        found = standing.live(anchor) if standing else None
        return None if found is None else as_task(found)

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

    def offered(
        self, call: Call, before: tuple[FreeTime, ...], fresh: Callable[[], tuple[FreeTime, ...]]
    ) -> tuple[FreeTime, ...]:
        """The times to offer in a task: those that stand in it while they are ahead and free, others in the place of
        those that passed or were taken."""
        held = tuple(one for one in before if self.is_still_free(call, one))
        if before and held == before:
            return before
        new = (one for one in fresh() if all(one[1] <= other[0] or other[1] <= one[0] for other in held))
        return tuple(sorted([*held, *new][:_CHOICE]))

    def rings(self, wanted: datetime, begins: datetime) -> datetime:
        """When a task about a call that begins at `begins` rings: in the first working time from `wanted` on, else in
        that of the workday before the call, never in the past. Outside working time, and then by day, only where the
        call begins before the next."""
        soon, clock = self.soon(), self.context.clock
        day_before = clock.at(clock.workday_before(clock.day_of(begins)), time.min)
        for start in (wanted, day_before):
            at_work = self.next_work(max(start, soon))
            if at_work < begins:
                return at_work
        if not self.is_night(soon):
            return soon
        day = self.context.clock.day_of(soon)
        mornings = (self.context.clock.at(day + timedelta(days=offset), _NIGHT[1]) for offset in (0, 1))
        morning = next(one for one in mornings if one > soon)
        return morning if morning < begins else soon

    def is_night(self, instant: datetime) -> bool:
        """Whether people sleep at that moment where the user is."""
        wall = instant.astimezone(self.context.zone).time()
        return wall >= _NIGHT[0] or wall < _NIGHT[1]


def promised(call: Call) -> Window:
    """The time the call is promised for: its window where no minute is agreed, else from start to end."""
    if call.window is not None and is_vague(call):
        return call.window
    return Window(start=call.start, end=call.end)


def is_vague(call: Call) -> bool:
    """Whether no minute is agreed. A long meeting that everybody joins has its minute."""
    return call.occurrence.all_day or is_loose(call)


def details_of(call: Call) -> CallDetails:
    """What a task keeps of its call."""
    return CallDetails(
        uid=call.occurrence.uid, end=call.end, kind=call.kind, name=call.contact.name, critical=call.critical
    )


def recurrence_of(call: Call) -> str | None:
    """The RECURRENCE-ID as the contract gives it: ISO 8601, None for a single one."""
    recurrence_id = call.occurrence.recurrence_id
    return None if recurrence_id is None else recurrence_id.isoformat()
