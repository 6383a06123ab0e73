"""What comes right before the call runs past its end, or has often done so: the other side should know early."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from pydantic import Field

from termintreu.model import Call, Evidence, Finding, Severity, msg
from termintreu.rules.base import Context, Params, Rule
from termintreu.rules.deadlines import settle
from termintreu.rules.loose import is_loose

_LAST = 5


class OverrunParams(Params):
    """[rules.overrun]"""

    minutes: int = Field(default=10, ge=0)
    """An appointment that ends at most this many minutes before the call is the previous one."""
    times: int = Field(default=3, ge=1, le=_LAST)
    """A series that ran late so often in its last five calls is expected to do so again."""
    warn_minutes: int = Field(default=5, ge=0)
    """The other side should know this many minutes before the start."""


def _check(call: Call, context: Context, params: OverrunParams) -> Iterable[Finding]:
    if is_loose(call):
        return
    previous = _previous(call, context, timedelta(minutes=params.minutes))
    if previous is None:
        return
    late = _ended_late(previous, context)
    name = previous.contact.name or previous.occurrence.summary
    if _runs_past(context.evidence.get(previous.key), previous, context):
        message = msg("The call with {who} before it is still running.", who=name)
    elif late >= params.times:
        message = msg(
            "The call with {who} before it often ends late: {n} of the last {of}.", who=name, n=late, of=_LAST
        )
    else:
        return
    yield Finding(
        rule="overrun",
        severity=Severity.ADVICE,
        message=message,
        ask=msg("Warn them that you may be late."),
        settle_by=settle(call, context, call.start - timedelta(minutes=params.warn_minutes)),
    )


def _previous(call: Call, context: Context, gap: timedelta) -> Call | None:
    """The call that ends last before this one, where it ends shortly before."""
    before = [
        other
        for other in context.calls
        if other is not call and not is_loose(other) and other.start < call.start and other.end <= call.start
    ]
    latest = max(before, key=lambda other: other.end, default=None)
    return latest if latest is not None and call.start - latest.end <= gap else None


def _runs_past(shown: Evidence | None, previous: Call, context: Context) -> bool:
    return shown is not None and shown.running and context.now > previous.end


def _ended_late(previous: Call, context: Context) -> int:
    """How often the last calls of its series ran past their end, as far as the logs show."""
    series = [
        (other, shown)
        for other in context.calls
        if other.occurrence.uid == previous.occurrence.uid
        and other.start < previous.start
        and (shown := context.evidence.get(other.key)) is not None
    ]
    return sum(shown.ended_at is not None and shown.ended_at > other.end for other, shown in series[-_LAST:])


RULE = Rule(
    id="overrun",
    severity=Severity.ADVICE,
    params=OverrunParams,
    check=_check,
    basis="A",
    summary="The call before is still running past its end, or its series ran late in 3 of the last 5 calls.",
)
