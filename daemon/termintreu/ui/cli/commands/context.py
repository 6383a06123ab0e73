"""The context of a command: configuration, profile, world and time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from termintreu.config.file import LoadedConfig
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
from termintreu.ui.cli.commands.reader import config_path, profile_name, texts_of

T = TypeVar("T")

_GOODBYE = 3.0
"""Seconds that closing connections may take."""
_YEARS = range(1971, 9001)
"""Years that `--at` and `--on` may have: sums with ten years more or less stay within the calendar."""


@dataclass(frozen=True, slots=True)
class Context:
    """A world and the time at which a command acts."""

    world: World
    now: datetime
    warnings: tuple[str, ...] = ()
    """Warnings about the configuration."""

    def at_the_latest(self) -> Context:
        """The same at the time of the last cycle, if that is later: all of the state counts."""
        last = self.world.memory.last_report()
        return self if last is None else replace(self, now=max(self.now, datetime.fromisoformat(last["at"])))

    def cycle(self, *, dry: bool, ends: float | None = None) -> Report:
        """Run one cycle; see `turn`."""
        return run_to_end(self.turn(dry=dry, ends=ends))

    async def turn(self, *, dry: bool, ends: float | None = None) -> Report:
        """Run one cycle.

        Args:
            dry: nothing is written.
            ends: monotonic seconds. What is not read well before is left out; raises TermintreuError where the cycle is
                not done by then.
        """
        self.world.accounts.ends = ends
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
    """An event loop that ends without waiting for its threads: a dead resolver or disk may block them for ever."""

    async def shutdown_default_executor(self, *_: object) -> None:
        """Does nothing: `close` ends the executor without waiting."""


def run_to_end(work: Coroutine[Any, Any, T]) -> T:
    """As asyncio.run, on a loop that does not wait for its threads."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(work)


@contextmanager
def context_of(arguments: Arguments, *, dry: bool) -> Iterator[Context]:
    """The context of a command, while its state is open. Raises UsageError, ConfigError, StoreError.

    Args:
        arguments: of the command line; `config`, `person` and `at` are read.
        dry: nothing is remembered.
    """
    profiles = bootstrap.load_profiles(config_path(arguments))
    name = profile_name(profiles, arguments.person)
    loaded = profiles.load(name)
    with _state(profiles, arguments, dry=dry) as database:
        yield _context(arguments, loaded, name, database)


@contextmanager
def contexts_of(profiles: Profiles[Params], arguments: Arguments, *, dry: bool) -> Iterator[Callable[[str], Context]]:
    """Contexts of several profiles on one open state: gives a function from a profile's name to its context.

    That function raises ConfigError for errors in the profile's configuration.
    """
    with _state(profiles, arguments, dry=dry) as database:
        yield lambda name: _context(arguments, profiles.load(name), name, database)


@contextmanager
def _state(profiles: Profiles[Params], arguments: Arguments, *, dry: bool) -> Iterator[Database]:
    with closing(bootstrap.open_state(profiles.config, dry=dry)) as database:
        for note in database.notes:
            say(texts_of(arguments).error(note))
        yield database


def _context(arguments: Arguments, loaded: LoadedConfig[Params], name: str, database: Database) -> Context:
    world = bootstrap.build(loaded, profile=name, database=database)
    now = _moment(arguments.at, world)
    world.accounts.ahead = max(now - datetime.now(UTC), timedelta(0))
    return Context(world, now, loaded.warnings)


def instant(text: str, world: World, option: str) -> datetime:
    """The time that an option gives, in UTC; without an offset it is in the configured zone. Raises UsageError."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option} {text!r} is no moment; write it like 2026-11-25T14:30 or with +01:00") from error
    if given.year not in _YEARS:
        raise UsageError(f"{option} {text!r} is too far away; years from {_YEARS[0]} to {_YEARS[-1]} are understood")
    return (given if given.tzinfo else given.replace(tzinfo=world.zone)).astimezone(UTC)


def _moment(text: str | None, world: World) -> datetime:
    return datetime.now(UTC) if text is None else instant(text, world, "--at")
