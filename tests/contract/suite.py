"""What every connector must do, whatever stands behind it. A connector's test subclasses `SourceContract`, or
`TargetContract` where it can write, and gives the `bench` fixture: the connector, one empty collection, and a hand
that edits the same storage from outside, as another app would. Nothing here knows a backend.

A subclass says by its class attributes what its backend cannot do; each of them switches off what it names, only.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import pytest

from termintreu.model import Collection, Look, Resource, Snapshot
from termintreu.model.errors import ConnectorError, NotFound, PreconditionFailed
from termintreu.model.ports import Source, Target

S = TypeVar("S", bound=Source)

Objects = dict[str, frozenset[str]]
"""UID to the unfolded lines of its component: what an object means, whatever the order and the line ends."""

_STAMPS = ("DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE")
"""A server may keep these itself."""


class Hand(Protocol):
    """Another app on the same collection."""

    def put(self, name: str, data: bytes) -> None:
        """Store an object under that (decoded) name, whatever stands there."""

    def remove(self, name: str) -> None:
        """Delete an object."""

    def read(self) -> Mapping[str, bytes]:
        """Everything in the collection, by (decoded) name, as it is stored."""

    def drop(self) -> None:
        """Delete the collection, or take it away."""


@dataclass(frozen=True, kw_only=True)
class Bench(Generic[S]):
    """One connector with a collection to try it on."""

    connector: S
    collection: Collection
    """As `connector.collections()` gives it; it holds nothing."""
    hand: Hand


@dataclass(kw_only=True)
class Reader:
    """Reads as the daemon does: remembers the token and what it holds, and takes each answer into it."""

    source: Source
    collection: Collection
    token: str | None = None
    held: dict[str, Resource] = field(default_factory=dict)

    async def poll(self) -> Snapshot:
        known = {href: row.etag for href, row in self.held.items()}
        snapshot = await self.source.changes(self.collection, self.token, known)
        before = self.held
        kept = {} if snapshot.full else {href: row for href, row in before.items() if href not in snapshot.deleted}
        for row in snapshot.changed:
            if row.data is None:
                assert row.href in before, "an unchanged row of something that was never delivered"
                kept[row.href] = replace(row, data=before[row.href].data)
            else:
                kept[row.href] = row
        self.held, self.token = kept, snapshot.token
        return snapshot

    @property
    def objects(self) -> Objects:
        return objects_in(*(row.data or b"" for row in self.held.values()))


def reader_of(bench: Bench[Any]) -> Reader:
    return Reader(source=bench.connector, collection=bench.collection)


def delivered(snapshot: Snapshot) -> Objects:
    """The objects whose content an answer brought."""
    return objects_in(*(row.data for row in snapshot.changed if row.data is not None))


def objects_in(*streams: bytes) -> Objects:
    """The components of streams by UID."""
    found: Objects = {}
    for stream in streams:
        text = re.sub(r"\r?\n[ \t]", "", stream.decode("utf-8-sig"))
        for match in re.finditer(r"^BEGIN:(VEVENT|VTODO|VCARD)\r?$.*?^END:\1\r?$", text, re.MULTILINE | re.DOTALL):
            lines = frozenset(line.strip() for line in match[0].splitlines() if not line.startswith(_STAMPS))
            uid = next(line.removeprefix("UID:") for line in sorted(lines) if line.startswith("UID:"))
            found[uid] = found.get(uid, frozenset()) | lines
    return found


def event(uid: str, summary: str = "Telefonat", *, eol: str = "\r\n", extra: tuple[str, ...] = ()) -> bytes:
    """An object with one VEVENT."""
    return _wrapped(
        eol, "VEVENT", f"UID:{uid}", "DTSTART:20261006T122000Z", "DTEND:20261006T123000Z", f"SUMMARY:{summary}", *extra
    )


def todo(uid: str, summary: str = "Zurückrufen", *, eol: str = "\r\n") -> bytes:
    """An object with one VTODO."""
    return _wrapped(eol, "VTODO", f"UID:{uid}", "DUE:20261007T150000Z", f"SUMMARY:{summary}", "STATUS:NEEDS-ACTION")


def card(uid: str, name: str = "Erika Muster", *, eol: str = "\r\n", extra: tuple[str, ...] = ()) -> bytes:
    """An object with one VCARD."""
    lines = ("BEGIN:VCARD", "VERSION:3.0", f"UID:{uid}", f"FN:{name}", f"N:;{name};;;", *extra, "END:VCARD", "")
    return eol.join(lines).encode()


def _wrapped(eol: str, component: str, *lines: str) -> bytes:
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//termintreu//tests//EN")
    body = (f"BEGIN:{component}", "DTSTAMP:20261005T061500Z", *lines, f"END:{component}")
    return eol.join((*head, *body, "END:VCALENDAR", "")).encode()


class SourceContract:
    """What is read."""

    one_resource: ClassVar[bool] = False
    """The whole collection is one resource (a feed, a file): nothing is said about single hrefs."""
    awkward_names: ClassVar[tuple[str, ...]] = (
        "with space.ics",
        "100%.ics",
        "a%2Fb.ics",
        "plus+plus.ics",
        "Müller-Straße.ics",
        "☎ anrufen 🎉.ics",
        "a@b.example.ics",
    )
    """Names that other apps give to their objects, as far as the backend lets them."""

    suffix: ClassVar[str] = ".ics"
    components: ClassVar[frozenset[str]] = frozenset({"VEVENT", "VTODO"})
    """What collections hold."""

    def named(self, stem: str) -> str:
        """A name that an object can bear."""
        return stem + self.suffix

    def event(self, uid: str, text: str = "Telefonat", *, eol: str = "\r\n", extra: tuple[str, ...] = ()) -> bytes:
        """An object of the kind that is read."""
        return event(uid, text, eol=eol, extra=extra)

    @pytest.fixture
    async def bench(self) -> Any:
        """A `Bench`; fixtures of a subclass may be async generators, and close the connector."""
        raise NotImplementedError

    async def test_the_collection_is_found_again_with_a_name(self, bench: Bench[Source]) -> None:
        found = await bench.connector.collections()
        assert [bench.collection] == [collection for collection in found if collection.href == bench.collection.href]
        assert bench.collection.name
        assert bench.collection.components & self.components

    async def test_hrefs_of_collections_are_unique(self, bench: Bench[Source]) -> None:
        hrefs = [collection.href for collection in await bench.connector.collections()]
        assert sorted(set(hrefs)) == sorted(hrefs)

    async def test_an_empty_collection_gives_an_empty_listing(self, bench: Bench[Source]) -> None:
        reader = reader_of(bench)
        snapshot = await reader.poll()
        assert snapshot.full
        assert snapshot.complete
        assert {} == reader.objects

    async def test_the_first_listing_is_full_and_holds_everything(self, bench: Bench[Source]) -> None:
        bench.hand.put(self.named("a"), self.event("a"))
        bench.hand.put(self.named("b"), self.event("b", "Besprechung"))
        snapshot = await reader_of(bench).poll()
        assert snapshot.full
        assert snapshot.complete
        assert () == snapshot.deleted
        assert bench.collection.href == snapshot.collection.href
        assert objects_in(self.event("a"), self.event("b", "Besprechung")) == delivered(snapshot)

    async def test_etags_are_strong_and_quoted(self, bench: Bench[Source]) -> None:
        bench.hand.put(self.named("a"), self.event("a"))
        snapshot = await reader_of(bench).poll()
        assert all(re.fullmatch(r'"[^"]+"', row.etag or "") for row in snapshot.changed)

    async def test_without_a_change_nothing_is_delivered(self, bench: Bench[Source]) -> None:
        bench.hand.put(self.named("a"), self.event("a"))
        bench.hand.put(self.named("b"), self.event("b"))
        reader = reader_of(bench)
        await reader.poll()
        for _ in range(2):
            before = dict(reader.held)
            snapshot = await reader.poll()
            assert {} == delivered(snapshot)
            assert () == snapshot.deleted
            assert before == reader.held

    async def test_a_changed_object_is_delivered_alone(self, bench: Bench[Source]) -> None:
        for uid in ("a", "b", "c"):
            bench.hand.put(self.named(f"{uid}"), self.event(uid))
        reader = reader_of(bench)
        await reader.poll()
        bench.hand.put(self.named("b"), self.event("b", "Verschoben"))
        snapshot = await reader.poll()
        assert objects_in(self.event("a"), self.event("b", "Verschoben"), self.event("c")) == reader.objects
        if not self.one_resource:
            assert objects_in(self.event("b", "Verschoben")) == delivered(snapshot)

    async def test_a_change_that_keeps_the_length_is_seen(self, bench: Bench[Source]) -> None:
        bench.hand.put(self.named("a"), self.event("a", "14:00"))
        reader = reader_of(bench)
        await reader.poll()
        bench.hand.put(self.named("a"), self.event("a", "15:00"))
        await reader.poll()
        assert objects_in(self.event("a", "15:00")) == reader.objects

    async def test_a_new_object_is_delivered(self, bench: Bench[Source]) -> None:
        bench.hand.put(self.named("a"), self.event("a"))
        reader = reader_of(bench)
        await reader.poll()
        bench.hand.put(self.named("b"), self.event("b"))
        await reader.poll()
        assert objects_in(self.event("a"), self.event("b")) == reader.objects

    async def test_a_deleted_object_is_gone(self, bench: Bench[Source]) -> None:
        for uid in ("a", "b", "c"):
            bench.hand.put(self.named(f"{uid}"), self.event(uid))
        reader = reader_of(bench)
        await reader.poll()
        bench.hand.remove(self.named("b"))
        snapshot = await reader.poll()
        assert snapshot.complete
        assert objects_in(self.event("a"), self.event("c")) == reader.objects

    async def test_the_last_object_can_go(self, bench: Bench[Source]) -> None:
        bench.hand.put(self.named("a"), self.event("a"))
        reader = reader_of(bench)
        await reader.poll()
        bench.hand.remove(self.named("a"))
        await reader.poll()
        assert {} == reader.objects

    async def test_many_edits_between_two_polls_are_all_seen(self, bench: Bench[Source]) -> None:
        for number in range(30):
            bench.hand.put(self.named(f"{number}"), self.event(f"{number}"))
        reader = reader_of(bench)
        await reader.poll()
        for number in range(10):
            bench.hand.remove(self.named(f"{number}"))
        for number in range(10, 20):
            bench.hand.put(self.named(f"{number}"), self.event(f"{number}", "neu"))
        bench.hand.put(self.named("0"), self.event("0", "wieder da"))
        bench.hand.put(self.named("1"), self.event("1", "kurz"))
        bench.hand.remove(self.named("1"))
        await reader.poll()
        assert objects_in(*bench.hand.read().values()) == reader.objects
        assert 21 == len(reader.objects)

    @pytest.mark.requirement(19)
    @pytest.mark.parametrize("token", ["", "rubbish", "http://example.com/ns/sync/0", "☎", '{"etag": 1}', "0" * 5000])
    async def test_a_garbage_token_leads_to_a_full_listing(self, bench: Bench[Source], token: str) -> None:
        bench.hand.put(self.named("a"), self.event("a"))
        bench.hand.put(self.named("b"), self.event("b"))
        reader = replace(reader_of(bench), token=token)
        snapshot = await reader.poll()
        assert snapshot.full
        assert objects_in(self.event("a"), self.event("b")) == reader.objects

    async def test_a_lost_token_costs_no_content(self, bench: Bench[Source]) -> None:
        bench.hand.put(self.named("a"), self.event("a"))
        bench.hand.put(self.named("b"), self.event("b"))
        reader = reader_of(bench)
        await reader.poll()
        bench.hand.remove(self.named("a"))
        reader.token = None
        snapshot = await reader.poll()
        assert snapshot.full
        assert objects_in(self.event("b")) == reader.objects

    async def test_awkward_names_come_decoded_and_whole(self, bench: Bench[Source]) -> None:
        if self.one_resource:
            pytest.skip("a single resource has no names within")
        for number, name in enumerate(self.awkward_names):
            bench.hand.put(name, self.event(f"uid-{number}"))
        reader = reader_of(bench)
        await reader.poll()
        assert {bench.collection.href + name for name in self.awkward_names} == set(reader.held)
        bench.hand.put(self.awkward_names[0], self.event("uid-0", "neu"))
        bench.hand.remove(self.awkward_names[-1])
        await reader.poll()
        assert {bench.collection.href + name for name in self.awkward_names[:-1]} == set(reader.held)
        assert objects_in(*bench.hand.read().values()) == reader.objects

    @pytest.mark.parametrize("eol", ["\r\n", "\n"])
    async def test_line_ends_do_not_matter(self, bench: Bench[Source], eol: str) -> None:
        bench.hand.put(self.named("a"), self.event("a", "Telefonat", eol=eol))
        reader = reader_of(bench)
        await reader.poll()
        assert objects_in(self.event("a", "Telefonat")) == reader.objects

    async def test_texts_of_all_kinds_arrive_whole(self, bench: Bench[Source]) -> None:
        long = "x" * 60 + "☎" * 60 + " Ende"
        folded = self.event(
            "a", extra=(f"DESCRIPTION:{long[:70]}\r\n {long[70:]}", r"LOCATION:Zimmer 1\, Köln\; 2. Stock")
        )
        bench.hand.put(self.named("a"), folded)
        reader = reader_of(bench)
        await reader.poll()
        assert f"DESCRIPTION:{long}" in reader.objects["a"]
        assert r"LOCATION:Zimmer 1\, Köln\; 2. Stock" in reader.objects["a"]

    async def test_two_readers_do_not_disturb_each_other(self, bench: Bench[Source]) -> None:
        bench.hand.put(self.named("a"), self.event("a"))
        one, other = reader_of(bench), reader_of(bench)
        await one.poll()
        await other.poll()
        bench.hand.put(self.named("a"), self.event("a", "neu"))
        await one.poll()
        await other.poll()
        assert objects_in(self.event("a", "neu")) == one.objects == other.objects

    async def test_requests_are_counted(self, bench: Bench[Source]) -> None:
        before = bench.connector.requests
        snapshot = await reader_of(bench).poll()
        assert snapshot.requests == bench.connector.requests - before

    @pytest.mark.requirement(20)
    async def test_a_collection_that_is_gone_is_an_error_and_not_an_empty_one(self, bench: Bench[Source]) -> None:
        bench.hand.put(self.named("a"), self.event("a"))
        reader = reader_of(bench)
        await reader.poll()
        bench.hand.drop()
        with pytest.raises(ConnectorError):
            await reader.poll()


class TargetContract(SourceContract):
    """What is written. The collection of the bench is writable."""

    checks_uids: ClassVar[bool] = True
    """A UID can stand once in a collection."""
    rewrites: ClassVar[bool] = False
    """What is stored is not what was sent, and has another ETag than the answer to the write said."""
    one_winner: ClassVar[bool] = True
    """Of several writes at once on one ETag exactly one is carried out."""
    components: ClassVar[frozenset[str]] = frozenset({"VEVENT", "VTODO"})
    """What a collection made by `ensure` can hold here."""

    async def test_what_is_created_stands_there(self, bench: Bench[Target]) -> None:
        made = await bench.connector.create(bench.collection, "neu.ics", event("a"))
        assert bench.collection.href + "neu.ics" == made.href
        assert made.data is None
        assert ["neu.ics"] == list(bench.hand.read())
        assert objects_in(event("a")) == objects_in(*bench.hand.read().values())

    async def test_tasks_can_be_written(self, bench: Bench[Target]) -> None:
        await bench.connector.create(bench.collection, "task.ics", todo("t"))
        assert objects_in(todo("t")) == objects_in(*bench.hand.read().values())

    async def test_our_own_write_is_no_change(self, bench: Bench[Target]) -> None:
        reader = reader_of(bench)
        await reader.poll()
        made = await bench.connector.create(bench.collection, "neu.ics", event("a"))
        changed = await bench.connector.update(made.href, event("a", "neu"), made.etag or "")
        reader.held[made.href] = replace(changed, data=event("a", "neu"))
        await reader.poll()
        if not self.rewrites:
            assert changed.etag == reader.held[made.href].etag
        assert objects_in(event("a", "neu")) == reader.objects

    async def test_the_etag_of_a_write_is_the_one_of_a_fresh_listing(self, bench: Bench[Target]) -> None:
        if self.rewrites:
            pytest.skip("the server rewrites what it stores")
        made = await bench.connector.create(bench.collection, "neu.ics", event("a"))
        reader = reader_of(bench)
        await reader.poll()
        assert {made.href: made.etag} == {href: row.etag for href, row in reader.held.items()}

    @pytest.mark.requirement(15)
    async def test_what_is_there_is_never_overwritten_by_a_create(self, bench: Bench[Target]) -> None:
        bench.hand.put("a.ics", event("a", "von Hand"))
        before = bench.hand.read()
        for data in (event("a", "von uns"), event("b", "von uns")):
            with pytest.raises(PreconditionFailed):
                await bench.connector.create(bench.collection, "a.ics", data)
        assert before == bench.hand.read()

    async def test_the_same_uid_is_not_written_twice(self, bench: Bench[Target]) -> None:
        if not self.checks_uids:
            pytest.skip("the server stores a UID as often as one likes")
        bench.hand.put("a.ics", event("a"))
        with pytest.raises(PreconditionFailed):
            await bench.connector.create(bench.collection, "b.ics", event("a"))
        assert ["a.ics"] == list(bench.hand.read())

    async def test_an_update_replaces_what_stood_there(self, bench: Bench[Target]) -> None:
        made = await bench.connector.create(bench.collection, "a.ics", event("a"))
        changed = await bench.connector.update(made.href, event("a", "neu"), made.etag or "")
        assert made.href == changed.href
        assert made.etag != changed.etag
        assert objects_in(event("a", "neu")) == objects_in(*bench.hand.read().values())

    async def test_updates_follow_each_other_on_their_etags(self, bench: Bench[Target]) -> None:
        row = await bench.connector.create(bench.collection, "a.ics", event("a"))
        for number in range(5):
            row = await bench.connector.update(row.href, event("a", str(number)), row.etag or "")
        assert objects_in(event("a", "4")) == objects_in(*bench.hand.read().values())

    @pytest.mark.requirement(15, 16)
    async def test_an_update_on_a_stale_etag_leaves_the_users_edit(self, bench: Bench[Target]) -> None:
        made = await bench.connector.create(bench.collection, "a.ics", event("a"))
        bench.hand.put("a.ics", event("a", "vom Nutzer"))
        with pytest.raises(PreconditionFailed):
            await bench.connector.update(made.href, event("a", "von uns"), made.etag or "")
        assert objects_in(event("a", "vom Nutzer")) == objects_in(*bench.hand.read().values())

    async def test_an_update_does_not_bring_back_what_is_gone(self, bench: Bench[Target]) -> None:
        made = await bench.connector.create(bench.collection, "a.ics", event("a"))
        bench.hand.remove("a.ics")
        with pytest.raises((PreconditionFailed, NotFound)):
            await bench.connector.update(made.href, event("a", "von uns"), made.etag or "")
        assert {} == bench.hand.read()

    async def test_a_delete_removes(self, bench: Bench[Target]) -> None:
        made = await bench.connector.create(bench.collection, "a.ics", event("a"))
        await bench.connector.delete(made.href, made.etag or "")
        assert {} == bench.hand.read()

    @pytest.mark.requirement(15, 16)
    async def test_a_delete_on_a_stale_etag_leaves_the_users_edit(self, bench: Bench[Target]) -> None:
        made = await bench.connector.create(bench.collection, "a.ics", event("a"))
        bench.hand.put("a.ics", event("a", "vom Nutzer"))
        with pytest.raises(PreconditionFailed):
            await bench.connector.delete(made.href, made.etag or "")
        assert objects_in(event("a", "vom Nutzer")) == objects_in(*bench.hand.read().values())

    async def test_deleting_what_is_gone_is_success(self, bench: Bench[Target]) -> None:
        made = await bench.connector.create(bench.collection, "a.ics", event("a"))
        await bench.connector.delete(made.href, made.etag or "")
        await bench.connector.delete(made.href, made.etag or "")
        await bench.connector.delete(bench.collection.href + "never.ics", '"1"')

    @pytest.mark.requirement(9)
    async def test_the_users_tick_is_seen_and_can_be_answered(self, bench: Bench[Target]) -> None:
        made = await bench.connector.create(bench.collection, "t.ics", todo("t"))
        reader = reader_of(bench)
        await reader.poll()
        done = todo("t").replace(b"NEEDS-ACTION", b"COMPLETED")
        bench.hand.put("t.ics", done)
        await reader.poll()
        assert objects_in(done) == reader.objects
        await bench.connector.delete(made.href, reader.held[made.href].etag or "")
        assert {} == bench.hand.read()

    async def test_fetch_gives_content_and_an_etag_to_write_on(self, bench: Bench[Target]) -> None:
        bench.hand.put("a.ics", event("a"))
        row = await bench.connector.fetch(bench.collection.href + "a.ics")
        assert objects_in(event("a")) == objects_in(row.data or b"")
        await bench.connector.update(row.href, event("a", "neu"), row.etag or "")
        assert objects_in(event("a", "neu")) == objects_in(*bench.hand.read().values())

    async def test_fetching_what_is_not_there_is_not_found(self, bench: Bench[Target]) -> None:
        with pytest.raises(NotFound):
            await bench.connector.fetch(bench.collection.href + "never.ics")

    async def test_awkward_hrefs_can_be_fetched(self, bench: Bench[Target]) -> None:
        for number, name in enumerate(self.awkward_names):
            bench.hand.put(name, event(f"uid-{number}"))
        reader = reader_of(bench)
        await reader.poll()
        for href, row in reader.held.items():
            assert objects_in(row.data or b"") == objects_in((await bench.connector.fetch(href)).data or b"")

    @pytest.mark.requirement(1)
    async def test_foreign_objects_stay_as_they_are_byte_for_byte(self, bench: Bench[Target]) -> None:
        foreign = {name: event(f"fremd-{number}") for number, name in enumerate(self.awkward_names)}
        foreign["tabs.ics"] = event("fremd-x", eol="\n", extra=("X-STRANGE;X=1:\t1", "ATTENDEE:mailto:b@c.example"))
        for name, data in foreign.items():
            bench.hand.put(name, data)
        before = dict(bench.hand.read())
        await reader_of(bench).poll()
        made = await bench.connector.create(bench.collection, "ours.ics", event("ours"))
        changed = await bench.connector.update(made.href, event("ours", "neu"), made.etag or "")
        await bench.connector.delete(changed.href, changed.etag or "")
        await reader_of(bench).poll()
        assert before == bench.hand.read()

    async def test_content_is_written_whole(self, bench: Bench[Target]) -> None:
        data = event("a", "☎ 14:30 Erika Müßig 🎉", extra=(r"DESCRIPTION:Zeile\nZweite Zeile\; mit \, Komma", "X-Y:1"))
        await bench.connector.create(bench.collection, "a.ics", data)
        assert objects_in(data) == objects_in(*bench.hand.read().values())

    async def test_of_several_updates_at_once_one_wins(self, bench: Bench[Target]) -> None:
        if not self.one_winner:
            pytest.skip("the server lets several win")
        made = await bench.connector.create(bench.collection, "a.ics", event("a"))
        results = await asyncio.gather(
            *(bench.connector.update(made.href, event("a", str(n)), made.etag or "") for n in range(8)),
            return_exceptions=True,
        )
        won = [str(number) for number, result in enumerate(results) if isinstance(result, Resource)]
        assert 1 == len(won)
        assert all(isinstance(result, Resource | ConnectorError) for result in results)
        assert objects_in(event("a", won[0])) == objects_in(*bench.hand.read().values())

    @pytest.mark.requirement(3)
    async def test_ensure_makes_a_collection_that_can_be_found_and_written(self, bench: Bench[Target]) -> None:
        made = await bench.connector.ensure("Termintreu Aufgaben", frozenset({"VTODO"}))
        assert "Termintreu Aufgaben" == made.name
        assert made.components & self.components
        assert made.writable
        assert [made.href] == [
            collection.href for collection in await bench.connector.collections() if collection.name == made.name
        ]
        row = await bench.connector.create(made, "t.ics", todo("t") if "VTODO" in made.components else event("t"))
        reader = Reader(source=bench.connector, collection=made)
        await reader.poll()
        assert [row.href] == list(reader.held)

    @pytest.mark.requirement(3)
    async def test_a_collection_that_is_made_with_a_look_is_one_like_any_other(self, bench: Bench[Target]) -> None:
        look = Look(color="#9AA5B1", description="Für Müller & Söhne <x>")
        made = await bench.connector.ensure("Termintreu", frozenset({"VEVENT"}), look)
        assert ("Termintreu", True) == (made.name, made.writable)
        assert made == await bench.connector.ensure("Termintreu", frozenset({"VEVENT"}), look)
        await bench.connector.create(made, "a.ics", event("a"))
        await bench.connector.discard(made)
        assert made.href not in {collection.href for collection in await bench.connector.collections()}

    @pytest.mark.requirement(3)
    async def test_what_a_collection_is_described_with_can_be_read_again(self, bench: Bench[Target]) -> None:
        look = Look(color="#9AA5B1", description="Für Müller & Söhne <x>")
        made = await bench.connector.ensure("Termintreu", frozenset({"VEVENT"}), look)
        assert await bench.connector.description(made) == look.description
        plain = await bench.connector.ensure("Andere", frozenset({"VEVENT"}))
        assert await bench.connector.description(plain) == ""

    async def test_ensure_twice_gives_the_same_collection(self, bench: Bench[Target]) -> None:
        made = await bench.connector.ensure("Termintreu", frozenset({"VEVENT"}))
        again = await bench.connector.ensure("Termintreu", frozenset({"VEVENT"}))
        assert made.href == again.href

    async def test_ensure_makes_several_collections_side_by_side(self, bench: Bench[Target]) -> None:
        names = ("Termintreu", "Termintreu Aufgaben", "Erinnerungen für Müller & Söhne", "termintreu")
        made = [await bench.connector.ensure(name, frozenset({"VEVENT"})) for name in names]
        assert len(names) == len({collection.href for collection in made})
        assert set(names) <= {collection.name for collection in await bench.connector.collections()}

    @pytest.mark.requirement(1, 3)
    async def test_ensure_leaves_everything_else_alone(self, bench: Bench[Target]) -> None:
        bench.hand.put("a.ics", event("a"))
        before = dict(bench.hand.read())
        await bench.connector.ensure("Termintreu", frozenset({"VEVENT"}))
        assert before == bench.hand.read()
        assert bench.collection.href in {collection.href for collection in await bench.connector.collections()}

    async def test_writing_into_a_collection_that_is_gone_is_an_error(self, bench: Bench[Target]) -> None:
        made = await bench.connector.create(bench.collection, "a.ics", event("a"))
        bench.hand.drop()
        with pytest.raises(ConnectorError):
            await bench.connector.update(made.href, event("a", "neu"), made.etag or "")
