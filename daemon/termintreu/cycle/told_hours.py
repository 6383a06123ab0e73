"""The user's working hours as a calendar server tells them, for whoever configured none. They are asked for together
with the list of calendars, and remembered: while the server does not answer, they hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from termintreu.config.schema import WorkingHours
from termintreu.cycle.world import World
from termintreu.model.ports import TellsAvailability
from termintreu.reading.accounts import Account
from termintreu.reading.availability import Week, weekly_hours


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldHours:
    """A week's hours, and who told them."""

    source: str
    """Name of the account."""
    week: Week

    @property
    def hours(self) -> WorkingHours:
        """As the configuration would have them."""
        return WorkingHours.model_validate({day: list(spans) for day, spans in self.week.items()})


async def take_over_hours(world: World, now: datetime) -> None:
    """Let the hours that an account told by `now` (UTC) be those of the settings, where the configuration has none."""
    if "working_hours" in world.config.me.model_fields_set:
        return
    telling = [one for one in world.accounts.calendars if _may_tell(one, world)]
    if not world.state.recalled_hours and any(_availability(one) is None for one in telling):
        world.state.told_hours = (await world.state.last_report()).get("working_hours")
    world.state.recalled_hours = True
    found = _told(telling, read_hours(world.state.told_hours), world, now)
    world.state.told_hours = None if found is None else {"source": found.source, "days": _plain(found.week)}
    hours = None if found is None else found.hours
    if hours != world.settings.clock.hours:
        world.settings = replace(world.settings, clock=replace(world.settings.clock, hours=hours))
        world.state.unchanged = None


def read_hours(stored: object) -> ToldHours | None:
    """What was remembered of them; None where that is nothing, or nothing that can be read."""
    if not isinstance(stored, Mapping) or not isinstance(stored.get("days"), Mapping):
        return None
    try:
        week = {str(day): tuple(spans) for day, spans in stored["days"].items()}
        told = ToldHours(source=str(stored.get("source")), week=week)
        told.hours  # noqa: B018 - whether they can be read
    except (ValueError, TypeError):  # what pydantic raises is a ValueError
        return None
    return told


def _told(telling: list[Account], before: ToldHours | None, world: World, now: datetime) -> ToldHours | None:
    """What the first account says that says anything; of one that was not asked yet, what it said before."""
    today = now.astimezone(world.zone).date()
    for account in telling:
        text = _availability(account)
        if text is None and before is not None and before.source == account.name:
            return before
        week = weekly_hours(text, world.zone, today) if text else None
        if week is not None:
            return ToldHours(source=account.name, week=week)
    return None


def _may_tell(account: Account, world: World) -> bool:
    private = {source.name for source in world.config.sources if source.private}
    return account.watched and account.type == "caldav" and account.name not in private


def _availability(account: Account) -> str | None:
    """What it tells; None where it was not asked yet, or cannot be: its password cannot be read."""
    return account.connector.availability if isinstance(account.connector, TellsAvailability) else None


def _plain(week: Week) -> dict[str, Any]:
    return {day: list(spans) for day, spans in week.items()}
