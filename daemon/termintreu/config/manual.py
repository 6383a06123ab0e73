"""What users read about the configuration, made from the schema and the rules' parameters: the example file, the
manual's page and the JSON Schema. Pure; `termintreu.manual` writes the files.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from datetime import time, timedelta
from typing import Any, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from termintreu.config.problems import section_at
from termintreu.config.schema import DURATION_PATTERN, SPAN_PATTERN, Config, SecretRef, Section, format_duration

COMMAND = "python -m termintreu.manual"
"""Writes what is made here."""

_FILLED: Mapping[str, object] = {
    "me.name": "Anna Beispiel",
    "me.emails": ["anna@beispiel.de"],
    "me.region": "DE",
    "me.working_hours.mon": ["09:00-12:30", "13:30-17:30"],
    "me.working_hours.tue": ["09:00-12:30", "13:30-17:30"],
    "me.working_hours.wed": ["09:00-12:30", "13:30-17:30"],
    "me.working_hours.thu": ["09:00-12:30", "13:30-17:30"],
    "me.working_hours.fri": ["09:00-12:30", "13:30-16:00"],
    "sources.name": "work",
    "sources.type": "caldav",
    "sources.url": "https://cloud.example.com/remote.php/dav/",
    "sources.username": "anna",
    "sources.password": {"credential": "caldav-work"},
    "target.source": "work",
}
"""What the example file sets; the accounts are the user's to change."""

_SUGGESTED: Mapping[str, object] = {
    "timezone": "Europe/Berlin",
    "profiles": "/etc/termintreu/people.d",
    "me.phones": ["+49 30 1234567"],
    "sources.path": "~/.calendars/work",
    "sources.calendars": ["Work", "Sales*"],
    "sources.poll": "2m",
    "target.type": "caldav",
    "target.url": "https://cloud.example.com/remote.php/dav/",
    "target.path": "~/.calendars/termintreu",
    "target.username": "anna",
    "target.password": {"credential": "caldav-work"},
    "state.path": "~/.local/state/termintreu",
    "state.url": "postgresql://termintreu@db.example.com/termintreu",
    "state.password": {"credential": "database"},
    "web.listen": "127.0.0.1:8427",
    "contacts.name": "Erika Muster",
    "contacts.emails": ["erika@muster.example"],
    "contacts.phones": ["+49 30 901820"],
    "contacts.timezone": "Europe/Vienna",
    "address_books.type": "carddav",
    "address_books.name": "people",
    "address_books.path": "~/.contacts/people",
    "address_books.url": "https://cloud.example.com/remote.php/dav/",
    "address_books.username": "anna",
    "address_books.password": {"credential": "caldav-work"},
    "address_books.books": ["Contacts", "Team*"],
    "address_books.poll": "15m",
    "call_logs.type": "fritzbox-csv",
    "call_logs.name": "office",
    "call_logs.path": "/var/lib/calls/anrufliste.csv",
    "call_logs.url": "https://fritz.box:49443",
    "call_logs.username": "anna",
    "call_logs.password": {"credential": "fritzbox"},
    "call_logs.encoding": "utf-8",
    "call_logs.timezone": "Europe/Berlin",
    "call_logs.columns": ["caller_id_number", "destination_number", "start_stamp", "answer_stamp", "duration"],
    "call_logs.prefixes": ["0"],
    "people.name": "anna",
}
"""What options without a default, or with an empty one, can look like."""

_MORE_SOURCES = """\
# A feed; its address is the secret.
#[[sources]]
#name = "crm"
#type = "ics"
#url = "https://crm.example.com/feeds/9f3.ics"

# A folder of .ics files, as vdirsyncer and khal use it, or a single .ics file.
#[[sources]]
#name = "private"
#type = "vdir"
#path = "~/.calendars/private"
"""

_HEAD = f"""\
# termintreu's configuration. Made by `{COMMAND}`; copy it to ~/.config/termintreu/config.toml.
#
# Change the lines of [me] and of your account; all else may stay. A line "#key = value" shows what holds where
# nothing is said, or, for options without a default, what could be said: take the # away to change it.
# `termintreu check` reads this file and names every mistake with its line.
"""

_WORDS = {DURATION_PATTERN: "duration", SPAN_PATTERN: "span of the day"}

_SIMPLE = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}

