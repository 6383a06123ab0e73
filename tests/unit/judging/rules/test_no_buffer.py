"""Too little time between the previous appointment and the call."""

from __future__ import annotations

from datetime import timedelta

import pytest

from termintreu.model import Severity
from tests.factories import at, call, context, found, occurrence, window

NOW = "2026-11-23 09:00"
CALL = "2026-11-26 14:00"


@pytest.mark.parametrize(
    ("end", "location", "fires"),
    [
        ("2026-11-26 13:50", "", False),
        ("2026-11-26 13:50:01", "", True),
        ("2026-11-26 14:00", "", True),
        ("2026-11-26 14:00:59", "", True),
        ("2026-11-26 14:01", "", False),
        ("2026-11-26 13:45", "Hauptstraße 12, 10115 Berlin", False),
        ("2026-11-26 13:45:01", "Hauptstraße 12, 10115 Berlin", True),
        ("2026-11-26 13:45:01", "Meeting room 3", True),
        ("2026-11-26 13:45:01", "https://zoom.us/j/123", False),
        ("2026-11-26 13:45:01", "meet.google.com/abc-defg-hij", False),
        ("2026-11-26 13:45:01", "+49 30 901820", False),
        ("2026-11-26 13:45:01", "Tel.: 030 / 90 18 20", False),
        ("2026-11-26 13:45:01", "Microsoft Teams-Besprechung", False),
        ("2026-11-26 13:45:01", "Videokonferenz", False),
        ("2026-11-26 13:45:01", "telefonisch", False),
        ("2026-11-26 13:45:01", "online", False),
    ],
)
def test_ten_minutes_are_wanted_and_fifteen_after_a_place(end: str, location: str, fires: bool) -> None:
    one = call(CALL)
    previous = occurrence("2026-11-26 13:00", end=at(end), location=location)
    assert fires == (found("no_buffer", one, context(NOW, [one], [previous])) is not None)


@pytest.mark.parametrize(("end", "fires"), [("13:15", False), ("13:16", True)])
@pytest.mark.parametrize("whose", ["the previous one's", "the call's"])
def test_the_way_back_and_the_way_there_are_wanted_as_well(end: str, fires: bool, whose: str) -> None:
    way = timedelta(minutes=45)
    one = call(CALL, travel=way if whose == "the call's" else timedelta(0))
    travel = way if whose == "the previous one's" else timedelta(0)
    previous = occurrence("2026-11-26 13:00", end=at(f"2026-11-26 {end}"), travel=travel)
    assert fires == (found("no_buffer", one, context(NOW, [one], [previous])) is not None)


def test_the_reminder_comes_five_minutes_before_the_previous_end() -> None:
    one = call(CALL)
    finding = found("no_buffer", one, context(NOW, [one], [occurrence("2026-11-26 13:00", minutes=55)]))
    assert finding is not None
    assert at("2026-11-26 13:50") == finding.at == finding.settle_by
    assert Severity.ADVICE == finding.severity
    assert not finding.offers_times


def test_a_gap_of_a_minute_is_called_a_minute() -> None:
    one = call(CALL)
    for end, gap in (("2026-11-26 13:59", timedelta(minutes=1)), ("2026-11-26 13:59:01", None)):
        finding = found("no_buffer", one, context(NOW, [one], [occurrence("2026-11-26 13:00", end=at(end))]))
        assert finding is not None
        assert gap == finding.message.values.get("gap")


def test_the_deadline_is_never_past() -> None:
    one = call(CALL)
    finding = found("no_buffer", one, context("2026-11-26 13:57", [one], [occurrence("2026-11-26 13:00", minutes=55)]))
    assert finding is not None
    assert at("2026-11-26 13:57") == finding.settle_by


def test_back_to_back_is_no_conflict() -> None:
    one = call(CALL)
    where = context(NOW, [one], [occurrence("2026-11-26 13:00", minutes=60)])
    assert found("conflict", one, where) is None
    assert found("no_buffer", one, where) is not None


def test_the_latest_end_counts_not_the_latest_start() -> None:
    one = call(CALL)
    long = occurrence("2026-11-26 10:00", end=at("2026-11-26 13:55"), summary="Lang")
    short = occurrence("2026-11-26 13:00", end=at("2026-11-26 13:30"), summary="Kurz")
    finding = found("no_buffer", one, context(NOW, [one], [long, short]))
    assert finding is not None
    assert "Lang" == finding.message.values["title"]


def test_a_place_left_a_little_earlier_still_counts() -> None:
    one = call(CALL)
    place = occurrence("2026-11-26 13:00", end=at("2026-11-26 13:47"), location="Rathaus", summary="Ort")
    desk = occurrence("2026-11-26 13:00", end=at("2026-11-26 13:50"), summary="Schreibtisch")
    finding = found("no_buffer", one, context(NOW, [one], [place, desk]))
    assert finding is not None
    assert "Ort" == finding.message.values["title"]


def test_what_runs_into_the_call_is_a_conflict_and_nothing_else() -> None:
    one = call(CALL)
    running = occurrence("2026-11-26 13:00", minutes=90)
    earlier = occurrence("2026-11-26 13:00", minutes=55)
    where = context(NOW, [one], [running, earlier])
    assert found("no_buffer", one, where) is None
    assert found("conflict", one, where) is not None


def test_a_call_without_an_exact_time_has_no_buffer() -> None:
    one = call("2026-11-26 14:00", 180, window=window("2026-11-26 14:00", "2026-11-26 17:00"))
    assert found("no_buffer", one, context(NOW, [one], [occurrence("2026-11-26 13:00", minutes=60)])) is None


def test_a_window_before_the_call_does_not_count() -> None:
    one = call(CALL)
    loose = call("2026-11-26 09:00", 300, window=window("2026-11-26 09:00", "2026-11-26 14:00"))
    assert found("no_buffer", one, context(NOW, [one, loose])) is None


def test_the_gap_is_real_time_in_the_night_when_clocks_go_back() -> None:
    one = call(at("2026-10-25 03:05"))
    previous = occurrence(at("2026-10-25 02:00"), end=at("2026-10-25 02:59"))  # 02:59 summer time: 66 minutes before
    assert found("no_buffer", one, context("2026-10-20 09:00", [one], [previous])) is None
