"""The last chance to keep a promise without a minute."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pydantic import Field

from termintreu.judging.rules.common.base import Context, Params, Rule
from termintreu.judging.rules.common.loose import is_loose
from termintreu.judging.rules.common.participants import who
from termintreu.model import Call, Finding, Message, Severity, Window, msg


class WindowClosingParams(Params):
    """[rules.window_closing]"""

    last_part: float = Field(default=0.25, gt=0, le=1)
    """The part of the window, at its end, in which it is about to close."""


def _check(call: Call, context: Context, params: WindowClosingParams) -> Iterable[Finding]:
    window = call.window
    if window is None or not is_loose(call):
        return
    if _closing_at(call, window, context, params) <= context.now < window.end:
        yield Finding(
            rule="window_closing",
            severity=Severity.CRITICAL,
            message=_sentence(call, window, context),
            matter=msg("call now"),
            ask=msg("Call {who} now.", who=who(call)),
            settle_by=context.now,
        )


def _sentence(call: Call, window: Window, context: Context) -> Message:
    if _is_whole_day(call, window):
        return msg("The day that was promised is running out.")
    if context.clock.day_of(window.end) == context.clock.day_of(context.now):
        return msg("The time that was promised ends at {end:clock}.", end=window.end)
    return msg("The time that was promised ends on {end:at}.", end=window.end)


def _closing_at(call: Call, window: Window, context: Context, params: WindowClosingParams) -> datetime:
    """Where only the day is agreed, its last part is that of the working time: at night nobody is called."""
    start, end = window.start, window.end
    if _is_whole_day(call, window):
        first, last = (next(context.clock.between(start, end, back=back), None) for back in (False, True))
        start, end = (first[0], last[1]) if first and last else (start, end)
    return end - (end - start) * params.last_part


def _is_whole_day(call: Call, window: Window) -> bool:
    return call.occurrence.all_day and not window.text


RULE = Rule(
    id="window_closing",
    severity=Severity.CRITICAL,
    params=WindowClosingParams,
    check=_check,
    basis="A",
    summary="The last quarter of the window of a call without an exact time has begun, and it was not held yet.",
    begun=True,
)
