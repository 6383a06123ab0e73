"""Writes our own items as iCalendar streams, in the form that interoperates with every server and app known to us.
Pure: no clock, no decisions about what should stand.

An item has no ORGANIZER, ATTENDEE or METHOD, and its one alarm is DISPLAY: it can mail nobody. An update begins from
the stream as fetched and keeps all that is not ours.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Component, Event, Todo, vCategory, vDDDTypes, vInt, vText
from icalendar.prop import vUnknown

from termintreu.model import CallDetails, Item, Observed
from termintreu.model.marks import CATEGORY, ID_PROPERTY, LAST_LINE, Mark
from termintreu.planning.items.asked_calls import CALLS_PROPERTY, property_of
from termintreu.planning.items.managed_fields import Managed, active_alarms, first, managed_fields, written
from termintreu.planning.items.parsing import parsed

PRODID = "-//termintreu//termintreu//EN"
HASH_PROPERTY = "X-TERMINTREU-HASH"
"""The fingerprint as we wrote it: with it an edit is known even when our own memory is lost."""
CALL_PROPERTY = "X-TERMINTREU-CALL"
"""`<start of the call>` and `;<contact key>` where there is one: ratings come back from here."""
BASIS_PROPERTY = "X-TERMINTREU-BASIS"
AUTHOR_PROPERTY = "X-TERMINTREU-BY"
"""The installation that wrote it last (`marks.installation`)."""
DETAILS_PROPERTY = "X-TERMINTREU-APPOINTMENT"
"""`<end>;<kind>;<0, or 1 where critical>;<name>;<UID>` of the call."""

SUMMARY_LIMIT = 120
DESCRIPTION_LIMIT = 4000
OPEN_BOX = "☐ "

_JOINERS = "\u200c\u200d"
_KEY_LIMIT = 254
_NAME_LIMIT = 80


def render_item(
    item: Item, *, uid: str, generation: int, now: datetime, base: bytes | None = None, author: str = ""
) -> bytes:
    """The stream of one item.

    Args:
        item: what should stand.
        uid: its UID (`marks.item_uid`).
        generation: of its slot.
        now: UTC: DTSTAMP, LAST-MODIFIED, and CREATED of a new one.
        base: for an update: the stream as fetched. What is not ours in it is kept (docs/safety.md, row 14).
        author: the installation that writes it.

    Raises ValueError where `base` does not hold a component of that UID.
    """
    if base is None:
        calendar, component = _blank(item, uid, now)
    else:
        calendar, component = _fetched(item, uid, base)
        component["SEQUENCE"] = vInt(int(first(component, "SEQUENCE") or 0) + 1)
        for name in ("DTSTAMP", "LAST-MODIFIED"):
            component[name] = _moment(now)
        _write_fields(component, item)
    if item.closed:
        component["STATUS"] = vText("CANCELLED")
    _write_marks(component, item, generation, author)
    _write_alarm(component, item)
    component[HASH_PROPERTY] = vUnknown(managed_fields(component, UTC).fingerprint())
    return bytes(calendar.to_ical(sorted=False))


def close_item(data: bytes, uid: str, component: str, now: datetime) -> bytes:
    """The stream with its task closed (STATUS:CANCELLED) and silent; all that it says stays, whoever wrote it.

    Raises ValueError where it does not hold a component of that UID.
    """
    calendar = parsed(data)
    found = [part for part in calendar.walk(component) if str(first(part, "UID")) == uid]
    if len(found) != 1 or not isinstance(calendar, Calendar):
        raise ValueError("the stream to close does not hold the item once")
    task = found[0]
    task["SEQUENCE"] = vInt(int(first(task, "SEQUENCE") or 0) + 1)
    for name in ("DTSTAMP", "LAST-MODIFIED"):
        task[name] = _moment(now)
    task["STATUS"] = vText("CANCELLED")
    for alarm in active_alarms(task):
        task.subcomponents.remove(alarm)
    return bytes(calendar.to_ical(sorted=False))


def managed_of(item: Item) -> Managed:
    """The managed fields as `render_item` writes them, without writing."""
    event = item.component == "VEVENT"
    alarm = item.start if not event else _before(item)
    return Managed(
        summary=safe_line(item.summary, SUMMARY_LIMIT),
        description=_description(item),
        location=safe_line(item.location, SUMMARY_LIMIT) if event else "",
        start=written(item.start),
        end=written(item.end) if event else "",
        due="" if event else written(item.due),
        priority=0 if event else item.priority,
        alarms=() if alarm is None or item.closed else (written(alarm),),
    )


def rings_at(item: Item) -> datetime:
    """The moment of an item's alarm, UTC; its start where it has none."""
    return (_before(item) if item.component == "VEVENT" else item.start) or item.start


