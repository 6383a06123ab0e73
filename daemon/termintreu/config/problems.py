"""Checks a parsed configuration against the schema: every problem at once, each with its key's path, what was found,
what is allowed, and the nearest valid word. Pure. No message holds the value of a secret.
"""

from __future__ import annotations

import copy
import json
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar, get_args
from zoneinfo import available_timezones

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from termintreu.config.places import Path
from termintreu.config.schema import SecretRef, Section

SECRET_KEYS = frozenset({"password", "secret"})
"""Keys whose values are secrets, in every table."""

_SHORTEST = 6
"""The length from which a value of an unknown key is taken for a secret."""

_ROUNDS = 5
"""How often a configuration is checked again without the wrong keys, which may hide further problems."""

_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "true or false"),
    (int, "a whole number"),
    (float, "a number"),
    (str, "a string"),
    ((list, tuple), "a list"),
    (dict, "a table"),
    ((datetime, date, time), "a date or time"),
)

_WANTED = {
    "string": "a string",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": "a list",
    "tuple": "a list",
    "set": "a list",
    "frozen_set": "a list",
    "dict": "a table",
    "model": "a table",
}

_LIMITS = {
    "greater_than": ("gt", "more than {}"),
    "greater_than_equal": ("ge", "at least {}"),
    "less_than": ("lt", "less than {}"),
    "less_than_equal": ("le", "at most {}"),
    "string_too_short": ("min_length", "at least {} character(s)"),
    "string_too_long": ("max_length", "at most {} characters"),
    "too_short": ("min_length", "at least {} of them"),
    "too_long": ("max_length", "at most {} of them"),
}


SectionT = TypeVar("SectionT", bound=Section)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem of a configuration."""

    path: Path
    text: str


def dotted(path: Path) -> str:
    """A path as the user writes it: sources[0].poll."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{_bare(part)}" for part in path]
    return "".join(parts).lstrip(".") or "(the whole file)"


def nearest(word: str, allowed: Sequence[str]) -> str:
    """A hint at the nearest valid word, to be appended to a message; "" where none is near."""
    meant = _meant(word, allowed)
    return f'; did you mean "{meant}"?' if meant else ""


def _meant(word: str, allowed: Iterable[str]) -> str | None:
    by_folded = {each.casefold(): each for each in allowed}
    folded = word.casefold()
    # A word cut short or spun out ("user", "environment") is nearer than its letters alone tell.
    stems = [each for each in by_folded if len(folded) > 2 and (each.startswith(folded) or folded.startswith(each))]
    close = get_close_matches(folded, by_folded, n=1, cutoff=0.6) or stems
    return by_folded[close[0]] if close else None


