"""Calendars to measure on: always the same ones for the same size. Two years around `NOW`, each event a resource of its
own with its VTIMEZONE, as calendar apps store it; a fifth of them series; as much text, people and alarms as in an
office; one in seven a call.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""A Monday, early in the morning in Berlin: when the measured cycles take place."""
YEAR = timedelta(days=365)

_ZONES = {
    "Europe/Berlin": ("+0100", "CET", "+0200", "CEST", "19700329T020000", "-1SU", "3", "19701025T030000", "-1SU", "10"),
    "Europe/London": ("+0000", "GMT", "+0100", "BST", "19700329T010000", "-1SU", "3", "19701025T020000", "-1SU", "10"),
    "America/New_York": ("-0500", "EST", "-0400", "EDT", "20070311T020000", "2SU", "3", "20071104T020000", "1SU", "11"),
}
_FIRST = ("Erika", "Jonas", "Mia", "Paul", "Lea", "Finn", "Clara", "Emil", "Ida", "Max", "Greta", "Anton", "Nora")
_LAST = ("Muster", "Schulz", "Becker", "Wagner", "Hoffmann", "Koch", "Richter", "Klein", "Wolf", "Neumann", "Krüger")
_FIRMS = ("muster", "nordlicht", "elbwerk", "fabrik", "kontor", "studio", "labor")
_TOPICS = (
    "Quartalsplanung", "Sprint Review", "Vertrag durchgehen", "Budget 2027", "Einarbeitung", "Jour fixe Vertrieb",
    "Produktdemo", "Retrospektive", "Angebot besprechen", "Statusrunde", "Workshop Datenmodell", "Bewerbungsgespräch",
    "Steuerberatung", "Projekt Elbe: Übergabe", "Redaktionssitzung", "Lieferantenaudit", "Mittagessen", "Zahnarzt",
)  # fmt: skip
_SENTENCES = (
    "Bitte die Unterlagen vorher lesen, sie liegen im gemeinsamen Ordner unter Projekte.",
    "Wir gehen die offenen Punkte der letzten Woche durch und verteilen die nächsten Aufgaben.",
    "Agenda: 1. Zahlen des Monats, 2. Risiken, 3. Entscheidungen, 4. Verschiedenes.",
    "The draft is almost final; please bring your comments so that we can close it on the spot.",
    "Wer nicht kann, schickt bitte eine Vertretung und sagt kurz Bescheid.",
    "Protokoll führt diesmal die zweite Person auf der Liste.",
    "Please check the numbers in the third table, they changed since the last version.",
)


@dataclass(frozen=True, slots=True)
class Event:
    """One event, and how often it was edited."""

    number: int
    edits: int = 0

    @property
    def uid(self) -> str:
        return f"bench-{self.number:05}-{self.number * 2654435761 % 2**32:08x}@kalender.example"

    @property
    def name(self) -> str:
        """Of its resource."""
        return f"bench-{self.number:05}-{self.number * 2654435761 % 2**32:08x}.ics"

    @property
    def edited(self) -> Event:
        """Moved by half an hour, and its title changed."""
        return Event(self.number, self.edits + 1)

    def vevent(self) -> list[str]:
        """Its lines, not folded."""
        return _Maker(self).lines()

    @property
    def zone(self) -> str:
        return _Maker(self).zone


@dataclass
class Calendar:
    """A calendar of `size` events."""

    size: int
    events: list[Event] = field(init=False)

    def __post_init__(self) -> None:
        self.events = [Event(number) for number in range(self.size)]

    @property
    def digest(self) -> str:
        """Tells this calendar from what another version of this module would make."""
        return hashlib.sha256(b"".join(resource(event) for event in self.events[:200])).hexdigest()[:12]

    def resources(self) -> Iterable[tuple[str, bytes]]:
        """Name and content of each."""
        for event in self.events:
            yield event.name, resource(event)

    def edit(self, count: int) -> list[Event]:
        """Edit some events, spread over the calendar; returns them as they are now."""
        chosen = random.Random(f"{self.size} {count} {sum(event.edits for event in self.events)}").sample(
            range(self.size), count
        )
        for number in chosen:
            self.events[number] = self.events[number].edited
        return [self.events[number] for number in chosen]

    def feed(self) -> bytes:
        """All of it as one stream."""
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bench//EN", "CALSCALE:GREGORIAN"]
        for zone in _ZONES:
            lines += _vtimezone(zone)
        for event in self.events:
            lines += event.vevent()
        return _stream([*lines, "END:VCALENDAR"])


