"""Events of Graph as components of iCalendar, and our own items as events of Graph. Pure.

All that comes is foreign: what has another form than the API promises is left out. What goes never holds anybody but
its user, and repeats nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from termintreu.model.errors import Forbidden
from termintreu.model.marks import CATEGORY
from termintreu_connectors.content_lines import (
    calendar,
    component,
    day_line,
    escaped,
    moment_line,
    parameter,
    plain_value,
    text_line,
    windows_zone,
)
from termintreu_connectors.json_api import Json, an_object, objects, text
from termintreu_connectors.microsoft.kept_lines import packed, unpacked
from termintreu_connectors.own_items import OwnItem

PRODID = "-//termintreu//Microsoft Graph//EN"
_LONGEST_LEAD = 40_320
_MOST_PEOPLE = 300
_EMAIL = re.compile(r"[^\s@<>\"\x00-\x1f]{1,200}@[^\s@<>\"\x00-\x1f]{1,200}")
_TELEPHONE = re.compile(r"[+0-9().\s/-]{5,40}")
_CODE = re.compile(r"[0-9][0-9 -]{0,30}")
_ANSWERS = {"accepted": "ACCEPTED", "declined": "DECLINED", "tentativelyAccepted": "TENTATIVE", "organizer": "ACCEPTED"}
_CLASSES = {"private": "PRIVATE", "personal": "PRIVATE", "confidential": "CONFIDENTIAL"}
_ROLES = {"optional": ";ROLE=OPT-PARTICIPANT", "resource": ";CUTYPE=RESOURCE"}


def stream_of(events: Sequence[Json], uid: str) -> bytes:
    """One object of iCalendar: a single event, or the occurrences of a series, which share `uid`."""
    return calendar((component("VEVENT", [*event_lines(one, uid), *_alarms(one)]) for one in events), PRODID)


def event_lines(event: Json, uid: str) -> Iterator[str]:
    """The properties of one event, its alarms left out."""
    own = unpacked(event) or []
    names = {re.split("[;:]", line, maxsplit=1)[0] for line in own}
    yield from _times(event)
    place = text(an_object(event.get("location")).get("displayName"))
    texts = {"SUMMARY": event.get("subject"), "DESCRIPTION": an_object(event.get("body")).get("content")}
    for name, value in {**texts, "LOCATION": place}.items():
        if said := text(value):
            yield text_line(name, said.replace("\r\n", "\n").rstrip("\n"))
    yield from _states(event)
    yield from (line for line in _stamps(event, uid) if line.partition(":")[0] not in names)
    yield from _people(event)
    yield from _conference(event)
    yield from own


def start_of(value: object) -> datetime | None:
    """A dateTimeTimeZone of the API; None where it is none. Graph gives UTC unless it is asked for another zone."""
    given = an_object(value)
    try:
        at = datetime.fromisoformat(text(given.get("dateTime"))[:26].rstrip("Z"))
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _times(event: Json) -> Iterator[str]:
    start, end = start_of(event.get("start")), start_of(event.get("end"))
    zone = windows_zone(text(event.get("originalStartTimeZone")))
    if event.get("isAllDay") is True:
        if start is not None:
            yield day_line("DTSTART", _day(start))
        if end is not None and start is not None:
            yield day_line("DTEND", _day(end))
    elif start is not None:
        yield moment_line("DTSTART", start, zone)
        if end is not None:
            yield moment_line("DTEND", end, zone)
    if event.get("type") in {"occurrence", "exception"} and start is not None:
        try:
            original = datetime.fromisoformat(text(event.get("originalStart")))
        except ValueError:
            original = start
        original = original if original.tzinfo else original.replace(tzinfo=UTC)
        is_day = event.get("isAllDay") is True
        yield day_line("RECURRENCE-ID", _day(original)) if is_day else moment_line("RECURRENCE-ID", original, zone)


def _day(moment: datetime) -> date:
    return moment.date()


def _states(event: Json) -> Iterator[str]:
    shown = event.get("showAs")
    if event.get("isCancelled") is True:
        yield "STATUS:CANCELLED"
    elif shown == "tentative":
        yield "STATUS:TENTATIVE"
    if shown in {"free", "workingElsewhere"}:
        yield "TRANSP:TRANSPARENT"
    if shown == "oof":
        yield "X-MICROSOFT-CDO-BUSYSTATUS:OOF"
    if klass := _CLASSES.get(text(event.get("sensitivity"))):
        yield f"CLASS:{klass}"


def _stamps(event: Json, uid: str) -> Iterator[str]:
    yield text_line("UID", uid)
    for name, field in (
        ("CREATED", "createdDateTime"),
        ("LAST-MODIFIED", "lastModifiedDateTime"),
        ("DTSTAMP", "lastModifiedDateTime"),
    ):
        try:
            moment = datetime.fromisoformat(text(event.get(field))[:19])
            yield moment_line(name, moment.replace(tzinfo=UTC))
        except (ValueError, OverflowError):
            continue


def _people(event: Json) -> Iterator[str]:
    attendees = objects(event.get("attendees"))[:_MOST_PEOPLE]
    if not attendees:
        return
    organizer = an_object(an_object(event.get("organizer")).get("emailAddress"))
    if address := _address(organizer):
        yield f"ORGANIZER{_named(organizer)}:mailto:{address}"
    for attendee in attendees:
        person = an_object(attendee.get("emailAddress"))
        if not (address := _address(person)):
            continue
        role = _ROLES.get(text(attendee.get("type")), "")
        answer = _ANSWERS.get(text(an_object(attendee.get("status")).get("response")), "NEEDS-ACTION")
        yield f"ATTENDEE{_named(person)}{role};PARTSTAT={answer}:mailto:{address}"


def _address(person: Json) -> str:
    address = text(person.get("address")).strip()
    return address if _EMAIL.fullmatch(address) else ""


def _named(person: Json) -> str:
    name = text(person.get("name"))
    return f";CN={parameter(name)}" if name else ""


def _conference(event: Json) -> Iterator[str]:
    meeting = an_object(event.get("onlineMeeting"))
    link = plain_value(text(meeting.get("joinUrl")) or text(event.get("onlineMeetingUrl")))
    if link.startswith("https://"):
        yield f"CONFERENCE;VALUE=URI;FEATURE=VIDEO,AUDIO:{link}"
    code = text(meeting.get("conferenceId"))
    suffix = f",,{re.sub('[ -]', '', code)}#" if _CODE.fullmatch(code) else ""
    phones = [text(one.get("number")) for one in objects(meeting.get("phones"))[:20]]
    for number in dict.fromkeys([text(meeting.get("tollNumber")), *phones]):
        if _TELEPHONE.fullmatch(number):
            yield f"CONFERENCE;VALUE=URI;FEATURE=PHONE:tel:{re.sub(r'[^+0-9]', '', number)}{suffix}"


def _alarms(event: Json) -> Iterator[str]:
    lead = event.get("reminderMinutesBeforeStart")
    if event.get("isReminderOn") is True and isinstance(lead, int) and 0 <= lead <= _LONGEST_LEAD:
        words = escaped(text(event.get("subject"))) or "-"
        yield from component("VALARM", ["ACTION:DISPLAY", f"DESCRIPTION:{words}", f"TRIGGER:-PT{lead}M"])


def event_of(data: bytes) -> dict[str, Any]:
    """The event for a stream with one VEVENT of ours. Raises Forbidden for anything that we never write."""
    item = OwnItem.read(data)
    if item.name != "VEVENT":
        raise Forbidden("a calendar of this account keeps no tasks")
    start, end = item.moment("DTSTART"), item.moment("DTEND")
    if start is None:
        raise Forbidden("an event needs a start")
    lead = item.lead_before(start)
    return {
        "subject": item.text("SUMMARY"),
        "body": {"contentType": "text", "content": item.text("DESCRIPTION")},
        "location": {"displayName": item.text("LOCATION")},
        "start": written(start),
        "end": written(end or start),
        "isAllDay": False,
        "showAs": "free" if item.value("TRANSP").upper() == "TRANSPARENT" else "busy",
        "sensitivity": "private" if item.value("CLASS").upper() == "PRIVATE" else "normal",
        "isReminderOn": lead is not None,  # not said, it rings a quarter of an hour before
        "reminderMinutesBeforeStart": min(max(lead or 0, 0), _LONGEST_LEAD),
        "categories": [CATEGORY],
        "singleValueExtendedProperties": packed(item.rest(_MAPPED)),
    }


_MAPPED = frozenset({"SUMMARY", "DESCRIPTION", "LOCATION", "DTSTART", "DTEND", "TRANSP", "CLASS"})


def written(moment: datetime) -> dict[str, str]:
    """As the API takes it."""
    return {"dateTime": f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"}
