"""Local clocks as logs have them, turned into instants. In the hour that comes twice when summer time ends, the order
of the file tells which of both is meant: a log never goes back in time. Reads no clock and no file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def instants(walls: Iterable[datetime], zone: ZoneInfo, after: datetime | None = None) -> list[datetime]:
    """The instants (UTC) of wall times in the order in which they happened.

    Args:
        walls: naive; none is earlier than the one before it, but for the hour that comes twice.
        zone: of the log's clock.
        after: UTC, of the last entry that was read before.
    """
    found: list[datetime] = []
    for wall in walls:
        first, second = both(wall, zone)
        after = second if first < second and after is not None and after > first else first
        found.append(after)
    return found


def both(wall: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first and the second instant of a wall time: they differ in the hour that comes twice. One that was left
    out in spring counts by the clock as it stood before, twice."""
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return first, max(first, second)


def begun(wall: datetime, end: datetime, lasted: timedelta, zone: ZoneInfo) -> datetime:
    """The instant (UTC) of a start, of which the end and the length are known."""
    return min(both(wall, zone), key=lambda instant: abs(end - lasted - instant))


def newest_first(walls: Sequence[datetime]) -> bool:
    """Whether a list goes back in time, as lists of calls for people do. Within the hour that comes twice it may seem
    to go forward, so that only more than that says so."""
    return len(walls) > 1 and walls[-1] - walls[0] <= timedelta(hours=1)
