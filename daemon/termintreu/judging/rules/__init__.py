"""The rules, one file each. Pure: a rule sees one call and the context, and says what threatens the call.

Adding one: a file with its parameters and `RULE`, its line in RULES, its sentences in both catalogues, a golden case
for both sides of its border, and `make docs`. What it looks at beside its call has to be among `judging.grounds`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from termintreu.judging.rules import (
    absence,
    caller_unclear,
    chain,
    conflict,
    damaged,
    declined,
    fragile,
    late_change,
    long_lead,
    loose_promise,
    moved_often,
    no_buffer,
    no_link,
    no_number,
    not_committed,
    odd_time,
    overrun,
    their_no_shows,
    threatened,
    unconfirmed,
    vague_time,
    window_closing,
)
from termintreu.judging.rules.after import AFTER, AfterRule
from termintreu.judging.rules.common.base import Context, Findings, Params, Rule

RULES: tuple[Rule, ...] = (
    conflict.RULE,
    no_buffer.RULE,
    chain.RULE,
    no_number.RULE,
    no_link.RULE,
    caller_unclear.RULE,
    vague_time.RULE,
    window_closing.RULE,
    unconfirmed.RULE,
    declined.RULE,
    not_committed.RULE,
    long_lead.RULE,
    moved_often.RULE,
    late_change.RULE,
    odd_time.RULE,
    absence.RULE,
    overrun.RULE,
    threatened.RULE,
    damaged.RULE,
    fragile.RULE,
    their_no_shows.RULE,
    loose_promise.RULE,
)
"""Every rule, in the manual's order. Those that weigh the others' findings run in this order after all checks."""


EVERY: tuple[Rule | AfterRule, ...] = (*RULES, *AFTER)
"""All names that the configuration knows."""

ParamsT = TypeVar("ParamsT", bound=Params)
_IDS: Mapping[type[Params], str] = {rule.params: rule.id for rule in EVERY if rule.params is not Params}


def rule_params() -> Mapping[str, type[Params]]:
    """The parameters' type of each rule, for [rules.<id>] in the configuration."""
    return {rule.id: rule.params for rule in EVERY}


def params_of(given: Mapping[str, Params], wanted: type[ParamsT]) -> ParamsT:
    """The parameters of a rule, by their type; its defaults where none are given."""
    own = given.get(_IDS[wanted])
    return own if isinstance(own, wanted) else wanted()


def rule_summaries() -> Mapping[str, str]:
    """One sentence for each rule."""
    return {rule.id: rule.summary for rule in EVERY}


__all__ = [
    "AFTER",
    "EVERY",
    "RULES",
    "AfterRule",
    "Context",
    "Findings",
    "Params",
    "ParamsT",
    "Rule",
    "params_of",
    "rule_params",
    "rule_summaries",
]
