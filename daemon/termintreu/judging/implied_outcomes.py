"""What our open tasks imply of calls that are not remembered: nobody was called, or nobody was there. Pure.

Such a task was written on the strength of something that was said. Where that is lost with the state, the task itself
says it: neither the rating nor the task may go for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from termintreu.model import Answer, Observed, Outcome
from termintreu.model.basis import CONFIRMED, read_basis

NOTE = "implied"
"""Note of such a statement; it stands for itself, and whatever the user says later wins over it."""


def implied(
    observed: Iterable[Observed], known: Collection[str], starts: Mapping[str, datetime], now: datetime
) -> tuple[Answer, ...]:
    """A statement for each call of which an open task tells.

    Args:
        observed: our own items.
        known: keys of the calls that are remembered.
        starts: of the calls in the calendar, by key: a task for one that was moved since implies nothing.
        now: UTC.
    """
    found: dict[str, Answer] = {}
    for item in observed:
        outcome = _implied(item)
        if outcome is None or item.call_key is None or item.anchor is None or item.call_key in known:
            continue
        if item.anchor <= now and starts.get(item.call_key, item.anchor) == item.anchor:
            at = min(max(item.modified_at or item.anchor, item.anchor), now)
            found[item.call_key] = Answer(
                call_key=item.call_key, outcome=outcome, origin="task", recorded_at=at, note=NOTE
            )
    return tuple(answer for _, answer in sorted(found.items()))


def _implied(item: Observed) -> Outcome | None:
    if item.role:
        return None
    if item.kind == "recovery" and not item.done:
        return "missed" if dict(read_basis(item.basis).severities).get("missed_by_us") == CONFIRMED else None
    return "noshow" if item.kind == "retry" else None
