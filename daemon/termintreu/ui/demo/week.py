"""A realistic week of a person who lives from calls: the calendars that the demo fills its server with. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from termintreu.config.holidays import holidays_for
from termintreu.config.working_hours import HolidayName

_LEAD = timedelta(minutes=40)
"""How far ahead the next call is, at least: its reminder is ahead as well."""
_FIRST, _LAST = 9 * 60, 16 * 60
"""Minutes of the day between which the next call begins."""
_ZOOM = "https://us02web.zoom.us/j/84112223344?pwd=demo"
_TEAMS = (
    "________________\nMicrosoft Teams-Besprechung\nTeilnehmen: https://teams.microsoft.com/meet/33412345678?p=demo\n"
    "Telefonkonferenz: +49 69 36504561,,334123456# Deutschland\nTelefonkonferenz-ID: 334 123 456#"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoEvent:
    """One event to put on the server."""

    calendar: str
    uid: str
    lines: tuple[str, ...]

    def ics(self) -> bytes:
        """The event as an iCalendar stream; times carry IANA zone names, as many servers deliver them."""
        body = (
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//termintreu//demo//EN",
            "BEGIN:VEVENT",
            f"UID:{self.uid}",
            "DTSTAMP:20260901T080000Z",
            *self.lines,
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        )
        return "\r\n".join(body).encode()


@dataclass(slots=True, kw_only=True)
class Week:
    """Collects events; days are counted in workdays from the one of the next call."""

    soon: datetime
    """When the next call begins."""
    zone: ZoneInfo
    is_free: HolidayName
    events: list[DemoEvent] = field(default_factory=list)

    def day(self, ahead: int) -> date:
        """The workday that many workdays after the one of the next call."""
        day = self.soon.astimezone(self.zone).date()
        for _ in range(ahead):
            day = next_workday(day, self.is_free)
        return day

    def at(self, ahead: int, wall: str) -> datetime:
        """A wall time on that workday."""
        return datetime.combine(self.day(ahead), time.fromisoformat(wall), self.zone)

    def add(self, calendar: str, summary: str, start: datetime, minutes: int, *more: str) -> None:
        """One timed event."""
        name = self.zone.key
        end = start + timedelta(minutes=minutes)
        self.append(
            calendar,
            f"SUMMARY:{_escape(summary)}",
            f"DTSTART;TZID={name}:{start.astimezone(self.zone):%Y%m%dT%H%M%S}",
            f"DTEND;TZID={name}:{end.astimezone(self.zone):%Y%m%dT%H%M%S}",
            *more,
        )

    def add_day(self, calendar: str, summary: str, day: date, *more: str) -> None:
        """One all-day event."""
        self.append(
            calendar,
            f"SUMMARY:{_escape(summary)}",
            f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
            *more,
        )

    def append(self, calendar: str, *lines: str) -> None:
        """One event from its content lines."""
        self.events.append(
            DemoEvent(calendar=calendar, uid=f"demo-{len(self.events) + 1:02d}@termintreu.example", lines=lines)
        )


def contacts_toml() -> str:
    """The demo's contacts, as they stand in its configuration."""
    return """
[[contacts]]
name = "Erika Muster"
emails = ["erika@muster.example"]
phones = ["+49 30 901820"]

[[contacts]]
name = "Jane Doe"
emails = ["jane.doe@example.com"]
phones = ["+1 212 555 0142"]
timezone = "America/New_York"

[[contacts]]
name = "Dr. Paul Sommer"
emails = ["praxis@sommer.example"]
phones = ["+49 89 2180100"]
critical = true
"""


def next_workday(day: date, is_free: HolidayName) -> date:
    """The first workday after a day."""
    day += timedelta(days=1)
    while day.weekday() > 4 or is_free(day):
        day += timedelta(days=1)
    return day


