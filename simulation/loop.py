"""An event loop in virtual time: it does what is ready, and says when it has something to do again.

It has no threads and no sockets: what is to run in a thread runs here and now, signals are given by calling them, and
connections lead into a `Network`.
"""

from __future__ import annotations

import asyncio
import math
import selectors
import ssl
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import Any, Protocol

from simulation.clock import VirtualClock


class Network(Protocol):
    """Where connections lead."""

    async def connect(self, protocol: asyncio.Protocol, address: str, port: int, name: str | None) -> asyncio.Transport:
        """A connection, over TLS where there is a `name`. Raises OSError."""


class _Idle(selectors.BaseSelector):
    """Never waits: where there is nothing to do, the loop is stopped, and it is noted until when."""

    def __init__(self) -> None:
        self.loop: VirtualLoop
        self._keys: dict[Any, selectors.SelectorKey] = {}

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        self._keys[fileobj] = selectors.SelectorKey(fileobj, fileobj, events, data)
        return self._keys[fileobj]

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._keys.pop(fileobj)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.loop.rounds += 1
        if timeout is None or timeout > 0:
            self.loop.wakes = math.inf if timeout is None else self.loop.time() + timeout
            self.loop.stop()
        return []

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._keys


class VirtualLoop(asyncio.SelectorEventLoop):
    """The loop of one process; several share a clock."""

    def __init__(self, clock: VirtualClock, network: Network) -> None:
        self.clock = clock
        self.network = network
        self.signals: dict[int, Callable[[], object]] = {}
        """What is done on a signal."""
        self.wakes = 0.0
        """When there is something to do again (monotonic seconds)."""
        self.rounds = 0
        self.dead = False
        self.on_kill: Callable[[], None] = self.kill
        idle = _Idle()
        super().__init__(idle)
        idle.loop = self

    def time(self) -> float:
        return self.clock.monotonic

    def settle(self) -> None:
        """Do all that is to be done at this moment."""
        self.run_forever()

    def run_in_executor(self, executor: Executor | None, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
        """Run it at once; whoever awaits it hears of it in the loop's next round, as from a thread."""
        done = self.create_future()
        try:
            result = func(*args)
        except Exception as error:
            self.call_soon(_failed, done, error)
        else:
            self.call_soon(_succeeded, done, result)
        return done

    def call_soon_threadsafe(self, callback: Callable[..., object], *args: Any, context: Any = None) -> asyncio.Handle:
        return self.call_soon(callback, *args, context=context)

    def add_signal_handler(self, sig: int, callback: Callable[..., object], *args: Any) -> None:
        self.signals[sig] = lambda: callback(*args)

    def remove_signal_handler(self, sig: int) -> bool:
        return self.signals.pop(sig, None) is not None

    async def create_connection(
        self,
        protocol_factory: Callable[[], asyncio.Protocol],
        host: str,
        port: int,
        *,
        ssl: ssl.SSLContext | None = None,
        server_hostname: str | None = None,
    ) -> tuple[asyncio.Transport, asyncio.Protocol]:
        protocol = protocol_factory()
        return await self.network.connect(protocol, host, port, server_hostname if ssl else None), protocol

    def kill(self) -> None:
        """No task takes another step: the loop ends with the callback that is running."""
        self.dead = True
        self._drop_all()
        self.stop()

    def bury(self) -> None:
        """Drop what a killed process held. Whatever its tasks would do on the way out, they are not asked."""
        self._drop_all()
        for task in asyncio.all_tasks(self):
            task._log_destroy_pending = False
        self.signals.clear()
        self.on_kill = _nothing
        self.set_exception_handler(None)
        asyncio.set_event_loop(None)
        self.close()

    def _run_once(self) -> None:
        super()._run_once()
        if self.dead:
            self._drop_all()
            self.stop()

    def _drop_all(self) -> None:
        for handle in (*self._ready, *self._scheduled):
            handle.cancel()


def _nothing() -> None:
    """There is nobody to be killed any more."""


def _succeeded(done: asyncio.Future[Any], result: object) -> None:
    if not done.done():
        done.set_result(result)


def _failed(done: asyncio.Future[Any], error: Exception) -> None:
    if not done.done():
        done.set_exception(error)
