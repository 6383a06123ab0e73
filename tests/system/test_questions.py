"""A day with three calls, by the real commands on a real folder: one question, one exception, a tick, the ratings."""

from __future__ import annotations

import json
import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from termintreu.ui.cli.arguments import main
from tests.live_files import files_below

CONFIG = """
timezone = "Europe/Berlin"
language = "de"
[me]
name = "Anna Beispiel"
emails = ["anna@beispiel.example"]
region = "DE"
[me.working_hours]
mon = ["09:00-12:30", "13:30-17:30"]
tue = ["09:00-12:30", "13:30-17:30"]
[[sources]]
name = "work"
type = "vdir"
path = "{events}"
[target]
type = "vdir"
path = "{own}"
[state]
path = "{state}"
"""


class Anna:
    """A user with a folder of calendars."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        self.events, self.own, self.state = folder / "events", folder / "own", folder / "state"
        for made in (self.events / "arbeit", self.own):
            made.mkdir(parents=True)
        self.config = folder / "config.toml"
        self.config.write_text(CONFIG.format(events=self.events, own=self.own, state=self.state))
        for uid, start, name in (
            ("one", "09:00", "Erika Muster"),
            ("two", "10:00", "Max Seidl"),
            ("three", "11:00", "Jürgen Müller"),
        ):
            self.put(uid, start, name)

    def put(self, uid: str, start: str, name: str, day: int = 23) -> None:
        begin = datetime.fromisoformat(f"2026-11-{day}T{start}")
        address = f"{name.split()[1].lower().replace('ü', 'ue')}@kunden.example"
        (self.events / "arbeit" / f"{uid}.ics").write_text(
            "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//an app//EN\nBEGIN:VEVENT\n"
            f"UID:{uid}\nDTSTAMP:20261101T080000Z\nSUMMARY:Telefonat mit {name}\n"
            f"DTSTART;TZID=Europe/Berlin:{begin:%Y%m%dT%H%M%S}\n"
            f"DTEND;TZID=Europe/Berlin:{begin + timedelta(minutes=30):%Y%m%dT%H%M%S}\n"
            "ORGANIZER:mailto:anna@beispiel.example\n"
            f"ATTENDEE;CN={name};PARTSTAT=ACCEPTED:mailto:{address}\nEND:VEVENT\nEND:VCALENDAR\n"
        )

    def json(self, *arguments: str, at: str, ok: int = 0) -> Any:
        self.capsys.readouterr()
        given = [*arguments, "--json", "--config", str(self.config), "--at", f"2026-11-{at}"]
        assert ok == main(given)
        return json.loads(self.capsys.readouterr().out)

    def cycle(self, at: str) -> list[dict[str, Any]]:
        return self.json("once", at=at)["changes"]  # type: ignore[no-any-return]

    def question(self) -> Path:
        (found,) = [path for path in files_below(self.own) if b";outcome" in path.read_bytes()]
        return found

    def edit(self, *, title: str = "", tick: bool = False) -> None:
        """As an app does."""
        path = self.question()
        data = path.read_bytes().replace(b"\r\n ", b"").decode()
        if title:
            data = re.sub(r"SUMMARY:(.*?)\r\n", lambda match: f"SUMMARY:{match[1]} {title}\r\n", data, count=1)
        if tick:
            data = data.replace("STATUS:NEEDS-ACTION", "STATUS:COMPLETED\r\nCOMPLETED:20261123T120000Z")
        path.write_bytes(data.encode())

    def outcomes(self, at: str) -> dict[str, tuple[str, str | None]]:
        return {
            call["uid"]: (call["outcome"], call["from"]) for one in self.json("rating", at=at) for call in one["calls"]
        }


@pytest.fixture
def anna(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Anna:
    return Anna(tmp_path, capsys)


def asked(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [change for change in changes if change["item"] == "outcome"]


def test_three_calls_are_one_question_and_its_tick_and_exception_are_three_outcomes(anna: Anna) -> None:
    anna.cycle("23T08:00")
    assert [] == asked(anna.cycle("23T11:50"))

    (question,) = asked(anna.cycle("23T12:30"))
    assert ("create", None) == (question["action"], question["appointment"])
    assert question["appointments"] == [{"uid": uid, "recurrence_id": None} for uid in ("one", "two", "three")]
    assert question["summary"] == "Haben diese 3 Anrufe stattgefunden?"
    assert [] == anna.cycle("23T12:35")

    anna.edit(title="#nichterschienen Seidl")
    assert [] == asked(anna.cycle("23T12:50"))
    assert {("unknown", None)} == set(anna.outcomes("23T12:51").values())

    anna.edit(tick=True)
    anna.cycle("23T13:05")
    said = {"one": ("held", "task"), "two": ("noshow", "task"), "three": ("held", "task")}
    assert said == anna.outcomes("23T13:06")

    # With the state lost, the ticked task says the same, also when the calls have left the calendar.
    shutil.rmtree(anna.state)
    anna.cycle("23T13:10")
    assert said == anna.outcomes("23T13:11")
    shutil.rmtree(anna.state)
    shutil.rmtree(anna.events / "arbeit")
    (anna.events / "arbeit").mkdir()
    anna.cycle("23T13:20")
    assert said == anna.outcomes("23T13:21")


def test_a_question_that_was_deleted_is_asked_about_none_of_its_calls_again(anna: Anna) -> None:
    # Its warning stays: a collection that is suddenly empty is not believed at once.
    anna.put("four", "16:00", "Eva Lang", day=25)
    anna.cycle("23T08:00")
    anna.cycle("23T12:30")
    anna.question().unlink()

    assert [] == asked(anna.cycle("23T12:40"))
    assert [] == asked(anna.cycle("23T17:30"))
    assert [] == asked(anna.cycle("24T12:30"))


def test_the_shell_answers_by_number_and_all_at_once(anna: Anna) -> None:
    anna.cycle("23T08:00")
    anna.cycle("23T12:30")

    assert 2 == main(["answer", "4", "missed", "--config", str(anna.config), "--at", "2026-11-23T12:35"])
    assert "1 bis 3" in anna.capsys.readouterr().err
    assert ("two", "missed") == tuple(
        anna.json("answer", "2", "missed", at="23T12:36")[key] for key in ("uid", "outcome")
    )
    told = anna.json("answer", "--all", "held", at="23T12:37")
    assert [("one", "held"), ("three", "held")] == [(one["uid"], one["outcome"]) for one in told]
    assert {"one": "held", "two": "missed", "three": "held"} == {
        uid: outcome for uid, (outcome, _) in anna.outcomes("23T12:38").items()
    }
    # All is known: the question goes.
    assert [("delete", None)] == [(one["action"], one["appointment"]) for one in asked(anna.cycle("23T12:40"))]
    assert 2 == main(["answer", "--all", "held", "--config", str(anna.config), "--at", "2026-11-23T12:45"])
    assert "keine Frage ist offen" in anna.capsys.readouterr().err


def test_whoever_is_forgotten_goes_with_the_question_and_what_was_said_of_others_stays(anna: Anna) -> None:
    anna.cycle("23T08:00")
    anna.cycle("23T12:30")
    anna.edit(title="2 #missed", tick=True)
    anna.cycle("23T13:05")

    anna.json("erase", "seidl@kunden.example", "--yes", at="23T13:10")
    assert not [path for path in files_below(anna.own) if b"Seidl" in path.read_bytes()]
    assert {"one": "held", "three": "held"} == {
        uid: outcome for uid, (outcome, _) in anna.outcomes("23T13:11").items() if outcome != "unknown"
    }


@pytest.mark.parametrize("arguments", [("--all", "held", "erika", "held"), (), ("erika",), ("--all", "held", "--undo")])
def test_an_answer_that_says_too_little_or_too_much_is_refused(anna: Anna, arguments: tuple[str, ...]) -> None:
    assert 2 == main(["answer", *arguments, "--config", str(anna.config)])
