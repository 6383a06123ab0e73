"""The page of the configuration and its JSON Schema, made from the schema and the rules' parameters. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, get_origin

from pydantic.fields import FieldInfo

from termintreu.config.descriptions import describe, sections
from termintreu.config.example import default_of, toml
from termintreu.config.problems import SECRET_KEYS, section_at
from termintreu.config.schema import INLINE, Config, SecretRef, Section
from termintreu.config.values import CLOCK_PATTERN, DURATION_PATTERN, SPAN_PATTERN

_WORDS = {DURATION_PATTERN: "duration", CLOCK_PATTERN: "time of the day", SPAN_PATTERN: "span of the day"}

_SIMPLE = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}

_PAGE = """\
# Configuration

This page is made from the program itself: `make docs`. `config.example.toml` is a file to begin with, and
`docs/config.schema.json` lets an editor complete and check it.

The file is the one named by `--config`, else by `$TERMINTREU_CONFIG`, else `$XDG_CONFIG_HOME/termintreu/config.toml`
(`~/.config` where that is not set), else `/etc/termintreu/config.toml`. It is read again when it changes; a bad one
leaves the last good one in force. `termintreu check` prints every problem with its place in the file.

A **duration** is written `"90s"`, `"5m"`, `"1h30m"`, `"14d"` or `"2w"`, a **span of the day** `"09:00-12:30"`, a
**time zone** by its IANA name, such as `"Europe/Berlin"`.

## Passwords

Each `password` is a table with exactly one of these keys. A plain string works as well, and is warned about.

"""

_PAGE_RULES = """\
## [rules]

`disabled` is a list of rules to leave out; each rule's parameters stand in a table of its own. What each rule is for
stands in [rules.md](rules.md).
"""


def page(rules: Mapping[str, type[Section]]) -> str:
    """docs/configuration.md: every section with a table of its options."""
    _describe()
    plain = {name: field for name, field in Config.options().items() if section_at(Config, (name,)) is None}
    del plain["rules"]
    parts = [
        _PAGE + _table(SecretRef, SecretRef.options()),
        "## At the top\n\n" + _table(Config, plain),
        *_page_sections(Config, ""),
        _PAGE_RULES,
    ]
    parts += [
        f"### [rules.{name}]\n\n{_table(model, model.options())}" for name, model in rules.items() if model.options()
    ]
    return "\n".join(parts)


def json_schema(rules: Mapping[str, type[Section]]) -> str:
    """docs/config.schema.json (JSON Schema 2020-12). Passwords appear as places they come from only."""
    _describe()
    schema = Config.model_json_schema()
    definitions = schema["$defs"]
    # With several people, each brings accounts of their own.
    alone = schema.pop("required")
    schema["anyOf"] = [{"required": alone}, {"required": ["profiles"]}, {"required": ["people"]}]
    for definition in (schema, *definitions.values()):
        for name, option in definition.get("properties", {}).items():
            if name == "urls":
                option["items"]["anyOf"] = [
                    each for each in option["items"]["anyOf"] if each.get("format") != "password"
                ]
            if name in SECRET_KEYS and "anyOf" in option:
                option["anyOf"] = [each for each in option["anyOf"] if each.get("format") != "password"]
    tables: dict[str, Any] = {}
    for name, model in rules.items():
        part = model.model_json_schema()
        definitions |= part.pop("$defs", {})
        tables[name] = part
    disabled = {"type": "array", "items": {"enum": sorted(rules)}, "description": "Rules to leave out."}
    schema["properties"]["rules"] = {
        "type": "object",
        "description": "The rules' parameters.",
        "properties": {"disabled": disabled, **tables},
        "additionalProperties": False,
    }
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _describe() -> None:
    """Have the descriptions in JSON Schema, too."""
    describe()
    for section in sections():
        section.model_rebuild(force=True)


def _page_sections(model: type[Section], prefix: str) -> Iterator[str]:
    for name, field in model.options().items():
        section = section_at(model, (name,))
        if section is None or section in INLINE:
            continue
        path = f"{prefix}{name}"
        header = f"[[{path}]]" if get_origin(field.annotation) is list else f"[{path}]"
        fields = {
            key: option for key, option in section.options().items() if section_at(section, (key,)) in {None, *INLINE}
        }
        yield f"## {header}\n\n{' '.join((field.description or '').split())}\n\n{_table(section, fields)}"
        yield from _page_sections(section, f"{path}.")


def _table(section: type[Section], fields: Mapping[str, FieldInfo]) -> str:
    """The options of a section: name, kind, default, meaning."""
    described = section.model_json_schema()["properties"]
    rows = ["| option | kind | default | |", "|---|---|---|---|"]
    for name, field in fields.items():
        default = default_of(field)
        shown = "required" if field.is_required() else ("" if default in (None, []) else f"`{toml(default)}`")
        meaning = " ".join((field.description or "").split())
        cells = (f"`{name}`", _kind(described[name]), shown, meaning)
        rows.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(rows) + "\n"


def _kind(option: Mapping[str, Any]) -> str:
    """The kind of an option in words, from its JSON Schema."""
    if option.get("$ref", "").endswith("/ClientConfig"):
        return "table"
    if "anyOf" in option:
        kinds = [_kind(each) for each in option["anyOf"] if each.get("type") != "null"]
        return "where it comes from" if "" in kinds else " or ".join(dict.fromkeys(kinds))
    if "enum" in option or "const" in option:
        return ", ".join(f"`{json.dumps(each)}`" for each in option.get("enum", [option.get("const")]))
    if option.get("type") == "array":
        return f"list: {_kind(option['items'])}" if "items" in option else "list"
    return _WORDS.get(option.get("pattern", ""), _SIMPLE.get(option.get("type", ""), ""))
