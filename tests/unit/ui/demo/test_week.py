"""Everything in the demo is ahead, at whatever moment it is started."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from termintreu.config.holidays import holidays_for
from termintreu.ui.demo.view import Screen, screen_lines
from termintreu.ui.demo.week import next_slot, realistic_week
from tests.factories import at
from tests.unit.ui.demo.weeks import BERLIN, demo_report

MOMENTS = [
    "2026-11-23 07:59",  # a Monday before the week's event
    "2026-11-23 08:01",  # and after
    "2026-11-24 13:10",
    "2026-11-25 11:25",  # before lunch
    "2026-11-25 15:50",  # the last calls of the day
    "2026-11-27 23:55",  # Friday night
    "2026-11-29 12:00",  # Sunday
    "2026-12-23 20:00",  # before Christmas
    "2026-12-31 23:59",  # New Year's Eve
    "2027-03-24 23:30",  # before Easter, in which the clocks change
    "2027-03-28 03:00",  # the night the clocks go forward
    "2026-10-25 02:30",  # the night they go back
]


def starts(now: datetime) -> Iterator[date | datetime]:
    """When each event begins."""
    for event in realistic_week(now, BERLIN):
        value = next(line for line in event.lines if line.startswith("DTSTART")).rpartition(":")[2]
        if "T" in value:
            yield datetime.strptime(value, "%Y%m%dT%H%M%S").replace(tzinfo=BERLIN)
        else:
            yield datetime.strptime(value, "%Y%m%d").replace(tzinfo=BERLIN).date()


def test_every_event_begins_later_whatever_the_hour() -> None:
    """Each hour and 55 minutes of two years."""
    first = datetime(2026, 1, 1, 0, 55, tzinfo=UTC)
    is_free = holidays_for("DE", "de")
    for hours in range(0, 2 * 365 * 24, 7):
        now = first + timedelta(hours=hours)
        soon = next_slot(now, BERLIN, is_free)
        assert soon - now >= timedelta(minutes=40)
        assert soon.weekday() < 5
        assert "09:00" <= f"{soon:%H:%M}" <= "16:00"
        assert not is_free(soon.date())
        assert soon - now < timedelta(days=6)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("language", ["de", "en"])
def test_all_that_is_found_asked_for_and_written_is_ahead(tmp_path: Path, moment: str, language: str) -> None:
    now = at(moment)
    today = now.astimezone(BERLIN).date()
    assert all(begin > (now if isinstance(begin, datetime) else today) for begin in starts(now))
    report, texts = demo_report(tmp_path, now, language)
    assert len({call.contact.key for call in report.calls}) >= 10
    assert all(call.start > now for call in report.calls)
    by = [one.settle_by for findings in report.findings.values() for one in findings if one.settle_by is not None]
    assert [] == [late for late in by if late <= now]
    assert {"warning", "reminder"} == {item.kind for item in report.observed.values()} - {"weekly"}
    for item in report.observed.values():
        assert item.start is not None
        # The week's own event stands for a quarter of an hour.
        begins = item.start if item.kind != "weekly" else item.end or item.start
        assert min(begins, item.due or begins) > now, item.summary
    assert "threatened" in {one.rule for findings in report.findings.values() for one in findings}
    assert () == report.changes
    lines = screen_lines(Screen(texts=texts, now=now, report=report))
    assert len(lines) <= 24
    assert sum("Birte Claasen" in line.plain for line in lines) >= 2