def quoted(value: object, hidden: frozenset[str] = frozenset()) -> str:
    """A value for a message: itself if it is short, else its kind; never a secret."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        shown = str(value)
    elif isinstance(value, str) and len(value) <= 60 and value.isprintable():
        shown = f'"{value}"'
    else:
        return kind_of(value)
    return kind_of(value) if any(secret in shown for secret in hidden) else shown


def kind_of(value: object) -> str:
    """The kind of a value, for a message."""
    return next((word for kind, word in _KINDS if isinstance(value, kind)), "something else")


def secrets_in(value: object, model: type[Section] | None = None, *, shortest: int | None = None) -> Iterator[str]:
    """Every string that is a secret, or may be one: at a secret's key, or at a key that is unknown.

    Args:
        value: what was written.
        model: the section it belongs to; None within secrets and where no section is known.
        shortest: the least length that counts; None outside of secrets.
    """
    if isinstance(value, Mapping):
        for key, inner in value.items():
            known = model is None or key in model.options()
            least = 1 if key in SECRET_KEYS else (_SHORTEST if not known else shortest)
            yield from secrets_in(inner, section_at(model, (key,)), shortest=least)
    elif isinstance(value, list):
        for inner in value:
            yield from secrets_in(inner, model, shortest=shortest)
    elif shortest is not None and not isinstance(value, bool) and len(str(value)) >= shortest:
        yield str(value)


def section_at(model: type[Section] | None, path: Path) -> type[Section] | None:
    """The section that a path leads to; None where it leads to something else."""
    for part in path:
        if model is None or isinstance(part, int):
            continue
        field = model.options().get(part)
        model = None if field is None else _section_in(field.annotation)
    return model


def problems_in(
    model: type[SectionT], raw: Mapping[str, Any], hidden: frozenset[str], *, at: Path = ()
) -> tuple[SectionT | None, list[Problem]]:
    """The validated section, or None and everything that is wrong with it."""
    data = copy.deepcopy(dict(raw))
    found: dict[Problem, None] = {}
    dropped: set[Path] = set()
    for _ in range(_ROUNDS):
        try:
            section = model.model_validate_json(_as_json(data), strict=True)
        except ValidationError as error:
            again = False
            for detail in error.errors(include_url=False):
                path = _path_of(detail)
                if detail["type"] == "missing" and (path in dropped or _is_misspelt(model, raw, path)):
                    continue
                if _is_whole(raw, detail) and _misspelt(model, raw, path):
                    continue  # the misspelt key explains what is missing
                found |= dict.fromkeys(_explain(model, raw, detail, hidden, at))
                again |= _drop(data, path, detail, dropped)
            if not again:
                break
        else:
            return (None if found else section), list(found)
    return None, list(found)


def _explain(
    model: type[Section],
    raw: Mapping[str, Any],
    detail: ErrorDetails,
    hidden: frozenset[str],
    at: Path,
) -> Iterator[Problem]:
    """One pydantic error as problems with our messages."""
    path = _path_of(detail)
    value = value_at(raw, path)
    if len(path) < len(detail["loc"]):
        yield from (Problem(path=at + path + more, text=text) for more, text in _secret_problems(value))
        return
    yield Problem(path=at + path, text=_sentence(model, path, value, detail, hidden))


def _sentence(model: type[Section], path: Path, value: object, detail: ErrorDetails, hidden: frozenset[str]) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        allowed = sorted((section_at(model, path[:-1]) or model).options())
        return f"unknown key{nearest(str(path[-1]), allowed)} (allowed: {', '.join(allowed)})"
    if kind == "missing":
        return "is missing"
    if kind == "literal_error":
        words = _choices(model, path)
        hint = nearest(value, words) if isinstance(value, str) else ""
        return f"found {quoted(value, hidden)}; allowed: {', '.join(json.dumps(word) for word in words)}{hint}"
    if kind == "value_error":
        reason = str(context.get("error", ""))
        hint = nearest(value, zones()) if "time zone" in reason and isinstance(value, str) else ""
        return reason if isinstance(value, Mapping) else f"found {quoted(value, hidden)}; {reason}{hint}"
    if kind in _LIMITS:
        name, words_of = _LIMITS[kind]
        return f"found {quoted(value, hidden)}; {words_of.format(context.get(name))} is wanted"
    if kind == "string_pattern_mismatch":
        return f"found {quoted(value, hidden)}; {_pattern_words(model, path)}"
    for prefix, wanted in _WANTED.items():
        if kind.startswith(f"{prefix}_"):
            return f"found {_with_kind(value, hidden)}; {wanted} is wanted"
    return f"found {kind_of(value)}, which does not fit here"


def _with_kind(value: object, hidden: frozenset[str]) -> str:
    shown, kind = quoted(value, hidden), kind_of(value)
    return shown if isinstance(value, bool) or shown == kind else f"{shown}, {kind}"


def _secret_problems(value: object) -> Iterator[tuple[Path, str]]:
    """What is wrong with a password; its value is never shown, nor a key that may be one."""
    allowed = list(SecretRef.options())
    if not isinstance(value, Mapping):
        yield (), f'found {kind_of(value)}; a table such as {{ env = "NAME" }} is wanted (one of {", ".join(allowed)})'
        return
    for key in value:
        if key not in allowed:
            hint = nearest(key, allowed)
            name: Path = (key,) if hint else ()
            yield name, f"unknown key{hint} (allowed: {', '.join(allowed)})"
        elif key == "command" and not (
            isinstance(value[key], list) and value[key] and all(isinstance(word, str) for word in value[key])
        ):
            yield (key,), 'a list of strings such as ["pass", "caldav"] is wanted'
        elif key != "command" and not (isinstance(value[key], str) and value[key]):
            yield (key,), f"found {kind_of(value[key])}; a string that is not empty is wanted"
    right = sum(key in allowed for key in value)
    if right > 1 or (right == 0 and not any(_meant(key, allowed) for key in value)):
        yield (), f"exactly one of {', '.join(allowed)} is wanted"


def value_at(data: object, path: Path) -> Any:
    """The value a path leads to; None where it leads nowhere."""
    for part in path:
        try:
            data = data[part]  # type: ignore[index]  # what cannot be indexed leads nowhere
        except (KeyError, IndexError, TypeError):
            return None
    return data


@cache
def zones() -> tuple[str, ...]:
    """Every time zone name there is, the usual ones first."""
    return tuple(sorted(available_timezones(), key=lambda name: ("/" not in name, name)))


def _path_of(detail: ErrorDetails) -> Path:
    """The path of an error; a path below a secret becomes that of the secret."""
    path: list[str | int] = []
    for part in detail["loc"]:
        path.append(part)
        if part in SECRET_KEYS:
            break
    return tuple(path)


def _drop(data: dict[str, Any], path: Path, detail: ErrorDetails, dropped: set[Path]) -> bool:
    """Take what is wrong out, a list as a whole so that the rest keeps its places; False where nothing was."""
    if _is_whole(data, detail):
        return False
    while path and isinstance(path[-1], int):
        path = path[:-1]
    around = value_at(data, path[:-1])
    if not path or not isinstance(around, dict) or path[-1] not in around:
        return False
    del around[path[-1]]
    dropped.add(path)
    return True


def _is_whole(data: object, detail: ErrorDetails) -> bool:
    """Whether a table's keys are right one by one, and wrong together."""
    path = _path_of(detail)
    return detail["type"] == "value_error" and isinstance(value_at(data, path), Mapping) and not _is_secret(path)


