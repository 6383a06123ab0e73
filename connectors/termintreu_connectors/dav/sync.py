"""What changed in a collection since the last answer: sync-collection (RFC 6578) where the server has it, else ctag and
a listing of ETags. Data comes with the answer or by multiget, and only for what differs from what is held.
Nothing is concluded from a row that is missing: it stays owed, and the old token with it. Reads only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from termintreu.model import Collection, Resource, Snapshot
from termintreu.model.errors import ConnectorError, Forbidden, InvalidAnswer, NotFound, Unauthorized
from termintreu_connectors.dav import bodies
from termintreu_connectors.dav.dialects import CALENDARS, Dialect
from termintreu_connectors.dav.etags import strong_etag
from termintreu_connectors.dav.harvest import GONE, Harvest, Line, same_path, snapshot_of
from termintreu_connectors.dav.multistatus import D, Row
from termintreu_connectors.dav.session import Answer, DavSession
from termintreu_connectors.http_errors import Broken, TooLarge, host_of

CTAG = "ctag:"
_RESOURCETYPE, _GETETAG, _FOLDER = D + "resourcetype", D + "getetag", D + "collection"
_GETCTAG = f"{{{bodies.CALENDARSERVER}}}getctag"
# Servers differ in how they refuse a token (RFC 6578 3.2 says 403 or 409); a 404 is the collection's.
_NO_SYNC = frozenset({400, 403, 405, 409, 410, 412, 415, 418, 422, 501})
_COUNTING = re.compile(r"(.*?)(\d{1,18})")
_ROUNDS = 200
_SINGLE_GETS = 50


class Synchronizer:
    """Answers `Source.changes` for one account."""

    def __init__(
        self,
        session: DavSession,
        without_sync: set[str],
        *,
        chunk: int,
        dialect: Dialect = CALENDARS,
        trim: Callable[[bytes], bytes] | None = None,
    ) -> None:
        """Takes what is shared, and what is asked for.

        Args:
            without_sync: paths of collections that do not answer sync-collection, shared with discovery.
            chunk: resources in one multiget.
            dialect: calendars or address books.
            trim: what to keep of each object as it arrives; None: all of it.
        """
        self._session = session
        self._without_sync = without_sync
        self._chunk = chunk
        self._dialect = dialect
        self._content = str(dialect.data.tag)
        self._trim = trim or bytes

    async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
        """See `termintreu.model.ports.Source.changes`."""
        before = self._session.http.requests
        token = token if token and token.isprintable() else None
        snapshot = await self._unchanged(collection, token)
        try:
            snapshot = snapshot or await self._by_token(collection, token, known)
        except Broken:
            # Some fail like this on every token that they do not know, and would for ever.
            snapshot = None
        snapshot = snapshot or await self._by_listing(collection, known)
        return replace(snapshot, requests=self._session.http.requests - before)

    async def listing(self, collection: Collection, known: Mapping[str, str | None]) -> Snapshot:
        """See `termintreu.model.ports.Lists.listing`."""
        before = self._session.http.requests
        snapshot = await self._by_listing(collection, known)
        return replace(snapshot, requests=self._session.http.requests - before)

    async def ahead(self, collection: Collection, start: datetime, end: datetime) -> Sequence[Resource] | None:
        """See `termintreu.model.ports.Source.ahead`."""
        body = bodies.events_between(start, end)
        url = self._url(collection)
        # Some servers read every event for this. Asked again while they do, they would do it twice.
        answer = await self._session.multistatus("REPORT", url, body, depth="1", take=self._line, once=True)
        if answer.status != 207:
            return None
        return [
            Resource(href=line.href, etag=line.etag, data=line.data)
            for line in answer.checked().rows
            if line.data is not None and line.etag is not None
        ]

    async def _unchanged(self, collection: Collection, token: str | None) -> Snapshot | None:
        """By ctag, where that is what we hold: an answer if nothing changed."""
        if token is None or not token.startswith(CTAG):
            return None
        answer = await self._propfind(collection, bodies.ctag(), "0", often=True)
        same = token == _ctag_token(_own_line(answer, collection))
        return Snapshot(collection=collection, token=token, full=False) if same else None

    async def _by_token(
        self, collection: Collection, token: str | None, known: Mapping[str, str | None]
    ) -> Snapshot | None:
        """By sync-collection, from the beginning where the token is refused; None where that is not to be had."""
        # From nothing there is no change to tell: all there is costs the same, and no token is needed to be right.
        if token is not None and not token.startswith(CTAG) and known:
            harvest = await self._synced(collection, token, known)
            if harvest is not None and _went_back(token, harvest.token):
                harvest = None
            if harvest is not None and harvest.looks_full(known):
                # Some servers answer a token they do not know with all that is there, and leave out what is gone.
                return await self._by_listing(collection, known, token=harvest.token, had=harvest)
            if harvest is not None:
                await self._fill(collection, harvest, known)
                return snapshot_of(collection, harvest, old=token, full=False)
        if collection.href in self._without_sync:
            return None
        harvest = await self._synced(collection, None, known)
        if harvest is None:
            self._without_sync.add(collection.href)
            return None
        await self._fill(collection, harvest, known)
        return snapshot_of(collection, harvest, old=None, full=True)

    async def _synced(
        self, collection: Collection, token: str | None, known: Mapping[str, str | None]
    ) -> Harvest | None:
        """All rounds of sync-collection; None where the token, or the report itself, is refused."""
        harvest = Harvest(token=token)
        with_data = token is not None or not known
        for _ in range(_ROUNDS):
            try:
                answer = await self._report(collection, harvest.token, with_data=with_data)
            except InvalidAnswer:
                if not with_data:
                    raise
                # Too large, or one resource's content breaks the XML: list first, then fetch in smaller pieces.
                with_data = False
                continue
            if answer.status in _NO_SYNC:
                return None
            rows, new = answer.checked().rows, answer.token
            if new is None:
                # Servers that do not know the report answer with an empty multistatus: that says nothing.
                return None
            more = harvest.take_changes(rows, collection.href)
            stuck, harvest.token = new == harvest.token, new
            if not more:
                return harvest
            if stuck:
                break
        raise InvalidAnswer(f"REPORT on {host_of(self._url(collection))}: the answer never ends")

    async def _report(self, collection: Collection, token: str | None, *, with_data: bool) -> Answer[Line]:
        body = bodies.sync_collection(token, with_data=with_data, dialect=self._dialect)
        return await self._session.multistatus("REPORT", self._url(collection), body, depth="0", take=self._line)

    async def _by_listing(
        self,
        collection: Collection,
        known: Mapping[str, str | None],
        *,
        token: str | None = None,
        had: Harvest | None = None,
    ) -> Snapshot:
        """By ETags. `token`, `had`: what sync-collection told already."""
        answer = await self._propfind(collection, bodies.listing(), "1")
        own = _own_line(answer, collection)
        harvest = Harvest(token=token or _ctag_token(own))
        for line in answer.rows:
            if not line.folder and not same_path(line.href, collection.href) and line.status not in GONE:
                harvest.take(line)
        if had is not None:
            harvest.adopt(had)
        await self._fill(collection, harvest, known)
        return snapshot_of(collection, harvest, old=None, full=True)

    async def _propfind(self, collection: Collection, body: bytes, depth: str, *, often: bool = False) -> Answer[Line]:
        url = self._url(collection)
        answer = await self._session.multistatus("PROPFIND", url, body, depth=depth, take=self._line, often=often)
        return answer.checked()

    async def _fill(self, collection: Collection, harvest: Harvest, known: Mapping[str, str | None]) -> None:
        """Fetch the content of what differs from what is held."""
        wanted = harvest.wanted(known)
        for at in range(0, len(wanted), self._chunk):
            await self._multiget(collection, harvest, wanted[at : at + self._chunk])
        missing = harvest.wanted(known)
        for href in missing[:_SINGLE_GETS]:
            if not await self._get(harvest, href):
                break
        harvest.owed.update(harvest.wanted(known))

    async def _multiget(self, collection: Collection, harvest: Harvest, hrefs: list[str]) -> None:
        body = bodies.multiget((self._session.hrefs.wire(href) for href in hrefs), self._dialect)
        url = self._url(collection)
        try:
            # RFC 4791 7.9: the server ignores Depth here; some insist on one.
            answer = await self._session.multistatus("REPORT", url, body, depth="1", take=self._line)
        except InvalidAnswer:
            if len(hrefs) > 1:
                half = len(hrefs) // 2
                await self._multiget(collection, harvest, hrefs[:half])
                await self._multiget(collection, harvest, hrefs[half:])
            return
        asked = set(hrefs)
        for line in answer.checked().rows:
            if line.data is not None and line.href in asked:
                harvest.keep(line.href, line.data, line.etag)

    async def _get(self, harvest: Harvest, href: str) -> bool:
        """Ask for one resource that a multiget left out, or said is not there: only a 404 here says that it is gone.

        False where the server answers nothing of use, so that it is better left in peace.
        """
        try:
            reply = await self._session.get(self._session.hrefs.url(href))
        except NotFound:
            harvest.drop(href)
        except (Forbidden, TooLarge):
            harvest.unreadable += 1
            harvest.keep(href, b"", harvest.listed.get(href))
        except Unauthorized:
            raise
        except ConnectorError:
            return False
        else:
            if not self._dialect.fits(reply.body):
                return False
            harvest.keep(href, self._trim(reply.body), strong_etag(reply.headers.get("etag")))
        return True

    def _url(self, collection: Collection) -> str:
        return self._session.hrefs.url(collection.href)

    def _line(self, row: Row, asked: str) -> Line:
        kinds = row.found.get(_RESOURCETYPE)
        data = row.text(self._content)
        return Line(
            href=self._session.hrefs.read(row.href, asked),
            status=row.status,
            etag=strong_etag(row.text(_GETETAG)),
            data=self._trim(data.encode()) if data else None,
            ctag=row.text(_GETCTAG).strip(),
            folder=kinds is not None and kinds.find(_FOLDER) is not None,
        )


def _own_line(answer: Answer[Line], collection: Collection) -> Line:
    """The row about the collection itself. Raises NotFound where it says so, InvalidAnswer where there is none."""
    for line in answer.rows:
        if same_path(line.href, collection.href):
            if line.status in GONE:
                raise NotFound(f"PROPFIND on {host_of(answer.url)}: the collection is gone")
            return line
    raise InvalidAnswer(f"PROPFIND on {host_of(answer.url)}: the answer does not mention the collection asked for")


def _ctag_token(own: Line) -> str | None:
    return CTAG + own.ctag if own.ctag else None


def _went_back(old: str, new: str | None) -> bool:
    """Whether a counting token went backwards: the calendar was deleted and made again, and some servers (sabre/dav,
    SOGo) then answer "no changes" to the old one's token."""
    before, after = _COUNTING.fullmatch(old), _COUNTING.fullmatch(new or "")
    return bool(before and after and before[1] == after[1] and int(after[2]) < int(before[2]))
