"""An appointment that rings itself, an entry that is somebody else's, and private life, by the real commands; calendars
are folders of files.
"""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from termintreu.ui.cli.arguments import main
from tests.live_files import files_below
from tests.system.person import HOURS

AT = "2026-11-25T08:00"
OWN = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nDESCRIPTION:Erinnerung\r\nEND:VALARM"


@dataclass
class House:
    """Anna's calendars on a disk."""

    folder: Path

    def configure(self, more: str = "", source: str = "") -> None:
        for name in ("events", "own"):
            (self.folder / name).mkdir(exist_ok=True)
        config = self.folder / "config.toml"
        config.write_text(
            f'timezone = "Europe/Berlin"\n[me]\nname = "Anna Beispiel"\nemails = ["anna@beispiel.example"]\n'
            f"[me.working_hours]\n{HOURS}\n"
            f'[[sources]]\nname = "work"\ntype = "vdir"\npath = "{self.folder / "events"}"\n{source}\n'
            f'[target]\ntype = "vdir"\npath = "{self.folder / "own"}"\n[state]\npath = "{self.folder / "state"}"\n'
            f'[[contacts]]\nname = "Erika Muster"\nphones = ["+49 30 901820"]\n{more}\n'
        )
        config.chmod(0o600)

    def put(self, uid: str, start: str, *lines: str, summary: str = "Telefonat mit Erika Muster") -> None:
        begin = datetime.fromisoformat(start)
        body = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//an app//EN",
            "BEGIN:VEVENT",
            f"UID:{uid}",
            "DTSTAMP:20261101T080000Z",
            f"DTSTART;TZID=Europe/Berlin:{begin:%Y%m%dT%H%M%S}",
            f"DTEND;TZID=Europe/Berlin:{begin + timedelta(minutes=30):%Y%m%dT%H%M%S}",
            f"SUMMARY:{summary}",
            *lines,
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
        (self.folder / "events" / f"{uid}.ics").write_bytes("\r\n".join(body).encode())

    def run(self, *arguments: str, at: str = AT) -> str:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            assert main([*arguments, "--config", str(self.folder / "config.toml"), "--at", at]) == 0
        return out.getvalue()

    def document(self, command: str, at: str = AT) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run(command, "--json", at=at))
        return found

    def cycle(self, at: str = AT) -> list[tuple[str, str]]:
        """What one cycle did."""
        return [(change["action"], change["item"]) for change in self.document("once", at)["changes"]]

    def reminders(self) -> list[str]:
        """The reminders that stand there, as text."""
        texts = [path.read_bytes().decode() for path in files_below(self.folder / "own")]
        return [text for text in texts if ";reminder;" in text]


@pytest.fixture
def house(tmp_path: Path) -> House:
    anna = House(tmp_path)
    anna.configure()
    return anna


def test_where_the_appointment_rings_ours_stands_quietly_and_follows_when_that_changes(house: House) -> None:
    house.put("call", "2026-11-26T15:00", OWN)
    assert [True] == [one["rings"] for one in house.document("plan")["appointments"]]
    assert [("create", "reminder")] == house.cycle()
    (quiet,) = house.reminders()
    assert "VALARM" not in quiet
    assert [] == house.cycle("2026-11-25T08:05")

    house.put("call", "2026-11-26T15:00")
    assert [False] == [one["rings"] for one in house.document("plan")["appointments"]]
    assert [("update", "reminder")] == house.cycle("2026-11-25T08:10")
    (loud,) = house.reminders()
    assert "ACTION:DISPLAY" in loud
    assert "TRIGGER:-PT1M" in loud

    house.put("call", "2026-11-26T15:00", OWN)
    assert [("update", "reminder")] == house.cycle("2026-11-25T08:15")
    assert ["VALARM" in text for text in house.reminders()] == [False]
    assert [] == house.cycle("2026-11-25T08:20")


def test_a_quiet_reminder_is_known_again_when_the_state_is_lost(house: House) -> None:
    house.put("call", "2026-11-26T15:00", OWN)
    house.cycle()
    before = house.reminders()
    for path in (house.folder / "state").iterdir():
        path.unlink()
    assert [] == house.cycle("2026-11-25T08:05")
    assert before == house.reminders()
    house.put("call", "2026-11-26T16:00", OWN)
    assert [("update", "reminder")] == house.cycle("2026-11-25T08:10")


def test_what_was_dismissed_rings_no_more_but_ours_does_not_ring_after_it(house: House) -> None:
    dismissed = OWN.replace("END:VALARM", "ACKNOWLEDGED:20261126T134500Z\r\nEND:VALARM")
    house.put("call", "2026-11-26T15:00", OWN)
    house.cycle()
    house.put("call", "2026-11-26T15:00", dismissed)
    assert [False] == [one["rings"] for one in house.document("plan", "2026-11-26T14:46")["appointments"]]
    assert [] == house.cycle("2026-11-26T14:46")
    assert ["VALARM" in text for text in house.reminders()] == [False]


@pytest.mark.parametrize(("own_alarm", "written"), [("quiet", [False]), ("none", []), ("ring", [True])])
def test_the_user_says_what_an_alarm_of_the_appointments_own_means(
    house: House, own_alarm: str, written: list[bool]
) -> None:
    house.configure(f'[reminders]\nown_alarm = "{own_alarm}"')
    house.put("call", "2026-11-26T15:00", OWN)
    house.cycle()
    assert written == ["VALARM" in text for text in house.reminders()]
    assert [] == house.cycle("2026-11-25T08:05")


def test_a_critical_call_rings_beside_the_appointments_own_alarm(house: House) -> None:
    house.put("call", "2026-11-26T15:00", "CATEGORIES:#kritisch", OWN)
    house.cycle()
    assert [True, True] == ["VALARM" in text for text in house.reminders()]


def test_explain_tells_of_the_appointments_own_alarm(house: House) -> None:
    house.put("call", "2026-11-26T15:00", OWN)
    house.cycle()
    said = house.run("explain", "Erika")
    assert "Termin: eigener Alarm um 14:45 Uhr" in said
    assert "☎ 15:00 Erika Muster (ohne Alarm)" in said
    house.put("call", "2026-11-26T15:00")
    house.cycle("2026-11-25T08:05")
    said = house.run("explain", "Erika")
    assert "Alarm" not in said


def test_entries_that_are_not_mine_are_nothing_of_mine(house: House) -> None:
    house.put("mine", "2026-11-26T15:00")
    house.put("theirs", "2026-11-26T15:00", summary="LB Telefonat mit Max Meier")
    assert ["mine", "theirs"] == sorted(one["uid"] for one in house.document("plan")["appointments"])
    house.cycle()
    house.configure(source='not_mine = ["LB *"]')
    (call,) = house.document("plan")["appointments"]
    assert ("mine", []) == (call["uid"], call["findings"])
    assert "delete" in {action for action, _ in house.cycle("2026-11-25T08:05")}
    assert 1 == len(house.reminders())
    assert [] == house.cycle("2026-11-25T08:10")


def test_in_private_life_there_are_no_working_hours(house: House) -> None:
    house.put("late", "2026-11-26T20:00")
    rules = [[one["rule"] for one in call["findings"]] for call in house.document("plan")["appointments"]]
    assert [["odd_time"]] == rules
    house.configure(source="private = true")
    assert [[]] == [call["findings"] for call in house.document("plan")["appointments"]]
