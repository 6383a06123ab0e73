"""A commented configuration file, made from the schema and the rules' parameters: what `termintreu init` writes, and
config.example.toml. Pure.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from datetime import time, timedelta
from typing import get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from termintreu.config.descriptions import describe
from termintreu.config.problems import section_at
from termintreu.config.schema import INLINE, Config, Section
from termintreu.config.values import format_duration

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
    "sources.url": "https://cloud.example.com/remote.php/dav/",
    "sources.path": "~/.calendars/work",
    "sources.client": {"id": "termintreu", "secret": {"credential": "client-secret"}},
    "sources.issuer": "https://id.example.com",
    "sources.base": "https://www.googleapis.com",
    "sources.username": "anna",
    "sources.password": {"credential": "caldav-work"},
    "sources.calendars": ["Work", "Sales*"],
    "sources.poll": "2m",
    "sources.not_mine": ["LB *"],
    "target.source": "work",
    "target.type": "caldav",
    "target.url": "https://cloud.example.com/remote.php/dav/",
    "target.path": "~/.calendars/termintreu",
    "target.username": "anna",
    "target.password": {"credential": "caldav-work"},
    "target.login": "work",
    "alerts.urls": [{"credential": "phone"}],
    "alerts.heartbeat": "https://hc.example.com/ping/4711",
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
    "address_books.login": "work",
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

_HEAD = """\
# termintreu's configuration. Made by `make docs`; copy it to ~/.config/termintreu/config.toml.
#
# Change the lines of [me] and of your account; all else may stay. A line "#key = value" shows what holds where
# nothing is said, or, for options without a default, what could be said: take the # away to change it.
# `termintreu check` reads this file and names every mistake with its line.
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
    describe()
    parts = [head]
    tables = []
    for name, field in Config.options().items():
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


def answered(
    rules: Mapping[str, type[Section]], summaries: Mapping[str, str], *, filled: Mapping[str, object], head: str
) -> str:
    """A configuration for somebody: what was answered stands at the top, every other option behind a # below.

    Args:
        rules: the parameters' type of each rule there is.
        summaries: one sentence for each rule.
        filled: the answers, by path ("me.name"); what is required should be among them.
        head: the comment at the top.
    """
    describe()
    tables = dict.fromkeys(path.rpartition(".")[0] for path in filled)
    parts = [head, *(_answers(table, filled) for table in sorted(tables, key=bool)), _REST]
    for name, field in Config.options().items():
        section = section_at(Config, (name,))
        if name == "rules":
            parts.append(_example_rules(rules, summaries))
        elif section is not None:
            parts.append(_rest_of_table(name, section, field, filled))
            parts += [_MORE_SOURCES] if name == "sources" else []
        elif name not in filled:
            parts.append("# Belongs above, before the first table.\n" + _option(name, name, field, {}))
    return "\n".join(part for part in parts if part)


def _answers(table: str, filled: Mapping[str, object]) -> str:
    lines = [f"{path.rpartition('.')[2]} = {toml(filled[path])}" for path in filled if path.rpartition(".")[0] == table]
    header = [f"[[{table}]]" if _is_list(table) else f"[{table}]"] if table else []
    return "\n".join([*header, *lines, ""])


def _is_list(table: str) -> bool:
    field = Config.options().get(table)
    return field is not None and get_origin(field.annotation) is list


def _rest_of_table(path: str, section: type[Section], field: FieldInfo, filled: Mapping[str, object]) -> str:
    """The options of a table that were not asked for; where the table stands above, they belong there."""
    header = f"[[{path}]]" if _is_list(path) else f"[{path}]"
    above = any(name.startswith(f"{path}.") for name in filled)
    # An empty table of the first level says nothing; one entry more, or no hours on any day, would say something.
    off = _is_list(path) or "." in path
    lines, inner = [], []
    for name, option in section.options().items():
        below = section_at(section, (name,))
        if below is not None and below not in INLINE:
            inner.append(_rest_of_table(f"{path}.{name}", below, option, filled))
        elif f"{path}.{name}" not in filled:
            lines.append(_option(f"{path}.{name}", name, option, {}))
    if not lines:
        return "\n".join(filter(None, inner))
    if above:
        lines.insert(0, f"# More that {header} can hold; it belongs into that table, above.\n")
    else:
        lines.insert(0, f"{_comment(field.description or '')}{'#' if off else ''}{header}\n")
    return "\n".join(["".join(lines), *filter(None, inner)])


_REST = """\
# -----------------------------------------------------------------------------------------------------------------
# All else that can be said. A line "#key = value" shows what holds where nothing is said, or, for options without a
# default, what could be said: take the # away to change it, and that of a line like #[[contacts]] above it.
"""


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
    for name, option in section.options().items():
        below = section_at(section, (name,))
        if below is None or below in INLINE:
            lines.append(_option(f"{path}.{name}", name, option, filled))
        else:
            inner.append("\n" + _example_table(f"{path}.{name}", below, option, filled))
    return "".join(lines + inner)


def _example_rules(rules: Mapping[str, type[Section]], summaries: Mapping[str, str]) -> str:
    lines = [_comment("Rules to leave out, by name."), "[rules]\n#disabled = []\n"]
    for name, model in rules.items():
        lines += ["\n", _comment(summaries.get(name, "")), f"[rules.{name}]\n"]
        lines += [_option(f"rules.{name}.{key}", key, field, {}) for key, field in model.options().items()]
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
