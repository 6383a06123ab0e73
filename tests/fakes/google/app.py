"""A calendar app on the account, as another hand: it takes and shows iCalendar at the paths that a CalDAV server would
have, so that what is told of such a server's user can be told of Google's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from termintreu_connectors.google.ids import id_of, name_of
from termintreu_connectors.google.to_ical import stream_of
from tests.fakes.google.calendar import GoogleCalendar

_TEXTS = {"SUMMARY": "summary", "DESCRIPTION": "description", "LOCATION": "location"}


@dataclass(frozen=True)
class App:
    """Its paths are "/<calendar>/<name>.ics"."""

    service: GoogleCalendar

    @property
    def url(self) -> str:
        return self.service.url

    def make_calendar(self, name: str) -> str:
        return f"/{self.service.add_calendar(name).id}/"

    def home(self) -> str:
        return "/"

    def list(self, path: str) -> list[str]:
        if path == "/":
            return [f"/{key}/" for key in self.service.calendars]
        return [path + name_of(key) for key in self.service.living(path.strip("/"))]

    def exists(self, path: str) -> bool:
        return path in self.list(path[: path.rindex("/") + 1])

    def get(self, path: str) -> tuple[str, bytes]:
        calendar, key = _split(path)
        found = self.service.living(calendar)[key]
        return str(found["etag"]), stream_of([found], self.service.calendars[calendar].leads)

    def put(self, path: str, data: str | bytes) -> None:
        calendar, key = _split(path)
        text = data if isinstance(data, str) else data.decode()
        new = {} if key in self.service.living(calendar) else {"id": key, "status": "confirmed"}
        self.service.put(calendar, {"id": key} | new | as_json(text, whole=bool(new)))

    def delete(self, path: str) -> None:
        self.service.remove(*_split(path))


def as_json(data: str, *, whole: bool) -> dict[str, Any]:
    """What another app sends for the one event of a stream. `whole`: it is new."""
    found: dict[str, Any] = {}
    for line in re.sub(r"\r?\n[ \t]", "", data).splitlines():
        head, _, value = line.partition(":")
        name, _, parameters = head.partition(";")
        if name in _TEXTS:
            text = re.sub(r"\\(.)", lambda match: "\n" if match[1] in "nN" else match[1], value)
            found.setdefault(_TEXTS[name], text)
        elif name == "UID" and whole:
            found["iCalUID"] = value
        elif name in {"DTSTART", "DTEND", "DUE"}:
            found["end" if name == "DTEND" else "start"] = _moment(parameters, value)
        elif name in {"RRULE", "EXDATE"}:
            found.setdefault("recurrence", []).append(line)
        elif name == "STATUS":
            found["status"] = value.lower()
    return found


def _moment(parameters: str, value: str) -> dict[str, str]:
    if parameters == "VALUE=DATE":
        return {"date": f"{value[:4]}-{value[4:6]}-{value[6:8]}"}
    zone = parameters.removeprefix("TZID=") or "UTC"
    moment = datetime.strptime(value.rstrip("Z"), "%Y%m%dT%H%M%S").replace(
        tzinfo=UTC if value.endswith("Z") else ZoneInfo(zone)
    )
    return {"dateTime": moment.isoformat(), "timeZone": zone}


def _split(path: str) -> tuple[str, str]:
    place, _, name = path.rpartition("/")
    return place.strip("/"), id_of(name)
