"""What a server's answers told about one collection, gathered until it can be handed on as a Snapshot. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from termintreu.model import Collection, Resource, Snapshot
from termintreu_connectors.dav.etags import digest

GONE = frozenset({404, 410})


class Line(NamedTuple):
    """One row about one resource."""

    href: str
    status: int | None
    etag: str | None
    data: bytes | None
    ctag: str = ""
    folder: bool = False


@dataclass(slots=True, kw_only=True)
class Harvest:
    """What the answers told so far."""

    token: str | None
    listed: dict[str, str | None] = field(default_factory=dict)
    """href to ETag of all that is there, or that changed."""
    data: dict[str, bytes] = field(default_factory=dict)
    etags: dict[str, str] = field(default_factory=dict)
    """ETags that came with the data."""
    gone: set[str] = field(default_factory=set)
    owed: set[str] = field(default_factory=set)
    """Asked for and not answered."""
    unreadable: int = 0

    def take(self, line: Line) -> None:
        """Note a row about something that is there."""
        self.gone.discard(line.href)
        self.listed[line.href] = line.etag
        if line.data is not None:
            self.keep(line.href, line.data, line.etag)

    def take_changes(self, lines: Iterable[Line], path: str) -> bool:
        """Note the rows of a sync-collection answer; True where it was cut short and goes on (RFC 6578 3.6)."""
        more = False
        for line in lines:
            if same_path(line.href, path):
                more = more or line.status == 507
            elif line.status in GONE:
                # A first answer may name what was deleted long before it (Radicale).
                self.drop(line.href)
            elif not line.folder and not line.href.endswith("/"):
                self.take(line)
        return more

    def keep(self, href: str, data: bytes, etag: str | None) -> None:
        """Note a resource's content, and the ETag that came with it."""
        self.data[href] = data
        self.etags[href] = etag or self.listed.get(href) or digest(data)

    def drop(self, href: str) -> None:
        """Note that a resource is gone."""
        self.listed.pop(href, None)
        self.data.pop(href, None)
        self.gone.add(href)

    def adopt(self, other: Harvest) -> None:
        """Take over the content of what is listed here with the same ETag."""
        for href, data in other.data.items():
            if href in self.listed and other.etags[href] == self.listed[href]:
                self.keep(href, data, other.etags[href])

    def wanted(self, known: Mapping[str, str | None]) -> list[str]:
        """Listed, without content, and not held in this state."""
        return [
            href
            for href, etag in self.listed.items()
            if href not in self.data and (etag is None or known.get(href) != etag)
        ]

    def looks_full(self, known: Mapping[str, str | None]) -> bool:
        """Whether this "change" tells what is held already: then it may be all there is, and leave out what is gone."""
        return any(etag is not None and known.get(href) == etag for href, etag in self.listed.items())


def snapshot_of(collection: Collection, harvest: Harvest, *, old: str | None, full: bool) -> Snapshot:
    """The answer. `old`: the token to keep where something is still owed."""
    changed: list[Resource] = []
    for href, etag in harvest.listed.items():
        if href in harvest.data:
            changed.append(Resource(href=href, etag=harvest.etags[href], data=harvest.data[href]))
        elif full and href not in harvest.owed:
            changed.append(Resource(href=href, etag=etag, data=None))
    notes = []
    if harvest.owed:
        notes.append(f"{len(harvest.owed)} entries were left out of the answer; they are asked for again")
    if harvest.unreadable:
        notes.append(f"{harvest.unreadable} entries may not be read, or are too large")
    return Snapshot(
        collection=collection,
        token=old if harvest.owed else harvest.token,
        full=full,
        changed=tuple(changed),
        deleted=() if full else tuple(sorted(harvest.gone)),
        complete=not harvest.owed,
        note="; ".join(notes) or None,
    )


def same_path(one: str, other: str) -> bool:
    """Whether two decoded paths name one place; a closing slash makes no difference."""
    return one.rstrip("/") == other.rstrip("/")
