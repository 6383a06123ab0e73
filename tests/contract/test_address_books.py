"""Address books keep the reading half of the connectors' contract: in memory, in a folder, on two real servers, and on
one that has lost its sync-collection. None of them ever writes.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from termintreu.model.errors import InvalidAnswer, NotFound, Unauthorized, Unavailable
from termintreu.model.ports import Source
from termintreu.reading.vcards import lean, read_cards
from termintreu_connectors.carddav import CardDavAccount
from termintreu_connectors.http import HttpLimits
from termintreu_connectors.memory import MemoryStore
from termintreu_connectors.vcards import VcardFolder
from tests.contract.suite import Bench, SourceContract, card
from tests.contract.test_memory import MemoryHand
from tests.servers import Answer, DavServer, Relay, ScriptedServer

VCARD = "text/vcard"
CARDS = frozenset({"VCARD"})
READING = {"PROPFIND", "REPORT", "GET", "OPTIONS", "HEAD"}


class BookContract(SourceContract):
    suffix = ".vcf"
    components = CARDS
    awkward_names = tuple(name.replace(".ics", ".vcf") for name in SourceContract.awkward_names)

    def event(self, uid: str, text: str = "Erika Muster", *, eol: str = "\r\n", extra: tuple[str, ...] = ()) -> bytes:
        lines = (line.replace("DESCRIPTION:", "NOTE:").replace("LOCATION:", "TITLE:") for line in extra)
        return card(uid, text, eol=eol, extra=tuple(lines))

    async def test_texts_of_all_kinds_arrive_whole(self, bench: Bench[Source]) -> None:
        extra = ("NOTE:" + "x" * 60, " " + "☎" * 20 + " Ende", r"TITLE:Einkauf\, Köln\; 2. Stock")
        bench.hand.put("a.vcf", card("a", extra=extra))
        [row] = (await bench.connector.changes(bench.collection, None, {})).changed
        text = (row.data or b"").decode().replace("\r\n ", "").replace("\n ", "")
        assert "x☎" in text
        assert "☎ Ende" in text
        assert r"Einkauf\, Köln\; 2. Stock" in text.replace(r"Stock\,", "Stock")


class TestMemory(BookContract):
    @pytest.fixture
    async def bench(self) -> Bench[Source]:
        store = MemoryStore("memory")
        collection = store.add_collection("Contacts", components=CARDS)
        return Bench(connector=store, collection=collection, hand=MemoryHand(store, collection))


@dataclass(frozen=True)
class FolderHand:
    folder: Path

    def put(self, name: str, data: bytes) -> None:
        (self.folder / "x.tmp").write_bytes(data)
        (self.folder / "x.tmp").replace(self.folder / name)

    def remove(self, name: str) -> None:
        (self.folder / name).unlink()

    def read(self) -> Mapping[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.glob("*.vcf")}

    def drop(self) -> None:
        shutil.rmtree(self.folder)


class TestFolder(BookContract):
    @pytest.fixture
    async def bench(self, tmp_path: Path) -> Bench[Source]:
        for name in ("friends", "customers"):
            (tmp_path / name).mkdir()
        folder = VcardFolder("vcard", tmp_path)
        [collection] = [found for found in await folder.collections() if found.name == "friends"]
        return Bench(connector=folder, collection=collection, hand=FolderHand(tmp_path / "friends"))


@dataclass(frozen=True)
class DavHand:
    server: DavServer
    book: str

    def put(self, name: str, data: bytes) -> None:
        self.server.put(self.book + quote(name), data, VCARD)

    def remove(self, name: str) -> None:
        self.server.delete(self.book + quote(name))

    def read(self) -> Mapping[str, bytes]:
        hrefs = self.server.list(self.book)
        return {href.removeprefix(self.book): self.server.get(quote(href))[1] for href in hrefs}

    def drop(self) -> None:
        self.server.delete(self.book)


async def bench_on(server: DavServer, url: str | None = None) -> AsyncIterator[Bench[Source]]:
    path = server.make_book("Anna")
    account = CardDavAccount("dav", url or server.url, server.username, server.password)
    [collection] = [found for found in await account.collections() if found.href == path]
    yield Bench(connector=account, collection=collection, hand=DavHand(server, path))
    await account.close()


class TestRadicale(BookContract):
    @pytest.fixture
    async def bench(self, radicale: DavServer) -> AsyncIterator[Bench[Source]]:
        async for bench in bench_on(radicale):
            yield bench


class TestXandikos(BookContract):
    @pytest.fixture
    async def bench(self, xandikos: DavServer) -> AsyncIterator[Bench[Source]]:
        async for bench in bench_on(xandikos):
            yield bench


class TestWithoutSyncCollection(BookContract):
    @pytest.fixture
    async def bench(self, radicale: DavServer) -> AsyncIterator[Bench[Source]]:
        with Relay(radicale.port, lambda data: data.replace(b"D:sync-collection", b"D:sink-collection")) as relay:
            async for bench in bench_on(radicale, relay.url):
                yield bench


class TestOneRequest:
    """What a poll costs, and that nothing is ever written."""

    @pytest.mark.parametrize("way", ["", "sink"])
    async def test_a_poll_without_a_change_is_one_request_and_no_poll_ever_writes(
        self, dav_server: DavServer, way: str
    ) -> None:
        path = dav_server.make_book("Anna")
        dav_server.put(path + "a.vcf", card("a"), VCARD)
        dav_server.put(path + "b.vcf", card("b"), VCARD)

        def lost(data: bytes) -> bytes:
            return data.replace(b"D:sync-collection", b"D:sink-collection") if way else data

        with Relay(dav_server.port, lost) as relay:
            account = CardDavAccount("book", relay.url, dav_server.username, dav_server.password)
            [book] = [found for found in await account.collections() if found.href == path]
            first = await account.changes(book, None, {})
            known = {row.href: row.etag for row in first.changed}
            before = len(relay.requests)
            second = await account.changes(book, first.token, known)
            asked = len(relay.requests) - before
            dav_server.put(path + "a.vcf", card("a", "Erika Neu"), VCARD)
            dav_server.delete(path + "b.vcf")
            third = await account.changes(book, second.token, known)
            await account.close()

        assert 2 == len(first.changed)
        assert ((), ()) == (tuple(row for row in second.changed if row.data), second.deleted)
        assert 1 == asked
        assert [path + "a.vcf"] == [row.href for row in third.changed if row.data]
        assert {method for method, _ in relay.requests} <= READING


async def test_every_address_of_an_account_leads_to_its_books(dav_server: DavServer) -> None:
    path = dav_server.make_book("Kundschaft")
    user = dav_server.username
    for url in ("", f"{user}/", dav_server.book_home().lstrip("/"), path.lstrip("/")):
        account = CardDavAccount("book", dav_server.url + url, user, dav_server.password)
        found = {book.href: book for book in await account.collections()}
        await account.close()
        assert ("Kundschaft", CARDS) == (found[path].name, found[path].components)


async def test_calendars_are_no_address_books_and_address_books_no_calendars(dav_server: DavServer) -> None:
    calendar, book = dav_server.make_calendar("K"), dav_server.make_book("B")
    account = CardDavAccount("book", dav_server.url, dav_server.username, dav_server.password)
    hrefs = {found.href for found in await account.collections()}
    await account.close()

    assert book in hrefs
    assert calendar not in hrefs


async def test_photographs_are_dropped_as_they_arrive_even_where_the_answer_is_too_large(dav_server: DavServer) -> None:
    path = dav_server.make_book()
    photo = "PHOTO;ENCODING=b;TYPE=JPEG:" + "QUJD" * 25_000
    for number in range(8):
        extra = (f"EMAIL:n{number}@x.example", photo)
        dav_server.put(f"{path}{number}.vcf", card(f"{number}", f"N {number}", extra=extra), VCARD)
    account = CardDavAccount(
        "book", dav_server.url, dav_server.username, dav_server.password, limits=HttpLimits(body=300_000), trim=lean
    )
    [book] = [found for found in await account.collections() if found.href == path]
    snapshot = await account.changes(book, None, {})
    await account.close()

    assert snapshot.complete
    assert max(len(row.data or b"") for row in snapshot.changed) < 200
    cards = [read_cards(row.data or b"").cards for row in snapshot.changed]
    assert {f"n{number}@x.example" for number in range(8)} == {found.emails[0] for (found,) in cards}


async def test_a_wrong_password_is_refused(radicale: DavServer) -> None:
    account = CardDavAccount("book", radicale.url, radicale.username, "falsch")
    with pytest.raises(Unauthorized):
        await account.collections()
    await account.close()


async def test_a_server_without_address_books_says_so() -> None:
    with ScriptedServer([Answer(method="PROPFIND", status=404)] * 2) as server:
        account = CardDavAccount("book", server.url + "dav/", "anna", "x")
        with pytest.raises(NotFound):
            await account.collections()
        await account.close()
    assert ["/dav/", "/.well-known/carddav"] == [request.path for request in server.recorded]


async def test_a_file_of_many_cards_is_one_book(tmp_path: Path) -> None:
    path = tmp_path / "all.vcf"
    path.write_bytes(card("a") + card("b", "Otto"))
    folder = VcardFolder("file", path, trim=lean)
    [book] = await folder.collections()
    [row] = (await folder.changes(book, None, {})).changed

    assert ("all", CARDS, False) == (book.name, book.components, book.writable)
    assert ["Erika Muster", "Otto"] == [found.name for found in read_cards(row.data or b"").cards]
    [again] = (await folder.changes(book, None, {row.href: row.etag})).changed
    assert again.data is None


@pytest.mark.parametrize("content", [b"", b"<html></html>", card("a")[:-12], b"BEGIN:VCALENDAR\nEND:VCALENDAR\n"])
async def test_a_file_that_holds_no_whole_cards_is_not_believed(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "all.vcf"
    path.write_bytes(content)
    folder = VcardFolder("file", path)
    [book] = await folder.collections()
    with pytest.raises(InvalidAnswer, match="not a whole address book"):
        await folder.changes(book, None, {})


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
async def test_a_file_of_any_encoding_is_taken(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "all.vcf"
    path.write_bytes(card("a", "Jürgen").decode().encode(encoding))
    folder = VcardFolder("file", path, trim=lean)
    [book] = await folder.collections()
    [row] = (await folder.changes(book, None, {})).changed
    assert ["Jürgen"] == [found.name for found in read_cards(row.data or b"").cards]


async def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="does not exist"):
        await VcardFolder("file", tmp_path / "none").collections()


def test_a_change_in_a_folder_of_cards_wakes_within_a_second(tmp_path: Path) -> None:
    woken = threading.Event()
    with VcardFolder("book", tmp_path).watch(woken.set):
        (tmp_path / "new.vcf").write_bytes(card("a"))
        assert woken.wait(1.5)
