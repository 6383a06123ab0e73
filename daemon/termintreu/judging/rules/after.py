"""The rules for what comes after a call, and for the week: their names, parameters and reasons. Pure data.

They judge no single call ahead, so they are no findings: the planners in `planning` carry them out, each under the name
that it has here. In the configuration they are rules like the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from pydantic import Field

from termintreu.config.values import DayTime, Duration
from termintreu.judging.rules.common.base import Params


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterRule:
    """One of them."""

    id: str
    params: type[Params] = Params
    basis: str = "J"
    """As `Rule.basis`."""
    summary: str = ""
    """One English sentence for the manual: when it comes into play."""
    writes: str = ""
    """What it writes, for the manual."""


class OutcomeOpenParams(Params):
    """[rules.outcome_open]"""

    ask: Literal["all", "mine", "critical", "none"] = "all"
    """After which calls to ask whether they took place: "all", "mine" (calls you had to make), "critical", "none"."""
    when: Literal["daily", "each"] = "daily"
    """"daily": one question about all calls since the last one; "each": one a call. Critical calls always have one."""
    at: tuple[DayTime, ...] = Field(default=(), max_length=6)
    """When to ask daily, on workdays; default: when the longest pause of the working hours begins, and at their end."""
    after: Duration = timedelta(minutes=15)
    """How long after the end of a call to ask about it alone."""
    withdraw_after: Duration = timedelta(days=3)
    """An unanswered question is withdrawn after this time."""


class MissedByUsParams(Params):
    """[rules.missed_by_us]"""

    minutes: int = Field(default=30, ge=5)
    """The call back is due this many minutes after the start, and an hour after its alarm at the earliest."""


class LateParams(Params):
    """[rules.late]"""

    minutes: int = Field(default=15, ge=1)
    """From this many minutes on a task asks to acknowledge it."""


class MissedByThemParams(Params):
    """[rules.missed_by_them]"""

    tries: int = Field(default=3, ge=1, le=3)
    """So often it is tried at the most."""
    second_minutes: int = Field(default=10, ge=2)
    """The second try comes this many minutes after the start."""
    third_minutes: int = Field(default=30, ge=2)
    """The third try comes this many minutes after the start."""
    hour: int = Field(default=10, ge=0, le=23)
    """The task to propose another time comes at this hour of the next workday."""


class RecoveryParams(Params):
    """[rules.recovery]"""

    check_days: int = Field(default=7, ge=1)
    """How many days after the call back to look whether all is well."""
    critical_days: int = Field(default=60, ge=0)
    """For so many days after a miss the contact's calls count as critical, and the open steps stay."""


class RepeatParams(Params):
    """[rules.repeat]"""

    failures: int = Field(default=2, ge=2)
    """From so many failures of yours with one contact on a talk is due."""
    days: int = Field(default=180, ge=1)
    """They count for this many days."""


class WeeklyParams(Params):
    """[rules.weekly]"""

    hour: int = Field(default=8, ge=0, le=23)
    """The hour of the first workday at which the week is looked at."""


AFTER: tuple[AfterRule, ...] = (
    AfterRule(
        id="outcome_open",
        params=OutcomeOpenParams,
        basis="A",
        summary="Nobody knows yet whether the calls since the last question took place (a critical one: 15 minutes "
        "after its end).",
        writes="one task about all of them: a tick means yes, a number and a word except one; unanswered it is "
        "withdrawn after 3 days",
    ),
    AfterRule(
        id="missed_by_us",
        params=MissedByUsParams,
        basis="A",
        summary="You were to call, and a call log shows that nothing came of it (not for calls in a private calendar); "
        "or you wrote #missed.",
        writes="a task of the highest priority: call back at once and own it; three free times; what the log shows",
    ),
    AfterRule(
        id="late",
        params=LateParams,
        basis="A",
        summary="The log shows that you began 15 minutes late or more.",
        writes="a small task: acknowledge it",
    ),
    AfterRule(
        id="missed_by_them",
        params=MissedByThemParams,
        summary="You tried in time and nobody was there; or you wrote #noshow.",
        writes="reminders to try again, then a task to propose another time",
    ),
    AfterRule(
        id="excuse_guard",
        basis="A",
        summary="The notes claim tries or a busy line that the log does not show.",
        writes="a line in the recovery: what the log shows, and not to claim otherwise",
    ),
    AfterRule(
        id="recovery",
        params=RecoveryParams,
        basis="A, E",
        summary="A miss of yours is confirmed.",
        writes="after the call back: amends on the next workday, a look 7 days later; for 60 days all calls with the "
        "contact count as critical",
    ),
    AfterRule(
        id="repeat",
        params=RepeatParams,
        basis="E",
        summary="At least two failures of yours with one contact in 180 days.",
        writes="a task: a personal talk",
    ),
    AfterRule(
        id="weekly",
        params=WeeklyParams,
        basis="A",
        summary="The first workday of a week with calls, at 8:00.",
        writes="one event: the week's calls by day, which are threatened, what to settle or to have confirmed",
    ),
    AfterRule(
        id="blind",
        basis="E",
        summary="A calendar, a call log or an address book cannot be read for `[alerts] blind_after`, or its log-in is "
        "refused; or a calendar that was read is no longer shared.",
        writes="one task: what is not seen, since when, why, and what mends it; it goes when it is read again",
    ),
)
"""Every one of them, in the manual's order."""
