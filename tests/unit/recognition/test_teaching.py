"""What the user teaches by `#skip` and `#call`: for a series, for titles, and how it is taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from termintreu.config import MeConfig
from termintreu.model import Lesson, Occurrence, Person
from termintreu.recognition.calls import appointments, is_trusted, recognise, skipped, spoken
from termintreu.recognition.contacts.book import ContactBook
from termintreu.recognition.teaching import MOST, Taught, learn, plain_title
from tests.factories import BERLIN, all_day, at, occurrence

ME = MeConfig(name="Anna Beispiel", emails=["anna@beispiel.de"], region="DE")
BOOK = ContactBook((), ME)
NOW = at("2026-11-23 09:00")
LATER = NOW + timedelta(minutes=5)
STRANGER = Person(email="x@stranger.example", name="X")


def learned(
    occurrences: Iterable[Occurrence], remembered: Mapping[str, Lesson] | None = None, now: Any = NOW
) -> Taught:
    return learn(
        spoken(appointments(occurrences, me=ME)),
        remembered or {},
        vouched=lambda one: is_trusted(one, BOOK, ME),
        now=now,
    )


def titles(occurrences: Iterable[Occurrence], taught: Taught) -> list[str]:
    """Of what is a call."""
    found = recognise(appointments(occurrences, me=ME), book=BOOK, me=ME, zone=BERLIN, taught=taught)
    return [call.occurrence.summary for call in found]


def series(*summaries: str, overridden: int | None = None) -> list[Occurrence]:
    """Weekly, from Monday on; one has a component of its own."""
    return [
        occurrence(
            at("2026-11-23 10:00") + timedelta(weeks=week),
            summary=summary,
            uid="series",
            recurrence_id=at("2026-11-23 10:00") + timedelta(weeks=week),
            series=True,
            overridden=week == overridden,
        )
        for week, summary in enumerate(summaries)
    ]


def single(day: int, summary: str, **more: Any) -> Occurrence:
    return occurrence(f"2026-11-{day} 14:00", summary=summary, uid=f"on-{day}", **more)


@pytest.mark.parametrize("word", ["#skip", "#ignorieren"])
def test_skip_on_one_occurrence_holds_for_the_whole_series(word: str) -> None:
    calls = series("Telefonat Team", f"Telefonat Team {word}", "Telefonat Team", overridden=1)
    taught = learned(calls)
    assert titles(calls, taught) == []
    assert ["#skip on this series" in one.how.msgid for one in skipped(appointments(calls, me=ME), taught)] == [
        True,
        True,
    ]


@pytest.mark.parametrize("word", ["#call", "#anruf"])
def test_call_makes_a_call_of_what_nothing_says_is_one_and_of_its_series(word: str) -> None:
    plain = series("Abstimmung", f"Abstimmung {word}", "Abstimmung", overridden=1)
    assert titles(plain, learned([])) == [f"Abstimmung {word}"]
    assert len(titles(plain, learned(plain))) == 3
    (first, *_) = recognise(appointments(plain, me=ME), book=BOOK, me=ME, zone=BERLIN, taught=learned(plain))
    assert first.kind == "phone"
    assert first.reasons[0].msgid == "you taught it: #call on this series"


def test_a_taught_call_with_a_link_is_a_video_call() -> None:
    told = single(24, "Abstimmung #call", location="https://meet.example.com/raum")
    linked = single(25, "Abstimmung #call", location="https://zoom.us/j/98765432101")
    found = recognise(appointments([told, linked], me=ME), book=BOOK, me=ME, zone=BERLIN)
    assert [call.kind for call in found] == ["video", "video"]


def test_a_category_without_the_sign_teaches_nothing() -> None:
    assert learned([single(24, "Abstimmung", categories=("Call",))]).lessons == {}
    assert learned([single(24, "Abstimmung", categories=("#call",))]).lessons.keys() == {"on-24"}


def test_what_stands_in_an_occurrence_goes_before_what_its_series_was_taught() -> None:
    calls = series("Telefonat Team #skip", "Telefonat Team #skip", "Telefonat Team")
    kept = [calls[0], calls[1], replace(calls[2], summary="Telefonat Team #call", overridden=True)]
    assert titles(kept, learned(kept)) == ["Telefonat Team #call"]


def test_a_title_is_taught_from_the_second_appointment_on() -> None:
    new = single(27, "Telefonat Newsletter")
    once = learned([single(23, "Telefonat Newsletter #skip"), new])
    assert titles([new], once) == ["Telefonat Newsletter"]
    twice = learned(
        [single(23, "Telefonat Newsletter #skip"), single(24, "10:30 TELEFONAT Newsletter (KW 48) #skip"), new]
    )
    assert titles([new], twice) == []
    elsewhere = replace(new, source="home")
    assert titles([elsewhere], twice) == ["Telefonat Newsletter"]


def test_one_series_is_one_voice() -> None:
    marked = series("Telefonat Team #skip", "Telefonat Team #skip")
    new = single(27, "Telefonat Team")
    assert titles([new], learned([*marked, new])) == ["Telefonat Team"]


def test_the_last_two_of_a_title_have_to_agree() -> None:
    first = learned([single(23, "Abstimmung #skip"), single(24, "Abstimmung #skip")])
    assert set(first.titles.values()) == {"skip"}
    torn = learned([single(25, "Abstimmung #call")], first.lessons, LATER)
    assert torn.titles == {}
    anew = learned([single(25, "Abstimmung #call"), single(26, "Abstimmung #call")], torn.lessons, LATER)
    assert set(anew.titles.values()) == {"call"}


def test_what_is_taught_outlives_the_appointment_and_the_window() -> None:
    taught = learned([single(23, "Telefonat Newsletter #skip"), single(24, "Telefonat Newsletter #skip")])
    new = single(27, "Telefonat Newsletter")
    assert titles([new], learned([new], taught.lessons, LATER)) == []


def test_a_word_that_is_taken_out_teaches_no_more() -> None:
    marked = [single(23, "Telefonat Newsletter #skip"), single(24, "Telefonat Newsletter #skip")]
    taught = learned(marked)
    plain = [replace(marked[0], summary="Telefonat Newsletter"), marked[1]]
    after = learned(plain, taught.lessons, LATER)
    assert [one.status for one in after.changed] == ["withdrawn"]
    assert titles(plain, after) == ["Telefonat Newsletter"]
    again = learned(marked, after.lessons, LATER + timedelta(minutes=5))
    assert titles(marked, again) == []


def test_an_occurrence_out_of_sight_takes_nothing_back() -> None:
    calls = series("Telefonat Team", "Telefonat Team #skip", "Telefonat Team", overridden=1)
    taught = learned(calls)
    assert titles([calls[2]], learned([calls[2]], taught.lessons, LATER)) == []
    back = [calls[0], replace(calls[1], summary="Telefonat Team"), calls[2]]
    assert len(titles(back, learned(back, taught.lessons, LATER))) == 3


def test_a_series_that_loses_its_word_is_judged_as_before() -> None:
    taught = learned(series("Telefonat Team #skip", "Telefonat Team #skip"))
    later = series("Telefonat Team", "Telefonat Team", "Telefonat Team")[2:]
    assert titles(later, learned(later, taught.lessons, LATER)) == ["Telefonat Team"]


def test_a_series_that_says_both_teaches_nothing() -> None:
    both = series("Abstimmung #call", "Abstimmung #skip", "Abstimmung", overridden=1)
    taught = learned(both)
    assert taught.lessons == {}
    assert titles(both, taught) == ["Abstimmung #call"]


def test_what_was_revoked_stays_so_while_the_word_stands() -> None:
    marked = [single(23, "Telefonat Newsletter #skip"), single(24, "Telefonat Newsletter #skip")]
    new = single(27, "Telefonat Newsletter")
    revoked = {uid: replace(one, status="forgotten") for uid, one in learned(marked).lessons.items()}
    after = learned([*marked, new], revoked, LATER)
    assert after.changed == ()
    assert titles([*marked, new], after) == ["Telefonat Newsletter"]


def test_an_invitation_of_a_stranger_teaches_no_titles() -> None:
    me = Person(email="anna@beispiel.de", partstat="NEEDS-ACTION")
    invited = [single(day, "Telefonat Bank #skip", organizer=STRANGER, attendees=(me, STRANGER)) for day in (23, 24)]
    mine = single(27, "Telefonat Bank")
    assert titles([mine], learned([*invited, mine])) == ["Telefonat Bank"]
    accepted = [replace(one, attendees=(replace(me, partstat="ACCEPTED"), STRANGER)) for one in invited]
    assert titles([mine], learned([*accepted, mine])) == []


def test_nothing_is_stored_while_nothing_is_new() -> None:
    marked = [single(23, "Abstimmung #call"), single(24, "Abstimmung #call")]
    taught = learned(marked)
    assert learned(marked, taught.lessons, LATER).changed == ()
    week = NOW + timedelta(days=7)
    assert {one.seen_at for one in learned(marked, taught.lessons, week).changed} == {week}


def test_a_flood_of_words_is_bounded_and_drives_out_nothing() -> None:
    known = learned([single(23, "Abstimmung #call")]).lessons
    flood = [occurrence("2026-11-25 10:00", summary=f"Spam {number} #skip") for number in range(MOST + 20)]
    taught = learned(flood, known, LATER)
    assert len(taught.lessons) == MOST
    assert "on-23" in taught.lessons


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Jour fixe KW 48", "jour fixe KW 49", True),
        ("AW: Jour fixe", "Jour fixe", True),
        ("10:30 Jour fixe!", "☎ Jour Fixe 11 Uhr", True),
        ("Müller Abstimmung", "Mueller: Abstimmung", True),
        ("Anruf +49 30 1234567", "Anruf +49 30 7654321", False),
        ("Sprint 12", "Sprint 13", False),
        ("Abgesagt: Jour fixe", "Jour fixe", False),
    ],
)
def test_titles_say_the_same_but_for_time_case_and_signs(one: str, other: str, same: bool) -> None:
    assert same == (plain_title(one) == plain_title(other))


def test_a_title_without_words_teaches_nothing() -> None:
    marked = [single(23, "#skip 🎉"), single(24, "🎉 #skip")]
    assert learned(marked).titles == {}


def test_an_all_day_note_is_a_call_where_the_user_says_so() -> None:
    note = all_day("2026-11-26", summary="Frau Kern #anruf")
    (call,) = recognise(appointments([note], me=ME), book=BOOK, me=ME, zone=BERLIN)
    assert call.window is not None


@pytest.mark.parametrize(("title", "name"), [("Abstimmung #call", ""), ("Frau Kern #anruf", "Frau Kern")])
def test_a_hashtag_makes_no_name_of_what_stands_before_it(title: str, name: str) -> None:
    (call,) = recognise(appointments([single(24, title)], me=ME), book=BOOK, me=ME, zone=BERLIN)
    assert call.contact.name == name
    assert call.occurrence.summary == title
