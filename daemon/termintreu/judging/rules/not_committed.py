"""The user has not answered the invitation: the other side does not know either."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from pydantic import Field

from termintreu.judging.rules.common.base import Context, Params, Rule
from termintreu.judging.rules.common.deadlines import settled_by
from termintreu.judging.rules.common.participants import my_attendance
from termintreu.model import Call, Finding, Severity, msg

_EVENING = time(18)
_SENTENCES = {
    "NEEDS-ACTION": msg("You have not answered the invitation."),
    "TENTATIVE": msg("You have accepted only tentatively."),
}
"""By PARTSTAT: the answers that are none."""


class NotCommittedParams(Params):
    """[rules.not_committed]"""

    hours: int = Field(default=48, ge=1)
    """From this many hours before the call on."""


def _check(call: Call, context: Context, params: NotCommittedParams) -> Iterable[Finding]:
    mine = my_attendance(call.occurrence, context.me)
    if mine is None or context.now < call.start - timedelta(hours=params.hours):
        return
    why = _SENTENCES.get(mine.partstat)
    if why is not None:
        yield Finding(
            rule="not_committed",
            severity=Severity.ADVICE,
            message=why,
            matter=msg("answer the invitation"),
            ask=msg("Answer the invitation today: accept or decline."),
            settle_by=settled_by(call, context, _end_of_today(context)),
        )


def _end_of_today(context: Context) -> datetime:
    """The end of today's work; the evening of a day off."""
    today = context.clock.day_of(context.now)
    return context.clock.end_of_work(today) or context.clock.at(today, _EVENING)


RULE = Rule(
    id="not_committed",
    severity=Severity.ADVICE,
    params=NotCommittedParams,
    check=_check,
    basis="A",
    summary="From 48 hours before: you have not answered the invitation, or only tentatively.",
)
