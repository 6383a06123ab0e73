"""The call, or the person, must not be failed: everything found weighs more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pydantic import Field

from termintreu.judging.rules.common.base import Context, Params, Rule
from termintreu.judging.rules.common.deadlines import hours_before
from termintreu.model import Call, Finding, Severity, msg


class FragileParams(Params):
    """[rules.fragile]"""

    hours: int = Field(default=24, ge=0)
    """It should be confirmed this many hours before the call."""


def _check(call: Call, context: Context, params: FragileParams) -> Iterable[Finding]:
    if call.critical and "confirmed" not in call.words:
        yield Finding(
            rule="fragile",
            severity=Severity.ADVICE,
            message=msg("This call must not fail."),
            matter=msg("must not fail"),
            ask=msg("Confirm it personally; #confirmed in the title settles this."),
            settle_by=hours_before(call, context, params.hours),
        )


def _weighs(call: Call, _context: Context, _params: FragileParams, findings: tuple[Finding, ...]) -> Iterable[Finding]:
    """Every other finding one level up, whether or not the call is confirmed."""
    for finding in findings:
        raised = call.critical and finding.rule != RULE.id
        yield replace(finding, severity=finding.severity.raised()) if raised else finding


RULE = Rule(
    id="fragile",
    severity=Severity.ADVICE,
    params=FragileParams,
    check=_check,
    basis="A",
    summary="The contact or the call is critical; every other finding counts one level higher.",
    weighs=_weighs,
)
