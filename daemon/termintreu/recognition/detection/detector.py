"""Detection without doing it twice. Holds values of a pure function only: what it returns never depends on what it
remembers.
"""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter

from termintreu.config import MeConfig
from termintreu.model import Occurrence
from termintreu.recognition.detection.detect import Detection, detect

WHEN_AND_WHERE = frozenset({
    "source", "collection", "href", "uid", "recurrence_id", "start", "end", "zone_state", "tzid",
    "local_start", "series", "overridden", "previous_start", "created", "last_modified", "sequence", "status",
    "transparent", "alarms", "travel",
})  # fmt: skip
"""What `detect` does not look at. So all occurrences of a series are one to it, and so is one that moved."""

_said = attrgetter(*(field.name for field in fields(Occurrence) if field.name not in WHEN_AND_WHERE))


class Detector:
    """Remembers what was detected, for as long as it is asked for."""

    def __init__(self) -> None:
        self._lately: dict[object, Detection | None] = {}
        self._before: dict[object, Detection | None] = {}

    def __call__(
        self, occurrence: Occurrence, *, me: MeConfig, visits: bool = False, told: bool = False
    ) -> Detection | None:
        """As `detect`. One user's: `me` may not change."""
        key = visits, told, *_said(occurrence)
        if key in self._lately:
            return self._lately[key]
        found = self._before[key] if key in self._before else detect(occurrence, me=me, visits=visits, told=told)
        self._lately[key] = found
        return found

    def forget(self) -> None:
        """Drop what nobody asked for since the last time this was called."""
        self._before, self._lately = self._lately, {}
