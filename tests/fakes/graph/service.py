"""Calendars, events, task lists and tasks in memory, behind Graph's paths. What is not asked of the API (another app's
hand, a network that loses answers, links that grow old) are methods and fields of the stand-in.
"""

from __future__ import annotations

import contextlib
import copy
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.fakes.graph import rules
from tests.fakes.serving import json_server

_BASE = "/v1.0"


class Refused(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, code: str, **headers: str) -> None:
        super().__init__(code)
        self.status = status
        self.body = {"error": {"code": code, "message": code}}
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass
class Folder:
    """A calendar or a task list, with its items and their history."""

    id: str
    row: dict[str, Any]
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)
    """Ids in the order of their changes; a link is a place in it."""
    oldest: int = 0


@dataclass
class GraphService:
    """One user's mailbox."""

    takes: Callable[[str], bool] = lambda _: True
    url: str = ""
    page: int = 200
    calendars: dict[str, Folder] = field(default_factory=dict)
    lists: dict[str, Folder] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    refusals: list[Refused] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    """Methods and kinds ("POST events") whose next answer is lost, after it was carried out."""
    looks_at_if_match: bool = True
    """On DELETE; it is not documented."""
    hides_masters: bool = False
    """Series masters do not come with a delta."""
    empty_first_page: bool = False
    _clock: int = 0
    _extra: dict[str, dict[str, str]] = field(default_factory=dict)
    """Extended properties, by the item's id: only shown where they are asked for."""

    def __post_init__(self) -> None:
        self.add_calendar("Kalender", isDefaultCalendar=True)
        self.add_list("Tasks", wellknownListName="defaultList")

    # Another app, or the provider.

    def add_calendar(self, name: str, **more: Any) -> Folder:
        key = f"AQMkCal{self._tick()}=="
        row = {"id": key, "name": name, "canEdit": True, "hexColor": ""} | more
        self.calendars[key] = Folder(id=key, row=row)
        return self.calendars[key]

    def add_list(self, name: str, **more: Any) -> Folder:
        key = f"AQMkList{self._tick()}=="
        row = {"id": key, "displayName": name, "isOwner": True, "wellknownListName": "none"} | more
        self.lists[key] = Folder(id=key, row=row)
        return self.lists[key]

    def put(self, folder: Folder, key: str, item: dict[str, Any]) -> dict[str, Any]:
        """Store an item as another app would: what it says goes over what is there."""
        return self._store(folder, key, folder.items.get(key, {"id": key}) | item)

    def remove(self, folder: Folder, key: str) -> None:
        del folder.items[key]
        folder.history.append(key)

    def forget_links(self) -> None:
        for folder in (*self.calendars.values(), *self.lists.values()):
            folder.history.append("")
            folder.oldest = len(folder.history)

    def expanded(self, item: dict[str, Any]) -> dict[str, Any]:
        """An item with its extended properties."""
        extra = [{"id": key, "value": value} for key, value in self._extra.get(item["id"], {}).items()]
        return item | ({"singleValueExtendedProperties": extra} if extra else {})

    # The API.

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], Any]:
        """Status, headers and JSON of an answer; None: no body."""
        self.asked.append((method, target))
        try:
            if self.refusals:
                raise self.refusals.pop(0)
            scheme, _, token = headers.get("authorization", "").partition(" ")
            if scheme != "Bearer" or not self.takes(token):
                raise Refused(401, "InvalidAuthenticationToken")
            status, said = self._answer(method, target, headers, json.loads(body) if body else {})
            return status, {}, copy.deepcopy(said)
        except Refused as refused:
            return refused.status, refused.headers, refused.body

    def _answer(self, method: str, target: str, headers: dict[str, str], given: Any) -> tuple[int, Any]:
        if 'IdType="ImmutableId"' not in headers.get("prefer", "") and not target.endswith("/$batch"):
            raise Refused(400, "another id would come: ImmutableId is wanted in each request")
        parts = urlsplit(target)
        if not parts.path.startswith(_BASE + "/"):
            raise Refused(404, "ResourceNotFound")
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        steps = [unquote(step) for step in parts.path.removeprefix(_BASE + "/").split("/")]
        match method, steps:
            case "POST", ["$batch"]:
                return 200, self._batch(given, headers)
            case "GET", ["me", "calendars"]:
                return 200, self._paged([one.row for one in self.calendars.values()], query, parts.path)
            case "GET", ["me", "todo", "lists"]:
                return 200, self._paged([one.row for one in self.lists.values()], query, parts.path)
            case "POST", ["me", "calendars"]:
                return self._make(self.calendars, "name", given)
            case "POST", ["me", "todo", "lists"]:
                return self._make(self.lists, "displayName", given)
            case "GET", ["me", "calendars", key, "calendarView", "delta"]:
                return 200, self._delta(self._folder(self.calendars, key), query, parts.path, is_view=True)
            case "GET", ["me", "todo", "lists", key, "tasks", "delta"]:
                return 200, self._delta(self._folder(self.lists, key), query, parts.path, is_view=False)
            case "POST", ["me", "calendars", key, "events"]:
                return self._create(self._folder(self.calendars, key), given, rules.EVENT_FIELDS, "events")
            case "POST", ["me", "todo", "lists", key, "tasks"]:
                return self._create(self._folder(self.lists, key), given, rules.TASK_FIELDS, "tasks")
            case "GET", ["me", "events", key, "instances"]:
                return 200, self._instances(key, query, parts.path)
            case _, ["me", "events", key]:
                return self._item(method, self._holding(key), key, (query, headers, given, rules.EVENT_FIELDS))
            case _, ["me", "todo", "lists", place, "tasks", key]:
                folder = self._folder(self.lists, place)
                return self._item(method, folder, key, (query, headers, given, rules.TASK_FIELDS))
            case _, ["me", "calendars", key]:
                return self._whole(method, self.calendars, key, query)
            case _, ["me", "todo", "lists", key]:
                return self._whole(method, self.lists, key, query)
        raise Refused(404, "ResourceNotFound")

    def _batch(self, given: Any, headers: dict[str, str]) -> Any:
        requests = given["requests"]
        if not 0 < len(requests) <= 20:
            raise Refused(400, "BadRequest")
        responses = []
        for one in requests:
            own = {name.lower(): value for name, value in one.get("headers", {}).items()}
            status, extra, said = self.answer(one["method"], _BASE + one["url"], headers | {"prefer": ""} | own, b"")
            self.asked.pop()
            responses.append({"id": one["id"], "status": status, "headers": extra, "body": said})
        return {"responses": list(reversed(responses))}  # in any order

    def _make(self, folders: dict[str, Folder], name: str, given: Any) -> tuple[int, Any]:
        if not given.get(name) or set(given) - {name, "singleValueExtendedProperties", "color"}:
            raise Refused(400, "ErrorInvalidRequest")
        if given[name] in [one.row[name] for one in folders.values()]:
            raise Refused(409, "ErrorFolderExists")
        made = self.add_calendar(given[name]) if folders is self.calendars else self.add_list(given[name])
        self._keep(made.id, given)
        self._lose("POST folders")
        return 201, made.row

    def _whole(self, method: str, folders: dict[str, Folder], key: str, query: dict[str, str]) -> tuple[int, Any]:
        folder = self._folder(folders, key)
        if method == "GET":
            return 200, self._shown(folder.row, query)
        if method == "DELETE" and not folder.row.get("isDefaultCalendar"):
            del folders[key]
            return 204, None
        raise Refused(403, "ErrorAccessDenied")

    def _create(self, folder: Folder, given: Any, fields: frozenset[str], kind: str) -> tuple[int, Any]:
        if fault := rules.fault_of(given, fields):
            raise Refused(400, fault)
        if not folder.row.get("canEdit", True):
            raise Refused(403, "ErrorAccessDenied")
        transaction = given.get("transactionId")
        if transaction and transaction in [one.get("transactionId") for one in folder.items.values()]:
            raise Refused(409, "ErrorDuplicateTransactionId")
        key = f"AAMk{self._tick():05}-_A="
        defaults: dict[str, Any] = {"showAs": "busy", "isReminderOn": True, "reminderMinutesBeforeStart": 15}
        if kind == "tasks":
            defaults = {"status": "notStarted", "isReminderOn": False, "importance": "normal"}
        self._keep(key, given)
        plain = {name: value for name, value in given.items() if name != "singleValueExtendedProperties"}
        made = self._store(folder, key, _normal(defaults | plain) | {"id": key})
        self._lose(f"POST {kind}")
        return 201, made

    def _item(self, method: str, folder: Folder, key: str, rest: tuple[Any, ...]) -> tuple[int, Any]:
        query, headers, given, fields = rest
        item = folder.items.get(key)
        if item is None:
            raise Refused(404, "ErrorItemNotFound")
        if method == "GET":
            return 200, self._shown(item, query)
        stale = headers.get("if-match") not in {None, "*", f'W/"{item["changeKey"]}"'}
        if method == "DELETE":
            if stale and self.looks_at_if_match:
                raise Refused(412, "ErrorIrresolvableConflict")
            self.remove(folder, key)
            return 204, None
        if fault := rules.fault_of(given, fields):
            raise Refused(400, fault)
        if stale:
            raise Refused(412, "ErrorIrresolvableConflict")
        self._keep(key, given)
        plain = {name: value for name, value in given.items() if name != "singleValueExtendedProperties"}
        return 200, self._store(folder, key, _normal(item | plain))

    def _delta(self, folder: Folder, query: dict[str, str], path: str, *, is_view: bool) -> Any:
        if set(query) - rules.DELTA_PARAMETERS:
            raise Refused(400, f"not with delta: {sorted(set(query) - rules.DELTA_PARAMETERS)}")
        token = query.get("$deltatoken") or query.get("$skiptoken")
        if token is None:
            if is_view and not {"startDateTime", "endDateTime"} <= set(query):
                raise Refused(400, "startDateTime and endDateTime are wanted")
            since, at, window = 0, 0, f"{query.get('startDateTime', '')}~{query.get('endDateTime', '')}"
        else:
            found = re.fullmatch(r"(\d+)\.(\d+)\.(.*)", token)
            if found is None:
                raise Refused(400, "SyncStateInvalid")
            since, at, window = int(found[1]), int(found[2]), found[3]
            if since < folder.oldest or since > len(folder.history):
                raise Refused(410, "SyncStateNotFound")
        rows = self._changed(folder, since, window, first=since == 0) if is_view else self._changed_tasks(folder, since)
        size = 0 if self.empty_first_page and at == 0 and "$skiptoken" not in query else self.page
        self_at = at + size
        said: dict[str, Any] = {"value": rows[at:self_at]}
        place = f"{self.url}{path}"
        if self_at < len(rows) or (size == 0 and rows):
            return said | {"@odata.nextLink": f"{place}?$skiptoken={since}.{self_at}.{window}"}
        return said | {"@odata.deltaLink": f"{place}?$deltatoken={len(folder.history)}.0.{window}"}

    def _changed(self, folder: Folder, since: int, window: str, *, first: bool) -> list[Any]:
        start, end = (_moment(part) for part in window.split("~"))
        keys = list(folder.items) if first else list(dict.fromkeys(filter(None, folder.history[since:])))
        rows: list[Any] = []
        for key in keys:
            item = folder.items.get(key)
            if item is None:
                rows.append({"id": key, "@removed": {"reason": "deleted"}})
            elif item.get("type") == "seriesMaster":
                rows += [] if self.hides_masters else [item]
                rows += [_short(one) for one in self._occurrences(item, start, end)]
            elif _moment(item["start"]["dateTime"]) < end and _moment(item["end"]["dateTime"]) >= start:
                rows.append(item)
            elif not first:
                rows.append({"id": key, "@removed": {"reason": "deleted"}})
        return rows

    def _changed_tasks(self, folder: Folder, since: int) -> list[Any]:
        keys = list(folder.items) if since == 0 else list(dict.fromkeys(filter(None, folder.history[since:])))
        return [folder.items.get(key) or {"id": key, "@removed": {"reason": "deleted"}} for key in keys]

    def _instances(self, key: str, query: dict[str, str], path: str) -> Any:
        master = self._holding(key).items[key]
        start, end = _moment(query["startDateTime"]), _moment(query["endDateTime"])
        return self._paged(self._occurrences(master, start, end), query, path)

    def _occurrences(self, master: dict[str, Any], start: datetime, end: datetime) -> list[dict[str, Any]]:
        """Daily, as often as `_days` says; `_exceptions` by day: what differs, or None where it was struck out."""
        found = []
        begin, until = _moment(master["start"]["dateTime"]), _moment(master["end"]["dateTime"])
        for day in range(master["_days"]):
            at = begin + timedelta(days=day)
            changed = master.get("_exceptions", {}).get(day, {})
            if changed is None or not start <= at < end:
                continue
            one = {name: value for name, value in master.items() if not name.startswith("_")}
            one |= {
                "id": f"{master['id']}.{day}",
                "type": "exception" if changed else "occurrence",
                "seriesMasterId": master["id"],
                "start": {"dateTime": f"{at:%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": "UTC"},
                "end": {"dateTime": f"{at + (until - begin):%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": "UTC"},
                "originalStart": f"{at:%Y-%m-%dT%H:%M:%SZ}",
                "iCalUId": f"{master['iCalUId']}-{day}",
                "changeKey": f"{master['changeKey']}.{day}",
            }
            found.append(one | changed)
        return found

    def _paged(self, rows: list[Any], query: dict[str, str], path: str) -> Any:
        at = int(query.get("$skip", "0"))
        shown = rows[at : at + self.page]
        said: dict[str, Any] = {"value": shown}
        if at + self.page < len(rows):
            rest = "&".join(f"{name}={value}" for name, value in query.items() if name != "$skip")
            said["@odata.nextLink"] = f"{self.url}{path}?{rest}&$skip={at + self.page}"
        return said

    def _shown(self, item: dict[str, Any], query: dict[str, str]) -> Any:
        wanted = query.get("$expand")
        plain = {name: value for name, value in item.items() if not name.startswith("_")}
        if wanted is None:
            return plain
        if not wanted.startswith(rules.EXPAND_FORM) or not wanted.endswith("')"):
            raise Refused(400, "bad $expand")
        key = wanted.removeprefix(rules.EXPAND_FORM).removesuffix("')")
        value = self._extra.get(item["id"], {}).get(key)
        return plain | ({} if value is None else {"singleValueExtendedProperties": [{"id": key, "value": value}]})

    def _keep(self, key: str, given: Any) -> None:
        for one in given.get("singleValueExtendedProperties", []):
            self._extra.setdefault(key, {})[one["id"]] = one["value"]

    def _folder(self, folders: dict[str, Folder], key: str) -> Folder:
        if key not in folders:
            raise Refused(404, "ErrorItemNotFound")
        return folders[key]

    def _holding(self, key: str) -> Folder:
        for folder in self.calendars.values():
            if key in folder.items:
                return folder
        raise Refused(404, "ErrorItemNotFound")

    def _store(self, folder: Folder, key: str, item: dict[str, Any]) -> dict[str, Any]:
        tick = self._tick()
        stamp = {"changeKey": f"ck{tick}", "@odata.etag": f'W/"ck{tick}"'}
        uid = {"iCalUId": item.get("iCalUId", f"040000008200E{key}")}
        folder.items[key] = item | stamp | uid
        folder.history.append(key)
        return folder.items[key]

    def _lose(self, what: str) -> None:
        if what in self.lost:
            self.lost.discard(what)
            raise ConnectionAbortedError

    def _tick(self) -> int:
        self._clock += 1
        return self._clock


