"""Prints the path of every option of the program on PYTHONPATH, one a line: kept as `configurations/options.txt` beside
the configurations that a version took, so that they can be shown to leave none out.
"""

from __future__ import annotations

from collections.abc import Iterator

from termintreu.config.problems import section_at
from termintreu.config.schema import Config, SecretRef, Section
from termintreu.judging.rules import rule_params


def options(model: type[Section], before: str = "") -> Iterator[str]:
    for name in model.model_fields:
        section = section_at(model, (name,))
        if section is None or section is SecretRef:
            yield before + name
        else:
            yield from options(section, f"{before}{name}.")


if __name__ == "__main__":
    found = {*options(Config)} - {"rules"} | {"rules.disabled"}
    found |= {f"rules.{rule}.{name}" for rule, model in rule_params().items() for name in model.model_fields}
    print("\n".join(sorted(found)))
