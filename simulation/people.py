"""A person with calendars on a server, in a feed and in a folder, and a telephone whose list of calls is read."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.call_log_files import Made, fritzbox_csv

from simulation.dav_server import DavServer, Profile
from simulation.network import Request, Response
from termintreu.model import Observed, Resource
from termintreu.planning.items.observe import observe

BERLIN = ZoneInfo("Europe/Berlin")
NAMES = ("anna", "bruno", "clara", "david", "emma", "felix", "greta", "hugo")
CONTACTS = (
    ("Zacharias Quitzow", "zq@quitzow.example", "030 7654321"),
    ("Yvonne Ohlendorf", "yo@ohlendorf.example", "0221 987654"),
    ("Xaver Pfitzner", "xp@pfitzner.example", "+49 89 5550199"),
    ("Wilma Tschirner", "wt@tschirner.example", ""),
)
TITLES = ("Telefonat mit {}", "Anruf: {}", "Rückruf {}", "Call mit {} wegen Scheidung", "Zahnarzt", "Mittag mit {}")
"""The first four are calls."""
PRIVATE = (
    "Quitzow",
    "Ohlendorf",
    "Pfitzner",
    "Tschirner",
    "7654321",
    "987654",
    "Scheidung",
    "Wartezimmer",
    "Nachtpforte",
)
"""Words that no log, status or figure may hold."""
PASSWORDS = ("s3cret-one", "s3cret-two")
FEED_KEY = "t0ken-in-the-path"


@dataclass(slots=True, kw_only=True)
class Appointment:
    """One appointment as its owner sees it."""

    uid: str
    place: str
    """ "server", "feed" or "folder"."""
    start: datetime
    title: str
    contact: int
    minutes: int = 30
    lines: tuple[str, ...] = ()
    sequence: int = 0
    plain: bool = True
    """An ordinary call that must have a reminder, whatever the rules say of it."""
    changed: datetime | None = None

    def data(self, seen: datetime) -> bytes:
        """As an app stores it."""
        end = self.start + timedelta(minutes=self.minutes)
        lines = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//an app//EN",
            "BEGIN:VEVENT",
            f"UID:{self.uid}",
            f"DTSTAMP:{seen:%Y%m%dT%H%M%SZ}",
            f"SEQUENCE:{self.sequence}",
            f"DTSTART;TZID=Europe/Berlin:{self.start.astimezone(BERLIN):%Y%m%dT%H%M%S}",
            f"DTEND;TZID=Europe/Berlin:{end.astimezone(BERLIN):%Y%m%dT%H%M%S}",
            f"SUMMARY:{self.title}",
            *self.lines,
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
        return "\r\n".join(lines).encode()


@dataclass(slots=True, kw_only=True)
class Person:
    """One person, and what is theirs in the world."""

    name: str
    folder: Path
    server: DavServer
    book: dict[str, Appointment] = field(default_factory=dict)
    calls: list[Made] = field(default_factory=list)
    deleted: dict[tuple[str, datetime | None], datetime] = field(default_factory=dict)
    """Items that the person deleted after the program had seen them: slot and anchor, and when."""
    edited: dict[str, bytes] = field(default_factory=dict)
    """What the person made of items of ours, by path: it has to stay."""
    seen: set[str] = field(default_factory=set)
    """Items that stood there at the end of a whole cycle."""
    number: int = 0
    password: str = PASSWORDS[0]
    """As the configuration has it."""

    @classmethod
    def born(cls, name: str, folder: Path, profile: Profile) -> Person:
        """A person with empty calendars."""
        server = DavServer(name, PASSWORDS[0], profile)
        server.add("arbeit", "Arbeit")
        server.add("allgemein", "Allgemeines", "VEVENT", "VTODO")
        for each in (("Termintreu", "VEVENT"), ("Termintreu Aufgaben", "VTODO")):
            if not profile.makes and (profile.tasks or each[1] == "VEVENT"):
                server.add(each[0].lower().replace(" ", "-"), *each)
        one = cls(name=name, folder=folder, server=server)
        (folder / "calendars").mkdir(parents=True)
        one.save_password()
        one.save_calls()
        return one

    @property
    def host(self) -> str:
        """Of the account."""
        return f"{self.name}.dav.example"

    @property
    def feed_host(self) -> str:
        """Of the feed."""
        return f"{self.name}.feed.example"

    def config(self) -> str:
        """The configuration, as they wrote it."""
        return f"""
