"""A video call without a link: nobody could join."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from pydantic import Field

from termintreu.judging.rules.common.base import Context, Params, Rule
from termintreu.judging.rules.common.deadlines import hours_before
from termintreu.judging.rules.common.participants import other_organizer
from termintreu.judging.rules.common.private_notes import is_private_note
from termintreu.model import Call, Finding, Severity, msg


class NoLinkParams(Params):
    """[rules.no_link]"""

    hours: int = Field(default=24, ge=0)
    """The link should be there this many hours before the call."""
    invited_hours: int = Field(default=48, ge=0)
    """Where somebody else invites, who sends the link, it is a warning only from this many hours before the call on."""


def _check(call: Call, context: Context, params: NoLinkParams) -> Iterable[Finding]:
    """A dial-in with its code is a way in, too."""
    early = context.now < call.start - timedelta(hours=params.invited_hours)
    theirs = early and other_organizer(call.occurrence, context.me) is not None
    light = theirs or is_private_note(call, context)
    if call.kind == "video" and call.reach.url is None and call.reach.pin is None:
        yield Finding(
            rule="no_link",
            severity=Severity.ADVICE if light else Severity.WARNING,
            message=msg("There is no link to join the video call."),
            matter=msg("link missing"),
            ask=msg("Get the link and put it into the event."),
            settle_by=hours_before(call, context, params.hours),
        )


RULE = Rule(
    id="no_link",
    severity=Severity.WARNING,
    params=NoLinkParams,
    check=_check,
    basis="J",
    summary="The video call has no link to join; where somebody else invites, advice until 48 hours before; "
    "advice for what you noted alone in a private calendar.",
)
