"""The first line of `termintreu status`: what is seen, and what is not. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rich.text import Text

from termintreu.model.message import Message, msg
from termintreu.model.texts import Texts, clean
from termintreu.ui.labels import moment

_WHY = 200
"""Characters."""


def sight_line(sees: Mapping[str, Any], texts: Texts, now: datetime) -> Text:
    """ "Sees 3 of 4 calendars; CRM since 11:30 not: nothing listens there".

    Args:
        sees: as `cycle.sight` has it.
        texts: the reader's language and zone.
        now: a time of its day is shown without the day.
    """
    parts = [texts.render(_count(sees)), *(_unseen(one, texts, now) for one in sees["unseen"])]
    return Text("; ".join(parts), style="bold red" if sees["unseen"] else "green")


def _count(sees: Mapping[str, Any]) -> Message:
    if sees["seen"] == sees["of"]:
        return msg("Sees all calendars")
    return msg("Sees {seen} of {n:calendar|calendars}", seen=sees["seen"], n=sees["of"])


def _unseen(one: Mapping[str, Any], texts: Texts, now: datetime) -> str:
    name = clean(one["name"])
    why = texts.error(clean((one["why"] or "").removeprefix(f"{one['name']}: "), _WHY))
    said = texts.render(_matter(one, name, "" if one["since"] is None else _since(one["since"], texts, now)))
    return f"{said}: {why}" if why else said


def _matter(one: Mapping[str, Any], name: str, since: str) -> Message:
    if one["watched"] == "target":
        return msg("reminders cannot be written since {since:text}", since=since)
    if one["kind"] == "unlisted":
        return msg("{name} no longer shared", name=name)
    if one["kind"] == "log":
        return msg("the call log {name} has had no calls since {since:text}", name=name, since=since)
    return msg("{name} since {since:text} not", name=name, since=since) if since else msg("{name} not", name=name)


def _since(instant: str, texts: Texts, now: datetime) -> str:
    return moment(datetime.fromisoformat(instant), now, texts)
