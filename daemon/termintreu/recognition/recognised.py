"""Which of what stands in the calendars are calls, and what else takes the user's time. Pure.

What is nearest to now counts; what lies beyond the limits is reported, and its keys are handed on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from termintreu.config import Config
from termintreu.model import Calendar, Call, Lesson, Observed, Occurrence
from termintreu.reading.limits import nearest_appointments, nearest_calls
from termintreu.recognition.calls import (
    Lately,
    Skipped,
    appointments,
    busy_and_absences,
    is_trusted,
    recognise,
    skipped,
    spoken,
)
from termintreu.recognition.contacts.book import ContactBook
from termintreu.recognition.detection import Detector
from termintreu.recognition.hashtags import Remarks, hashtags
from termintreu.recognition.teaching import NOTHING_TAUGHT, Taught, learn
from termintreu.recognition.whose import mine, not_mine


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What stands in the calendars, as far as it counts."""

    calendar: Calendar
    """Within the limits; with what had to be left out among `rejected`."""
    own: Calendar
    """The same without the entries of others, where several people share a calendar."""
    calls: tuple[Call, ...]
    busy: tuple[Occurrence, ...]
    absences: tuple[Occurrence, ...]
    said: Remarks
    """The user's words in our own items."""
    beyond: frozenset[str]
    """Keys of appointments beyond the limits: whether they are calls was not looked at."""
    far: frozenset[str]
    """Keys of calls beyond the limits."""
    taught: Taught = NOTHING_TAUGHT
    """What the user said of series and titles."""
    skipped: tuple[Skipped, ...] = ()
    """What is no call because of that."""


def recognised(
    calendar: Calendar,
    observed: Mapping[str, Observed],
    *,
    config: Config,
    zone: ZoneInfo,
    book: ContactBook,
    detector: Detector,
    vague_minutes: int,
    now: datetime,
    lessons: Mapping[str, Lesson] = MappingProxyType({}),
    lately: Lately | None = None,
) -> Recognised:
    """Recognise the calls.

    Args:
        calendar: what was read.
        observed: our own items as they stand, by href.
        config: the user's settings.
        zone: the user's.
        book: the people the user knows.
        detector: remembers what was detected in earlier cycles.
        vague_minutes: as for `recognise`.
        now: UTC.
        lessons: what is remembered of what the user taught, by UID.
        lately: what was recognised in earlier cycles with the same settings.
    """
    calendar, beyond = nearest_appointments(calendar, now, config.limits.appointments)
    said = hashtags(observed.values())
    own = mine(calendar, not_mine(config.sources))
    appointed = appointments(
        own.occurrences, me=config.me, sources=[source.name for source in config.sources], lately=lately
    )
    taught = learn(
        spoken(appointed),
        lessons,
        vouched=lambda occurrence: is_trusted(occurrence, book, config.me),
        now=now,
    )
    found = recognise(
        appointed,
        book=book,
        me=config.me,
        zone=zone,
        visits_sources=frozenset(source.name for source in config.sources if source.visits),
        vague_minutes=vague_minutes,
        said=said,
        detector=detector,
        taught=taught,
        lately=lately,
    )
    calls, far, reports = nearest_calls(found, now, config.limits.calls)
    busy, absences = busy_and_absences(appointed, config.me, zone, lately)
    return Recognised(
        calendar=replace(calendar, rejected=(*calendar.rejected, *reports)),
        own=own,
        calls=calls,
        busy=busy,
        absences=absences,
        said=said,
        beyond=beyond,
        far=far,
        taught=taught,
        skipped=skipped(appointed, taught) if taught.lessons else (),
    )
