"""A phone call without a number: it would fail at the moment of dialling."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from termintreu.judging.rules.common.base import Context, Params, Rule
from termintreu.judging.rules.common.deadlines import hours_before
from termintreu.judging.rules.common.private_notes import is_private_note
from termintreu.model import Call, Finding, Severity, msg


class NoNumberParams(Params):
    """[rules.no_number]"""

    hours: int = Field(default=24, ge=0)
    """The number should be there this many hours before the call."""


def _check(call: Call, context: Context, params: NoNumberParams) -> Iterable[Finding]:
    """While it is unclear who calls, the user may have to."""
    may_be_mine = call.caller in {"me", "unclear"}
    if call.kind == "phone" and may_be_mine and call.reach.phone is None and call.reach.url is None:
        yield Finding(
            rule="no_number",
            severity=Severity.ADVICE if is_private_note(call, context) else Severity.WARNING,
            message=msg("There is no number to call, neither in the event nor in your contacts."),
            ask=msg("Get the number and put it into the event."),
            settle_by=hours_before(call, context, params.hours),
        )


RULE = Rule(
    id="no_number",
    severity=Severity.WARNING,
    params=NoNumberParams,
    check=_check,
    basis="A",
    summary="You have to make the phone call, and there is no number in the event, the contact or an earlier "
    "appointment with the same contact. Advice for an entry of private life that names no time.",
)
