"""The files that are generated, against what would be generated; the example and the schema, against the program."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from termintreu.config.check import check
from termintreu.config.example import example
from termintreu.judging.rules import rule_params
from tools.docs import files

ROOT = Path(__file__).parents[3]
FILES = files()
EXAMPLE = FILES["config.example.toml"]
SCHEMA = json.loads(FILES["docs/config.schema.json"])


@pytest.mark.parametrize("name", FILES)
def test_the_file_is_what_the_program_would_write(name: str) -> None:
    written = (ROOT / name).read_text(encoding="utf-8")

    assert FILES[name] == written, "run `make docs`"


def loaded(text: str) -> Any:
    return check(text, rule_params(), Path("config.example.toml"))


def test_the_example_loads_as_it_stands_without_a_warning() -> None:
    assert () == loaded(EXAMPLE).warnings


def options(text: str) -> Iterator[tuple[str, str]]:
    """Each table's header and an option of it that is commented out, with its value."""
    table = ""
    for line in text.splitlines():
        if match := re.fullmatch(r"#?(\[.*\])", line):
            table = match[1]
        elif match := re.fullmatch(r"#(\w+ = .*)", line):
            yield table, match[1]


def with_option(text: str, table: str, option: str) -> str:
    """The example with one option taken in, its whole table where that is commented out."""
    if not table:
        return text.replace(f"#{option}", option, 1)
    if f"\n{table}\n" in text:
        return text.replace(f"{table}\n", f"{table}\n{option}\n", 1)
    lines = text.splitlines()
    start = lines.index(f"#{table}")
    end = next((number for number in range(start, len(lines)) if not lines[number]), len(lines))
    wanted = {"name", "type", "path", "url"} - CHOICES.get(table, set())
    required = [line[1:] for line in lines[start:end] if line[1:].partition(" = ")[0] in wanted]
    return "\n".join((text, table, *dict.fromkeys([*required, option])))


CHOICES = {
    "[target]": {"type", "url", "path", "login"},
    "[[sources]]": {"path", "name", "type", "url", "client", "issuer", "base"},
    "[[address_books]]": {"path", "login"},
}
"""Options that only fit instead of the ones the example sets."""


TAKEN_IN = [each for each in options(EXAMPLE) if each[1].partition(" ")[0] not in CHOICES.get(each[0], ())]


@pytest.mark.parametrize(("table", "option"), TAKEN_IN)
def test_every_option_that_is_commented_out_can_be_taken_in(table: str, option: str) -> None:
    loaded(with_option(EXAMPLE, table, option))


def test_defaults_in_the_example_are_the_programs_defaults() -> None:
    text = EXAMPLE
    plain = loaded(text)
    for table, option in options(text):
        if table in {"[schedule]", "[limits]"} or table.startswith("[rules."):
            text = text.replace(f"{table}\n", f"{table}\n{option}\n", 1)

    taken = loaded(text)

    assert plain.config.model_copy(update={"rules": {}}) == taken.config.model_copy(update={"rules": {}})
    assert plain.rule_params == taken.rule_params
    assert len(re.findall(r"(?m)^\w+ = ", text)) > 40


def test_every_rule_and_parameter_stands_in_the_example_with_a_sentence() -> None:
    text = EXAMPLE

    for name, model in rule_params().items():
        part = text.partition(f"[rules.{name}]\n")[2].partition("\n[")[0]
        assert set(model.model_fields) <= {option.partition(" ")[0] for _, option in options(part)}, name
    assert [] == re.findall(r"\n\n(?!#).*\[rules\.\w+\]", text)


def test_without_rules_the_example_still_loads() -> None:
    check(example({}, {}), {}, Path("config.example.toml"))


# A small reader of JSON Schema: what our schema uses of it.


def mismatch(schema: Mapping[str, Any], value: Any, root: Mapping[str, Any]) -> bool:
    if "$ref" in schema:
        return mismatch(root["$defs"][schema["$ref"].rpartition("/")[2]], value, root)
    if "anyOf" in schema and all(mismatch(each, value, root) for each in schema["anyOf"]):
        return True
    if "enum" in schema:
        return value not in schema["enum"]
    kinds: dict[str, Any] = {
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
        "array": list,
        "object": dict,
        "null": type(None),
    }
    kind = schema.get("type")
    if kind and (not isinstance(value, kinds[kind]) or (isinstance(value, bool) and kind != "boolean")):
        return True
    if isinstance(value, str):
        return not re.search(schema.get("pattern", ""), value)
    if isinstance(value, list):
        return any(mismatch(schema.get("items", {}), each, root) for each in value)
    if isinstance(value, dict):
        known = schema.get("properties", {})
        if schema.get("additionalProperties") is False and value.keys() - known.keys():
            return True
        missing = set(schema.get("required", ())) - value.keys()
        return bool(missing) or any(mismatch(known.get(key, {}), each, root) for key, each in value.items())
    return False


def fits(text: str) -> bool:
    return not mismatch(SCHEMA, tomllib.loads(text), SCHEMA)


def test_the_json_schema_takes_the_example_and_refuses_what_the_program_refuses() -> None:
    text = EXAMPLE

    assert fits(text)
    assert fits(text.replace("[schedule]", '[schedule]\nhorizon = "1w2d"'))
    assert fits('profiles = "people.d"')
    assert fits('[[people]]\nname = "anna"\nlanguage = "de"')
    assert not fits('language = "de"')
    for wrong in (
        text.replace("name =", "nmae ="),
        text.replace('type = "caldav"', 'type = "caldva"'),
        text.replace("[schedule]", '[schedule]\npoll = "5 minutes"'),
        text.replace('mon = ["09:00', 'mon = ["morning'),
        text.replace("[rules]", '[rules]\ndisabled = ["no_such_rule"]'),
        text.replace("[rules]", "[rules.no_such_rule]\nminutes = 1\n[rules]"),
    ):
        assert wrong != text
        assert not fits(wrong)


def test_the_json_schema_knows_no_secret_in_the_file_itself() -> None:
    text = FILES["docs/config.schema.json"]

    assert '"format": "password"' not in text
    assert "writeOnly" not in text
    assert not fits(EXAMPLE.replace('{ credential = "caldav-work" }', '"geheim"', 1))
