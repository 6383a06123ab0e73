"""The user's working time: hours of the week less public holidays. Pure; `holidays` supplies the days.

All instants in and out are aware and in UTC; days are days in the user's zone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from termintreu.config import MeConfig
from termintreu.config.schema import WorkingHours

HolidayName = Callable[[date], str | None]
"""The name of the public holiday on that day, or None."""

_HORIZON_DAYS = 400
"""Days after which a search for working hours stops: a user without one in over a year has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkClock:
    """Counts on the user's working time."""

    me: MeConfig
    zone: ZoneInfo
    holiday: HolidayName
    hours: WorkingHours | None = None
    """Those that count in the place of `me`'s; None: `me`'s."""

    def day_of(self, instant: datetime) -> date:
        """The user's day an instant falls on."""
        return instant.astimezone(self.zone).date()

    def at(self, day: date, wall: time) -> datetime:
        """The instant (UTC) of a wall time on a day. In the gap of a clock change: the instant after it (PEP 495)."""
        return datetime.combine(day, wall, self.zone).astimezone(UTC)

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """The working spans of a day in UTC, sorted, without overlap; none on days off and holidays."""
        if self.holiday(day) is not None:
            return []
        spans: list[tuple[datetime, datetime]] = []
        for opening, closing in (self.hours or self.me.working_hours).of(day.weekday()):
            start = self.at(day, opening)
            end = self.at(day + timedelta(days=1), time.min) if closing == time.max else self.at(day, closing)
            if spans and start <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(spans[-1][1], end))
            elif start < end:  # a clock change can swallow a span
                spans.append((start, end))
        return spans

    def between(self, start: datetime, end: datetime, *, back: bool = False) -> Iterator[tuple[datetime, datetime]]:
        """The working time between two instants, in order or (`back`) from its end, found as it is asked for: whoever
        wants the first span only need not walk to the end of a time that may last for ages."""
        first, last = self.day_of(start), self.day_of(end)
        day, step = (last, -1) if back else (first, 1)
        idle = 0
        while first <= day <= last and idle < _HORIZON_DAYS:
            spans = [(max(start, a), min(end, b)) for a, b in self.spans(day) if a < end and b > start]
            idle = 0 if spans else idle + 1
            yield from reversed(spans) if back else spans
            day += timedelta(days=step)

    def is_workday(self, day: date) -> bool:
        """Whether the user works at all on that day."""
        return bool(self.spans(day))

    def is_work(self, instant: datetime) -> bool:
        """Whether an instant lies in working time."""
        return any(start <= instant < end for start, end in self.spans(self.day_of(instant)))

    def add(self, instant: datetime, amount: timedelta) -> datetime:
        """The moment when `amount` of working time has passed after `instant` ("4 work hours after now").

        Where there is no working time at all, wall time is counted instead.
        """
        left = amount
        day = self.day_of(instant)
        for _ in range(_HORIZON_DAYS):
            for start, end in self.spans(day):
                begin = max(start, instant)
                if end > begin:
                    if end - begin >= left:
                        return begin + left
                    left -= end - begin
            day += timedelta(days=1)
        return instant + amount

    def workday_before(self, day: date, count: int = 1) -> date:
        """The `count`-th workday before `day`; plain days are counted where there are no workdays."""
        return self._step(day, count, -1)

    def workday_after(self, day: date, count: int = 1) -> date:
        """The `count`-th workday after `day`; plain days are counted where there are no workdays."""
        return self._step(day, count, 1)

    def end_of_work(self, day: date) -> datetime | None:
        """The end of a day's working time in UTC; None on a day off."""
        spans = self.spans(day)
        return spans[-1][1] if spans else None

    def _step(self, day: date, count: int, direction: int) -> date:
        found = day
        for _ in range(count):
            candidate = found
            for _ in range(_HORIZON_DAYS):
                candidate += timedelta(days=direction)
                if self.is_workday(candidate):
                    break
            else:
                candidate = found + timedelta(days=direction)
            found = candidate
        return found
