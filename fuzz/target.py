"""The reading path as one function over bytes, for a fuzzer to break: nothing that a server, feed or folder answers may
raise, run on, or come out unclean. It decides nothing, and writes nothing.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from termintreu.config import MeConfig
from termintreu.model import Collection, Occurrence, Rejected, Resource, Snapshot
from termintreu.model.errors import InvalidAnswer
from termintreu.planning.items.observe import observe
from termintreu.reading.ical import Reader, may_matter, split_stream
from termintreu.reading.mirror import Mirror, absorb
from termintreu.recognition.calls import appointments, busy_and_absences, recognise
from termintreu.recognition.contacts.book import ContactBook
from termintreu_connectors.dav.multistatus import Multistatus
from termintreu_connectors.streams import is_whole, outline

LONGEST = 5.0
"""Seconds of processor time that one input of a few kilobytes may take; a thousandth of it is usual."""
_ZONE = ZoneInfo("Europe/Berlin")
_NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
_WINDOW = (_NOW - timedelta(days=7), _NOW + timedelta(days=14))
_ME = MeConfig(name="Anna Beispiel", emails=["anna@beispiel.example"])
_BOOK = ContactBook((), _ME)
_COLLECTION = Collection(href="/work/", name="Work")
_ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_REASON = re.compile(r"[A-Z][A-Za-z0-9,:;'\- ]+\.")


def take(data: bytes) -> None:
    """Read `data` as whatever it may be. Raises where something is wrong with the program."""
    began = time.process_time()
    _calendar(data)
    _ours(data)
    _answer(data)
    took = time.process_time() - began
    if took > LONGEST:
        raise AssertionError(f"{len(data)} bytes took {took:.1f} s")


def _calendar(data: bytes) -> None:
    """A stream as a collection's resource, whole and cut by UID: both ways say the same."""
    outline(data)
    whole = _read(Resource(href="/work/a.ics", etag=None, data=data))
    if whole and not may_matter(data, _WINDOW[0]):
        raise AssertionError("what matters was passed over")
    parts = [
        _read(Resource(href=f"/work/{n}.ics", etag=None, data=part.data))
        for n, part in enumerate(split_stream(data).parts)
    ]
    if sorted(_names(whole)) != sorted(_names([one for part in parts for one in part])):
        raise AssertionError("a part reads otherwise than its stream")
    snapshot = Snapshot(
        collection=_COLLECTION, token=None, full=True, changed=(Resource(href="/work/a.ics", etag='"1"', data=data),)
    )
    absorb(Mirror(source="work", collection=_COLLECTION), snapshot, now=_NOW, since=_NOW - timedelta(days=90))
    if is_whole(data) and not data.strip():
        raise AssertionError("nothing is no calendar")
    for call in recognise(appointments(whole, me=_ME), book=_BOOK, me=_ME, zone=_ZONE):
        _clean(call.contact.name, call.reach.url or "", call.reach.phone or "", call.reach.pin or "")
    busy_and_absences(appointments(whole, me=_ME), _ME, _ZONE)


def _read(resource: Resource) -> list[Occurrence]:
    reading = Reader(zone=_ZONE).read("work", "/work/", [resource], _WINDOW)
    for one in reading.occurrences:
        _clean(one.summary, one.description, one.location, one.url, one.uid, *one.categories)
        if not one.start <= one.end:
            raise AssertionError("an end lies before its start")
    for rejected in reading.rejected:
        _sober(rejected)
    return list(reading.occurrences)


def _names(occurrences: list[Occurrence]) -> list[tuple[str, datetime, str]]:
    return [(one.uid, one.start, one.summary) for one in occurrences]


def _clean(*texts: str) -> None:
    for text in texts:
        if _ACTING.search(text) or len(text) > 20_000:
            raise AssertionError("a text came out that acts, or has no bounds")


def _sober(rejected: Rejected) -> None:
    if not _REASON.fullmatch(rejected.reason):
        raise AssertionError("a reason quotes what it is about")


def _ours(data: bytes) -> None:
    """As something that stands in a collection of our own."""
    found = observe(Resource(href="/own/a.ics", etag='"1"', data=data), "/own/", _ZONE)
    if found is not None and b"termintreu-" not in data.lower():
        raise AssertionError("something foreign was taken for ours")


def _answer(data: bytes) -> None:
    """As a server's multistatus."""

    async def chunks() -> AsyncIterator[bytes]:
        for at in range(0, len(data), 512):
            yield data[at : at + 512]

    async def rows() -> None:
        try:
            async for row in Multistatus("dav.example").rows(chunks()):
                row.text("{DAV:}getetag")
        except InvalidAnswer:
            return

    # It waits for nothing, so that it needs no loop.
    with contextlib.suppress(StopIteration):
        rows().send(None)