def as_event(item: Item) -> Item:
    """A task for a collection that takes no VTODO (docs/safety.md, row 8): a short event whose title is an open box.

    It begins a minute late, so that its alarm (which must come before the start) rings when the task's would.
    """
    if item.component == "VEVENT":
        return item
    start = item.start + timedelta(minutes=1)
    return replace(
        item,
        component="VEVENT",
        summary=f"{OPEN_BOX}{item.summary}",
        start=start,
        end=start + timedelta(minutes=15),
        due=None,
        alarm_before=1,
    )


def as_task(found: Observed) -> Observed:
    """What stands in for a task, with the times that the task had: the other way round (its DUE is lost).

    Whoever wants an item to stay at its moment begins from here; else it would move on by a minute each time.
    """
    if found.component == "VTODO" or not found.summary.startswith(OPEN_BOX):
        return found
    start = None if found.start is None else found.start - timedelta(minutes=1)
    return replace(found, component="VTODO", summary=found.summary.removeprefix(OPEN_BOX), start=start, end=None)


def safe_line(text: str, limit: int) -> str:
    """One line without characters that break XML, calendars or the direction of writing; at most `limit` long."""
    return _bounded(" ".join(safe_text(text).split()), limit)


def safe_text(text: str) -> str:
    """The same for a text of several lines."""
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(_safe_line(line).rstrip() for line in composed.split("\n")).strip()


def _safe_line(line: str) -> str:
    # What Python calls printable holds none of the categories below, and is most of what there is.
    return line if line.isprintable() else "".join(map(_safe, line))


def _safe(character: str) -> str:
    if character in _JOINERS:
        return character
    category = unicodedata.category(character)
    if category in {"Zs", "Zl", "Zp"} or character == "\t":
        return " "
    return "" if category in {"Cc", "Cf", "Cs", "Co"} or ord(character) & 0xFFFE == 0xFFFE else character


