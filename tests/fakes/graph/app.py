"""A calendar app on the account, as another hand: it takes and shows iCalendar at paths, as a CalDAV server's user
would have it. Tasks are what Microsoft To Do makes of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from termintreu_connectors.microsoft import event_ical, task_ical
from tests.fakes.google.app import as_json
from tests.fakes.graph.service import Folder, GraphService


@dataclass(frozen=True)
class App:
    """Its paths are "/calendars/<id>/<name>.ics" and "/lists/<id>/<name>.ics"."""

    service: GraphService

    @property
    def url(self) -> str:
        return self.service.url

    def make_calendar(self, name: str) -> str:
        return f"/calendars/{self.service.add_calendar(name).id}/"

    def home(self) -> str:
        return "/"

    def list(self, path: str) -> list[str]:
        if path == "/":
            calendars = [f"/calendars/{key}/" for key in self.service.calendars]
            return [*calendars, *(f"/lists/{key}/" for key in self.service.lists)]
        return [f"{path}{key}.ics" for key in self._folder(path).items]

    def exists(self, path: str) -> bool:
        return path in self.list(path[: path.rindex("/") + 1])

    def get(self, path: str) -> tuple[str, bytes]:
        folder, key = self._split(path)
        item = self.service.expanded(folder.items[key])
        if path.startswith("/lists/"):
            return str(item["changeKey"]), task_ical.stream_of(item)
        return str(item["changeKey"]), event_ical.stream_of([item], item["iCalUId"])

    def put(self, path: str, data: str | bytes) -> None:
        folder, key = self._split(path)
        text = data if isinstance(data, str) else data.decode()
        is_task = path.startswith("/lists/")
        self.service.put(folder, key, _task(text) if is_task else _event(text, new=key not in folder.items))

    def delete(self, path: str) -> None:
        self.service.remove(*self._split(path))

    def _folder(self, path: str) -> Folder:
        kind, key = path.strip("/").split("/")[:2]
        return (self.service.lists if kind == "lists" else self.service.calendars)[key]

    def _split(self, path: str) -> tuple[Folder, str]:
        return self._folder(path), path.rpartition("/")[2].removesuffix(".ics")


def _event(data: str, *, new: bool) -> dict[str, Any]:
    """What another app sends for an event."""
    found = as_json(data, whole=new)
    event: dict[str, Any] = {}
    if "summary" in found:
        event["subject"] = found["summary"]
    if "description" in found:
        event["body"] = {"contentType": "text", "content": found["description"] + "\r\n"}
    if "location" in found:
        event["location"] = {"displayName": found["location"]}
    for name in ("start", "end"):
        if moment := found.get(name):
            event["isAllDay"] = "date" in moment
            event[name] = {"dateTime": _utc(moment), "timeZone": "UTC"}
            event["originalStartTimeZone"] = _WINDOWS.get(moment.get("timeZone", ""), "UTC")
    if new:
        event |= {"iCalUId": found["iCalUID"], "type": "singleInstance", "showAs": "busy"}
    if found.get("status") == "cancelled":
        event["isCancelled"] = True
    return event


_WINDOWS = {"Europe/Berlin": "W. Europe Standard Time"}


def _utc(moment: dict[str, str]) -> str:
    if "date" in moment:
        return f"{moment['date']}T00:00:00.0000000"
    return f"{datetime.fromisoformat(moment['dateTime']).astimezone(UTC):%Y-%m-%dT%H:%M:%S}.0000000"


def _task(data: str) -> dict[str, Any]:
    """What another app sends for a task."""
    found = as_json(data, whole=False)
    task: dict[str, Any] = {"title": found.get("summary", "")}
    if "description" in found:
        task["body"] = {"contentType": "text", "content": found["description"]}
    task["status"] = "completed" if re.search(r"^STATUS:COMPLETED\r?$", data, re.MULTILINE) else "notStarted"
    if done := re.search(r"^COMPLETED:(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z", data, re.MULTILINE):
        y, mo, d, h, mi, s = done.groups()
        task["completedDateTime"] = {"dateTime": f"{y}-{mo}-{d}T{h}:{mi}:{s}.0000000", "timeZone": "UTC"}
    return task
