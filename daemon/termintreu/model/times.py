"""The earliest and the latest moment that this program counts with. Pure.

A `datetime` ends with the year 9999, and many programs write that very end for "never". One step of the program's own
arithmetic beyond it, or a time zone, raises OverflowError. So whatever is read is held within these bounds, and no
later stage can get to either end.
"""

from __future__ import annotations

from datetime import UTC, datetime

EARLIEST = datetime(1601, 1, 1, tzinfo=UTC)
"""Where Windows begins to count, and so the oldest start that calendars hold in earnest."""
LATEST = datetime(9999, 1, 31, 23, 59, 59, tzinfo=UTC)
"""Eleven months before the end: more than anything here adds to a time that was read."""


def bounded(instant: datetime) -> datetime:
    """An aware instant, held within `EARLIEST` and `LATEST`."""
    # nearly everything is within: one comparison, where min and max would take four times as long
    return instant if EARLIEST <= instant <= LATEST else min(max(EARLIEST, instant), LATEST)
