"""The user moved the call at short notice: an invitation may go unread, a word by phone does not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from pydantic import Field

from termintreu.model import Call, Finding, Move, Severity, msg
from termintreu.rules.base import Context, Params, Rule
from termintreu.rules.deadlines import settle
from termintreu.rules.people import who

_SEEN_AFTERWARDS = timedelta(hours=1)
"""A move that was made before the old start may be seen this much after it: between two polls, or on waking up."""
_FRESH = timedelta(hours=24)
"""The advice stands this long; later the other side knows, one way or the other."""


class LateChangeParams(Params):
    """[rules.late_change]"""

    hours: int = Field(default=24, ge=1)
    """A change less than this many hours before the old start."""
    settle_minutes: int = Field(default=30, ge=0)
    """The person should be told within this many minutes."""


def _check(call: Call, context: Context, params: LateChangeParams) -> Iterable[Finding]:
    record = context.history.calls.get(call.key)
    late = [move for move in record.moves if _is_late(move, context, params)] if record else []
    if late and "confirmed" not in call.words:
        yield Finding(
            rule="late_change",
            severity=Severity.WARNING,
            message=msg("You moved it at short notice, away from {old:moment}.", old=late[-1].old_start),
            ask=msg("Tell {who} by phone; #confirmed in the title settles this.", who=who(call)),
            settle_by=settle(call, context, late[-1].seen_at + timedelta(minutes=params.settle_minutes)),
        )


def _is_late(move: Move, context: Context, params: LateChangeParams) -> bool:
    lead = move.old_start - move.seen_at
    return (
        move.by_me
        and move.new_start is not None
        and -_SEEN_AFTERWARDS <= lead < timedelta(hours=params.hours)
        and move.seen_at <= context.now < move.seen_at + _FRESH
    )


RULE = Rule(
    id="late_change",
    severity=Severity.WARNING,
    params=LateChangeParams,
    check=_check,
    basis="A",
    summary="You moved the call less than 24 hours before its old start; for a day after the change.",
)
