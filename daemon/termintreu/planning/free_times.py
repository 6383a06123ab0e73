"""Free times to offer for a call that has to move. Pure: `now` and everything else are arguments.

A proposal must hold: inside the user's working time, clear of everything else with a buffer, at a decent hour where
the other person is, soon but not at once, and on different half-days, so that there is a real choice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from termintreu.config.working_hours import HolidayName, WorkClock
from termintreu.model import Occurrence
from termintreu.model.timeline import Timeline, clashes

FreeTime = tuple[datetime, datetime]
"""Start and end in UTC."""

_STEP = timedelta(minutes=15)
_AFTERNOON = time(13)
"""Where the halves of a day part; noon itself still counts as morning."""
_THEIR_DAY = (time(9), time(17))
"""When a call suits where the contact is; nothing else is known of their hours."""


def free_times(
    *,
    now: datetime,
    busy: Timeline,
    absences: Timeline,
    clock: WorkClock,
    duration: timedelta,
    contact_zone: ZoneInfo | None = None,
    contact_holiday: HolidayName | None = None,
    not_before: datetime | None = None,
    count: int = 3,
    buffer: timedelta = timedelta(minutes=10),
    search_days: int = 14,
    lead: timedelta = timedelta(hours=2),
) -> tuple[FreeTime, ...]:
    """Up to `count` free times of length `duration`, by start; fewer where there are no more.

    Args:
        now: the present moment.
        busy: timed occurrences that keep the user busy.
        absences: all-day occurrences by which the user is away.
        clock: the user's working time.
        duration: length of the call.
        contact_zone: where the other person is; None where that is not known.
        contact_holiday: public holidays where the other person is.
        not_before: no slot begins earlier.
        count: how many are wanted.
        buffer: distance kept to everything in `busy`; more where the way there takes longer.
        search_days: how many days to look at, from the first possible one.
        lead: working time that must pass between `now` and the first slot.
    """
    earliest = clock.add(now, lead)
    if not_before is not None:
        earliest = max(earliest, not_before)
    if duration <= timedelta(0):
        raise ValueError("a call lasts longer than nothing")
    free = [
        slot
        for slot in _candidates(
            earliest, clock, duration, busy=busy, absences=absences, buffer=buffer, days=search_days
        )
        if _suits(slot, contact_zone, contact_holiday or _no_holiday, clock)
    ]
    return tuple(sorted(_spread(free, clock, count, buffer)))


def _candidates(
    earliest: datetime,
    clock: WorkClock,
    duration: timedelta,
    *,
    busy: Timeline,
    absences: Timeline,
    buffer: timedelta,
    days: int,
) -> Iterator[FreeTime]:
    first_day = clock.day_of(earliest)
    for offset in range(days):
        for opening, closing in clock.spans(first_day + timedelta(days=offset)):
            if absences.overlapping(opening, closing):
                continue
            near = busy.within(opening, closing, buffer)
            start = _on_the_quarter(max(opening, earliest))
            while start + duration <= closing:
                slot = (start, start + duration)
                in_the_way = _in_the_way(slot, near, buffer)
                if in_the_way is None:
                    yield slot
                    start += _STEP
                else:
                    start = _on_the_quarter(in_the_way.end + max(buffer, in_the_way.travel))


def _on_the_quarter(instant: datetime) -> datetime:
    """The next full quarter of an hour; every present zone is off UTC by whole quarters."""
    past = (instant - datetime.min.replace(tzinfo=UTC)) % _STEP
    return instant + (_STEP - past) if past else instant


def _in_the_way(slot: FreeTime, occurrences: Iterable[Occurrence], buffer: timedelta) -> Occurrence | None:
    """The first that is too close; no slot of this length that begins before it is over, and a buffer, is free."""
    return next((one for one in occurrences if clashes(one, *slot, buffer)), None)


def _suits(slot: FreeTime, zone: ZoneInfo | None, holiday: HolidayName, clock: WorkClock) -> bool:
    start, end = (instant.astimezone(zone or clock.zone) for instant in slot)
    if holiday(start.date()) is not None:
        return False
    if zone is None:
        return True
    return start.date() == end.date() and _THEIR_DAY[0] <= start.time() and end.time() <= _THEIR_DAY[1]


def _no_holiday(_: date) -> None:
    return None


def _spread(free: Sequence[FreeTime], clock: WorkClock, count: int, buffer: timedelta) -> list[FreeTime]:
    """The earliest slot, then ever the one that adds most choice for the least delay."""
    chosen: list[FreeTime] = []
    while len(chosen) < count:
        left = [slot for slot in free if all(_apart(slot, other, buffer) for other in chosen)]
        if not left:
            break
        chosen.append(min(left, key=lambda slot: (_cost(slot, chosen, clock), slot)))
    return chosen


def _apart(one: FreeTime, other: FreeTime, buffer: timedelta) -> bool:
    return one[1] + buffer <= other[0] or other[1] + buffer <= one[0]


def _cost(slot: FreeTime, chosen: Sequence[FreeTime], clock: WorkClock) -> int:
    """Days of delay, and two days' worth for each step of sameness to what is chosen already.

    Steps: another day and the other half of it than the last, 0; another day, 1; another half, 2; neither, 3.
    """
    if not chosen:
        return 0
    day, half = _half_day(slot, clock)
    halves = [_half_day(other, clock) for other in chosen]
    if (day, half) in halves:
        sameness = 3
    elif day in {other for other, _ in halves}:
        sameness = 2
    else:
        sameness = 0 if half != halves[-1][1] else 1
    return abs(day - halves[0][0]).days + 2 * sameness


def _half_day(slot: FreeTime, clock: WorkClock) -> tuple[date, bool]:
    local = slot[0].astimezone(clock.zone)
    return local.date(), local.time() < _AFTERNOON
