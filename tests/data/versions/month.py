"""A month of three people with the program: what stands in their calendars, and what each of them does day by day.
All of it is invented.

Anna (German) and Ben (English) keep folders, Clara a server without tasks, where events stand in for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.call_log_files import Made, fritzbox_csv, write
from tests.versions.shelves import Ours, Shelf, items

BERLIN = ZoneInfo("Europe/Berlin")
BEGIN, END = datetime(2026, 10, 5), datetime(2026, 11, 6, 15)
"""A Monday, and the Friday on which the fixture is opened again; wall times in Berlin. The clocks go back between."""
ROUNDS = ("07:30", "11:50", "14:10", "17:40")
"""When the program looks on each day, besides after each thing that somebody does."""

LOG = (
    Made("2026-10-08 15:10", "out", "0408998980", 400),
    Made("2026-10-14 15:01", "out", "08912345678", 700),
    Made("2026-10-23 14:00", "out", "0408998980", 900),
    Made("2026-10-26 13:30", "out", "08912345678", 0),
    Made("2026-10-26 13:41", "out", "08912345678", 0),
    Made("2026-11-03 15:18", "out", "02214710999", 300),
)
"""Anna's telephone: a call made good, one held, one held, one that nobody took, one begun late."""

_CONTACTS = """
[[contacts]]
name = "Erika Muster"
emails = ["erika@muster.example"]
phones = ["+49 30 901820"]
[[contacts]]
name = "Max Nord"
emails = ["max@nord.example"]
phones = ["+49 40 8998980"]
[[contacts]]
name = "Petra Wichtig"
emails = ["petra@wichtig.example"]
phones = ["+49 89 12345678"]
critical = true
"""
_HOURS = "\n".join(f'{day} = ["09:00-12:30", "13:30-17:30"]' for day in ("mon", "tue", "wed", "thu", "fri"))


def main_toml(state: str) -> str:
    """The configuration's own file. `state`: the table of the state."""
    return f'profiles = "people.d"\n{state}'


def profiles(here: str, dav: str, password: str) -> dict[str, str]:
    """Each person's own file: `here` is the folder of all, `dav` the server's address, `password` a file."""
    folder = """
[[sources]]
name = "work"
type = "vdir"
path = "{here}/{name}/calendar"
[target]
type = "vdir"
path = "{here}/{name}/own"
{contacts}"""
    anna = folder.format(here=here, name="anna", contacts=_CONTACTS)
    ben = folder.format(here=here, name="ben", contacts="")
    return {
        "anna": _me("de", "Europe/Berlin", "Anna Beispiel", "anna@beispiel.example", "DE")
        + anna
        + f'[[call_logs]]\ntype = "fritzbox-csv"\npath = "{here}/anrufe.csv"\n',
        "ben": _me("en", "Europe/London", "Ben Sample", "ben@sample.example", "GB") + ben,
        "clara": _me("de", "Europe/Berlin", "Clara Fall", "clara@fall.example", "DE")
        + f'[[sources]]\nname = "work"\ntype = "caldav"\nurl = "{dav}"\nusername = "anna"\n'
        f'password = {{ file = "{password}" }}\ncalendars = ["Arbeit"]\n[target]\nsource = "work"\n{_CONTACTS}',
    }


def write_log(path: Path, until: datetime) -> None:
    """The telephone's list as it was exported at a wall time."""
    write(path, fritzbox_csv(call for call in LOG if call.wall < until), f"{until:%Y-%m-%d %H:%M}")