def resource(event: Event) -> bytes:
    """An event as a resource of its own."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bench//EN", "CALSCALE:GREGORIAN"]
    return _stream([*lines, *_vtimezone(event.zone), *event.vevent(), "END:VCALENDAR"])


class _Maker:
    """Chooses what an event is like, from its number alone."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self.random = random.Random(event.number)
        self.series = event.number % 5 == 0
        self.all_day = self.random.random() < 0.05
        self.zone = self.random.choices([*_ZONES, "UTC"], [85, 5, 5, 5])[0]
        day = NOW.date() - YEAR + timedelta(days=self.random.randrange(730))
        if self.random.random() < 0.9:
            day -= timedelta(days=max(0, day.weekday() - 4))
        wall = datetime(day.year, day.month, day.day, self.random.randrange(8, 18), self.random.choice((0, 0, 30, 15)))
        self.start = wall + timedelta(minutes=30 * (event.edits % 4))
        self.length = timedelta(minutes=self.random.choice((15, 30, 30, 45, 60, 60, 90, 120)))

    def lines(self) -> list[str]:
        people = [self._person() for _ in range(self.random.choice((0, 1, 1, 2, 3, 5)))]
        call = self.random.random() < 0.15
        made = min(self.start.replace(tzinfo=UTC), NOW) - timedelta(days=20)
        moment = f"{made:%Y%m%dT%H%M%SZ}"
        lines = ["BEGIN:VEVENT", f"UID:{self.event.uid}", f"DTSTAMP:{moment}", f"CREATED:{moment}"]
        lines += [f"LAST-MODIFIED:{moment}", f"SEQUENCE:{self.event.edits}", *self._times(), *self._rule()]
        lines += self._texts(call, people)
        lines += [f"ORGANIZER;CN={name}:mailto:{mail}" for name, mail in people[:1]]
        lines += [
            f"ATTENDEE;CN={name};CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=TRUE:mailto:{mail}"
            for name, mail in [*people, *([("Anna Beispiel", "anna@beispiel.example")] if people else [])]
        ]
        lines += ["STATUS:CONFIRMED", "TRANSP:OPAQUE", "CLASS:PUBLIC", "X-MOZ-GENERATION:4"]
        if self.random.random() < 0.6:
            lines += ["BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15M", "DESCRIPTION:Erinnerung", "END:VALARM"]
        return [*lines, "END:VEVENT"]

    def _person(self) -> tuple[str, str]:
        first, last = self.random.choice(_FIRST), self.random.choice(_LAST)
        mail = f"{first}.{last}@{self.random.choice(_FIRMS)}.example".lower().replace("ü", "ue")
        return f"{first} {last}", mail

    def _times(self) -> list[str]:
        end = self.start + self.length
        if self.all_day:
            return [
                f"DTSTART;VALUE=DATE:{self.start:%Y%m%d}",
                f"DTEND;VALUE=DATE:{self.start + timedelta(days=1):%Y%m%d}",
            ]
        if self.zone == "UTC":
            return [f"DTSTART:{self.start:%Y%m%dT%H%M%SZ}", f"DTEND:{end:%Y%m%dT%H%M%SZ}"]
        return [f"DTSTART;TZID={self.zone}:{self.start:%Y%m%dT%H%M%S}", f"DTEND;TZID={self.zone}:{end:%Y%m%dT%H%M%S}"]

    def _rule(self) -> list[str]:
        """A course of some weeks, mostly; birthdays; what goes on for ever; an exception now and then."""
        if not self.series:
            return []
        day = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[self.start.weekday()]
        kinds = {
            f"FREQ=WEEKLY;COUNT={self.random.randrange(4, 13)};BYDAY={day}": 35,
            f"FREQ=WEEKLY;UNTIL={self.start + timedelta(weeks=10):%Y%m%dT225959Z}": 20,
            f"FREQ=DAILY;COUNT={self.random.randrange(2, 6)}": 10,
            "FREQ=YEARLY": 12,
            f"FREQ=MONTHLY;BYDAY={(self.start.day - 1) // 7 % 4 + 1}{day}": 10,
            f"FREQ=WEEKLY;INTERVAL=2;BYDAY={day}": 8,
            f"FREQ=WEEKLY;WKST=MO;BYDAY={day}": 5,
        }
        rule = self.random.choices(list(kinds), list(kinds.values()))[0]
        if self.all_day:
            rule = rule.replace("T225959Z", "")
        lines = [f"RRULE:{rule}"]
        if self.random.random() < 0.15 and not self.all_day and self.zone != "UTC":
            lines.append(f"EXDATE;TZID={self.zone}:{self.start + timedelta(weeks=2):%Y%m%dT%H%M%S}")
        return lines

    def _texts(self, call: bool, people: list[tuple[str, str]]) -> list[str]:
        topic = self.random.choice(_TOPICS)
        notes = " ".join(self.random.choices(_SENTENCES, k=self.random.choice((0, 1, 2, 4, 6)))).replace(",", "\\,")
        with_whom = people[0][0] if people else f"{self.random.choice(_FIRST)} {self.random.choice(_LAST)}"
        edited = f" (neu {self.event.edits})" if self.event.edits else ""
        if not call:
            place = self.random.choice(("", "", "Raum 3.12", "Hauptstraße 5\\, 10115 Berlin", "Besprechung Nord"))
            return [f"SUMMARY:{topic}{edited}", f"DESCRIPTION:{notes}", *([f"LOCATION:{place}"] if place else [])]
        number = f"+49 30 9018{self.random.randrange(1000, 9999)}"
        link = f"https://meet.jit.si/{topic.split()[0]}-{self.event.number}"
        if self.random.random() < 0.4:
            return [f"SUMMARY:{topic}{edited}", f"DESCRIPTION:{notes}\\n\\nTeilnehmen: {link}", f"LOCATION:{link}"]
        return [f"SUMMARY:Telefonat mit {with_whom}{edited}", f"DESCRIPTION:{notes}\\nTel. {number}"]


