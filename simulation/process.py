"""One daemon: the real service on a loop of its own, started, asked, told to reload, stopped and killed."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import math
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

from simulation.clock import VirtualClock
from simulation.disk import Disk, close_all_in, restored, saved
from simulation.loop import VirtualLoop
from simulation.network import Internet
from termintreu.model.errors import TermintreuError
from termintreu.service.board import Board
from termintreu.service.daemon import Service
from termintreu.ui.cli.report_lines import marked_lines
from termintreu.ui.web.metrics import Metrics
from termintreu.ui.web.page import page
from termintreu.ui.web.rendering import html


class Process:
    """The daemon of one configuration, from one start to the next."""

    def __init__(self, name: str, config: Path, state: Path, clock: VirtualClock, internet: Internet) -> None:
        self.name, self.config, self.state = name, config, state
        self.disk = Disk()
        self.disk.kill = self.kill
        self.ended = ""
        """How it ended by itself; "" while it runs or after it was stopped."""
        self.dying = False
        self.board: Board | None = None
        self._clock, self._internet = clock, internet
        self._loop: VirtualLoop | None = None
        self._task: asyncio.Task[int] | None = None
        self._respond: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
        self._watched: list[tuple[Path, Callable[[], None], Callable[[Path], bool] | None]] = []
        self._saved = state.parent / f"{state.name}.saved"

    @property
    def runs(self) -> bool:
        """Whether it is there."""
        return self._loop is not None and not self.dying

    @property
    def wakes(self) -> float:
        """When it has something to do again (monotonic seconds)."""
        return math.inf if self._loop is None else self._loop.wakes

    def start(self) -> None:
        """The command that systemd runs."""
        if self._loop is not None:
            return
        self.ended, self.dying = "", False
        self._loop = VirtualLoop(self._clock, self._internet)
        self._loop.on_kill = self.kill
        service = Service(self.config, page=self._page, shown=marked_lines, answering=self._answering)
        self._task = self._loop.create_task(service.run())

    def settle(self) -> None:
        """Do all that is to be done now."""
        loop = self._loop
        if loop is None:
            return
        asyncio.set_event_loop(loop)
        with self.disk.installed():
            loop.settle()
        if loop.dead:
            del loop
            self._bury()
        elif self._task is not None and self._task.done():
            self._ends(loop, self._task)

    def signal(self, number: int) -> None:
        """SIGTERM and SIGHUP reach it, SIGKILL ends it."""
        if self._loop is None:
            return
        if number == signal.SIGKILL:
            self.kill()
        elif number in self._loop.signals:
            self._loop.signals[number]()

    def kill(self) -> None:
        """It does no further step; what is on disk at this moment is what will be found there."""
        if self._loop is not None and not self.dying:
            self.dying = True
            saved(self.state, self._saved)
            self._loop.kill()

    def changed(self, path: Path) -> None:
        """A file was changed: whoever watches it is told, as inotify would."""
        for watched, wake, ignore in self._watched:
            near = path in {watched, *()} or watched in {path.parent, path.parent.parent}
            if near and (ignore is None or not ignore(path)) and self._loop is not None:
                self._loop.call_later(0.2, wake)

    def status(self) -> Mapping[str, Any]:
        """What `termintreu status` gets."""
        return {} if self._respond is None or not self.runs else self._respond({"do": "status"})

    def shown(self) -> bytes:
        """The page of one person, as a browser gets it, and the figures beside it."""
        if self.board is None:
            return b""
        content = self.board.content
        seen = b"" if content is None else html(page(content, self._clock.wall))
        figures = Metrics(self.board, lambda: self.health() == "ok", lambda: self._clock.wall)
        return seen + figures.text() + self.health().encode()

    def health(self) -> str:
        """What /healthz says."""
        return "" if self.board is None else self.board.health(self._clock.monotonic, longest=900.0)

    @contextlib.contextmanager
    def _page(self, _: str | None, board: Board, *, longest: float) -> Iterator[str | None]:
        self.board = board
        del longest
        yield None

    @contextlib.contextmanager
    def _answering(self, _: Path, __: Mapping[str, str], respond: Any, *, state: Path | None = None) -> Iterator[None]:
        self._respond = respond
        del state
        yield

    @contextlib.contextmanager
    def watching(
        self, path: Path, wake: Callable[[], None], _: bool, ignore: Callable[[Path], bool] | None
    ) -> Iterator[None]:
        """As connectors' `watch.Way`."""
        entry = path, wake, ignore
        self._watched.append(entry)
        try:
            yield
        finally:
            if entry in self._watched:
                self._watched.remove(entry)

    def owns(self, loop: asyncio.AbstractEventLoop | None) -> bool:
        """Whether that is the loop of this process."""
        return loop is not None and loop is self._loop

    def _ends(self, loop: VirtualLoop, task: asyncio.Task[int]) -> None:
        error = task.exception()
        if isinstance(error, TermintreuError):
            self.ended = str(error)
        elif error is not None:
            raise error
        loop.close()
        self._forget()

    def _bury(self) -> None:
        """Whatever the dead one's tasks would do on their way out, nobody sees, and nothing comes of it."""
        with mock.patch.object(sys, "unraisablehook"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # tasks that never began
            self.disk.dies()
            self._internet.forget(self._loop)
            self._loop.bury()
            self._forget()
            gc.collect()
            close_all_in(self.state)
        restored(self._saved, self.state)
        self.dying = False

    def _forget(self) -> None:
        self._loop = self._task = self._respond = self.board = None
        self._watched.clear()
