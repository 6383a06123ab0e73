"""What is there: PROPFIND, GET, OPTIONS (RFC 4918 9.1, RFC 4791 5, RFC 5397)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from tests.simulated_caldav.messages import (
    A,
    C,
    D,
    Refused,
    Request,
    Response,
    Row,
    S,
    asked_props,
    inside,
    multistatus,
    parsed,
    spelled,
    text,
)
from tests.simulated_caldav.site import Site
from tests.simulated_caldav.state import Calendar, Stored
from tests.simulated_caldav.tokens import token_of

Props = Mapping[str, str]
_READ_WRITE = "".join(f"<d:privilege><d:{name}/></d:privilege>" for name in ("read", "write"))
_READ = "<d:privilege><d:read/></d:privilege>"
_REPORTS = ("c:calendar-query", "c:calendar-multiget")


def options(site: Site, request: Request, now: datetime) -> Response:
    """What is understood here."""
    return Response(status=200, headers={"DAV": "1, 2, 3, access-control, calendar-access, extended-mkcol"})


def get(site: Site, request: Request, now: datetime) -> Response:
    """One object."""
    if request.place.startswith("/.well-known/caldav"):
        return well_known(site)
    calendar, name = site.find(request.place, request.path)
    stored = None if calendar is None else calendar.objects.get(name)
    if stored is None:
        raise Refused(site.profile.missing)
    headers = {"Content-Type": "text/calendar; charset=utf-8"}
    if site.profile.tells_etags:
        headers["ETag"] = site.etag(stored)
    return Response(status=200, headers=headers, body=stored.data)


def well_known(site: Site) -> Response:
    """RFC 6764 5."""
    match site.profile.well_known:
        case "redirect":
            return Response(status=301, headers={"Location": spelled(site.entrance)})
        case "astray":
            return Response(status=302, headers={"Location": "/welcome/"})
        case _:
            raise Refused(404)


def propfind(site: Site, request: Request, now: datetime) -> Response:
    """Properties of a place, and with Depth: 1 of what is in it."""
    if request.place.startswith("/.well-known/caldav"):
        return well_known(site)
    depth = request.headers.get("depth", "infinity")
    if depth not in {"0", "1"}:
        raise Refused(403, "d:propfind-finite-depth")
    root = parsed(request.body) if request.body.strip() else None
    if root is not None and root.tag != D + "propfind":
        raise Refused(400)
    wanted = asked_props(root)
    rows = list(_rows(site, request, depth == "1"))
    return multistatus(_row(href, props, wanted) for href, props in rows)


def _rows(site: Site, request: Request, within: bool) -> Iterable[tuple[str, Props | None]]:
    path = request.place
    shut = path if path.endswith("/") else path + "/"
    calendar, name = site.find(path, request.path)
    if calendar is not None:
        yield from _calendar_rows(site, calendar, name, within, shut)
    elif shut in {site.home, site.principal, site.entrance, "/"}:
        yield spelled(shut), _place(site, shut)
        if within and shut == site.home:
            for path in sorted(site.state.calendars):
                one = site.state.calendars[path]
                yield site.href(one), _calendar(site, one)
            if site.profile.mailboxes:
                yield from _mailboxes(site)
    elif site.profile.missing_in_207:
        yield spelled(path), None
    else:
        raise Refused(site.profile.missing_collection)


def _calendar_rows(
    site: Site, calendar: Calendar, name: str, within: bool, asked: str
) -> Iterable[tuple[str, Props | None]]:
    if name:
        stored = calendar.objects.get(name)
        if stored is None:
            raise Refused(site.profile.missing)
        yield site.href(calendar, name), _object(site, stored)
        return
    yield spelled(asked), _calendar(site, calendar)
    if within:
        for name in sorted(calendar.objects):
            yield site.href(calendar, name), _object(site, calendar.objects[name])


def _row(href: str, props: Props | None, wanted: list[str]) -> Row:
    if props is None:
        return Row(href=href, status=404)
    if not wanted:
        return Row(href=href, found=props)
    found = {name: props[name] for name in wanted if name in props}
    return Row(href=href, found=found, missing=[name for name in wanted if name not in props])


def _place(site: Site, path: str) -> Props:
    profile = site.profile
    known: dict[str, str] = {
        D + "resourcetype": inside(
            D + "resourcetype", "<d:principal/>" if path == site.principal else "<d:collection/>"
        )
    }
    if profile.tells_principal:
        href = text(D + "href", spelled(site.principal))
        known[D + "current-user-principal"] = inside(D + "current-user-principal", href)
    if path == site.principal or (path == site.entrance and not profile.tells_principal):
        href = text(D + "href", spelled(site.home))
        known[C + "calendar-home-set"] = inside(C + "calendar-home-set", href)
    return known


def _calendar(site: Site, calendar: Calendar) -> Props:
    profile = site.profile
    rights = _READ_WRITE if calendar.writable else _READ
    kinds = "".join(f'<c:comp name="{name}"/>' for name in sorted(calendar.components))
    reports = (*_REPORTS, *(["d:sync-collection"] if profile.sync == "yes" else []))
    supported = "".join(f"<d:supported-report><d:report><{name}/></d:report></d:supported-report>" for name in reports)
    known = {
        D + "resourcetype": inside(D + "resourcetype", "<d:collection/><c:calendar/>"),
        D + "current-user-privilege-set": inside(D + "current-user-privilege-set", rights),
        S + "getctag": text(S + "getctag", token_of(site, calendar)),
    }
    if profile.tells_names and calendar.name:
        known[D + "displayname"] = text(D + "displayname", calendar.name)
    if profile.tells_components:
        name = C + "supported-calendar-component-set"
        known[name] = inside(name, kinds)
    if profile.tells_reports:
        known[D + "supported-report-set"] = inside(D + "supported-report-set", supported)
    if profile.sync == "yes":
        known[D + "sync-token"] = text(D + "sync-token", token_of(site, calendar))
    for name in (C + "calendar-description", A + "calendar-color"):
        if name in calendar.properties:
            known[name] = text(name, calendar.properties[name])
    return known


def _object(site: Site, stored: Stored) -> Props:
    known = {
        D + "resourcetype": inside(D + "resourcetype", ""),
        D + "getcontenttype": text(D + "getcontenttype", "text/calendar; charset=utf-8"),
    }
    if site.profile.tells_etags:
        known[D + "getetag"] = text(D + "getetag", site.etag(stored))
    return known


def _mailboxes(site: Site) -> Iterable[tuple[str, Props]]:
    for name in ("inbox", "outbox"):
        kind = inside(D + "resourcetype", f"<d:collection/><c:schedule-{name}/>")
        yield spelled(f"{site.home}{name}/"), {D + "resourcetype": kind}


Method = Callable[[Site, Request, datetime], Response]
