"""An event of Google's as a component of iCalendar, so that all that reads calendars reads it. Pure.

All of it is foreign: what has another form than the API promises is left out, never taken on trust.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from termintreu_connectors.content_lines import (
    calendar,
    component,
    day_line,
    escaped,
    known_zone,
    moment_line,
    parameter,
    plain_value,
    text_line,
)
from termintreu_connectors.google.properties import unpacked
from termintreu_connectors.json_api import Json, an_object, objects, text

PRODID = "-//termintreu//Google Calendar//EN"
LONGEST_LEAD = 40_320
"""Minutes before an event at which Google can remind of it."""
_MOST_PEOPLE = 300
_MOST_RULES = 500
_RULE = re.compile(r"(RRULE|EXRULE|RDATE|EXDATE)[;:][^\x00-\x1f\x7f]{1,20000}")
_EMAIL = re.compile(r"[^\s@<>\"\x00-\x1f]{1,200}@[^\s@<>\"\x00-\x1f]{1,200}")
_TELEPHONE = re.compile(r"tel:[+0-9().\s-]{3,40}", re.IGNORECASE)
_CODE = re.compile(r"[0-9][0-9 -]{0,30}")
_NOBODYS = ("@group.calendar.google.com", "@import.calendar.google.com")
_ANSWERS = {"accepted": "ACCEPTED", "declined": "DECLINED", "tentative": "TENTATIVE", "needsAction": "NEEDS-ACTION"}
_CLASSES = {"private": "PRIVATE", "confidential": "CONFIDENTIAL", "public": "PUBLIC"}
_FEATURES = {"video": "VIDEO,AUDIO", "phone": "PHONE", "sip": "AUDIO"}
_CODES = ("pin", "accessCode", "passcode", "password", "meetingCode")


class Moment(NamedTuple):
    """A start, an end, or what an occurrence was moved from."""

    at: datetime | date
    """Aware, or a day."""
    zone: str | None
    """IANA name."""

    def line(self, name: str) -> str:
        """As a property of that name."""
        if isinstance(self.at, datetime):
            return moment_line(name, self.at, self.zone)
        return day_line(name, self.at)


def stream_of(parts: Sequence[Json], default_leads: Sequence[int]) -> bytes:
    """One object of iCalendar: a single event, or a series with what differs in it.

    Args:
        parts: the event, or the series itself and its exceptions, the cancelled ones too.
        default_leads: minutes before, of the calendar's own reminders.
    """
    kept = [part for part in parts if not is_cancelled(part)]
    cancelled = [moment for part in parts if is_cancelled(part) and (moment := original_of(part)) is not None]
    master = next((part for part in kept if "recurringEventId" not in part), None)
    rows = []
    for part in kept:
        lines = list(event_lines(part, default_leads))
        if part is master and (start := moment_of(part.get("start"))) is not None:
            lines += [_in_form_of(moment, start).line("EXDATE") for moment in cancelled]
        rows.append(component("VEVENT", [*lines, *_alarms(part, default_leads)]))
    return calendar(rows, PRODID)


def event_lines(event: Json, default_leads: Sequence[int]) -> Iterator[str]:
    """The properties of one event, its alarms left out."""
    own = unpacked(event)
    names = {re.split("[;:]", line, maxsplit=1)[0] for line in own}
    yield from _times(event)
    for name, field in (("SUMMARY", "summary"), ("DESCRIPTION", "description"), ("LOCATION", "location")):
        if value := text(event.get(field)):
            yield text_line(name, value)
    if event.get("transparency") == "transparent":
        yield "TRANSP:TRANSPARENT"
    if klass := _CLASSES.get(text(event.get("visibility"))):
        yield f"CLASS:{klass}"
    if event.get("status") == "tentative":
        yield "STATUS:TENTATIVE"
        own = [line for line in own if not line.startswith("STATUS")]
    if event.get("eventType") == "outOfOffice":
        yield "X-MICROSOFT-CDO-BUSYSTATUS:OOF"
    yield from (line for line in _stamps(event) if line.partition(":")[0] not in names)
    yield from _people(event)
    yield from _conference(event)
    yield from own


def is_cancelled(event: Json) -> bool:
    """Whether it is there no more."""
    return event.get("status") == "cancelled"


def original_of(event: Json) -> Moment | None:
    """When an occurrence would have been."""
    return moment_of(event.get("originalStartTime"))


def moment_of(value: object) -> Moment | None:
    """A start or end of the API; None where it is none."""
    given = an_object(value)
    try:
        if "dateTime" in given:
            at = datetime.fromisoformat(text(given.get("dateTime")))
            zone = known_zone(text(given.get("timeZone")))
            if at.tzinfo is None:
                return None
            at.astimezone(UTC)
            return Moment(at, zone)
        return Moment(date.fromisoformat(text(given.get("date"))), None)
    except (ValueError, OverflowError):
        return None


def leads_of(reminders: object) -> list[int]:
    """Minutes before, of reminders that pop up; those by mail are none here."""
    found = (one.get("minutes") for one in objects(reminders) if one.get("method") == "popup")
    return sorted({lead for lead in found if isinstance(lead, int) and 0 <= lead <= LONGEST_LEAD})


def _times(event: Json) -> Iterator[str]:
    start, end = moment_of(event.get("start")), moment_of(event.get("end"))
    if start is not None:
        yield start.line("DTSTART")
    if end is not None and start is not None and not event.get("endTimeUnspecified"):
        yield end.line("DTEND")
    if (original := original_of(event)) is not None and "recurringEventId" in event:
        yield original.line("RECURRENCE-ID")
    rules = event.get("recurrence")
    if isinstance(rules, list):
        yield from (rule for rule in rules[:_MOST_RULES] if isinstance(rule, str) and _RULE.fullmatch(rule))


def _in_form_of(moment: Moment, start: Moment) -> Moment:
    """The same moment, in the zone of the series: what is struck out must look like what is there."""
    if isinstance(moment.at, datetime) and isinstance(start.at, datetime):
        return Moment(moment.at, start.zone)
    return moment


def _stamps(event: Json) -> Iterator[str]:
    yield text_line("UID", text(event.get("iCalUID")) or f"{text(event.get('id'))}@google.com")
    for name, field in (("CREATED", "created"), ("LAST-MODIFIED", "updated"), ("DTSTAMP", "updated")):
        try:
            moment = datetime.fromisoformat(text(event.get(field)))
            yield moment_line(name, moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        except (ValueError, OverflowError):
            continue
    sequence = event.get("sequence")
    if isinstance(sequence, int) and 0 <= sequence < 2**31:
        yield f"SEQUENCE:{sequence}"


def _people(event: Json) -> Iterator[str]:
    attendees = objects(event.get("attendees"))[:_MOST_PEOPLE]
    if not attendees:
        return  # Google names an organizer for what nobody is invited to as well
    organizer = an_object(event.get("organizer"))
    if (address := _address(organizer)) and not address.endswith(_NOBODYS):
        yield f"ORGANIZER{_named(organizer)}:mailto:{address}"
    for person in attendees:
        if not (address := _address(person)):
            continue
        kind = ";CUTYPE=RESOURCE" if person.get("resource") is True else ""
        role = ";ROLE=OPT-PARTICIPANT" if person.get("optional") is True else ""
        answer = _ANSWERS.get(text(person.get("responseStatus")), "NEEDS-ACTION")
        yield f"ATTENDEE{_named(person)}{kind}{role};PARTSTAT={answer}:mailto:{address}"


def _address(person: Json) -> str:
    address = text(person.get("email")).strip()
    return address if _EMAIL.fullmatch(address) else ""


def _named(person: Json) -> str:
    name = text(person.get("displayName"))
    return f";CN={parameter(name)}" if name else ""


def _conference(event: Json) -> Iterator[str]:
    entries = objects(an_object(event.get("conferenceData")).get("entryPoints"))[:20]
    if link := plain_value(text(event.get("hangoutLink"))):
        yield f"X-GOOGLE-CONFERENCE:{link}"
    for entry in entries:
        features = _FEATURES.get(text(entry.get("entryPointType")))
        uri = plain_value(text(entry.get("uri")))
        if features is None or not uri:
            continue
        code = next((found for name in _CODES if _CODE.fullmatch(found := text(entry.get(name)))), "")
        if features == "PHONE":
            if not _TELEPHONE.fullmatch(uri):
                continue
            uri += f",,{re.sub('[ -]', '', code)}#" if code else ""
        label = text(entry.get("label"))
        yield f"CONFERENCE;VALUE=URI;FEATURE={features}{f';LABEL={parameter(label)}' if label else ''}:{uri}"


def _alarms(event: Json, default_leads: Iterable[int]) -> Iterator[str]:
    reminders = an_object(event.get("reminders"))
    leads = default_leads if reminders.get("useDefault") is True else leads_of(reminders.get("overrides"))
    for lead in leads:
        words = escaped(text(event.get("summary"))) or "-"
        yield from component("VALARM", ["ACTION:DISPLAY", f"DESCRIPTION:{words}", f"TRIGGER:{_before(lead)}"])


def _before(minutes: int) -> str:
    return f"-PT{minutes}M"
