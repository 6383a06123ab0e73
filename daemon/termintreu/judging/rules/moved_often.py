"""Moved again and again: it needs a word, not another invitation."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from termintreu.judging.rules.common.base import Context, Params, Rule
from termintreu.judging.rules.common.deadlines import hours_before
from termintreu.model import Call, Finding, Severity, msg


class MovedOftenParams(Params):
    """[rules.moved_often]"""

    moves: int = Field(default=2, ge=1)
    """From this many moves on."""
    hours: int = Field(default=24, ge=0)
    """It should be settled this many hours before the call."""


def _check(call: Call, context: Context, params: MovedOftenParams) -> Iterable[Finding]:
    record = context.history.calls.get(call.key)
    moves = [move for move in record.moves if move.new_start is not None] if record else []
    if len(moves) >= params.moves and "confirmed" not in call.words:
        yield Finding(
            rule="moved_often",
            severity=Severity.ADVICE,
            message=msg("Moved {count:time|times} already.", count=len(moves)),
            matter=msg("fix the time for good"),
            ask=msg("Settle the time by phone, for good; #confirmed in the title settles this."),
            settle_by=hours_before(call, context, params.hours),
        )


RULE = Rule(
    id="moved_often",
    severity=Severity.ADVICE,
    params=MovedOftenParams,
    check=_check,
    basis="E",
    summary="The call's start has moved at least twice since it was first seen.",
)
