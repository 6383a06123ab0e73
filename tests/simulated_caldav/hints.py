"""Profiles of real servers, read from what the caldav package knows of them (`caldav.compatibility_hints`), and from
what was measured on loopback where that says more. Every hint that caldav has a name for is either read here or stands
in `LEFT_OUT` with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from caldav import compatibility_hints
from caldav.compatibility_hints import FeatureSet

from tests.simulated_caldav.profile import Profile

Overrides = dict[str, Any]
_GOOD = frozenset({"full", "quirk"})
_UNSURE = frozenset({"unknown", "fragile"})


class Hints:
    """What caldav says of one server."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._raw = raw
        self._features = FeatureSet(dict(raw))

    def level(self, feature: str) -> str:
        """full, quirk, unsupported, fragile, broken, ungraceful, unknown."""
        return str(self._features.is_supported(feature, str))

    def has(self, feature: str, *, unsure: bool = True) -> bool:
        """Whether it works; `unsure`: what to take "fragile" and "unknown" for."""
        level = self.level(feature)
        return unsure if level in _UNSURE else level in _GOOD

    def detail(self, feature: str, key: str) -> Any:
        """What is said beside the level; "" where nothing is."""
        said = self._raw.get(feature)
        return said.get(key, "") if isinstance(said, dict) else ""

    def delay(self, feature: str) -> float:
        """Seconds that a write of this kind takes."""
        return 0.0 if self.has(feature, unsure=False) else float(self.detail(feature, "delay") or 0.0)

    def says(self, feature: str, *words: str) -> bool:
        """Whether its behaviour is described with all of these."""
        behaviour = str(self.detail(feature, "behaviour")).lower()
        return all(word in behaviour for word in words)


def _entrance(hints: Hints) -> Overrides:
    base = str(hints.detail("auto-connect.url", "basepath") or "/dav/")
    base = base if base.endswith("/") else base + "/"
    return {
        "entrance": base,
        "principal": f"{base}principals/{{username}}/",
        "home": f"{base}calendars/{{username}}/",
    }


def _well_known(hints: Hints) -> Overrides:
    if hints.has("well-known"):
        return {}
    return {"well_known": "astray" if hints.says("well-known", "redirects") else "absent"}


def _mkcalendar(hints: Hints) -> Overrides:
    if hints.says("create-calendar", "mkcol-required"):
        return {"mkcalendar": "extended MKCOL"}
    if hints.says("create-calendar", "empty-207"):
        return {"mkcalendar": "empty 207"}
    # Where it works now and then, the worse is tried: where it works is tried with the others.
    return {} if hints.has("create-calendar", unsure=False) else {"mkcalendar": "no"}


def _made_under(hints: Hints) -> Overrides:
    if hints.has("create-calendar.stable-url"):
        return {}
    if hints.says("create-calendar.stable-url", "numeric"):
        return {"made_under": "a number"}
    if hints.says("create-calendar.stable-url", "relocates"):
        return {"made_under": "its name"}
    return {"made_under": "an alias"}


def _made_components(hints: Hints) -> Overrides:
    feature = "create-calendar.with-supported-component-types"
    if hints.level("create-calendar") not in _GOOD or hints.has(feature):
        return {}
    return {"made_components": "VEVENT" if hints.says(feature, "vevent-only") else "all"}


def _rate(hints: Hints) -> Overrides:
    count, interval = hints.detail("rate-limit", "count"), hints.detail("rate-limit", "interval")
    return {"pace": (int(count), float(interval))} if count and interval else {}


def _etag(hints: Hints) -> Overrides:
    if hints.says("save.etag", "weak"):
        return {"put_etag": "weak"}
    if hints.says("save.etag", "percent"):
        return {"put_etag": "percent"}
    return {} if hints.has("save.etag") else {"put_etag": "unquoted"}


def _uid_twice(hints: Hints) -> Overrides:
    level, feature = hints.level("save.no-uid-conflict"), "save.no-uid-conflict"
    if level in {"unsupported", "unknown"}:
        return {"uid_twice": "stored"}
    if hints.says(feature, "unique-scheduling-object-resource"):
        return {"uid_refusal": (403, "c:unique-scheduling-object-resource")}
    if hints.says(feature, "carddav"):
        return {"uid_refusal": (403, "card:no-uid-conflict")}
    if hints.says(feature, "412"):
        return {"uid_refusal": (412, "")}
    return {"uid_refusal": (409, "")} if hints.says(feature, "409") else {}


