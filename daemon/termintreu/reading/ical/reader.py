"""Reading without doing it twice, and only where it can matter: remembers what each resource gave, for as long as it
stands unchanged, and leaves those alone that certainly lie outside of the window.

Holds values of the pure stages only. What it returns never depends on what it remembers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from termintreu.model import Resource
from termintreu.reading.ical.expansion import Budget
from termintreu.reading.ical.extent import Extent, extent_of
from termintreu.reading.ical.read import Parsed, Reading, expand_resource, in_order, parse_resource
from termintreu.reading.ical.series import Window

_NOTHING = Reading()


@dataclass(slots=True)
class _Known:
    """One resource: as parsed where that was needed, and as expanded for the days around the last window."""

    resource: Resource
    version: str
    extent: Extent | None
    parsed: Parsed | None = None
    days: tuple[datetime, datetime] | None = None
    reading: Reading = _NOTHING


class Reader:
    """Reads collections; unchanged resources are neither parsed nor expanded again."""

    def __init__(self, *, zone: ZoneInfo, max_occurrences: int = 2000, max_steps: int = 1_000_000) -> None:
        """Nothing is read yet.

        Args:
            zone: the user's.
            max_occurrences: of each UID.
            max_steps: what expanding one collection may cost; by default some seconds, or 50,000 occurrences.
        """
        self._max_steps = max_steps
        self._zone = zone
        self._max_occurrences = max_occurrences
        self._known: dict[tuple[str, str], dict[str, _Known]] = {}
        self.parsed = 0
        """Resources parsed so far."""
        self.expanded = 0
        """Resources expanded so far."""

    def read(
        self, source: str, collection: str, resources: Iterable[Resource], window: tuple[datetime, datetime]
    ) -> Reading:
        """All of a collection that lies in the window [start, end).

        Resources without data (unchanged and past, or kept for their ETag only) give nothing. What is not among
        `resources` is forgotten.
        """
        before = self._known.get((source, collection), {})
        after: dict[str, _Known] = {}
        days = _days_around(window)
        budget = Budget.of_collection(self._max_steps)
        found: list[Reading] = []
        for resource in resources:
            if resource.data is not None:
                known = before.get(resource.href)
                if known is None or known.resource is not resource:
                    known = _up_to_date(resource, resource.data, known)
                if known.days != days:
                    self._read(known, resource.data, (source, collection), days, budget)
                after[resource.href] = known
                if known.reading is not _NOTHING:
                    found.append(known.reading)
        self._known[source, collection] = after
        return _joined(found, Window(start=window[0], end=window[1]))

    def _read(
        self, known: _Known, data: bytes, place: tuple[str, str], days: tuple[datetime, datetime], budget: Budget
    ) -> None:
        known.days = days
        if known.extent is not None and not known.extent.touches(*days):
            known.parsed, known.reading = None, _NOTHING
            return
        if known.parsed is None:
            self.parsed += 1
            known.parsed = parse_resource(
                data, source=place[0], collection=place[1], href=known.resource.href, zone=self._zone
            )
        self.expanded += 1
        known.reading = expand_resource(known.parsed, days, self._max_occurrences, budget)


def _up_to_date(resource: Resource, data: bytes, known: _Known | None) -> _Known:
    version = resource.etag or hashlib.sha256(data).hexdigest()
    if known is not None and known.version == version:
        known.resource = resource
        return known
    extent = Extent(*resource.days) if resource.days is not None else extent_of(data)
    return _Known(resource=resource, version=version, extent=extent)


def _days_around(window: tuple[datetime, datetime]) -> tuple[datetime, datetime]:
    """Whole days in UTC that hold the window: the window moves with each cycle, these once a day."""
    start, end = (moment.astimezone(UTC) for moment in window)
    return _midnight(start), _midnight(end + timedelta(days=1))


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _joined(readings: list[Reading], window: Window) -> Reading:
    return Reading(
        occurrences=in_order(
            occurrence
            for reading in readings
            for occurrence in reading.occurrences
            if window.holds(occurrence.start, occurrence.end)
        ),
        todos=tuple(todo for reading in readings for todo in reading.todos),
        rejected=tuple(rejected for reading in readings for rejected in reading.rejected),
    )
