"""Everybody of one configuration, and the state that they share. What goes wrong for one touches nobody else."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from termintreu.config.profiles import People
from termintreu.judging.rules.common.base import Params
from termintreu.service.board import Board
from termintreu.service.bootstrap import load_people
from termintreu.service.running_profile import Person
from termintreu.service.state_lock import StateLock
from termintreu.service.status_of_many import in_short
from termintreu.storage import Database


class Staff:
    """Everybody of one configuration, and the state that they share."""

    def __init__(
        self,
        people: People[Params],
        database: Database,
        *,
        clock: Callable[[], datetime],
        board: Board,
        lock: StateLock | None = None,
    ) -> None:
        self.people = people
        self.lock = lock
        """Keeps other processes from the state; None where they may share it."""
        self.persons: dict[str, Person] = {}
        self.leaving = asyncio.Event()
        """Set when this configuration's time is over."""
        self._database = database
        self._clock = clock
        self._board = board
        self._seen: dict[str, object] = {}
        self._first_look = True

    def look_round(self) -> tuple[list[Person], list[str]]:
        """Who has come and who is gone since the last time. Raises ConfigError where that cannot be told."""
        if not self._first_look and self.people.folder is not None:
            self.people = load_people(self.people.path)
        self._first_look = False
        seen = {name: _signature(self.people, name) for name in self.people.names}
        gone = [name for name in self.persons if name not in seen]
        for name in gone:
            del self.persons[name]
        come = []
        for name, signature in seen.items():
            if name not in self.persons:
                self.persons[name] = Person(name, self.people, self._database, clock=self._clock, board=self._board)
                come.append(self.persons[name])
            elif signature != self._seen.get(name):
                self.persons[name].read_again()
        self._seen = seen
        return come, gone

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with the configuration as it stands on disk; of several people, with what names nobody."""
        if self.people.several:
            return self.people.problems
        return tuple(problem for one in list(self.persons.values()) for problem in one.problems)

    def stalled(self, now: float, after: float) -> bool:
        """Whether somebody's turn has run for longer than `after` (seconds), or has been due for so long while nobody's
        began or ended; `now` is monotonic."""
        persons = list(self.persons.values())
        if any(one.begun is not None and now - one.begun >= after for one in persons):
            return True
        overdue = any(now - one.due_since >= after for one in persons)
        return overdue and now - max(one.moved for one in persons) >= after

    def status_line(self) -> str:
        """For systemd."""
        if not self.people.several:
            return next((one.line for one in self.persons.values()), "")
        return _line_of_many(list(self.persons.values()))

    def document(self) -> dict[str, Any]:
        """What `status` is answered: for one person as the last cycle left it, for several a few words of each."""
        if not self.people.several:
            (one,) = list(self.persons.values()) or (None,)
            return {**one.last, "daemon": one.live} if one is not None else {"daemon": {"cycle_since": None}}
        told = [
            {"name": one.name, "late": round(one.late, 3), **in_short(one.last), **one.live}
            for one in list(self.persons.values())
        ]
        return {"people": told, "daemon": {"problems": list(self.people.problems), "cycle_since": None}}

    async def close(self) -> None:
        """Give the state back."""
        await asyncio.to_thread(self._database.close)


def _signature(people: People[Params], name: str) -> object:
    """Another one when a person's file is another."""
    if people.folder is None:
        return None
    try:
        found = os.stat(people.file(name))  # noqa: PTH116 - ten thousand of them, each minute
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _line_of_many(persons: Iterable[Person]) -> str:
    everybody = list(persons)
    told = [in_short(one.last) for one in everybody]
    troubled = [one.name for one, short in zip(everybody, told, strict=True) if short["trouble"] or one.problems]
    line = f"{len(everybody)} people, {sum(short['at'] is not None for short in told)} looked after, "
    line += f"{sum(short['calls'] for short in told)} calls ahead"
    if troubled:
        more = "" if len(troubled) <= 5 else f" and {len(troubled) - 5} more"
        line += f"; trouble: {', '.join(troubled[:5])}{more}"
    return line
