"""Names whose resolver hangs: nobody else waits for them."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from termintreu.model.errors import Unavailable
from termintreu_connectors import http_names
from termintreu_connectors.http import HttpClient, HttpLimits, Reach
from termintreu_connectors.http_names import addresses
from tests.servers import ScriptedServer


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - threads bring it about
            await asyncio.sleep(0)


class Resolver:
    """The system's resolver, whose name servers for `.dead` say nothing until `end` is called."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._ended = threading.Event()

    def end(self) -> None:
        self._ended.set()

    def getaddrinfo(self, host: str, port: int, **_: Any) -> list[Any]:
        self.asked.append(host)
        if host.endswith(".dead"):
            self._ended.wait(30)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"127.0.0.{n}", port)) for n in (1, 1, 2)]


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Resolver]:
    made = Resolver()
    monkeypatch.setattr(socket, "getaddrinfo", made.getaddrinfo)
    yield made
    made.end()


async def test_dead_resolvers_delay_neither_other_names_nor_other_threads(resolver: Resolver) -> None:
    hung = [asyncio.create_task(addresses(f"{n}.dead", 443, 30.0)) for n in range(16)]
    async with asyncio.timeout(10):
        await until(lambda: len(resolver.asked) == 16)
        assert ["127.0.0.1", "127.0.0.2"] == await addresses("alive.example", 443, 30.0)
        # As many as the loop's own pool has threads, and more: reading files and the state goes through it.
        assert list(range(40)) == await asyncio.gather(*(asyncio.to_thread(int, n) for n in range(40)))
    assert not any(task.done() for task in hung)
    resolver.end()
    assert [["127.0.0.1", "127.0.0.2"]] * 16 == await asyncio.gather(*hung)


async def test_a_name_that_hangs_is_given_up_in_time_and_holds_one_thread_however_often_it_is_asked(
    resolver: Resolver,
) -> None:
    client = HttpClient(reach=Reach.account(allow_private=False), limits=HttpLimits(connect=0.05))
    for _ in range(3):
        with pytest.raises(Unavailable, match=r"dav.dead: DNS gave no address in time"):
            await client.request("GET", "https://dav.dead/secret")
    assert ["dav.dead"] == resolver.asked
    await client.close()


async def test_who_stops_waiting_takes_the_answer_away_from_nobody_else(resolver: Resolver) -> None:
    hasty = asyncio.create_task(addresses("slow.dead", 443, 30.0))
    patient = asyncio.create_task(addresses("slow.dead", 443, 30.0))
    await until(lambda: resolver.asked != [])
    hasty.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hasty
    resolver.end()
    assert ["127.0.0.1", "127.0.0.2"] == await patient
    assert ["slow.dead"] == resolver.asked


def test_an_answer_that_comes_after_the_end_of_the_loop_is_nobodys_trouble(
    resolver: Resolver, caplog: pytest.LogCaptureFixture
) -> None:
    async def give_up() -> None:
        with pytest.raises(Unavailable):
            await addresses("late.dead", 443, 0.01)
        abandoned = asyncio.create_task(addresses("late.dead", 443, 30.0))
        await asyncio.sleep(0)
        assert not abandoned.done()

    asyncio.run(give_up())
    (lookup,) = http_names._asked.values()
    told = threading.Event()
    lookup.add_done_callback(lambda _: told.set())  # the last one that is called
    resolver.end()
    assert told.wait(10)
    assert [] == caplog.records


async def test_a_name_is_asked_for_anew_at_each_connection(resolver: Resolver) -> None:
    with ScriptedServer() as server:
        client = HttpClient(reach=Reach.account(allow_private=False))
        for _ in range(2):
            server.answer("GET", 200, Connection="close")
            await client.request("GET", f"http://cloud.example:{server.port}/")
        await client.close()
    assert ["cloud.example"] * 2 == resolver.asked


async def test_names_can_be_looked_up_by_another_executor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Resolver().getaddrinfo)
    with ThreadPoolExecutor(1, thread_name_prefix="other") as other, http_names.asked_by(other):
        assert ["127.0.0.1", "127.0.0.2"] == await addresses("some.example", 443, 5.0)
        assert other._threads
