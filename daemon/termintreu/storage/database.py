"""The port between the store and its database, SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Select


class Database(Protocol):
    """The database of one or many profiles. Every method may raise StoreError, and nothing else."""

    @property
    def is_near(self) -> bool:
        """Whether it is on this machine and free now, so that small queries need no thread."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Messages for the user about a damaged state that was replaced."""

    @property
    def folder(self) -> Path | None:
        """Where its files are on this machine; None where it has none."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A read transaction: one consistent view. Rows that cannot be decoded raise StoreError, too."""

    def answer(self, query: Select[str], parameters: Mapping[str, str]) -> str | None:
        """The text that a query with these parameters returns, or None. It runs outside transactions."""

    def writing(self, profile: str) -> AbstractContextManager[Connection]:
        """A write transaction. Writers of one profile wait for each other."""

    def clean_up(self, deleted: int, before: datetime) -> None:
        """After retention has deleted `deleted` rows: remove copies of them outside the tables, and damaged files that
        were set aside before that time (UTC)."""

    def scrub(self) -> None:
        """After an erasure: remove every copy of deleted rows, also in journals and free pages."""

    def close(self) -> None:
        """Close it; further calls fail."""
