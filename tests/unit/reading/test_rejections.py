"""What could not be read is told by its title and its line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from termintreu.cycle.report import document
from termintreu.model import Calendar, Collection, Rejected, Resource, Snapshot
from termintreu.reading.calendar import read_calendar
from termintreu.reading.ical import Reader
from termintreu.reading.mirror import Mirror, absorb
from termintreu.reading.rejections import with_titles
from termintreu.ui.cli.report_lines import report_lines
from tests.unit.ui.web.contents import EN, report

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WINDOW = NOW - timedelta(days=7), NOW + timedelta(days=14)
GOOD = ("BEGIN:VEVENT", "UID:good", "DTSTART:20261125T090000Z", "SUMMARY:Good", "END:VEVENT")


def bad(summary: str = "SUMMARY:Jour fixe\\, Team") -> tuple[str, ...]:
    return ("BEGIN:VEVENT", "UID:bad", summary, "RRULE:FREQ=DAILY", "END:VEVENT")


def mirror_of(*events: tuple[str, ...], href: str = "https://crm.example/abc") -> Mirror:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *(line for event in events for line in event), "END:VCALENDAR", ""]
    place = Collection(href=href, name="crm")
    whole = Resource(href=href, etag="1", data="\r\n".join(lines).encode())
    answer = Snapshot(collection=place, token=None, full=True, changed=(whole,))
    return absorb(Mirror(source="crm", collection=place), answer, now=NOW, since=WINDOW[0]).mirror


def rejected(*mirrors: Mirror) -> tuple[Rejected, ...]:
    calendar: Calendar = read_calendar(mirrors, Reader(zone=ZoneInfo("Europe/Berlin")), WINDOW)
    return calendar.rejected


def test_a_bad_event_of_a_feed_is_told_by_title_and_line() -> None:
    [found] = rejected(mirror_of(GOOD, bad()))
    assert ("crm", "Jour fixe, Team", 8) == (found.source, found.title, found.line)


def test_a_bad_event_of_a_feed_with_nothing_else_in_it_is_told_by_title_and_line() -> None:
    [found] = rejected(mirror_of(bad()))
    assert ("Jour fixe, Team", 3) == (found.title, found.line)


@pytest.mark.requirement(27)
@pytest.mark.parametrize(
    ("summary", "title"),
    [
        ("SUMMARY;LANGUAGE=de:Rückruf\\n\\; \u202eA\x07", "Rückruf ; A"),
        ("SUMMARY:ab\r\n c", "abc"),
        ("SUMMARY:" + "x" * 5000, "x" * 79 + "…"),
        ("X-SUMMARY:no", ""),
    ],
)
def test_a_title_is_cleaned_and_bounded(summary: str, title: str) -> None:
    [found] = rejected(mirror_of(GOOD, bad(summary)))
    assert title == found.title


def test_what_is_not_held_any_more_is_told_as_it_is() -> None:
    one = Rejected(source="crm", href="https://crm.example/abc#uid:1", reason="No start.")
    assert (one,) == with_titles([one], [])
    assert (one,) == with_titles([one], [replace(mirror_of(GOOD), source="other")])


def test_a_report_names_file_line_and_title() -> None:
    found = rejected(mirror_of(GOOD, bad(), href="/home/anna/team.ics"))
    told = replace(report(()), rejected=found)
    [line] = [text.plain for text in report_lines(told, EN) if "Jour fixe" in text.plain]
    assert line.startswith("  crm: team.ics, line 8, “Jour fixe, Team”: ")
    [plain] = document(told, EN.render, EN.zone)["rejected"]
    assert ("Jour fixe, Team", 8) == (plain["title"], plain["line"])