[me]
name = "{self.name.title()} Beispiel"
emails = ["{self.name}@beispiel.example"]
region = "DE-BE"
[[sources]]
name = "work"
type = "caldav"
url = "https://{self.host}/"
username = "{self.name}"
password = {{ file = "{self.folder}/password" }}
[[sources]]
name = "club"
type = "ics"
url = "https://{self.feed_host}/{FEED_KEY}.ics"
[[sources]]
name = "folder"
type = "vdir"
path = "{self.folder}/calendars"
[target]
source = "work"
[[call_logs]]
name = "box"
type = "fritzbox-csv"
path = "{self.folder}/calls.csv"
[[contacts]]
name = "{CONTACTS[3][0]}"
emails = ["{CONTACTS[3][1]}"]
critical = true
"""

    # --- files ---

    def save_password(self) -> None:
        """Into the file that the configuration names."""
        path = self.folder / "password"
        path.write_text(self.password, encoding="utf-8")
        path.chmod(0o600)

    def save_calls(self) -> Path:
        """The telephone's list of calls."""
        return written(self.folder / "calls.csv", fritzbox_csv(self.calls), None)

    def feed(self, request: Request) -> Response:
        """The club's server."""
        if FEED_KEY not in request.path:
            return Response(status=404)
        events = [one for one in self.book.values() if one.place == "feed"]
        stamp = datetime(2026, 10, 1, tzinfo=UTC)
        inner = "".join(
            one.data(stamp).decode().partition("PRODID:-//an app//EN\r\n")[2].partition("END:VCALENDAR")[0]
            for one in events
        )
        body = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//club//EN\r\n{inner}END:VCALENDAR\r\n".encode()
        return Response(status=200, headers={"Content-Type": "text/calendar", "ETag": f'"{hash_of(body)}"'}, body=body)

    # --- appointments ---

    def path(self, one: Appointment) -> str:
        """Its path on the server."""
        return f"{self.server.home}arbeit/{one.uid}.ics"

    def store(self, one: Appointment, now: datetime) -> Path | None:
        """An app stores it; the path of the file where it is one."""
        self.book[one.uid] = one
        one.changed = now
        # The hour that comes twice is written once: it is the first one.
        one.start = one.start.astimezone(BERLIN).replace(fold=0).astimezone(UTC)
        if one.place == "server":
            self.server.put(self.path(one), one.data(now))
        if one.place == "folder":
            return written(self.folder / "calendars" / f"{one.uid}.ics", one.data(now), now)
        return None

    def drop(self, one: Appointment) -> Path | None:
        """It is deleted."""
        del self.book[one.uid]
        if one.place == "server":
            self.server.remove(self.path(one))
        if one.place == "folder":
            path = self.folder / "calendars" / f"{one.uid}.ics"
            path.unlink(missing_ok=True)
            return path
        return None

    def ours(self) -> list[Observed]:
        """What stands there of the program's, wherever it put it."""
        found = []
        for path, data in self.server.resources():
            if not path.startswith(f"{self.server.home}termintreu"):
                continue
            item = observed(path, data)
            if item is not None:
                found.append(item)
        return found


@lru_cache(maxsize=5000)
def observed(path: str, data: bytes) -> Observed | None:
    """Our item in a resource."""
    return observe(Resource(href=path, etag=None, data=data), path.rpartition("/")[0] + "/", BERLIN)


def hash_of(body: bytes) -> str:
    """Short, and the same in every process."""
    return hashlib.sha256(body).hexdigest()[:12]


def written(path: Path, data: bytes, now: datetime | None) -> Path:
    """A file as another program writes it: beside, then in its place."""
    beside = path.with_name(f".{path.name}.tmp")
    beside.write_bytes(data)
    if now is not None:
        os.utime(beside, (now.timestamp(), now.timestamp()))
    beside.replace(path)
    return path


def emptied(folder: Path) -> None:
    """Delete a folder and what is in it."""
    shutil.rmtree(folder, ignore_errors=True)
