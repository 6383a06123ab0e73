"""What a store needs of the database that it stands in, whichever that is. Nothing is opened here."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, Select


class Database(Protocol):
    """One database for the states of one or many people. Every method may raise StoreError, and nothing else."""

    @property
    def is_near(self) -> bool:
        """Whether it stands on this machine, and small answers take no time worth speaking of just now."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for the user about what could not be used and was begun anew."""

    def reading(self) -> AbstractContextManager[Connection]:
        """One consistent view. Rows that hold what was never written there raise StoreError, too."""

    def answer(self, question: Select[str], given: Mapping[str, str]) -> str | None:
        """The one text that a question with these parameters leads to; None: none. No transaction is around it."""

    def writing(self, profile: str) -> AbstractContextManager[Connection]:
        """One transaction: all of it is kept, or nothing. Those who write for one profile wait for each other."""

    def clean_up(self, gone: int, before: datetime) -> None:
        """After retention has deleted `gone` rows: what was kept beside the tables since before that time goes too."""

    def scrub(self) -> None:
        """After an erasure: what was deleted stands nowhere any more."""

    def close(self) -> None:
        """Give it back; further calls fail."""
