"""Somebody has not said yes: the calls that most often come to nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from pydantic import Field

from termintreu.config import MeConfig
from termintreu.judging.rules.common.base import Context, Params, Rule
from termintreu.judging.rules.common.deadlines import hours_before
from termintreu.judging.rules.common.participants import (
    colleagues,
    named,
    other_attendees,
    other_organizer,
    takes_place_anyway,
)
from termintreu.model import Call, Finding, Message, Person, Severity, msg

_ANSWERED = {"ACCEPTED", "DECLINED", "DELEGATED"}
"""PARTSTAT that leaves nothing open; who delegated has named somebody else, who is asked in turn."""


class UnconfirmedParams(Params):
    """[rules.unconfirmed]"""

    hours: int = Field(default=72, ge=1)
    """From this many hours before the call on it is advice."""
    warning_hours: int = Field(default=24, ge=0)
    """From this many hours before the call on it is a warning; until then it should be settled."""


def _check(call: Call, context: Context, params: UnconfirmedParams) -> Iterable[Finding]:
    if "confirmed" in call.words or context.now < call.start - timedelta(hours=params.hours):
        return
    waiting = _waiting_for(call, context.me)
    if waiting or call.occurrence.status == "TENTATIVE":
        late = context.now >= call.start - timedelta(hours=params.warning_hours)
        certain = bool(waiting) and (
            takes_place_anyway(call.occurrence, context.me) or other_organizer(call.occurrence, context.me) is not None
        )
        yield Finding(
            rule="unconfirmed",
            severity=Severity.WARNING if late and not certain else Severity.ADVICE,
            message=_sentence(waiting),
            matter=msg("not confirmed"),
            ask=msg("Get a confirmation; #confirmed in the title settles this."),
            settle_by=hours_before(call, context, params.warning_hours),
        )


def _waiting_for(call: Call, me: MeConfig) -> list[Person]:
    """Other people without an answer. The organizer has agreed by inviting, colleagues come to their team's calls."""
    organizer, team = call.occurrence.organizer, colleagues(call.occurrence, me)
    return [
        person
        for person in other_attendees(call.occurrence, me)
        if person.partstat not in _ANSWERED
        and (organizer is None or person.email != organizer.email)
        and person.email not in team
    ]


def _sentence(waiting: list[Person]) -> Message:
    if waiting:
        return msg("Not confirmed yet by {people}.", people=named(waiting))
    return msg("The appointment is still marked as tentative.")


RULE = Rule(
    id="unconfirmed",
    severity=Severity.ADVICE,
    params=UnconfirmedParams,
    check=_check,
    basis="E",
    summary="From 72 hours before: the event is tentative, or another attendee has neither accepted nor declined; "
    "a warning from 24 hours before. Colleagues in a call of three or more from your own mail domain are not "
    "waited for. It stays advice where somebody else invites or another guest has accepted, and in a series after its "
    "first time.",
)
