"""Ratings, answers from the shell, and a person's data, given out and gone: by the real commands on a real server."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.servers import DavServer
from tests.system.person import Person
from tests.system.test_init import at_a_terminal

MONDAY = "2026-11-23T09:00"
JOERG = """
[[contacts]]
name = "Jörg Müller"
emails = ["joerg@mueller.example", "j.mueller@privat.example"]
phones = ["+49 40 334455"]
"""


@pytest.fixture
def anna(radicale: DavServer, tmp_path: Path) -> Person:
    radicale.wipe()
    return Person(radicale, tmp_path)


def ratings(anna: Person, at: str | None, *contact: str) -> dict[str, Any]:
    return {one["key"]: one for one in anna.json("rating", *contact, at=at)}


def outcomes(rating: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(call["outcome"], call["from"]) for call in rating["calls"]]


def erika(anna: Person, at: str | None) -> dict[str, Any]:
    return ratings(anna, at)["erika@muster.example"]  # type: ignore[no-any-return]


def test_an_answer_from_the_shell_counts_at_once_and_can_be_taken_back(anna: Person) -> None:
    anna.put("call-1", "2026-11-23T10:00")
    anna.cycle(MONDAY)
    assert erika(anna, "2026-11-23T11:00")["ours"] == 0.5
    told = anna.json("answer", "erika", "missed", at="2026-11-23T11:00")
    assert ("call-1", "2026-11-23T10:00:00+01:00", "missed", 0.2) == (
        told["uid"],
        told["start"],
        told["outcome"],
        told["ours"],
    )
    rating = erika(anna, "2026-11-23T11:01")
    assert [("missed", "answer")] == outcomes(rating)
    assert (0.2, 0.5) == (rating["ours"], rating["theirs"])
    assert [("unknown", None)] == outcomes(erika(anna, "2026-11-23T10:59"))

    anna.cycle("2026-11-23T11:05")
    assert anna.items("recovery")
    anna.run("answer", "erika", "held", at="2026-11-23T11:10")
    assert [("held", "answer")] == outcomes(erika(anna, "2026-11-23T11:11"))
    anna.run("answer", "erika", "--undo", at="2026-11-23T11:12")
    assert [("missed", "answer")] == outcomes(erika(anna, "2026-11-23T11:13"))
    anna.run("answer", "erika", "unknown", at="2026-11-23T11:14")
    assert [("unknown", None)] == outcomes(erika(anna, "2026-11-23T11:15"))
    anna.cycle("2026-11-23T11:20")
    assert not anna.items("recovery")


def test_an_answer_is_for_the_last_call_that_has_begun_unless_a_day_is_given(anna: Person) -> None:
    series = ["RRULE:FREQ=DAILY;COUNT=5"]
    anna.put("daily", "2026-11-23T10:00", lines=series)
    anna.cycle(MONDAY)
    at = "2026-11-25T12:00"
    assert "2026-11-25T10:00:00+01:00" == anna.json("answer", "daily", "held", at=at)["start"]
    assert "2026-11-23T10:00:00+01:00" == anna.json("answer", "DAILY", "late", "--on", "2026-11-23", at=at)["start"]
    anna.json("answer", "daily", "noshow", "--on", "2026-11-24T10:00", at=at)
    (rating,) = ratings(anna, "2026-11-25T12:30").values()
    assert ["late", "noshow", "held"] == [call["outcome"] for call in rating["calls"]]
    refused = anna.run("answer", "daily", "held", "--on", "2026-11-26", at=at, ok=2)
    assert "kein Anruf, der begonnen hat, passt zu 'daily'; der nächste beginnt" in refused.stderr
    assert "kein Zeitpunkt" in anna.run("answer", "daily", "held", "--on", "gestern", at=at, ok=2).stderr


def test_minutes_of_lateness_weigh_as_they_are_counted(anna: Person) -> None:
    anna.put("call-1", "2026-11-23T10:00")
    anna.cycle(MONDAY)
    at = "2026-11-23T11:00"
    for minutes, ours in ((5, 2 / 3), (15, 1 / 2.5), (16, 1 / 3)):
        told = anna.json("answer", "erika", "late", "--minutes", str(minutes), at=at)
        assert pytest.approx(ours, abs=0.001) == told["ours"]


def test_a_coming_call_can_be_called_off_and_nothing_else(anna: Person) -> None:
    anna.put("call-1", "2026-11-25T14:30")
    anna.cycle(MONDAY)
    assert "begonnen hat" in anna.run("answer", "erika", "held", at=MONDAY, ok=2).stderr
    assert "cancelled" == anna.json("answer", "erika", "cancelled", at=MONDAY)["outcome"]
    anna.cycle("2026-11-23T09:05")
    assert not anna.items("reminder")
    late = anna.json("answer", "erika", "cancelled", "--by", "them", at="2026-11-25T12:00")
    assert "cancelled_late" == late["outcome"]
    rating = erika(anna, "2026-11-25T15:00")
    assert (0.5, pytest.approx(1 / 3, abs=0.001)) == (rating["ours"], rating["theirs"])


def test_several_people_are_a_question_and_never_guessed(anna: Person) -> None:
    anna.configure(JOERG)
    anna.put("call-1", "2026-11-23T10:00")
    anna.put("call-2", "2026-11-23T10:30", summary="Telefonat mit Jörg Müller")
    anna.cycle(MONDAY)
    at = "2026-11-23T12:00"
    refused = anna.run("answer", "telefonat", "held", at=at, ok=2)
    assert "mehreren Personen" in refused.stderr
    for shown in ("10:00", "Erika Muster", "call-1", "10:30", "Jörg Müller", "call-2"):
        assert shown in refused.stderr
    assert refused.stdout == ""
    for named in ("joerg", "MÜLLER", "mueller", "J.Mueller@privat.example", "040 334455", "call-2"):
        assert "call-2" == anna.json("answer", named, "held", at=at)["uid"]
    assert "kein Anruf passt" in anna.run("answer", "niemand", "held", at=at, ok=2).stderr


def test_a_call_that_is_looked_at_no_longer_can_still_be_spoken_of(anna: Person) -> None:
    anna.put("call-1", "2026-11-23T10:00")
    anna.cycle(MONDAY)
    anna.cycle("2026-12-20T09:00")
    assert "call-1" == anna.json("answer", "Muster", "noshow", at="2026-12-20T09:00")["uid"]
    assert erika(anna, "2026-12-20T09:10")["theirs"] < 0.25


def test_the_first_answer_before_any_cycle_is_kept(anna: Person) -> None:
    anna.put("call-1", "2026-11-23T10:00")
    anna.json("answer", "erika", "held", at="2026-11-23T12:00")
    assert [("held", "answer")] == outcomes(erika(anna, "2026-11-23T12:10"))
    anna.cycle("2026-11-23T12:15")
    assert [("held", "answer")] == outcomes(erika(anna, "2026-11-23T12:20"))


def some_history(anna: Person) -> None:
    """A held call with Erika, one with Jörg, both ticked; a week later a missed one with Erika, made good."""
    anna.configure(JOERG)
    anna.put("call-1", "2026-11-23T10:00")
    anna.put("call-2", "2026-11-23T10:00", summary="Telefonat mit Jörg Müller")
    anna.cycle(MONDAY)
    anna.cycle("2026-11-23T10:50")
    for path in anna.items("outcome"):
        anna.tick(path, "2026-11-23T11:00")
    anna.put("call-3", "2026-11-30T10:00", lines=["CATEGORIES:#verpasst"])
    anna.cycle("2026-11-30T09:00")
    anna.cycle("2026-11-30T10:20")
    (recovery,) = anna.items("recovery")
    anna.tick(recovery, "2026-11-30T10:45")
    anna.cycle("2026-11-30T10:50")


def test_ratings_are_there_again_when_the_state_is_lost(anna: Person) -> None:
    some_history(anna)
    at = "2026-11-30T12:00"
    before = ratings(anna, at)
    assert pytest.approx((1 + 1) / (1 + 1.5 + 2), abs=0.02) == before["erika@muster.example"]["ours"]
    shutil.rmtree(anna.folder / "state")
    assert not (anna.folder / "state").exists()
    lost = ratings(anna, at)
    assert {key: one["ours"] for key, one in before.items()} == {key: one["ours"] for key, one in lost.items()}
    assert {key: one["theirs"] for key, one in before.items()} == {key: one["theirs"] for key, one in lost.items()}
    anna.cycle("2026-11-30T12:05")
    again = ratings(anna, "2026-11-30T12:10")
    assert [("held", "task"), ("missed", "word")] == outcomes(again["erika@muster.example"])
    # The appointments are gone from the calendar, the state is lost once more: our tasks alone remember.
    for number in (1, 2, 3):
        anna.server.delete(f"{anna.calendar}call-{number}.ics")
    shutil.rmtree(anna.folder / "state")
    alone = ratings(anna, at)["erika@muster.example"]
    assert [("held", "task"), ("missed", "task")] == outcomes(alone)
    assert before["erika@muster.example"]["ours"] == alone["ours"]
    assert "Erika Muster" == alone["name"]


def test_the_bare_outcomes_outlive_names_and_texts_and_go_in_the_end(anna: Person) -> None:
    some_history(anna)
    before = erika(anna, "2026-11-30T12:00")
    for path in [*anna.items(), *(f"{anna.calendar}call-{number}.ics" for number in (1, 2, 3))]:
        anna.server.delete(path)
    anna.configure(JOERG.replace("Jörg", "Georg"))
    for day in ("2027-04-01", "2027-04-02", "2027-07-15"):
        anna.cycle(f"{day}T10:00", ok=None)
    kept = ratings(anna, "2027-07-15T12:00")
    assert outcomes(before) == outcomes(kept["erika@muster.example"])
    assert before["ours"] < kept["erika@muster.example"]["ours"] < 0.5
    assert ("Erika Muster", "Georg Müller") == tuple(
        one["name"] for one in sorted(kept.values(), key=lambda o: o["name"])
    )
    with closing(sqlite3.connect(anna.folder / "state" / "state.sqlite3")) as state:
        assert {("",)} == set(state.execute("SELECT contact_name FROM calls"))
        assert [] == state.execute("SELECT * FROM items").fetchall()
    state_bytes = b"".join(file.read_bytes() for file in (anna.folder / "state").iterdir())
    assert "Jörg".encode() not in state_bytes
    anna.cycle("2028-12-02T12:00")
    assert {} == ratings(anna, "2028-12-02T12:10")


def test_ratings_reach_back_as_far_as_our_tasks_stand_in_the_calendar(anna: Person) -> None:
    some_history(anna)
    for number in (1, 2, 3):
        anna.server.delete(f"{anna.calendar}call-{number}.ics")
    before = outcomes(erika(anna, "2026-11-30T12:00"))
    for day in ("2028-12-20", "2028-12-21"):
        anna.cycle(f"{day}T12:00", ok=None)
    with closing(sqlite3.connect(anna.folder / "state" / "state.sqlite3")) as state:
        assert [] == state.execute("SELECT * FROM calls").fetchall()
    assert before == outcomes(erika(anna, "2028-12-21T12:10"))


def test_an_export_holds_what_the_state_our_tasks_and_the_calendars_hold_of_a_contact(anna: Person) -> None:
    some_history(anna)
    for named in ("erika@muster.example", "Erika Muster", "erika", "030 901820", "+4930901820"):
        given = json.loads(anna.run("export", named, at="2026-11-30T12:00").stdout)
        assert ("erika@muster.example", "Erika Muster") == (given["contact"], given["name"])
    assert {"call-1", "call-3"} == {call["uid"] for call in given["calls"]}
    assert {"held", "missed"} <= {answer["outcome"] for answer in given["answers"]}
    assert given["items"]
    assert {"outcome", "recovery", "amends"} <= {item["item"] for item in given["in_our_calendars"]}
    assert all("Müller" not in json.dumps(part, ensure_ascii=False) for part in given.values())
    assert ["call-3"] == [one["uid"] for one in given["in_your_calendars"]]
    assert erika(anna, "2026-11-30T12:00") == given["rating"]
    # Without --at all of it is given, though here it was remembered as of another time.
    whole = json.loads(anna.run("export", "erika").stdout)
    assert given["calls"] == whole["calls"]
    assert outcomes(given["rating"]) == outcomes(whole["rating"])
    assert "muss einen bekannten Kontakt nennen" in anna.run("export", "niemand", at="2026-11-30T12:00", ok=2).stderr
    both = anna.run("export", "example", at="2026-11-30T12:00", ok=2).stderr
    assert "Erika Muster (erika@muster.example)" in both
    assert "Jörg Müller (joerg@mueller.example)" in both


def test_an_erased_contact_is_gone_from_state_and_calendar_and_does_not_come_back(anna: Person) -> None:
    some_history(anna)
    anna.put("call-4", "2026-12-09T10:00", summary="Telefonat mit Jörg Müller")
    anna.put("busy", "2026-12-09T10:10", summary="Telefonat mit Erika Muster")
    for number in (1, 3):
        anna.server.delete(f"{anna.calendar}call-{number}.ics")
    anna.cycle("2026-11-30T11:50", ok=None)
    unfolded = {path: item.to_ical().decode().replace("\r\n ", "") for path, item in anna.items().items()}
    of_joerg = {path for path, text in unfolded.items() if "Erika" not in text}
    assert anna.json("rating", "joerg", at="2026-11-30T12:00")
    anna.server.delete(f"{anna.calendar}busy.ics")
    done = anna.json("erase", "erika@muster.example", at="2026-11-30T12:00")
    assert done["calls"] == 3
    assert done["removed"] >= 3
    assert [] == done["errors"]
    left = anna.items()
    assert of_joerg <= left.keys()
    unfolded = {path: item.to_ical().decode().replace("\r\n ", "") for path, item in left.items()}
    assert not [path for path, text in unfolded.items() if "erika" in text.lower()]
    state = b"".join(file.read_bytes() for file in (anna.folder / "state").iterdir())
    assert b"Erika" not in state
    assert b"erika@muster.example" not in state

    assert ["joerg@mueller.example"] == [*ratings(anna, "2026-11-30T12:05")]
    for minute in ("10", "20"):
        anna.cycle(f"2026-11-30T12:{minute}", ok=None)
        assert ["joerg@mueller.example"] == [*ratings(anna, f"2026-11-30T12:{minute}")]
    shutil.rmtree(anna.folder / "state")
    assert ["joerg@mueller.example"] == [*ratings(anna, "2026-11-30T12:30")]
    assert anna.items("reminder")
    assert "muss einen bekannten Kontakt nennen" in anna.run("erase", "erika", at="2026-11-30T12:40", ok=2).stderr


def test_what_still_stands_in_the_users_own_calendar_is_seen_again_after_an_erasure(anna: Person) -> None:
    some_history(anna)
    anna.put("call-5", "2026-12-03T10:00")
    anna.cycle("2026-11-30T11:00")
    told = anna.run("erase", "erika", at="2026-11-30T12:00").stdout
    assert "Ihre eigenen Kalender" in told
    anna.cycle("2026-11-30T12:10")
    assert {"2026-12-02", "2026-12-03"} == {str(item["DTSTART"].dt.date()) for item in anna.items("reminder").values()}
    # The word stands in the event itself.
    assert [("missed", "word")] == outcomes(erika(anna, "2026-11-30T12:20"))


def test_an_erasure_that_cannot_reach_the_calendar_says_so_and_can_be_repeated(anna: Person) -> None:
    some_history(anna)
    for number in (1, 3):
        anna.server.delete(f"{anna.calendar}call-{number}.ics")
    anna.configure(JOERG, url="http://127.0.0.1:9/")
    failed = anna.json("erase", "erika", at="2026-11-30T12:00", ok=1)
    assert failed["errors"]
    anna.configure(JOERG)
    assert anna.items("recovery")
    again = anna.json("erase", "erika", at="2026-11-30T12:10")
    assert [] == again["errors"]
    anna.cycle("2026-11-30T12:20")
    assert ["joerg@mueller.example"] == [*ratings(anna, "2026-11-30T12:30")]


def test_an_erasure_asks_first_on_a_terminal(anna: Person) -> None:
    some_history(anna)
    command = [sys.executable, "-m", "termintreu", "erase", "erika", "--config", str(anna.config)]
    command += ["--at", "2026-11-30T12:00"]
    code, shown = at_a_terminal(command, [("Erika Muster vergessen", "n")])
    assert (1, True) == (code, "Nichts wurde gelöscht" in shown)
    assert anna.items("recovery")
    code, shown = at_a_terminal(command, [("Erika Muster vergessen", "j")])
    assert (0, True) == (code, "Anrufe vergessen, " in shown)
    assert not anna.items("recovery")
    code, shown = at_a_terminal([*command[:3], "erase", "joerg", "--yes", *command[5:]], [])
    assert (0, False) == (code, "vergessen (" in shown)
    assert not anna.items()


def test_ratings_are_a_table_and_one_contact_is_shown_call_by_call(anna: Person) -> None:
    some_history(anna)
    at = "2026-11-30T12:00"
    table = anna.run("rating", at=at).stdout.splitlines()
    assert ["Kontakt", "Sie", "Gegenüber", "seit"] == table[0].split()[:4]
    assert [line.split()[:2] for line in table[1:3]] == [["Erika", "Muster"], ["Jörg", "Müller"]]
    assert "✓✗" in table[1]
    assert "\x1b" not in "".join(table)
    shown = anna.run("rating", "erika", at=at).stdout
    for words in ("gehalten", "Aufgabe", "verpasst", "+0,97", "−1,5", "wiedergutgemacht", "10:45"):
        assert words in shown
    assert "Wort im Termin" in anna.run("rating", "erika", at="2026-11-30T10:30").stdout
    assert "(gehalten 0,97 + 1) / (gehalten 0,97 + versäumt 1,5 + 2)" in shown
    assert "Kein Kontakt" in anna.run("rating", "niemand", at=at, ok=1).stderr
    why = anna.json("explain", "call-3", at=at)[0]
    assert erika(anna, at)["calls"] == why["rating"]["calls"]
    assert "wiedergutgemacht" in anna.run("explain", "call-3", at=at).stdout


def test_what_was_remembered_later_does_not_count_at_an_earlier_moment(anna: Person) -> None:
    some_history(anna)
    assert {} == ratings(anna, "2026-11-23T08:59")
    early = ratings(anna, "2026-11-23T10:52")
    assert [("unknown", None)] == outcomes(early["erika@muster.example"])
    between = erika(anna, "2026-11-30T10:30")
    assert [("held", "task"), ("missed", "word")] == outcomes(between)
    assert between["ours"] < erika(anna, "2026-11-30T11:00")["ours"]


def test_a_tick_counts_before_a_cycle_has_seen_it_and_is_waited_for_nowhere(anna: Person) -> None:
    anna.put("call-1", "2026-11-23T10:00")
    anna.cycle(MONDAY)
    anna.cycle("2026-11-23T10:50")
    anna.tick(anna.only("outcome")[0], "2026-11-23T10:52")
    at = "2026-11-23T10:55"
    now = erika(anna, at)
    assert (0.6667, [("held", "task")]) == (now["ours"], outcomes(now))
    assert now["calls"] == anna.json("explain", "call-1", at=at)[0]["rating"]["calls"]

    anna.configure(url="http://127.0.0.1:9/")
    without = anna.run("rating", "--json", at=at)
    assert [("unknown", None)] == outcomes(json.loads(without.stdout)[0])
    assert "Nicht alles war lesbar: work;" in without.stderr


def test_a_year_of_monthly_calls_gives_the_numbers_that_were_promised(anna: Person) -> None:
    now = datetime(2026, 11, 25, 14, 30)
    anna.cycle(f"{now - timedelta(days=400):%Y-%m-%dT%H:%M}")
    for number in range(12, -1, -1):
        start = now - timedelta(days=30 * number)
        anna.put(f"call-{number}", f"{start:%Y-%m-%dT%H:%M}")
        word = "held" if number else "missed"
        anna.json("answer", f"call-{number}", word, at=f"{start + timedelta(minutes=40):%Y-%m-%dT%H:%M}")
        if number == 1:
            assert pytest.approx(0.88, abs=0.01) == erika(anna, f"{start + timedelta(hours=1):%Y-%m-%dT%H:%M}")["ours"]
    assert pytest.approx(0.64, abs=0.01) == erika(anna, "2026-11-25T15:30")["ours"]
    rating = erika(anna, "2026-11-27T15:30")
    assert pytest.approx(0.50, abs=0.01) == rating["ours"]
    assert 13 == len(rating["calls"])
    assert pytest.approx(3.2, abs=0.2) == rating["calls_per_quarter"]


def test_whoever_looks_back_further_than_copies_are_kept_has_the_past_counted(
    radicale: DavServer, tmp_path: Path
) -> None:
    radicale.wipe()
    anna = Person(radicale, tmp_path)
    anna.configure('[schedule]\nlookback = "400d"\n')
    for number in range(1, 13):
        start = datetime(2026, 11, 25, 14, 30) - timedelta(days=30 * number)
        anna.put(f"call-{number}", f"{start:%Y-%m-%dT%H:%M}", summary="Telefonat mit Erika Muster #gehalten")
    anna.cycle("2026-11-25T14:00")
    (rating,) = anna.json("rating", at="2026-11-25T14:01")
    assert 12 == len(rating["calls"])
    assert 0.88 == pytest.approx(rating["ours"], abs=0.01)
