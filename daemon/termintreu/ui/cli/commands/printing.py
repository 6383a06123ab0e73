"""Output of commands: data on standard output, messages on standard error."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console

from termintreu.model.message import Message, msg
from termintreu.model.texts import Texts

_COLUMN = 16
"""The column at which the text of a call begins."""
_AS_TERMINAL = ("FORCE_COLOR", "TTY_COMPATIBLE", "JUPYTER_COLUMNS", "JUPYTER_LINES", "DATABRICKS_RUNTIME_VERSION")
"""Variables for which rich takes what is none for a terminal."""


def print_json(value: Any) -> None:
    """Print the one JSON document on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
    sys.stdout.flush()  # a command that stays up prints nothing after it


def print_lines(lines: Iterable[Text]) -> None:
    """Print lines on standard output, coloured where that is a terminal; through a pager what does not fit on it."""
    if not _may_be_terminal():
        sys.stdout.write("".join(f"{line.plain}\n" for line in lines))
        sys.stdout.flush()
        return
    from rich.console import Console  # noqa: PLC0415 - takes as long to import as all else that `status` needs

    console = Console(highlight=False)
    pager = pager_of(os.environ) if console.is_terminal and not console.is_dumb_terminal else []
    if not pager:
        _show(console, lines)
        return
    with console.capture() as captured:
        _show(console, lines)
    text = captured.get()
    if text.count("\n") < console.height or not _paged(pager, text):
        sys.stdout.write(text)
        sys.stdout.flush()


def _may_be_terminal() -> bool:
    """Whether rich could take standard output for a terminal."""
    return sys.stdout.isatty() or any(os.environ.get(name) for name in _AS_TERMINAL)


def _show(console: Console, lines: Iterable[Text]) -> None:
    """Print lines; on a terminal long ones are wrapped and indented, piped they stay one line."""
    for line in lines:
        leading = len(line.plain) - len(line.plain.lstrip())
        hang = max(leading, _COLUMN - 2) + 2 if leading else 0
        if not console.is_terminal or len(line.plain) <= console.width or hang == 0:
            console.print(line, soft_wrap=not console.is_terminal)
            continue
        head, body = line[:hang], line[hang:]
        for part in body.wrap(console, console.width - hang):
            console.print(Text.assemble(head, part))
            head = Text(" " * hang)


def pager_of(environ: Mapping[str, str]) -> list[str]:
    """The command that shows long output: $PAGER, else less where there is one; none for an empty $PAGER, or "cat"."""
    given = environ.get("PAGER")
    words = shlex.split(given) if given is not None else ["less"]
    if not words or words == ["cat"] or shutil.which(words[0]) is None:
        return []
    # Colours; nothing but the text where it fits; what was read stays on the terminal.
    return [*words, "-FRX"] if len(words) == 1 and Path(words[0]).name == "less" else words


def _paged(pager: Sequence[str], text: str) -> bool:
    """Whether it was shown. Who leaves the pager early has seen enough; Ctrl-C is the pager's meanwhile."""
    import subprocess  # noqa: PLC0415 - only long output on a terminal comes here

    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        subprocess.run(pager, input=text, text=True, check=False)  # noqa: S603 - the pager that the user has chosen
    except BrokenPipeError:
        return True
    except OSError:
        return False
    finally:
        signal.signal(signal.SIGINT, before)
    return True


def say(text: str) -> None:
    """Print a line on standard error."""
    sys.stderr.write(text + "\n")


def on_terminal() -> bool:
    """Whether standard output is a terminal: long titles are cut there only."""
    if not _may_be_terminal():
        return False
    from rich.console import Console  # noqa: PLC0415 - see `print_lines`

    return Console().is_terminal


def confirmed(question: Message, texts: Texts) -> bool:
    """Ask on the terminal; the letters for yes and no are the language's. The end of the input is no."""
    from rich.console import Console  # noqa: PLC0415 - see `print_lines`
    from rich.prompt import Prompt  # noqa: PLC0415 - as above

    letters = texts.render(msg("y/n")).split("/")
    try:
        given = Prompt.ask(texts.render(question), choices=letters, console=Console(stderr=True))
    except EOFError:
        return False
    return given == letters[0]


def at_terminal() -> bool:
    """Whether the user can be asked: input and messages are on a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()
