"""Agreed so long ago that the other side may have forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from pydantic import Field

from termintreu.judging.rules.common.base import Context, Params, Rule
from termintreu.judging.rules.common.deadlines import settled_by
from termintreu.model import Call, Finding, Severity, msg


class LongLeadParams(Params):
    """[rules.long_lead]"""

    days: int = Field(default=28, ge=1)
    """A call that was agreed more than this many days ahead."""
    settle_days: int = Field(default=7, ge=0)
    """It should be reconfirmed this many days before the call."""


def _check(call: Call, context: Context, params: LongLeadParams) -> Iterable[Finding]:
    """A series is agreed anew each time it takes place: only single appointments grow old."""
    agreed = _agreed_at(call, context)
    if agreed is None or call.occurrence.series or "confirmed" in call.words:
        return
    if call.start - agreed > timedelta(days=params.days):
        yield Finding(
            rule="long_lead",
            severity=Severity.ADVICE,
            message=msg("Agreed a long time ago ({agreed:date}).", agreed=agreed),
            matter=msg("reconfirm"),
            ask=msg("Reconfirm it briefly; #confirmed in the title settles this."),
            settle_by=settled_by(call, context, call.start - timedelta(days=params.settle_days)),
        )


def _agreed_at(call: Call, context: Context) -> datetime | None:
    """CREATED (RFC 5545 3.8.7.1), or the last time it was seen to move."""
    created = call.occurrence.created
    record = context.history.calls.get(call.key)
    moves = [move.seen_at for move in record.moves] if record else []
    return None if created is None else max([created, *moves])


RULE = Rule(
    id="long_lead",
    severity=Severity.ADVICE,
    params=LongLeadParams,
    check=_check,
    basis="E",
    summary="A single appointment was agreed more than 28 days before its start.",
)
