"""The demo's week in folders, looked at by the program itself at any moment."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.report import Report
from termintreu.model.texts import Texts
from termintreu.service import bootstrap
from termintreu.ui.demo.past import earlier_calls
from termintreu.ui.demo.settings import settings
from termintreu.ui.demo.week import realistic_week

BERLIN = ZoneInfo("Europe/Berlin")


def demo_report(folder: Path, now: datetime, language: str) -> tuple[Report, Texts]:
    """What is found and written in the week of `now`, and how it is told."""
    for event in realistic_week(now, BERLIN):
        path = folder / "calendars" / event.calendar / f"{event.uid.partition('@')[0]}.ics"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(event.ics())
    (folder / "own").mkdir()
    config = folder / "config.toml"
    places = f'[[sources]]\nname = "demo"\ntype = "vdir"\npath = "{folder / "calendars"}"\n'
    places += f'[target]\ntype = "vdir"\npath = "{folder / "own"}"\n'
    config.write_text(settings(language, places, state=folder / "state"))

    async def looks() -> tuple[Report, Texts]:
        world = bootstrap.build(bootstrap.load(config))
        try:
            calls, answers = earlier_calls(now, BERLIN)
            world.memory.remember(now=now - timedelta(hours=4), calls=calls, answers=answers)
            await run_cycle(world, now)
            return await run_cycle(world, now), world.texts
        finally:
            await world.close()

    return asyncio.run(looks())