@dataclass(frozen=True)
class App:
    """A person's calendar app."""

    shelf: Shelf
    calendar: str
    """The folder of the person's own calendar on the shelf."""
    zone: str

    def call(
        self, uid: str, start: str, title: str, *, minutes: int = 30, more: Iterable[str] = (), day: bool = False
    ) -> None:
        """Put an appointment down, or change it; wall time."""
        begin = datetime.fromisoformat(start)
        times = [f"DTSTART;VALUE=DATE:{begin:%Y%m%d}", f"DTEND;VALUE=DATE:{begin + timedelta(days=1):%Y%m%d}"]
        if not day:
            end = begin + timedelta(minutes=minutes)
            times = [f"DTSTART;TZID={self.zone}:{begin:%Y%m%dT%H%M%S}", f"DTEND;TZID={self.zone}:{end:%Y%m%dT%H%M%S}"]
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//an app//EN", "BEGIN:VEVENT", f"UID:{uid}"]
        lines += ["DTSTAMP:20261001T080000Z", *times, f"SUMMARY:{title}", *more, "END:VEVENT", "END:VCALENDAR", ""]
        self.shelf.write(f"{self.calendar}/{uid}.ics", "\r\n".join(lines).encode())

    def drop(self, uid: str) -> None:
        """Delete an appointment."""
        self.shelf.remove(f"{self.calendar}/{uid}.ics")

    def find(self, kind: str, *words: str) -> Ours:
        """The open item of a kind in which these words stand."""
        there = [item for item in items(self.shelf.read()) if item.kind == kind and item.is_open]
        found = [item for item in there if all(word in item.component.to_ical().decode() for word in words)]
        assert len(found) == 1, (kind, words, [(item.title, item.component.get("DUE")) for item in there])
        return found[0]

    def tick(self, item: Ours, at: datetime) -> None:
        """Tick a task, or the title of an event that stands in for one."""
        done = at.replace(tzinfo=BERLIN).astimezone(ZoneInfo("UTC"))
        stamp = f"STATUS:COMPLETED\r\nCOMPLETED:{done:%Y%m%dT%H%M%SZ}\r\nPERCENT-COMPLETE:100"
        if item.component.name == "VEVENT":
            return self.change(item, "SUMMARY:☐", "SUMMARY:☑")
        return self.change(item, "STATUS:NEEDS-ACTION", stamp)

    def decline(self, item: Ours) -> None:
        """Set a task to CANCELLED."""
        self.change(item, "STATUS:NEEDS-ACTION", "STATUS:CANCELLED")

    def change(self, item: Ours, old: str, new: str) -> None:
        """Change the text of an item."""
        text = item.data.decode().replace("\r\n ", "")
        assert old in text, text
        self.shelf.write(item.name, text.replace(old, new, 1).encode())

    def delete(self, item: Ours) -> None:
        """Delete an item."""
        self.shelf.remove(item.name)


Command = Callable[..., None]
Deed = tuple[str, Callable[[datetime], None]]
"""When (wall time in Berlin), and what is done; it is told when."""