def _sync(hints: Hints) -> Overrides:
    level = hints.level("sync-token")
    if level == "unsupported":
        return {"sync": "no", "tells_reports": False, "sync_refusal": 403}
    if level == "ungraceful":
        return {"sync": "no", "tells_reports": False, "sync_refusal": 501}
    clock = level == "fragile" or hints.says("sync-token", "time-based")
    # What is said of DAV:limit, which is never sent, says this of every answer.
    itself: Overrides = {"lists_itself": hints.says("sync-token.limit", "lists the collection itself")}
    return itself | ({"tokens": "clock"} if clock else {})


def _deleted(hints: Hints) -> Overrides:
    if hints.says("sync-token.delete", "418"):
        return {"deleted": "teapot"}
    return {} if hints.has("sync-token.delete") else {"deleted": "untold"}


def _bad_token(hints: Hints) -> Overrides:
    feature = "sync-token.invalid-token"
    if hints.level(feature) == "broken":
        return {"bad_token": "everything"}
    return {"bad_token_status": 500} if hints.says(feature, "500") else {}


def _missing(hints: Hints) -> Overrides:
    feature = "non-existing-raises-not-found."
    return {
        "missing": 404 if hints.level(feature + "object") == "full" else 403,
        "missing_collection": 404 if hints.level(feature + "collection") == "full" else 403,
    }


def _flag(feature: str, field: str, *, unsure: bool = True) -> Callable[[Hints], Overrides]:
    """A field that is False where the feature is not to be had."""
    return lambda hints: {field: hints.has(feature, unsure=unsure)}


def _delay(feature: str, field: str) -> Callable[[Hints], Overrides]:
    return lambda hints: {field: hints.delay(feature)}


def _search_delay(hints: Hints) -> Overrides:
    return {"search_delay": float(hints.detail("search-cache", "delay") or 0.0)}


def _elsewhere(hints: Hints) -> Overrides:
    level = hints.level("save.duplicate-uid.cross-calendar")
    return {"uid_elsewhere": "refused" if level in {"ungraceful", "unsupported"} else "stored"}


READ: dict[str, Callable[[Hints], Overrides]] = {
    "auth.www-authenticate": _flag("auth.www-authenticate", "challenges"),
    "auto-connect.url": _entrance,
    "calendar-color": _flag("calendar-color", "keeps_color"),
    "create-calendar": _mkcalendar,
    "create-calendar.auto": _flag("create-calendar.auto", "makes_by_itself", unsure=False),
    "create-calendar.set-displayname": _flag("create-calendar.set-displayname", "keeps_name"),
    "create-calendar.stable-url": _made_under,
    "create-calendar.with-supported-component-types": _made_components,
    "delete-calendar": _flag("delete-calendar", "deletes_calendars"),
    "delete-calendar.free-namespace": _flag("delete-calendar.free-namespace", "frees_names", unsure=False),
    "get-current-user-principal": _flag("get-current-user-principal", "tells_principal"),
    "get-supported-components": _flag("get-supported-components", "tells_components"),
    "non-existing-raises-not-found.collection": _missing,
    "non-existing-raises-not-found.object": _missing,
    "propfind.displayname": _flag("propfind.displayname", "tells_names"),
    "rate-limit": _rate,
    "save-load.mutable.if-match-optional": lambda hints: {
        "needs_if_match": not hints.has("save-load.mutable.if-match-optional")
    },
    "save-load.reuse-deleted-uid": lambda hints: {
        "remembers_deleted_uids": not hints.has("save-load.reuse-deleted-uid")
    },
    "save-load.todo": _flag("save-load.todo", "tasks", unsure=False),
    "save-load.todo.mixed-calendar": _flag("save-load.todo.mixed-calendar", "mixes"),
    "save.duplicate-uid.cross-calendar": _elsewhere,
    "save.etag": _etag,
    "save.if-none-match": _flag("save.if-none-match", "heeds_if_none_match"),
    "save.no-uid-conflict": _uid_twice,
    "scheduling.mailbox": _flag("scheduling.mailbox", "mailboxes", unsure=False),
    "search-cache": _search_delay,
    "search.comp-type": _flag("search.comp-type", "filters_components"),
    "search.recurrences.includes-implicit.event": _flag("search.recurrences.includes-implicit.event", "search_series"),
    "search.time-range.event": _flag("search.time-range.event", "searches"),
    "sync-token": _sync,
    "sync-token.delete": _deleted,
    "sync-token.invalid-token": _bad_token,
    "synchronous-write": _delay("synchronous-write", "write_delay"),
    "synchronous-write.create-calendar": _delay("synchronous-write.create-calendar", "make_delay"),
    "synchronous-write.delete-calendar": _delay("synchronous-write.delete-calendar", "delete_delay"),
    "synchronous-write.proppatch": _delay("synchronous-write.proppatch", "proppatch_delay"),
    "url.encode-at.literal.object": lambda hints: {
        "at_signs": "one" if hints.has("url.encode-at.literal.object") else "encoded"
    },
    "well-known": _well_known,
}
"""What each hint makes of a profile. A hint that hangs on another is read with it."""

