"""The program as a daemon runs it: one world, cycle after cycle, in a process of its own that says what each cost.

Takes one command a line on its standard input: {"at": ISO time} runs a cycle at that moment; with {"profile": path}
beside it, what cProfile saw of it is written there (and the times are worth nothing).
"""

from __future__ import annotations

import asyncio
import contextlib
import cProfile
import functools
import inspect
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.meter import Meter
from termintreu import planning
from termintreu.cycle import cycle
from termintreu.judging import assess, judge
from termintreu.planning.items import observe
from termintreu.reading import calendar, collect
from termintreu.recognition import calls
from termintreu.service import bootstrap
from termintreu.service.gc_tuning import tune_gc
from termintreu.service.logs import setup
from termintreu.writing import apply, diff

_STAGES: tuple[Callable[..., Any], ...] = (
    apply.apply,
    assess.assess,
    calls.recognise,
    collect.collect,
    diff.diff,
    observe.observe,
    planning.plan,
    calendar.read_calendar,
    judge.judge,
)
"""Some are parts of others: `judge` assesses."""


def _timed(spent: Counter[str], name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, its CPU time added up."""
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def waited(*given: Any, **named: Any) -> Any:
            before = time.process_time()
            try:
                return await function(*given, **named)
            finally:
                spent[name] += time.process_time() - before

        return waited

    @functools.wraps(function)
    def called(*given: Any, **named: Any) -> Any:
        before = time.process_time()
        try:
            return function(*given, **named)
        finally:
            spent[name] += time.process_time() - before

    return called


def main() -> None:
    """Argument: the configuration."""
    setup(verbose=False)
    tune_gc()
    world = bootstrap.build(bootstrap.load(Path(sys.argv[1])))
    spent: Counter[str] = Counter()
    for stage in _STAGES:
        timed = _timed(spent, stage.__name__, stage)
        for module in [module for name, module in sys.modules.items() if name.startswith("termintreu.")]:
            if getattr(module, stage.__name__, None) is stage:
                setattr(module, stage.__name__, timed)
    world.memory.remember = _timed(spent, "remember", world.memory.remember)  # type: ignore[method-assign]  # as above
    world.memory.load_history = _timed(spent, "history", world.memory.load_history)  # type: ignore[method-assign]  # as above
    loop, meter = asyncio.new_event_loop(), Meter()
    for line in sys.stdin:
        wanted = json.loads(line)
        spent.clear()
        parsed = world.settings.reader.parsed
        profile = cProfile.Profile(time.process_time) if "profile" in wanted else None
        meter.start()
        with profile or contextlib.nullcontext():
            report = loop.run_until_complete(cycle.run_cycle(world, datetime.fromisoformat(wanted["at"])))
        used: dict[str, Any] = meter.stop()
        if profile:
            profile.dump_stats(wanted["profile"])
        used |= {
            "stages": dict(spent),
            "calls": len(report.calls),
            "parsed": world.settings.reader.parsed - parsed,
            "written": sum(change.result == "applied" for change in report.changes),
            "rejected": len(report.rejected),
            "trouble": [source.error for source in report.sources if source.error] + list(report.held_back),
            "own": [key[1] for key, mirror in (world.state.held or {}).items() if mirror.roles],
        }
        print(json.dumps(used), flush=True)
    loop.run_until_complete(world.close())


if __name__ == "__main__":
    main()
