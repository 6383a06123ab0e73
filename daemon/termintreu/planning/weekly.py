"""One event on the first workday of a week: its calls by day, and what there is to settle (docs/rules.md, `weekly`).
Pure.

It is there some days ahead, so that it reaches every device, and is brought up to date until it has rung. Where the
program only begins to run at that hour it is written all the same, without an alarm that would come too late: the week
lies ahead still.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from termintreu.judging.rules.after import WeeklyParams
from termintreu.model import Call, Item, Severity, is_threatened, msg
from termintreu.model.texts import Texts, clean
from termintreu.planning.planning import Planning, is_vague, promised
from termintreu.planning.promises import counting, promises
from termintreu.planning.reminders import ALARM_BEFORE
from termintreu.planning.wording import name_at_a_glance, title

_AHEAD = timedelta(days=3)
"""So long before its time it is written: over a weekend and a day on which the machine is off."""
_LENGTH = timedelta(minutes=15)
_STILL = timedelta(hours=1)
"""So long after its time it is still worth writing: later the first calls of the week are on."""
_WEEK = timedelta(days=7)
_AT_THE_CALL = frozenset({"no_buffer", "overrun"})
"""Rules that ask for something in the minutes before the call: nothing to settle on a Monday."""
_MOST = 40
"""Calls that are listed."""


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
    own = [call for call in calls if start <= promised(call).start < end and call.key not in settled]
    return sorted(own, key=lambda call: (promised(call).start, call.start, call.key))


def _item(monday: date, start: datetime, calls: Sequence[Call], planning: Planning) -> Item:
    texts = planning.texts
    threatened = [call for call in calls if is_threatened(planning.findings_of(call))]
    summary = (
        msg("Your week: {n:call|calls}, {threatened} threatened", n=len(calls), threatened=len(threatened))
        if threatened
        else msg("Your week: {n:call|calls}", n=len(calls))
    )
    heading = texts.render(summary)
    rings = start - timedelta(minutes=ALARM_BEFORE) > planning.now
    return Item(
        kind="weekly",
        component="VEVENT",
        call_key=week_key(monday),
        summary=heading,
        description="\n".join([*_days(calls, texts), *_to_settle(calls, threatened, start, planning)]),
        start=start,
        end=start + _LENGTH,
        alarm_before=ALARM_BEFORE if rings else None,
        alarm_text=heading,
        rules=("weekly",),
        anchor=start,
    )


def _days(calls: Sequence[Call], texts: Texts) -> list[str]:
    """The calls by day, a line each: when, and with whom."""
    lines: list[str] = []
    heading = ""
    for call in calls[:_MOST]:
        day = texts.day(promised(call).start)
        if day != heading:
            heading = day
            lines.append(day)
        lines.append(f"{_at(call, texts)} {name_at_a_glance(call, texts)}".strip())
    if len(calls) > _MOST:
        lines.append(texts.render(msg("… and {n:further call|further calls}", n=len(calls) - _MOST)))
    return lines


def _at(call: Call, texts: Texts) -> str:
    """The time on the call's day; "" where that is all day."""
    when = promised(call)
    if not is_vague(call):
        return texts.time(when.start)
    span = texts.span(when.start, when.end)
    day = texts.day(when.start)
    return "" if span == day else span.removeprefix(f"{day}, ")


def _to_settle(calls: Sequence[Call], threatened: Sequence[Call], start: datetime, planning: Planning) -> list[str]:
    """What there is to do, a line each: of the threatened calls, of the others, and promises that have no time."""
    texts = planning.texts
    others = [call for call in calls if call not in threatened]
    settle = [line for call in others if (line := _line(call, start, planning))]
    groups = (
        (msg("Threatened:"), [line for call in threatened if (line := _line(call, start, planning))]),
        (msg("To be settled:"), settle),
        (msg("Promised, and no time is set:"), _without_a_time(planning)),
    )
    return [line for heading, group in groups if group for line in ("", texts.render(heading), *group)]


def _line(call: Call, start: datetime, planning: Planning) -> str:
    """ "Erika Muster, Wed 14:30: number missing": the gravest of what is to be settled, as the title of its task says
    it; "" where nothing is."""
    findings = [one for one in planning.findings_of(call) if one.rule not in _AT_THE_CALL and one.at_call is None]
    open_ones = [one for one in findings if one.severity > Severity.INFO]
    if not open_ones:
        return ""
    return f"– {title(call, open_ones[0].matter or open_ones[0].message, planning.texts, at=start)}"


def _without_a_time(planning: Planning) -> list[str]:
    """Promises that are no calls and have no task of their own."""
    if "loose_promise" in planning.disabled or list(promises(planning)):
        return []
    return [f"– {clean(promise.title)}" for promise in counting(planning)]
