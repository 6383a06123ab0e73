"""An account in memory, with the semantics of a real CalDAV server: ETags, sync-tokens, conditional writes, UID
conflicts, component sets, read-only collections. For tests, the demo and dry runs. It has a second face, the user's
side (`put`, `tick`, `remove`...), and lets any request fail in the ways that requests fail. Nothing leaves the process.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal

from termintreu.model import Collection, Look, Resource, Snapshot
from termintreu.model.errors import ConnectorError, Forbidden, NotFound, PreconditionFailed, Unavailable
from termintreu_connectors.memory_faults import Fault, Faults, Op
from termintreu_connectors.streams import outline

__all__ = ["BOTH", "Fault", "Faults", "MemoryStore", "Op", "ticked"]

BOTH = frozenset({"VEVENT", "VTODO"})


@dataclass(slots=True, kw_only=True)
class _Shelf:
    """One collection and the journal from which its sync-tokens are answered."""

    collection: Collection
    serial: int
    """Another one for a collection that was deleted and made again: its old tokens are void."""
    objects: dict[str, Resource] = field(default_factory=dict)
    uids: dict[str, frozenset[str]] = field(default_factory=dict)
    journal: list[str] = field(default_factory=list)
    oldest: int = 0
    """Tokens before this place in the journal have expired."""

    def token(self) -> str:
        return f"memory:{self.serial}:{len(self.journal)}"

    def place(self, token: str | None) -> int | None:
        """Where in the journal `token` stands; None for none, an expired, a foreign or a garbage one."""
        match = re.fullmatch(rf"memory:{self.serial}:(\d{{1,9}})", token or "", re.ASCII)
        place = int(match[1]) if match else -1
        return place if self.oldest <= place <= len(self.journal) else None


class MemoryStore:
    """Source and Target in memory.

    Args:
        name: as in the configuration.
        supports: components that a collection made by `ensure` may hold.
        can_create: False where the account allows no MKCALENDAR.
        sync_tokens: False for a server without sync-collection: listings are full, unchanged rows without data.
        uid_scope: where a UID may stand once only: within its collection, the account, or anywhere often.
        rewrite: what the server makes of every stream that it stores.
        faults: asked before every request; None lets it through.
    """

    def __init__(
        self,
        name: str = "memory",
        *,
        supports: frozenset[str] = BOTH,
        can_create: bool = True,
        sync_tokens: bool = True,
        uid_scope: Literal["collection", "account", "none"] = "collection",
        rewrite: Callable[[bytes], bytes] | None = None,
        faults: Faults | None = None,
    ) -> None:
        self._name = name
        self.supports = supports
        self.can_create = can_create
        self.sync_tokens = sync_tokens
        self.uid_scope = uid_scope
        self.rewrite = rewrite
        self.faults = faults
        self.looks: dict[str, Look | None] = {}
        """How each collection that was made is shown, by href."""
        self._shelves: dict[str, _Shelf] = {}
        self._wakes: list[Callable[[], None]] = []
        self._requests = 0
        self._stored = 0
        self._made = 0

    # The port: what the daemon sees.

    @property
    def name(self) -> str:
        """The name in the configuration."""
        return self._name

    @property
    def requests(self) -> int:
        """Requests since the start, failed ones included."""
        return self._requests

    async def collections(self) -> Sequence[Collection]:
        """Every collection of the account."""
        with self._request("collections", ""):
            return [shelf.collection for shelf in self._shelves.values()]

    async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
        """What changed since `token`; everything, with data where `known` has another ETag, without a good token."""
        with self._request("changes", collection.href) as fault:
            shelf = self._shelf(collection.href)
            place = shelf.place(token) if self.sync_tokens and fault is not Fault.TOKEN_INVALID else None
            if place is None:
                rows = [
                    replace(row, data=None) if known.get(row.href) == row.etag else row
                    for row in shelf.objects.values()
                ]
                gone: list[str] = []
            else:
                touched = dict.fromkeys(shelf.journal[place:])
                rows = [shelf.objects[href] for href in touched if href in shelf.objects]
                gone = [href for href in touched if href not in shelf.objects]
            whole = fault is not Fault.INCOMPLETE
            return Snapshot(
                collection=shelf.collection,
                token=(shelf.token() if whole else token) if self.sync_tokens else None,
                full=place is None,
                changed=tuple(rows if whole else rows[::2]),
                deleted=tuple(gone if whole else gone[::2]),
                requests=1,
                complete=whole,
                note=None if whole else "some rows of the listing were missing",
            )

    async def listing(self, collection: Collection, known: Mapping[str, str | None]) -> Snapshot:
        """Everything, with data where `known` has another ETag."""
        return await self.changes(collection, None, known)

    @contextmanager
    def watch(self, wake: Callable[[], None]) -> Iterator[None]:
        """Call `wake` at each of the user's edits."""
        self._wakes.append(wake)
        try:
            yield
        finally:
            self._wakes.remove(wake)

    async def close(self) -> None:
        """Nothing to give back."""

    async def ensure(self, name: str, components: frozenset[str], look: Look | None = None) -> Collection:
        """The collection of that name that we may write to, made where it is missing. Raises Forbidden."""
        with self._request("ensure", name) as fault:
            there = [shelf.collection for shelf in self._shelves.values() if shelf.collection.name == name]
            usable = [collection for collection in there if collection.writable]
            if usable:
                return max(usable, key=lambda collection: len(collection.components & components))
            if not self.can_create:
                raise Forbidden(f"{self._name}: no collection may be made here")
            made = self.add_collection(name, components=self.supports & components or self.supports, wake=False)
            self.looks[made.href] = look
            if fault is Fault.SWALLOWED:
                del self._shelves[made.href]
            return made

    async def create(self, collection: Collection, name: str, data: bytes) -> Resource:
        """PUT with If-None-Match: *. Raises PreconditionFailed where it exists or its UID stands elsewhere."""
        href = collection.href + name
        with self._request("create", href) as fault:
            shelf = self._shelf(collection.href)
            if not name.endswith(".ics") or "/" in name:
                raise Forbidden(f"{self._name}: a resource's name must end in .ics and hold no slash")
            if href in shelf.objects:
                raise PreconditionFailed(f"{self._name}: something stands there already")
            return self._write(shelf, href, data, fault)

    async def update(self, href: str, data: bytes, etag: str) -> Resource:
        """PUT with If-Match. Raises PreconditionFailed; for a missing one too, as servers do."""
        with self._request("update", href) as fault:
            shelf = self._shelf_of(href)
            row = shelf.objects.get(href)
            if row is None or row.etag != etag:
                raise PreconditionFailed(f"{self._name}: changed since it was read")
            return self._write(shelf, href, data, fault)

    async def delete(self, href: str, etag: str) -> None:
        """DELETE with If-Match. Raises PreconditionFailed; a missing one is success."""
        with self._request("delete", href) as fault:
            shelf = self._shelf_of(href)
            row = shelf.objects.get(href)
            if row is None:
                return
            if not shelf.collection.writable:
                raise Forbidden(f"{self._name}: the collection is read-only")
            if row.etag != etag:
                raise PreconditionFailed(f"{self._name}: changed since it was read")
            if fault is not Fault.SWALLOWED:
                self._drop(shelf, href)

    async def fetch(self, href: str) -> Resource:
        """GET. Raises NotFound."""
        with self._request("fetch", href):
            row = self._shelf_of(href).objects.get(href)
            if row is None:
                raise NotFound(f"{self._name}: there is nothing at that href")
            return row

    async def description(self, collection: Collection) -> str:
        """That of the look it was made with."""
        with self._request("description", collection.href):
            look = self.looks.get(collection.href)
            return "" if look is None else look.description

    async def discard(self, collection: Collection) -> None:
        """DELETE of a collection; a missing one is success."""
        with self._request("discard", collection.href) as fault:
            if fault is not Fault.SWALLOWED:
                self._shelves.pop(collection.href, None)

    # The user's side: what other apps do to the same account. Nothing here counts as a request or can fail.

    def add_collection(
        self,
        name: str,
        *,
        components: frozenset[str] = BOTH,
        writable: bool = True,
        href: str | None = None,
        wake: bool = True,
    ) -> Collection:
        """Make a collection, whatever `can_create` says."""
        self._made += 1
        href = href or f"/{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-') or 'collection'}-{self._made}/"
        collection = Collection(href=href, name=name, components=components, writable=writable)
        self._shelves[href] = _Shelf(collection=collection, serial=self._made)
        if wake:
            self._wake()
        return collection

    def change_collection(self, collection: Collection) -> None:
        """Give the collection at that href another name, component set or right to write."""
        self._shelf(collection.href).collection = collection
        self._wake()

    def remove_collection(self, href: str) -> None:
        """Delete a collection with all that is in it."""
        del self._shelves[href]
        self._wake()

    def put(self, href: str, data: bytes) -> Resource:
        """Store `data` at `href`, whatever stands there, even where we may not write."""
        row = self._store(self._shelf_of(href), href, data)
        self._wake()
        return row

    def remove(self, href: str) -> None:
        """Delete the object at `href`."""
        self._drop(self._shelf_of(href), href)
        self._wake()

    def edit(self, href: str, change: Callable[[bytes], bytes]) -> Resource:
        """Replace the object at `href` by what `change` makes of it."""
        return self.put(href, change(self.data(href)))

    def tick(self, href: str, at: datetime) -> Resource:
        """Mark a task as done at `at`, as apps do; of an event that stands for a task (☐), tick the title."""
        return self.edit(href, lambda data: ticked(data, at))

    def data(self, href: str) -> bytes:
        """The stream at `href`. KeyError where there is none."""
        data = self._shelf_of(href).objects[href].data
        return data or b""

    def objects(self, collection: str | None = None) -> dict[str, bytes]:
        """Href to stream of all there is, or of the collection with that href."""
        shelves = self._shelves.values() if collection is None else [self._shelves[collection]]
        return {href: row.data or b"" for shelf in shelves for href, row in shelf.objects.items()}

    def expire_tokens(self) -> None:
        """Forget what sync-tokens given so far stood for."""
        for shelf in self._shelves.values():
            shelf.oldest = len(shelf.journal) + 1
            shelf.journal.append("")

    # Within.

    @contextmanager
    def _request(self, kind: str, href: str) -> Iterator[Fault | None]:
        self._requests += 1
        op = Op(kind=kind, href=href, number=self._requests)  # type: ignore[arg-type]  # the callers name all kinds
        fault = self.faults(op) if self.faults else None
        if isinstance(fault, ConnectorError):
            raise fault
        if fault is Fault.LOST_BEFORE:
            raise Unavailable(f"{self._name}: the connection was lost")
        try:
            yield fault
        finally:
            if fault is Fault.LOST_AFTER:
                raise Unavailable(f"{self._name}: the connection was lost")

    def _shelf(self, href: str) -> _Shelf:
        if href not in self._shelves:
            raise NotFound(f"{self._name}: there is no such collection")
        return self._shelves[href]

    def _shelf_of(self, href: str) -> _Shelf:
        return self._shelf(href[: href.rfind("/") + 1])

    def _write(self, shelf: _Shelf, href: str, data: bytes, fault: Fault | None) -> Resource:
        seen = outline(data)
        if not shelf.collection.writable:
            raise Forbidden(f"{self._name}: the collection is read-only")
        if not seen.components <= shelf.collection.components:
            raise Forbidden(f"{self._name}: the collection does not hold that kind of component")
        if self._elsewhere(shelf, href, seen.uids):
            raise PreconditionFailed(f"{self._name}: its UID stands under another href", uid_conflict=True)
        if fault is Fault.SWALLOWED:
            return Resource(href=href, etag='"0"', data=None)
        return replace(self._store(shelf, href, data), data=None)

    def _elsewhere(self, shelf: _Shelf, href: str, uids: frozenset[str]) -> bool:
        shelves = {"none": [], "collection": [shelf], "account": list(self._shelves.values())}[self.uid_scope]
        return any(there != href and uids & taken for other in shelves for there, taken in other.uids.items())

    def _store(self, shelf: _Shelf, href: str, data: bytes) -> Resource:
        self._stored += 1
        stored = self.rewrite(data) if self.rewrite else data
        row = shelf.objects[href] = Resource(href=href, etag=f'"{self._stored}"', data=stored)
        shelf.uids[href] = outline(stored).uids
        shelf.journal.append(href)
        return row

    def _drop(self, shelf: _Shelf, href: str) -> None:
        del shelf.objects[href], shelf.uids[href]
        shelf.journal.append(href)

    def _wake(self) -> None:
        for wake in self._wakes:
            wake()


def ticked(data: bytes, at: datetime) -> bytes:
    """The stream with its first task marked as done at `at` (RFC 5545 3.8.1.11), or its title's ☐ turned into ☑."""
    if b"BEGIN:VTODO" not in data:
        return data.replace("SUMMARY:☐".encode(), "SUMMARY:☑".encode(), 1)
    head, begin, rest = data.partition(b"BEGIN:VTODO")
    eol = "\r\n" if b"\r\n" in data else "\n"
    rest = re.sub(rb"\r?\n(STATUS|COMPLETED|PERCENT-COMPLETE)[;:][^\r\n]*", b"", rest)
    lines = ("", "STATUS:COMPLETED", "PERCENT-COMPLETE:100", f"COMPLETED:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    return head + begin + eol.join(lines).encode() + rest
