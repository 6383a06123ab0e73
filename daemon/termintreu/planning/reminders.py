"""Reminder events: one before every call, a second one where the call must not fail (docs/how-it-decides.md). Pure.

At most two stand for one call, and never at the same time: where the second would begin with the first, the first says
it all. Where a critical call also follows right upon something else, the one on the day before is kept and the one
before the end of the previous appointment is left out: the call's own reminder comes half an hour ahead then, and says
the same.

Nobody is rung twice for one call: where the appointment has an alarm of its own and nothing grave stands against the
call, ours stand without one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta

from termintreu.judging.rules.common.occupied import taken
from termintreu.model import Call, Finding, Item, Severity, Window, msg, slot_of
from termintreu.planning.planning import Planning, is_vague, promised, recurrence_of
from termintreu.planning.wording import (
    alarm_text,
    at_a_glance,
    finding_lines,
    glance_from_afar,
    headline,
    location,
    reach_lines,
    titled,
)

LENGTH = timedelta(minutes=10)
"""Of a reminder that does not end when its call begins."""
ALARM_BEFORE = 1
"""Minutes from the alarm to the beginning of the reminder: Outlook wants it before the start."""
_APART = timedelta(minutes=5)
"""From the beginning of one reminder of a call to that of its other one, at least."""

NEAR = timedelta(days=2)
"""What lies further away is on another day, however long its window."""
_MOST_EVES = 5
"""That stand below each other; further ones stand with the last."""
_MORNING = time(9)
"""When an all-day call is first brought to mind on a day off."""
_MOST_OF_A_DAY = timedelta(hours=10)
"""So long is "in the course of the day": no hours are meant."""


def reminders(call: Call, planning: Planning) -> Iterable[Item]:
    """The reminders of one call, as long as it is not over.

    None at all where the zone is a guess (docs/safety.md, row 23) or the outcome is known already.
    """
    over = promised(call).end <= planning.now and call.end <= planning.now
    if over or call.occurrence.zone_state == "unknown" or call.key in planning.context.settled:
        return
    if not _rings_itself(call, planning):
        yield from _ringing(call, planning)
    elif planning.reminders.own_alarm == "quiet":
        yield from (replace(item, alarm_before=None) for item in _ringing(call, planning))


def _ringing(call: Call, planning: Planning) -> Iterable[Item]:
    """The reminders of a call, each with its alarm."""
    main = _main(call, planning)
    yield main
    eve = _eve(call, planning)
    if eve is not None and (_is_ahead(eve, planning) or _stands(call, "eve", planning)):
        if not _at_once(eve, main):
            yield eve
        return
    finding = _no_buffer(planning.findings_of(call))
    if finding is not None and finding.at is not None and not _stands(call, "eve", planning):
        buffer = _buffer(call, finding.at, planning)
        if not _at_once(buffer, main):
            yield buffer


def _at_once(second: Item, first: Item) -> bool:
    """Whether two reminders of a call would stand side by side, and ring together."""
    return abs(second.start - first.start) < _APART


def _rings_itself(call: Call, planning: Planning) -> bool:
    """Whether the appointment's own alarm is enough: it rings, and nothing grave stands against the call."""
    grave = any(finding.severity >= Severity.WARNING for finding in planning.findings_of(call))
    if planning.reminders.own_alarm == "ring" or grave or call.critical:
        return False
    if is_vague(call) and _opening(call, planning) != call.start:
        return False  # its own alarm is for another moment
    return call.rings or _has_rung(call, planning)


def _has_rung(call: Call, planning: Planning) -> bool:
    """Whether its own alarm rang and was dismissed, with ours quiet beside it: ours does not ring after it."""
    standing = planning.standing.get(slot_of(call.key, "reminder", ""))
    quiet = standing is not None and standing.found is not None and standing.found.alarm_at is None
    left_out = planning.reminders.own_alarm == "none"
    return (quiet or left_out) and any(alarm.at <= planning.now for alarm in call.own_alarms)


