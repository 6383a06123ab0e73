"""Somebody was promised a call or a word, and no time is set for it: such promises are the first to be forgotten.

They stand in tasks and in entries for a whole day. Where the entry is a call already, this is one of its findings; the
others get a warning of their own (`planning.promises`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import Field

from termintreu.judging.rules.common.base import Context, Params, Rule
from termintreu.model import Call, Finding, Occurrence, Promise, Severity, Todo, msg
from termintreu.model.marks import call_key
from termintreu.model.texts import clean
from termintreu.recognition.detection import find_words

_SAYS = re.compile(
    r"\bruf(?:e|en)?\b[^.!?\n]{0,60}\bzurück\b|\bzurück(?:zu)?rufen\b|\brückrufe?\b|\bmelde[nt]?\s+(?:ich\s+)?mich\b"
    r"|\bmich\b[^.!?\n]{0,60}\bmelden\b|\b(?:call|ring|phone)(?:ing)?\b[^.!?\n]{0,60}\bback\b|\bcall-?backs?\b"
    r"|\bget back to\b",
    re.IGNORECASE,
)
_LEAST = timedelta(minutes=30)
"""Left to do it on the same day."""


class LoosePromiseParams(Params):
    """[rules.loose_promise]"""

    hour: int = Field(default=16, ge=0, le=23)
    """It should be settled by this hour of the same day."""
    days: int = Field(default=30, ge=1)
    """Tasks that were made longer ago are let rest."""


def is_loose_promise(title: str) -> bool:
    """Whether a title promises to call back, or to get in touch."""
    return _SAYS.search(title) is not None


def loose_promises(
    todos: Iterable[Todo],
    occurrences: Iterable[Occurrence],
    calls: Iterable[Call],
    zone: ZoneInfo,
    now: datetime,
    *,
    skipped: Collection[str] = (),
) -> tuple[Promise, ...]:
    """Promises without a time: open tasks, and all-day events that are no calls and not over; each once.

    `zone` is the user's, `now` UTC; `skipped` names by key those of which the user does not want to hear.
    """
    known = {call.occurrence.uid for call in calls}
    found = [
        Promise(
            key=call_key(todo.uid, None),
            uid=todo.uid,
            recurrence_id=None,
            title=todo.summary,
            day=todo.day,
            made_at=todo.created,
        )
        for todo in todos
        if not todo.own
        and todo.due is None
        and todo.status not in {"COMPLETED", "CANCELLED"}
        and _counts(todo.summary, todo.description)
    ]
    found += [
        Promise(
            key=call_key(one.uid, one.recurrence_id),
            uid=one.uid,
            recurrence_id=one.recurrence_id,
            title=one.summary,
            day=one.start.astimezone(zone).date(),
            made_at=one.created,
        )
        for one in occurrences
        if one.all_day
        and one.end > now
        and not one.own
        and one.status != "CANCELLED"
        and one.uid not in known
        and _counts(one.summary, one.description)
    ]
    by_key = {promise.key: promise for promise in found if promise.key not in skipped}
    return tuple(sorted(by_key.values(), key=lambda promise: promise.key))


def finding_of(title: str, day: date | None, context: Context, params: LoosePromiseParams) -> Finding:
    """What to say of one: until 16:00 of its day; of the next workday, where that is past or it has no day."""
    return Finding(
        rule="loose_promise",
        severity=Severity.ADVICE,
        message=msg("No time is set yet for “{title}”.", title=clean(title) or msg("untitled")),
        matter=msg("no time yet"),
        ask=msg("Set a time for it, or do it now."),
        settle_by=_deadline(day, context, params),
    )


def _counts(title: str, notes: str) -> bool:
    return is_loose_promise(title) and not find_words(title, notes) & {"skip", "held"}


def _deadline(day: date | None, context: Context, params: LoosePromiseParams) -> datetime:
    clock = context.clock
    today = clock.day_of(context.now)
    wanted = max(day, today) if day is not None else today
    if day is None and not clock.is_workday(wanted):
        wanted = clock.workday_after(wanted)
    deadline = clock.at(wanted, time(params.hour))
    if deadline < context.now + _LEAST:
        deadline = clock.at(clock.workday_after(wanted), time(params.hour))
    return deadline


def _check(call: Call, context: Context, params: LoosePromiseParams) -> Iterable[Finding]:
    if call.occurrence.all_day and call.end > context.now and is_loose_promise(call.occurrence.summary):
        day = context.clock.day_of(call.start)
        yield finding_of(call.occurrence.summary, day, context, params)


RULE = Rule(
    id="loose_promise",
    severity=Severity.ADVICE,
    params=LoosePromiseParams,
    check=_check,
    basis="E",
    summary="A task, or an event without a time, promises to call back or to get in touch.",
    begun=True,
)
