"""One event on the first workday of a week: its calls, the threatened ones first, which to have confirmed, and what was
kept in the week before (docs/rules.md, `weekly`). Pure.

It is there some days ahead, so that it reaches every device, and is brought up to date until it has rung. Where the
program only begins to run at that hour it is written all the same, without an alarm that would come too late: the week
lies ahead still.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from termintreu.judging.rules.after import WeeklyParams
from termintreu.model import Call, Item, Message, is_threatened, msg
from termintreu.model.texts import clean
from termintreu.planning.planning import Planning, promised
from termintreu.planning.promises import counting, promises
from termintreu.planning.reminders import ALARM_BEFORE
from termintreu.planning.wording import at_a_glance

_AHEAD = timedelta(days=3)
"""So long before its time it is written: over a weekend and a day on which the machine is off."""
_LENGTH = timedelta(minutes=15)
_STILL = timedelta(hours=1)
"""So long after its time it is still worth writing: later the first calls of the week are on."""
_WEEK = timedelta(days=7)
_TO_CONFIRM = frozenset({"unconfirmed", "their_no_shows", "fragile", "long_lead", "not_committed"})
_MOST = 40
"""Calls that are listed."""
_NAMES = 8
"""People who are named for what was kept."""


def week_key(monday: date) -> str:
    """The key of a week, in the place of a call's: 16 hex digits."""
    return hashlib.sha256(f"week {monday.isoformat()}".encode()).hexdigest()[:16]


def week_keys(today: date) -> tuple[str, ...]:
    """The keys of the weeks that an item is written for: this one and the next one."""
    return tuple(week_key(monday) for monday in _mondays(today))


def weekly(planning: Planning, calls: Sequence[Call]) -> Iterable[Item]:
    """The event of this week, and of the next one when it is near; none for a week without calls.

    Args:
        planning: everything there is to know.
        calls: of the window, by start.
    """
    clock = planning.context.clock
    for monday in _mondays(clock.day_of(planning.now)):
        start = _moment(monday, planning)
        own = _of_week(calls, monday, planning)
        if own and start is not None and start - _AHEAD <= planning.now < start + _STILL:
            yield _item(monday, start, own, planning)


def _mondays(today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    return monday, monday + _WEEK


def _moment(monday: date, planning: Planning) -> datetime | None:
    """8 o'clock on the first workday of a week; None where the user does not work in it at all."""
    clock = planning.context.clock
    days = (monday + timedelta(days=offset) for offset in range(7))
    first = next((day for day in days if clock.is_workday(day)), None)
    return clock.at(first, time(planning.settings(WeeklyParams).hour)) if first is not None else None


def _of_week(calls: Iterable[Call], monday: date, planning: Planning) -> list[Call]:
    clock = planning.context.clock
    start, end = clock.at(monday, time.min), clock.at(monday + _WEEK, time.min)
    settled = planning.context.settled
    return [call for call in calls if start <= promised(call).start < end and call.key not in settled]


def _item(monday: date, start: datetime, calls: Sequence[Call], planning: Planning) -> Item:
    texts = planning.texts
    groups = _groups(calls, planning)
    threatened = groups[0][1]
    count = len(calls)
    summary = (
        msg("Your week: {n:call|calls}, {threatened} threatened", n=count, threatened=len(threatened))
        if threatened
        else msg("Your week: {n:call|calls}", n=count)
    )
    lines: list[str] = []
    room = _MOST
    for heading, group in groups:
        shown = group[:room]
        room -= len(shown)
        if shown:
            lines += [texts.render(heading), *(_line(call, planning) for call in shown), ""]
    if count > _MOST:
        lines += [texts.render(msg("… and {n:further call|further calls}", n=count - _MOST)), ""]
    lines += _without_a_time(planning)
    kept = _kept(monday - _WEEK, planning)
    lines += [texts.render(kept)] if kept is not None else []
    title = texts.render(summary)
    rings = start - timedelta(minutes=ALARM_BEFORE) > planning.now
    return Item(
        kind="weekly",
        component="VEVENT",
        call_key=week_key(monday),
        summary=title,
        description="\n".join(lines).strip(),
        start=start,
        end=start + _LENGTH,
        alarm_before=ALARM_BEFORE if rings else None,
        alarm_text=title,
        rules=("weekly",),
        anchor=start,
    )


def _without_a_time(planning: Planning) -> list[str]:
    """Promises that are no calls and have no task of their own."""
    found = [] if "loose_promise" in planning.disabled or list(promises(planning)) else counting(planning)
    if not found:
        return []
    heading = planning.texts.render(msg("Promised, and no time is set:"))
    return [heading, *(f"– {clean(promise.title)}" for promise in found), ""]


def _groups(calls: Iterable[Call], planning: Planning) -> list[tuple[Message, list[Call]]]:
    """The calls under their headings, each under the first that fits; the threatened ones first, as the rule of that
    name says."""
    groups: list[tuple[Message, list[Call]]] = [
        (msg("Threatened:"), []),
        (msg("To be settled:"), []),
        (msg("To be confirmed:"), []),
        (msg("As agreed:"), []),
    ]
    for call in calls:
        findings = planning.findings_of(call)
        asking = any(one.severity >= planning.tasks_from and one.at_call is None for one in findings)
        fits = (is_threatened(findings), asking, _is_to_confirm(call, planning), True)
        groups[fits.index(True)][1].append(call)
    return groups


def _is_to_confirm(call: Call, planning: Planning) -> bool:
    return any(finding.rule in _TO_CONFIRM for finding in planning.findings_of(call))


def _line(call: Call, planning: Planning) -> str:
    glance = at_a_glance(call, planning.texts, day=True)
    findings = planning.findings_of(call)
    return f"{glance}: {planning.texts.render(findings[0].message)}" if findings else glance


def _kept(monday: date, planning: Planning) -> Message | None:
    """What was kept in a week: calls that were held, also those that began late, and with whom."""
    clock, history = planning.context.clock, planning.context.history
    start, end = clock.at(monday, time.min), clock.at(monday + _WEEK, time.min)
    held = [
        record
        for key, how in sorted(planning.verdicts.items())
        if how.outcome in {"held", "late"} and (record := history.calls.get(key)) and start <= record.start < end
    ]
    names = sorted({clean(record.contact_name) for record in held if record.contact_name})
    if not held:
        return None
    if not names or len(names) > _NAMES:
        return msg("Kept last week: {n:call|calls}.", n=len(held))
    return msg("Kept last week: {n:call|calls}, with {names}.", n=len(held), names=tuple(names))
