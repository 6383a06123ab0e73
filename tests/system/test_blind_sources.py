"""Every kind of source goes blind at once: each is a task in the calendar, and each goes when it is seen again.

The real commands, folders, files and a server; each run is one of `once`, an hour after the other.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.call_log_files import Made, fritzbox_csv
from tests.command_line import here
from tests.scripted import Answer, ScriptedServer

CONFIG = """
language = "de"
timezone = "Europe/Berlin"
[[sources]]
name = "own"
type = "vdir"
path = "{folder}/own"
calendars = ["Arbeit"]
[[sources]]
name = "feed"
type = "ics"
url = "{feed}secret-4711.ics"
allow_private = true
[[sources]]
name = "several"
type = "vdir"
path = "{folder}/several"
[[call_logs]]
name = "box"
type = "fritzbox-csv"
path = "{folder}/calls.csv"
[[address_books]]
name = "people"
type = "vcard"
path = "{folder}/people"
[target]
source = "own"
[state]
path = "{folder}/state"
"""
CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261101T080000Z\r\n"
    "DTSTART:{start}\r\nDURATION:PT30M\r\nSUMMARY:{title}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
DINNER = CALENDAR.format(uid="dinner", start="20261125T190000Z", title="Abendessen")
CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:x\r\nFN:Max Weber\r\nTEL:+49 30 901821\r\nEND:VCARD\r\n"
PAGE = "<!DOCTYPE html><html><form><input type=password></form></html>"


class Anna:
    """Her machine, with everything that she has read."""

    def __init__(self, folder: Path, server: ScriptedServer) -> None:
        self.folder, self.server = folder, server
        self.config = folder / "config.toml"
        self.config.write_text(CONFIG.format(folder=folder, feed=server.url))
        self.config.chmod(0o600)
        (folder / "own" / "Arbeit").mkdir(parents=True)
        (folder / "own" / "Arbeit" / "dinner.ics").write_text(DINNER)
        (folder / "several" / "Zweites").mkdir(parents=True)
        (folder / "several" / "Zweites" / "dinner.ics").write_text(DINNER)
        self.heals()

    def heals(self) -> None:
        self.page, self.type = DINNER, "text/calendar"
        for place, text in (("several/Verkauf/dinner.ics", DINNER), ("people/max.vcf", CARD)):
            (self.folder / place).parent.mkdir()
            (self.folder / place).write_text(text)
        (self.folder / "calls.csv").write_bytes(fritzbox_csv([]))

    def goes_blind(self) -> None:
        self.page, self.type = PAGE, "text/html"
        shutil.rmtree(self.folder / "several" / "Verkauf")
        shutil.rmtree(self.folder / "people")
        (self.folder / "calls.csv").unlink()

    def once(self, hour: str) -> dict[str, Any]:
        self.server.script.clear()
        headers = {"Content-Type": self.type}
        self.server.script += [Answer(None, 200, headers=headers, body=self.page.encode())] * 4
        done = here("once", "--json", "--config", str(self.config), "--at", f"2026-11-24T{hour}+01:00")
        found: dict[str, Any] = json.loads(done.stdout)
        return {change["summary"]: change for change in found["changes"] if change["item"] == "blind"}

    def status(self) -> tuple[int, list[str]]:
        done = here("status", "--json", "--config", str(self.config))
        return done.returncode, sorted(one["name"] for one in json.loads(done.stdout)["sees"]["unseen"])


@pytest.fixture
def anna(tmp_path: Path) -> Iterator[Anna]:
    with ScriptedServer() as server:
        yield Anna(tmp_path, server)


def test_each_kind_of_source_is_told_of_and_forgotten_again(anna: Anna) -> None:
    anna.once("09:00")
    well = anna.status()
    anna.goes_blind()
    told: dict[str, Any] = {}
    for hour in ("10:00", "11:00", "12:00", "13:00"):
        told |= anna.once(hour)
    blind = anna.status()
    again = anna.once("13:05")
    anna.heals()
    gone = anna.once("14:00") | anna.once("14:05") | anna.once("14:30")

    assert [
        "Verkauf: nicht mehr freigegeben",
        "box: seit 10:00 nicht gelesen",
        "feed: seit 09:00 nicht gelesen",
        "people: seit 09:00 nicht gelesen",
    ] == sorted(told)
    assert [(None, [])] * 4 == [(one["appointment"], one["appointments"]) for one in told.values()]
    assert {} == again
    assert {"delete"} == {one["action"] for one in gone.values()}
    assert sorted(told) == sorted(gone)
    assert [(0, []), (1, ["Verkauf", "box", "feed", "people"]), (0, [])] == [well, blind, anna.status()]


def test_a_call_log_that_stopped_is_told_of_and_forgotten_when_it_grows(anna: Anna) -> None:
    log = anna.folder / "calls.csv"
    log.write_bytes(fritzbox_csv([Made("2026-11-20 10:00", "out", "030901821", 60)]))
    for day in (21, 22, 23):
        text = CALENDAR.format(
            uid=f"c{day}", start=f"202611{day}T090000Z", title=f"Anruf bei Max Weber {day} #gehalten"
        )
        place = anna.folder / "own" / "Arbeit" / f"c{day}.ics"
        place.write_text(text.replace("END:VEVENT", "DESCRIPTION:+49 30 901821\r\nEND:VEVENT"))
    told = anna.once("09:00") | anna.once("10:00")
    log.write_bytes(fritzbox_csv([Made("2026-11-24 10:30", "out", "030901821", 60)]))
    gone = anna.once("11:00") | anna.once("11:15")
    assert [("box: Anrufliste ohne Anrufe", "create")] == [(title, one["action"]) for title, one in told.items()]
    assert [("box: Anrufliste ohne Anrufe", "delete")] == [(title, one["action"]) for title, one in gone.items()]
