"""What changes a server: PUT and DELETE under conditions (RFC 9110 13.1, RFC 4791 5.3.2), MKCALENDAR (5.3.1), extended
MKCOL (RFC 5689), PROPPATCH (RFC 4918 9.2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from lxml import etree

from tests.simulated_caldav.messages import A, C, D, Refused, Request, Response, Row, multistatus, parsed, spelled
from tests.simulated_caldav.rewriting import stored_form
from tests.simulated_caldav.site import Site
from tests.simulated_caldav.state import Calendar, Stored, components_of, uid_of

_KEPT = (C + "calendar-description", A + "calendar-color")
_BOTH = frozenset({"VEVENT", "VTODO"})


def put(site: Site, request: Request, now: datetime) -> Response:
    """Store an object."""
    profile = site.profile
    site.state.later(now + timedelta(seconds=profile.write_delay))  # writes see one another
    calendar, name = _target(site, request)
    there = calendar.objects.get(name)
    _check_put(site, request, there)
    _check_content(site, calendar, name, request.body)
    data = stored_form(profile.rewrites, request.body)
    told = Stored(data=data, version=site.state.version + 1, written=now)
    if profile.write_delay:
        _after(site, now, profile.write_delay, lambda: _store(site, calendar, name, data, now))
    else:
        _store(site, calendar, name, data, now)
    tag = _told_etag(site, told)
    return Response(status=201 if there is None else 204, headers={} if tag is None else {"ETag": tag})


def delete(site: Site, request: Request, now: datetime) -> Response:
    """Delete an object or a calendar."""
    profile = site.profile
    site.state.later(now + timedelta(seconds=profile.write_delay))
    calendar, name = site.find(request.place, request.path)
    if calendar is None:
        raise Refused(profile.missing_collection)
    if not name:
        return _delete_calendar(site, calendar, now)
    there = calendar.objects.get(name)
    if there is None:
        raise Refused(profile.missing)
    condition = request.headers.get("if-match")
    if condition is not None and profile.heeds_if_match_on_delete and not _matches(site, condition, there):
        raise Refused(412)
    _after(site, now, profile.write_delay, lambda: site.state.drop(calendar, name, now))
    return Response(status=204)


def mkcalendar(site: Site, request: Request, now: datetime) -> Response:
    """Make a calendar."""
    profile = site.profile
    if profile.mkcalendar in {"no", "extended MKCOL"}:
        raise Refused(403 if profile.mkcalendar == "no" else 501)
    root = parsed(request.body) if request.body.strip() else None
    if root is not None and root.tag != C + "mkcalendar":
        raise Refused(400)
    return _make(site, request, root, now)


def mkcol(site: Site, request: Request, now: datetime) -> Response:
    """Make a calendar as RFC 5689 has it; no other collection can be made."""
    if site.profile.mkcalendar == "no":
        raise Refused(403)
    root = parsed(request.body)
    kind = root.find(f"{D}set/{D}prop/{D}resourcetype/{C}calendar")
    if root.tag != D + "mkcol" or kind is None:
        raise Refused(403, "d:valid-resourcetype")
    return _make(site, request, root, now)


def proppatch(site: Site, request: Request, now: datetime) -> Response:
    """Set properties of a calendar."""
    profile = site.profile
    calendar, name = site.find(request.place, request.path)
    if calendar is None or name:
        raise Refused(profile.missing_collection)
    properties = _set_props(parsed(request.body))
    refused = [one for one in properties if not _is_kept(site, one)]
    if refused:
        return multistatus([Row(href=site.href(calendar), missing=refused)])
    _after(site, now, profile.proppatch_delay, lambda: _apply(calendar, properties))
    return multistatus([Row(href=site.href(calendar), found=dict.fromkeys(properties, "<d:displayname/>"))])


def made(site: Site, path: str, name: str, components: frozenset[str]) -> Calendar:
    """A new calendar at a decoded path."""
    if not site.profile.mixes and len(components) > 1:
        components = frozenset({"VEVENT"})
    if not site.profile.tasks:
        components = frozenset({"VEVENT"})
    site.state.version += 1
    calendar = Calendar(path=path, name=name, components=components, born=site.state.version)
    site.state.make(calendar)
    return calendar


def _target(site: Site, request: Request) -> tuple[Calendar, str]:
    path, profile = request.place, site.profile
    calendar, name = site.state.at(path)
    if calendar is None and profile.makes_by_itself and path.startswith(site.home):
        folder = path.rpartition("/")[0] + "/"
        calendar, name = made(site, folder, "", _BOTH), path.rpartition("/")[2]
    if calendar is None or not name:
        raise Refused(409)
    if not calendar.writable:
        raise Refused(403, "d:need-privileges")
    return calendar, name


def _check_put(site: Site, request: Request, there: Stored | None) -> None:
    profile = site.profile
    if request.headers.get("if-none-match") == "*" and there is not None and profile.heeds_if_none_match:
        raise Refused(412)
    condition = request.headers.get("if-match")
    if condition is None:
        if there is not None and profile.needs_if_match and "if-none-match" not in request.headers:
            raise Refused(409)
    elif there is None:
        if profile.heeds_if_match_on_put:
            raise Refused(412)
    elif not _matches(site, condition, there):
        raise Refused(412)


def _check_content(site: Site, calendar: Calendar, name: str, data: bytes) -> None:
    profile = site.profile
    components, uid = components_of(data), uid_of(data)
    if not data.startswith(b"BEGIN:VCALENDAR") or not components or not uid:
        raise Refused(403, "c:valid-calendar-data")
    if len(components) > 1:
        raise Refused(403, "c:valid-calendar-object-resource")
    if profile.enforces_components and not components <= calendar.components:
        raise Refused(403, "c:supported-calendar-component")
    if not profile.tasks and "VTODO" in components:
        raise Refused(403, "c:supported-calendar-component")
    if profile.remembers_deleted_uids and uid in site.state.deleted_uids:
        raise Refused(400)
    for other, other_name, stored in site.state.objects():
        if uid_of(stored.data) != uid or (other is calendar and other_name == name):
            continue
        if profile.uid_elsewhere == "refused" if other is not calendar else profile.uid_twice == "refused":
            raise Refused(*profile.uid_refusal)


def _matches(site: Site, condition: str, there: Stored) -> bool:
    # RFC 9110 13.1.1 compares strongly: a weak tag never matches.
    return condition == site.etag(there) and not condition.startswith("W/")


def _told_etag(site: Site, stored: Stored) -> str | None:
    match site.profile.put_etag:
        case "strong":
            return site.etag(stored)
        case "weak":
            return f'W/"{stored.etag}"'
        case "unquoted":
            return stored.etag
        case "percent":
            return f"%22{stored.etag}%22"
        case _:
            return None


def _store(site: Site, calendar: Calendar, name: str, data: bytes, now: datetime) -> None:
    site.state.store(calendar, name, data, now)


def _delete_calendar(site: Site, calendar: Calendar, now: datetime) -> Response:
    profile = site.profile
    if not profile.deletes_calendars:
        raise Refused(403)
    if not profile.frees_names:
        site.state.spent.add(calendar.path)
    _after(site, now, profile.delete_delay, lambda: site.state.unmake(calendar.path))
    return Response(status=204)


def _make(site: Site, request: Request, root: etree._Element | None, now: datetime) -> Response:
    profile, path = site.profile, request.place
    path = path if path.endswith("/") else path + "/"
    if site.state.at(path)[0] is not None or path in site.state.spent:
        raise Refused(405, "d:resource-must-be-null")
    if path.removeprefix(site.home).count("/") != 1 or not path.startswith(site.home):
        raise Refused(403, "c:calendar-collection-location-ok")
    properties = {} if root is None else _set_props(root)
    if any(not _is_kept(site, name) for name in properties if name in _KEPT):
        raise Refused(403)
    name = properties.pop(D + "displayname", "") if profile.keeps_name else ""
    kinds = _asked_components(root)
    if kinds and not profile.tasks and kinds == {"VTODO"}:
        raise Refused(403)
    components = {"as asked": kinds or _BOTH, "all": _BOTH, "VEVENT": frozenset({"VEVENT"})}[profile.made_components]
    listed = _listed_path(site, path, name)

    def make() -> None:
        calendar = made(site, listed, name, frozenset(components))
        calendar.properties.update({key: value for key, value in properties.items() if key in _KEPT})
        if listed != path and profile.made_under != "a number":
            site.state.aliases[path] = listed

    _after(site, now, profile.make_delay, make)
    if profile.mkcalendar == "empty 207":
        return multistatus([Row(href=spelled(path), found={})])
    return Response(status=201)


def _listed_path(site: Site, path: str, name: str) -> str:
    match site.profile.made_under:
        case "its name" if name:
            return f"{site.home}{name.replace('/', '')}/"
        case "a number":
            return f"{site.home}{800 + site.state.version}/"
        case "an alias":
            return f"{site.home}Y2FsOi8vMC8x{site.state.version}/"
        case _:
            return path


def _asked_components(root: etree._Element | None) -> frozenset[str]:
    found = [] if root is None else root.findall(f"{D}set/{D}prop/{C}supported-calendar-component-set/{C}comp")
    return frozenset(one.get("name", "") for one in found)


def _set_props(root: etree._Element) -> dict[str, str]:
    return {str(one.tag): one.text or "" for prop in root.findall(f"{D}set/{D}prop") for one in prop}


def _is_kept(site: Site, name: str) -> bool:
    if name == A + "calendar-color":
        return site.profile.keeps_color
    return name in {D + "displayname", *_KEPT}


def _apply(calendar: Calendar, properties: dict[str, str]) -> None:
    calendar.name = properties.pop(D + "displayname", calendar.name)
    calendar.properties.update(properties)


def _after(site: Site, now: datetime, delay: float, action: Callable[[], None]) -> None:
    if delay:
        site.state.due.append((now + timedelta(seconds=delay), action))
    else:
        action()
