"""Calendars and events in memory, behind the API's paths. What is not asked of the API (another app's hand, an owner of
a quota, a network that loses answers) are methods and fields of the fake.
"""

from __future__ import annotations

import contextlib
import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.fakes.google import rules
from tests.fakes.serving import json_server

_BASE = "/calendar/v3"
_CAP = 2_500


class Refused(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, reason: str, message: str = "") -> None:
        super().__init__(reason)
        self.status = status
        self.body = {"error": {"code": status, "message": message or reason, "errors": [{"reason": reason}]}}


@dataclass
class Calendar:
    """One calendar with its entries and their history."""

    id: str
    entry: dict[str, Any]
    by_app: bool = False
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)
    """Ids in the order of their changes: a sync token is a place in it."""
    oldest: int = 0
    """Tokens from before are forgotten."""
    leads: list[int] = field(default_factory=lambda: [10])


@dataclass
class GoogleCalendar:
    """One user's account."""

    scopes: frozenset[str] = frozenset({rules.EVENTS_READ, rules.LIST_READ, rules.APP_CREATED})
    takes: Callable[[str], bool] = lambda _: True
    """Whether an access token is good."""
    url: str = ""
    page: int = _CAP
    """Most entries on a page, whatever is asked for."""
    calendars: dict[str, Calendar] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Method and path with query."""
    refusals: list[Refused] = field(default_factory=list)
    """Of the next requests, one each."""
    lost: set[str] = field(default_factory=set)
    """Methods ("events.insert") whose next answer is lost, after it was carried out."""
    _clock: int = 0

    def __post_init__(self) -> None:
        self.add_calendar("anna@example.com", primary=True)

    # Another app, or the provider.

    def add_calendar(self, name: str, *, primary: bool = False, role: str = "owner", by_app: bool = False) -> Calendar:
        """A calendar in the user's list."""
        key = name if primary else f"c{len(self.calendars):03}{self._tick()}@group.calendar.google.com"
        entry = {"kind": "calendar#calendarListEntry", "id": key, "summary": name, "accessRole": role}
        made = Calendar(id=key, entry=entry | ({"primary": True} if primary else {}), by_app=by_app)
        self.calendars[key] = made
        return made

    def put(self, calendar: str, event: dict[str, Any]) -> dict[str, Any]:
        """Store an event as another app would: what it says goes over what is there."""
        place = self.calendars[calendar]
        return self._store(place, event["id"], place.events.get(event["id"], {}) | event)

    def remove(self, calendar: str, key: str) -> None:
        """Delete an event as another app would."""
        place = self.calendars[calendar]
        event = place.events[key]
        kept = ("id", "recurringEventId", "originalStartTime")
        self._store(place, key, {name: event[name] for name in kept if name in event} | {"status": "cancelled"})

    def forget_tokens(self) -> None:
        """As after some weeks."""
        for calendar in self.calendars.values():
            self._store(calendar, "", {})
            del calendar.events[""]
            calendar.oldest = len(calendar.history)

    def living(self, calendar: str) -> dict[str, dict[str, Any]]:
        """The events that are not deleted, by id."""
        return {
            key: event for key, event in self.calendars[calendar].events.items() if event.get("status") != "cancelled"
        }

    # The API.

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        """Status and JSON of an answer; None: no body. `headers` by lower-case name."""
        self.asked.append((method, target))
        try:
            if self.refusals:
                raise self.refusals.pop(0)
            return self._answer(method, target, headers, body)
        except Refused as refused:
            return refused.status, refused.body

    def _answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not self.takes(token):
            raise Refused(401, "authError", "Invalid Credentials")
        parts = urlsplit(target)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        query = dict(pairs)
        if not parts.path.startswith(_BASE + "/"):
            raise Refused(404, "notFound")
        steps = [unquote(step) for step in parts.path.removeprefix(_BASE + "/").split("/")]
        name, arguments = _method(method, steps)
        unknown = set(query) - rules.PARAMETERS[name]
        if unknown or len(pairs) != len(query):
            raise Refused(400, "invalidParameter", f"unknown or repeated: {sorted(unknown)}")
        calendar = self._calendar(name, arguments[0] if arguments else None)
        self._allow(name, calendar)
        given = json.loads(body) if body else {}
        done = getattr(self, "_" + name.replace(".", "_"))(calendar, arguments[1:], query, given, headers)
        if name in self.lost:
            self.lost.discard(name)
            raise ConnectionAbortedError
        if done is None:
            return 204, None
        return 200, copy.deepcopy({field: value for field, value in done.items() if field != "_uid"})

    def _calendar(self, name: str, key: str | None) -> Calendar | None:
        if key is None:
            return None
        if key == "primary":
            key = next(one.id for one in self.calendars.values() if one.entry.get("primary"))
        if key not in self.calendars:
            raise Refused(404, "notFound")
        return self.calendars[key]

    def _allow(self, name: str, calendar: Calendar | None) -> None:
        enough = set(rules.SCOPES[name]) & self.scopes
        if enough == {rules.APP_CREATED} and calendar is not None and not calendar.by_app:
            enough = set()
        if not enough:
            raise Refused(403, "insufficientPermissions", "Request had insufficient authentication scopes.")
        writes = name.rpartition(".")[2] in {"insert", "patch", "delete"} and not name.startswith("calendarList")
        if writes and calendar is not None and calendar.entry["accessRole"] not in {"owner", "writer"}:
            raise Refused(403, "requiredAccessLevel")

    def _calendarList_list(self, _: None, __: list[str], query: dict[str, str], *___: Any) -> Any:
        entries = [calendar.entry for calendar in self.calendars.values()]
        rows, after = self._page(entries, query, cap=250)
        return {"kind": "calendar#calendarList", "items": rows} | (
            {"nextPageToken": after} if after else {"nextSyncToken": "list"}
        )

    def _calendarList_get(self, calendar: Calendar, *_: Any) -> Any:
        return calendar.entry

    def _calendarList_patch(
        self, calendar: Calendar, _: list[str], query: dict[str, str], given: dict[str, Any], __: Any
    ) -> Any:
        if {"backgroundColor", "foregroundColor"} & set(given) and query.get("colorRgbFormat") != "true":
            raise Refused(400, "invalid", "colors want colorRgbFormat")
        calendar.entry |= given
        return calendar.entry

    def _calendars_insert(self, _: None, __: list[str], ___: Any, given: dict[str, Any], ____: Any) -> Any:
        if not given.get("summary") or set(given) - {"summary", "description", "timeZone", "location"}:
            raise Refused(400, "required", "summary")
        made = self.add_calendar(given["summary"], by_app=True)
        made.entry |= {name: given[name] for name in ("description",) if name in given}
        return {"kind": "calendar#calendar", "id": made.id, "etag": '"1"'} | given

    def _calendars_get(self, calendar: Calendar, *_: Any) -> Any:
        return {name: calendar.entry.get(name) for name in ("id", "summary", "description")}

    def _calendars_delete(self, calendar: Calendar, *_: Any) -> Any:
        if calendar.entry.get("primary"):
            raise Refused(400, "invalid", "the primary calendar cannot be deleted")
        del self.calendars[calendar.id]

    def _events_list(self, calendar: Calendar, _: list[str], query: dict[str, str], *__: Any) -> Any:
        token = query.get("syncToken")
        if token is not None and rules.NOT_WITH_SYNC_TOKEN & set(query):
            raise Refused(400, "invalid", "Sync token cannot be used with query restrictions.")
        if token is not None and query.get("showDeleted") == "false":
            raise Refused(400, "invalid", "showDeleted")
        chosen = self._since(calendar, token) if token is not None else self._all(calendar, query)
        rows, after = self._page(chosen, query, cap=_CAP)
        said: dict[str, Any] = {
            "kind": "calendar#events",
            "items": rows,
            "defaultReminders": [{"method": "popup", "minutes": lead} for lead in calendar.leads],
        }
        if after:
            return said | {"nextPageToken": after}
        return said | ({} if "iCalUID" in query else {"nextSyncToken": f"sync={len(calendar.history)}"})

    def _all(self, calendar: Calendar, query: dict[str, str]) -> list[dict[str, Any]]:
        events = list(calendar.events.values())
        if "iCalUID" in query:
            events = [event for event in events if event.get("iCalUID", event.get("_uid")) == query["iCalUID"]]
        if query.get("showDeleted") == "true":
            return events
        return [
            event
            for event in events
            if event.get("status") != "cancelled" or calendar.events.get(event.get("recurringEventId", ""))
        ]

    def _since(self, calendar: Calendar, token: str) -> list[dict[str, Any]]:
        prefix, _, place = token.partition("=")
        if prefix != "sync" or not place.isdigit() or int(place) > len(calendar.history):
            raise Refused(400, "invalid", "Invalid sync token value.")
        if int(place) < calendar.oldest:
            raise Refused(410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required.")
        keys = dict.fromkeys(calendar.history[int(place) :])
        return [calendar.events[key] for key in keys if key in calendar.events]

    def _events_get(self, calendar: Calendar, keys: list[str], *_: Any) -> Any:
        if keys[0] not in calendar.events:
            raise Refused(404, "notFound")
        return calendar.events[keys[0]]

    def _events_insert(
        self, calendar: Calendar, _: list[str], query: dict[str, str], given: dict[str, Any], __: Any
    ) -> Any:
        self._check(given, query, whole=True)
        key = given.get("id") or f"generated{self._tick()}"
        if key in calendar.events:
            raise Refused(409, "duplicate", "The requested identifier already exists.")
        return self._store(calendar, key, {"status": "confirmed"} | given | {"id": key, "iCalUID": f"{key}@google.com"})

    def _events_patch(
        self, calendar: Calendar, keys: list[str], query: dict[str, str], given: dict[str, Any], headers: dict[str, str]
    ) -> Any:
        event = self._events_get(calendar, keys)
        self._check(given, query, whole=False)
        self._match(event, headers)
        if event.get("status") == "cancelled":
            raise Refused(403, "forbidden", "it was deleted")
        return self._store(calendar, keys[0], _patched(event, given))

    def _events_delete(self, calendar: Calendar, keys: list[str], _: Any, __: Any, headers: dict[str, str]) -> None:
        event = self._events_get(calendar, keys)
        if event.get("status") == "cancelled":
            raise Refused(410, "deleted", "Resource has been deleted")
        self._match(event, headers)
        self.remove(calendar.id, keys[0])

    def _check(self, given: dict[str, Any], query: dict[str, str], *, whole: bool) -> None:
        # No right of ours could mail anybody; a test would rather know that we tried.
        if given.get("attendees") or set(query) & {"sendUpdates", "sendNotifications"}:
            raise Refused(400, "invitation", "this would invite somebody")
        if fault := rules.fault_of(given, whole=whole):
            raise Refused(400, "invalid", fault)

    def _match(self, event: dict[str, Any], headers: dict[str, str]) -> None:
        if headers.get("if-match") not in {None, "*", event["etag"]}:
            raise Refused(412, "conditionNotMet", "Precondition Failed")

    def _store(self, calendar: Calendar, key: str, event: dict[str, Any]) -> dict[str, Any]:
        uid = calendar.events.get(key, {}).get("iCalUID") or calendar.events.get(key, {}).get("_uid")
        stamp = {"etag": f'"{3_000_000_000_000_000 + self._tick()}"', "kind": "calendar#event"}
        calendar.events[key] = event | stamp | ({"_uid": uid} if uid and "iCalUID" not in event else {})
        calendar.history.append(key)
        return calendar.events[key]

    def _page(self, rows: list[Any], query: dict[str, str], *, cap: int) -> tuple[list[Any], str]:
        size = int(query.get("maxResults", "250"))
        if not 1 <= size <= cap:
            raise Refused(400, "invalid", "maxResults")
        size = min(size, self.page)
        token = query.get("pageToken", "page=0")
        if not token.startswith("page="):
            raise Refused(400, "invalid", "pageToken")
        at = int(token.removeprefix("page="))
        shown = [{name: value for name, value in row.items() if name != "_uid"} for row in rows[at : at + size]]
        return shown, f"page={at + size}" if at + size < len(rows) else ""

    def _tick(self) -> int:
        self._clock += 1
        return self._clock


def _method(verb: str, steps: list[str]) -> tuple[str, list[str]]:
    match verb, steps:
        case "GET", ["users", "me", "calendarList"]:
            return "calendarList.list", []
        case "GET", ["users", "me", "calendarList", key]:
            return "calendarList.get", [key]
        case "PATCH", ["users", "me", "calendarList", key]:
            return "calendarList.patch", [key]
        case "POST", ["calendars"]:
            return "calendars.insert", []
        case "GET", ["calendars", key]:
            return "calendars.get", [key]
        case "DELETE", ["calendars", key]:
            return "calendars.delete", [key]
        case "GET", ["calendars", key, "events"]:
            return "events.list", [key]
        case "POST", ["calendars", key, "events"]:
            return "events.insert", [key]
        case "GET", ["calendars", key, "events", event]:
            return "events.get", [key, event]
        case "PATCH", ["calendars", key, "events", event]:
            return "events.patch", [key, event]
        case "DELETE", ["calendars", key, "events", event]:
            return "events.delete", [key, event]
    raise Refused(404, "notFound", f"{verb} {'/'.join(steps)}")


def _patched(event: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Patch semantics: objects are merged, None takes away, lists are replaced."""
    merged = dict(event)
    for name, value in given.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, dict) and isinstance(merged.get(name), dict):
            merged[name] = _patched(merged[name], value)
        else:
            merged[name] = _patched({}, value) if isinstance(value, dict) else value
    return merged


@contextlib.contextmanager
def google_calendar(state: GoogleCalendar | None = None) -> Iterator[GoogleCalendar]:
    """The API on loopback."""
    state = state or GoogleCalendar()

    def answer(method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], Any]:
        status, said = state.answer(method, target, headers, body)
        return status, {}, said

    with json_server(answer) as state.url:
        yield state
