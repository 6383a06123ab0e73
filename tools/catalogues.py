"""Brings the catalogues up to date with the sources: `python -m tools.catalogues [--prune]`, which `make texts` does
without pruning.

It adds every new `msg("...")` to both catalogues (German left empty, for a person to fill in) and, with --prune, drops
what no source uses any more. It never changes a translation.
"""

from __future__ import annotations

import argparse
import ast
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

import termintreu
from termintreu.model.texts.catalogue import DOMAIN, LANGUAGES, Language
from termintreu.ui.cli.arguments import parser

PACKAGE = Path(termintreu.__file__).resolve().parent

_HEADER = """\
# {name} sentences of termintreu. How to add one: see termintreu/model/texts/__init__.py.
msgid ""
msgstr ""
"Project-Id-Version: termintreu\\n"
"Language: {language}\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
_NAMES = {"de": "German", "en": "English"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MsgCall:
    """One `msg(...)` in the sources."""

    place: str
    """ "file:line"."""
    msgid: str | None
    """None where it is no literal: nobody can translate that."""
    values: frozenset[str] | None
    """Names of the values it is given; None where they come as **values."""


def msg_calls(root: Path = PACKAGE) -> Iterator[MsgCall]:
    """Every `msg(...)` below `root`, also within f-strings (which tokenizers before Python 3.12 do not look into)."""
    for path in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "msg":
                first = node.args[0] if node.args else None
                names = {keyword.arg for keyword in node.keywords}
                yield MsgCall(
                    place=f"{path.relative_to(root)}:{node.lineno}",
                    msgid=first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None,
                    values=None if None in names else frozenset(name for name in names if name is not None),
                )


def extracted(root: Path = PACKAGE) -> set[str]:
    """Every msgid in the sources below `root`, and in the help of the command line."""
    return {call.msgid for call in msg_calls(root) if call.msgid is not None} | set(help_sentences(parser()))


def help_sentences(shown: argparse.ArgumentParser) -> Iterator[str]:
    """What the help of a parser and of its commands says: sentences, headings, and placeholders that are words."""
    headings = [group.title for group in shown._action_groups]  # argparse has no public way to them
    yield from filter(None, (shown.description, shown.epilog, *headings))
    for action in shown._actions:
        yield from filter(None, (action.help, *_placeholders(action)))
        if isinstance(action, argparse._SubParsersAction):
            yield from filter(None, (listed.help for listed in action._choices_actions))
            for command in action.choices.values():
                yield from help_sentences(command)


def _placeholders(action: argparse.Action) -> Iterator[str]:
    """Names of values; those that an option's own name stands for, and figures, are the same in every language."""
    if isinstance(action.metavar, str) and len(action.metavar) > 1 and action.metavar.isalpha():
        yield action.metavar
    elif not action.option_strings and not action.choices:
        yield action.dest


def path_of(language: Language, domain: str = DOMAIN) -> Path:
    """The catalogue of a language in the source tree."""
    return PACKAGE / "model" / "texts" / "locale" / language / "LC_MESSAGES" / f"{domain}.po"


def read(language: Language, domain: str = DOMAIN) -> Catalog:
    """The catalogue as it stands in the source tree; an empty one where there is none yet."""
    path = path_of(language, domain)
    if not path.exists():
        return Catalog(locale=language, domain=domain, project=DOMAIN, charset="utf-8", fuzzy=False)
    with path.open("rb") as stream:
        return read_po(stream, locale=language, domain=domain, abort_invalid=True)


def updated(book: Catalog, language: Language, msgids: set[str], *, prune: bool = False) -> bytes:
    """The catalogue's file with what is new in it (and, with `prune`, without what is stale), sorted by msgid."""
    held = {str(entry.id) for entry in book if entry.id}
    for msgid in msgids - held:
        book.add(msgid, string=msgid if language == "en" else "")
    for msgid in held - msgids if prune else ():
        book.delete(msgid)
    body = io.BytesIO()
    write_po(body, book, width=0, sort_output=True, no_location=True, omit_header=True)
    return _HEADER.format(name=_NAMES[language], language=language).encode() + body.getvalue()


def main(arguments: list[str]) -> int:
    """Update every catalogue and say what is still to be done. Returns 1 where a person has to do something."""
    msgids = extracted()
    unfilled = 0
    for language in LANGUAGES:
        book = read(language)
        stale = {str(entry.id) for entry in book if entry.id} - msgids
        path_of(language).write_bytes(updated(book, language, msgids, prune="--prune" in arguments))
        empty = sorted(str(entry.id) for entry in book if entry.id and not entry.string)
        unfilled += len(empty)
        sys.stdout.write(f"{language}: {len(msgids)} sentences, {len(stale)} stale\n")
        sys.stdout.writelines(f"  to translate: {msgid}\n" for msgid in empty)
    return 1 if unfilled else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