def anna(app: App, answer: Command) -> list[Deed]:
    """`answer`: `termintreu answer`, for her."""
    erika, nord = "Telefonat mit Erika Muster", "Telefonat mit Max Nord"

    def first(_: datetime) -> None:
        app.call("jf-erika", "2026-10-06T10:00", erika, more=["RRULE:FREQ=WEEKLY;UNTIL=20261130T220000Z"])
        app.call("nord-1", "2026-10-08T14:30", nord)
        app.call("erika-wort", "2026-10-12T11:00", erika)
        app.call("petra-1", "2026-10-14T15:00", "Telefonat mit Petra Wichtig")
        app.call("nord-2", "2026-10-16T10:00", nord)

    def second(_: datetime) -> None:
        app.call("jour-fixe", "2026-10-19T09:15", "Jour fixe", minutes=45)
        app.call("erika-konflikt", "2026-10-19T09:30", erika)
        app.call("berger", "2026-10-21T16:00", "Telefonat mit Herrn Berger")
        app.call("nord-3", "2026-10-22T14:00", nord)
        app.call("petra-2", "2026-10-26T13:30", "Telefonat mit Petra Wichtig")

    def third(_: datetime) -> None:
        app.call("team", "2026-10-28T11:00", "Videocall mit dem Team")
        app.call("melden", "2026-10-29", "Bei Herrn Nord melde ich mich", day=True)
        app.call("erika-ab", "2026-10-29T15:00", erika)
        app.call("nord-4", "2026-11-02T14:00", nord)
        app.call("sommer", "2026-11-03T15:00", "Telefonat mit Julia Sommer +49 221 4710999")
        app.call("erika-offen", "2026-11-04T10:00", erika)

    def fourth(_: datetime) -> None:
        app.call("klausur", "2026-11-09T10:00", "Klausurtagung", minutes=120)
        app.call("erika-neu", "2026-11-09T11:00", erika)
        app.call("fenster", "2026-11-11T09:00", f"{nord} (zwischen 9 und 15 Uhr)", minutes=360)
        app.call("petra-3", "2026-11-12T14:00", "Telefonat mit Petra Wichtig")
        app.call("ohne-link", "2026-11-13T11:00", "Videocall mit Julia Sommer")
        app.call("berger-2", "2026-11-16T11:00", "Telefonat mit Herrn Berger")

    def move_nord(_: datetime) -> None:
        app.call("nord-3", "2026-10-23T14:00", nord)

    def word(uid: str, start: str, title: str) -> Callable[[datetime], None]:
        return lambda _: app.call(uid, start, title)

    def tick(kind: str, *words: str) -> Callable[[datetime], None]:
        return lambda at: app.tick(app.find(kind, *words), at)

    return [
        ("2026-10-05T07:20", first),
        ("2026-10-06T10:55", tick("outcome", "Erika")),
        ("2026-10-08T14:50", word("nord-1", "2026-10-08T14:30", f"{nord} #verpasst")),
        ("2026-10-08T15:20", tick("recovery", "Nord")),
        ("2026-10-09T10:30", tick("amends", "Nord")),
        ("2026-10-12T11:40", word("erika-wort", "2026-10-12T11:00", f"{erika} #gehalten")),
        ("2026-10-13T10:55", tick("outcome", "Erika")),
        ("2026-10-15T10:30", tick("check", "Nord")),
        ("2026-10-15T12:00", second),
        ("2026-10-16T10:50", lambda at: answer("nord-2", "held", at=at)),
        ("2026-10-16T12:00", lambda _: app.delete(app.find("warning", "09:30"))),
        ("2026-10-20T10:55", tick("outcome", "Erika", "20.10.")),
        (
            "2026-10-20T11:30",
            lambda _: app.change(app.find("warning", "Berger"), "SUMMARY:", "SUMMARY:Frau Klein fragen: "),
        ),
        ("2026-10-22T09:00", lambda _: app.delete(app.find("reminder", "Nord", "DTSTART:20261022"))),
        ("2026-10-22T11:00", move_nord),
        ("2026-10-23T09:00", third),
        ("2026-10-26T15:00", lambda at: answer("petra-2", "noshow", at=at)),
        ("2026-10-28T11:55", lambda _: app.decline(app.find("outcome", "Team"))),
        ("2026-10-29T10:00", lambda _: app.drop("erika-ab")),
        ("2026-10-30T12:00", fourth),
        ("2026-11-02T14:50", word("nord-4", "2026-11-02T14:00", f"{nord} #verpasst")),
        ("2026-11-02T15:20", tick("recovery", "Nord")),
        ("2026-11-03T10:55", lambda at: _late(app, app.find("outcome", "Erika", "20261103"), at)),
        ("2026-11-04T11:30", lambda _: app.delete(app.find("warning", "Link"))),
        (
            "2026-11-05T09:30",
            lambda _: app.change(
                app.find("reminder", "Petra", "DTSTART:20261112"), "SUMMARY:", "SUMMARY:Unterlagen mitnehmen! "
            ),
        ),
        ("2026-11-05T12:00", lambda _: app.delete(app.find("reminder", "Erika", "DTSTART:20261110"))),
    ]


def _late(app: App, item: Ours, at: datetime) -> None:
    """A word in the title of our task, and the tick."""
    app.change(item, "SUMMARY:", "SUMMARY:#verspätet ")
    changed = next(one for one in items(app.shelf.read()) if one.name == item.name)
    app.tick(changed, at)


