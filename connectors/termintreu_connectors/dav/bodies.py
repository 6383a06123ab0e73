"""The XML bodies that are sent (RFC 4918, 4791, 6352, 6578, 5689), put together from the elements of the caldav
package. No I/O.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache, lru_cache
from html import escape

from caldav.elements import cdav, dav, ical
from caldav.elements.base import BaseElement
from lxml import etree

from termintreu.model import Look
from termintreu_connectors.dav.dialects import CALENDARS, Dialect

CALENDARSERVER = "http://calendarserver.org/ns/"


class _GetCtag(BaseElement):
    """CS:getctag: changes whenever anything in a collection does. Older than RFC 6578, and more widespread."""

    tag = f"{{{CALENDARSERVER}}}getctag"


class _Availability(BaseElement):
    """Of the inbox for invitations, which stands among the calendars (RFC 7953 7.2.4)."""

    tag = "{urn:ietf:params:xml:ns:caldav}calendar-availability"


class _Principal(BaseElement):
    tag = "{DAV:}current-user-principal"


def discovery(dialect: Dialect = CALENDARS) -> bytes:
    """PROPFIND: who am I, where are my calendars, and is this one of them."""
    return _propfind(_Principal(), dialect.home_set(), *_described())


def collections(dialect: Dialect = CALENDARS) -> bytes:
    """PROPFIND: what the collections here are, and what may be done with them; beside calendars, when their user is to
    be had."""
    return _propfind(*_described(), *([_Availability()] if dialect is CALENDARS else []))


def description() -> bytes:
    """PROPFIND: what a calendar is described with."""
    return _propfind(cdav.CalendarDescription())


@cache
def ctag() -> bytes:
    """PROPFIND: whether anything changed."""
    return _propfind(_GetCtag())


def listing() -> bytes:
    """PROPFIND: every resource's ETag, and the collection's ctag."""
    return _propfind(dav.GetEtag(), dav.ResourceType(), _GetCtag())


def etag() -> bytes:
    """PROPFIND: one resource's ETag."""
    return _propfind(dav.GetEtag())


@lru_cache(maxsize=64)  # a collection where nothing happens is asked the same thing for days
def sync_collection(token: str | None, *, with_data: bool, dialect: Dialect = CALENDARS) -> bytes:
    """REPORT sync-collection (RFC 6578 3.2). No DAV:limit: servers lose changes with it."""
    prop = _tree(dav.Prop(), dav.GetEtag(), *([dialect.data()] if with_data else []))
    return _bytes(_tree(dav.SyncCollection(), dav.SyncToken(value=token or ""), dav.SyncLevel(value="1"), prop))


def multiget(hrefs: Iterable[str], dialect: Dialect = CALENDARS) -> bytes:
    """REPORT calendar-multiget (RFC 4791 7.9) or addressbook-multiget (RFC 6352 8.7) for one or more hrefs, as they go
    over the wire."""
    before, between, after = _around_hrefs(dialect)
    return before + between.join(escape(href, quote=False).encode() for href in hrefs) + after


@lru_cache(maxsize=2)
def _around_hrefs(dialect: Dialect) -> tuple[bytes, bytes, bytes]:
    """What stands in a multiget before its hrefs, between two, and after them: there may be thousands."""
    wanted = _tree(dav.Prop(), dav.GetEtag(), dialect.data())
    two = _tree(dialect.multiget(), wanted, dav.Href(value="@"), dav.Href(value="@"))
    before, between, after = _bytes(two).split(b"@")
    return before, between, after


def events_between(start: datetime, end: datetime) -> bytes:
    """REPORT calendar-query (RFC 4791 7.8, 9.9) for the events that overlap [start, end), with their data."""
    prop = _tree(dav.Prop(), dav.GetEtag(), cdav.CalendarData())
    span = _tree(cdav.CompFilter("VEVENT"), cdav.TimeRange(start.astimezone(UTC), end.astimezone(UTC)))
    return _bytes(_tree(cdav.CalendarQuery(), prop, _tree(cdav.Filter(), _tree(cdav.CompFilter("VCALENDAR"), span))))


def mkcalendar(name: str, components: Iterable[str], look: Look | None = None) -> bytes:
    """MKCALENDAR (RFC 4791 5.3.1)."""
    return _bytes(_tree(cdav.Mkcalendar(), _set(*_named(name, components), *(shown(look) if look else ()))))


def mkcol(name: str, components: Iterable[str]) -> bytes:
    """Extended MKCOL (RFC 5689 3) of a calendar, for servers without MKCALENDAR."""
    kind = _tree(dav.ResourceType(), dav.Collection(), cdav.Calendar())
    return _bytes(_tree(dav.Mkcol(), _set(kind, *_named(name, components))))


def rename(name: str) -> bytes:
    """PROPPATCH of a display name."""
    return change(dav.DisplayName(name))


def change(element: BaseElement) -> bytes:
    """PROPPATCH of one property."""
    return _bytes(_tree(dav.PropertyUpdate(), _set(element)))


def shown(look: Look) -> list[BaseElement]:
    """How a calendar is shown: its description (RFC 4791 5.2.1), and its colour in Apple's namespace, which all others
    took over; SOGo takes it with the alpha channel only."""
    return [cdav.CalendarDescription(look.description), ical.CalendarColor(f"{look.color}FF")]


def _described() -> list[BaseElement]:
    return [
        dav.ResourceType(),
        dav.DisplayName(),
        cdav.SupportedCalendarComponentSet(),
        dav.CurrentUserPrivilegeSet(),
        dav.SupportedReportSet(),
    ]


def _named(name: str, components: Iterable[str]) -> list[BaseElement]:
    kinds = (cdav.Comp(component) for component in sorted(components))
    return [dav.DisplayName(name), _tree(cdav.SupportedCalendarComponentSet(), *kinds)]


def _propfind(*properties: BaseElement) -> bytes:
    return _bytes(_tree(dav.Propfind(), _tree(dav.Prop(), *properties)))


def _set(*properties: BaseElement) -> BaseElement:
    return _tree(dav.Set(), _tree(dav.Prop(), *properties))


def _tree(parent: BaseElement, *children: BaseElement) -> BaseElement:
    return parent.append(children)


def _bytes(element: BaseElement) -> bytes:
    return _xml(element.xmlelement())


def _xml(element: etree._Element) -> bytes:
    return etree.tostring(element, encoding="utf-8", xml_declaration=True)