_GROUP = "only a heading: what is under it is read or left out by itself"
_NOT_SENT = "the connector never sends it"
_NOT_WRITTEN = "the program never writes it: its own items have none"
_NOT_ASKED = "the connector asks for events of a bounded range ahead, and for nothing else"
_SCHEDULING = "no scheduling message is ever sent, and invitations are only read"
LEFT_OUT: dict[str, str] = {
    name: reason
    for reason, names in {
        _GROUP: "auto-connect url url.encode-at url.encode-at.literal auth http save save-load save-load.event "
        "save-load.icalendar save-load.mutable save.duplicate-uid search search.time-range search.recurrences "
        "search.recurrences.includes-implicit non-existing-raises-not-found propfind",
        "the user's name and calendars of the simulation hold no @; names of objects do, and are read": (
            "url.encode-at.identity url.encode-at.literal.collection url.encode-at.literal.principal "
            "url.encode-at.encoded"
        ),
        "basic and digest are tried in any case": "auth.www-authenticate.usable-scheme",
        "every account of the simulation is given a calendar": "get-current-user-principal.has-calendar",
        _NOT_SENT: "propfind.allprop propfind.allprop.resourcetype propfind.principal-depth-1 sync-token.limit "
        "sync-token.limit.initial-sync save-load.mutable.if-match-wildcard http.multiplexing calendar-order "
        "calendar-color.name freebusy-query principal-search principal-search.by-name principal-search.by-name.self "
        "principal-search.list-all",
        _NOT_WRITTEN: "save-load.event.no-summary save-load.event.no-dtend save-load.event.recurrences "
        "save-load.event.recurrences.count save-load.event.recurrences.exception "
        "save-load.event.recurrences.exception.reschedule save-load.event.recurrences.exception.cancelled "
        "save-load.todo.recurrences save-load.todo.recurrences.count save-load.todo.recurrences.thisandfuture "
        "save-load.journal save-load.journal.mixed-calendar save-load.event.timezone "
        "save-load.icalendar.related-to save-load.mutable.attendee-partstat",
        "it says of objects what create-calendar.stable-url says of their calendar": "save-load.stable-url",
        "a ticked task is never opened again": "save-load.todo.uncomplete",
        "no server is known that refuses it": "save-load.get-by-url",
        "every item has another text or time": "save.duplicate-event",
        "the log-in of the simulation is right or refused": "wrong-password-check",
        "of the tests of caldav itself": "tests-cleanup-calendar test-calendar test-calendar.compatibility-tests",
        _NOT_ASKED: "search.comp-type.optional search.time-range.accurate search.time-range.comp-type-optional "
        "search.time-range.todo search.time-range.todo.no-dtstart search.time-range.todo.no-dtstart.no-due "
        "search.time-range.todo.old-dates search.time-range.todo.strict search.time-range.open "
        "search.time-range.open.end search.time-range.open.start search.time-range.open.start.duration "
        "search.time-range.event.old-dates search.time-range.journal search.time-range.alarm "
        "search.unlimited-time-range search.is-not-defined search.is-not-defined.category "
        "search.is-not-defined.dtend search.is-not-defined.class search.text search.text.comp-type-optional "
        "search.text.case-sensitive search.text.case-insensitive search.text.substring search.text.category "
        "search.text.category.substring search.recurrences.includes-implicit.todo "
        "search.recurrences.includes-implicit.todo.pending search.recurrences.includes-implicit.infinite-scope "
        "search.combined-is-logical-and search.recurrences.expanded search.recurrences.expanded.todo "
        "search.recurrences.expanded.event search.recurrences.expanded.exception",
        _SCHEDULING: "scheduling scheduling.calendar-user-address-set "
        "scheduling.calendar-user-address-set.populated scheduling.mailbox.inbox-delivery scheduling.auto-schedule "
        "scheduling.schedule-tag scheduling.schedule-tag.stable-partstat scheduling.freebusy-query",
    }.items()
    for name in names.split()
}
"""Hints that make no difference to what this program does, and why."""

