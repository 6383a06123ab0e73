"""The call overlaps something else: the threat that can be seen earliest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from pydantic import Field

from termintreu.judging.rules.common.base import Context, Params, Rule
from termintreu.judging.rules.common.deadlines import promptly
from termintreu.judging.rules.common.loose import identity, is_loose
from termintreu.judging.rules.common.movable import is_fixed, is_to_move
from termintreu.judging.rules.common.occupied import has_free_stretch, overlap, reachable_spans, taken
from termintreu.judging.rules.common.participants import title, who
from termintreu.judging.rules.common.unanswered import is_unanswered
from termintreu.model import Call, Finding, Message, Occurrence, Severity, msg


class ConflictParams(Params):
    """[rules.conflict]"""

    minutes: int = Field(default=1, ge=1)
    """An overlap of at least this many minutes counts."""
    days: int = Field(default=14, ge=1)
    """Calls at most this many days ahead are looked at."""
    work_hours: int = Field(default=4, ge=0)
    """Working hours from now within which it should be settled."""
    free_minutes: int = Field(default=15, ge=1)
    """A call without an exact time conflicts only when no stretch this long is left in its window."""


def _check(call: Call, context: Context, params: ConflictParams) -> Iterable[Finding]:
    if call.start > context.now + timedelta(days=params.days):
        return
    others = _overlapping(call, context, params)
    if not others:
        return
    instead = {identity(other): moving for other in others if (moving := _moving(call, other, context, params))}
    own = [other for other in others if identity(other) not in instead]
    settle_by = promptly(call, context, params.work_hours)
    finding = Finding(
        rule="conflict",
        severity=Severity.WARNING,
        message=_sentence(others),
        matter=msg("double-booked"),
        settle_by=settle_by,
    )
    if not own:
        moving = instead[identity(others[0])]
        ask = msg("“{title}” is the one to move.", title=title(moving.occurrence))
        yield replace(finding, ask=ask, at_call=moving.key)
        return
    accepted = [other for other in own if not is_unanswered(other, context.me)]
    fixed = [other for other in accepted if is_fixed(other, context.me)]
    if not accepted:
        ask = msg("Answer the invitation “{title}”: at that time you have agreed to this call.", title=title(own[0]))
        yield replace(finding, ask=ask)
    elif fixed:
        message = _sentence([fixed[0], *(other for other in others if other is not fixed[0])], fixed=True)
        ask = msg("Move the call: tell {who} early and personally, and offer other times.", who=who(call))
        yield replace(finding, message=message, ask=ask, offers_times=True)
    elif is_fixed(call.occurrence, context.me):
        yield replace(finding, ask=msg("Move “{title}”: the call itself cannot be moved.", title=title(own[0])))
    else:
        ask = msg("Tell {who} early and personally, and offer other times.", who=who(call))
        yield replace(finding, ask=ask, offers_times=True)


def _moving(call: Call, other: Occurrence, context: Context, params: ConflictParams) -> Call | None:
    """The other call, where it is the one to move, and is warned of by itself."""
    own = context.by_identity.get(identity(other))
    if own is None or own.key in context.settled or own.start <= context.now or is_loose(call) or is_loose(own):
        return None
    found_there = own.start <= context.now + timedelta(days=params.days) and overlap(own, call.occurrence) >= timedelta(
        minutes=params.minutes
    )
    return own if found_there and is_to_move(own, call, context.me) else None


def _overlapping(call: Call, context: Context, params: ConflictParams) -> list[Occurrence]:
    if is_loose(call):
        spans = reachable_spans(call, context)
        others = taken(call, context, spans[0][0], spans[-1][1])
        if has_free_stretch(spans, others, timedelta(minutes=params.free_minutes)):
            return []
        return [other for other in others if any(a < other.end and other.start < b for a, b in spans)]
    others = taken(call, context, call.start, call.end)
    return [other for other in others if overlap(call, other) >= timedelta(minutes=params.minutes)]


def _sentence(others: list[Occurrence], *, fixed: bool = False) -> Message:
    """What is in the way, the first one by name. `fixed`: that one cannot be moved."""
    first, more = others[0], len(others) - 1
    values: dict[str, object] = {"title": title(first), "when": (first.start, first.end)}
    if fixed and not more:
        return msg("Overlaps “{title}” ({when:hours}), which cannot be moved.", **values)
    if fixed:
        return msg(
            "Overlaps “{title}” ({when:hours}), which cannot be moved, and "
            "{more:other appointment|other appointments}.",
            **values,
            more=more,
        )
    if not more:
        return msg("Overlaps “{title}” ({when:hours}).", **values)
    return msg(
        "Overlaps “{title}” ({when:hours}) and {more:other appointment|other appointments}.",
        **values,
        more=more,
    )


RULE = Rule(
    id="conflict",
    severity=Severity.WARNING,
    params=ConflictParams,
    check=_check,
    basis="A, E",
    summary="The call overlaps another appointment; a call without an exact time, when its window leaves no room. Of "
    "two calls the one agreed later is to move; a hearing, an exam or a meeting of three is not moved for a call, "
    "and an invitation that you have not answered waits for your answer.",
)
