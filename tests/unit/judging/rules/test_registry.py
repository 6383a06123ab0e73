"""Whatever a rule needs beside its check: a name, its parameters' meaning, its sentences in every language, its row
in the manual, its golden cases."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file

from termintreu.config.descriptions import describe
from termintreu.judging import rules
from termintreu.judging.rules import RULES, Rule, rule_params
from termintreu.model.texts.catalogue import LANGUAGES, catalogue

ROOT = Path(__file__).resolve().parents[4]
GOLDEN = ROOT / "tests" / "golden" / "rules"

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def module_of(rule: Rule) -> Path:
    return Path(rules.__path__[0]) / f"{rule.id}.py"


def test_every_file_that_defines_a_rule_is_listed_once_under_its_name() -> None:
    names = [module.name for module in pkgutil.iter_modules(rules.__path__)]
    modules = {name: importlib.import_module(f"termintreu.judging.rules.{name}") for name in names}
    defined = {name: module.RULE for name, module in modules.items() if hasattr(module, "RULE")}
    assert {rule.id: rule for rule in RULES} == defined
    assert len(defined) == len(RULES)


@every_rule
def test_its_parameters_have_defaults_and_a_sentence_each(rule: Rule) -> None:
    assert rule.params is rule_params()[rule.id]
    assert rule.params() is not None
    describe()
    for name, field in rule.params.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
    assert rule.summary.endswith(".")


@every_rule
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_a_text_in_every_language(rule: Rule, language: str) -> None:
    msgids = {str(message) for _, message, _, _ in extract_from_file("python", module_of(rule), keywords={"msg": None})}
    assert msgids
    assert set() == msgids - set(catalogue(language).sentences)  # type: ignore[arg-type]  # one of LANGUAGES


@every_rule
def test_it_has_a_row_in_the_manual(rule: Rule) -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert f"| `{rule.id}` | {rule.summary} | {rule.severity.label} |" in page