def next_slot(now: datetime, zone: ZoneInfo, is_free: HolidayName) -> datetime:
    """The first half hour of working time that begins 40 minutes after `now` (aware), or later."""
    begin = (now + _LEAD).astimezone(zone)
    day, minutes = begin.date(), -(-(begin.hour * 60 + begin.minute) // 30) * 30
    if day.weekday() > 4 or is_free(day) or minutes > _LAST:
        day, minutes = next_workday(day, is_free), _FIRST
    elif 12 * 60 <= minutes < 13 * 60:
        minutes = 13 * 60
    hour, minute = divmod(max(minutes, _FIRST), 60)
    return datetime.combine(day, time(hour, minute), zone)


def realistic_week(now: datetime, zone: ZoneInfo) -> list[DemoEvent]:
    """Events of the workdays after `now` (aware), in two calendars called Arbeit and Vertrieb.

    All of it is ahead, and so is what has to be settled for it, however late in the evening, the week or the year `now`
    is: what needs a day is two workdays away, at least.
    """
    is_free = holidays_for("DE", "de")
    week = Week(soon=next_slot(now.astimezone(UTC), zone, is_free), zone=zone, is_free=is_free)
    _next_calls(week)
    _german_days(week)
    _english_days(week)
    _not_calls(week)
    return week.events


def _next_calls(week: Week) -> None:
    week.add("Arbeit", "Anruf bei Hr. Brandt, Tel. 040 35007990", week.soon, 30)
    week.add(
        "Vertrieb",
        "Demo for Aurora Ltd (Google Meet)",
        week.at(1, "11:00"),
        45,
        "X-GOOGLE-CONFERENCE:https://meet.google.com/abc-defg-hij",
        *_attendee("mia@aurora.example", "Mia Wong", "ACCEPTED"),
    )


def _german_days(week: Week) -> None:
    erika = _attendee("erika@muster.example")
    week.add("Arbeit", "Telefonat mit Erika Muster: Vertragsverlängerung", week.at(2, "16:00"), 30, *erika)
    week.add(
        "Arbeit",
        "Videocall Angebot Nordwind GmbH",
        week.at(2, "10:00"),
        45,
        f"LOCATION:{_ZOOM}",
        "DESCRIPTION:#gefährdet",
        *_attendee("einkauf@nordwind.example", "Birte Claasen", "NEEDS-ACTION"),
    )
    week.add("Arbeit", "Jour fixe Team Süd", week.at(2, "10:30"), 60, "LOCATION:Besprechungsraum 2")
    week.add("Arbeit", "Rückruf Frau Yılmaz wg. Reklamation", week.at(2, "14:30"), 15)
    week.add("Arbeit", "Ortstermin Bauhof", week.at(3, "09:00"), 60, r"LOCATION:Hafenstraße 12\, 20457 Hamburg")
    week.add(
        "Arbeit",
        "Telefonat Dr. Sommer: Befund besprechen",
        week.at(3, "10:05"),
        20,
        *_attendee("praxis@sommer.example"),
    )
    week.add(
        "Arbeit",
        "Telefonat Frau Lindner zwischen 14 und 16 Uhr",
        week.at(3, "14:00"),
        120,
        "DESCRIPTION:Sie ist unter 0711 2868840 zu erreichen.",
    )
    week.add(
        "Vertrieb",
        "Telko Projekt Fährhaus",
        week.at(4, "11:00"),
        60,
        f"DESCRIPTION:{_escape(_TEAMS)}",
        *_attendee("t.reimers@faehrhaus.example", "Tom Reimers", "NEEDS-ACTION"),
    )
    week.add_day("Arbeit", "Urlaub", week.day(6))
    week.add("Vertrieb", "Anruf Hausverwaltung Krüger 0211 8999010", week.at(6, "10:00"), 20)


def _english_days(week: Week) -> None:
    week.append(
        "Vertrieb",
        "SUMMARY:Weekly call with Jane Doe",
        f"DTSTART;TZID={week.zone.key}:{week.at(4, '16:00'):%Y%m%dT%H%M%S}",
        "DURATION:PT30M",
        "RRULE:FREQ=WEEKLY",
        *_attendee("jane.doe@example.com"),
    )
    week.add(
        "Vertrieb",
        "Call w/ Liam Smith +44 20 7946 0018 re renewal",
        week.at(4, "15:00"),
        30,
        *_attendee("liam.smith@example.co.uk", "Liam Smith", "ACCEPTED"),
    )
    week.add("Vertrieb", "Phone call with the Henderson office", week.at(5, "19:30"), 20, "LOCATION:+44 161 496 0345")


def _not_calls(week: Week) -> None:
    week.add("Arbeit", "Mittagessen mit Ute", week.at(1, "12:30"), 60, "LOCATION:Kantine")
    week.add_day("Vertrieb", "Call for papers: deadline", week.day(3), "TRANSP:TRANSPARENT")
    week.add("Arbeit", "Telefonanlage: Wartung durch Techniker", week.at(5, "13:00"), 60, "TRANSP:TRANSPARENT")


def _attendee(email: str, name: str = "", partstat: str = "ACCEPTED") -> Iterable[str]:
    person = f";CN={name}" if name else ""
    return (
        "ORGANIZER;CN=Anna Beispiel:mailto:anna@beispiel.example",
        "ATTENDEE;CN=Anna Beispiel;PARTSTAT=ACCEPTED:mailto:anna@beispiel.example",
        f"ATTENDEE{person};PARTSTAT={partstat}:mailto:{email}",
    )


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
