"""Recurrence as 16 other projects test it: every case is right, refused on purpose, or listed with the reason."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from termintreu.model import Occurrence
from termintreu.reading.ical import read_resource
from tests.unit.reading.ical.making import DATA

CASES = [json.loads(line) for line in (DATA / "recurrence.jsonl").read_text().splitlines()]

NOT_IN_ITS_RULE = "DTSTART is not in the rule (undefined); here it is shown, as RFC 5545 3.8.5.3, Google and Apple do"
CONTESTED = {
    "cf192a95f5e24918": NOT_IN_ITS_RULE,
    "6bf14c4fceae124fk": NOT_IN_ITS_RULE,
    "0542d69a61cf14a0": "BYWEEKNO without BYDAY: the day comes from DTSTART (3.3.10), not all seven of the week",
    "e62aaebb8e20ebf0": "an occurrence that began before the window and reaches into it belongs to it",
    "7561c37294bf8f08c": "YEARLY with BYMONTHDAY and no BYMONTH: this one expands over all months, four others do not",
}


def refused(case: dict[str, str]) -> bool:
    """Rules by the minute and the second are refused, whatever they yield."""
    rules = re.findall(r"^RRULE:(.*)$", case["ics"].partition("BEGIN:VEVENT")[2], re.MULTILINE)
    return any(re.search(r"FREQ=(MINUTELY|SECONDLY)", rule, re.IGNORECASE) for rule in rules)


def moment(text: str) -> datetime:
    value = datetime.fromisoformat(text)
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def start_of(occurrence: Occurrence) -> str:
    if occurrence.all_day:
        return occurrence.start.strftime("%Y-%m-%d")
    if occurrence.local_start is not None and occurrence.zone_state == "floating":
        return occurrence.local_start.isoformat()
    return occurrence.start.strftime("%Y-%m-%dT%H:%M:%SZ")


def outcome(case: dict) -> tuple[object, object]:
    """What is expected, and what we read."""
    zone = ZoneInfo(case.get("view_tz") or "UTC")
    reading = read_resource(
        case["ics"].encode(),
        source="s",
        collection="c",
        href="h",
        zone=zone,
        window=(moment(case["window_start"]), moment(case["window_end"])),
        max_occurrences=20_000,
    )
    found = [occurrence for occurrence in reading.occurrences if occurrence.status != "CANCELLED"]
    if case["group"] == "kde_days":
        days = {occurrence.start.astimezone(zone).date().isoformat() for occurrence in found}
        return sorted(set(case["expected_days"])), sorted(days)
    starts = [start_of(occurrence) for occurrence in found]
    if "expected_count" in case:
        some = case["expected_some"]
        return (case["expected_count"], some), (
            len(starts),
            {place: starts[int(place)] for place in some if int(place) < len(starts)},
        )
    return case["expected_starts"], starts


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES if not refused(case)])
def test_a_recurrence_yields_what_its_project_expects_or_stands_in_the_list(case: dict) -> None:
    expected, found = outcome(case)
    assert (expected == found) is (case["id"] not in CONTESTED), (case["source"], expected, found)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES if refused(case)])
def test_of_a_rule_by_the_minute_only_the_first_date_is_served_and_that_is_reported(case: dict) -> None:
    reading = read_resource(
        case["ics"].encode(),
        source="s",
        collection="c",
        href="h",
        zone=ZoneInfo("UTC"),
        window=(moment(case["window_start"]), moment(case["window_end"])),
    )
    [reason] = dict.fromkeys(item.reason for item in reading.rejected)
    assert "A repeat rule repeats by the minute or the second; only the first date is used." == reason
    assert len(reading.occurrences) <= 1
