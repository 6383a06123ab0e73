"""The relationship has suffered through us: the next call must be a good one, and stricter care is taken of it.

The care itself stands where it is taken: a longer pause before the call in `no_buffer`, earlier reminders and one on
the day before in `planning.reminders`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from pydantic import Field

from termintreu.judging.rules.common.base import Context, Params, Rule
from termintreu.judging.rules.common.deadlines import hours_before
from termintreu.judging.rules.common.participants import who
from termintreu.model import Call, Finding, Severity, TrackRecord, msg

_UNKNOWN = timedelta(days=3)
"""For so long it may not be said yet how a call went."""


class DamagedParams(Params):
    """[rules.damaged]"""

    rating: float = Field(default=0.7, gt=0, lt=1)
    """Below this rating of yours the relationship counts as damaged, once you have failed a promise."""
    outcomes: int = Field(default=1, ge=1)
    """So many outcomes must be known."""
    days: int = Field(default=14, ge=1)
    """Calls at most this many days ahead are looked at."""
    hours: int = Field(default=24, ge=0)
    """You should be prepared this many hours before the call."""


def damaged_contacts(relationships: Mapping[str, TrackRecord], params: DamagedParams) -> frozenset[str]:
    """Keys of the contacts with whom the relationship is damaged.

    A low rating alone is none: somebody new begins at 0.5, and is far from 0.7 after one call that was held.
    """
    return frozenset(
        key
        for key, track in relationships.items()
        if track.failures > 0 and track.outcomes >= params.outcomes and track.ours < params.rating
    )


def _check(call: Call, context: Context, params: DamagedParams) -> Iterable[Finding]:
    if call.contact.key in context.damaged and call.start <= context.now + timedelta(days=params.days):
        yield Finding(
            rule="damaged",
            severity=Severity.WARNING if _is_the_next(call, context) else Severity.ADVICE,
            message=msg("There is something to make up for with {who}.", who=call.contact.name)
            if call.contact.name
            else msg("There is something to make up for here."),
            matter=msg("prepare well"),
            ask=msg("Prepare well for {who}, and be on time to the minute.", who=who(call)),
            settle_by=hours_before(call, context, params.hours),
        )


def _is_the_next(call: Call, context: Context) -> bool:
    """Whether it is the first call since our last failure: one that went well, and the care that is taken of all of
    them, ask for no task of their own. So does one that has just been, while nobody has said how it went."""
    track = context.relationships[call.contact.key]
    if track.held_since_failure:
        return False
    since = max(min(track.failed_at or context.now, context.now), context.now - _UNKNOWN)
    return not any(
        other.contact.key == call.contact.key and since < other.start < call.start and other.key not in context.settled
        for other in context.calls
    )


RULE = Rule(
    id="damaged",
    severity=Severity.WARNING,
    params=DamagedParams,
    check=_check,
    basis="A",
    summary="You failed a promise to this contact, your rating is below 0.70, and a call is at most 14 days ahead: "
    "it gets a pause of 30 minutes before it, an earlier reminder, and one on the day before. A warning for the first "
    "call after the failure, advice for those after it.",
)
