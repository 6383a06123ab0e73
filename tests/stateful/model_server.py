"""A server and a memory that live in dicts, and the cycle between them, with every fault a real one has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache

from termintreu.model import Change, ChangeResult, Collection, Item, ItemRecord, Observed, Resource
from termintreu.planning.items.observe import observe
from termintreu.writing.diff import Diff, after_write, before_write
from tests.comparing import diff
from tests.unit.planning.making import BERLIN, COLLECTIONS


@dataclass(slots=True)
class ModelServer:
    """Resources by href, conditional writes, and a bin of deleted UIDs (as Nextcloud has one)."""

    resources: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    deleted_names: set[str] = field(default_factory=set)
    remembers_deleted: bool = False
    rewrite: Callable[[bytes], bytes] = lambda data: data
    writes: int = 0

    def put(self, href: str, data: bytes) -> str:
        """Store something, whoever does it; returns the ETag."""
        self.writes += 1
        etag = f'"{self.writes}"'
        self.resources[href] = (etag, self.rewrite(data))
        return etag

    def remove(self, href: str) -> None:
        """Delete something, whoever does it."""
        del self.resources[href]
        self.deleted_names.add(href.rpartition("/")[2])

    def apply(self, change: Change) -> Change:
        """Carry out one change as a server does, on its condition."""
        href = change.collection + change.href if change.action == "create" else change.href
        held = self.resources.get(href)
        if change.action == "create":
            if held is not None:
                return replace(change, result="conflict")
            if self.remembers_deleted and change.href in self.deleted_names:
                return replace(change, result="refused")
            return replace(change, result="applied", new_href=href, new_etag=self.put(href, change.data or b""))
        if held is None or held[0] != change.etag:
            gone: ChangeResult = "applied" if change.action == "delete" and held is None else "conflict"
            return replace(change, result=gone)
        if change.action == "delete":
            self.remove(href)
            return replace(change, result="applied")
        return replace(change, result="applied", new_href=href, new_etag=self.put(href, change.data or b""))

    def observed(self, collections: Iterable[Collection] = COLLECTIONS.values()) -> list[Observed]:
        """What is ours there."""
        found = []
        for collection in collections:
            for href, (etag, data) in sorted(self.resources.items()):
                if href.startswith(collection.href):
                    item = observed(href, data, collection.href)
                    if item is not None:
                        found.append(replace(item, etag=etag))
        return found


@lru_cache(maxsize=20_000)
def observed(href: str, data: bytes, collection: str) -> Observed | None:
    """As `observe`; parsing what was parsed before would be most of the work of thousands of cycles."""
    return observe(Resource(href=href, etag="-", data=data), collection, BERLIN)


@dataclass(slots=True)
class Cycle:
    """The end of a cycle: compare, write, remember."""

    server: ModelServer
    memory: dict[str, ItemRecord] = field(default_factory=dict)
    agreed: frozenset[str] = frozenset()

    def run(
        self,
        desired: Iterable[Item],
        now: datetime,
        *,
        lost: Callable[[int], bool] = lambda _: False,
        unsent: Callable[[int], bool] = lambda _: False,
        crash_after: int | None = None,
        frozen: frozenset[str] = frozenset(),
        hidden: frozenset[str] = frozenset(),
    ) -> Diff:
        """One cycle.

        Args:
            desired: what should stand.
            now: UTC.
            lost: whether the answer to the n-th write is lost after the server carried it out.
            unsent: whether the n-th write never reaches the server.
            crash_after: the process dies after so many writes, before it remembers their results.
            frozen: collections whose listing is incomplete.
            hidden: hrefs that are missing from it.
        """
        observed = [item for item in self.server.observed() if item.href not in hidden]
        difference = diff(
            tuple(desired),
            observed,
            self.memory,
            now=now,
            collections=COLLECTIONS,
            frozen=frozen,
            agreed=self.agreed,
        )
        self.agreed = difference.braked
        self._remember(before_write(difference, self.memory, now))
        written: list[Change] = []
        for number, change in enumerate(difference.changes):
            if number == crash_after:
                return difference
            # As `apply` does: what could not be removed is not replaced.
            stands = any(one.slot == change.slot and one.result != "applied" for one in written)
            blocked = change.action == "create" and stands
            written.append(self._write(change, lost=lost(number), unsent=blocked or unsent(number)))
        if crash_after is None:
            self._remember(after_write(difference, written, self.memory, now))
        return difference

    def _write(self, change: Change, *, lost: bool, unsent: bool) -> Change:
        if unsent:
            return replace(change, result="retry_later")
        done = self.server.apply(change)
        return replace(done, result="retry_later", new_href=None, new_etag=None) if lost else done

    def _remember(self, records: Iterable[ItemRecord]) -> None:
        self.memory.update({record.slot: record for record in records})
