"""The call begins right after something else: whoever ends late there is late here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from pydantic import Field

from termintreu.judging.rules.common.base import Context, Params, Rule
from termintreu.judging.rules.common.deadlines import settled_by
from termintreu.judging.rules.common.loose import is_loose
from termintreu.judging.rules.common.occupied import has_place, taken
from termintreu.judging.rules.common.participants import title
from termintreu.model import Call, Finding, Message, Occurrence, Severity, msg

_TOUCH = timedelta(minutes=1)
"""An overlap shorter than this is none: some calendars end a minute's fraction late."""


class NoBufferParams(Params):
    """[rules.no_buffer]"""

    minutes: int = Field(default=10, ge=0)
    """A gap shorter than this many minutes is too short."""
    place_minutes: int = Field(default=15, ge=0)
    """The same after an appointment at a physical place."""
    damaged_minutes: int = Field(default=30, ge=0)
    """The same while the relationship with the contact is damaged."""
    end_minutes: int = Field(default=5, ge=0)
    """The reminder comes this many minutes before the end of the previous appointment."""


def _check(call: Call, context: Context, params: NoBufferParams) -> Iterable[Finding]:
    if is_loose(call):
        return
    previous = _too_close(call, context, params)
    if previous is not None:
        end_in_time = previous.end - timedelta(minutes=params.end_minutes)
        yield Finding(
            rule="no_buffer",
            severity=Severity.ADVICE,
            message=_sentence(call, previous),
            matter=msg("no break before"),
            ask=msg("End the previous appointment in time."),
            settle_by=settled_by(call, context, end_in_time),
            at=end_in_time,
        )


def _too_close(call: Call, context: Context, params: NoBufferParams) -> Occurrence | None:
    """The latest-ending one before the call whose gap is too short; None while another one runs into the call."""
    least = params.damaged_minutes if call.contact.key in context.damaged else 0
    longest = max(timedelta(minutes=max(params.minutes, params.place_minutes, least)), context.fixed.longest_travel)
    since = call.start - max(longest, call.occurrence.travel)
    before = [other for other in taken(call, context, since, call.start) if other.start < call.start]
    before.sort(key=lambda occurrence: occurrence.end, reverse=True)
    if before and before[0].end - call.start >= _TOUCH:
        return None
    for occurrence in before:
        wanted = timedelta(minutes=max(params.place_minutes if has_place(occurrence) else params.minutes, least))
        if call.start - occurrence.end < max(wanted, occurrence.travel, call.occurrence.travel):
            return occurrence
    return None


def _sentence(call: Call, previous: Occurrence) -> Message:
    gap = call.start - previous.end
    if gap < _TOUCH:
        return msg("“{title}” ends just when the call begins.", title=title(previous))
    travel = max(previous.travel, call.occurrence.travel)
    if travel > gap:
        return msg(
            "“{title}” ends {gap:duration} before, and the way takes {travel:duration}.",
            title=title(previous),
            gap=gap,
            travel=travel,
        )
    return msg("“{title}” ends only {gap:duration} before.", title=title(previous), gap=gap)


RULE = Rule(
    id="no_buffer",
    severity=Severity.ADVICE,
    params=NoBufferParams,
    check=_check,
    basis="E",
    summary="Less than 10 minutes lie between the previous appointment and the call (15 after one at a place, 30 while "
    "the relationship is damaged; as long as the way back takes, where the calendar says that).",
)
