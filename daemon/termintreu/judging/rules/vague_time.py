"""A promise without a minute ("between 9 and 15") is a promise all the same, and the first to be broken."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time, timedelta

from pydantic import Field

from termintreu.judging.rules.common.base import Context, Params, Rule
from termintreu.judging.rules.common.deadlines import settled_by
from termintreu.judging.rules.common.loose import is_loose
from termintreu.judging.rules.common.private_notes import is_private_note
from termintreu.model import Call, Finding, Message, Severity, Window, msg

_NOON = time(12)


class VagueTimeParams(Params):
    """[rules.vague_time]"""

    minutes: int = Field(default=120, ge=1)
    """A call that is longer than this many minutes has no exact time."""


def _check(call: Call, context: Context, params: VagueTimeParams) -> Iterable[Finding]:
    if call.start <= context.now:
        return  # what is left is to keep the window: see `window_closing`
    window = call.window
    # A long meeting that everybody joins by link has its minute.
    too_long = call.end - call.start > timedelta(minutes=params.minutes) and (window is None or is_loose(call))
    if call.occurrence.all_day or too_long or (window is not None and window.text):
        workday_before = context.clock.workday_before(context.clock.day_of(call.start))
        yield Finding(
            rule="vague_time",
            severity=Severity.ADVICE
            if call.occurrence.all_day and is_private_note(call, context)
            else Severity.WARNING,
            message=_sentence(call, window or Window(start=call.start, end=call.end)),
            matter=msg("no exact time"),
            ask=msg("Agree on an exact time."),
            settle_by=settled_by(call, context, context.clock.at(workday_before, _NOON)),
        )


def _sentence(call: Call, window: Window) -> Message:
    if window.text:
        return msg("No exact time is agreed, only “{text}”.", text=window.text)
    if call.occurrence.all_day:
        return msg("No time is agreed, only the day.")
    return msg("No exact time is agreed, only {when:hours}.", when=(window.start, window.end))


RULE = Rule(
    id="vague_time",
    severity=Severity.WARNING,
    params=VagueTimeParams,
    check=_check,
    basis="A, E",
    summary="The call is all-day, longer than 120 minutes (but for what everybody joins by link), or its text gives a "
    "window (“between 9 and 15”). Advice for a day that you noted alone in a private calendar.",
)
