"""All components of one UID become occurrences within a window (RFC 5545 3.8.4.4, 3.8.5). Pure.

A series is worked out on the wall clock of its start's zone and turned into instants one by one, so that a clock
change moves nothing that should stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain

from termintreu.model import Occurrence
from termintreu.reading.ical.component import Event, Stamp
from termintreu.reading.ical.expansion import Budget, occurrences
from termintreu.reading.ical.lines import Unreadable
from termintreu.reading.ical.rule import Rule
from termintreu.reading.ical.values import LATEST, Length, later, to_utc, to_wall

TWO_MASTERS = "An event stands twice in one resource; the newest version is used."
TOO_MANY = "A series has more occurrences in the window than this program takes; the rest is left out."
BEYOND = "An event lies beyond what the calendar can count."

_LEAD = timedelta(days=35)
"""So far before the window a series is worked out as well, to know the start before the first one: a month."""
_SLACK = timedelta(days=2)
"""More than any offset from UTC, on both sides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The components of one UID."""

    master: Event | None = None
    overrides: tuple[Event, ...] = ()
    """One for each RECURRENCE-ID."""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """[start, end) in UTC."""

    start: datetime
    end: datetime

    def holds(self, start: datetime, end: datetime) -> bool:
        """Whether something lies in it, at least in part; what takes no time counts by its start."""
        return start < self.end and (end > self.start or start >= self.start)


def assemble(events: list[Event]) -> Series:
    """The newest master, and the newest override for each RECURRENCE-ID."""
    masters = [event for event in events if event.recurrence_id is None]
    overrides: dict[datetime, Event] = {}
    for event in events:
        if event.recurrence_id is not None:
            known = overrides.get(event.recurrence_id.instant)
            if known is None or event.newest >= known.newest:
                overrides[event.recurrence_id.instant] = event
    return Series(
        master=max(masters, key=lambda event: event.newest, default=None),
        overrides=tuple(overrides.values()),
        problems=(TWO_MASTERS,) if len(masters) > 1 else (),
    )


def expand(series: Series, window: Window, limit: int, budget: Budget) -> tuple[list[Occurrence], list[str]]:
    """The occurrences that lie in the window, and what went wrong, one sentence each. Never raises for its input."""
    found: list[Occurrence] = []
    problems: list[str] = []
    master = series.master
    repeats = master is not None and master.repeats
    try:
        if master is None:
            candidates = _alone(series.overrides)
        elif master.repeats or series.overrides:
            candidates = _Expansion.of(master, series.overrides, window, budget, problems).candidates()
        else:
            candidates = iter([_placed(master, master.start.wall)])
        for occurrence in candidates:
            if window.holds(occurrence.start, occurrence.end):
                if len(found) >= limit:
                    problems.append(TOO_MANY)
                    break
                found.append(occurrence)
                if repeats:
                    budget.made_one()
    except Unreadable as reason:
        problems.append(str(reason))
    except (OverflowError, ValueError):
        problems.append(BEYOND)
    return found, problems


def _alone(overrides: tuple[Event, ...]) -> Iterator[Occurrence]:
    """Overrides without a series: we are invited to single occurrences only."""
    for event in overrides:
        stamp = event.recurrence_id
        if stamp is not None:
            yield _placed(event, event.start.wall, recurrence_id=_identity(stamp.wall, stamp), overridden=True)


def _identity(wall: datetime, at: Stamp) -> datetime | date:
    """A RECURRENCE-ID as the model has it: a date, a floating time, or a time in its zone."""
    if at.is_date:
        return wall.date()
    return wall if at.zone.state == "floating" else wall.replace(tzinfo=at.zone.tz)


def _placed(
    event: Event,
    wall: datetime,
    length: Length | None = None,
    *,
    recurrence_id: datetime | date | None = None,
    series: bool = False,
    overridden: bool = False,
    previous_start: datetime | None = None,
) -> Occurrence:
    """An event's occurrence at a wall time of its own zone."""
    zone = event.start.zone
    start = to_utc(wall, zone.tz)
    end = max(start, (length or event.length).after(wall, zone.tz))
    return replace(
        event.template,
        recurrence_id=recurrence_id,
        start=start,
        end=end,
        local_start=None if event.start.is_date else wall,
        series=series,
        overridden=overridden,
        previous_start=previous_start,
        alarms=tuple(trigger.alarm(start, end) for trigger in event.triggers) if event.triggers else (),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Expansion:
    """One series and one window."""

    master: Event
    overrides: Mapping[datetime, Event]
    """By the original start on the master's wall clock."""
    by_day: Mapping[datetime, Event]
    """Overrides whose RECURRENCE-ID is a date though the series has times."""
    following: tuple[tuple[datetime, Event], ...]
    """Overrides for this and the following ones, by the original start."""
    window: Window
    budget: Budget
    problems: list[str]
    """Takes what went wrong."""

    @classmethod
    def of(
        cls, master: Event, overrides: tuple[Event, ...], window: Window, budget: Budget, problems: list[str]
    ) -> _Expansion:
        exact: dict[datetime, Event] = {}
        by_day: dict[datetime, Event] = {}
        for event in overrides:
            stamp = event.recurrence_id
            if stamp is not None:
                place = by_day if stamp.is_date and not master.start.is_date else exact
                place[_wall(stamp, master)] = event
        following = sorted(((wall, event) for wall, event in exact.items() if event.this_and_future), key=_by_wall)
        return cls(
            master=master,
            overrides=exact,
            by_day=by_day,
            following=tuple(following),
            window=window,
            budget=budget,
            problems=problems,
        )

    def candidates(self) -> Iterator[Occurrence]:
        """Every occurrence near the window, moved ones last."""
        master, at = self.master, self.master.start
        lengths = {_wall(stamp, master): length for stamp, length in master.added if length is not None}
        used: set[datetime] = set()
        before: tuple[Event, datetime] | None = None
        for wall in self._walls():
            event = self._override(wall, used)
            base, shift = self._base(wall)
            start = to_utc(later(wall, shift), at.zone.tz)
            length = lengths.get(wall, base.length)
            if event is not None:
                yield _placed(event, event.start.wall, recurrence_id=_identity(wall, at), series=True, overridden=True)
            elif self._near(start, length):
                yield _placed(
                    base,
                    later(wall, shift),
                    length,
                    recurrence_id=_identity(wall, at),
                    series=True,
                    # one that was moved on purpose says nothing about the clock the series keeps
                    previous_start=before[1] if before is not None and before[0] is base else None,
                )
            before = base, start
        yield from self._elsewhere(used)

    def _override(self, wall: datetime, used: set[datetime]) -> Event | None:
        """The override of an original start; `used` takes note of it."""
        day = wall.replace(hour=0, minute=0, second=0)
        for key, known in ((wall, self.overrides), (day, self.by_day)):
            if key in known:
                used.add(key)
                return known[key]
        return None

    def _near(self, start: datetime, length: Length) -> bool:
        """Whether an occurrence is worth the making: most of those in the lead are not."""
        return start < later(self.window.end, _SLACK) and later(start, length.about + _SLACK) > self.window.start

    def _elsewhere(self, used: set[datetime]) -> Iterator[Occurrence]:
        """Overrides whose original start is far from the window, or not in the rule (any more)."""
        excluded, days = self._excluded()
        for wall, event in chain(self.overrides.items(), self.by_day.items()):
            if wall in used or wall in excluded or wall.replace(hour=0, minute=0, second=0) in days:
                continue
            identity = _identity(wall, self.master.start)
            yield _placed(event, event.start.wall, recurrence_id=identity, series=True, overridden=True)

    def _base(self, wall: datetime) -> tuple[Event, timedelta]:
        """Whose properties an occurrence has that is not overridden itself, and how far it was moved."""
        found = self.master, timedelta(0)
        for first, event in self.following:
            if first > wall:
                break
            found = event, event.start.wall_in(self.master.start) - first
        return found

    def _walls(self) -> list[datetime]:
        """Original starts near the window, in order, without excluded ones."""
        master = self.master
        bases = [master, *(event for _, event in self.following)]
        longest = max(event.length.about for event in bases)
        lengths = [length.about for _, length in master.added if length is not None]
        moved = max((abs(self._base(first)[1]) for first, _ in self.following), default=timedelta(0))
        tz = master.start.zone.tz
        low = later(to_wall(self.window.start, tz), -max([longest, *lengths]) - moved - _SLACK - _LEAD)
        high = later(to_wall(self.window.end, tz), moved + _SLACK)
        walls = {wall for stamp, _ in master.added if low <= (wall := _wall(stamp, master)) <= high}
        for rule in master.rules:
            last = min(high, _last(rule, master.start))
            found = occurrences(rule, master.start.wall, low, last, self.budget)
            try:
                walls.update(wall for wall in found if wall >= low)
            except Unreadable as reason:  # what was found until then is right, and so are the single dates
                self.problems.append(str(reason))
        if low <= master.start.wall <= high:
            walls.add(master.start.wall)
        excluded, days = self._excluded()
        return sorted(
            wall for wall in walls - excluded if not days or wall.replace(hour=0, minute=0, second=0) not in days
        )

    def _excluded(self) -> tuple[set[datetime], set[datetime]]:
        """Excluded starts, and days that are excluded as a whole."""
        dates_only = self.master.start.is_date
        starts = {_wall(stamp, self.master) for stamp in self.master.excluded if dates_only or not stamp.is_date}
        return starts, {stamp.wall for stamp in self.master.excluded if stamp.is_date and not dates_only}


def _by_wall(item: tuple[datetime, Event]) -> datetime:
    return item[0]


def _wall(stamp: Stamp, master: Event) -> datetime:
    """An RDATE, EXDATE or RECURRENCE-ID on the wall clock of the series."""
    if master.start.is_date:
        return stamp.wall.replace(hour=0, minute=0, second=0)
    return stamp.wall_in(master.start)


def _last(rule: Rule, start: Stamp) -> datetime:
    """UNTIL on the wall clock of the series. What RFC 5545 3.3.10 forbids and programs write all the same: a date
    for a series of times means the whole day, and a time without a zone is where the series is."""
    until = rule.until
    if until is None:
        return LATEST
    if until.kind == "date":
        return until.wall if start.is_date else until.wall.replace(hour=23, minute=59, second=59)
    if until.kind == "local" or (start.zone.state == "floating" and not start.is_date):
        return until.wall
    local = to_wall(until.wall.replace(tzinfo=UTC), start.zone.tz)
    if start.is_date:
        # Midnight of the last day where its author lives, written in UTC, is the day before for those in the east.
        day = local if local.time() == datetime.min.time() else until.wall
        return day.replace(hour=0, minute=0, second=0)
    return local
