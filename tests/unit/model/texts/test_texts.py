"""Sentences, dates and numbers in German and English; foreign text."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termintreu.model import msg
from termintreu.model.texts import Texts, clean

BERLIN = ZoneInfo("Europe/Berlin")
GERMAN = Texts(language="de", zone=BERLIN)
ENGLISH = Texts(language="en", zone=BERLIN)
MOMENT = datetime(2026, 11, 25, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [(GERMAN, "Mi., 25.11., 14:30"), (ENGLISH, "Wed 25 Nov, 14:30")],
)
def test_a_moment_is_day_and_time_in_the_readers_zone(texts: Texts, expected: str) -> None:
    assert expected == texts.moment(MOMENT)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [(GERMAN, "Mi., 25.11.2026, 14:30"), (ENGLISH, "Wed 25 Nov 2026, 14:30")],
)
def test_a_moment_has_its_year_on_request(texts: Texts, expected: str) -> None:
    assert expected == texts.moment(MOMENT, year=True)


def test_the_day_of_an_instant_is_the_readers_day() -> None:
    late = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)

    assert ("Do., 26.11.", "Mi., 25.11.") == (GERMAN.day(late), GERMAN.day(date(2026, 11, 25)))


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (datetime(2026, 11, 25, 8, tzinfo=UTC), datetime(2026, 11, 25, 14, tzinfo=UTC), "Mi., 25.11., 09:00–15:00"),
        (datetime(2026, 11, 25, 20, tzinfo=UTC), datetime(2026, 11, 25, 23, tzinfo=UTC), "Mi., 25.11., 21:00–24:00"),
        (datetime(2026, 11, 24, 23, tzinfo=UTC), datetime(2026, 11, 25, 23, tzinfo=UTC), "Mi., 25.11."),
        (datetime(2026, 11, 24, 23, tzinfo=UTC), datetime(2026, 11, 27, 23, tzinfo=UTC), "Mi., 25.11. – Fr., 27.11."),
        (
            datetime(2026, 11, 25, 20, tzinfo=UTC),
            datetime(2026, 11, 26, 8, tzinfo=UTC),
            "Mi., 25.11., 21:00 – Do., 26.11., 09:00",
        ),
        (
            datetime(2026, 11, 24, 23, tzinfo=UTC),
            datetime(2026, 11, 24, 23, tzinfo=UTC),
            "Mi., 25.11., 00:00–00:00",
        ),
        (MOMENT, MOMENT, "Mi., 25.11., 14:30–14:30"),
    ],
)
def test_a_span_says_no_more_than_it_must(start: datetime, end: datetime, expected: str) -> None:
    assert expected == GERMAN.span(start, end)


def test_the_day_of_a_clock_change_is_a_whole_day() -> None:
    start, end = datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)

    assert "So., 25.10." == GERMAN.span(start, end)


@pytest.mark.parametrize(
    ("amount", "german", "english"),
    [
        (timedelta(minutes=10), "10 min", "10 min"),
        (timedelta(minutes=90), "1 h 30 min", "1 h 30 min"),
        (timedelta(hours=2), "2 h", "2 h"),
        (timedelta(days=1), "1 Tag", "1 day"),
        (timedelta(days=2, hours=3), "2 Tage 3 h", "2 days 3 h"),
        (timedelta(seconds=20), "20 s", "20 s"),
        (timedelta(0), "0 min", "0 min"),
        (-timedelta(minutes=5), "5 min", "5 min"),
    ],
)
def test_a_duration_has_at_most_two_units(amount: timedelta, german: str, english: str) -> None:
    assert (german, english) == (GERMAN.duration(amount), ENGLISH.duration(amount))


def test_minutes_have_a_singular() -> None:
    assert ("1 Minute", "10 Minuten") == (GERMAN.minutes(1), GERMAN.minutes(10))
    assert ("1 minute", "0 minutes") == (ENGLISH.minutes(1), ENGLISH.minutes(0))


@pytest.mark.parametrize(
    ("number", "expected"),
    [("+4930901820", "+49 30 901820"), ("+43123456789", "+43 1 23456789"), ("110\u202e", "110"), ("", "")],
)
def test_a_number_is_readable_and_harmless(number: str, expected: str) -> None:
    assert expected == GERMAN.number(number)


def test_values_are_written_as_the_placeholder_asks() -> None:
    message = msg(
        "{a:time} {a:day} {a:date} {a} {b} {c} {c:minutes} {d} {d:call|calls} {e:percent} {f:number} {g} {h}",
        a=MOMENT,
        b=date(2026, 1, 2),
        c=timedelta(minutes=90),
        d=1234,
        e=0.876,
        f="+4930901820",
        g=msg("{n:minute|minutes}", n=1),
        h=("A", "B", "C"),
    )

    assert (
        "14:30 Wed 25 Nov Wed 25 Nov 2026 Wed 25 Nov, 14:30 Fri 2 Jan 1 h 30 min 90 minutes 1,234 1,234 calls 88%"
        " +49 30 901820 1 minute A, B and C" == ENGLISH.render(message)
    )


def test_a_message_within_a_message_is_translated_too() -> None:
    assert "1 Minute" == GERMAN.render(msg("{what}", what=msg("{n:minute|minutes}", n=1)))


def test_a_sentence_without_translation_is_shown_in_english() -> None:
    assert "Nobody translated 1 this." == GERMAN.render(msg("Nobody translated {n} this.", n=1))


def test_braces_in_foreign_text_are_text() -> None:
    assert "{who} {0.__class__}" == ENGLISH.render(msg("{who}", who="{who} {0.__class__}"))


def test_a_value_that_is_missing_or_has_no_form_is_a_mistake_in_the_program() -> None:
    with pytest.raises(KeyError):
        GERMAN.render(msg("{who}"))
    with pytest.raises(TypeError, match="NoneType"):
        GERMAN.render(msg("{who}", who=None))


def test_slots_show_the_contacts_own_time_where_the_clocks_differ() -> None:
    slots = [(MOMENT, MOMENT + timedelta(minutes=30))]

    assert ["Mi., 25.11., 14:30"] == GERMAN.free_time_lines(slots)
    assert ["Mi., 25.11., 14:30"] == GERMAN.free_time_lines(slots, ZoneInfo("Europe/Vienna"))
    assert ["Mi., 25.11., 14:30 (dort 13:30)"] == GERMAN.free_time_lines(slots, ZoneInfo("Europe/London"))
    assert ["Wed 25 Nov, 14:30 (Thu 26 Nov, 02:30 there)"] == ENGLISH.free_time_lines(
        slots, ZoneInfo("Pacific/Auckland")
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Erika\r\nBEGIN:VALARM\tx", "Erika BEGIN:VALARM x"),
        ("a\u202eb\u2066c\x00d\x0be", "abcd e"),
        ("Zahlen auf https://evil.example/x?y=1, sofort", "Zahlen auf sofort"),
        ("www.evil.example/x und evil.example/login jetzt", "und jetzt"),
        ("zoommtg://zoom.us/join?x sip:a@b javascript:alert(1)", ""),
        ("Rückruf Tel:030 901820, Termin:/Ort", "Rückruf Tel:030 901820, Termin:/Ort"),
        ("<b>Erika</b> & Co. <erika@muster.example>", "‹b›Erika‹/b› & Co. ‹erika@muster.example›"),
        ("👩\u200d👧 Mama", "👩\u200d👧 Mama"),
        ("U\u0308bung", "Übung"),
        ("24/7 und/oder 14:30", "24/7 und/oder 14:30"),
    ],
)
def test_foreign_text_loses_what_can_harm_and_nothing_else(text: str, expected: str) -> None:
    assert expected == clean(text)


def test_long_foreign_text_ends_in_an_ellipsis() -> None:
    assert "x" * 59 + "…" == clean("x" * 61)
    assert "x" * 60 == clean("x" * 60)
    assert 300 == len(ENGLISH.render(msg("{note:text}", note="x" * 5000)))


@given(st.text(max_size=400), st.integers(min_value=2, max_value=80))
def test_whatever_comes_in_one_bounded_harmless_line_comes_out(text: str, limit: int) -> None:
    shown = clean(text, limit)

    assert len(shown) <= limit
    assert not re.search(r"[<>\r\n\t]|://", shown)
    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} or c in "\u202a\u202e\u2066"]
    assert shown == clean(shown, limit)


@pytest.mark.parametrize(
    ("texts", "who", "expected"),
    [
        (GERMAN, "Herr Yılmaz", "Rufen Sie Herrn Yılmaz jetzt an."),
        (GERMAN, "Herr Dr. Brandt", "Rufen Sie Herrn Dr. Brandt jetzt an."),
        (GERMAN, "Frau Müller", "Rufen Sie Frau Müller jetzt an."),
        (GERMAN, "Herrmann Weber", "Rufen Sie Herrmann Weber jetzt an."),
        (ENGLISH, "Herr Yılmaz", "Call Herr Yılmaz now."),
    ],
)
def test_german_declines_the_form_of_address(texts: Texts, who: str, expected: str) -> None:
    assert expected == texts.render(msg("Call {who} now.", who=who))
