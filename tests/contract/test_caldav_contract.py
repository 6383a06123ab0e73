"""CalDAV accounts keep the connectors' contract, on two real servers and on one that has lost its sync-collection."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

import pytest

from termintreu.model.ports import Target
from termintreu_connectors.caldav import CalDavAccount
from tests.contract.suite import Bench, TargetContract
from tests.servers import DavServer, Relay


@dataclass(frozen=True)
class DavHand:
    """Another app on the same server, over plain HTTP."""

    server: DavServer
    collection: str

    def put(self, name: str, data: bytes) -> None:
        self.server.put(self.collection + quote(name), data)

    def remove(self, name: str) -> None:
        self.server.delete(self.collection + quote(name))

    def read(self) -> Mapping[str, bytes]:
        hrefs = self.server.list(self.collection)
        return {href.removeprefix(self.collection): self.server.get(quote(href))[1] for href in hrefs}

    def drop(self) -> None:
        self.server.delete(self.collection)


async def bench_on(server: DavServer, url: str | None = None) -> AsyncIterator[Bench[Target]]:
    server.wipe()
    path = server.make_calendar("Anna")
    account = CalDavAccount("dav", url or server.url, server.username, server.password, write_interval=0.0)
    [collection] = [found for found in await account.collections() if found.href == path]
    yield Bench(connector=account, collection=collection, hand=DavHand(server, path))
    await account.close()


class TestRadicale(TargetContract):
    @pytest.fixture
    async def bench(self, radicale: DavServer) -> AsyncIterator[Bench[Target]]:
        async for bench in bench_on(radicale):
            yield bench


class TestXandikos(TargetContract):
    @pytest.fixture
    async def bench(self, xandikos: DavServer) -> AsyncIterator[Bench[Target]]:
        async for bench in bench_on(xandikos):
            yield bench


class TestWithoutSyncCollection(TargetContract):
    """Radicale behind a relay that makes it misunderstand every sync-collection."""

    @pytest.fixture
    async def bench(self, radicale: DavServer) -> AsyncIterator[Bench[Target]]:
        with Relay(radicale.port, lambda data: data.replace(b"D:sync-collection", b"D:sink-collection")) as relay:
            async for bench in bench_on(radicale, relay.url):
                yield bench

    async def test_it_is_read_by_ctag(self, bench: Bench[Target]) -> None:
        snapshot = await bench.connector.changes(bench.collection, None, {})
        assert (snapshot.token or "").startswith("ctag:")
