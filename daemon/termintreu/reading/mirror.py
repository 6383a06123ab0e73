"""Our copy of each collection, and how an answer is taken into it. Pure.

A mirror only changes on the strength of a complete and valid answer (docs/safety.md, 20, 21): what is missing from an
incomplete one stays, and one that has lost more than half counts when a second listing confirms it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from termintreu.model import Collection, Resource, Snapshot
from termintreu.model.clean import clean_line
from termintreu.reading.ical import MAX_COMPONENTS, Extent, entries_in, extent_of, may_matter, split_stream
from termintreu.reading.ical.lines import UNCLOSED
from termintreu.reading.ical.split import PART
from termintreu.reading.vcards import lean

_COMPONENT = re.compile(rb"^BEGIN:(?:VEVENT|VTODO)", re.IGNORECASE | re.MULTILINE)
_ENTRY = re.compile(rb"^BEGIN:(?:VEVENT|VTODO|VCARD)", re.IGNORECASE | re.MULTILINE)
_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s*BEGIN:VCALENDAR", re.IGNORECASE)
_BLANKS = re.compile(rb"^(BEGIN|END)[ \t]*:[ \t]*", re.IGNORECASE | re.MULTILINE)
_PLACE = re.compile(rb"\n(?:BEGIN:(?:VEVENT|VTODO)\b|UID(?:;[^:\r\n]*)?:([^\r\n]*))", re.IGNORECASE)
ILLEGIBLE = "the answer is no calendar that can be read; what was known stays in force"
TOO_MANY = "There is more in it than this program reads; the rest is left out."
_LINE = "@"
"""Between the digest of such a part and its line."""
_NAME = 60
"""Characters of a file's name."""
GONE = "gone"
"""As `Mirror.pending`: the next discovery is to say again that the collection is no longer there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """What is held of one collection."""

    source: str
    """Name of the account it belongs to."""
    collection: Collection
    roles: frozenset[str] = frozenset()
    """"reminders", "tasks": collections of our own. Empty: a watched one."""
    token: str | None = None
    resources: Mapping[str, Resource] = field(default_factory=dict)
    """By href. Streams with many UIDs are cut: the whole one stays as an entry without data, for its ETag. `data`
    is None as well where the resource lies too far in the past to matter."""
    pending: str | None = None
    """Digests of what was missing from an answer that lost more than half, and waits for a second listing."""
    checked_at: datetime | None = None
    """UTC, when the last good answer came; None: never."""
    discovered_at: datetime | None = None
    """UTC, when discovery last listed it."""
    unconfirmed: bool = field(default=False, repr=False, compare=False)
    """It was read for the first time in this process, and not listed since."""
    counted: int | None = field(default=None, repr=False, compare=False)
    """See `counted_once`; made anew with `resources`."""

    @property
    def key(self) -> tuple[str, str]:
        """Account and href."""
        return self.source, self.collection.href

    @property
    def known(self) -> Mapping[str, str | None]:
        """href to ETag of whole resources, as `Source.changes` wants it."""
        return _ETags(self.resources)

    @property
    def count(self) -> int:
        """How many whole resources there are."""
        return counted_once(self)


def counted_once(mirror: Mirror) -> int:
    """How many whole resources a mirror holds, noted in the frozen mirror the first time it is asked.

    Every poll reports the number, and it changes with `resources` only. For 10,000 events this saves 1.5 to 2 ms of
    each poll in which nothing changed.
    """
    if mirror.counted is None:
        object.__setattr__(mirror, "counted", len(mirror.known))
    return mirror.counted or 0


Mirrors = Mapping[tuple[str, str], Mirror]
"""By account and href."""


class _ETags(Mapping[str, "str | None"]):
    """The ETags of whole resources, looked at where they stand: most polls ask for none of them."""

    def __init__(self, resources: Mapping[str, Resource]) -> None:
        self._resources = resources

    def __getitem__(self, href: str) -> str | None:
        if PART in href:
            raise KeyError(href)
        return self._resources[href].etag

    def __iter__(self) -> Iterator[str]:
        return (href for href in self._resources if PART not in href)

    def __len__(self) -> int:
        return len(self._resources) - parts_among(self._resources)

    def __bool__(self) -> bool:
        return next(iter(self), None) is not None


def parts_among(hrefs: Iterable[str]) -> int:
    """How many hrefs are those of parts of a cut stream.

    All are searched as one text. For 10,000 hrefs that takes 1.5 ms, where a search in each takes 2 ms.
    """
    return "\0".join(hrefs).count(PART)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """What we remember of our own items, by their hrefs."""

    standing: frozenset[str] = frozenset()
    """Written, and not known to be gone: they should be in a listing, even in the first one."""
    withdrawn: frozenset[str] = frozenset()
    """Deleted by us: that they are missing is no surprise."""

    def unexplained(self, mirror: Mirror, snapshot: Snapshot) -> bool:
        """Whether a delta left out what should stand. Some servers' tokens skip what was written at the same moment."""
        place, there = mirror.collection.href, mirror.resources
        left_out = (href for href in self.standing if href not in there and href.startswith(place))
        return any(href not in snapshot.deleted for href in left_out)


