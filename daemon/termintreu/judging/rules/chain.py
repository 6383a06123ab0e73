"""Several calls in a row without a pause: one that runs late makes all the others late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time, timedelta

from pydantic import Field

from termintreu.judging.rules.common.base import Context, Params, Rule
from termintreu.judging.rules.common.deadlines import settled_by
from termintreu.judging.rules.common.loose import is_loose
from termintreu.model import Call, Finding, Severity, msg

_EVENING = time(18)


class ChainParams(Params):
    """[rules.chain]"""

    calls: int = Field(default=3, ge=2)
    """This many calls in a row are a chain."""
    minutes: int = Field(default=10, ge=0)
    """Calls with a gap shorter than this many minutes are in a row."""


def _check(call: Call, context: Context, params: ChainParams) -> Iterable[Finding]:
    """Found once for a chain, at its middle: moving that one leaves the shortest rows."""
    row = _row(call, context, timedelta(minutes=params.minutes))
    if len(row) >= params.calls and row[len(row) // 2] is call:
        the_day_before = context.clock.day_of(call.start) - timedelta(days=1)
        yield Finding(
            rule="chain",
            severity=Severity.ADVICE,
            message=msg(
                "{count:call|calls} in a row without a break ({when:hours}).",
                count=len(row),
                when=(row[0].start, max(member.end for member in row)),
            ),
            matter=msg("calls without a break"),
            ask=msg("Move one of them."),
            settle_by=settled_by(call, context, context.clock.at(the_day_before, _EVENING)),
        )


def _row(call: Call, context: Context, gap: timedelta) -> list[Call]:
    """The calls around `call`, itself included, with every gap under `gap`."""
    row: list[Call] = []
    end = call.start
    for other in context.calls:
        if is_loose(other):
            continue
        if row and other.start - end >= gap:
            if any(member is call for member in row):
                return row
            row = []
        end = max(end, other.end) if row else other.end
        row.append(other)
    return row if any(member is call for member in row) else []


RULE = Rule(
    id="chain",
    severity=Severity.ADVICE,
    params=ChainParams,
    check=_check,
    basis="J",
    summary="Three or more calls follow each other with less than 10 minutes between them.",
)
