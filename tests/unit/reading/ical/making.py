"""Calendars in a few words, and reading them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from termintreu.reading.ical import Reading, read_resource

DATA = Path(__file__).parents[3] / "data"
BERLIN = ZoneInfo("Europe/Berlin")
NOVEMBER = (datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))


def event(*lines: str, uid: str | None = "one@example.com", kind: str = "VEVENT") -> str:
    """A component of these lines."""
    named = [f"UID:{uid}"] if uid is not None else []
    return "\r\n".join([f"BEGIN:{kind}", *named, *lines, f"END:{kind}"])


def calendar(*components: str) -> bytes:
    """A VCALENDAR of these components (or properties)."""
    return ("\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *components, "END:VCALENDAR"]) + "\r\n").encode()


def read(
    data: bytes, window: tuple[datetime, datetime] = NOVEMBER, zone: ZoneInfo = BERLIN, max_occurrences: int = 2000
) -> Reading:
    """`read_resource` for a user in Berlin who looks at November 2026."""
    return read_resource(
        data,
        source="work",
        collection="/c/",
        href="/c/1.ics",
        zone=zone,
        window=window,
        max_occurrences=max_occurrences,
    )


def starts(reading: Reading) -> list[str]:
    """Starts in UTC, in short."""
    return [occurrence.start.strftime("%m-%d %H:%M") for occurrence in reading.occurrences]


def reasons(reading: Reading) -> list[str]:
    """Why something was rejected."""
    return [rejected.reason for rejected in reading.rejected]
