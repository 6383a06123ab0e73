"""Finds an account's calendars (RFC 6764 6, RFC 5397, RFC 4791 6.2.1) or address books (RFC 6352 7.1.1) from whatever
URL the user has: the server, the principal, the home of all of them, or one of them. Reads only.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml import etree

from termintreu.model import Collection
from termintreu.model.errors import ConnectorError, NotFound, Unauthorized, Unavailable
from termintreu_connectors.dav import bodies
from termintreu_connectors.dav.dialects import CALENDARS, Dialect
from termintreu_connectors.dav.multistatus import C, D, Row
from termintreu_connectors.dav.session import Answer, DavSession
from termintreu_connectors.http_errors import host_of
from termintreu_connectors.http_urls import bare_domain, origin

_READABLE = frozenset({"VEVENT", "VTODO"})
_WRITE = frozenset({D + "all", D + "write", D + "write-content", D + "bind"})
_OUTBOX = C + "schedule-outbox"
_AVAILABILITY = C + "calendar-availability"
# A collection of these kinds is no calendar of appointments, even where it says that it is a calendar as well.
_OTHER = frozenset(
    {
        C + "schedule-inbox",
        "{http://nextcloud.com/ns}trash-bin",
        "{http://nextcloud.com/ns}deleted-calendar",
        f"{{{bodies.CALENDARSERVER}}}notification",
    }
)
_NAME = 200
_LONGEST = 100_000
"""Characters of an availability; more than whoever reads it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a PROPFIND says of one place."""

    collection: Collection | None
    """Where it is a collection that holds what we read."""
    is_collection: bool
    path: str
    homes: tuple[str, ...] = ()
    """URLs of the homes of collections."""
    principal: str | None = None
    """URL of the principal that we are logged in as."""
    syncs: bool | None = None
    """Whether it answers sync-collection; None where the server does not say."""
    missing: bool = False
    availability: str = ""
    """The user's, where this is the inbox for invitations, or the home; as it came."""

    @property
    def leads_on(self) -> bool:
        """Whether it tells where the collections are, or is one."""
        return bool(self.homes or self.principal or self.collection)


