"""A configuration's text, checked: either all of it is right, or every problem is reported at once. Pure: the text, the
name of its file and the rules there are come as arguments.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path as FilePath
from typing import Any, Generic, TypeVar

from termintreu.config import meaning
from termintreu.config.layers import Layer, combined, messages, misplaced
from termintreu.config.places import Path
from termintreu.config.problems import Problem, kind_of, nearest, problems_in, quoted, secrets_in
from termintreu.config.renamed import RENAMED, reread
from termintreu.config.schema import Config, Section
from termintreu.model.errors import ConfigError

ParamsT = TypeVar("ParamsT", bound=Section)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedConfig(Generic[ParamsT]):
    """A valid configuration."""

    config: Config
    rule_params: Mapping[str, ParamsT]
    """Every rule there is, by its id, with the parameters that hold for it (`RuleParams`)."""
    disabled: frozenset[str] = frozenset()
    """Rules to leave out."""
    warnings: tuple[str, ...] = ()
    """Warnings, one message each."""
    renamed: tuple[str, ...] = ()
    """Those warnings that name the new name of an option, in the first of the layers."""
    path: FilePath = field(default=FilePath("config.toml"))


def check(
    text: str, rules: Mapping[str, type[ParamsT]], path: FilePath, renamed: Mapping[str, str] = RENAMED
) -> LoadedConfig[ParamsT]:
    """Check a configuration.

    Args:
        text: of the TOML file.
        rules: the parameters' type of each rule there is.
        path: of the file, for messages and for the result.
        renamed: options that once had another name, as `renamed.RENAMED` has them.

    Raises ConfigError with every problem, in the file's order; none holds a secret's value.
    """
    return check_layers((layer(text, path),), rules, renamed)


def layer(text: str, path: FilePath) -> Layer:
    """The layer of a whole file. Raises ConfigError where it is not TOML."""
    return Layer(path=path, raw=_parse(text, path), text=text)


def check_layers(
    layers: Sequence[Layer], rules: Mapping[str, type[ParamsT]], renamed: Mapping[str, str] = RENAMED
) -> LoadedConfig[ParamsT]:
    """Check the merged layers: a profile's own first, the shared one last.

    Raises ConfigError as `check` does; each problem is reported with its place.
    """
    rereads = [reread(layer, renamed) for layer in layers]
    twice = [text for layer, each in zip(layers, rereads, strict=True) for text in messages(each.wrong, (layer,))]
    messages_of_renamed = tuple(messages(rereads[0].warnings, layers[:1]))
    layers = [each.layer for each in rereads]
    raw = combined(layers)
    hidden = frozenset(secrets_in(raw, Config))
    config, found = problems_in(Config, raw, hidden)
    # `meaning` describes problems of the whole more exactly than the schema, where it finds any.
    meant = list(meaning.problems(raw, hidden))
    found = [problem for problem in found if problem.path or not meant] + meant + list(misplaced(layers))
    table = raw.get("rules", {})
    rules_table = table if isinstance(table, Mapping) else {}
    params, wrong = _rule_params(rules_table, rules, hidden)
    found += [*wrong, *_disabled_problems(rules_table, rules, hidden)]
    if found or twice or config is None:
        raise ConfigError([*twice, *messages(found, layers)])
    return LoadedConfig(
        config=config,
        rule_params=params,
        disabled=frozenset(rules_table.get("disabled", ())),
        warnings=(*messages_of_renamed, *messages(meaning.warnings(raw), layers)),
        renamed=messages_of_renamed,
        path=layers[0].path,
    )


_STAND_INS: Mapping[str, Any] = {
    "sources": [{"name": "stand-in", "type": "vdir", "path": "/nowhere"}],
    "target": {"type": "vdir", "path": "/nowhere"},
}


def check_shared(
    shared: Layer, rules: Mapping[str, type[ParamsT]], renamed: Mapping[str, str] = RENAMED
) -> LoadedConfig[ParamsT]:
    """Check the shared settings; placeholders stand for the accounts, which each profile brings itself.

    Raises ConfigError as `check` does.
    """
    # A shared target is checked together with each profile's sources.
    missing = _STAND_INS if "sources" not in shared.raw else {"target": _STAND_INS["target"], **shared.raw}
    raw = {key: value for key, value in {**shared.raw, **missing}.items() if key != "people"}
    return check_layers((replace(shared, raw=raw),), rules, renamed)


def _parse(text: str, path: FilePath) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = re.fullmatch(r"(.*?) ?\((?:at line (\d+), column (\d+)|at end of document)\)", str(error), re.DOTALL)
        place = f":{said[2]}:{said[3]}" if said and said[2] else ""
        reason = said[1] if said else "it cannot be parsed"
        if reason.startswith("Duplicate inline table key"):
            reason = "Duplicate inline table key"  # the key's name may be a misplaced secret
        end = "" if place else " at the end of the file"
    except (ValueError, RecursionError):
        place, reason, end = "", "a number is too long, or lists are nested too deeply", ""
    raise ConfigError([f"{path}{place}: not valid TOML{end}: {reason}"])


class RuleParams(Mapping[str, ParamsT]):
    """The parameters of every rule: those that are given, else the rule's defaults. The rules are looked at when they
    are asked for: without a table [rules], nobody who only checks a configuration needs to import them."""

    def __init__(self, given: Mapping[str, ParamsT], rules: Mapping[str, type[ParamsT]]) -> None:
        self._given = given
        self._rules = rules

    def __getitem__(self, name: str) -> ParamsT:
        """As a mapping does."""
        given = self._given.get(name)
        return _defaults(self._rules[name]) if given is None else given

    def __iter__(self) -> Iterator[str]:
        """The names of the rules."""
        return iter(self._rules)

    def __len__(self) -> int:
        """How many rules there are."""
        return len(self._rules)


@cache
def _defaults(model: type[ParamsT]) -> ParamsT:
    return model()


def _rule_params(
    table: Mapping[str, Any], rules: Mapping[str, type[ParamsT]], hidden: frozenset[str]
) -> tuple[RuleParams[ParamsT], list[Problem]]:
    """The parameters of every rule, and the problems of those that are given."""
    params: dict[str, ParamsT] = {}
    found: list[Problem] = []
    for name, given in table.items():
        path: Path = ("rules", name)
        if name == "disabled":
            continue
        if name not in rules:
            found.append(Problem(path=path, text=f"there is no such rule{nearest(name, list(rules))}{_all(rules)}"))
        elif not isinstance(given, Mapping):
            found.append(Problem(path=path, text=f"found {kind_of(given)}; a table of parameters is wanted"))
        else:
            section, wrong = problems_in(rules[name], given, hidden, at=path)
            found += wrong
            if section is not None:
                params[name] = section
    return RuleParams(params, rules), found


def _disabled_problems(
    table: Mapping[str, Any], rules: Mapping[str, type[Section]], hidden: frozenset[str]
) -> Iterator[Problem]:
    disabled = table.get("disabled", [])
    if not isinstance(disabled, list):
        yield Problem(path=("rules", "disabled"), text=f"found {kind_of(disabled)}; a list of rules is wanted")
        return
    for number, name in enumerate(disabled):
        path: Path = ("rules", "disabled", number)
        if not isinstance(name, str):
            yield Problem(path=path, text=f"found {kind_of(name)}; the name of a rule is wanted")
        elif name not in rules:
            hint = nearest(name, list(rules))
            yield Problem(path=path, text=f"found {quoted(name, hidden)}; there is no such rule{hint}{_all(rules)}")


def _all(rules: Iterable[str]) -> str:
    return f" (allowed: {', '.join(sorted(rules)) or 'none'})"
