"""From the mirrors of an account's collections to what stands in the calendars. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from termintreu.model import Calendar
from termintreu.reading.ical import Reader
from termintreu.reading.mirror import Mirror
from termintreu.reading.rejections import with_titles


def read_calendar(mirrors: Iterable[Mirror], reader: Reader, window: tuple[datetime, datetime]) -> Calendar:
    """Everything that stands in the watched collections within the window (UTC)."""
    watched = [mirror for mirror in mirrors if not mirror.roles]
    readings = [
        reader.read(mirror.source, mirror.collection.href, mirror.resources.values(), window) for mirror in watched
    ]
    return Calendar(
        occurrences=tuple(one for reading in readings for one in reading.occurrences),
        todos=tuple(one for reading in readings for one in reading.todos),
        rejected=with_titles((one for reading in readings for one in reading.rejected), watched),
    )
