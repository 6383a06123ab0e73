"""Promises that are no calls: a task, or an all-day entry, by which somebody waits to hear from the user, and no time
is set for it (docs/rules.md, `loose_promise`). A warning for each, where advice is to be a task. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from termintreu.judging.rules.loose_promise import LoosePromiseParams, finding_of
from termintreu.model import Item, Promise, Severity, msg, slot_of
from termintreu.model.basis import basis_of
from termintreu.model.texts import clean
from termintreu.planning.planning import LEAST, Planning
from termintreu.planning.wording import titled

_NO_DAY = datetime(1970, 1, 1, tzinfo=UTC)
_PRIORITY = 5
_MOST = 20
"""More of them at once would be read by nobody."""


def promises(planning: Planning) -> Iterable[Item]:
    """The warnings of promises, where advice is to be a task ([tasks] from); else the week's event tells of them."""
    if planning.tasks_from <= Severity.ADVICE:
        for promise in counting(planning):
            yield _warning(promise, planning)


def counting(planning: Planning) -> list[Promise]:
    """The promises that are not too old; the nearest ones, where there are many."""
    found = [promise for promise in planning.context.promises if _counts(promise, planning)]
    return sorted(found, key=_nearness)[:_MOST]


def _nearness(promise: Promise) -> tuple[bool, float, str]:
    """What has a day comes first, by it; then the newest."""
    if promise.day is not None:
        return False, promise.day.toordinal(), promise.key
    return True, -promise.made_at.timestamp() if promise.made_at is not None else 0.0, promise.key


def _counts(promise: Promise, planning: Planning) -> bool:
    """An old task is let rest, unless its day is still to come."""
    days = timedelta(days=planning.settings(LoosePromiseParams).days)
    today = planning.context.clock.day_of(planning.now)
    if promise.day is not None:
        return promise.day >= today - days
    return promise.made_at is None or promise.made_at >= planning.now - days


def _warning(promise: Promise, planning: Planning) -> Item:
    texts, clock = planning.texts, planning.context.clock
    finding = finding_of(promise.title, promise.day, planning.context, planning.settings(LoosePromiseParams))
    anchor = clock.at(promise.day, time.min) if promise.day is not None else promise.made_at or _NO_DAY
    start, due = _times(promise, anchor, finding.settle_by or planning.soon(), planning)
    lines = [texts.render(finding.message)]
    matter = finding.matter or finding.message
    summary = titled(
        lambda what: texts.render(msg("{who}: {matter}", who=what, matter=matter)),
        clean(promise.title) or texts.render(msg("untitled")),
    )
    if promise.day is not None:
        lines.append(texts.render(msg("In the calendar: {day:day}", day=promise.day)))
    if finding.ask is not None:
        lines.append(f"→ {texts.render(finding.ask)}")
    return Item(
        kind="warning",
        component="VTODO",
        call_key=promise.key,
        appointment_uid=promise.uid,
        recurrence_id=promise.recurrence_id.isoformat() if promise.recurrence_id is not None else None,
        summary=summary,
        description="\n".join(lines),
        start=start,
        due=due,
        alarm_text=summary,
        priority=_PRIORITY,
        rules=("loose_promise",),
        anchor=anchor,
        basis=str(basis_of([finding])),
    )


def _times(promise: Promise, anchor: datetime, settle_by: datetime, planning: Planning) -> tuple[datetime, datetime]:
    """Alarm and DUE: those of the warning that stands; else in the working time of the day on which it is due."""
    kept = planning.kept(slot_of(promise.key, "warning"), anchor)
    if kept is not None and kept.start is not None:
        return kept.start, kept.due or kept.start + LEAST
    clock = planning.context.clock
    start = planning.next_work(max(clock.at(clock.day_of(settle_by), time.min), planning.soon()))
    return start, max(settle_by, start + LEAST)