def _misspelt(model: type[Section], raw: object, table: Path) -> set[str]:
    """The keys that unknown keys of a table are most like, as far as they are not there themselves."""
    section, given = section_at(model, table) or model, value_at(raw, table)
    keys = [key for key in given if key not in section.options()] if isinstance(given, Mapping) else []
    return {meant for key in keys if (meant := _meant(key, section.options())) and meant not in given}


def _is_misspelt(model: type[Section], raw: object, path: Path) -> bool:
    return bool(path) and path[-1] in _misspelt(model, raw, path[:-1])


def _is_secret(path: Path) -> bool:
    return bool(path) and path[-1] in SECRET_KEYS


def _as_json(data: object) -> str:
    """JSON has no dates: an empty table replaces one, since no option accepts that."""
    return json.dumps(data, default=lambda _: {})


def _choices(model: type[Section], path: Path) -> list[str]:
    section = section_at(model, path[:-1])
    field = None if section is None else section.options().get(str(path[-1]))
    return [] if field is None else [str(word) for word in _literals(field.annotation)]


def _literals(annotation: Any) -> Iterator[object]:
    for inner in get_args(annotation):
        if isinstance(inner, str | int):
            yield inner
        elif inner is not types.NoneType:
            yield from _literals(inner)


def _pattern_words(model: type[Section], path: Path) -> str:
    if path[-1] == "region":
        return 'a country such as "DE", or one with its state such as "DE-BY", is wanted'
    if path[-1] == "name":
        return "letters, digits, spaces and . + - _ are allowed"
    return "its form is not the one wanted"


def _section_in(annotation: Any) -> type[Section] | None:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _section_in(inner))), None)


def _bare(key: str) -> str:
    plain = bool(key) and all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in key)
    return key if plain else json.dumps(key, ensure_ascii=False)
