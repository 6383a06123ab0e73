"""A progress bar for a cycle that takes long, on a terminal only, and gone when the cycle is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer

from rich import progress as rich_progress
from rich.console import Console

from termintreu.model.progress import SILENT, Progress, Stage

_LONG = 1.0
"""Seconds that pass without a bar."""
_LABEL = {"reading": "reading calendars", "writing": "writing items"}


class _Bars(Progress):
    def __init__(self, shown: rich_progress.Progress) -> None:
        self._shown = shown
        self._tasks: dict[Stage, rich_progress.TaskID] = {}

    def more(self, stage: Stage, steps: int) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._shown.add_task(_LABEL[stage], total=0)
        known = self._shown.tasks[self._tasks[stage]].total or 0
        self._shown.update(self._tasks[stage], total=known + steps)

    def done(self, stage: Stage) -> None:
        self._shown.advance(self._tasks[stage])


@contextmanager
def shown() -> Iterator[Progress]:
    """What a cycle tells its progress to: a bar on stderr after a second, or nothing where that is no terminal."""
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
        yield _Bars(display)
    finally:
        timer.cancel()
        timer.join()
        display.stop()
