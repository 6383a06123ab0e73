"""The store: the only access to the state. It makes no decisions.

Calls are synchronous and quick, and may come from any thread, one at a time. Each may raise StoreError, and nothing
else. A file that another process has locked is waited for, for a few seconds.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, bindparam, delete, insert, select

from termintreu.model import Answer, CallRecord, HeldLogs, History, ItemRecord, Lesson
from termintreu.reading.mirror import Mirror
from termintreu.storage import call_logs as log_rows
from termintreu.storage import lessons as lesson_rows
from termintreu.storage import mirrors as mirror_rows
from termintreu.storage import personal, records
from termintreu.storage.database import Database
from termintreu.storage.sqlite import SqliteDatabase
from termintreu.storage.tables import from_micros, meta, to_micros

Guard = Callable[[Connection], None]

_NOTHING: Mapping[tuple[str, str], Mirror] = {}
# Asked for in every cycle: putting it together takes longer than the answer.
_VALUE = select(meta.c.value).where(meta.c.profile == bindparam("of"), meta.c.name == bindparam("named"))


class Store:
    """The state of one profile."""

    def __init__(self, database: Database, profile: str, *, shared: bool = True, guard: Guard | None = None) -> None:
        """
        Args:
            database: holds the state.
            profile: whose state it is.
            shared: other stores use the database, too; its opener closes it.
            guard: called first in every write transaction; raises StoreError where nothing may be written.
        """
        self.database = database
        self._profile = profile
        self._shared = shared
        self._guard = guard
        self._first_run: int | None = None
        self._notes: list[str] = []

    @classmethod
    def open(
        cls, folder: Path | None, profile: str = "default", *, read_only: bool = False, wait: float = 5.0
    ) -> Store:
        """A store on a database of its own in a folder; the arguments are those of `SqliteDatabase.open`."""
        return cls(SqliteDatabase.open(folder, read_only=read_only, wait=wait), profile, shared=False)

    @property
    def is_near(self) -> bool:
        """As `Database.is_near`."""
        return self.database.is_near

    def room(self) -> tuple[int, int] | None:
        """Bytes that are free on the disk of the state, and that it has; None where it is on no disk of ours."""
        folder = self.database.folder
        if folder is None:
            return None
        try:
            disk = os.statvfs(folder)
        except OSError:
            return None
        return disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize

    @property
    def notes(self) -> tuple[str, ...]:
        """As `Database.notes`, and a note where mirrors could not be read."""
        return (*(() if self._shared else self.database.notes), *self._notes)

    def close(self) -> None:
        """Close the database, unless others share it."""
        if not self._shared:
            self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def load_mirrors(self) -> dict[tuple[str, str], Mirror]:
        """The mirrors, by source and href. One that cannot be read is left out, with a note."""
        with self.database.reading() as connection:
            found, unreadable = mirror_rows.load(connection, self._profile)
        self._notes += [
            f"what was held of a collection of {source!r} is damaged; it is read again" for source, _ in unreadable
        ]
        return found

    def save_mirrors(self, before: Mapping[tuple[str, str], Mirror], after: Mapping[tuple[str, str], Mirror]) -> None:
        """Write the differences between the stored mirrors and the present ones."""
        with self._writing() as connection:
            mirror_rows.save(connection, self._profile, before, after)

    def load_logs(self) -> HeldLogs:
        """The stored entries of call logs."""
        with self.database.reading() as connection:
            return log_rows.load(connection, self._profile)

    def load_history(self, now: datetime) -> History:
        """Items, calls, answers and lessons as of `now` (UTC), without what was stored later."""
        with self.database.reading() as connection:
            history = records.load(connection, self._profile, now)
            return replace(history, lessons=lesson_rows.load(connection, self._profile, now))

    def remember(
        self,
        *,
        now: datetime,
        items: Iterable[ItemRecord] = (),
        calls: Iterable[CallRecord] = (),
        answers: Iterable[Answer] = (),
        lessons: Iterable[Lesson] = (),
        report: Mapping[str, Any] | None = None,
        mirrors_before: Mapping[tuple[str, str], Mirror] = _NOTHING,
        mirrors_after: Mapping[tuple[str, str], Mirror] = _NOTHING,
        logs: HeldLogs | None = None,
    ) -> str:
        """Store the results of a cycle in one transaction. Returns the new revision.

        Values that are stored already are not stored again, so that everything may be passed each time.

        Args:
            now: the time of the cycle, UTC.
            items: the items that were written, and their status; each with its own `recorded_at`.
            calls: as they were seen; stored as of `now`.
            answers: statements that were read or given.
            lessons: what the user taught; each replaces the one of its UID.
            report: the cycle's report, as JSON has it; replaces the last one.
            mirrors_before: as last loaded or stored.
            mirrors_after: the present ones.
            logs: the entries of call logs now; None: unchanged.
        """
        with self._writing() as connection:
            records.save_items(connection, self._profile, tuple(items), now)
            records.save_calls(connection, self._profile, tuple(calls), now)
            records.save_answers(connection, self._profile, tuple(answers), now)
            lesson_rows.save(connection, self._profile, tuple(lessons))
            mirror_rows.save(connection, self._profile, mirrors_before, mirrors_after)
            if logs is not None:
                log_rows.save(connection, self._profile, logs)
            revision = self._changed(connection)
            if report is not None:
                self._set(connection, "last_report", json.dumps(report, ensure_ascii=False))
            first = self._get(connection, "first_run")
            if first is None or to_micros(now) < int(first):
                self._set(connection, "first_run", str(to_micros(now)))
                self._first_run = None
        return revision

    def revision(self) -> str | None:
        """The revision: a whole number as text, incremented by every change; None before the first."""
        return self.database.answer(_VALUE, {"of": self._profile, "named": "revision"})

    def take_back(self, now: datetime) -> None:
        """After the clock was set back: date what was stored with a time after `now` (UTC) back to `now`."""
        with self._writing() as connection:
            records.take_back(connection, self._profile, now)
            lesson_rows.take_back(connection, self._profile, now)
            self._changed(connection)

    def last_report(self) -> dict[str, Any] | None:
        """The last cycle's report; None before the first one."""
        with self.database.reading() as connection:
            text = self._get(connection, "last_report")
            return None if text is None else dict(json.loads(text))

    def first_run(self, now: datetime) -> datetime:
        """When the first cycle was stored (UTC); `now` where none was before."""
        if self._first_run is None:
            with self.database.reading() as connection:
                text = self._get(connection, "first_run")
                self._first_run = None if text is None else int(text)
        return now if self._first_run is None else min(now, from_micros(self._first_run))

    def forget(self, before: datetime, outcomes_before: datetime | None = None) -> int:
        """Apply retention. Returns the number of rows that were deleted or anonymised.

        Args:
            before: UTC; what rests on the time before it alone goes, but for the bare facts of how calls went.
            outcomes_before: UTC, not after `before`; the bare facts of the time before it go; None: as `before`.
        """
        with self._writing() as connection:
            outcomes_before = min(before, outcomes_before or before)
            deleted = personal.forget(connection, self._profile, before, outcomes_before)
            deleted += lesson_rows.forget(connection, self._profile, before, outcomes_before)
        self.database.clean_up(deleted, before)
        return deleted

    def export_contact(self, key: str) -> dict[str, Any]:
        """What is stored about a contact, as JSON values, without the mirrors of the user's own calendars."""
        with self.database.reading() as connection:
            return personal.export(connection, self._profile, key)

    def erase_contact(self, key: str) -> int:
        """Delete what is stored about a contact, from every file in the folder. Returns the number of deleted calls.

        The copies of calendars and call logs, the last report and files set aside may name the contact: they are
        deleted as a whole, and the next cycle reads calendars and logs again. What is still in them is stored again.
        """
        with self._writing() as connection:
            count = personal.erase(connection, self._profile, key)
            mirror_rows.erase(connection, self._profile)
            log_rows.erase(connection, self._profile)
            self._set(connection, "last_report", None)
            self._changed(connection)
        self.database.scrub()
        return count

    def erase_lessons(self, uids: Collection[str]) -> None:
        """Delete what the user taught by appointments of those UIDs, from every file in the folder."""
        if not uids:
            return
        with self._writing() as connection:
            lesson_rows.erase(connection, self._profile, uids)
            self._changed(connection)
        self.database.scrub()

    def _changed(self, connection: Connection) -> str:
        revision = str(int(self._get(connection, "revision") or 0) + 1)
        self._set(connection, "revision", revision)
        return revision

    def _get(self, connection: Connection, name: str) -> str | None:
        return connection.scalar(_VALUE, {"of": self._profile, "named": name})

    def _set(self, connection: Connection, name: str, value: str | None) -> None:
        connection.execute(delete(meta).where(meta.c.profile == self._profile, meta.c.name == name))
        if value is not None:
            connection.execute(insert(meta).values(profile=self._profile, name=name, value=value))

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self.database.writing(self._profile) as connection:
            if self._guard is not None:
                self._guard(connection)
            yield connection
