"""Writes single resources and makes calendars: each write conditional, sent once, never redirected, and looked at again
where the server's answer does not prove what is stored. Decides nothing about what to write.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from termintreu.model import Collection, Look, Resource
from termintreu.model.errors import (
    ConnectorError,
    Forbidden,
    InvalidAnswer,
    NotFound,
    OutOfSpace,
    PreconditionFailed,
    Unauthorized,
    Unavailable,
)
from termintreu_connectors.dav import bodies
from termintreu_connectors.dav.dialects import CALENDARS
from termintreu_connectors.dav.discovery import Discovery, clean_name
from termintreu_connectors.dav.etags import digest, is_digest, is_strong, strong_etag
from termintreu_connectors.dav.multistatus import D, Row
from termintreu_connectors.dav.session import DavSession
from termintreu_connectors.http_errors import host_of
from termintreu_connectors.streams import outline

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}\.ics", re.ASCII)
_STORED = frozenset({200, 201, 204})
_MADE = frozenset({200, 201, 207})
_CALENDAR = {"Content-Type": "text/calendar; charset=utf-8"}
# These overwrite in spite of If-None-Match and delete in spite of a stale If-Match: look first. Zimbra says nowhere who
# it is, but its paths do.
_CARELESS = ("sogo", "zimbra")
_UNTIL_IT_IS_THERE = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between looks for a calendar that was just made: one provider takes fifteen."""


