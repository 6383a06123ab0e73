"""What a profile's user set, ready for use: it never changes between two reloads."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from termintreu.config.log_ins import kept_log_ins
from termintreu.config.schema import AddressBookConfig, CallLogConfig, SecretRef, SourceConfig
from termintreu.judging.judge import Standards
from termintreu.model import Item, Look, msg
from termintreu.model.kept import Kept
from termintreu.model.logins import login_command
from termintreu.model.texts import Texts
from termintreu.reading.ical import Reader
from termintreu.writing.slot_diff import Wanted

_COLOR = "#9AA5B1"
"""A pale grey."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Standards):
    """The configuration, and what was made of it."""

    texts: Texts
    reader: Reader
    """An object that has not changed is not parsed again."""
    person: str = ""
    """Whose they are; "": the configuration is for one."""
    author: str = ""
    """This installation, as `model.marks.installation` names it; "": whatever was written counts as its own."""

    planned: Kept[tuple[Item, ...]] = field(default_factory=Kept)
    """By call key: what was planned for it."""
    wanted: Kept[Wanted] = field(default_factory=Kept)
    """By slot: an item as its collection can hold it."""

    def forget(self) -> None:
        """As in the standards."""
        Standards.forget(self)
        self.planned.sweep()
        self.wanted.sweep()

    def work_anew(self, keys: Collection[str]) -> None:
        """Keep nothing of calls about which something is left to do: what counts from now, moves on until it stands."""
        self.assessed.drop(keys)
        self.planned.drop(keys)

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
    def login_commands(self) -> dict[str, str]:
        """What logs each account in for which `termintreu login` does that, by its name."""
        return {name: login_command(one.name, self.person) for name, one in kept_log_ins(self.config).items()}

    @property
    def kept(self) -> timedelta:
        """How far back what is read is kept."""
        return max(self.config.state.retention, self.config.schedule.lookback)

    @property
    def collections(self) -> dict[str, str]:
        """Role to name of our own collections."""
        return {"reminders": self.config.target.reminders, "tasks": self.config.target.tasks}

    @property
    def looks(self) -> dict[str, Look]:
        """Role to how a collection of our own is shown that we make: in a colour that recedes, and saying that it may
        be hidden. A reminder stands beside each call in a week's view, and there it says nothing new."""
        reminders = msg(
            "Reminders of calls, by termintreu. You may hide it if your app still rings for hidden calendars."
        )
        tasks = msg("Tasks about calls, by termintreu.")
        return {
            "reminders": Look(color=_COLOR, description=self.texts.render(reminders)),
            "tasks": Look(color=_COLOR, description=self.texts.render(tasks)),
        }
