"""Looks at the demo's calendars as a dry run does, again when something in them changes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.report import Report
from termintreu.cycle.world import World
from termintreu.service import bootstrap
from termintreu.ui.demo.happenings import Happening, awaits_answer, happened, nothing_more, scene_of

_PAUSE = 0.3
"""Seconds between two glances at the server's folder."""
_AGAIN = 20.0
"""Seconds after which it is looked even so: time alone changes what stands there."""


@dataclass(slots=True, kw_only=True)
class Course:
    """What was seen so far."""

    report: Report | None = None
    happenings: list[Happening] = field(default_factory=list)

    def take(self, report: Report) -> None:
        """Take a further look into account."""
        if self.report is not None:
            self.happenings += happened(scene_of(self.report), scene_of(report), self.happenings)
        self.report = report

    def pass_to(self, now: datetime) -> None:
        """Take into account that nothing more came until `now` (UTC)."""
        if (done := awaits_answer(self.happenings, now)) is not None:
            self.happenings.append(nothing_more(done, now))


async def looked(config: Path) -> Report:
    """One look at what stands there now."""
    world = bootstrap.build(bootstrap.load(config), dry=True)
    try:
        return await _look(world)
    finally:
        await world.close()


async def watched(config: Path, storage: Path, show: Callable[[Course], None]) -> None:
    """Look on until cancelled.

    Args:
        config: of the daemon.
        storage: the folder whose files change with the calendars.
        show: is called after each glance; what it raises ends the watching.
    """
    world = bootstrap.build(bootstrap.load(config), dry=True)
    course, seen, at = Course(), None, 0.0
    try:
        while True:
            stands = frozenset(_stands(storage))
            if stands != seen or time.monotonic() - at > _AGAIN:
                seen, at = stands, time.monotonic()
                course.take(await _look(world))
            course.pass_to(datetime.now(UTC))
            show(course)
            await asyncio.sleep(_PAUSE)
    finally:
        await world.close()


async def _look(world: World) -> Report:
    return await run_cycle(world, datetime.now(UTC).replace(microsecond=0), dry=True)


def _stands(storage: Path) -> Iterator[tuple[str, int, int]]:
    """Every entry with its size and time of change."""
    for path in storage.rglob("*.ics"):
        try:
            found = path.stat()
        except OSError:  # it was replaced or deleted meanwhile: the next glance sees it
            continue
        yield str(path), found.st_size, found.st_mtime_ns
