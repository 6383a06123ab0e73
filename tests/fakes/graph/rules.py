"""What the reference allows: fields, their values, and parameters of queries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

EVENT_FIELDS = frozenset(
    {
        *("subject", "body", "start", "end", "location", "showAs", "sensitivity", "isReminderOn", "isAllDay"),
        *("reminderMinutesBeforeStart", "categories", "transactionId", "singleValueExtendedProperties", "importance"),
    }
)
TASK_FIELDS = frozenset(
    {
        *("title", "body", "dueDateTime", "reminderDateTime", "isReminderOn", "importance", "status", "categories"),
        "singleValueExtendedProperties",
    }
)
_CHOICES = {
    "showAs": {"free", "tentative", "busy", "oof", "workingElsewhere", "unknown"},
    "sensitivity": {"normal", "personal", "private", "confidential"},
    "status": {"notStarted", "inProgress", "completed", "waitingOnOthers", "deferred"},
    "importance": {"low", "normal", "high"},
}
DELTA_PARAMETERS = frozenset({"startDateTime", "endDateTime", "$deltatoken", "$skiptoken"})
EXPAND_FORM = "singleValueExtendedProperties($filter=id eq '"


def fault_of(item: dict[str, Any], fields: frozenset[str]) -> str:
    """Why a body would be refused; "" where it would not."""
    if item.get("attendees") or item.get("isOnlineMeeting"):
        return "this would invite somebody"
    if unknown := set(item) - fields:
        return f"unknown fields: {sorted(unknown)}"
    if bad := [name for name, known in _CHOICES.items() if item.get(name, next(iter(known))) not in known]:
        return f"no such value: {bad}"
    for name in ("start", "end", "dueDateTime", "reminderDateTime"):
        if item.get(name) is not None and (fault := _moment_fault(item[name])):
            return fault
    for one in item.get("singleValueExtendedProperties", []):
        if set(one) != {"id", "value"} or not one["id"].startswith("String {") or len(one["value"]) > 32_000:
            return "bad extended property"
    if any(len(one) > 255 for one in item.get("categories", [])):
        return "a category is too long"
    body = item.get("body", {"contentType": "text", "content": ""})
    return "" if body.get("contentType") in {"text", "html"} else "bad body"


def _moment_fault(value: Any) -> str:
    if not isinstance(value, dict) or set(value) != {"dateTime", "timeZone"}:
        return "a dateTimeTimeZone is wanted"
    try:
        datetime.fromisoformat(value["dateTime"])
    except (TypeError, ValueError):
        return "no moment"
    return ""
