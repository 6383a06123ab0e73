"""The page of the rules, made from RULES. Pure; nothing is said here that a rule does not say itself."""

from __future__ import annotations

import json

from termintreu.config.descriptions import describe
from termintreu.judging.rules import AFTER, EVERY, RULES, AfterRule, Rule

_HEAD = """\
# Rules

What termintreu looks for before a call, and what it does after it. Each finding says why, what to do, and until when;
all findings of one call stand in one task, the gravest first. A rule is left out with `disabled` in `[rules]`, and
tuned in its own table:

```toml
[rules]
disabled = ["chain"]

[rules.no_buffer]
minutes = 15
```

Severities, rising: info, advice, warning, critical. Basis: **A** follows from an article by the telephone trainer
Claudia Fischer on appointments that fell through, **E** from studies, **J** is our judgement.

This page is made from the rules themselves: `make docs`.
"""


def page() -> str:
    """The whole page, in Markdown."""
    describe()
    rows = ["| rule | when | severity | basis |", "|---|---|---|---|", *(_row(rule) for rule in RULES)]
    after = ["| rule | when | writes | basis |", "|---|---|---|---|", *(_after_row(rule) for rule in AFTER)]
    parts = [_HEAD, "## Before the call", "", *rows, "", "## After the call, and for the week", "", *after, ""]
    return "\n".join([*parts, "## Parameters", "", *_parameters(), ""])


def _row(rule: Rule) -> str:
    return f"| `{rule.id}` | {rule.summary} | {rule.severity.label} | {rule.basis} |"


def _after_row(rule: AfterRule) -> str:
    return f"| `{rule.id}` | {rule.summary} | {rule.writes} | {rule.basis} |"


def _parameters() -> list[str]:
    rows = ["| rule | parameter | default | meaning |", "|---|---|---|---|"]
    for rule in EVERY:
        for name, value in rule.params().model_dump(mode="json").items():
            meaning = rule.params.options()[name].description
            rows.append(f"| `{rule.id}` | `{name}` | `{json.dumps(value)}` | {meaning} |")
    return rows
