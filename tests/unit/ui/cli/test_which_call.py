"""Which call a user means who says how it went."""

from __future__ import annotations

from typing import Any

import pytest

from termintreu.config import MeConfig
from termintreu.judging.asked_calls import of_call
from termintreu.judging.call_history import first_record
from termintreu.judging.outcomes import BY_THEM, UNDO
from termintreu.judging.relationships import relationships
from termintreu.model import DAILY, Call, CallRecord, Contact, Observed, Person
from termintreu.model.texts import Texts
from termintreu.ui.cli.which_call import NotOneCall, by_number, candidates, chosen, lines, open_questions, statement
from tests.factories import ANNA, BERLIN, at, call
from tests.unit.judging.test_relationships import history, record, said

NOW = at("2026-11-23 15:00")
ME = MeConfig(name="Anna Beispiel", emails=[ANNA])
TEXTS = Texts(language="en", zone=BERLIN)


def with_somebody(name: str, start: str, **more: Any) -> Call:
    contact = Contact(key=f"{name.split()[-1].lower()}@x.example", name=name)
    return call(start, contact=contact, **{"summary": f"Telefonat mit {name}"} | more)


ERIKA = with_somebody("Erika Muster", "2026-11-23 10:00", uid="erika-1")
LATER = with_somebody("Erika Muster", "2026-11-23 14:00", uid="erika-2")
AHEAD = with_somebody("Erika Muster", "2026-11-25 14:30", uid="erika-3")
JOERG = with_somebody("Jörg Großmann", "2026-11-20 09:00", uid="joerg-1")
ALL = (AHEAD, JOERG, LATER, ERIKA)


def pick(text: str, *calls: Call, outcome: Any = "held", remembered: Any = (), **more: Any) -> str:
    found = candidates(calls or ALL, {one.key: one for one in remembered}, ME)
    return chosen(found, text, outcome, TEXTS, now=NOW, **more).uid


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("erika", "erika-2"),
        ("MUSTER", "erika-2"),
        ("Telefonat mit Erika Muster", "erika-2"),
        ("erika-1", "erika-1"),
        ("ERIKA-1", "erika-1"),
        ("joerg", "joerg-1"),
        ("GROSSMANN", "joerg-1"),
        ("großmann@x.example", "joerg-1"),
    ],
)
def test_a_text_means_the_last_call_with_that_person_that_has_begun(text: str, expected: str) -> None:
    assert expected == pick(text)


def test_a_day_or_a_moment_tells_which_call_is_meant() -> None:
    day = at("2026-11-23 12:00").date()
    assert "erika-2" == pick("erika", on=day)
    assert "erika-1" == pick("erika", on=at("2026-11-23 10:00"))
    assert "joerg-1" == pick("telefonat", on=at("2026-11-20 12:00").date())
    with pytest.raises(NotOneCall, match="no call matches"):
        pick("erika", on=at("2026-11-22 12:00").date())


def test_a_day_is_the_readers() -> None:
    night = with_somebody("Erika Muster", "2026-11-22 00:30", uid="night")
    assert "night" == pick("erika", night, on=at("2026-11-22 12:00").date())


def test_what_fits_whole_comes_before_what_holds_it() -> None:
    annas = [
        with_somebody("Anna", "2026-11-20 10:00", uid="a"),
        with_somebody("Anna Bohm", "2026-11-21 10:00", uid="b"),
    ]
    assert "a" == pick("anna", *annas)
    assert "b" == pick("bohm", *annas)


def test_several_people_are_listed_newest_first_and_nobody_is_guessed() -> None:
    with pytest.raises(NotOneCall) as refused:
        pick("telefonat")
    told = str(refused.value).splitlines()
    assert ["erika-2", "erika-1", "joerg-1"] == [line.rpartition("[")[2].rstrip("]") for line in told[1:]]
    assert "Mon 23 Nov 2026, 14:00  Erika Muster" in told[1]


def test_many_candidates_are_cut_short_and_foreign_text_is_cleaned() -> None:
    calls = [
        with_somebody(f"\x1b[31mHerr Nr{n}", f"2026-11-{n + 1:02} 09:00", uid=f"u{n}", summary="Anruf\n\x07" * 40)
        for n in range(15)
    ]
    with pytest.raises(NotOneCall) as refused:
        pick("anruf", *calls)
    told = str(refused.value)
    assert "and 5 earlier ones" in told
    assert not {"\x1b", "\x07"} & set(told)
    assert max(map(len, told.splitlines())) < 250


def test_what_has_not_begun_can_only_be_called_off() -> None:
    with pytest.raises(NotOneCall, match="the next one begins Wed 25 Nov, 14:30"):
        pick("erika", AHEAD)
    assert "erika-3" == pick("erika", AHEAD, outcome="cancelled")
    assert "erika-2" == pick("erika", outcome="cancelled")
    assert "erika-3" == pick("erika", outcome="cancelled", on=at("2026-11-25 12:00").date())


