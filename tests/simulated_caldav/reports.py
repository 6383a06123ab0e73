"""REPORT: sync-collection (RFC 6578), calendar-multiget and calendar-query (RFC 4791 7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from lxml import etree

from tests.simulated_caldav.messages import (
    C,
    D,
    Refused,
    Request,
    Response,
    Row,
    asked_props,
    inside,
    multistatus,
    parsed,
    text,
)
from tests.simulated_caldav.site import Site
from tests.simulated_caldav.state import Calendar, Stored, components_of
from tests.simulated_caldav.tokens import changes_since, token_of

_FORMAT = "%Y%m%dT%H%M%SZ"


def report(site: Site, request: Request, now: datetime) -> Response:
    """One of the three. A calendar answers it, nothing else."""
    calendar, name = site.find(request.place, request.path)
    if calendar is None or name:
        raise Refused(site.profile.missing_collection)
    root = parsed(request.body)
    match root.tag:
        case "{DAV:}sync-collection":
            return _sync(site, calendar, root)
        case "{urn:ietf:params:xml:ns:caldav}calendar-multiget":
            return _multiget(site, calendar, root)
        case "{urn:ietf:params:xml:ns:caldav}calendar-query":
            return _query(site, calendar, root, now)
        case _:
            raise Refused(403, "d:supported-report")


def _sync(site: Site, calendar: Calendar, root: etree._Element) -> Response:
    profile = site.profile
    if profile.sync == "empty":
        return multistatus([])
    if profile.sync == "no":
        raise Refused(profile.sync_refusal, "d:supported-report" if profile.sync_refusal == 403 else "")
    token = (root.findtext(D + "sync-token") or "").strip()
    wanted = asked_props(root)
    changes = changes_since(site, calendar, token) if token else None
    rows = [Row(href=site.href(calendar), found={})] if profile.lists_itself else []
    if changes is None:
        names = sorted(calendar.objects)
    else:
        names = sorted(name for name in changes if name in calendar.objects)
        gone = sorted(name for name in changes if name not in calendar.objects)
        if profile.deleted != "untold":
            status = 404 if profile.deleted == "row" else 418
            rows += [Row(href=site.href(calendar, name), status=status) for name in gone]
    rows += [_object_row(site, calendar, name, wanted) for name in names]
    limit = root.findtext(f"{D}limit/{D}nresults")
    return multistatus(rows[: int(limit)] if limit else rows, token_of(site, calendar))


def _multiget(site: Site, calendar: Calendar, root: etree._Element) -> Response:
    wanted = asked_props(root)
    rows = []
    for element in root.findall(D + "href"):
        raw = urlsplit((element.text or "").strip()).path
        there, name = site.find(unquote(raw), raw)
        if there is calendar and name in calendar.objects:
            rows.append(_object_row(site, calendar, name, wanted))
        elif site.profile.multiget_missing == "all fail":
            raise Refused(404)
        elif site.profile.multiget_missing == "row":
            rows.append(Row(href=raw, status=404))
    return multistatus(rows)


def _query(site: Site, calendar: Calendar, root: etree._Element, now: datetime) -> Response:
    profile = site.profile
    wanted = asked_props(root)
    inner = root.find(f"{C}filter/{C}comp-filter/{C}comp-filter")
    kind = None if inner is None else inner.get("name")
    span = None if inner is None else inner.find(C + "time-range")
    settled = now - timedelta(seconds=profile.search_delay)
    rows = []
    for name in sorted(calendar.objects):
        stored = calendar.objects[name]
        if profile.search_delay and stored.written > settled:
            continue
        if kind is not None and profile.filters_components and kind not in components_of(stored.data):
            continue
        if span is not None and not (profile.searches and _overlaps(stored.data, span, profile.search_series)):
            continue
        rows.append(_object_row(site, calendar, name, wanted))
    return multistatus(rows)


def _object_row(site: Site, calendar: Calendar, name: str, wanted: Iterable[str]) -> Row:
    stored = calendar.objects[name]
    known = _content(site, stored)
    found = {prop: known[prop] for prop in wanted if prop in known}
    return Row(href=site.href(calendar, name), found=found, missing=[prop for prop in wanted if prop not in known])


def _content(site: Site, stored: Stored) -> dict[str, str]:
    # What XML 1.0 cannot hold is left out, as most servers do.
    shown = stored.data.decode("utf-8", errors="replace")
    shown = "".join(c for c in shown if c >= " " or c in "\t\r\n")
    # An XML reader takes CRLF for LF; a reference is kept.
    known = {C + "calendar-data": text(C + "calendar-data", shown).replace("\r", "&#13;")}
    if site.profile.tells_etags:
        known[D + "getetag"] = text(D + "getetag", site.etag(stored))
    known[D + "resourcetype"] = inside(D + "resourcetype", "")
    return known


def _overlaps(data: bytes, span: etree._Element, series: bool) -> bool:
    start = datetime.strptime(span.get("start", "00010101T000000Z"), _FORMAT).replace(tzinfo=UTC)
    end = datetime.strptime(span.get("end", "99991231T235959Z"), _FORMAT).replace(tzinfo=UTC)
    return _found(data, start, end, series)


@lru_cache(maxsize=4096)
def _found(data: bytes, start: datetime, end: datetime, series: bool) -> bool:
    """RFC 4791 9.9, as the recurrence library sees it."""
    import icalendar
    import recurring_ical_events

    calendar = icalendar.Calendar.from_ical(data)
    if not series:
        for event in calendar.walk("VEVENT"):
            event.pop("RRULE", None)
    kinds = ["VEVENT", "VTODO"]
    return bool(recurring_ical_events.of(calendar, components=kinds).between(start, end))
