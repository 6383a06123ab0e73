"""The user is away on the day of the call."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from pydantic import Field

from termintreu.judging.rules.common.base import Context, Params, Rule
from termintreu.judging.rules.common.deadlines import promptly
from termintreu.judging.rules.common.loose import identity, is_loose
from termintreu.judging.rules.common.occupied import has_free_stretch, overlap, reachable_spans
from termintreu.judging.rules.common.participants import colleagues, is_among_colleagues, title, who
from termintreu.model import Call, Finding, Occurrence, Severity, msg


class AbsenceParams(Params):
    """[rules.absence]"""

    work_hours: int = Field(default=4, ge=0)
    """Working hours from now within which it should be settled."""


def _check(call: Call, context: Context, params: AbsenceParams) -> Iterable[Finding]:
    away = None if context.is_private(call) else _away(call, context)
    if away is not None:
        yield Finding(
            rule="absence",
            severity=Severity.ADVICE if _is_told_of(call, away, context) else Severity.WARNING,
            message=msg("You are away that day: “{title}”.", title=title(away)),
            matter=msg("you are away"),
            ask=msg("Tell {who} early and personally, and offer other times.", who=who(call)),
            settle_by=promptly(call, context, params.work_hours),
            offers_times=True,
        )


def _is_told_of(call: Call, away: Occurrence, context: Context) -> bool:
    """Whether it is one of a series of a team, with nobody else, and not the first of them during the absence: the
    colleagues are told once."""
    occurrence, me = call.occurrence, context.me
    before = occurrence.previous_start
    is_a_teams = is_among_colleagues(occurrence, me) and bool(colleagues(occurrence, me))
    return is_a_teams and before is not None and before >= away.start


def _away(call: Call, context: Context) -> Occurrence | None:
    """The absence during the call; for a call without an exact time one that leaves none of its window."""
    absences = [one for one in context.absences if identity(one) != identity(call.occurrence)]
    if is_loose(call):
        spans = reachable_spans(call, context)
        if has_free_stretch(spans, absences, timedelta(minutes=1)):
            return None
        return next((one for one in absences if one.start < spans[-1][1] and one.end > spans[0][0]), None)
    return next((one for one in absences if overlap(call, one) > timedelta(0)), None)


RULE = Rule(
    id="absence",
    severity=Severity.WARNING,
    params=AbsenceParams,
    check=_check,
    basis="A",
    summary="An all-day busy event says that you are away that day (holiday, sick, out of office); not for calls in a "
    "private calendar. Advice for one of a series of a team of colleagues, but for the first during the absence.",
)
