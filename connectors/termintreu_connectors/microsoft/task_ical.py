"""Tasks of Microsoft To Do as components of iCalendar, and our own tasks as theirs. Pure.

To Do keeps of a due moment the day alone: the moment stands in the kept lines, and holds while the day is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from termintreu.model.errors import Forbidden
from termintreu.model.marks import CATEGORY
from termintreu_connectors.content_lines import calendar, component, escaped, moment_line, text_line
from termintreu_connectors.json_api import Json, an_object, text
from termintreu_connectors.microsoft.event_ical import PRODID, start_of, written
from termintreu_connectors.microsoft.kept_lines import packed, unpacked
from termintreu_connectors.own_items import OwnItem

_STATES = {"notStarted": "NEEDS-ACTION", "waitingOnOthers": "NEEDS-ACTION", "deferred": "NEEDS-ACTION"}
_URGENT, _USUAL = 1, 5
_MAPPED = frozenset({"SUMMARY", "DESCRIPTION", "STATUS", "PERCENT-COMPLETE", "COMPLETED"})


def stream_of(task: Json) -> bytes:
    """One object with a VTODO."""
    return calendar([component("VTODO", [*_lines(task), *_alarm(task)])], PRODID)


def _lines(task: Json) -> Iterator[str]:
    own = unpacked(task) or []
    kept = {re.split("[;:]", line, maxsplit=1)[0]: line for line in own}
    rings, due = start_of(task.get("reminderDateTime")), start_of(task.get("dueDateTime"))
    if rings is not None and "DTSTART" not in kept:
        yield moment_line("DTSTART", rings)
    if due is not None:
        yield _due(due, kept.pop("DUE", ""))
    for name, value in (("SUMMARY", task.get("title")), ("DESCRIPTION", an_object(task.get("body")).get("content"))):
        if said := text(value):
            yield text_line(name, said.replace("\r\n", "\n").rstrip("\n"))
    yield from _state(task)
    yield from _priority(task.get("importance") == "high", kept.get("PRIORITY", ""))
    if "UID" not in kept:
        yield text_line("UID", f"{text(task.get('id'))}@todo")
    yield from (line for line in own if not line.startswith(("DUE", "PRIORITY")))


def _priority(urgent: bool, kept: str) -> Iterator[str]:
    """To Do knows "high" and "normal": the number that was kept holds while it means the same."""
    if kept and _is_urgent(kept.partition(":")[2]) == urgent:
        yield kept
    elif urgent:
        yield f"PRIORITY:{_URGENT}"


def _is_urgent(priority: str) -> bool:
    return priority.isdigit() and 0 < int(priority) < _USUAL


def _due(due: datetime, kept: str) -> str:
    try:
        said = datetime.strptime(kept, "DUE:%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        said = None
    return moment_line("DUE", said if said is not None and said.date() == due.date() else due)


def _state(task: Json) -> Iterator[str]:
    if task.get("status") != "completed":
        yield f"STATUS:{_STATES.get(text(task.get('status')), 'IN-PROCESS')}"
        return
    yield "STATUS:COMPLETED"
    yield "PERCENT-COMPLETE:100"
    if (done := start_of(task.get("completedDateTime"))) is not None:
        yield moment_line("COMPLETED", done)


def _alarm(task: Json) -> Iterator[str]:
    rings = start_of(task.get("reminderDateTime"))
    if task.get("isReminderOn") is True and rings is not None:
        words = escaped(text(task.get("title"))) or "-"
        trigger = f"TRIGGER;VALUE=DATE-TIME:{rings:%Y%m%dT%H%M%SZ}"
        yield from component("VALARM", ["ACTION:DISPLAY", f"DESCRIPTION:{words}", trigger])


def task_of(data: bytes) -> dict[str, Any]:
    """The task for a stream with one VTODO of ours. Raises Forbidden for anything that we never write."""
    item = OwnItem.read(data)
    if item.name != "VTODO":
        raise Forbidden("a task list of this account keeps no events")
    start, due = item.moment("DTSTART"), item.moment("DUE")
    rings = item.rings_at(start) if start is not None else None
    is_done = item.value("STATUS").upper() == "COMPLETED"
    return {
        "title": item.text("SUMMARY"),
        "body": {"contentType": "text", "content": item.text("DESCRIPTION")},
        "dueDateTime": None if due is None else written(due),
        "isReminderOn": rings is not None,
        "reminderDateTime": None if start is None else written(rings or start),
        "importance": "high" if _is_urgent(item.value("PRIORITY")) else "normal",
        "status": "completed" if is_done else "notStarted",
        "categories": [CATEGORY],
        "singleValueExtendedProperties": packed(item.rest(_MAPPED)),
    }
