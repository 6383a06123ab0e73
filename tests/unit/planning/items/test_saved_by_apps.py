"""What calendar apps store when a person answers an item of ours is no edit: it stays ours, and the answer is read.

tests/data/apps holds what they really stored: Thunderbird 153.8 and Evolution 3.46.4, on a Radicale, out of items that
the program had written.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from termintreu.model import Observed, Resource
from termintreu.planning.items.observe import observe

APPS = Path(__file__).parents[3] / "data" / "apps"


def stored(name: str) -> Observed:
    resource = Resource(href=f"/anna/termintreu/{name}", etag='"1"', data=(APPS / name).read_bytes())
    found = observe(resource, "/anna/termintreu/", ZoneInfo("Europe/Berlin"))
    assert found is not None
    return found


@pytest.mark.parametrize("file", sorted(APPS.glob("*.ics")), ids=lambda file: file.stem)
def test_what_an_app_stores_is_still_ours_and_not_edited(file: Path) -> None:
    found = stored(file.name)
    assert found.written_fingerprint is not None
    assert found.written_fingerprint == found.fingerprint
    assert (True, False) == (found.kind is not None, found.declined)


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("thunderbird-dismissed.ics", datetime(2026, 11, 30, 21, 52, 20, tzinfo=UTC)),
        ("thunderbird-snoozed.ics", datetime(2026, 11, 30, 21, 52, 49, tzinfo=UTC)),
        ("evolution-dismissed.ics", datetime(2026, 11, 30, 21, 52, 25, tzinfo=UTC)),
    ],
)
def test_an_alarm_that_was_dismissed_or_put_off_in_an_app_counts_as_seen_from_that_moment(
    name: str, at: datetime
) -> None:
    found = stored(name)
    assert (at, False) == (found.acknowledged_at, found.done)
    assert datetime(2026, 11, 30, 21, 52, tzinfo=UTC) == found.alarm_at


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("thunderbird-ticked.ics", datetime(2026, 11, 30, 21, 32, 22, tzinfo=UTC)),
        ("evolution-ticked.ics", datetime(2026, 11, 30, 21, 33, 42, tzinfo=UTC)),
    ],
)
def test_a_task_that_was_ticked_in_an_app_is_done_from_that_moment(name: str, at: datetime) -> None:
    found = stored(name)
    assert (True, at) == (found.done, found.done_at)
