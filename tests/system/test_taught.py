"""What the user taught, listed, explained and revoked, by the real commands on a folder of files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import here

MONDAY = "2026-11-23T09:00"


class Desk:
    """A calendar of files, and the program over it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "cal").mkdir()
        self.config = folder / "config.toml"
        self.config.write_text(
            'language = "en"\ntimezone = "Europe/Berlin"\n[me]\nname = "Anna Beispiel"\nemails = ["anna@beispiel.de"]\n'
            f'[[sources]]\nname = "work"\ntype = "vdir"\npath = "{folder}/cal"\n'
            f'[target]\ntype = "vdir"\npath = "{folder}/own"\n[state]\npath = "{folder}/state"\n'
        )

    def put(self, uid: str, day: int, title: str) -> None:
        (self.folder / "cal" / f"{uid}.ics").write_text(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//an app//EN\r\nBEGIN:VEVENT\r\n"
            f"UID:{uid}\r\nDTSTAMP:20261101T080000Z\r\nDTSTART:202611{day}T100000Z\r\nDTEND:202611{day}T103000Z\r\n"
            f"SUMMARY:{title}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )

    def run(self, *command: str, code: int = 0) -> Any:
        done = here(*command, "--config", str(self.config), "--json", "--at", MONDAY)
        assert code == done.returncode, done.stderr
        return json.loads(done.stdout)

    def calls(self) -> set[str]:
        return {one["uid"] for one in self.run("plan")["appointments"]}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    for day in (24, 25):
        desk.put(f"marked-{day}", day, "Call Henderson #skip")
    desk.put("new", 26, "Call HENDERSON")
    desk.run("once")
    return desk


def test_what_was_taught_is_listed_explained_and_revoked(desk: Desk) -> None:
    assert set() == desk.calls()
    (listed,) = desk.run("taught")
    assert ("Call Henderson", "work", "skip", "title") == (
        listed["title"],
        listed["source"],
        listed["word"],
        listed["holds_for"],
    )
    (why,) = desk.run("explain", "henderson")
    assert ("new", None) == (why["uid"], why["kind"])
    assert ["you taught it: #skip on earlier appointments with that title"] == why["reasons"]

    desk.run("taught", "--forget", "henderson")
    assert [] == desk.run("taught")
    desk.run("once")
    assert {"new"} == desk.calls()


def test_what_is_to_be_forgotten_must_name_one_title(desk: Desk) -> None:
    assert "matching: none" in desk.run("taught", "--forget", "x", code=2)["error"]
    for day in (27, 28):
        desk.put(f"other-{day}", day, "Henderson call in #skip")
    desk.run("once")
    assert (
        "matching: “Call Henderson” (work), “Henderson call in” (work)"
        in desk.run("taught", "--forget", "henderson", code=2)["error"]
    )


def test_the_list_is_a_table_for_people(desk: Desk) -> None:
    shown = here("taught", "--config", str(desk.config), "--at", MONDAY)
    assert "Call Henderson" in shown.stdout
    assert "all with that title" in shown.stdout


def test_what_was_taught_by_somebodys_name_is_given_out_and_forgotten_with_them(desk: Desk) -> None:
    desk.put("call", 27, "Call with Petra Kern")
    desk.put("marked", 28, "Lunch Petra Kern #skip")
    desk.run("once")
    (desk.folder / "cal" / "marked.ics").unlink()
    assert ["Lunch Petra Kern"] == desk.run("export", "Petra Kern")["taught_by_titles"]
    desk.run("erase", "Petra Kern", "--yes")
    assert ["Call Henderson"] == [one["title"] for one in desk.run("taught")]