NOTHING_OF_OURS = Ours()


@dataclass(frozen=True, slots=True, kw_only=True)
class Absorbed:
    """A mirror after an answer, and whether anything follows from absence in it."""

    mirror: Mirror
    changed: bool
    """False: the mirror's resources are the very same object as before."""
    trusted: bool
    """False: the collection is frozen for this cycle; nothing of ours is deleted on the strength of it."""
    note: str | None = None
    stable: bool = True
    """As the answer says of itself; see `Snapshot`."""


def absorb(
    mirror: Mirror,
    snapshot: Snapshot,
    *,
    now: datetime,
    since: datetime,
    ours: Ours = NOTHING_OF_OURS,
    max_events: int = MAX_COMPONENTS,
) -> Absorbed:
    """Take an answer into a mirror.

    Args:
        mirror: what was held.
        snapshot: the collection's answer.
        now: UTC.
        since: UTC; of resources that certainly lie before it only the ETag is kept.
        ours: for collections of our own.
        max_events: so many are kept to be read; of the rest only the ETag is.
    """
    is_book = "VCARD" in snapshot.collection.components
    if not is_book and any(
        one.href == snapshot.collection.href and _is_illegible(one.data) for one in snapshot.changed
    ):
        return Absorbed(mirror=mirror, changed=False, trusted=False, note=ILLEGIBLE)
    cutter = _Cutter(since, max_events, collection=snapshot.collection)
    after = _full(mirror, snapshot, cutter) if snapshot.full else _delta(mirror, snapshot, cutter)
    note = snapshot.note or next(iter(cutter.problems), None)
    # What a write has taught, that it may only be read, holds until discovery says otherwise.
    collection = replace(snapshot.collection, writable=snapshot.collection.writable and mirror.collection.writable)
    stands = mirror.resources if after is None else after
    if snapshot.full and snapshot.complete and (doubt := _doubt(mirror, stands, ours)) is not None:
        return Absorbed(
            mirror=replace(mirror, pending=doubt.missing), changed=False, trusted=False, note=doubt.sentence
        )
    if after is None:
        return Absorbed(
            mirror=replace(mirror, collection=collection, token=snapshot.token, pending=None, checked_at=now),
            changed=False,
            trusted=snapshot.complete,
            note=note,
            stable=snapshot.stable,
        )
    return Absorbed(
        mirror=replace(
            mirror,
            collection=collection,
            token=snapshot.token,
            resources=after,
            counted=None,
            pending=None,
            checked_at=now,
        ),
        changed=True,
        trusted=snapshot.complete,
        note=note,
        stable=snapshot.stable,
    )


