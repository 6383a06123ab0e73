"""German as it is written where the user lives, from the configuration to the calendar."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line import here

EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//an app//EN
BEGIN:VEVENT
UID:late
DTSTAMP:20261101T080000Z
DTSTART:20261124T193000Z
DTEND:20261124T200000Z
SUMMARY:Anruf Max Groß
LOCATION:+49 30 901820
END:VEVENT
END:VCALENDAR
"""


@pytest.mark.parametrize(
    ("region", "title"),
    [
        ("DE", "Max Groß, Di 20:30: außerhalb der Arbeitszeit"),
        ("CH-ZH", "Max Groß, Di 20:30: ausserhalb der Arbeitszeit"),
    ],
)
def test_german_for_switzerland_has_no_eszett_but_in_names(tmp_path: Path, region: str, title: str) -> None:
    calendar = tmp_path / "calendar"
    calendar.mkdir()
    (calendar / "late.ics").write_text(EVENT.replace("\n", "\r\n"), encoding="utf-8")
    config = tmp_path / "config.toml"
    config.write_text(
        f"""language = "de"
timezone = "Europe/Berlin"
[me]
name = "Anna Beispiel"
region = "{region}"
[[sources]]
name = "work"
type = "vdir"
path = "{calendar}"
[target]
type = "vdir"
path = "{tmp_path / "own"}"
[state]
path = "{tmp_path / "state"}"
""",
        encoding="utf-8",
    )
    said = here("plan", "--json", "--config", str(config), "--at", "2026-11-23T10:00:00+01:00")
    changes = json.loads(said.stdout)["changes"]
    assert [title] == [change["summary"] for change in changes if change["item"] == "warning"]
