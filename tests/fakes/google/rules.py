"""What the reference allows: scopes, parameters, fields and their bounds."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

AUTH = "https://www.googleapis.com/auth/"
ALL_OF_IT = AUTH + "calendar"
EVENTS_READ = AUTH + "calendar.events.readonly"
LIST_READ = AUTH + "calendar.calendarlist.readonly"
APP_CREATED = AUTH + "calendar.app.created"

SCOPES: dict[str, tuple[str, ...]] = {
    "calendarList.list": (ALL_OF_IT, LIST_READ, AUTH + "calendar.calendarlist", AUTH + "calendar.readonly"),
    "calendarList.get": (ALL_OF_IT, LIST_READ, AUTH + "calendar.calendarlist", APP_CREATED),
    "calendarList.patch": (ALL_OF_IT, AUTH + "calendar.calendarlist", APP_CREATED),
    "calendars.insert": (ALL_OF_IT, AUTH + "calendar.calendars", APP_CREATED),
    "calendars.get": (ALL_OF_IT, AUTH + "calendar.calendars.readonly", APP_CREATED),
    "calendars.delete": (ALL_OF_IT, AUTH + "calendar.calendars", APP_CREATED),
    "events.list": (ALL_OF_IT, EVENTS_READ, AUTH + "calendar.events", AUTH + "calendar.readonly", APP_CREATED),
    "events.get": (ALL_OF_IT, EVENTS_READ, AUTH + "calendar.events", AUTH + "calendar.readonly", APP_CREATED),
    "events.insert": (ALL_OF_IT, AUTH + "calendar.events", APP_CREATED),
    "events.patch": (ALL_OF_IT, AUTH + "calendar.events", APP_CREATED),
    "events.delete": (ALL_OF_IT, AUTH + "calendar.events", APP_CREATED),
}
"""By method, any of which is enough; APP_CREATED opens only what the same client made."""

PARAMETERS: dict[str, frozenset[str]] = {
    "calendarList.list": frozenset(
        {"maxResults", "pageToken", "minAccessRole", "showDeleted", "showHidden", "syncToken"}
    ),
    "calendarList.get": frozenset(),
    "calendarList.patch": frozenset({"colorRgbFormat"}),
    "calendars.insert": frozenset(),
    "calendars.get": frozenset(),
    "calendars.delete": frozenset(),
    "events.list": frozenset(
        {
            *("iCalUID", "maxAttendees", "maxResults", "orderBy", "pageToken", "privateExtendedProperty", "q"),
            *("sharedExtendedProperty", "showDeleted", "showHiddenInvitations", "singleEvents", "syncToken"),
            *("timeMax", "timeMin", "timeZone", "updatedMin", "eventTypes"),
        }
    ),
    "events.get": frozenset({"maxAttendees", "timeZone"}),
    "events.insert": frozenset(
        {"conferenceDataVersion", "maxAttendees", "sendUpdates", "sendNotifications", "supportsAttachments"}
    ),
    "events.patch": frozenset(
        {"conferenceDataVersion", "maxAttendees", "sendUpdates", "sendNotifications", "supportsAttachments"}
    ),
    "events.delete": frozenset({"sendUpdates", "sendNotifications"}),
}
NOT_WITH_SYNC_TOKEN = frozenset(
    {
        *("iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax"),
        "updatedMin",
    }
)

_FIELDS = frozenset(
    {
        *("id", "summary", "description", "location", "start", "end", "transparency", "visibility", "status"),
        *("reminders", "extendedProperties", "colorId", "recurrence", "attendees", "conferenceData", "source"),
        *("sequence", "guestsCanModify", "eventType"),
    }
)
_ID = re.compile(r"[a-v0-9]{5,1024}")


def fault_of(event: dict[str, Any], *, whole: bool) -> str:
    """Why the reference would refuse a body; "" where it would not. `whole`: of an insert."""
    unknown = set(event) - _FIELDS
    if unknown:
        return f"unknown fields: {sorted(unknown)}"
    if "id" in event and not _ID.fullmatch(str(event["id"])):
        return "invalid id"
    if whole and not {"start", "end"} <= set(event):
        return "start and end are wanted"
    moments = [_moment_fault(event[name]) for name in ("start", "end") if name in event]
    return next(filter(None, [*moments, _reminders_fault(event), _properties_fault(event), _choices_fault(event)]), "")


def _moment_fault(value: Any) -> str:
    if not isinstance(value, dict):
        return "a moment is an object"
    given = {name: one for name, one in value.items() if one is not None}
    if set(given) - {"date", "dateTime", "timeZone"} or ("date" in given) == ("dateTime" in given):
        return "either date or dateTime is wanted"
    try:
        if "date" in given:
            date.fromisoformat(given["date"])
        elif datetime.fromisoformat(given["dateTime"]).tzinfo is None and "timeZone" not in given:
            return "an offset or a time zone is wanted"
    except (TypeError, ValueError):
        return "no moment"
    return ""


def _reminders_fault(event: dict[str, Any]) -> str:
    reminders = event.get("reminders")
    if reminders is None:
        return ""
    overrides = reminders.get("overrides") or []
    if reminders.get("useDefault") and overrides:
        return "cannotUseDefaultRemindersAndSpecifyOverride"
    if len(overrides) > 5:
        return "too many overrides"
    good = all(one.get("method") in {"popup", "email"} and 0 <= one.get("minutes", -1) <= 40_320 for one in overrides)
    return "" if good else "bad reminder"


def _properties_fault(event: dict[str, Any]) -> str:
    properties = event.get("extendedProperties") or {}
    if set(properties) - {"private", "shared"}:
        return "unknown kind of extended properties"
    for one in properties.values():
        for key, value in one.items():
            if len(key) > 44 or (value is not None and (not isinstance(value, str) or len(value) > 1024)):
                return "an extended property is too long"
    return ""


def _choices_fault(event: dict[str, Any]) -> str:
    choices = {
        "transparency": {"opaque", "transparent"},
        "visibility": {"default", "public", "private", "confidential"},
        "status": {"confirmed", "tentative", "cancelled"},
    }
    return next((f"bad {name}" for name, known in choices.items() if event.get(name) not in {None, *known}), "")
