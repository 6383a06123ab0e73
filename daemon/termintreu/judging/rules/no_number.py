"""A phone call without a number: it would fail at the moment of dialling."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from pydantic import Field

from termintreu.judging.rules.common.base import Context, Params, Rule
from termintreu.judging.rules.common.deadlines import hours_before
from termintreu.judging.rules.common.participants import is_among_colleagues
from termintreu.judging.rules.common.private_notes import is_private_note
from termintreu.model import Call, Finding, Severity, msg

_LATELY = timedelta(days=60)
"""What was known then is not forgotten."""
_UNKNOWN = timedelta(days=3)
"""For so long it may not be said yet how a call went."""


class NoNumberParams(Params):
    """[rules.no_number]"""

    hours: int = Field(default=24, ge=0)
    """The number should be there this many hours before the call."""


def _check(call: Call, context: Context, params: NoNumberParams) -> Iterable[Finding]:
    if _lacks_number(call):
        light = (
            is_private_note(call, context)
            or is_among_colleagues(call.occurrence, context.me)
            or _was_reached_without(call, context)
            or _is_missed_earlier(call, context)
        )
        yield Finding(
            rule="no_number",
            severity=Severity.ADVICE if light else Severity.WARNING,
            message=msg("There is no number to call, neither in the event nor in your contacts."),
            matter=msg("number missing"),
            ask=msg("Get the number and put it into the event."),
            settle_by=hours_before(call, context, params.hours),
        )


def _lacks_number(call: Call) -> bool:
    """While it is unclear who calls, the user may have to."""
    may_be_mine = call.caller in {"me", "unclear"}
    return call.kind == "phone" and may_be_mine and call.reach.phone is None and call.reach.url is None


def _was_reached_without(call: Call, context: Context) -> bool:
    """Whether the user has talked with them lately, and no number stood there either: it is known elsewhere."""
    track = context.relationships.get(call.contact.key)
    if track is None or track.meetings <= track.no_shows:
        return False
    return any(
        one.contact_key == call.contact.key and one.kind == "phone" and one.caller != "them"
        for one in context.history.calls.values()
        if one.phone is None and context.now - _LATELY < one.start < context.now
    )


def _is_missed_earlier(call: Call, context: Context) -> bool:
    """Whether a call with the same contact before it lacks the number, too: it is got once, for the first of them.
    Where that one has begun, and nobody has said how it went, it was told of already."""
    return any(
        other.contact.key == call.contact.key
        and context.now - _UNKNOWN < other.start < call.start
        and other.key not in context.settled
        and _lacks_number(other)
        for other in context.calls
    )


RULE = Rule(
    id="no_number",
    severity=Severity.WARNING,
    params=NoNumberParams,
    check=_check,
    basis="A",
    summary="You have to make the phone call, and there is no number in the event, the contact or an earlier "
    "appointment with the same contact. Advice for what you noted alone in a private calendar, among colleagues, where "
    "you talked lately without a number, and for the later ones of several calls with one contact.",
)
