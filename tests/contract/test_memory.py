"""The account in memory keeps the contract, and fails in the ways it is told to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from termintreu.model import Collection
from termintreu.model.errors import Forbidden, NotFound, OutOfSpace, PreconditionFailed, Unavailable
from termintreu.model.ports import Target
from termintreu_connectors.memory import Fault, MemoryStore, Op
from tests.contract.suite import Bench, Reader, TargetContract, event, objects_in, todo


@dataclass(frozen=True)
class MemoryHand:
    """The user's side of a store."""

    store: MemoryStore
    collection: Collection

    def put(self, name: str, data: bytes) -> None:
        self.store.put(self.collection.href + name, data)

    def remove(self, name: str) -> None:
        self.store.remove(self.collection.href + name)

    def read(self) -> Mapping[str, bytes]:
        found = self.store.objects(self.collection.href)
        return {href.removeprefix(self.collection.href): data for href, data in found.items()}

    def drop(self) -> None:
        self.store.remove_collection(self.collection.href)


def bench_of(store: MemoryStore) -> Bench[Target]:
    collection = store.add_collection("Anna")
    return Bench(connector=store, collection=collection, hand=MemoryHand(store, collection))


class TestWithSyncTokens(TargetContract):
    @pytest.fixture
    async def bench(self) -> Bench[Target]:
        return bench_of(MemoryStore("memory"))


class TestWithoutSyncTokens(TargetContract):
    @pytest.fixture
    async def bench(self) -> Bench[Target]:
        return bench_of(MemoryStore("memory", sync_tokens=False))


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore("memory")


async def test_a_write_whose_answer_was_lost_was_carried_out(store: MemoryStore) -> None:
    collection = store.add_collection("Anna")
    store.faults = lambda op: Fault.LOST_AFTER if op.kind == "create" else None
    with pytest.raises(Unavailable):
        await store.create(collection, "a.ics", event("a"))
    assert {collection.href + "a.ics": event("a")} == store.objects()


async def test_a_write_that_never_arrived_left_nothing(store: MemoryStore) -> None:
    collection = store.add_collection("Anna")
    store.faults = lambda op: Fault.LOST_BEFORE if op.writes else None
    with pytest.raises(Unavailable):
        await store.create(collection, "a.ics", event("a"))
    assert {} == store.objects()


async def test_an_answer_is_lost_whatever_it_would_have_said(store: MemoryStore) -> None:
    collection = store.add_collection("Anna")
    store.put(collection.href + "a.ics", event("a"))
    store.faults = lambda op: Fault.LOST_AFTER
    with pytest.raises(Unavailable):
        await store.create(collection, "a.ics", event("b"))


async def test_a_swallowed_write_looks_like_success(store: MemoryStore) -> None:
    collection = store.add_collection("Anna")
    before = store.put(collection.href + "b.ics", event("b"))
    store.faults = lambda op: Fault.SWALLOWED if op.writes else None
    await store.create(collection, "a.ics", event("a"))
    await store.update(before.href, event("b", "neu"), before.etag or "")
    await store.delete(before.href, before.etag or "")
    await store.ensure("Termintreu", frozenset({"VEVENT"}))
    assert {before.href: event("b")} == store.objects()
    assert ["Anna"] == [found.name for found in await store.collections()]


async def test_any_error_can_be_given_to_a_request(store: MemoryStore) -> None:
    collection = store.add_collection("Anna")
    store.faults = lambda op: OutOfSpace("full") if op.number == 2 else None
    await store.create(collection, "a.ics", event("a"))
    with pytest.raises(OutOfSpace):
        await store.create(collection, "b.ics", event("b"))
    await store.create(collection, "c.ics", event("c"))
    assert 3 == store.requests
    assert 2 == len(store.objects())


async def test_faults_are_asked_with_what_the_request_is_about(store: MemoryStore) -> None:
    collection = store.add_collection("Anna")
    asked: list[Op] = []
    store.faults = asked.append
    await store.changes(collection, None, {})
    await store.ensure("Anna", frozenset())
    assert [
        Op(kind="changes", href=collection.href, number=1),
        Op(kind="ensure", href="Anna", number=2),
    ] == asked


async def test_an_incomplete_listing_says_so_and_is_made_good_by_the_next(store: MemoryStore) -> None:
    collection = store.add_collection("Anna")
    reader = Reader(source=store, collection=collection)
    await reader.poll()
    for uid in "abcd":
        store.put(f"{collection.href}{uid}.ics", event(uid))
    store.faults = lambda op: Fault.INCOMPLETE
    snapshot = await reader.poll()
    assert not snapshot.complete
    assert 2 == len(snapshot.changed)
    store.faults = None
    await reader.poll()
    assert {"a", "b", "c", "d"} == set(reader.objects)


async def test_an_expired_token_leads_to_a_full_listing(store: MemoryStore) -> None:
    collection = store.add_collection("Anna")
    store.put(collection.href + "a.ics", event("a"))
    reader = Reader(source=store, collection=collection)
    await reader.poll()
    store.remove(collection.href + "a.ics")
    store.put(collection.href + "b.ics", event("b"))
    store.expire_tokens()
    snapshot = await reader.poll()
    assert snapshot.full
    assert {"b"} == set(reader.objects)
    assert not (await reader.poll()).full


