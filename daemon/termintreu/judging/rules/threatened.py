"""The call is about to fall through: the user says so, or too much stands against it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from pydantic import Field

from termintreu.judging.rules.common.base import Context, Params, Rule
from termintreu.judging.rules.common.deadlines import settled_by
from termintreu.judging.rules.common.participants import takes_place_anyway, who
from termintreu.judging.rules.common.unanswered import is_unanswered
from termintreu.model import Call, Finding, Severity, msg, slot_of
from termintreu.model.basis import read_basis

_THREATS = {"conflict", "no_buffer", "unconfirmed", "not_committed", "odd_time", "absence"}


class ThreatenedParams(Params):
    """[rules.threatened]"""

    findings: int = Field(default=2, ge=1)
    """This many of conflict, no_buffer, unconfirmed, not_committed, odd_time, absence are a threat together."""
    hours: int = Field(default=24, ge=1)
    """They count from this many hours before the call on."""
    settle_minutes: int = Field(default=60, ge=0)
    """The person should be called within this many minutes."""


def _check(_call: Call, _context: Context, _params: ThreatenedParams) -> Iterable[Finding]:
    """It rests on the findings of the others."""
    return ()


def _weighs(call: Call, context: Context, params: ThreatenedParams, findings: tuple[Finding, ...]) -> Iterable[Finding]:
    yield from findings
    threats = () if "threatened" in call.words else _threats(call, context, params, findings)
    if "threatened" in call.words or threats:
        matters = tuple(finding.matter or finding.message for finding in threats)
        yield Finding(
            rule="threatened",
            severity=Severity.CRITICAL,
            message=msg("Threatened: {matters:commas}.", matters=matters)
            if matters
            else msg("You marked this call as threatened."),
            matter=msg("{matters:commas}", matters=matters[:2]) if matters else msg("threatened"),
            ask=msg("Call {who} now, and offer other times.", who=who(call)),
            settle_by=settled_by(call, context, context.now + timedelta(minutes=params.settle_minutes)),
            offers_times=True,
        )


def _threats(
    call: Call, context: Context, params: ThreatenedParams, findings: tuple[Finding, ...]
) -> tuple[Finding, ...]:
    """What stands against the call, the gravest first; nothing where it is too little, or too early."""
    counting = _THREATS - _done_with(call, context)
    if call.occurrence.status != "TENTATIVE" and takes_place_anyway(call.occurrence, context.me):
        counting -= {"unconfirmed"}
    if is_unanswered(call.occurrence, context.me):
        counting -= {"odd_time"}  # the hour is not agreed yet: the answer says whether it suits
    open_ones = [one for one in findings if one.rule in counting and one.at_call is None and not _is_meant(one)]
    threats = {finding.rule: finding for finding in sorted(open_ones, key=lambda one: -one.severity)}
    near = context.now >= call.start - timedelta(hours=params.hours)
    return tuple(threats.values()) if near and len(threats) >= params.findings else ()


def _is_meant(finding: Finding) -> bool:
    """Whether it is an odd hour that is meant (see `odd_time`)."""
    return finding.rule == "odd_time" and finding.severity < Severity.WARNING


def _done_with(call: Call, context: Context) -> frozenset[str]:
    """Rules whose warning about the call the user has ticked or deleted: they are no open points any more."""
    told = context.history.items.get(slot_of(call.key, "warning"))
    if told is None or told.anchor != call.start or told.status not in {"done", "declined", "dismissed"}:
        return frozenset()
    return frozenset(dict(read_basis(told.basis).severities))


RULE = Rule(
    id="threatened",
    severity=Severity.CRITICAL,
    params=ThreatenedParams,
    check=_check,
    basis="A",
    summary="You marked it with #threatened; or, from 24 hours before, at least two of conflict, no_buffer, "
    "unconfirmed, not_committed, odd_time and absence are open. What you ticked or deleted is open no more; nor is the "
    "hour of an invitation that you have not answered.",
    weighs=_weighs,
)
