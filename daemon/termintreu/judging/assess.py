"""What threatens each call: every rule on every call, then the rules that weigh the others' findings. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial

from termintreu.judging.grounds import Surroundings, holds_until, is_steady
from termintreu.judging.recovered_history import as_call
from termintreu.judging.rules.common.base import Context, Findings, Params, Rule
from termintreu.judging.rules.common.loose import is_loose
from termintreu.judging.rules.common.unanswered import asked_to_answer
from termintreu.judging.rules.late_change import FRESH
from termintreu.model import Call, Finding, History
from termintreu.model.kept import Kept
from termintreu.recognition.contacts.book import ContactBook


def assess(
    context: Context,
    rules: Sequence[Rule],
    params: Mapping[str, Params],
    disabled: Collection[str] = (),
    kept: Kept[tuple[Finding, ...]] | None = None,
) -> Findings:
    """The findings of each call that has any, by call key; most severe first, then the most urgent.

    Args:
        context: what the rules may look at; its `now` decides which calls still lie ahead.
        rules: usually `termintreu.judging.rules.RULES`; those that weigh findings run in this order.
        params: parameters by rule id; a rule that is missing here has its defaults.
        disabled: ids of rules that are left out.
        kept: what was found before by the same rules and parameters.
    """
    kept = Kept() if kept is None else kept
    active = [(rule, params.get(rule.id) or rule.params()) for rule in rules if rule.id not in disabled]
    of_gone = [(rule, own) for rule, own in active if rule.gone]
    open_calls = [call for call in context.calls if call.key not in context.settled]
    surroundings, now = Surroundings.of(context, params), context.now
    found = {
        call.key: kept(
            call.key,
            surroundings.grounds(call),
            partial(_assess_call, call, context, active),
            now=now,
            until=partial(holds_until, now=now),
        )
        if is_steady(call, context)
        else _assess_call(call, context, active)
        for call in open_calls
    }
    # A call that went counts as settled, and is looked at all the same: somebody may still wait for it.
    found |= {call.key: _assess_call(call, context, of_gone) for call in context.gone}
    return {key: findings for key, findings in found.items() if findings}


def gone_calls(history: History, now: datetime, book: ContactBook | None = None) -> tuple[Call, ...]:
    """The calls that went from the calendar within the last day and were still to come, for `Context.gone`."""
    fresh = [
        as_call(record, book)
        for record in history.calls.values()
        if record.gone_at is not None and record.gone_at > now - FRESH and record.start > now
    ]
    return tuple(sorted(fresh, key=lambda call: (call.start, call.key)))


def _assess_call(call: Call, context: Context, applying: Sequence[tuple[Rule, Params]]) -> tuple[Finding, ...]:
    relevant = [(rule, own) for rule, own in applying if rule.begun or _latest_start(call) > context.now]
    findings = tuple(finding for rule, own in relevant for finding in rule.check(call, context, own))
    for rule, own in relevant:
        if rule.weighs is not None:
            findings = tuple(rule.weighs(call, context, own, findings))
    return tuple(sorted(asked_to_answer(call, context.me, findings), key=_weight))


def _latest_start(call: Call) -> datetime:
    """Until when the call lies ahead: one without an exact time may still come at any minute of its window."""
    return call.window.end if call.window is not None and is_loose(call) else call.start


def _weight(finding: Finding) -> int:
    """The gravest first, of equal ones in the rules' order: what only counts down to its deadline changes no order."""
    return -finding.severity