def ben(app: App, answer: Command) -> list[Deed]:
    """He has no telephone list and no contacts but those in his calendar."""

    def first(_: datetime) -> None:
        app.call("grace", "2026-10-07T11:00", "Call with Grace Hill +44 20 7946 0123")
        app.call("omar", "2026-10-13T15:00", "Phone call with Omar Reed +44 161 496 0456")
        app.call("weekly", "2026-10-15T09:30", "Call with Grace Hill +44 20 7946 0123", more=["RRULE:FREQ=WEEKLY"])
        app.call("omar-2", "2026-10-27T10:00", "Phone call with Omar Reed +44 161 496 0456")
        app.call("liu", "2026-11-04T16:00", "Video call with Mei Liu https://meet.jit.si/liu-and-ben")

    def then(_: datetime) -> None:
        app.call("board", "2026-11-10T13:00", "Board meeting", minutes=90)
        app.call("omar-3", "2026-11-10T14:00", "Phone call with Omar Reed +44 161 496 0456")
        app.call("sam", "2026-11-17T10:00", "Phone call with Sam Stone")

    def tick(kind: str, *words: str) -> Callable[[datetime], None]:
        return lambda at: app.tick(app.find(kind, *words), at)

    return [
        ("2026-10-05T07:25", first),
        ("2026-10-07T13:00", tick("outcome", "Grace")),
        (
            "2026-10-13T16:30",
            lambda _: app.call("omar", "2026-10-13T15:00", "Phone call with Omar Reed +44 161 496 0456 #missed"),
        ),
        ("2026-10-14T09:30", tick("recovery", "Omar")),
        ("2026-10-15T11:30", lambda _: app.delete(app.find("amends", "Omar"))),
        ("2026-10-15T12:30", tick("outcome", "Grace")),
        ("2026-10-22T12:30", lambda at: app.change(app.find("outcome", "Grace"), "SUMMARY:", "SUMMARY:#noshow ")),
        ("2026-10-27T12:30", lambda at: answer("omar-2", "late", at=at)),
        ("2026-10-29T12:30", tick("outcome", "Grace", "DTSTART:20261029")),
        ("2026-11-02T12:00", then),
        ("2026-11-03T12:00", lambda _: app.delete(app.find("warning", "Omar"))),
        ("2026-11-05T12:30", tick("outcome", "Grace", "DTSTART:20261105")),
        (
            "2026-11-06T09:00",
            lambda _: app.change(
                app.find("warning", "Sam"), "DESCRIPTION:", "DESCRIPTION:Ask the office for the number.\\n"
            ),
        ),
    ]


def clara(app: App, answer: Command) -> list[Deed]:
    """Her tasks are events whose titles begin with a box; one that is deleted is done."""
    erika, nord = "Telefonat mit Erika Muster", "Telefonat mit Max Nord"

    def first(_: datetime) -> None:
        app.call("c-erika", "2026-10-21T10:00", erika)
        app.call("c-nord", "2026-10-22T14:30", nord)
        app.call("c-erika-2", "2026-10-28T10:00", erika)
        app.call("c-nord-2", "2026-11-04T10:00", nord)
        app.call("c-petra", "2026-11-05T10:00", "Telefonat mit Petra Wichtig")
        app.call("c-tagung", "2026-11-10T10:00", "Tagung", minutes=120)
        app.call("c-erika-3", "2026-11-10T11:00", erika)
        app.call("c-berger", "2026-11-12T11:00", "Telefonat mit Herrn Berger")
        app.call("c-link", "2026-11-13T11:00", "Videocall mit Julia Sommer")

    return [
        ("2026-10-19T07:20", first),
        ("2026-10-21T11:00", lambda at: app.tick(app.find("outcome", "Erika"), at)),
        ("2026-10-22T15:00", lambda _: app.call("c-nord", "2026-10-22T14:30", f"{nord} #verpasst")),
        ("2026-10-22T15:30", lambda at: app.tick(app.find("recovery", "Nord"), at)),
        ("2026-10-28T11:00", lambda _: app.delete(app.find("outcome", "Erika"))),
        ("2026-11-02T11:00", lambda at: app.tick(app.find("warning", "Berger"), at)),
        ("2026-11-03T11:00", lambda _: app.delete(app.find("warning", "Link"))),
        ("2026-11-04T11:00", lambda at: answer("c-nord-2", "held", at=at)),
    ]


def _me(language: str, zone: str, name: str, email: str, region: str) -> str:
    return (
        f'language = "{language}"\ntimezone = "{zone}"\n[me]\nname = "{name}"\nemails = ["{email}"]\n'
        f'region = "{region}"\n[me.working_hours]\n{_HOURS}\n'
    )
