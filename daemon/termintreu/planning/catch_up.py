"""After a gap (the machine slept, a source could not be read): what should have rung meanwhile and is not over rings
now, once. More than three come in one event. Pure.

What is over needs nothing here: the next question asks about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from termintreu.judging.blindness import source_key
from termintreu.model import Call, Item, Observed, msg
from termintreu.model.marks import LAST_LINE
from termintreu.planning.planning import Planning, promised
from termintreu.planning.reminders import ALARM_BEFORE, LENGTH, reminders
from termintreu.planning.wording import at_a_glance

GAP = "gap"
"""Role of the event about several calls."""
_EACH = 3
"""So many calls have an event each."""
_MOST = 20
"""Calls that are listed."""


def catch_up(planning: Planning, calls: Sequence[Call]) -> Iterable[Item]:
    """The reminders that are late. They go before those that were due: both have one place."""
    yield from _standing(planning)
    late = [(call, item) for call in calls if (item := _late(call, planning)) is not None]
    if len(late) <= _EACH:
        yield from (_now(item, planning) for _, item in late)
    else:
        yield _of_all([call for call, _ in late], planning)


def _late(call: Call, planning: Planning) -> Item | None:
    """The reminder of a call that should have rung in the gap, and of which nothing stands."""
    since = planning.gaps.get(call.occurrence.source)
    if since is None or max(promised(call).end, call.end) <= planning.now:
        return None
    for item in reminders(call, planning):
        rings = item.start - timedelta(minutes=item.alarm_before or 0)
        if not item.role and item.alarm_before is not None and since < rings <= planning.now:
            return None if item.slot in planning.standing else item
    return None


def _now(item: Item, planning: Planning) -> Item:
    start = planning.soon()
    why = planning.texts.render(msg("This comes late: your calendar was not seen for a while."))
    return replace(
        item,
        start=start,
        end=max(item.end or start, start + LENGTH),
        description=f"{item.description}\n{why}",
    )


def _of_all(calls: Sequence[Call], planning: Planning) -> Item:
    texts, start = planning.texts, planning.soon()
    title = texts.render(msg("{n} calls about which nothing has rung", n=len(calls)))
    why = texts.render(msg("This comes late: your calendar was not seen for a while."))
    lines = [at_a_glance(call, texts) for call in sorted(calls, key=lambda call: call.start)[:_MOST]]
    return _event(source_key("gap", start.isoformat()), f"☎ {title}", "\n".join((*lines, why)), start)


def _standing(planning: Planning) -> Iterator[Item]:
    """The event about several calls stays as it is until its time has passed."""
    for state in planning.standing.values():
        found = state.found
        if found is not None and (found.kind, found.role, state.status) == ("reminder", GAP, "live"):
            yield from _as_it_stands(found, planning)


def _as_it_stands(found: Observed, planning: Planning) -> Iterator[Item]:
    if found.start is not None and found.end is not None and found.end > planning.now and found.call_key is not None:
        text = found.description.rstrip().removesuffix(LAST_LINE).rstrip()
        yield _event(found.call_key, found.summary, text, found.start)


def _event(key: str, title: str, text: str, start: datetime) -> Item:
    return Item(
        kind="reminder",
        role=GAP,
        component="VEVENT",
        call_key=key,
        summary=title,
        description=text,
        start=start,
        end=start + LENGTH,
        alarm_before=ALARM_BEFORE,
        alarm_text=title,
        anchor=start,
    )
