"""The question about all calls since the last one, once or twice a workday (rules.md, `outcome_open`). Pure.

    at 12:30 and 17:00 -> the calls that ended since the last question -> one task, a numbered line for each
    one call alone     -> the question about one call (`outcomes`), at that time
    critical           -> a question of its own, soon after its end (`outcomes`)

Once it is written a question stays as it is: a call that ends meanwhile is in the next one, and what was answered in
another way leaves its line in place. It goes when nothing is left to be asked, or when it is given up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from termintreu.judging.asked_calls import of_call
from termintreu.judging.outcomes import exceptions
from termintreu.judging.rules.after import OutcomeOpenParams
from termintreu.model import DAILY, Call, Item, Message, Observed, msg
from termintreu.model.basis import asked_text
from termintreu.model.marks import LAST_LINE, question_key
from termintreu.model.texts import clean
from termintreu.planning.afterwards import calls_of, due_of
from termintreu.planning.items.asked_calls import MOST
from termintreu.planning.items.render import as_task
from termintreu.planning.items.slot_state import SlotState
from termintreu.planning.outcomes import ended_at, is_asked_about, question_about, was_asked
from termintreu.planning.planning import Planning, is_vague, promised
from termintreu.planning.wording import name_of

_SUFFIX = f"/outcome/{DAILY}"
_DAYS = 15
"""So far back the last time for a question is looked for."""
_ANYWHERE = (time(12, 30), time(17))
"""When to ask who has no working time at all."""
_LATE = timedelta(hours=1)
"""Later than this after its time, a question waits for the next working time."""
_LEAST = timedelta(hours=1)
"""From the question to its DUE."""
_REMARK = 60
"""Characters of a remark that is told of."""


def questions(planning: Planning, calls: Sequence[Call]) -> Iterable[Item]:
    """The questions about several calls that stand, and the one that is to be asked now.

    Args:
        planning: everything there is to know.
        calls: of the window.
    """
    standing = [_read(slot, state) for slot, state in sorted(planning.standing.items()) if slot.endswith(_SUFFIX)]
    for one in standing:
        yield from _kept(one, planning)
    last = last_time(planning.now, planning)
    if last is None or planning.settings(OutcomeOpenParams).when != "daily":
        return
    if any(one.asked_at is not None and one.asked_at >= last for one in standing) or _one_was_asked(last, planning):
        return
    asked = frozenset(pair for one in standing for pair in one.asked)
    group = [call for call in calls if _is_due(call, last, planning) and (call.key, call.start) not in asked]
    group = sorted(group, key=lambda call: (promised(call).start, call.key))[:MOST]
    start = _start(last, planning)
    if len(group) == 1:
        yield question_about(group[0], planning, start=start, due=due_of(start, planning))
    elif group:
        yield _item(group, planning, start=start, remarks=[text for one in standing for text in one.remarks])


def question_times(day: date, planning: Planning) -> tuple[datetime, ...]:
    """When to ask on a day (UTC): at the configured times, or when the longest pause of the working hours begins and
    when they end. Not on days off: their calls are asked about on the next workday."""
    clock = planning.context.clock
    spans = clock.spans(day)
    at = planning.settings(OutcomeOpenParams).at
    if not spans:
        works = any(clock.spans(day + timedelta(days=offset)) for offset in range(-_DAYS, _DAYS))
        return () if works else tuple(clock.at(day, wall) for wall in at or _ANYWHERE)
    if at:
        return tuple(sorted({clock.at(day, wall) for wall in at}))
    pauses = [(after[0] - before[1], before[1]) for before, after in pairwise(spans)]
    longest = max(pauses, key=lambda pause: pause[0], default=None)
    return (*([longest[1]] if longest is not None else []), spans[-1][1])


def last_time(now: datetime, planning: Planning) -> datetime | None:
    """The last time for a question that is not ahead; None where there was none in two weeks."""
    today = planning.context.clock.day_of(now)
    for offset in range(_DAYS):
        times = [moment for moment in question_times(today - timedelta(days=offset), planning) if moment <= now]
        if times:
            return max(times)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """A question about several calls: as it stands, or as it is remembered."""

    state: SlotState
    asked_at: datetime | None
    asked: tuple[tuple[str, datetime], ...]
    """Key and start of each call that need not be asked about again."""
    remarks: tuple[str, ...] = ()
    """What the user wrote into it that could not be read."""


def _read(slot: str, state: SlotState) -> _Standing:
    found = state.found
    asked = calls_of(state)
    remarks: tuple[str, ...] = ()
    if found is not None and found.done and found.about:
        said = exceptions(found)
        remarks = said.remarks
        asked = [pair for index, pair in enumerate(asked) if said.of(index) is not None]
    asked_at = state.anchor or (as_task(found).start if found is not None else None)
    return _Standing(state=state, asked_at=asked_at, asked=tuple(asked), remarks=remarks)


def _kept(one: _Standing, planning: Planning) -> Iterator[Item]:
    """The question as it stands, while something is left to be asked in it and it is not given up."""
    state, own = one.state, planning.settings(OutcomeOpenParams)
    untouched = state.status == "live" or (state.status == "taken_over" and state.is_only_answered)
    if state.found is None or not untouched:
        return
    found = as_task(state.found)
    if found.start is None or planning.now >= found.start + own.withdraw_after or own.ask == "none":
        return
    if one.asked and all(key in planning.context.settled for key, _ in one.asked):
        return
    yield _as_it_stands(found, one, found.start)


def _as_it_stands(found: Observed, one: _Standing, start: datetime) -> Item:
    return Item(
        kind="outcome",
        role=DAILY,
        component="VTODO",
        call_key=found.call_key or "",
        summary=found.summary,
        description=found.description.rstrip().removesuffix(LAST_LINE).rstrip(),
        start=start,
        due=found.due or start + _LEAST,
        alarm_text=found.summary,
        priority=5,
        rules=("outcome_open",),
        anchor=start,
        about=found.about,
        basis=one.state.basis,
    )


def _one_was_asked(last: datetime, planning: Planning) -> bool:
    """Whether the question of that time was about one call alone."""
    return any(
        state.found is not None
        and state.found.kind == "outcome"
        and not state.found.role
        and (start := as_task(state.found).start) is not None
        and start >= last
        and not (state.found.details is not None and state.found.details.critical)
        for state in planning.standing.values()
    )


def _is_due(call: Call, last: datetime, planning: Planning) -> bool:
    """Whether a call is to be asked about now: it ended by `last`, nobody has asked, and it is not too long ago."""
    own = planning.settings(OutcomeOpenParams)
    ended = ended_at(call)
    if call.critical or ended > last or not is_asked_about(call, planning) or was_asked(call, planning):
        return False
    if planning.asked_since is not None and ended < planning.asked_since:
        return False
    first = _first_time(ended, planning)
    return first is not None and planning.now < first + own.withdraw_after


def _first_time(ended: datetime, planning: Planning) -> datetime | None:
    """The first time for a question at or after the end of a call."""
    day = planning.context.clock.day_of(ended)
    for offset in range(_DAYS):
        times = [moment for moment in question_times(day + timedelta(days=offset), planning) if moment >= ended]
        if times:
            return min(times)
    return None


def _start(last: datetime, planning: Planning) -> datetime:
    start = max(last, planning.soon())
    if start - last > _LATE and not planning.context.clock.is_work(start):
        return planning.next_work(start)
    return start


def _item(group: Sequence[Call], planning: Planning, *, start: datetime, remarks: Sequence[str]) -> Item:
    texts = planning.texts
    visits = any(call.kind == "visit" for call in group)
    title = texts.render(
        msg("Did these {n} appointments take place?", n=len(group))
        if visits
        else msg("Did these {n} calls take place?", n=len(group))
    )
    about = tuple(of_call(call) for call in group)
    lines = [f"{number}. {_line(call, start, planning)}" for number, call in enumerate(group, 1)]
    # These begin with an arrow: what is read as the user's words is not in such lines.
    hints: list[Message] = [
        msg("Yes, all of them: tick this task."),
        msg("Otherwise first add to the title, by number or name: 2 #missed, 3 #noshow, 1 #late"),
    ]
    hints += [
        msg("Not understood last time: “{remark}”. Please give the number here.", remark=_quoted(one))
        for one in remarks[:3]
    ]
    return Item(
        kind="outcome",
        role=DAILY,
        component="VTODO",
        call_key=question_key(start),
        summary=title,
        description="\n".join((*lines, *(f"→ {texts.render(hint)}" for hint in hints))),
        start=start,
        due=due_of(start, planning),
        alarm_text=title,
        priority=5,
        rules=("outcome_open",),
        anchor=start,
        about=about,
        basis=asked_text(about),
    )


def _quoted(remark: str) -> str:
    """As it was written, but no word of the user's again."""
    return clean(remark.replace("#", ""), _REMARK)


def _line(call: Call, start: datetime, planning: Planning) -> str:
    """ "10:00 Erika Muster", with the day where that is not the day of the question."""
    texts, clock = planning.texts, planning.context.clock
    when, name = promised(call), name_of(call, texts)
    same_day = clock.day_of(when.start) == clock.day_of(start)
    if call.occurrence.all_day:
        return f"{texts.span(when.start, when.end)} {name}"
    if is_vague(call):
        span = f"{texts.time(when.start)}–{texts.time(when.end)}"
        return f"{span} {name}" if same_day else f"{texts.day(when.start)}, {span} {name}"
    return f"{texts.time(when.start) if same_day else texts.moment(when.start)} {name}"