def _main(call: Call, planning: Planning) -> Item:
    if is_vague(call):
        opening = _opening(call, planning)
        return _item(call, planning, start=opening, end=opening + LENGTH)
    strict = (
        planning.is_strict(call)
        or _no_buffer(planning.findings_of(call)) is not None
        or _begins_within_another(call, planning)
    )
    leads = (planning.reminders.strict_lead, planning.reminders.lead) if strict else (planning.reminders.lead,)
    candidates = [_item(call, planning, start=call.start - lead, end=call.start) for lead in leads]
    # Less time to prepare is better than no reminder, where the longer lead is over.
    return next((item for item in candidates if _is_ahead(item, planning)), candidates[0])


def _opening(call: Call, planning: Planning) -> datetime:
    """The beginning of the window; where no hour is said, that of the day's work: nobody calls at midnight."""
    window = promised(call)
    if not call.occurrence.all_day or _says_hours(window):
        return window.start
    clock = planning.context.clock
    day = clock.day_of(window.start)
    spans = clock.spans(day)
    return spans[0][0] if spans else clock.at(day, _MORNING)


def _says_hours(window: Window) -> bool:
    """Whether the text of an all-day call says which hours: not only which days."""
    return bool(window.text) and window.end - window.start < _MOST_OF_A_DAY


def _eve(call: Call, planning: Planning) -> Item | None:
    """The one on the day before: late enough to be remembered, early enough to act."""
    clock, at = planning.context.clock, planning.reminders.eve_at
    if at is None or not planning.is_strict(call):
        return None
    start = clock.at(clock.day_of(promised(call).start) - timedelta(days=1), at) + _eves_before(call, planning) * LENGTH
    main = _item(call, planning, start=start, end=start + LENGTH)
    texts = planning.texts
    return replace(
        main,
        role="eve",
        summary=glance_from_afar(call, texts, start),
        alarm_text=texts.render(msg("Tomorrow: {what:text}", what=alarm_text(call, texts))),
    )


def _eves_before(call: Call, planning: Planning) -> int:
    """How many other calls of the same day are brought to mind on the day before, and earlier: each has its own ten
    minutes there, so that they stand one below the other."""
    day_of, own = planning.context.clock.day_of, promised(call).start
    earlier = (
        other
        for other in planning.context.calls
        if abs(other.start - call.start) < NEAR
        and day_of(promised(other).start) == day_of(own)
        and (promised(other).start, other.key) < (own, call.key)
        and other.occurrence.zone_state != "unknown"
        and planning.is_strict(other)
    )
    return min(sum(1 for _ in earlier), _MOST_EVES)


def _buffer(call: Call, at: datetime, planning: Planning) -> Item:
    texts = planning.texts
    summary = titled(lambda who: texts.render(msg("Wrap up: {next}", next=who)), at_a_glance(call, texts))
    main = _item(call, planning, start=at, end=min(at + timedelta(minutes=5), call.start))
    return replace(main, role="buffer", summary=summary, alarm_text=summary, location="", rules=("no_buffer",))


def _item(call: Call, planning: Planning, *, start: datetime, end: datetime) -> Item:
    texts, findings = planning.texts, planning.findings_of(call)
    lines = [headline(call, texts), *reach_lines(call, texts), *finding_lines(findings, texts, ask=False)]
    return Item(
        kind="reminder",
        component="VEVENT",
        call_key=call.key,
        appointment_uid=call.occurrence.uid,
        recurrence_id=recurrence_of(call),
        summary=at_a_glance(call, texts),
        description="\n".join(lines),
        location=location(call, texts),
        start=start,
        end=end,
        alarm_before=ALARM_BEFORE,
        alarm_text=alarm_text(call, texts),
        rules=tuple(dict.fromkeys(finding.rule for finding in findings)),
        anchor=call.start,
        contact_key=call.contact.key,
    )


def _no_buffer(findings: Iterable[Finding]) -> Finding | None:
    return next((finding for finding in findings if finding.rule == "no_buffer"), None)


def _begins_within_another(call: Call, planning: Planning) -> bool:
    """Whether what comes before the call is still on when it begins: that leaves no pause at all."""
    before = taken(call, planning.context, call.start, call.start)
    return "no_buffer" not in planning.disabled and any(one.start < call.start < one.end for one in before)


def _is_ahead(item: Item, planning: Planning) -> bool:
    return item.start - timedelta(minutes=ALARM_BEFORE) > planning.now


def _stands(call: Call, role: str, planning: Planning) -> bool:
    standing = planning.standing.get(slot_of(call.key, "reminder", role))
    return standing is not None and standing.found is not None and standing.anchor in {None, call.start}
