"""What threatens each call: every rule on every call, then the rules that weigh the others' findings. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from termintreu.model import Call, Finding
from termintreu.rules.base import Context, Findings, Params, Rule

_NEVER = datetime.max.replace(tzinfo=UTC)


def assess(
    context: Context, rules: Sequence[Rule], params: Mapping[str, Params], disabled: Collection[str] = ()
) -> Findings:
    """The findings of each call that has any, by call key; most severe first, then the most urgent.

    Args:
        context: what the rules may look at; its `now` decides which calls still lie ahead.
        rules: usually `termintreu.rules.RULES`; those that weigh findings run in this order.
        params: parameters by rule id; a rule that is missing here has its defaults.
        disabled: ids of rules that are left out.
    """
    active = [(rule, params.get(rule.id) or rule.params()) for rule in rules if rule.id not in disabled]
    found = {}
    for call in context.calls:
        if call.key not in context.settled:
            findings = _assess_call(call, context, active)
            if findings:
                found[call.key] = findings
    return found


def _assess_call(call: Call, context: Context, active: Sequence[tuple[Rule, Params]]) -> tuple[Finding, ...]:
    relevant = [(rule, own) for rule, own in active if rule.begun or call.start > context.now]
    findings = tuple(finding for rule, own in relevant for finding in rule.check(call, context, own))
    for rule, own in relevant:
        if rule.weighs is not None:
            findings = tuple(rule.weighs(call, context, own, findings))
    return tuple(sorted(findings, key=_urgency))


def _urgency(finding: Finding) -> tuple[int, datetime]:
    return -finding.severity, finding.settle_by or _NEVER
