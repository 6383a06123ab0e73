"""What comes right before the call runs past its end, or has often done so: the other side should know early."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from pydantic import Field

from termintreu.judging.rules.common.base import Context, Params, Rule
from termintreu.judging.rules.common.deadlines import settled_by
from termintreu.judging.rules.common.loose import identity, is_loose
from termintreu.judging.rules.common.occupied import taken
from termintreu.judging.rules.common.participants import title, who
from termintreu.model import Call, Evidence, Finding, Message, Occurrence, Severity, msg

_LAST = 5


class OverrunParams(Params):
    """[rules.overrun]"""

    minutes: int = Field(default=10, ge=0)
    """An appointment that ends at most this many minutes before the call is the previous one."""
    times: int = Field(default=3, ge=1, le=_LAST)
    """A series that ran late so often the last five times is expected to do so again."""
    warn_minutes: int = Field(default=5, ge=0)
    """The other side should know this many minutes before the start."""


def _check(call: Call, context: Context, params: OverrunParams) -> Iterable[Finding]:
    if is_loose(call):
        return
    previous = _previous(call, context, timedelta(minutes=params.minutes))
    if previous is None:
        return
    calls = {identity(other.occurrence): other for other in context.calls}
    before = calls.get(identity(previous))
    last = _last_of_series(previous, context)
    late = sum(_ended_late(one, previous, calls.get(identity(one)), context) for one in last)
    if before is not None and _runs_past(context.evidence.get(before.key), before, context):
        message = msg("The call with {who} before it is still running.", who=_name(before))
    elif late < params.times:
        return
    elif before is not None:
        message = msg(
            "The call with {who} before it often ends late: {n} of the last {of}.",
            who=_name(before),
            n=late,
            of=len(last),
        )
    else:
        message = msg(
            "“{title}” before it often ends late: {n} of the last {of}.", title=title(previous), n=late, of=len(last)
        )
    yield Finding(
        rule="overrun",
        severity=Severity.ADVICE,
        message=message,
        matter=msg("may start late"),
        ask=msg("Tell {who} before it begins, and name the new time.", who=who(call)),
        settle_by=settled_by(call, context, call.start - timedelta(minutes=params.warn_minutes)),
    )


def _previous(call: Call, context: Context, gap: timedelta) -> Occurrence | None:
    """The appointment that ends last before the call, where it ends shortly before; one that runs into it clashes."""
    before = [one for one in taken(call, context, call.start - gap, call.start) if one.start < call.start]
    latest = max(before, key=lambda one: one.end, default=None)
    return latest if latest is not None and latest.end <= call.start else None


def _last_of_series(previous: Occurrence, context: Context) -> list[Occurrence]:
    """The last ones of its series before it that are known."""
    return [one for one in context.busy if one.uid == previous.uid and one.start < previous.start][-_LAST:]


def _ended_late(one: Occurrence, previous: Occurrence, call: Call | None, context: Context) -> bool:
    """Whether an earlier one took longer than this one is to take: somebody made it longer in the calendar, or the
    log shows a talk past its end."""
    shown = context.evidence.get(call.key) if call is not None else None
    talked_past = shown is not None and shown.ended_at is not None and shown.ended_at > one.end
    return talked_past or one.end - one.start > previous.end - previous.start


def _runs_past(shown: Evidence | None, previous: Call, context: Context) -> bool:
    return shown is not None and shown.running and context.now > previous.end


def _name(call: Call) -> str | Message:
    return call.contact.name or title(call.occurrence)


RULE = Rule(
    id="overrun",
    severity=Severity.ADVICE,
    params=OverrunParams,
    check=_check,
    basis="A",
    summary="The call before is still running past its end, or the series of what comes before ran late 3 of the last "
    "5 times, as a call log shows or as the calendar was changed.",
)
