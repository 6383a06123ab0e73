"""An invitation that the user has not answered: whatever is found, the answer comes first. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from termintreu.judging.rules.common.base import Context
from termintreu.judging.rules.common.participants import my_attendance
from termintreu.model import Call, Finding, msg

_OWN = frozenset({"not_committed", "no_buffer", "chain", "overrun", "odd_time", "damaged", "late_change"})
"""Rules that ask for nothing from whoever invited."""


def is_unanswered(call: Call, context: Context) -> bool:
    """Whether somebody else invited, and waits for the user's answer."""
    mine = my_attendance(call.occurrence, context.me)
    return mine is not None and mine.partstat in {"NEEDS-ACTION", "TENTATIVE"}


def asked_to_answer(call: Call, context: Context, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, none of which asks to speak to whoever invited while the user's own answer is open."""
    if not is_unanswered(call, context):
        return tuple(findings)
    answer = msg("Answer the invitation: accept or decline.")
    return tuple(
        one if one.rule in _OWN or one.at_call is not None else replace(one, ask=answer, offers_times=False)
        for one in findings
    )
