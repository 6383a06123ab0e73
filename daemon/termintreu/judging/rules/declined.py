"""Everybody else has declined, yet the event still stands."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from termintreu.judging.rules.common.base import Context, Params, Rule
from termintreu.judging.rules.common.deadlines import promptly
from termintreu.judging.rules.common.participants import named, other_attendees, other_organizer
from termintreu.model import Call, Finding, Severity, msg


class DeclinedParams(Params):
    """[rules.declined]"""

    work_hours: int = Field(default=4, ge=0)
    """Working hours from now within which it should be settled."""
    hours: int = Field(default=1, ge=0)
    """It should be settled this many hours before the call at the latest."""


def _check(call: Call, context: Context, params: DeclinedParams) -> Iterable[Finding]:
    others = other_attendees(call.occurrence, context.me)
    if not others or any(person.partstat != "DECLINED" for person in others):
        return
    organizer = other_organizer(call.occurrence, context.me)
    if organizer is not None and organizer.email not in {person.email for person in others}:
        return  # whoever invited and is no attendee still comes
    yield Finding(
        rule="declined",
        severity=Severity.WARNING,
        message=msg("Declined by {people}, but still in the calendar.", people=named(others)),
        matter=msg("has declined") if len(others) == 1 else msg("all have declined"),
        ask=msg("Agree on a new time, or delete the event."),
        settle_by=promptly(call, context, params.work_hours, params.hours),
        offers_times=True,
    )


RULE = Rule(
    id="declined",
    severity=Severity.WARNING,
    params=DeclinedParams,
    check=_check,
    basis="A",
    summary="Every other attendee has declined, and the event still stands.",
)
