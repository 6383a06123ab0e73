"""The call overlaps something else: the threat that can be seen earliest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from pydantic import Field

from termintreu.judging.rules.common.base import Context, Params, Rule
from termintreu.judging.rules.common.deadlines import promptly
from termintreu.judging.rules.common.loose import is_loose
from termintreu.judging.rules.common.occupied import has_free_stretch, overlap, reachable_spans, taken
from termintreu.judging.rules.common.participants import title, who
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
    if others:
        yield Finding(
            rule="conflict",
            severity=Severity.WARNING,
            message=_sentence(others),
            ask=msg("Tell {who} early and personally, and offer other times.", who=who(call)),
            settle_by=promptly(call, context, params.work_hours),
            offers_times=True,
        )


def _overlapping(call: Call, context: Context, params: ConflictParams) -> list[Occurrence]:
    if is_loose(call):
        spans = reachable_spans(call, context)
        others = taken(call, context, spans[0][0], spans[-1][1])
        if has_free_stretch(spans, others, timedelta(minutes=params.free_minutes)):
            return []
        return [other for other in others if any(a < other.end and other.start < b for a, b in spans)]
    others = taken(call, context, call.start, call.end)
    return [other for other in others if overlap(call, other) >= timedelta(minutes=params.minutes)]


def _sentence(others: list[Occurrence]) -> Message:
    first = others[0]
    values: dict[str, object] = {"title": title(first), "start": first.start, "end": first.end}
    if len(others) == 1:
        return msg("Overlaps “{title}” ({start:time}–{end:time}).", **values)
    return msg(
        "Overlaps “{title}” ({start:time}–{end:time}) and {more:other appointment|other appointments}.",
        **values,
        more=len(others) - 1,
    )


RULE = Rule(
    id="conflict",
    severity=Severity.WARNING,
    params=ConflictParams,
    check=_check,
    basis="A, E",
    summary="The call overlaps another appointment; a call without an exact time, when its window leaves no room.",
)
