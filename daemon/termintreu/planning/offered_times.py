"""Free times to offer for one call, and whether a time that was offered is still free. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from termintreu.config.holidays import country_of_zone
from termintreu.config.working_hours import HolidayName
from termintreu.judging.rules.common.base import Context
from termintreu.judging.rules.common.their_zone import their_zone
from termintreu.model import Call
from termintreu.planning.free_times import FreeTime, free_times

_TO_PROPOSE = timedelta(hours=1)
"""It takes this long to reach somebody and agree."""
_SHORTEST = timedelta(minutes=15)
_LONGEST = timedelta(minutes=60)
_USUAL = timedelta(minutes=30)
"""For a call whose own length says nothing: all-day, or a window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedTimes:
    """Offers times from what the calendars show now."""

    context: Context
    _known: dict[tuple[timedelta, str | None, datetime | None], tuple[FreeTime, ...]] = field(
        default_factory=dict, repr=False
    )
    """What was looked for already: nothing else of a call matters."""

    def free_times_for(self, call: Call, not_before: datetime | None = None) -> tuple[FreeTime, ...]:
        """Up to three free times, from `not_before` (UTC) on."""
        zone = their_zone(call, self.context.zone)
        sought = self._duration(call), zone.key if zone else None, not_before
        if sought not in self._known:
            self._known[sought] = self._find(*sought)
        return self._known[sought]

    def _find(self, duration: timedelta, timezone: str | None, not_before: datetime | None) -> tuple[FreeTime, ...]:
        return free_times(
            now=self.context.now,
            busy=self.context.timeline,
            absences=self.context.away,
            clock=self.context.clock,
            duration=duration,
            contact_zone=ZoneInfo(timezone) if timezone else None,
            contact_holiday=self._their_holidays(timezone),
            not_before=not_before,
        )

    def is_free(self, call: Call, slot: FreeTime) -> bool:
        """Whether an offered time still lies far enough ahead to be proposed, and clear of everything."""
        start, end = slot
        return (
            start > self.context.now + _TO_PROPOSE
            and not self.context.timeline.within(start, end)
            and not self.context.away.overlapping(start, end)
        )

    def _duration(self, call: Call) -> timedelta:
        if call.window is not None or call.occurrence.all_day:
            return _USUAL
        return min(max(call.end - call.start, _SHORTEST), _LONGEST)

    def _their_holidays(self, timezone: str | None) -> HolidayName | None:
        country = country_of_zone(timezone) if timezone else None
        return self.context.holidays_of(country) if country else None
