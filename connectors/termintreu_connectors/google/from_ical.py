"""One of our own items as an event of Google's. Pure. Times are UTC; reminders pop up in the provider's own apps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from termintreu.model.errors import Forbidden
from termintreu_connectors.google.properties import packed
from termintreu_connectors.google.to_ical import LONGEST_LEAD
from termintreu_connectors.own_items import OwnItem

_MAPPED = frozenset({"SUMMARY", "DESCRIPTION", "LOCATION", "DTSTART", "DTEND", "TRANSP", "CLASS"})
_CLASSES = {"PRIVATE": "private", "CONFIDENTIAL": "confidential", "PUBLIC": "public"}


def event_of(data: bytes) -> dict[str, Any]:
    """The event for a stream that holds one VEVENT. Fields that are empty are None, so that they go where they stood.

    Raises Forbidden for anything that we never write, or that this account cannot keep.
    """
    item = OwnItem.read(data)
    if item.name != "VEVENT":
        raise Forbidden("this account keeps no tasks; a task is an event here")
    start = item.moment("DTSTART")
    if start is None:
        raise Forbidden("an event needs a start")
    lead = item.lead_before(start)
    overrides = [] if lead is None else [{"method": "popup", "minutes": min(max(lead, 0), LONGEST_LEAD)}]
    return {
        "summary": item.text("SUMMARY") or None,
        "description": item.text("DESCRIPTION") or None,
        "location": item.text("LOCATION") or None,
        "start": _written(start),
        "end": _written(item.moment("DTEND") or start),
        "transparency": "transparent" if item.value("TRANSP").upper() == "TRANSPARENT" else "opaque",
        "visibility": _CLASSES.get(item.value("CLASS").upper(), "default"),
        "status": "confirmed",
        "reminders": {"useDefault": False, "overrides": overrides},
        "extendedProperties": {"private": packed(item.rest(_MAPPED))},
    }


def _written(moment: datetime) -> dict[str, Any]:
    return {"dateTime": f"{moment:%Y-%m-%dT%H:%M:%SZ}", "timeZone": "UTC", "date": None}
