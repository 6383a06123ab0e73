"""What commands act in: the configuration that holds, the person it is about, their world, and the moment."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from termintreu import bootstrap
from termintreu.commands import Arguments, UsageError
from termintreu.commands.printing import say
from termintreu.configfile import find_config
from termintreu.cycle import run_cycle
from termintreu.people import People
from termintreu.report import Report
from termintreu.rules.base import Params
from termintreu.world import World


@dataclass(frozen=True, slots=True)
class Scene:
    """A world and the moment a command acts in."""

    world: World
    now: datetime
    warnings: tuple[str, ...] = ()
    """Of the configuration."""

    def at_the_latest(self) -> Scene:
        """The same, not before the moment given to the last cycle: all that is remembered counts."""
        last = self.world.memory.last_report()
        return self if last is None else replace(self, now=max(self.now, datetime.fromisoformat(last["at"])))

    def cycle(self, *, dry: bool) -> Report:
        """Run one cycle."""
        return asyncio.run(self._cycle(dry))

    async def _cycle(self, dry: bool) -> Report:
        try:
            return await run_cycle(self.world, self.now, dry=dry)
        finally:
            await self.world.disconnect()


@contextmanager
def scene_of(arguments: Arguments, *, dry: bool) -> Iterator[Scene]:
    """The scene of a command, for as long as its state is open. Raises UsageError, ConfigError, StoreError.

    Args:
        arguments: of the command line; `config`, `person` and `at` count here.
        dry: nothing is remembered.
    """
    people = bootstrap.load_people(config_path(arguments))
    name = person(people, arguments.person)
    loaded = people.load(name)
    database = bootstrap.open_state(people.config, dry=dry)
    try:
        world = bootstrap.build(loaded, profile=name, database=database)
        for note in database.notes:
            say(note)
        now = _moment(arguments.at, world)
        world.ahead = max(now - datetime.now(UTC), timedelta(0))
        yield Scene(world, now, loaded.warnings)
    finally:
        database.close()


def config_path(arguments: Arguments) -> Path:
    """The configuration that holds. Raises ConfigError where there is none."""
    return find_config(arguments.config, os.environ)


def person(people: People[Params], name: str | None) -> str:
    """Whom a command is about. Raises UsageError where that is not clear."""
    try:
        return people.one(name)
    except LookupError as error:
        raise UsageError(str(error)) from error


def instant(text: str, world: World, option: str) -> datetime:
    """What an option gives as a moment, in UTC: with an offset, or in the configured zone. Raises UsageError."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option} {text!r} is no moment; write it like 2026-11-25T14:30 or with +01:00") from error
    return (given if given.tzinfo else given.replace(tzinfo=world.zone)).astimezone(UTC)


def _moment(text: str | None, world: World) -> datetime:
    return datetime.now(UTC) if text is None else instant(text, world, "--at")
