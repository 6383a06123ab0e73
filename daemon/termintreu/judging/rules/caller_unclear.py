"""Nobody knows who calls whom: both wait for the other."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from termintreu.judging.rules.common.base import Context, Params, Rule
from termintreu.judging.rules.common.deadlines import hours_before
from termintreu.judging.rules.common.participants import other_attendees, other_organizer
from termintreu.model import Call, Finding, Severity, msg


class CallerUnclearParams(Params):
    """[rules.caller_unclear]"""

    hours: int = Field(default=24, ge=0)
    """It should be settled this many hours before the call."""


def _check(call: Call, context: Context, params: CallerUnclearParams) -> Iterable[Finding]:
    occurrence = call.occurrence
    shared = other_attendees(occurrence, context.me) or other_organizer(occurrence, context.me)
    if call.kind == "phone" and call.caller == "unclear" and shared:
        yield Finding(
            rule="caller_unclear",
            severity=Severity.ADVICE,
            message=msg("Who calls whom?"),
            matter=msg("who calls whom?"),
            ask=msg("Settle who calls, and put it into the event."),
            settle_by=hours_before(call, context, params.hours),
        )


RULE = Rule(
    id="caller_unclear",
    severity=Severity.ADVICE,
    params=CallerUnclearParams,
    check=_check,
    basis="user requests",
    summary="Other people take part in the phone call, and nothing says who calls whom.",
)
