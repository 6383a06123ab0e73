"""Vague times give their window on the right day; exact times give none."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from termintreu.model import Window
from termintreu.recognition.detection import find_window
from tests.unit.recognition.detection.helpers import occurrence

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = date(2026, 11, 24)


def _window(summary: str, *, at: time = time(10), day: date = TUESDAY, **fields: Any) -> Window | None:
    start = datetime.combine(day, at, BERLIN).astimezone(UTC)
    return find_window(occurrence(summary=summary, start=start, **fields), BERLIN, longest=timedelta(minutes=120))


def _local(window: Window | None) -> tuple[str, str] | None:
    if window is None:
        return None
    return f"{window.start.astimezone(BERLIN):%a %H:%M}", f"{window.end.astimezone(BERLIN):%a %H:%M}"


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Rückruf zwischen 9 und 15 Uhr", "09:00", "15:00"),
        ("Rückruf zw. 9 und 15", "09:00", "15:00"),
        ("Rückruf zwischen 9 und Mittag", "09:00", "12:00"),
        ("Anruf von 9:30 bis zum Mittag", "09:30", "12:00"),
        ("Call between 9 and noon", "09:00", "12:00"),
        ("Call 9am - noon", "09:00", "12:00"),
        ("Telefonat 9-15 Uhr", "09:00", "15:00"),
        ("Telefonat 9 – 15 Uhr", "09:00", "15:00"),
        ("Telefonat von 9 bis 15 Uhr", "09:00", "15:00"),
        ("Call 14-16h", "14:00", "16:00"),
        ("Rückruf ab 15 Uhr", "15:00", "18:00"),
        ("Rückruf bis 12 Uhr", "10:00", "12:00"),
        ("Anruf vormittags", "08:00", "12:00"),
        ("Anruf am Dienstagnachmittag", "12:00", "18:00"),
        ("mittags Telefonat", "11:30", "14:00"),
        ("Oma abends anrufen", "17:00", "21:00"),
        ("Telefonat gegen 10", "09:30", "10:30"),
        ("Anruf ca. 14 Uhr", "13:30", "14:30"),
        ("Rückruf im Laufe des Tages", "08:00", "18:00"),
        ("Call between 2 and 4 pm", "14:00", "16:00"),
        ("Call between 11 and 1pm", "11:00", "13:00"),
        ("zwischen 2 und 4 Uhr", "14:00", "16:00"),
        ("Call Bob in the morning", "08:00", "12:00"),
        ("Call Bob in the afternoon", "12:00", "18:00"),
        ("Call around 3pm", "14:30", "15:30"),
        ("Call some time on Tuesday", "08:00", "18:00"),
        ("Call back EOD", "10:00", "18:00"),
    ],
)
def test_the_title_gives_a_window(text: str, start: str, end: str) -> None:
    assert _local(_window(text)) == (f"Tue {start}", f"Tue {end}")


@pytest.mark.parametrize(
    "text",
    [
        "Telefonat",
        "Telefonat um 10 Uhr",
        "Telefonat 10:00-10:30",
        "Telefonat 10-10:30 Uhr",
        "Telefonat heute Vormittag, 10:00 Uhr",
        "Call Tuesday morning at 10am",
        "Morning call",
        "Mittagessen",
        "Telefonat Frau Abend",
        "Telefonat (ca. 30 min)",
        "Call about 3 projects",
        "Call with 9 and 10 year olds",
        "Q1-4 review call",
        "Telefonat Projekt 12-14",
        "Anruf am 3.-4.12.",
        "Telefonat wegen Vertrag ab 1.11.",
        "Telefonat neuer Tarif bis 10.12. gültig",
    ],
)
def test_an_exact_time_is_not_vague(text: str) -> None:
    assert _window(text) is None


@pytest.mark.parametrize("when", ["Ende der Woche", "Mitte der Woche", "end of the week", "diese Woche"])
def test_a_part_of_the_week_is_no_more_exact_than_the_week(when: str) -> None:
    assert _local(_window(f"Rückruf Erika {when}")) == ("Mon 08:00", "Fri 18:00")


@pytest.mark.parametrize("text", ["Telefonat Frau Iten (arbeitet bis 18 Uhr)", "Telefonat Frau Iten 9-17 Uhr"])
def test_hours_that_are_over_when_the_appointment_begins_are_none_of_the_call(text: str) -> None:
    assert _window(text, at=time(19)) is None
    assert _window(text, at=time(15)) is not None


def test_hours_at_which_somebody_can_be_reached_leave_the_agreed_time_exact() -> None:
    notes = "Er ist zwischen 9 und 15 Uhr im Büro erreichbar."
    assert _window("Telefonat Erika", description=notes) is None
    assert _local(_window("Telefonat Erika", description="Ruft zwischen 9 und 15 Uhr an.")) == (
        "Tue 09:00",
        "Tue 15:00",
    )


def test_a_week_is_its_working_days() -> None:
    assert _local(_window("Telefonat KW 48")) == ("Mon 08:00", "Fri 18:00")
    window = _window("Telefonat KW 1")
    assert window is not None
    assert window.start.astimezone(BERLIN).date() == date(2027, 1, 4)


def test_a_week_that_does_not_exist_is_none() -> None:
    assert _window("Telefonat KW 54") is None


def test_all_day_is_vague_and_the_text_narrows_it() -> None:
    fields: dict[str, Any] = {"at": time(0), "minutes": 1440, "all_day": True}
    assert _local(_window("Telefonat", **fields)) == ("Tue 00:00", "Wed 00:00")
    assert _local(_window("Telefonat zwischen 14 und 16 Uhr", **fields)) == ("Tue 14:00", "Tue 16:00")


def test_longer_than_the_longest_is_vague() -> None:
    assert _window("Telefonat", minutes=120) is None
    window = _window("Telefonat", minutes=121)
    assert _local(window) == ("Tue 10:00", "Tue 12:01")
    assert window is not None
    assert window.text == ""


def test_the_words_are_kept() -> None:
    window = _window("Rückruf zwischen 9 und 15 Uhr, Frau Müller")
    assert window is not None
    assert window.text == "zwischen 9 und 15 Uhr"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wir melden uns zwischen 9 und 15 Uhr bei Ihnen.", ("Tue 09:00", "Tue 15:00")),
        ("9:00-9:15 Begrüßung\n9:15-10:00 Zahlen", None),
        ("> zwischen 9 und 15 Uhr", None),
        ("Gern.\nAm 3. November 2026 schrieb Otto:\nzwischen 9 und 15 Uhr", None),
        ("Einwahl ab 9:45 Uhr", None),
        ("Bitte bis 12 Uhr absagen, falls Sie verhindert sind", None),
        ("a\nb\nc\nd\ne\nf\nzwischen 9 und 15 Uhr", None),
    ],
)
def test_the_first_lines_of_the_description_count(text: str, expected: tuple[str, str] | None) -> None:
    assert _local(_window("Telefonat", description=text)) == expected


def test_a_window_over_a_clock_change_keeps_its_wall_times() -> None:
    window = _window("Anruf zwischen 1 und 4 Uhr", at=time(1, 30), day=date(2026, 3, 29))
    assert _local(window) == ("Sun 01:00", "Sun 04:00")
    assert window is not None
    assert window.end - window.start == timedelta(hours=2)


def test_the_day_is_the_users() -> None:
    start = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    window = find_window(occurrence(summary="Anruf vormittags", start=start), BERLIN, longest=timedelta(hours=2))
    assert _local(window) == ("Tue 08:00", "Tue 12:00")


@pytest.mark.parametrize("hours", ["Unser Büro ist von 9 bis 15 Uhr besetzt.", "The desk is staffed from 9 to 15."])
def test_when_somebody_can_be_reached_is_no_window(hours: str) -> None:
    assert _window("Telefonat", description=hours) is None


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Rückruf am frühen Nachmittag", "12:00", "15:00"),
        ("Call Bob, late afternoon", "15:00", "18:00"),
        ("Später Vormittag: Anruf Huber", "10:00", "12:00"),
        ("Call Bob mid-morning", "09:00", "11:30"),
        ("Anruf um die Mittagszeit", "11:30", "14:00"),
        ("Call Bob lunchtime", "11:30", "14:00"),
        ("Anruf gegen Abend", "17:00", "21:00"),
        ("Call Bob after work", "17:00", "21:00"),
        ("Telefonat Dienstag früh", "07:00", "10:00"),
        ("Call Bob first thing", "07:00", "10:00"),
        ("Call Bob Tue PM", "12:00", "18:00"),
        ("Rückruf vor dem Mittagessen", "08:00", "12:00"),
        ("Telefonat in den Abendstunden", "17:00", "21:00"),
        ("Call Bob noonish", "11:30", "14:00"),
    ],
)
def test_a_part_of_the_day_is_a_window(text: str, start: str, end: str) -> None:
    assert _local(_window(text)) == (f"Tue {start}", f"Tue {end}")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Call at about 10", "09:30", "10:30"),
        ("Telefonat 10 Uhr plus/minus", "09:30", "10:30"),
        ("Telefonat 10 Uhr +/- 15", "09:45", "10:15"),
        ("Telefonat ±10 Uhr", "09:30", "10:30"),
        ("Call 10ish", "09:30", "10:30"),
        ("Call Bob tenish", "09:30", "10:30"),
        ("Anruf um halb elf rum", "10:00", "11:00"),
        ("Rückruf gegen halb elf", "10:00", "11:00"),
        ("Rückruf zwischen zehn und elf", "10:00", "11:00"),
        ("Call between ten and eleven", "10:00", "11:00"),
        ("Rückruf kurz nach drei", "15:00", "15:30"),
        ("Call just before noon", "11:30", "12:00"),
        ("Rückruf in der Zeit von 9 bis 12", "09:00", "12:00"),
        ("Rückruf 10 oder 11 Uhr", "10:00", "11:00"),
        ("Call no earlier than 10", "10:00", "18:00"),
        ("Call Bob after 4", "16:00", "18:00"),
        ("Telefonat um 10 (ca.)", "09:30", "10:30"),
        ("Call from 9am til 11am", "09:00", "11:00"),
        ("gegen 10 Frau Huber anrufen", "09:30", "10:30"),
        ("zwischen 9 und 15 Huber zurückrufen", "09:00", "15:00"),
    ],
)
def test_a_time_that_is_not_meant_to_the_minute_is_a_window(text: str, start: str, end: str) -> None:
    assert _local(_window(text)) == (f"Tue {start}", f"Tue {end}")


@pytest.mark.parametrize(
    "text",
    [
        "Telefonat, Geschäftszeiten: 8:00-16:00",
        "Telefonat Praxis (Öffnungszeiten 8-16 Uhr)",
        "Call Bob, office hours 9am-5pm",
        "Call, zwischen 9 und 15 Teilnehmern",
        "Call with between 9 and 15 attendees",
        "Call zum Pitch gegen 10 Mitbewerber",
        "Telefonat Preis zwischen 10 und 12 Euro",
        "Telefonat Kinder zwischen 9 und 12 Jahren",
        "Telefonat Note zwischen 2 und 3",
        "Telefonat Kinder ab 3",
        "Telefonat Praxis, Montag bis Freitag 8-18 Uhr",
        "Telefonat Kapitel 9 bis 12",
        "Telefonat um die 10 Fragen",
        "Call scores 3 to 4",
        "Call Monday Morning Ltd",
        "Call 10 in the morning",
        "Telefonat Firma Abendrot",
    ],
)
def test_what_is_counted_or_named_is_no_window(text: str) -> None:
    assert _window(text) is None


def test_a_part_of_the_day_takes_nothing_from_hours_that_the_entry_gives() -> None:
    block: dict[str, Any] = {"at": time(9), "minutes": 180}
    assert _local(_window("Telefonat vormittags", **block)) == ("Tue 09:00", "Tue 12:00")
    assert _local(_window("Telefonat zwischen 9 und 15 Uhr", **block)) == ("Tue 09:00", "Tue 15:00")


def test_opening_hours_in_the_notes_are_no_window() -> None:
    assert _window("Telefonat Erika", description="Unsere Geschäftszeiten: 8:00-16:00 Uhr") is None
