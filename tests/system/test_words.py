"""Words that the user writes into our own items count as if they stood in the appointment, by the real commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.servers import DavServer
from tests.system.person import Person

BEFORE, AFTER = "2026-11-25T08:00", "2026-11-25T08:05"


@pytest.fixture
def anna(radicale: DavServer, tmp_path: Path) -> Person:
    radicale.wipe()
    return Person(radicale, tmp_path)


def tentative(anna: Person) -> str:
    """A call that is not confirmed; returns the path of the warning."""
    anna.configure('[tasks]\nfrom = "advice"\n')
    anna.put("call", "2026-11-26T15:00", lines=["STATUS:TENTATIVE"])
    anna.cycle(BEFORE)
    return anna.only("warning")[0]


def rules(anna: Person, at: str) -> list[tuple[str, str]]:
    (call,) = anna.json("plan", at=at)["appointments"]
    return [(one["rule"], one["severity"]) for one in call["findings"]]


@pytest.mark.parametrize("place", ["SUMMARY:", "DESCRIPTION:", "CATEGORIES:termintreu"])
@pytest.mark.parametrize("word", ["#bestätigt", "#confirmed"])
def test_a_confirmation_in_our_warning_settles_it(anna: Person, place: str, word: str) -> None:
    path = tentative(anna)
    assert [("unconfirmed", "advice")] == rules(anna, BEFORE)
    anna.edit(path, place, f"{place},{word}" if place.startswith("C") else f"{place}{word} ")
    assert ["update"] == [change["action"] for change in anna.cycle(AFTER) if change["item"] == "warning"]
    assert "STATUS:CANCELLED" in anna.server.get(path)[1].decode()
    assert [] == rules(anna, AFTER)
    assert [path] == list(anna.items("warning"))


def test_what_our_own_text_explains_is_no_word_of_the_users(anna: Person) -> None:
    path = tentative(anna)
    anna.edit(path, "DESCRIPTION:", "DESCRIPTION:Frau Muster meldet sich.\\n")
    assert "#bestätigt im Titel" in anna.server.get(path)[1].decode().replace("\r\n ", "")
    anna.cycle(AFTER)
    assert [("unconfirmed", "advice")] == rules(anna, AFTER)


def test_a_reminder_that_is_marked_skip_ends_it_for_this_call_until_the_word_goes(anna: Person) -> None:
    anna.put("call", "2026-11-26T15:00")
    anna.cycle(BEFORE)
    path, _ = anna.only("reminder")
    anna.edit(path, "CATEGORIES:termintreu", "CATEGORIES:termintreu,#ignorieren")
    assert [] == anna.cycle(AFTER)
    assert [] == anna.json("plan", at=AFTER)["appointments"]
    assert [] == anna.cycle("2026-11-26T18:00")
    assert {} == anna.items("outcome")


def test_a_call_that_is_marked_critical_in_our_warning_is_critical(anna: Person) -> None:
    path = tentative(anna)
    anna.edit(path, "SUMMARY:", "SUMMARY:#kritisch ")
    anna.cycle(AFTER)
    assert {("unconfirmed", "warning"), ("fragile", "advice")} == set(rules(anna, AFTER))
    assert 2 == len(anna.items("reminder"))


def test_a_call_that_moves_is_to_be_confirmed_anew(anna: Person) -> None:
    path = tentative(anna)
    anna.edit(path, "SUMMARY:", "SUMMARY:#bestätigt ")
    anna.put("call", "2026-11-27T15:00", lines=["STATUS:TENTATIVE"])
    anna.cycle(AFTER)
    assert [("unconfirmed", "advice")] == rules(anna, AFTER)
