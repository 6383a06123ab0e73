"""A progress bar for long cycles, on a terminal only; it is removed when the cycle ends."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Timer

from rich import progress as rich_progress
from rich.console import Console

from termintreu.model import Message, msg
from termintreu.model.progress import SILENT, Progress, Stage
from termintreu.model.texts.catalogue import Language, catalogue

_LONG = 1.0
"""Seconds before the bar is shown."""
_LABEL: Mapping[Stage, Message] = {"reading": msg("reading calendars"), "writing": msg("writing items")}


class _ProgressBar(Progress):
    def __init__(self, shown: rich_progress.Progress, language: Language) -> None:
        self._shown = shown
        self._say = catalogue(language).get
        self._tasks: dict[Stage, rich_progress.TaskID] = {}

    def more(self, stage: Stage, steps: int) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._shown.add_task(self._say(_LABEL[stage].msgid), total=0)
        known = self._shown.tasks[self._tasks[stage]].total or 0
        self._shown.update(self._tasks[stage], total=known + steps)

    def done(self, stage: Stage) -> None:
        self._shown.advance(self._tasks[stage])


@contextmanager
def shown(language: Language) -> Iterator[Progress]:
    """Show a cycle's progress on stderr after a second, in the reader's language; nothing is shown where that is no
    terminal."""
    console = Console(stderr=True)
    if not sys.stderr.isatty() or not console.is_terminal or console.is_dumb_terminal:
        yield SILENT
        return
    display = rich_progress.Progress(
        rich_progress.TextColumn("{task.description}"),
        rich_progress.BarColumn(),
        rich_progress.MofNCompleteColumn(),
        rich_progress.TimeElapsedColumn(),
        console=console,
        transient=True,
    )
    timer = Timer(_LONG, display.start)
    timer.start()
    try:
        yield _ProgressBar(display, language)
    finally:
        timer.cancel()
        timer.join()
        display.stop()