class Discovery:
    """Remembers where the homes are: they are looked for once, and again when one is gone."""

    def __init__(
        self,
        session: DavSession,
        url: str,
        dialect: Dialect = CALENDARS,
        nameservers: Sequence[tuple[str, int]] | None = None,
    ) -> None:
        """`nameservers`: addresses and ports of the DNS servers that know a bare domain; None: the system's."""
        self.homes: tuple[str, ...] = ()
        self.without_sync: set[str] = set()
        """Paths of collections whose server says that it has no sync-collection for them."""
        self.address: str | None = None
        """The URL, after redirects, of the principal, or where there is none of the home or the collection; None before
        it was looked for."""
        self.availability: str | None = None
        """As the last listing of the calendars told it; "" for none, None before the first."""
        self._session = session
        self._url = url
        self._dialect = dialect
        self._nameservers = nameservers
        self._looking = asyncio.Lock()
        self._own: Collection | None = None

    async def collections(self) -> Sequence[Collection]:
        """Every collection that holds what we read, by path."""
        if self.homes:
            try:
                return await self._listed()
            except NotFound:
                self.homes = ()
        await self._find_homes()
        return await self._listed()

    async def described(self, path: str) -> Collection:
        """One calendar as it is now. Raises NotFound where there is none."""
        answer = await self._ask(self._session.hrefs.url(path), bodies.collections(), "0")
        for place in answer.checked().rows:
            if place.collection is not None:
                return place.collection
        raise NotFound(f"PROPFIND on {host_of(answer.url)}: there is no {self._dialect.noun}")

    async def description(self, path: str) -> str:
        """The description of one calendar, cleaned; "" where there is none. Raises NotFound where no calendar is."""
        url = self._session.hrefs.url(path)
        answer = await self._session.multistatus("PROPFIND", url, bodies.description(), depth="0", take=_description)
        return next(iter(answer.checked().rows), "")

    async def _listed(self) -> Sequence[Collection]:
        found: dict[str, Collection] = {}
        availability = ""
        for home in self.homes:
            answer = (await self._ask(home, bodies.collections(self._dialect), "1")).checked()
            if all(place.missing for place in answer.rows):
                raise NotFound(f"PROPFIND on {host_of(home)}: the home of all {self._dialect.noun}s is gone")
            for place in answer.rows:
                availability = availability or place.availability
                if place.collection is not None:
                    found[place.path] = place.collection
                    self._note_sync(place)
        self.availability = availability
        if self._own is not None:
            found.setdefault(self._own.href, self._own)
        return [found[path] for path in sorted(found)]

    def _note_sync(self, place: Place) -> None:
        if place.syncs is False:
            self.without_sync.add(place.path)
        else:
            self.without_sync.discard(place.path)

    async def _find_homes(self) -> None:
        here, url = await self._entrance()
        self._own = here.collection
        if here.collection is not None:
            self._note_sync(here)
        homes = here.homes
        if not homes and here.principal is not None:
            answer = (await self._ask(here.principal, bodies.discovery(self._dialect), "0")).checked()
            homes = tuple(home for place in answer.rows for home in place.homes)
        if not homes and here.is_collection and here.collection is None:
            homes = (url,)
        if not homes and here.collection is None:
            raise NotFound(f"PROPFIND on {host_of(url)}: no {self._dialect.noun}s are to be found from this URL")
        self.homes = homes
        self.address = here.principal or next(iter(homes), url)

    async def find_host(self) -> None:
        """Find out what hrefs alone do not say: which host they stand on. A bare domain names none, and iCloud spreads
        people over many."""
        if not self.homes and origin(await self._resolved())[1].endswith("icloud.com"):
            await self._find_homes()

    async def _entrance(self) -> tuple[Place, str]:
        """The first place that leads on, of the URL itself and the well-known one; else one that is there at all."""
        url = await self._resolved()
        refused: ConnectorError | None = None
        dull: tuple[Place, str] | None = None
        for candidate in dict.fromkeys((url, urljoin(url, f"/.well-known/{self._dialect.service}"))):
            try:
                answer = (await self._ask(candidate, bodies.discovery(self._dialect), "0")).checked()
            except (Unauthorized, Unavailable):
                raise
            except ConnectorError as error:
                refused = refused or error
                continue
            for place in answer.rows:
                if place.leads_on:
                    self._session.hrefs.move(answer.url)
                    return place, answer.url
                if dull is None and not place.missing:
                    dull = place, answer.url
        if dull is None:
            raise refused or NotFound(f"PROPFIND on {host_of(url)}: there is nothing at this URL")
        return dull

    async def _resolved(self) -> str:
        """The URL; of a bare domain or mail address, the one that DNS names for it (RFC 6764 3), over TLS only."""
        domain = bare_domain(self._url)
        if domain is None:
            return self._url
        from termintreu_connectors.dav.domains import located  # noqa: PLC0415 - only who needs DNS pays for it

        async with self._looking:
            if bare_domain(self._url) is not None:  # nobody else found it meanwhile
                self._url = await located(domain, self._dialect, self._session.http, self._nameservers)
                self._session.http.home = self._url
                self._session.hrefs.move(self._url)
        return self._url

    async def _ask(self, url: str, body: bytes, depth: str) -> Answer[Place]:
        return await self._session.multistatus("PROPFIND", url, body, depth=depth, take=self._place)

    def _place(self, row: Row, asked: str) -> Place:
        hrefs = self._session.hrefs
        path = hrefs.read(row.href, asked)
        kinds = {str(kind.tag) for kind in row.found.get(D + "resourcetype", ())}
        principal = row.found.get(D + "current-user-principal")
        collection = _collection(row, path, kinds, self._dialect)
        return Place(
            collection=collection,
            is_collection=D + "collection" in kinds,
            path=path,
            homes=tuple(hrefs.follow(href, asked) for href in _hrefs(row.found.get(str(self._dialect.home_set.tag)))),
            principal=next((hrefs.follow(href, asked) for href in _hrefs(principal)), None),
            syncs=_syncs(row),
            missing=row.status in {404, 410},
            # That of a calendar can be somebody else's, who shares it.
            availability=row.text(_AVAILABILITY)[:_LONGEST] if collection is None else "",
        )


def _description(row: Row, _: str) -> str:
    return clean_name(row.text(C + "calendar-description"))


def _hrefs(element: etree._Element | None) -> list[str]:
    found = [] if element is None else element.findall(D + "href")
    return [text for href in found if (text := (href.text or "").strip())]


def _collection(row: Row, path: str, kinds: set[str], dialect: Dialect) -> Collection | None:
    if dialect.kind not in kinds or kinds & _OTHER or row.status in {404, 410}:
        return None
    declared = _declared(row.found.get(C + "supported-calendar-component-set"))
    if _OUTBOX in kinds and "VEVENT" not in declared:
        # SOGo's main calendar is its outbox as well, and says that it holds events.
        return None
    components = dialect.holds or declared or _READABLE
    if dialect.holds is None and not components & _READABLE:
        return None
    path = path if path.endswith("/") else path + "/"
    name = clean_name(row.text(D + "displayname")) or clean_name(path.rstrip("/").rpartition("/")[2])
    return Collection(href=path, name=name, components=components, writable=_writable(row))


def _declared(element: etree._Element | None) -> frozenset[str]:
    """The components that a calendar says it holds; none where it says nothing (RFC 4791 5.2.3: then any)."""
    named = [] if element is None else element.findall(C + "comp")
    return frozenset((comp.get("name") or "").upper() for comp in named)


def _writable(row: Row) -> bool:
    privileges = row.found.get(D + "current-user-privilege-set")
    if privileges is None:
        return True
    return any(str(right.tag) in _WRITE for privilege in privileges for right in privilege)


def _syncs(row: Row) -> bool | None:
    reports = row.found.get(D + "supported-report-set")
    if reports is None:
        return None
    return next(reports.iter(D + "sync-collection"), None) is not None


def clean_name(text: str) -> str:
    """A display name without control and format characters (bidi overrides among them), in one line, bounded."""
    shown = "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join(shown.split())[:_NAME]
