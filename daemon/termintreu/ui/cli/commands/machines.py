"""Many machines: workers that take turns, the scheduler that puts them down, and a turn before all others."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

from rich.text import Text

from termintreu.service import bootstrap
from termintreu.ui.cli.commands import Arguments, UsageError
from termintreu.ui.cli.commands.context import config_path, person
from termintreu.ui.cli.commands.printing import print_json, print_lines


def worker(arguments: Arguments) -> int:
    """`termintreu worker`."""
    for name, value, least, most in (("jobs", arguments.jobs, 1, 256), ("keep", arguments.keep, 0, 100_000)):
        if not least <= value <= most:
            raise UsageError(f"--{name} {value}: from {least} to {most}")
    places = {"quick": arguments.jobs, "slow": arguments.jobs, "keep": arguments.keep}
    module = _scaled("worker")
    return asyncio.run(_run(lambda: module.Worker(config_path(arguments), **places)))


def scheduler(arguments: Arguments) -> int:
    """`termintreu scheduler`."""
    module = _scaled("scheduler")
    return asyncio.run(_run(lambda: module.Scheduler(config_path(arguments))))


def sync(arguments: Arguments) -> int:
    """`termintreu sync NAME`: a turn before all others."""
    path = config_path(arguments)
    profiles = bootstrap.load_profiles(path)
    if profiles.config.state.url is None:
        raise UsageError("there are no workers without [state] url; `termintreu once` looks now")
    for name in arguments.name:
        person(profiles, name)
    _scaled("scheduler").sync(path, arguments.name)
    if arguments.json:
        print_json({"people": arguments.name})
    else:
        print_lines([Text(f"{', '.join(arguments.name)}: next in the queue")])
    return 0


def _scaled(name: str) -> ModuleType:
    """Only who works on many machines has installed what it needs."""
    try:
        return importlib.import_module(f"termintreu.service.{name}")
    except ImportError:
        raise UsageError("workers need more: pip install 'termintreu[scale]'") from None


async def _run(make: Callable[[], Any]) -> int:
    """Made within the loop that it runs in."""
    return int(await make().run())