def test_calls_that_only_the_state_remembers_can_be_spoken_of() -> None:
    old = record(20, contact_key="b@x.example", contact_name="Ben Öz", uid="ben")
    assert "ben" == pick("oez", *ALL, remembered=[old])
    assert "ben" == pick("+49 40 1", *ALL, remembered=[old], keys={"b@x.example"})
    present: list[CallRecord] = [first_record(ERIKA, NOW)]
    assert "erika-1" == pick("erika-1", *ALL, remembered=present)


@pytest.mark.parametrize(
    ("which", "outcome", "more", "expected", "note"),
    [
        (LATER, "cancelled", {}, "cancelled", None),
        (AHEAD, "cancelled", {}, "cancelled", None),
        (AHEAD, "cancelled", {"now": at("2026-11-24 14:31")}, "cancelled_late", None),
        (AHEAD, "cancelled", {"by": "them"}, "cancelled", BY_THEM),
        (LATER, "held", {"by": "them"}, "held", None),
        (LATER, "unknown", {"undo": True}, "unknown", UNDO),
    ],
)
def test_the_statement_says_what_the_user_said(
    which: Call, outcome: Any, more: dict[str, Any], expected: str, note: str | None
) -> None:
    (one,) = candidates([which], {}, ME)
    answer = statement(one, outcome, more.pop("now", NOW), **more)
    assert (which.key, expected, "answer", note) == (answer.call_key, answer.outcome, answer.origin, answer.note)


def test_who_calls_off_is_whose_appointment_it_is_unless_told_otherwise() -> None:
    for organizer, by, expected in (
        (Person(email="boss@x.example"), None, BY_THEM),
        (Person(email="boss@x.example"), "me", None),
        (Person(email=ANNA), None, None),
        (None, None, None),
    ):
        (one,) = candidates([with_somebody("Erika", "2026-11-23 10:00", organizer=organizer)], {}, ME)
        assert expected == statement(one, "cancelled", NOW, by=by).note


def test_minutes_belong_to_being_late() -> None:
    (one,) = candidates([ERIKA], {}, ME)
    assert [20, None] == [statement(one, outcome, NOW, minutes=20).late_minutes for outcome in ("late", "held")]


def test_the_user_sees_which_call_it_was_and_what_it_does_to_the_ratings() -> None:
    past = record(1)
    before, after = (
        relationships(history(past, answers=(said(past, word),)), NOW)["erika@muster.example"]
        for word in ("held", "missed")
    )
    (one,) = candidates([], {past.key: past}, ME)
    shown = [line.plain for line in lines(one, statement(one, "missed", NOW), before, after, TEXTS)]
    assert ["Sun 22 Nov 2026, 15:00 Erika Muster: missed by us", "  ours: 67% → 20%", "  theirs: 67% → 50%"] == shown
    assert shown[:1] == [line.plain for line in lines(one, statement(one, "missed", NOW), None, after, TEXTS)]


def a_question(*calls: Call, at_hour: int, done: bool = False) -> Observed:
    return Observed(
        href=f"{at_hour}.ics",
        collection="/own/",
        etag=None,
        uid=f"termintreu-{at_hour}",
        component="VTODO",
        kind="outcome",
        call_key="0" * 16,
        role=DAILY,
        generation=0,
        fingerprint="",
        anchor=at(f"2026-11-23 {at_hour}:30"),
        about=tuple(of_call(one) for one in calls),
        done=done,
    )


def test_a_number_is_a_line_of_the_newest_question_that_is_open() -> None:
    found = candidates(ALL, {}, ME)
    old, new = a_question(JOERG, ERIKA, at_hour=12), a_question(ERIKA, LATER, at_hour=14)

    def numbered(text: str, *asked: Observed) -> str | None:
        one = by_number(found, text, asked)
        return one.uid if one is not None else None

    assert "erika-2" == numbered("2", old, new)
    assert "joerg-1" == numbered("1", old, a_question(LATER, at_hour=14, done=True))
    assert numbered("erika", old, new) is None
    assert numbered("4930901820", old, new) is None
    with pytest.raises(NotOneCall, match="1 to 2"):
        numbered("3", old, new)
    with pytest.raises(NotOneCall, match="no question about several calls is open"):
        numbered("2")


def test_a_call_of_which_it_is_the_title_is_meant_where_no_question_is_open() -> None:
    assert by_number(candidates([with_somebody("Erika", "2026-11-23 10:00", uid="2")], {}, ME), "2", ()) is None


def test_each_call_of_an_open_question_is_asked_about() -> None:
    asked = (a_question(ERIKA, LATER, at_hour=14), a_question(JOERG, at_hour=12, done=True))

    assert [ERIKA.key, LATER.key] == [one.call_key for one in open_questions(asked)]
