"""The other side has often not been there: an invitation that was accepted once is no confirmation."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from termintreu.judging.rules.common.base import Context, Params, Rule
from termintreu.judging.rules.common.deadlines import hours_before
from termintreu.judging.rules.common.participants import who
from termintreu.model import Call, Finding, Severity, msg


class TheirNoShowsParams(Params):
    """[rules.their_no_shows]"""

    calls: int = Field(default=3, ge=1)
    """So many calls must show whether they come."""
    share: float = Field(default=0.2, gt=0, lt=1)
    """From this share on (the lower bound of what the calls prove) they are taken to stay away often."""
    hours: int = Field(default=24, ge=0)
    """It should be confirmed this many hours before the call."""


def _check(call: Call, context: Context, params: TheirNoShowsParams) -> Iterable[Finding]:
    track = context.relationships.get(call.contact.key)
    if track is None or "confirmed" in call.words or track.meetings < params.calls:
        return
    if track.no_show_bound >= params.share:
        yield Finding(
            rule="their_no_shows",
            severity=Severity.ADVICE,
            message=msg(
                "{who} was not there for {count} of {total} calls.",
                who=who(call),
                count=track.no_shows,
                total=track.meetings,
            ),
            matter=msg("get a confirmation"),
            ask=msg("Get a confirmation, even if the invitation is accepted; #confirmed in the title settles this."),
            settle_by=hours_before(call, context, params.hours),
        )


RULE = Rule(
    id="their_no_shows",
    severity=Severity.ADVICE,
    params=TheirNoShowsParams,
    check=_check,
    basis="E",
    summary="At least three calls show whether they come, and by all likelihood they stay away from a fifth or more.",
)
