"""What commands act in: the configuration that holds, the person it is about, their world, and the moment."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from termintreu.config.file import LoadedConfig, find_config
from termintreu.config.profiles import Profiles
from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.report import Report
from termintreu.cycle.world import World
from termintreu.judging.rules.common.base import Params
from termintreu.model.errors import TermintreuError
from termintreu.service import bootstrap
from termintreu.storage import Database
from termintreu.ui.cli.commands import Arguments, UsageError
from termintreu.ui.cli.commands.printing import say

T = TypeVar("T")

_GOODBYE = 3.0
"""Seconds that giving back connections may take."""
_YEARS = range(1971, 9001)
"""Of moments that are given: ten years of any duration on either side still are within the calendar."""


@dataclass(frozen=True, slots=True)
class Context:
    """A world and the moment a command acts in."""

    world: World
    now: datetime
    warnings: tuple[str, ...] = ()
    """Of the configuration."""

    def at_the_latest(self) -> Context:
        """The same, not before the moment given to the last cycle: all that is remembered counts."""
        last = self.world.memory.last_report()
        return self if last is None else replace(self, now=max(self.now, datetime.fromisoformat(last["at"])))

    def cycle(self, *, dry: bool, ends: float | None = None) -> Report:
        """Run one cycle; see `turn`."""
        return at_work(self.turn(dry=dry, ends=ends))

    async def turn(self, *, dry: bool, ends: float | None = None) -> Report:
        """Run one cycle.

        Args:
            dry: nothing is written.
            ends: monotonic seconds. What is not read well before is left out; raises TermintreuError where the cycle is
                not done by then.
        """
        self.world.ends = ends
        try:
            async with asyncio.timeout_at(ends):
                return await run_cycle(self.world, self.now, dry=dry)
        except TimeoutError:
            raise TermintreuError("the cycle took too long and was cut off; the next one completes it") from None
        finally:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_GOODBYE):
                    await self.world.disconnect()


class _Loop(asyncio.SelectorEventLoop):
    """One that ends without waiting for its threads: a resolver or a disk that is gone may hold them for ever."""

    async def shutdown_default_executor(self, *_: object) -> None:
        """Left to `close`, which does not wait."""


def at_work(work: Coroutine[Any, Any, T]) -> T:
    """As asyncio.run, on a loop whose threads nobody waits for."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(work)


@contextmanager
def context_of(arguments: Arguments, *, dry: bool) -> Iterator[Context]:
    """The scene of a command, for as long as its state is open. Raises UsageError, ConfigError, StoreError.

    Args:
        arguments: of the command line; `config`, `person` and `at` count here.
        dry: nothing is remembered.
    """
    profiles = bootstrap.load_profiles(config_path(arguments))
    name = person(profiles, arguments.person)
    loaded = profiles.load(name)
    with _state(profiles, dry=dry) as database:
        yield _context(arguments, loaded, name, database)


@contextmanager
def contexts_of(profiles: Profiles[Params], arguments: Arguments, *, dry: bool) -> Iterator[Callable[[str], Context]]:
    """The same for several people over one state: gives each one's scene by their name.

    What is given raises ConfigError for what is wrong with that person's configuration.
    """
    with _state(profiles, dry=dry) as database:
        yield lambda name: _context(arguments, profiles.load(name), name, database)


@contextmanager
def _state(profiles: Profiles[Params], *, dry: bool) -> Iterator[Database]:
    with closing(bootstrap.open_state(profiles.config, dry=dry)) as database:
        for note in database.notes:
            say(note)
        yield database


def _context(arguments: Arguments, loaded: LoadedConfig[Params], name: str, database: Database) -> Context:
    world = bootstrap.build(loaded, profile=name, database=database)
    now = _moment(arguments.at, world)
    world.ahead = max(now - datetime.now(UTC), timedelta(0))
    return Context(world, now, loaded.warnings)


def config_path(arguments: Arguments) -> Path:
    """The configuration that holds. Raises ConfigError where there is none."""
    return find_config(arguments.config, os.environ)


def person(profiles: Profiles[Params], name: str | None) -> str:
    """Whom a command is about. Raises UsageError where that is not clear."""
    try:
        return profiles.one(name)
    except LookupError as error:
        raise UsageError(str(error)) from error


def instant(text: str, world: World, option: str) -> datetime:
    """What an option gives as a moment, in UTC: with an offset, or in the configured zone. Raises UsageError."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option} {text!r} is no moment; write it like 2026-11-25T14:30 or with +01:00") from error
    if given.year not in _YEARS:
        raise UsageError(f"{option} {text!r} is too far away; years from {_YEARS[0]} to {_YEARS[-1]} are understood")
    return (given if given.tzinfo else given.replace(tzinfo=world.zone)).astimezone(UTC)


def _moment(text: str | None, world: World) -> datetime:
    return datetime.now(UTC) if text is None else instant(text, world, "--at")