def _vtimezone(zone: str) -> list[str]:
    if zone not in _ZONES:
        return []
    standard, short, daylight, long, spring, spring_day, spring_month, autumn, autumn_day, autumn_month = _ZONES[zone]
    return [
        "BEGIN:VTIMEZONE", f"TZID:{zone}", f"X-LIC-LOCATION:{zone}",
        "BEGIN:DAYLIGHT", f"TZOFFSETFROM:{standard}", f"TZOFFSETTO:{daylight}", f"TZNAME:{long}",
        f"DTSTART:{spring}", f"RRULE:FREQ=YEARLY;BYMONTH={spring_month};BYDAY={spring_day}", "END:DAYLIGHT",
        "BEGIN:STANDARD", f"TZOFFSETFROM:{daylight}", f"TZOFFSETTO:{standard}", f"TZNAME:{short}",
        f"DTSTART:{autumn}", f"RRULE:FREQ=YEARLY;BYMONTH={autumn_month};BYDAY={autumn_day}", "END:STANDARD",
        "END:VTIMEZONE",
    ]  # fmt: skip


def _stream(lines: Iterable[str]) -> bytes:
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line)).encode()


def _folded(line: str) -> Iterable[str]:
    """RFC 5545 3.1, by characters: 70 of them hold fewer than 75 bytes here."""
    yield line[:70]
    for at in range(70, len(line), 69):
        yield " " + line[at : at + 69]