def _bounded(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _description(item: Item) -> str:
    body = _bounded(safe_text(item.description), DESCRIPTION_LIMIT - len(LAST_LINE) - 1)
    return f"{body}\n{LAST_LINE}" if body else LAST_LINE


def _blank(item: Item, uid: str, now: datetime) -> tuple[Calendar, Component]:
    """A new component, its properties in the order in which they are to stand."""
    component: Component = Event() if item.component == "VEVENT" else Todo()
    component["UID"] = vText(uid)
    for name in ("DTSTAMP", "CREATED", "LAST-MODIFIED"):
        component[name] = _moment(now)
    component["SEQUENCE"] = vInt(0)
    _write_fields(component, item)
    if item.component == "VEVENT":
        component["CLASS"] = vText("PRIVATE")
        component["STATUS"] = vText("CONFIRMED")
        component["TRANSP"] = vText("TRANSPARENT")
        component["X-MICROSOFT-CDO-BUSYSTATUS"] = vUnknown("FREE")
    else:
        component["STATUS"] = vText("NEEDS-ACTION")
        component["PERCENT-COMPLETE"] = vInt(0)
        component["CLASS"] = vText("PRIVATE")
    calendar = Calendar()
    calendar["VERSION"] = vText("2.0")
    calendar["PRODID"] = vText(PRODID)
    calendar["CALSCALE"] = vText("GREGORIAN")
    calendar.add_component(component)
    return calendar, component


def _fetched(item: Item, uid: str, base: bytes) -> tuple[Calendar, Component]:
    calendar = parsed(base)
    found = [part for part in calendar.walk(item.component) if str(first(part, "UID")) == uid]
    if len(found) != 1 or not isinstance(calendar, Calendar):
        raise ValueError("the stream to update does not hold the item once")
    return calendar, found[0]


def _write_fields(component: Component, item: Item) -> None:
    fields = managed_of(item)
    component["DTSTART"] = _moment(item.start)
    component.pop("DURATION", None)
    if item.component == "VEVENT":
        component["DTEND"] = _moment(item.end or item.start)
    else:
        component["DUE"] = _moment(item.due or item.start)
    component["SUMMARY"] = vText(fields.summary)
    component["DESCRIPTION"] = vText(fields.description)
    if item.component == "VTODO":
        if fields.priority:
            component["PRIORITY"] = vInt(fields.priority)
        else:
            component.pop("PRIORITY", None)
    elif fields.location:
        component["LOCATION"] = vText(fields.location)
    else:
        component.pop("LOCATION", None)


def _write_marks(component: Component, item: Item, generation: int, author: str) -> None:
    if CATEGORY not in _categories(component):
        component.add("CATEGORIES", vCategory([CATEGORY]))
    mark = Mark(kind=item.kind, call_key=item.call_key, generation=generation, role=item.role)
    component[ID_PROPERTY] = vUnknown(str(mark))
    contact = safe_line(item.contact_key or "", _KEY_LIMIT)
    component[CALL_PROPERTY] = vUnknown(f"{written(item.anchor)};{contact}" if contact else written(item.anchor))
    if item.details is not None:
        component[DETAILS_PROPERTY] = vUnknown(_details(item.details))
    if item.about:
        component[CALLS_PROPERTY] = [vUnknown(property_of(call)) for call in item.about]
    for name, value in ((BASIS_PROPERTY, item.basis), (AUTHOR_PROPERTY, author)):
        component.pop(name, None)
        if value:
            component[name] = vUnknown(value)


def _details(call: CallDetails) -> str:
    name = safe_line(call.name.replace(";", ","), _NAME_LIMIT)
    return ";".join((written(call.end), call.kind, str(int(call.critical)), name, safe_line(call.uid, _KEY_LIMIT)))


def _categories(component: Component) -> list[str]:
    value = component.get("CATEGORIES", [])
    groups = value if isinstance(value, list) else [value]
    return [str(category).strip().lower() for group in groups for category in getattr(group, "cats", [group])]


def _write_alarm(component: Component, item: Item) -> None:
    active = active_alarms(component)
    if item.closed or (item.component == "VEVENT" and item.alarm_before is None):
        for alarm in active:
            component.subcomponents.remove(alarm)
        return
    alarm = active[0] if active else Alarm()
    alarm["ACTION"] = vText("DISPLAY")
    alarm["DESCRIPTION"] = vText(safe_line(item.alarm_text or item.summary, SUMMARY_LIMIT))
    when = item.start if item.component == "VTODO" else timedelta(minutes=-(item.alarm_before or 1))
    trigger = vDDDTypes(when)
    if isinstance(when, datetime):
        trigger.params["VALUE"] = "DATE-TIME"
    alarm["TRIGGER"] = trigger
    if not active:
        component.add_component(alarm)


def _before(item: Item) -> datetime | None:
    return None if item.alarm_before is None else item.start - timedelta(minutes=item.alarm_before)


def _moment(moment: datetime) -> vDDDTypes:
    return vDDDTypes(moment.astimezone(UTC).replace(microsecond=0))
