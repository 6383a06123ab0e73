"""The one place where icalendar parses a stream of ours: one at a time, and none with the zones of another.

icalendar keeps the zones that a stream defines (VTIMEZONE) by their names, for the whole process. Outlook calls each
zone that somebody made "Customized Time Zone", so that one person's zone would decide the times of the next person's
items; and several people's items are parsed in several threads at once. Values hold their zones once they are parsed.
"""

from __future__ import annotations

import threading

import icalendar
from icalendar import Component

_PARSING = threading.Lock()


def parsed(data: bytes) -> Component:
    """A stream as icalendar's components. Raises whatever icalendar raises on broken ones."""
    with _PARSING:
        icalendar.use_zoneinfo()  # type: ignore[no-untyped-call]  # forgets all zones; icalendar leaves it without types
        return icalendar.Calendar.from_ical(data)
