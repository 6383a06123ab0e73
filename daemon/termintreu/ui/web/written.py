"""What is written for each call: reminders and tasks of ours, as the last cycle has left them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from termintreu.cycle.report import Report
from termintreu.model import Item, Observed, msg
from termintreu.model.texts import Texts
from termintreu.ui.labels import item_word


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenView:
    """One item of ours."""

    component: Literal["VEVENT", "VTODO"]
    word: str
    when: str
    done: bool


def written_for(report: Report, texts: Texts, now: datetime) -> dict[str, tuple[WrittenView, ...]]:
    """By call key, in the order of their moments; `now` (UTC) tells what is overdue."""
    days = {call.key: call.start.astimezone(texts.zone).date() for call in report.calls}
    found: dict[str, list[tuple[datetime, WrittenView]]] = {}
    for item in _standing(report):
        moment = item.start if item.component == "VEVENT" else item.due or item.start
        if item.kind is None or item.call_key is None or moment is None:
            continue
        done = isinstance(item, Observed) and item.done
        for key in [call.key for call in item.about] or [item.call_key]:
            same_day = moment.astimezone(texts.zone).date() == days.get(key)
            when = texts.time(moment) if same_day else texts.moment(moment)
            if item.component == "VTODO" and not done:
                due = msg("until {when:text}", when=when) if moment > now else msg("due since {when:text}", when=when)
                when = texts.render(due)
            view = WrittenView(component=item.component, word=texts.render(item_word(item.kind)), when=when, done=done)
            found.setdefault(key, []).append((moment, view))
    return {key: tuple(view for _, view in sorted(views, key=lambda one: one[0])) for key, views in found.items()}


def _standing(report: Report) -> list[Observed | Item]:
    """Our items as read, with the writes of the cycle applied."""
    standing: dict[str, Observed | Item] = {item.uid: item for item in report.observed.values()}
    for change in report.changes:
        if change.result != "applied":
            continue
        if change.action == "delete" or change.item is None:
            standing.pop(change.uid, None)
        else:
            standing[change.uid] = change.item
    return list(standing.values())