_PAGE = f"""\
# Configuration

This page is made from the program itself: `{COMMAND}`. `config.example.toml` is a file to begin with, and
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


def example(
    rules: Mapping[str, type[Section]],
    summaries: Mapping[str, str],
    *,
    filled: Mapping[str, object] = _FILLED,
    head: str = _HEAD,
) -> str:
    """A configuration with every option explained; with its own values it is config.example.toml.

    Args:
        rules: the parameters' type of each rule there is.
        summaries: one sentence for each rule.
        filled: what is set, by path ("me.name"); all else stands there behind a #. It should hold what is required.
        head: the comment at the top.
    """
    parts = [head]
    tables = []
    for name, field in Config.model_fields.items():
        section = section_at(Config, (name,))
        if name == "rules":
            tables.append(_example_rules(rules, summaries))
        elif section is None:
            parts.append(_option(name, name, field, filled))
        else:
            many = get_origin(field.annotation) is list
            tables.append(_example_table(name, section, field, filled, many=many))
            if name == "sources":
                tables.append(_MORE_SOURCES)
    return "\n".join(parts + tables)


def page(rules: Mapping[str, type[Section]]) -> str:
    """docs/configuration.md: every section with a table of its options."""
    plain = {name: field for name, field in Config.model_fields.items() if section_at(Config, (name,)) is None}
    del plain["rules"]
    parts = [
        _PAGE + _table(SecretRef, SecretRef.model_fields),
        "## At the top\n\n" + _table(Config, plain),
        *_page_sections(Config, ""),
        _PAGE_RULES,
    ]
    parts += [
        f"### [rules.{name}]\n\n{_table(model, model.model_fields)}"
        for name, model in rules.items()
        if model.model_fields
    ]
    return "\n".join(parts)


def json_schema(rules: Mapping[str, type[Section]]) -> str:
    """docs/config.schema.json (JSON Schema 2020-12). Passwords appear as places they come from only."""
    schema = Config.model_json_schema()
    definitions = schema["$defs"]
    # With several people, each brings accounts of their own.
    alone = schema.pop("required")
    schema["anyOf"] = [{"required": alone}, {"required": ["profiles"]}, {"required": ["people"]}]
    for definition in (schema, *definitions.values()):
        for name, option in definition.get("properties", {}).items():
            if name == "password":
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


def toml(value: object) -> str:
    """A value as TOML has it, on one line."""
    if isinstance(value, timedelta):
        value = format_duration(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(each, time) for each in value):
        return json.dumps("-".join("24:00" if each == time.max else f"{each:%H:%M}" for each in value))
    if isinstance(value, list | tuple | set | frozenset):
        return "[" + ", ".join(map(toml, sorted(value) if isinstance(value, set | frozenset) else value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def default_of(field: FieldInfo) -> object:
    """The default of an option; None where there is none."""
    value = field.get_default(call_default_factory=True)
    return None if value is PydanticUndefined else value


def _example_table(
    path: str, section: type[Section], field: FieldInfo, filled: Mapping[str, object], *, many: bool = False
) -> str:
    """One table with its options; commented out as a whole where the example has no use for it."""
    header = f"[[{path}]]" if many else f"[{path}]"
    unused = many and not any(name.startswith(f"{path}.") for name in filled)
    lines = [_comment(field.description or ""), f"{'#' if unused else ''}{header}\n"]
    inner = []
    for name, option in section.model_fields.items():
        below = section_at(section, (name,))
        if below is None or below is SecretRef:
            lines.append(_option(f"{path}.{name}", name, option, filled))
        else:
            inner.append("\n" + _example_table(f"{path}.{name}", below, option, filled))
    return "".join(lines + inner)


def _example_rules(rules: Mapping[str, type[Section]], summaries: Mapping[str, str]) -> str:
    lines = [_comment("Rules to leave out, by name."), "[rules]\n#disabled = []\n"]
    for name, model in rules.items():
        lines += ["\n", _comment(summaries.get(name, "")), f"[rules.{name}]\n"]
        lines += [_option(f"rules.{name}.{key}", key, field, {}) for key, field in model.model_fields.items()]
    return "".join(lines)


def _option(path: str, name: str, field: FieldInfo, filled: Mapping[str, object]) -> str:
    """What an option is for, and its line: as it is filled in, or its default behind a #."""
    value = filled.get(path)
    default = default_of(field)
    if value is not None:
        line = f"{name} = {toml(value)}"
    else:
        line = f"#{name} = {toml(_SUGGESTED.get(path) if default in (None, []) and path in _SUGGESTED else default)}"
    return f"{_comment(field.description or '')}{line}\n"


def _comment(text: str) -> str:
    lines = textwrap.wrap(" ".join(text.split()), width=110, break_long_words=False, break_on_hyphens=False)
    return "".join(f"# {line}\n" for line in lines)


def _page_sections(model: type[Section], prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        section = section_at(model, (name,))
        if section is None or section is SecretRef:
            continue
        path = f"{prefix}{name}"
        header = f"[[{path}]]" if get_origin(field.annotation) is list else f"[{path}]"
        fields = {
            key: option
            for key, option in section.model_fields.items()
            if section_at(section, (key,)) in {None, SecretRef}
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
    if "anyOf" in option:
        kinds = [_kind(each) for each in option["anyOf"] if each.get("type") != "null"]
        return "where it comes from" if "" in kinds else " or ".join(dict.fromkeys(kinds))
    if "enum" in option or "const" in option:
        return ", ".join(f"`{json.dumps(each)}`" for each in option.get("enum", [option.get("const")]))
    if option.get("type") == "array":
        return f"list: {_kind(option['items'])}" if "items" in option else "list"
    return _WORDS.get(option.get("pattern", ""), _SIMPLE.get(option.get("type", ""), ""))
