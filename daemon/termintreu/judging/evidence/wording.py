"""What the logs show of a call, in one plain sentence and without a judgement. Pure."""

from __future__ import annotations

from termintreu.judging.evidence.matching import numbers_of
from termintreu.model import Call, Evidence, Message, msg


def what_the_log_shows(evidence: Evidence, call: Call) -> Message:
    """One plain sentence, for the recovery, for `explain`: what happened, and no judgement."""
    number = numbers_of(call)[0]
    if evidence.begun_at is not None:
        return _talk(evidence)
    if evidence.not_taken:
        return msg("Call log: they called at {times:clock}, and the call was not answered.", times=evidence.not_taken)
    if evidence.attempts and evidence.talked_later_at is not None:
        return msg(
            "Call log: {n:attempt|attempts}, {times:clock}, nobody reached; talked on {later:at}.",
            n=len(evidence.attempts),
            times=evidence.attempts,
            later=evidence.talked_later_at,
        )
    if evidence.attempts:
        return msg(
            "Call log: {n:attempt|attempts}, {times:clock}, nobody reached.",
            n=len(evidence.attempts),
            times=evidence.attempts,
        )
    if evidence.unclear:
        return msg("Call log: a call of a minute at most, {times:clock}.", times=evidence.unclear)
    if not evidence.healthy:
        return msg("The call log does not cover all of this call yet.")
    span = {"number": number, "when": (evidence.since, evidence.until)}
    if call.caller == "them":
        return msg("Call log: no call from {number:number} ({when:hours}).", **span)
    return msg("Call log: no call to {number:number} ({when:hours}).", **span)


def shows_anything(evidence: Evidence) -> bool:
    """Whether the logs tell more than that they do not reach so far yet."""
    return bool(
        evidence.healthy or evidence.begun_at is not None or evidence.attempts or evidence.unclear or evidence.not_taken
    )


def _talk(evidence: Evidence) -> Message:
    values = {"begun": evidence.begun_at}
    if evidence.running:
        return msg("Call log: talking since {begun:clock}.", **values)
    if evidence.late_minutes is not None:
        return msg(
            "Call log: the call began at {begun:clock}; the first try was {late:minutes} late.",
            late=evidence.late_minutes,
            **values,
        )
    if evidence.attempts:
        return msg(
            "Call log: the call began at {begun:clock}, after {n:attempt|attempts}.",
            n=len(evidence.attempts),
            **values,
        )
    return msg("Call log: the call began at {begun:clock}.", **values)
