"""What a calendar that is read for the first time says of calls longer ago than is usually looked at. Pure.

Where the state was lost, the user's words in old appointments and the call logs are all that is left of how those calls
went: without them a miss would be forgotten by the loss, and the rating better for it. The
numbers that stand there serve later calls with the same people. It is looked at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from termintreu.config import Config
from termintreu.model import Calendar, Call, Lesson, Observed, Resource
from termintreu.reading.calendar import read_calendar
from termintreu.reading.ical import Extent, Reader, may_matter
from termintreu.reading.mirror import Mirror
from termintreu.recognition.calls import appointments, is_trusted, recognise, spoken
from termintreu.recognition.contacts.book import ContactBook
from termintreu.recognition.hashtags import hashtags
from termintreu.recognition.teaching import learn
from termintreu.recognition.whose import mine, not_mine

_MAY_SAY = re.compile(rb"#|CATEGORIES", re.IGNORECASE)
"""What a word of the user's cannot be without."""
_NUMBER = re.compile(rb"(?:\+|\b00?)[1-9][\d ()/.-]{6}")
"""How a telephone number begins."""
_MOST_NUMBERS = 1000
"""So many appointments with numbers are read for these alone, the latest ones: a second's work, once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What the calendars tell of long ago."""

    calls: tuple[Call, ...] = ()
    """Of before the window, found in calendars that are read for the first time."""
    lessons: tuple[Lesson, ...] = ()
    """What the user taught by a word on an appointment of then."""


def past_calls(
    mirrors: Iterable[Mirror],
    observed: Iterable[Observed],
    reader: Reader,
    *,
    config: Config,
    book: ContactBook,
    zone: ZoneInfo,
    vague_minutes: int,
    window: tuple[datetime, datetime],
    logs: bool,
    now: datetime,
) -> Past:
    """The calls of long ago of which something may be known, and what the user taught then.

    Args:
        mirrors: that are read for the first time, with all that is held of them for this once.
        observed: our own items.
        reader: for this alone: what it remembers of other windows stays.
        config: the user's settings.
        book: the people the user knows.
        zone: the user's.
        vague_minutes: as for `recognise`.
        window: UTC; from the oldest outcome that is kept to what is looked at anyway.
        logs: there are call logs, which may say something of any call; else those with words are looked at.
        now: UTC.
    """
    most = config.limits.appointments
    read: Calendar = read_calendar((_that_may_say(mirror, most, logs=logs) for mirror in mirrors), reader, window)
    calendar = mine(read, not_mine(config.sources))
    found = appointments(calendar.occurrences, me=config.me, sources=[source.name for source in config.sources])
    taught = learn(
        spoken(found),
        {},
        vouched=lambda occurrence: is_trusted(occurrence, book, config.me),
        now=now,
    )
    calls = tuple(
        call
        for call in recognise(
            found,
            book=book,
            me=config.me,
            zone=zone,
            vague_minutes=vague_minutes,
            visits_sources=frozenset(source.name for source in config.sources if source.visits),
            said=hashtags(observed),
            taught=taught,
        )
        if call.start < window[1]
    )
    return Past(calls=calls, lessons=taught.changed)


def slimmed(mirror: Mirror, since: datetime) -> Mirror:
    """The mirror without the data of what certainly lies before `since` (UTC), as it is held from then on."""
    lean = {
        href: Resource(href=href, etag=one.etag, data=None)
        for href, one in mirror.resources.items()
        if not mirror.roles
        and one.data is not None
        and not may_matter(one.data, since, Extent(*one.days) if one.days else None)
    }
    return replace(mirror, resources={**mirror.resources, **lean}) if lean else mirror


def _that_may_say(mirror: Mirror, most: int, *, logs: bool) -> Mirror:
    """The mirror with at most so many resources, the latest ones, and no other than may say something."""
    saying: dict[str, Resource] = {}
    numbers: dict[str, Resource] = {}
    for href, one in mirror.resources.items():
        if one.data is not None and (logs or _MAY_SAY.search(one.data)):
            saying[href] = one
        elif one.data is not None and _NUMBER.search(one.data):
            numbers[href] = one
    return replace(mirror, resources=_latest({**saying, **_latest(numbers, _MOST_NUMBERS)}, most))


def _latest(found: Mapping[str, Resource], most: int) -> Mapping[str, Resource]:
    if len(found) <= most:
        return found
    return dict(sorted(found.items(), key=lambda entry: _last_day(entry[1]), reverse=True)[:most])


def _last_day(resource: Resource) -> int:
    """As an ordinal; what its bytes alone do not tell counts as the latest."""
    return resource.days[1] if resource.days else date.max.toordinal()
