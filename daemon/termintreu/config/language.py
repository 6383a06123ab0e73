"""The language of the reader before, or without, a configuration that is right: errors about it, and help, are to be
read as well. It never fails: what cannot be read states nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from termintreu.model.texts.catalogue import DEFAULT_LANGUAGE, Language

_MOST = 1_000_000
"""Bytes of a file that are looked at."""
_LINE = re.compile(r"""(?m)^[ \t]*language[ \t]*=[ \t]*["'](\w+)["']""")


def language_of(
    path: Path | None, environ: Mapping[str, str], person: str | None = None, *, wrong: bool = False
) -> Language:
    """The language that a configuration states, else its default; the locale's where there is none that could be used.

    Args:
        path: of the configuration; None where there is none.
        environ: for the locale.
        person: whose profile counts; None for the configuration's own language.
        wrong: whether the configuration cannot be used as it is.
    """
    stated = _stated(path, person)
    if stated is not None:
        return stated
    if wrong or path is None or _raw(path) is None:
        return locale_language(environ)
    return DEFAULT_LANGUAGE


def _stated(path: Path | None, person: str | None) -> Language | None:
    """Also where the configuration is wrong otherwise."""
    if path is None:
        return None
    raw = _raw(path)
    if raw is None:  # no TOML as yet
        found = _LINE.search(_text(path))
        return _known(found[1]) if found else None
    own = (_known(each.get("language")) for each in _profiles(raw, path, person))
    return next(filter(None, own), None) or _known(raw.get("language"))


def locale_language(environ: Mapping[str, str]) -> Language:
    """The language of the user's locale (LC_ALL, LC_MESSAGES, LANG): German or else English."""
    locale = next(filter(None, (environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "de" if re.match(r"de(?![a-z])", locale, re.IGNORECASE) else "en"


def _profiles(raw: Mapping[str, Any], path: Path, person: str | None) -> Iterator[Mapping[str, Any]]:
    """The settings of one profile: a file of the folder, or a table of [[people]]."""
    if person is None:
        return
    people = raw.get("people")
    for table in people if isinstance(people, list) else ():
        if isinstance(table, Mapping) and table.get("name") == person:
            yield table
    folder = raw.get("profiles")
    if isinstance(folder, str) and "/" not in person:
        yield _raw(path.parent / Path(folder) / f"{person}.toml") or {}


def _raw(path: Path) -> Mapping[str, Any] | None:
    """What stands in a file; None where that is no TOML."""
    import tomllib  # noqa: PLC0415 - where there is no configuration, help does without

    text = _text(path)
    try:
        return tomllib.loads(text) if text else None
    except (ValueError, RecursionError):
        return None


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_MOST).decode("utf-8-sig", errors="replace")
    except (OSError, ValueError):  # ValueError: a name that no file can have
        return ""


def _known(word: object) -> Language | None:
    return next((each for each in get_args(Language) if each == word), None)
