"""The working hours that a calendar server tells, for `status` and `doctor`: "Mo–Fr 09:00–17:00; Sa 10:00–12:00"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from termintreu.cycle.world import World
from termintreu.model import msg
from termintreu.model.ports import TellsAvailability
from termintreu.model.texts import Texts
from termintreu.reading.accounts import Account
from termintreu.reading.availability import weekly_hours

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONDAY = date(2024, 1, 1)


def week_line(week: Mapping[str, Sequence[str]], texts: Texts) -> str:
    """The days that have hours; those in a row with the same ones are told together."""
    told = []
    for spans, group in groupby(_DAYS, key=lambda day: tuple(week.get(day, ()))):
        days = [texts.weekday(_MONDAY + timedelta(days=_DAYS.index(day))) for day in group]
        if spans:
            named = days[0] if len(days) == 1 else f"{days[0]}–{days[-1]}"
            told.append(f"{named} {', '.join(span.replace('-', '–') for span in spans)}")
    return "; ".join(told)


def told_by(account: Account, world: World, now: datetime) -> str | None:
    """What an account that was just asked for its calendars tells of working hours at `now` (UTC), and whether that
    counts; None where it tells nothing."""
    connector = account.connector
    text = connector.availability if account.watched and isinstance(connector, TellsAvailability) else None
    if not text:
        return None
    week = weekly_hours(text, world.zone, now.astimezone(world.zone).date())
    if week is None:
        return world.texts.render(msg("there are some, but none for each week: they do not count"))
    found = week_line(week, world.texts)
    if "working_hours" in world.config.me.model_fields_set:
        return f"{found} ({world.texts.render(msg('those of the configuration count'))})"
    return found
