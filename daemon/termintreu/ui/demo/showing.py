"""How the demo is shown: redrawn on a terminal, told in lines elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from termintreu.ui.demo.view import Screen, happening_line, screen_lines


class Show(Protocol):
    """Shows a screen; it is called again and again."""

    def __call__(self, screen: Screen) -> None: ...


@contextmanager
def showing(console: Console) -> Iterator[Show]:
    """A picture that fits the terminal and is redrawn; lines, each told once, where there is none."""
    if not console.is_terminal or console.is_dumb_terminal:
        yield _Lines(console)
        return
    with Live(console=console, screen=True, auto_refresh=False) as live:
        yield _Picture(console, live)


def print_screen(console: Console, screen: Screen) -> None:
    """Print it once: cut to a terminal's width, whole elsewhere."""
    for line in screen_lines(screen):
        if console.is_terminal:
            console.print(line, no_wrap=True, overflow="ellipsis")
        else:
            console.print(line, soft_wrap=True)


def _fitted(line: Text) -> Text:
    fitted = line.copy()
    fitted.no_wrap, fitted.overflow = True, "ellipsis"
    return fitted


class _Picture:
    """On a terminal."""

    def __init__(self, console: Console, live: Live) -> None:
        self._console = console
        self._live = live
        self._shown: object = None

    def __call__(self, screen: Screen) -> None:
        """Redraw it where anything has changed, the size of the terminal included."""
        lines = screen_lines(screen, rows=self._console.height)
        state = (self._console.size, [line.markup for line in lines])
        if state != self._shown:
            self._shown = state
            self._live.update(Group(*map(_fitted, lines)), refresh=True)


class _Lines:
    """Elsewhere: everything once."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._told: int | None = None

    def __call__(self, screen: Screen) -> None:
        """The whole screen at first, then what happens."""
        if screen.report is None:
            return
        if self._told is None:
            print_screen(self._console, screen)
            self._told = 0
        for one in screen.happenings[self._told :]:
            self._console.print(happening_line(one, screen.texts), soft_wrap=True)
        self._told = len(screen.happenings)