class Writer:
    """Creates, updates, deletes and fetches resources of one account."""

    def __init__(self, session: DavSession, discovery: Discovery) -> None:
        self._session = session
        self._discovery = discovery
        self._careless = False

    async def create(self, collection: Collection, name: str, data: bytes) -> Resource:
        """See `termintreu.model.ports.Target.create`."""
        if not _NAME.fullmatch(name):
            raise Forbidden("A resource's name may hold letters, digits, '.', '_' and '-' only, and must end in .ics")
        href = collection.href + name
        if self._looks_first(href):
            try:
                await self.fetch(href)
            except NotFound:
                pass
            else:
                raise PreconditionFailed(f"PUT on {self._host(href)}: something stands there already")
        return await self._put(href, data, {"If-None-Match": "*"})

    async def update(self, href: str, data: bytes, etag: str) -> Resource:
        """See `termintreu.model.ports.Target.update`."""
        match = await self._match("PUT", href, etag)
        return await self._put(href, data, {"If-Match": match})

    async def delete(self, href: str, etag: str) -> None:
        """See `termintreu.model.ports.Target.delete`."""
        try:
            match = await self._match("DELETE", href, etag)
            url = self._session.hrefs.url(href)
            await self._session.write("DELETE", url, None, {"If-Match": match}, ok=_STORED | {202})
        except NotFound:
            return

    async def discard(self, collection: Collection) -> None:
        """See `termintreu.model.ports.Target.discard`."""
        with contextlib.suppress(NotFound):
            await self._session.write("DELETE", self._session.hrefs.url(collection.href), None, {}, ok=_STORED | {202})

    async def fetch(self, href: str) -> Resource:
        """See `termintreu.model.ports.Target.fetch`."""
        reply = await self._session.get(self._session.hrefs.url(href))
        if not CALENDARS.fits(reply.body):
            raise InvalidAnswer(f"GET on {host_of(reply.url)}: the answer is no calendar data")
        self._recognise(reply.headers.get("server", ""))
        etag = reply.headers.get("etag")
        known = strong_etag(etag) if is_strong(etag) else await self._listed_etag(href) or strong_etag(etag)
        return Resource(href=href, etag=known or digest(reply.body), data=reply.body)

    async def _put(self, href: str, data: bytes, condition: dict[str, str]) -> Resource:
        url = self._session.hrefs.url(href)
        reply = await self._session.write("PUT", url, data, _CALENDAR | condition, ok=_STORED)
        self._recognise(reply.headers.get("server", ""))
        etag = reply.headers.get("etag")
        if is_strong(etag):
            return Resource(href=href, etag=strong_etag(etag), data=None)
        return Resource(href=href, etag=await self._stored(href, data), data=None)

    async def _stored(self, href: str, data: bytes) -> str | None:
        """The ETag of what was just written, once it is seen to be that. Raises InvalidAnswer where it is not."""
        try:
            there = await self.fetch(href)
        except NotFound as failure:
            raise InvalidAnswer(f"PUT on {self._host(href)}: said to be stored, but it is not there") from failure
        if outline(there.data or b"").uids != outline(data).uids:
            raise InvalidAnswer(f"PUT on {self._host(href)}: said to be stored, but something else is there")
        return there.etag

    async def _match(self, method: str, href: str, etag: str) -> str:
        """The ETag for If-Match. Raises PreconditionFailed where it is none, or the server would not look at it."""
        match = strong_etag(etag)
        if match is None or match == '"*"':
            raise PreconditionFailed(f"{method} on {self._host(href)}: nothing is changed without a strong ETag")
        if is_digest(match):
            return await self._own_etag(method, href, match)
        if self._looks_first(href) and (await self.fetch(href)).etag != match:
            raise PreconditionFailed(f"{method} on {self._host(href)}: it changed since it was read")
        return match

    async def _own_etag(self, method: str, href: str, read: str) -> str:
        """The server's ETag of what was read without one (`read`: its digest). Raises PreconditionFailed where it has
        changed since, Forbidden where there is no ETag at all."""
        there = await self.fetch(href)
        if digest(there.data or b"") != read:
            raise PreconditionFailed(f"{method} on {self._host(href)}: it changed since it was read")
        if there.etag is None or is_digest(there.etag):
            raise Forbidden(
                f"{method} on {self._host(href)}: the server tells no ETag, and without one nothing here can be "
                "changed or deleted safely"
            )
        return there.etag

    async def _listed_etag(self, href: str) -> str | None:
        def take(row: Row, _: str) -> str | None:
            return strong_etag(row.text(D + "getetag"))

        url = self._session.hrefs.url(href)
        answer = await self._session.multistatus("PROPFIND", url, bodies.etag(), depth="0", take=take)
        return next(iter(answer.rows), None)

    def _looks_first(self, href: str) -> bool:
        if self._careless or any(name in href.lower().split("/") for name in _CARELESS):
            return True
        principal = urlsplit(self._discovery.address or "").path
        return principal.startswith("/principals/users/") and href.startswith("/dav/")

    def _recognise(self, server: str) -> None:
        self._careless = self._careless or any(name in server.lower() for name in _CARELESS)

    def _host(self, href: str) -> str:
        return self._session.host(href)


class _Wanted(NamedTuple):
    """A calendar to be made."""

    name: str
    components: frozenset[str]
    look: Look | None


