"""What a program does that reads a feed with the well-known libraries: fetch, parse, and expand some weeks. Runs in the
peers' environment, once for each poll, and prints what it used."""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from datetime import datetime, timedelta


def main() -> None:
    """Arguments: the URL, and the beginning of the window (ISO)."""
    import icalendar  # noqa: PLC0415 - what importing costs is told apart
    import recurring_ical_events  # noqa: PLC0415 - as above

    before = time.process_time()
    with urllib.request.urlopen(sys.argv[1], timeout=60) as answer:
        body = answer.read()
    fetched = time.process_time()
    calendar = icalendar.Calendar.from_ical(body)
    parsed = time.process_time()
    start = datetime.fromisoformat(sys.argv[2])
    found = recurring_ical_events.of(calendar).between(start - timedelta(days=7), start + timedelta(days=14))
    expanded = time.process_time()
    print(
        json.dumps(
            {
                "fetch": fetched - before,
                "parse": parsed - fetched,
                "expand": expanded - parsed,
                "occurrences": len(found),
            }
        )
    )


if __name__ == "__main__":
    main()
