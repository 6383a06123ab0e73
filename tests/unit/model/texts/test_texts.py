"""Sentences, dates and numbers in German and English; foreign text."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termintreu.model import msg
from termintreu.model.texts import Texts, clean
from termintreu.model.texts.catalogue import catalogue

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


NINE = datetime(2026, 11, 25, 8, tzinfo=UTC)


def test_the_clock_is_written_one_way_in_sentences() -> None:
    assert ("9 Uhr", "14:30 Uhr") == (GERMAN.clock(NINE), GERMAN.clock(MOMENT))
    assert ("09:00", "14:30") == (ENGLISH.clock(NINE), ENGLISH.clock(MOMENT))
    assert ("Mi., 25.11., 9 Uhr", "Wed 25 Nov, 09:00") == (GERMAN.at(NINE), ENGLISH.at(NINE))
    assert "Mittwoch, 25. November, um 14:30 Uhr" == GERMAN.spoken(MOMENT)
    assert "Wednesday 25 November at 14:30" == ENGLISH.spoken(MOMENT)
    said = msg("{both:clock} {when:hours} {there}", both=(NINE, MOMENT), when=(NINE, MOMENT), there=time(7))
    assert "9 und 14:30 Uhr 9:00–14:30 Uhr 7 Uhr" == GERMAN.render(said)
    assert "09:00 and 14:30 09:00–14:30 07:00" == ENGLISH.render(said)


def test_a_title_has_the_day_of_the_week_and_the_date_where_that_is_not_near() -> None:
    assert ("Mi 09:00", "Wed 09:00") == (GERMAN.stamp(NINE, date_too=False), ENGLISH.stamp(NINE, date_too=False))
    assert "Mi 25.11. 09:00" == GERMAN.stamp(NINE, date_too=True)
    assert "Wed 25 Nov 09:00" == ENGLISH.stamp(NINE, date_too=True)


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (datetime(2026, 11, 25, 14, tzinfo=UTC), "Mi., 25.11., 9–15 Uhr"),
        (datetime(2026, 11, 25, 8, 30, tzinfo=UTC), "Mi., 25.11., 9:00–9:30 Uhr"),
        (datetime(2026, 11, 26, 8, tzinfo=UTC), "Mi., 25.11., 09:00 – Do., 26.11., 09:00 Uhr"),
    ],
)
def test_a_period_ends_in_a_sentence_with_the_hour(end: datetime, expected: str) -> None:
    assert expected == GERMAN.period(NINE, end)
    assert ENGLISH.span(NINE, end) == ENGLISH.period(NINE, end)


def test_whole_days_have_no_hour() -> None:
    start, end = datetime(2026, 11, 24, 23, tzinfo=UTC), datetime(2026, 11, 25, 23, tzinfo=UTC)
    assert "Mi., 25.11." == GERMAN.period(start, end)


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("DE", "Außerhalb Ihrer Arbeitszeit."),
        ("AT-9", "Außerhalb Ihrer Arbeitszeit."),
        ("CH", "Ausserhalb Ihrer Arbeitszeit."),
        ("CH-ZH", "Ausserhalb Ihrer Arbeitszeit."),
        ("LI", "Ausserhalb Ihrer Arbeitszeit."),
    ],
)
def test_german_for_switzerland_has_no_eszett(region: str, expected: str) -> None:
    texts = Texts(language="de", zone=BERLIN, region=region)
    assert expected == texts.render(msg("Outside your working hours."))
    assert expected == texts.elsewhere(ZoneInfo("Europe/London")).render(msg("Outside your working hours."))


def test_titles_of_other_people_keep_their_eszett() -> None:
    swiss = Texts(language="de", zone=BERLIN, region="CH")
    assert "Im Kalender: „Straßenfest“" == swiss.render(msg("In the calendar: “{title}”", title="Straßenfest"))


def test_no_german_sentence_for_switzerland_has_an_eszett() -> None:
    assert "ß" not in "".join(catalogue("de", eszett=False).sentences.values())
    assert "ß" in "".join(catalogue("de").sentences.values())


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

    assert ["Mi., 25.11., 14:30 Uhr"] == GERMAN.free_time_lines(slots)
    assert ["Mi., 25.11., 14:30 Uhr"] == GERMAN.free_time_lines(slots, ZoneInfo("Europe/Vienna"))
    assert ["Mi., 25.11., 14:30 Uhr (dort 13:30 Uhr)"] == GERMAN.free_time_lines(slots, ZoneInfo("Europe/London"))
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
        ("Anruf Max #verpasst", "Anruf Max"),
        ("#no-show Max, #Projekt-7 #nichterschienen", "Max,"),
        ("C# und #1, a#b & ##held##c", "C# und #1, ab & #"),
        ("http:#x//evil.example und java#script:alert(1)", "http: //evil.example und"),
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
