"""A feed keeps the reading half of the contract, from a server that knows validators and from one that does not."""

from __future__ import annotations

import asyncio
import hashlib
import http.server
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from termintreu.model.errors import InvalidAnswer
from termintreu.model.ports import Source
from termintreu_connectors.ics_feed import IcsFeed
from tests.contract.suite import Bench, SourceContract, reader_of
from tests.contract.test_vdir import stream_of
from tests.simulated_caldav.feed import SimulatedFeed
from tests.simulated_caldav.network import Network


@dataclass
class Feed:
    """A published calendar; also the hand that edits it."""

    validators: bool
    objects: dict[str, bytes] = field(default_factory=dict)
    gone: bool = False
    statuses: list[int] = field(default_factory=list)

    def put(self, name: str, data: bytes) -> None:
        self.objects[name] = data

    def remove(self, name: str) -> None:
        del self.objects[name]

    def read(self) -> Mapping[str, bytes]:
        return dict(self.objects)

    def drop(self) -> None:
        self.gone = True

    def answer(self, if_none_match: str | None) -> tuple[int, dict[str, str], bytes]:
        body = stream_of(self.objects)
        etag = f'W/"{hashlib.md5(body).hexdigest()}"'
        if self.gone:
            return 404, {}, b""
        if not self.validators:
            return 200, {}, body
        if if_none_match == etag:
            return 304, {"ETag": etag}, b""
        return 200, {"ETag": etag, "Content-Type": "text/calendar"}, body


@contextmanager
def served(feed: Feed) -> Iterator[str]:
    """The feed on loopback; gives its URL."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, headers, body = feed.answer(self.headers["If-None-Match"])
            feed.statuses.append(status)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/secret/feed.ics"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


async def bench_of(feed: Feed) -> AsyncIterator[Bench[Source]]:
    with served(feed) as url:
        connector = IcsFeed("feed", url, allow_private=True)
        [collection] = await connector.collections()
        yield Bench(connector=connector, collection=collection, hand=feed)
        await connector.close()


class TestFeedWithValidators(SourceContract):
    one_resource = True

    @pytest.fixture
    async def bench(self) -> AsyncIterator[Bench[Source]]:
        async for bench in bench_of(Feed(validators=True)):
            yield bench

    async def test_an_unchanged_feed_is_not_sent_again(self, bench: Bench[Source]) -> None:
        reader = reader_of(bench)
        await reader.poll()
        await reader.poll()
        assert isinstance(bench.hand, Feed)
        assert [200, 304] == bench.hand.statuses


class TestFeedWithoutValidators(SourceContract):
    one_resource = True

    @pytest.fixture
    async def bench(self) -> AsyncIterator[Bench[Source]]:
        async for bench in bench_of(Feed(validators=False)):
            yield bench


class SimulatedFeedContract(SourceContract):
    """The same without sockets, by what the server tells of its feed."""

    one_resource = True
    feed: ClassVar[dict[str, Any]] = {}

    @pytest.fixture
    async def bench(self, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench[Source]]:
        hand = SimulatedPublisher(SimulatedFeed(**self.feed))
        network = Network(lambda request: hand.feed.answer(request, hand.now))
        monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", network.connect)
        connector = IcsFeed("feed", "http://127.0.0.1/feed.ics", allow_private=True)
        [collection] = await connector.collections()
        yield Bench(connector=connector, collection=collection, hand=hand)
        await connector.close()
        network.close()

    async def test_a_login_page_keeps_what_was_read(self, bench: Bench[Source]) -> None:
        bench.hand.put("a", self.event("a"))
        reader = reader_of(bench)
        await reader.poll()
        assert isinstance(bench.hand, SimulatedPublisher)
        for state in ("login page", "cut"):
            bench.hand.feed = replace(bench.hand.feed, state=state, changed=None, body=bench.hand.feed.body + b"\r\n")
            with pytest.raises(InvalidAnswer):
                await reader.poll()


class SimulatedPublisher:
    """Another app that publishes; a minute passes between two changes."""

    def __init__(self, feed: SimulatedFeed) -> None:
        self.feed, self.objects = feed, dict[str, bytes]()
        self.now = datetime(2026, 10, 5, 8, tzinfo=UTC)
        self._publish()

    def put(self, name: str, data: bytes) -> None:
        self.objects[name] = data
        self._publish()

    def remove(self, name: str) -> None:
        del self.objects[name]
        self._publish()

    def read(self) -> Mapping[str, bytes]:
        return dict(self.objects)

    def drop(self) -> None:
        self.feed.state = "gone"

    def _publish(self) -> None:
        self.now += timedelta(minutes=1)
        self.feed.body = stream_of(self.objects)
        if self.feed.changed is not None:
            self.feed.changed = self.now


class TestSimulatedFeedWithWeakTags(SimulatedFeedContract):
    feed: ClassVar[dict[str, Any]] = {"tags": "weak"}


class TestSimulatedFeedWithDates(SimulatedFeedContract):
    feed: ClassVar[dict[str, Any]] = {"tags": "absent", "changed": datetime(2026, 10, 5, tzinfo=UTC)}

    async def test_what_has_the_same_date_is_not_sent_again(self, bench: Bench[Source]) -> None:
        reader = reader_of(bench)
        await reader.poll()
        await reader.poll()
        assert isinstance(bench.hand, SimulatedPublisher)
        assert [200, 304] == bench.hand.feed.answered
