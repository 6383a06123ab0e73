"""An invitation that the user has not answered: whatever is found, the answer comes first. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from termintreu.config import MeConfig
from termintreu.judging.rules.common.participants import my_attendance
from termintreu.model import Call, Finding, Occurrence, msg


def is_unanswered(occurrence: Occurrence, me: MeConfig) -> bool:
    """Whether somebody else invited, and waits for the user's answer."""
    mine = my_attendance(occurrence, me)
    return mine is not None and mine.partstat in {"NEEDS-ACTION", "TENTATIVE"}


def asked_to_answer(call: Call, me: MeConfig, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings, each of which asks for the answer and for nothing else while that is open."""
    if not is_unanswered(call.occurrence, me):
        return tuple(findings)
    own = (one.ask for one in findings if one.rule == "not_committed")
    answer = next(own, None) or msg("Answer the invitation: accept or decline.")
    matter = msg("answer the invitation")
    return tuple(replace(one, matter=matter, ask=answer, offers_times=False) for one in findings)
