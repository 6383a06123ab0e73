"""The user moved or cancelled the call at short notice: an invitation may go unread, a word by phone does not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from pydantic import Field

from termintreu.judging.rules.common.base import Context, Params, Rule
from termintreu.judging.rules.common.deadlines import settled_by
from termintreu.judging.rules.common.participants import who
from termintreu.model import Call, Finding, Message, Move, Severity, msg, slot_of
from termintreu.model.basis import read_basis

_SEEN_AFTERWARDS = timedelta(hours=1)
"""A move that was made before the old start may be seen this much after it: between two polls, or on waking up."""
FRESH = timedelta(hours=24)
"""The advice stands this long; later the other side knows, one way or the other."""


class LateChangeParams(Params):
    """[rules.late_change]"""

    hours: int = Field(default=24, ge=1)
    """A change less than this many hours before the old start."""
    settle_minutes: int = Field(default=30, ge=0)
    """The person should be told within this many minutes."""


def _check(call: Call, context: Context, params: LateChangeParams) -> Iterable[Finding]:
    late = _late_changes(call, context, params)
    if late and "confirmed" not in call.words and not _was_declined(call, context):
        yield Finding(
            rule="late_change",
            severity=Severity.WARNING,
            message=_sentence(late[-1]),
            matter=msg("say that it has moved") if late[-1].new_start is not None else msg("say that it is off"),
            ask=msg("Tell {who} by phone; #confirmed in the title settles this.", who=who(call))
            if late[-1].new_start is not None
            else msg("Tell {who} by phone.", who=who(call)),
            settle_by=settled_by(call, context, late[-1].seen_at + timedelta(minutes=params.settle_minutes)),
        )


def _late_changes(call: Call, context: Context, params: LateChangeParams) -> list[Move]:
    """Moves of a call that stands, or the end of one that does not: a call that came back was not cancelled."""
    record = context.history.calls.get(call.key)
    if record is None:
        return []
    gone = record.gone_at is not None
    return [move for move in record.moves if (move.new_start is None) == gone and _is_late(move, context, params)]


def _was_declined(call: Call, context: Context) -> bool:
    """Whether everybody else had declined a call that went: then nobody waits for it."""
    told = context.history.items.get(slot_of(call.key, "warning"))
    if told is None or told.anchor != call.start or call.key not in {gone.key for gone in context.gone}:
        return False
    return "declined" in dict(read_basis(told.basis).severities)


def _is_late(move: Move, context: Context, params: LateChangeParams) -> bool:
    lead = move.old_start - move.seen_at
    return (
        move.by_me
        and -_SEEN_AFTERWARDS <= lead < timedelta(hours=params.hours)
        and move.seen_at <= context.now < move.seen_at + FRESH
    )


def _sentence(move: Move) -> Message:
    if move.new_start is None:
        return msg("You cancelled it at short notice; it was to be {old:at}.", old=move.old_start)
    return msg("You moved it at short notice, away from {old:at}.", old=move.old_start)


RULE = Rule(
    id="late_change",
    severity=Severity.WARNING,
    params=LateChangeParams,
    check=_check,
    basis="A",
    summary="You moved or cancelled the call less than 24 hours before its old start; for a day after the "
    "change; not where everybody else had declined it.",
    gone=True,
)
