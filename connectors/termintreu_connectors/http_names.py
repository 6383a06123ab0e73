"""Looks up the addresses of host names. The system's resolver blocks, for half a minute where a name server is dead:
it has threads of its own here, so that nothing but such names waits for it.
It may not decide which addresses may be used.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

from termintreu.model.errors import Unavailable

_AT_ONCE = 32
"""Names that are looked up at a time."""
_threads: Executor = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="dns")
_Records = Sequence[tuple[Any, ...]]
_asked: dict[tuple[str, int], Future[_Records]] = {}
"""Lookups under way. A name that hangs holds one thread, however often it is asked for."""


async def addresses(host: str, port: int, within: float) -> list[str]:
    """The addresses of a name, each once, in the order of the system's preference.

    `within`: seconds. Raises Unavailable where no answer comes in that time, OSError (gaierror) where there is none.
    """
    try:
        async with asyncio.timeout(within):
            records = await _answer(_lookup(host, port))
    except TimeoutError:
        raise Unavailable(f"{host}: DNS gave no address in time") from None
    return list(dict.fromkeys(str(record[4][0]) for record in records))


@contextlib.contextmanager
def asked_by(executor: Executor) -> Iterator[None]:
    """Names are looked up by that executor while the context lasts."""
    global _threads  # noqa: PLW0603 - the lookups are those of the whole process
    before, _threads = _threads, executor
    try:
        yield
    finally:
        _threads = before


def _answer(lookup: Future[_Records]) -> asyncio.Future[_Records]:
    """The answer for one of those who wait for it: if it stops waiting, or its loop ends, the others still get it."""
    loop = asyncio.get_running_loop()
    waiting: asyncio.Future[_Records] = loop.create_future()

    def hand_over() -> None:
        if waiting.done():
            return
        if (failure := lookup.exception()) is not None:
            waiting.set_exception(failure)
        else:
            waiting.set_result(lookup.result())

    def call(_: Future[_Records]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(hand_over)

    lookup.add_done_callback(call)
    return waiting


def _lookup(host: str, port: int) -> Future[_Records]:
    """The lookup of this name that is under way, or a new one."""
    under_way = _asked.get((host, port))
    if under_way is not None and not under_way.done():
        return under_way
    begun: Future[_Records] = _threads.submit(_ask_the_system, host, port)
    _asked[host, port] = begun
    begun.add_done_callback(lambda done: _forget((host, port), done))
    return begun


def _ask_the_system(host: str, port: int) -> _Records:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def _forget(key: tuple[str, int], done: Future[_Records]) -> None:
    if _asked.get(key) is done:
        del _asked[key]
