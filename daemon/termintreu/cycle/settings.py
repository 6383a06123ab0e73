"""What a profile's user set, ready for use: it never changes between two reloads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from termintreu.config.schema import AddressBookConfig, CallLogConfig, SecretRef, SourceConfig
from termintreu.judging.judge import Standards
from termintreu.model.texts import Texts
from termintreu.reading.ical import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Standards):
    """The configuration, and what was made of it."""

    texts: Texts
    reader: Reader
    """An object that has not changed is not parsed again."""
    author: str = ""
    """This installation, as `model.marks.installation` names it; "": whatever was written counts as its own."""

    def window(self, now: datetime) -> tuple[datetime, datetime]:
        """What of the calendars is looked at, at `now` (UTC)."""
        return now - self.config.schedule.lookback, now + self.config.schedule.horizon

    @property
    def by_credential(self) -> frozenset[str]:
        """Names of what logs in by a credential of the service manager: it is read anew only by a restart."""
        config = self.config
        given: list[SourceConfig | AddressBookConfig | CallLogConfig] = [
            *config.sources,
            *config.address_books,
            *config.call_logs,
        ]
        return frozenset(
            one.name or one.type
            for one in given
            if isinstance(one.password, SecretRef) and one.password.credential is not None
        )

    @property
    def kept(self) -> timedelta:
        """How far back what is read is kept."""
        return max(self.config.state.retention, self.config.schedule.lookback)

    @property
    def collections(self) -> dict[str, str]:
        """Role to name of our own collections."""
        return {"reminders": self.config.target.reminders, "tasks": self.config.target.tasks}