class Maker:
    """Finds or makes the calendars that we write to."""

    def __init__(self, session: DavSession, discovery: Discovery) -> None:
        self._session = session
        self._discovery = discovery

    async def ensure(self, name: str, components: frozenset[str], look: Look | None = None) -> Collection:
        """See `termintreu.model.ports.Target.ensure`."""
        name = clean_name(name)
        there = await self._discovery.collections()
        found = _fitting(there, name, components)
        if found is not None:
            return found
        if not self._discovery.homes:
            raise Forbidden("No calendar can be made here: the server names no place for calendars")
        taken = {collection.href for collection in there}
        return await self._make(self._discovery.homes[0], _Wanted(name, components, look), taken)

    async def _make(self, home: str, wanted: _Wanted, taken: set[str]) -> Collection:
        name, components = wanted.name, wanted.components
        refusal: ConnectorError | None = None
        folder = self._session.hrefs.read(home, home)
        for slug in _slugs(name):
            path = f"{folder.rstrip('/')}/{slug}/"
            if path in taken:
                continue
            try:
                await self._request(path, wanted)
            except (Unauthorized, OutOfSpace, Unavailable, InvalidAnswer):
                raise
            except ConnectorError as error:
                refusal = refusal or error
                there = await self._standing(path)
                if there is None:
                    break
                if _fitting([there], name, components) is not None and there.components & components:
                    # Another one of us has made it since we looked.
                    return there
                continue
            return await self._made(path, name, taken)
        raise Forbidden(f"{host_of(home)}: a calendar could not be made here; make one by hand ({refusal})")

    async def _request(self, path: str, wanted: _Wanted) -> None:
        """Ask for it in every way there is. Raises what the first way met."""
        url, (name, components, look) = self._session.hrefs.url(path), wanted
        ways = [("MKCALENDAR", bodies.mkcalendar(name, components)), ("MKCOL", bodies.mkcol(name, components))]
        if components != {"VEVENT"}:
            # Where tasks are not to be had, a calendar of events is better than none.
            ways.append(("MKCALENDAR", bodies.mkcalendar(name, {"VEVENT"})))
        if look is not None:
            ways.insert(0, ("MKCALENDAR", bodies.mkcalendar(name, components, look)))
        first: ConnectorError | None = None
        for place, (method, body) in enumerate(ways):
            try:
                await self._session.write_xml(method, url, body, ok=_MADE)
            except (Unauthorized, OutOfSpace, Unavailable, InvalidAnswer):
                raise
            except ConnectorError as error:
                first = first or error
            else:
                if look is not None and place:
                    await self._show(url, look)
                return
        if first is not None:
            raise first

    async def _show(self, url: str, look: Look) -> None:
        """Give a calendar that had to be made without it what it can have of its look: one at a time, and whatever is
        refused, the calendar is there."""
        for element in bodies.shown(look):
            with contextlib.suppress(ConnectorError):
                await self._session.write_xml("PROPPATCH", url, bodies.change(element), ok=_MADE)

    async def _standing(self, path: str) -> Collection | None:
        """What stands at that path, so that the refusal was about the path; None where nothing does."""
        try:
            return await self._discovery.described(path)
        except ConnectorError:
            return None

    async def _found(self, path: str, name: str, taken: set[str]) -> Collection:
        """What was just made at that path. Some servers list it elsewhere, under its name or a number of their own;
        its objects are then told of there. Some need a moment. Raises Unavailable where that is not enough."""
        for pause in (*_UNTIL_IT_IS_THERE, None):
            new = [one for one in await self._discovery.collections() if one.href not in taken]
            named = [one for one in new if one.href == path] or [one for one in new if one.name == name]
            if named:
                return named[0]
            if pause is not None:
                await self._session.sleep(pause)
        raise Unavailable(f"{self._session.host(path)}: the calendar was made, but is not there yet")

    async def _made(self, path: str, name: str, taken: set[str]) -> Collection:
        made = await self._found(path, name, taken)
        if made.href == path and made.name != name:
            # Where a server keeps no names, the calendar is found again by its path.
            with contextlib.suppress(Forbidden, PreconditionFailed, NotFound):
                await self._session.write_xml("PROPPATCH", self._session.hrefs.url(path), bodies.rename(name), ok=_MADE)
                made = await self._discovery.described(path)
        return made


def _fitting(there: Iterable[Collection], name: str, components: frozenset[str]) -> Collection | None:
    """The writable collection of that name which holds most of `components`; by its path where a server keeps no
    names."""
    slug = next(iter(_slugs(name)))
    usable = [collection for collection in there if collection.writable]
    named = [collection for collection in usable if collection.name == name]
    named = named or [collection for collection in usable if collection.name == slug == _last(collection.href)]
    return max(named, key=lambda collection: len(collection.components & components), default=None)


def _last(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def _slugs(name: str) -> Sequence[str]:
    """Names for a path, made from a display name: [a-z0-9-], the plain one first."""
    plain = name.lower().translate({ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss"})
    ascii_only = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:60] or "termintreu"
    return [slug, *(f"{slug}-{number}" for number in range(2, 6))]