_SABRE: Overrides = {"multiget_missing": "left out"}
_MEASURED: dict[str, Overrides] = {
    "radicale": {"uid_refusal": (409, "c:no-uid-conflict"), "rewrites": "form", "enforces_components": False},
    "xandikos": {
        "uid_refusal": (412, "c:no-uid-conflict"),
        "rewrites": "form",
        "bad_token_status": 412,
        "missing_in_207": True,
    },
    "davical": {"multiget_missing": "left out", "enforces_components": False},
    "synology": {"multiget_missing": "left out", "enforces_components": False},
    "cyrus": {"rewrites": "text", "entrance_is_open": True},
    "sogo": {
        "entrance": "/SOGo/dav/",
        "principal": "/SOGo/dav/{username}/",
        "home": "/SOGo/dav/{username}/Calendar/",
        "software": "SOGo",
        "heeds_if_match_on_put": False,
        "heeds_if_match_on_delete": False,
        "rewrites": "text",
        "retry_after": False,
        "enforces_components": False,
    },
    "zimbra": {"principal": "/principals/users/{username}/", "home": "/dav/{username}/", "rewrites": "text"},
    "nextcloud": _SABRE | {"remembers_deleted_uids": True},
    "ecloud": _SABRE | {"remembers_deleted_uids": True},
    "baikal": _SABRE,
    "baikal_old": _SABRE,
    "davis": _SABRE,
    "infomaniak": _SABRE,
}
"""What servers did on loopback, and what their trackers say, where caldav has no hint for it."""

_OWN = (
    Profile(name="plain"),
    Profile(
        name="sabre_1_8",
        sync="no",
        sync_refusal=501,
        tells_reports=False,
        multiget_missing="all fail",
        uid_twice="stored",
    ),
    Profile(name="no_etags", tells_etags=False, put_etag="absent"),
    Profile(name="empty_sync", sync="empty", tells_reports=False, tells_principal=False),
    Profile(name="nameless", tells_names=False, keeps_name=False, keeps_color=False, tells_components=False),
    Profile(name="silent_tokens", bad_token="nothing"),
)
"""Not any one server: what several have been seen to do, each by itself."""


def profile_of(name: str, raw: Mapping[str, Any]) -> Profile:
    """The profile for one server's hints."""
    hints = Hints(raw)
    overrides: Overrides = {}
    for read in READ.values():
        overrides |= read(hints)
    profile = replace(Profile(name=name), **(overrides | _MEASURED.get(name, {})))
    # A hint that hangs on another says nothing where that one is not to be had.
    if profile.mkcalendar == "no":
        profile = replace(profile, made_under="its path", keeps_name=True, made_components="as asked")
    return profile if profile.sync == "yes" else replace(profile, deleted="row", bad_token="refused")


def known() -> dict[str, Mapping[str, Any]]:
    """caldav's hints by the name of the server."""
    found = vars(compatibility_hints).items()
    return {name: value for name, value in found if isinstance(value, dict) and not name.startswith("_")}


PROFILES: dict[str, Profile] = {one.name: one for one in _OWN} | {
    name: profile_of(name, raw) for name, raw in sorted(known().items())
}
"""All there are, by name."""