def _short(occurrence: dict[str, Any]) -> dict[str, Any]:
    """What a delta says of one that is as its series."""
    names = ("id", "type", "seriesMasterId", "start", "end")
    return {name: occurrence[name] for name in names} if occurrence["type"] == "occurrence" else occurrence


def _normal(item: dict[str, Any]) -> dict[str, Any]:
    """As Graph gives back what it was given: fractions of seconds, the type of an event, a due day without its time."""
    found = dict(item)
    for name in ("start", "end", "reminderDateTime"):
        if found.get(name) is not None:
            moment = f"{_moment(found[name]['dateTime']):%Y-%m-%dT%H:%M:%S}.0000000"
            found[name] = {"dateTime": moment, "timeZone": "UTC"}
    if found.get("dueDateTime") is not None:
        day = found["dueDateTime"]["dateTime"][:10]
        found["dueDateTime"] = {"dateTime": f"{day}T00:00:00.0000000", "timeZone": "UTC"}
    if "start" in found:
        found.setdefault("type", "singleInstance")
    return {name: value for name, value in found.items() if value is not None}


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text[:19])
    return moment.replace(tzinfo=UTC)


@contextlib.contextmanager
def graph_service(state: GraphService | None = None) -> Iterator[GraphService]:
    """The API on loopback."""
    state = state or GraphService()

    def answer(method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], Any]:
        return state.answer(method, target, headers, body)  # as it is by then: tests put another one in its place

    with json_server(answer) as state.url:
        yield state
