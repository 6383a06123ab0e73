"""The running profiles of one configuration, and the state that they share. An error of one profile stops no other."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from termintreu.config.profiles import Profiles
from termintreu.judging.rules.common.base import Params
from termintreu.service.board import Board
from termintreu.service.bootstrap import load_profiles
from termintreu.service.running_profile import RunningProfile
from termintreu.service.state_lock import StateLock
from termintreu.service.status_of_many import summary
from termintreu.storage import Database


class RunningProfiles:
    """The running profiles of one configuration, and the state that they share."""

    def __init__(
        self,
        configured: Profiles[Params],
        database: Database,
        *,
        clock: Callable[[], datetime],
        board: Board,
        lock: StateLock | None = None,
    ) -> None:
        self.configured = configured
        self.lock = lock
        """Held while this process may write the state; None where processes share it."""
        self.by_name: dict[str, RunningProfile] = {}
        self.closing = asyncio.Event()
        """Set when the profiles are being closed: the process stops, or another configuration replaces this one."""
        self._database = database
        self._clock = clock
        self._board = board
        self._seen: dict[str, object] = {}
        self._first_refresh = True

    def refresh(self) -> tuple[list[RunningProfile], list[str]]:
        """Compare with the configuration on disk: profiles are added, removed, or told to reload.

        Returns the added profiles and the names of removed ones. Raises ConfigError where the list cannot be read.
        """
        if not self._first_refresh and self.configured.folder is not None:
            self.configured = load_profiles(self.configured.path)
        self._first_refresh = False
        seen = {name: _file_version(self.configured, name) for name in self.configured.names}
        removed = [name for name in self.by_name if name not in seen]
        for name in removed:
            del self.by_name[name]
        added = []
        for name, signature in seen.items():
            if name not in self.by_name:
                self.by_name[name] = RunningProfile(
                    name, self.configured, self._database, clock=self._clock, board=self._board
                )
                added.append(self.by_name[name])
            elif signature != self._seen.get(name):
                self.by_name[name].request_reload()
        self._seen = seen
        return added, removed

    @property
    def state_folder(self) -> Path | None:
        """The folder of the state; None where it is on no disk of ours."""
        return self._database.folder

    @property
    def problems(self) -> tuple[str, ...]:
        """Errors in the configuration on disk; with several profiles, only those that belong to none of them."""
        if self.configured.several:
            return self.configured.problems
        return tuple(problem for one in list(self.by_name.values()) for problem in one.problems)

    def stalled(self, now: float, after: float) -> bool:
        """Whether a turn has run for longer than `after` (seconds), or has been due for that long while no turn of any
        profile began or ended; `now` is monotonic."""
        profiles = list(self.by_name.values())
        if any(one.began is not None and now - one.began >= after for one in profiles):
            return True
        overdue = any(now - one.due_since >= after for one in profiles)
        return overdue and now - max(one.last_activity for one in profiles) >= after

    def status_line(self) -> str:
        """The status of all profiles in one line, for systemd."""
        if not self.configured.several:
            return next((one.line for one in self.by_name.values()), "")
        return _line_of_many(list(self.by_name.values()))

    def document(self) -> dict[str, Any]:
        """The answer to `termintreu status`: the last cycle of a single profile, or a summary of each of several."""
        if not self.configured.several:
            (one,) = list(self.by_name.values()) or (None,)
            return {**one.last, "daemon": one.live} if one is not None else {"daemon": {"cycle_since": None}}
        summaries = [
            {"name": one.name, "late": round(one.late, 3), **summary(one.last), **one.live}
            for one in list(self.by_name.values())
        ]
        return {"people": summaries, "daemon": {"problems": list(self.configured.problems), "cycle_since": None}}

    async def close(self) -> None:
        """Close the database."""
        await asyncio.to_thread(self._database.close)


def _file_version(configured: Profiles[Params], name: str) -> object:
    """A value that changes when the profile's file changes."""
    if configured.folder is None:
        return None
    try:
        found = os.stat(configured.file(name))  # noqa: PTH116 - ten thousand of them, each minute
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _line_of_many(running: Iterable[RunningProfile]) -> str:
    profiles = list(running)
    summaries = [summary(one.last) for one in profiles]
    troubled = [one.name for one, short in zip(profiles, summaries, strict=True) if short["trouble"] or one.problems]
    line = f"{len(profiles)} profiles, {sum(short['at'] is not None for short in summaries)} with a cycle, "
    line += f"{sum(short['calls'] for short in summaries)} calls ahead"
    if troubled:
        more = "" if len(troubled) <= 5 else f" and {len(troubled) - 5} more"
        line += f"; trouble: {', '.join(troubled[:5])}{more}"
    return line