def _full(mirror: Mirror, snapshot: Snapshot, cutter: _Cutter) -> dict[str, Resource] | None:
    """The resources after a full listing; None where nothing differs."""
    held = _by_whole(mirror.resources, None)
    after: dict[str, Resource] = {}
    fresh = False
    for resource in snapshot.changed:
        before = held.get(resource.href)
        if before and (resource.data is None or _same(before, resource)):
            cutter.count(before.values())
            after.update(before)
        elif resource.data is not None:
            after.update(cutter.cut(resource, before or {}))
            fresh = True
    if not snapshot.complete:
        after = {**mirror.resources, **after}
    return after if fresh or after.keys() != mirror.resources.keys() else None


def _delta(mirror: Mirror, snapshot: Snapshot, cutter: _Cutter) -> dict[str, Resource] | None:
    """The resources after a delta; None where nothing differs."""
    if not snapshot.deleted and not snapshot.changed:
        return None
    held = _by_whole(mirror.resources, {*snapshot.deleted, *(resource.href for resource in snapshot.changed)})
    gone = [href for href in snapshot.deleted if href in held]
    new = [
        resource
        for resource in snapshot.changed
        if resource.data is not None and not _same(held.get(resource.href, {}), resource)
    ]
    if not gone and not new:
        return None
    after = dict(mirror.resources)
    for href in (*gone, *(resource.href for resource in new)):
        for part in held.get(href, {}):
            del after[part]
    cutter.count(after.values())
    for resource in new:
        after.update(cutter.cut(resource, held.get(resource.href, {})))
    return after


@dataclass(frozen=True, slots=True, kw_only=True)
class _Doubt:
    """Why an answer does not count yet."""

    missing: str
    sentence: str


def _doubt(mirror: Mirror, after: Mapping[str, Resource], ours: Ours) -> _Doubt | None:
    """A drop to nothing or by more than half is confirmed for entries that were missing from the last answer, too.

    What else changed between the two does not matter: where somebody is busy in a calendar, no two answers are ever
    the same. But where something is back that was missing, the first answer was wrong and counts for nothing. What we
    deleted ourselves is no surprise.
    """
    held = _entries(mirror.resources) | {href for href in ours.standing if href.startswith(mirror.collection.href)}
    if not held:
        return None
    stands = _entries(after)
    missing = {_digest(href.encode())[:8] for href in held - stands - ours.withdrawn}
    said = frozenset((mirror.pending or "").split())
    confirmed = len(said) if said <= missing else 0
    expected = len(held) - len((held - stands) & ours.withdrawn) - confirmed
    if expected == 0 or (stands and len(stands) * 2 >= expected):
        return None
    return _Doubt(
        missing=" ".join(sorted(missing)),
        sentence=f"{len(held)} entries became {len(stands)}; this counts when a second listing confirms it",
    )


def _entries(resources: Mapping[str, Resource]) -> frozenset[str]:
    """What counts: parts, and wholes that were not cut. A stream with nothing in it is none."""
    cut = {href.partition(PART)[0] for href in resources if PART in href}
    return frozenset(
        href
        for href, resource in resources.items()
        if href not in cut and (resource.data is None or _ENTRY.search(resource.data))
    )


def _same(before: Mapping[str, Resource], resource: Resource) -> bool:
    whole = before.get(resource.href)
    return whole is not None and whole.etag is not None and whole.etag == resource.etag


def _by_whole(resources: Mapping[str, Resource], wanted: set[str] | None) -> dict[str, dict[str, Resource]]:
    """Each whole resource with its parts, by its href; of those `wanted` (None: of all)."""
    wholes = {
        href: {href: resource}
        for href, resource in resources.items()
        if PART not in href and (wanted is None or href in wanted)
    }
    for href in [href for href in resources if PART in href]:
        whole = wholes.get(href.partition(PART)[0])
        if whole is not None:
            whole[href] = resources[href]
    return wholes


