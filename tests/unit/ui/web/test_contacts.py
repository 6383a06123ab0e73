"""The contacts' ratings in words, and which of them are drawn."""

from __future__ import annotations

from datetime import timedelta

from termintreu.judging.rating import MISSED, Experience
from termintreu.ui.web.contacts import SHOWN, contacts
from tests.unit.ui.web.contents import DE, EN, NOW, kept, relation

MISS = Experience(at=NOW - timedelta(days=30), side="ours", failure=MISSED)


def test_who_needs_most_care_comes_first() -> None:
    known = [relation("a@x", kept(5), kept(9)), relation("b@x", kept(50), MISS), relation("c@x", kept(5))]
    shown = contacts(known, DE, NOW, damaged_below=0.7)
    assert ["B", "C", "A"] == [one.name for one in shown.contacts]
    assert [True, False, False] == [one.damaged for one in shown.contacts]


def test_a_low_rating_without_a_broken_promise_is_no_damage() -> None:
    (one,) = contacts([relation("new@x", kept(1))], DE, NOW, damaged_below=0.7).contacts
    assert ("67\xa0%", "50\xa0%", False) == (one.ours, one.theirs, one.damaged)


def test_contacts_without_an_outcome_are_counted_and_not_drawn() -> None:
    shown = contacts([relation("a@x"), relation("b@x"), relation("c@x", kept(1))], EN, NOW, damaged_below=0.7)
    assert ["C"] == [one.name for one in shown.contacts]
    assert "2 contacts without an outcome yet" == shown.unknown


def test_many_contacts_are_told_in_a_line_each_beyond_the_first_ones() -> None:
    shown = contacts([relation(f"n{n}@x", kept(n + 1)) for n in range(20)], EN, NOW, damaged_below=0.7)
    assert (SHOWN, 20 - SHOWN) == (len(shown.contacts), len(shown.more))
    assert all(one.plot is not None for one in shown.contacts)
    assert all(one.plot is None for one in shown.more)


def test_the_drawing_is_described_for_those_who_do_not_see_it() -> None:
    late = Experience(at=NOW - timedelta(days=9), side="theirs", failure=MISSED)
    (one,) = contacts([relation("b@x", MISS, late)], EN, NOW, damaged_below=0.7).contacts
    assert one.described.startswith("Ratings with B: yours 1")
    assert one.described.endswith("not kept: 1 by you, 1 by them")
    assert "0 calls since August 2026, 3.2 a quarter" == one.summary
