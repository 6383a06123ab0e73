"""Occurrences for these tests, made from the few fields that matter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from termintreu.config import MeConfig
from termintreu.model import Conference, Occurrence, Person
from termintreu.reading.ical import read_resource

ME = MeConfig(name="Anna Beispiel", emails=["me@example.org"], phones=["+49 30 555000"])


def occurrence(
    *,
    organizer: str | None = None,
    attendees: tuple[tuple[str, str], ...] = (),
    conferences: tuple[tuple[str, tuple[str, ...], str], ...] = (),
    start: datetime = datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
    minutes: int = 30,
    **fields: Any,
) -> Occurrence:
    """One occurrence; `attendees` are (address, CN), `conferences` are (URI, features, label)."""
    return Occurrence(
        source="work",
        collection="/work/",
        href="/work/1.ics",
        uid="1",
        recurrence_id=None,
        start=start,
        end=start + timedelta(minutes=minutes),
        organizer=Person(email=organizer) if organizer else None,
        attendees=tuple(Person(email=email, name=name) for email, name in attendees),
        conferences=tuple(Conference(uri=uri, features=frozenset(f), label=label) for uri, f, label in conferences),
        **fields,
    )


def read_event(ics: str) -> Occurrence:
    """The occurrence of one VEVENT as the program reads it."""
    stream = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\n{ics}END:VCALENDAR\r\n"
    window = (datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC))
    reading = read_resource(
        stream.encode(), source="work", collection="/", href="/1.ics", zone=ZoneInfo("Europe/Berlin"), window=window
    )
    return reading.occurrences[0]