class _Cutter:
    """Cuts streams that hold several UIDs, and notes what was wrong with a stream as a whole."""

    def __init__(self, since: datetime, max_events: int, *, collection: Collection) -> None:
        """Of an address book the least is kept that calls need."""
        cards = "VCARD" in collection.components
        self._whole = collection.href
        self._since = since
        self._cards = cards
        self._left = self._most = max_events
        self.problems: list[str] = []

    def count(self, held: Iterable[Resource]) -> None:
        """Account for what is held already."""
        self._left -= sum(resource.data is not None for resource in held)

    def cut(self, resource: Resource, before: Mapping[str, Resource]) -> Iterator[tuple[str, Resource]]:
        """One resource, or one for each UID; a part that stands as it was in `before` is the very same object."""
        data = resource.data or b""
        if self._cards:
            yield resource.href, self._lean(replace(resource, data=lean(data)))
            return
        extent = extent_of(data)
        if extent is None and (mended := _without_blanks(data)) is not data:
            data, resource = mended, replace(resource, data=mended)
        if extent is not None or entries_in(data) <= 1:
            yield resource.href, self._lean(resource, extent)
            return
        split = split_stream(data, max_events=self._most)
        if len(split.parts) <= 1:
            # Whoever reads it finds in it what is wrong with it.
            yield resource.href, self._lean(resource)
            return
        self.problems += (self._about(resource, problem) for problem in split.problems if problem != UNCLOSED)
        yield resource.href, replace(resource, data=None)
        places: Mapping[bytes, int] | None = None
        for part in split.parts:
            href, digest = f"{resource.href}{PART}{_digest(part.uid.encode())}", _digest(part.data)
            held = before.get(href)
            if held is not None and (held.etag or "").partition(_LINE)[0] == digest:
                self._left -= held.data is not None
                yield href, held
            else:
                places = _places(data) if places is None else places
                line = places.get(part.uid.encode())
                etag = digest if line is None else f"{digest}{_LINE}{line}"
                yield href, self._lean(Resource(href=href, etag=etag, data=part.data), extent_of(part.data))

    def _about(self, resource: Resource, problem: str) -> str:
        """A problem with the file that has it, where its collection holds others."""
        name = resource.href.rpartition("/")[2]
        return problem if resource.href == self._whole else f"{clean_line(name, _NAME)}: {problem}"

    def _lean(self, resource: Resource, extent: Extent | None = None) -> Resource:
        if resource.data is None or not (self._cards or may_matter(resource.data, self._since, extent)):
            return Resource(href=resource.href, etag=resource.etag, data=None)
        if self._left <= 0:
            self.problems.append(TOO_MANY)
            return Resource(href=resource.href, etag=resource.etag, data=None)
        self._left -= 1
        if extent is None:
            return resource
        return Resource(href=resource.href, etag=resource.etag, data=resource.data, days=extent)


def line_of(resource: Resource) -> int | None:
    """The line at which a part of a stream began when it was read, from 1; None where that is not known."""
    line = (resource.etag or "").partition(_LINE)[2] if PART in resource.href else ""
    return int(line) if line.isdecimal() else None


def _is_illegible(data: bytes | None) -> bool:
    """Whether nothing stands in a stream that is no empty calendar either: whoever takes it for one loses all."""
    if data is None or _ENTRY.search(data):
        return False
    mended = _without_blanks(data)
    return not (_ENTRY.search(mended) or split_stream(mended).whole)


def _places(data: bytes) -> dict[bytes, int]:
    """UID to the line at which its first component begins, from 1."""
    places: dict[bytes, int] = {}
    line, at, begun = 1, 0, 1
    for match in _PLACE.finditer(data):
        line, at = line + data.count(b"\n", at, match.start() + 1), match.start() + 1
        if match[1] is None:
            begun = line
        else:
            places.setdefault(match[1].strip(), begun)
    return places


def _without_blanks(data: bytes) -> bytes:
    """A stream whose BEGIN and END lines are as they should be (RFC 5545 3.1); some programs put a blank after the
    colon, and what nobody recognizes looks like an empty calendar. The same object where nothing is wrong."""
    if _BEGINS.match(data) and _COMPONENT.search(data):
        return data
    mended = _BLANKS.sub(rb"\1:", data)
    return data if mended == data else mended


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