async def test_a_token_can_be_refused_once(store: MemoryStore) -> None:
    reader = Reader(source=store, collection=store.add_collection("Anna"))
    await reader.poll()
    store.faults = lambda op: Fault.TOKEN_INVALID
    assert (await reader.poll()).full


async def test_a_collection_that_was_made_again_knows_no_old_token(store: MemoryStore) -> None:
    collection = store.add_collection("Anna", href="/anna/")
    store.put("/anna/a.ics", event("a"))
    reader = Reader(source=store, collection=collection)
    await reader.poll()
    store.remove_collection("/anna/")
    store.add_collection("Anna", href="/anna/")
    store.put("/anna/b.ics", event("b"))
    assert (await reader.poll()).full
    assert {"b"} == set(reader.objects)


async def test_a_read_only_collection_refuses_every_write(store: MemoryStore) -> None:
    collection = store.add_collection("Feiertage", writable=False)
    row = store.put(collection.href + "a.ics", event("a"))
    with pytest.raises(Forbidden):
        await store.create(collection, "b.ics", event("b"))
    with pytest.raises(Forbidden):
        await store.update(row.href, event("a", "neu"), row.etag or "")
    with pytest.raises(Forbidden):
        await store.delete(row.href, row.etag or "")
    assert {row.href: event("a")} == store.objects()


async def test_a_collection_takes_only_its_components(store: MemoryStore) -> None:
    store.supports = frozenset({"VEVENT"})
    made = await store.ensure("Termintreu", frozenset({"VEVENT", "VTODO"}))
    assert {"VEVENT"} == made.components
    with pytest.raises(Forbidden):
        await store.create(made, "t.ics", todo("t"))


async def test_where_nothing_can_be_made_ensure_is_forbidden(store: MemoryStore) -> None:
    store.can_create = False
    store.add_collection("Termintreu", writable=False)
    with pytest.raises(Forbidden):
        await store.ensure("Termintreu", frozenset({"VEVENT"}))
    there = store.add_collection("Termintreu")
    assert there == await store.ensure("Termintreu", frozenset({"VEVENT"}))


@pytest.mark.parametrize(("scope", "conflict"), [("none", False), ("collection", False), ("account", True)])
async def test_where_a_uid_may_stand_twice(store: MemoryStore, scope: str, conflict: bool) -> None:
    store.uid_scope = scope  # type: ignore[assignment]  # one of its three values
    store.put(store.add_collection("Anna").href + "a.ics", event("a"))
    other = store.add_collection("Bruno")
    if conflict:
        with pytest.raises(PreconditionFailed) as caught:
            await store.create(other, "b.ics", event("a"))
        assert caught.value.uid_conflict
    else:
        await store.create(other, "b.ics", event("a"))


async def test_a_server_can_rewrite_what_it_stores(store: MemoryStore) -> None:
    store.rewrite = lambda data: data.replace(b"\r\n", b"\n")
    collection = store.add_collection("Anna")
    made = await store.create(collection, "a.ics", event("a"))
    assert event("a", eol="\n") == (await store.fetch(made.href)).data


@pytest.mark.parametrize("eol", ["\r\n", "\n"])
async def test_a_task_that_is_ticked_is_done(store: MemoryStore, eol: str) -> None:
    href = store.add_collection("Aufgaben").href + "t.ics"
    store.put(href, todo("t", eol=eol))
    store.tick(href, datetime(2026, 10, 7, 8, 30, tzinfo=UTC))
    wanted = {"STATUS:COMPLETED", "PERCENT-COMPLETE:100", "COMPLETED:20261007T083000Z"}
    gone = {"STATUS:NEEDS-ACTION"}
    assert {"t": (objects_in(todo("t"))["t"] | wanted) - gone} == objects_in(store.data(href))


async def test_an_event_that_stands_for_a_task_is_ticked_in_its_title(store: MemoryStore) -> None:
    href = store.add_collection("Aufgaben").href + "t.ics"
    store.put(href, event("t", "☐ Zurückrufen"))
    store.tick(href, datetime(2026, 10, 7, tzinfo=UTC))
    assert objects_in(event("t", "☑ Zurückrufen")) == objects_in(store.data(href))


async def test_the_users_edits_wake_the_watcher_and_ours_do_not(store: MemoryStore) -> None:
    collection = store.add_collection("Anna")
    woken: list[None] = []
    with store.watch(lambda: woken.append(None)):
        made = await store.create(collection, "a.ics", event("a"))
        await store.ensure("Termintreu", frozenset({"VEVENT"}))
        assert [] == woken
        store.edit(made.href, lambda data: data.replace(b"Telefonat", b"Anruf"))
        assert 1 == len(woken)
    store.remove(made.href)
    assert 1 == len(woken)


async def test_a_collection_can_become_read_only(store: MemoryStore) -> None:
    collection = store.add_collection("Anna")
    store.change_collection(replace(collection, writable=False))
    with pytest.raises(Forbidden):
        await store.create(collection, "a.ics", event("a"))


@pytest.mark.parametrize("name", ["a.txt", "b/a.ics"])
async def test_names_that_are_none_are_refused(store: MemoryStore, name: str) -> None:
    with pytest.raises(Forbidden):
        await store.create(store.add_collection("Anna"), name, event("a"))


async def test_an_unknown_collection_is_not_found(store: MemoryStore) -> None:
    with pytest.raises(NotFound):
        await store.fetch("/nowhere/a.ics")
