"""Commands for many machines: `worker`, `scheduler` and `sync`."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

from rich.text import Text

from termintreu.model import msg
from termintreu.service import bootstrap
from termintreu.ui.cli.commands import Arguments, UsageError
from termintreu.ui.cli.commands.printing import print_json, print_lines
from termintreu.ui.cli.commands.reader import config_path, profile_name, texts_of


def worker(arguments: Arguments) -> int:
    """`termintreu worker`."""
    for name, value, least, most in (("jobs", arguments.jobs, 1, 256), ("keep", arguments.keep, 0, 100_000)):
        if not least <= value <= most:
            raise UsageError(f"--{name} {value}: from {least} to {most}")
    limits = {"quick": arguments.jobs, "slow": arguments.jobs, "keep": arguments.keep}
    module = _scaled("worker")
    return asyncio.run(_run(lambda: module.Worker(config_path(arguments), **limits)))


def scheduler(arguments: Arguments) -> int:
    """`termintreu scheduler`."""
    module = _scaled("scheduler")
    return asyncio.run(_run(lambda: module.Scheduler(config_path(arguments))))


def sync(arguments: Arguments) -> int:
    """`termintreu sync NAME`: queue a turn before all others."""
    path = config_path(arguments)
    profiles = bootstrap.load_profiles(path)
    if profiles.config.state.url is None:
        raise UsageError("there are no workers without [state] url; `termintreu once` looks now")
    for name in arguments.name:
        profile_name(profiles, name)
    _scaled("scheduler").sync(path, arguments.name)
    if arguments.json:
        print_json({"people": arguments.name})
    else:
        queued = msg("{names}: next in the queue", names=tuple(arguments.name))
        print_lines([Text(texts_of(arguments).render(queued))])
    return 0


def _scaled(name: str) -> ModuleType:
    """A module of `service/` that needs the packages of the extra `scale`. Raises UsageError where they are missing."""
    try:
        return importlib.import_module(f"termintreu.service.{name}")
    except ImportError:
        raise UsageError("workers need more: pip install 'termintreu[scale]'") from None


async def _run(make: Callable[[], Any]) -> int:
    """Make and run it in the same event loop."""
    return int(await make().run())
