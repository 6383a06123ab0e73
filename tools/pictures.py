"""Takes the pictures of a week in a calendar app: `python -m tools.pictures`, in the repository's folder.

It writes docs/week-before.png and docs/week-after.png: this week of an invented person in Thunderbird, with what the
program itself writes for it. Before: every call is rung for by us as well, and our calendar is shown. After: what holds
where nothing is configured, and our calendar is hidden. Take them anew when texts change; `tools.thunderbird` says what
must be installed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Component, Event

from tools.thunderbird import PictureError, ShownCalendar, photograph, require

_ZONE = ZoneInfo("Europe/Berlin")
_RING = timedelta(minutes=-15)
"""When the alarms of the appointments themselves ring."""
_WORK = "work.ics"
_MORNING = timedelta(hours=7, minutes=30)
NOISY = '[reminders]\nown_alarm = "ring"\n\n[tasks]\nfrom = "advice"\n'
CONFIGURATION = """\
language = "de"
timezone = "Europe/Berlin"

[me]
name = "Anna Beispiel"
emails = ["anna@beispiel.example"]
region = "DE-HH"

[[sources]]
name = "work"
type = "vdir"
path = "work.ics"

[target]
type = "vdir"
path = "written"

[state]
path = "state"

[[contacts]]
name = "Dr. Paul Sommer"
phones = ["+49 89 2180100"]
critical = true
"""
# Day of the week from Monday, beginning, minutes, title, place.
_WEEK = (
    (0, "09:00", 50, "Jour fixe Team Süd", "Besprechungsraum 2"),
    (0, "10:00", 30, "Telefonat mit Erika Muster", "+49 30 901820"),
    (0, "11:00", 15, "Anruf Herr Brandt", "040 35007990"),
    (0, "11:20", 15, "Rückruf Frau Claasen", "0421 2868840"),
    (0, "11:40", 15, "Telefonat Jonas Seidl", "089 2180210"),
    (0, "14:00", 60, "Angebot Nordwind schreiben", ""),
    (1, "09:30", 45, "Videocall Fährhaus GmbH", "https://meet.google.com/abc-defg-hij"),
    (1, "12:30", 60, "Mittagessen mit Ute", "Kantine"),
    (1, "14:00", 30, "Telefonat mit Frau Lindner", "0711 2868840"),
    (1, "14:30", 30, "Anruf Hausverwaltung Krüger", "0211 8999010"),
    (2, "10:00", 90, "Ortstermin Bauhof", "Hafenstraße 12, Hamburg"),
    (2, "14:00", 20, "Telefonat Dr. Sommer", "089 2180100"),
    (2, "15:00", 60, "Telko Projekt Elbe", "https://us02web.zoom.us/j/84112223344?pwd=demo"),
    (3, "09:00", 20, "Anruf Frau Petersen", "04121 270080"),
    (3, "11:00", 60, "Workshop Angebote", "Besprechungsraum 1"),
    (3, "11:30", 30, "Telefonat mit Tom Reimers", "0431 9881230"),
    (3, "16:00", 30, "Rückruf Herr Odenthal", ""),
    (4, "09:00", 45, "Videocall Aurora GmbH", "https://us02web.zoom.us/j/84112223355?pwd=demo"),
    (4, "10:30", 20, "Anruf Frau Nowak", "030 4504401"),
    (4, "13:00", 30, "Telefonat mit Erika Muster", "+49 30 901820"),
)


def main() -> int:
    """Take both pictures; 1 where that is not possible."""
    try:
        require()
        _take("before", NOISY, shown=True)
        _take("after", "", shown=False)
    except PictureError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _take(name: str, more: str, *, shown: bool) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        written = reminders(folder, _monday(), more)
        calendars = [
            ShownCalendar(name="Arbeit", file=folder / _WORK, color="#3465a4"),
            ShownCalendar(name="Termintreu", file=written, color="#e5840b", shown=shown),
        ]
        photograph(calendars, folder, Path("docs") / f"week-{name}.png", zone=_ZONE.key, language="de")


def _monday() -> datetime:
    """Of this week, which is what Thunderbird shows when it opens."""
    today = datetime.now(_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)  # noqa: TID251 - a command
    return today - timedelta(days=today.weekday())


def _events(monday: datetime) -> Iterable[Event]:
    for number, (day, wall, minutes, title, place) in enumerate(_WEEK):
        hour, minute = map(int, wall.split(":"))
        event, alarm = Event(), Alarm()
        event.add("uid", f"week-{number:02d}@beispiel.example")
        event.add("dtstamp", monday - timedelta(days=7))
        event.add("created", monday - timedelta(days=7))
        event.add("dtstart", monday + timedelta(days=day, hours=hour, minutes=minute))
        event.add("dtend", monday + timedelta(days=day, hours=hour, minutes=minute + minutes))
        event.add("summary", title)
        event.add("location", place)
        alarm.add("action", "DISPLAY")
        alarm.add("description", title)
        alarm.add("trigger", _RING)
        event.add_component(alarm)
        yield event


def reminders(folder: Path, monday: datetime, more: str) -> Path:
    """The file with what the program writes for the week of `monday` (its midnight) on that morning.

    Args:
        folder: an empty one; the appointments are put there, too.
        more: configuration beside the picture's own, as TOML.

    Raises:
        PictureError: the program failed; the message is what it said.
    """
    (folder / _WORK).write_bytes(_calendar(_events(monday)))
    (folder / "config.toml").write_text(CONFIGURATION + more)
    at = (monday + _MORNING).isoformat()
    command = [sys.executable, "-m", "termintreu", "--config", "config.toml", "once", "--at", at]
    run = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)  # noqa: S603 - our own
    if run.returncode:
        raise PictureError(f"termintreu once ended with {run.returncode}: {run.stdout}{run.stderr}")
    files = sorted((folder / "written").rglob("*.ics"))
    written = folder / "reminders.ics"
    written.write_bytes(_calendar(part for file in files for part in _parts(file)))
    return written


def _parts(file: Path) -> Iterable[Component]:
    return Calendar.from_ical(file.read_bytes()).walk("VEVENT")


def _calendar(components: Iterable[Component]) -> bytes:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//termintreu//pictures//EN")
    for component in components:
        calendar.add_component(component)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


if __name__ == "__main__":
    raise SystemExit(main())
