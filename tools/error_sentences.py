"""Brings the German of errors up to date with the sources: `python -m tools.error_sentences [--prune]`.

Errors are plain English sentences where they arise (see termintreu/model/texts/errors.py). Every literal in the
rooms that errors come from which reads like a sentence is either in the catalogue, or named in `NOT_SHOWN`.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog

import termintreu_connectors
from termintreu.model.texts.catalogue import ERRORS
from tools.catalogues import PACKAGE, path_of, read, updated

ROOMS = (
    *(PACKAGE / room for room in ("config", "reading", "storage", "service", "writing", "cycle", "ui/cli")),
    *(
        PACKAGE / part
        for part in ("ui/web/opening.py", "recognition/contacts/address_books.py", "model/supervision.py")
    ),
    Path(termintreu_connectors.__file__).parent,
)
_LIKE_A_SENTENCE = re.compile(r"[A-Za-z-]{2,} [a-z]")
_OTHER = re.compile(r"ALTER |CREATE |DROP |INSERT |PRAGMA |STATUS=|-c|#|\(\.")
"""SQL, options of a database, the service manager's lines, the text of an example, patterns."""
_OTHER_CALLS = frozenset({"msg", "compile", "text", "execute", "add_argument", "_Command", "make"})
"""Calls whose literals are no errors: texts of the other catalogue, patterns, SQL, help."""


def sentences(rooms: Iterable[Path] = ROOMS) -> dict[str, str]:
    """Every sentence of the rooms as a msgid, by its `key`."""
    found: dict[str, str] = {}
    for room in rooms:
        for path in [room] if room.is_file() else sorted(room.rglob("*.py")):
            for msgid in _of_module(ast.parse(path.read_bytes())):
                found.setdefault(key(msgid), msgid)
    return found


def key(msgid: str) -> str:
    """A sentence without the names of its values, which differ from place to place, and without the place that it
    begins with: that is no part of it in the catalogue."""
    text = re.sub(r"(?<!\{)\{[^{}]*\}(?!\})", "{}", msgid).strip()
    return (
        re.sub(r"^(?:(?:\{\}|[A-Z]{3,}) on \{\}: |\{\}: |; |\{\} )+", "", text) if len(text) > len("{}: {}") else text
    )


def _of_module(tree: ast.Module) -> Iterator[str]:
    other = _no_errors(tree)
    for node in ast.walk(tree):
        if id(node) not in other and isinstance(node, ast.Constant | ast.JoinedStr):
            text = _template(node)
            if (
                text is not None
                and _LIKE_A_SENTENCE.search(re.sub(r"\{[^}]*\}", "x", text))
                and not _OTHER.match(text.strip())
            ):
                yield text.strip()


def _no_errors(tree: ast.Module) -> set[int]:
    """Docstrings, log lines, parts of f-strings, and what is given to `_OTHER_CALLS`."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            found.update(map(id, node.values))
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called.rpartition(".")[2] in _OTHER_CALLS or called.partition(".")[0] in {"log", "log_defect"}:
                found.update(id(inner) for inner in ast.walk(node))
    return found


def _template(node: ast.Constant | ast.JoinedStr) -> str | None:
    if isinstance(node, ast.Constant):
        return _escaped(node.value).replace("{{}}", "{n}") if isinstance(node.value, str) else None
    parts: list[str] = []
    names: list[str] = []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            names.append(_name(part.value, names))
            parts.append(f"{{{names[-1]}}}")
        elif isinstance(part, ast.Constant):
            parts.append(_escaped(str(part.value)))
    return "".join(parts)


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _name(value: ast.expr, taken: list[str]) -> str:
    """A name for a value: the last word of what stands there."""
    words = [word.strip("_") for word in re.findall(r"[a-z_]+", ast.unparse(value)) if word.strip("_")]
    name = words[-1] if words and words[-1] not in {"if", "or"} else "value"
    return name if name not in taken else f"{name}{len(taken)}"


NOT_SHOWN = frozenset(
    key(each)
    for each in (
        # names of headings in files, of units, of styles, of a trial's collections
        *(
            "bold red",
            "call type",
            "phone number",
            "telephone number",
            "telephony device",
            "coordinated universal time",
        ),
        *("termintreu doctor", "Rules to leave out, by name."),
        # what the log calls things, and advises
        *("no kind of item", "the heartbeat", "the lock of the state", "the refresh of profiles", "the status socket"),
        *("the work", "turns of {}", "watching for changes", "too long for a status", "an instant needs a time zone"),
        "mend it; it is tried again, after a refused log-in once you reload (SIGHUP)",
        "mend the log-in, then reload (SIGHUP; a systemd credential: restart): it is not tried again before",
        "log in with that command; a running daemon notices it",
        "nothing, if it passes: it is tried again; else see `termintreu doctor`",
        # the status line for the service manager
        *("{} calls ahead, {} threatened, {}", "{} profiles, {} with a cycle,", "{} calls ahead"),
        *("{} turns queued", "{} turns taken, {} at work", "{} since {}"),
        # the frame of a page
        (
            '<!doctype html><meta charset="utf-8"><title>termintreu</title>'
            '<body style="font:1.2em sans-serif;margin:3em"><p>TEXT</p></body>'
        ),
        # what a lock holds
        "termintreu {} {} {}",
    )
)
"""Sentences that only administrators see, in logs and in the service manager, which are English; by their `key`."""

ELSEWHERE = Path(__file__).with_name("more_errors.txt")
"""What else stands in errors, a line each: sentences of argparse, tomllib and the system, names of requests, and words
within sentences of ours."""


def elsewhere() -> list[str]:
    """What stands in `ELSEWHERE`."""
    return ELSEWHERE.read_text(encoding="utf-8").splitlines()


def updated_file(*, prune: bool = False) -> tuple[bytes, list[str]]:
    """The catalogue's file with what is new in it, and what is still to be translated."""
    book: Catalog = read("de", ERRORS)
    held = {key(str(entry.id)): str(entry.id) for entry in book if entry.id}
    wanted = {each: msgid for each, msgid in sentences().items() if each not in NOT_SHOWN}
    msgids = {held.get(each, msgid) for each, msgid in wanted.items()} | set(elsewhere())
    content = updated(book, "de", msgids, prune=prune)
    return content, sorted(str(entry.id) for entry in book if entry.id and not entry.string)


def main(arguments: list[str]) -> int:
    """Update the catalogue. Returns 1 where a person has to translate something."""
    content, empty = updated_file(prune="--prune" in arguments)
    path_of("de", ERRORS).write_bytes(content)
    sys.stdout.writelines(f"  to translate: {msgid}\n" for msgid in empty)
    return 1 if empty else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
