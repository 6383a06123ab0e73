"""Serves the page on loopback, in a thread of its own: a page never delays a cycle, and says so when one hangs.

It answers GET and HEAD, to requests that name this machine as their host, and nothing else. No access log is kept.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from functools import partial

import structlog
from aiohttp import web

from termintreu.model.defects import log_defect
from termintreu.model.supervision import keep_thread
from termintreu.service.board import Board, Health
from termintreu.ui.web.metrics import CONTENT_TYPE, Metrics
from termintreu.ui.web.page import page
from termintreu.ui.web.policy import HEADERS, METHODS, is_own_host
from termintreu.ui.web.rendering import asset, html

log = structlog.get_logger(__name__)

_LARGEST = 1024
"""Bytes of the longest request body that is read; no request needs one."""
_PATIENCE = 5.0
"""Seconds that a stop waits for responses that are being sent."""
_SEVERAL = "This daemon looks after several people. There is no page then, for it has no password.\n"

_SILENT = logging.getLogger("termintreu.ui.web.requests")
"""The content of a malformed request is not logged."""
_SILENT.disabled = True

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@contextlib.contextmanager
def serving(
    address: tuple[str, int],
    board: Board,
    *,
    longest: float,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Iterator[None]:
    """Serve while the context lasts. Raises OSError where the address cannot be bound.

    Args:
        address: IP address (of loopback) and port.
        board: what is shown.
        longest: seconds that a cycle may take before it counts as hanging.
        clock: gives the moment (UTC) that the page is made for.
    """
    stopping = threading.Event()
    # Closing one end wakes the event loop that serves.
    alive, ending = socket.socketpair()
    ending.setblocking(False)
    with _listening(address) as channel, ending:
        serve = partial(_serve, lambda: _Site(address, board, longest=longest, clock=clock), channel, ending)
        thread = keep_thread("the web page", lambda: asyncio.run(serve()), stopping=stopping)
        try:
            yield
        finally:
            stopping.set()
            alive.close()
            thread.join(2 * _PATIENCE)


def _listening(address: tuple[str, int]) -> socket.socket:
    channel = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET, socket.SOCK_STREAM)
    try:
        # After a restart, connections of the last process may still be in TIME_WAIT.
        channel.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        channel.bind(address)
        channel.listen(64)
    except OSError:
        channel.close()
        raise
    return channel


async def _serve(site: Callable[[], _Site], channel: socket.socket, ending: socket.socket) -> None:
    """Until the other end of `ending` is closed."""
    application = site().application()
    runner = web.AppRunner(
        application, handle_signals=False, access_log=None, logger=_SILENT, shutdown_timeout=_PATIENCE
    )
    await runner.setup()
    try:
        # A site closes its socket when it ends; the next one listens on the same.
        await web.SockSite(runner, channel.dup()).start()
        await asyncio.get_running_loop().sock_recv(ending, 1)
    finally:
        await runner.cleanup()


class _Site:
    """The handlers of the page."""

    def __init__(
        self, address: tuple[str, int], board: Board, *, longest: float, clock: Callable[[], datetime]
    ) -> None:
        self._address = address
        self._board = board
        self._longest = longest
        self._clock = clock
        self._metrics = Metrics(board, lambda: self._health() == "ok", clock)

    def application(self) -> web.Application:
        """The aiohttp application."""
        site = web.Application(client_max_size=_LARGEST, middlewares=[self._guard])
        site.on_response_prepare.append(_seal)
        site.add_routes(
            [
                web.get("/", self._page),
                web.get("/healthz", self._healthz),
                web.get("/metrics", self._numbers),
                web.get("/style.css", self._style),
                web.get("/icon.svg", self._icon),
            ]
        )
        return site

    @web.middleware
    async def _guard(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        if not is_own_host(request.headers.getall("Host", []), self._address):
            return web.Response(status=421, text="This page answers to this machine's own names only.\n")
        if request.method not in METHODS:
            return web.Response(status=405, headers={"Allow": ", ".join(METHODS)}, text="This page only shows.\n")
        try:
            return await handler(request)
        except web.HTTPException as refused:
            return web.Response(status=refused.status, text=f"{refused.reason}\n")
        except Exception as error:  # noqa: BLE001 - a defect must not show private data in the response
            log_defect(log, "the page failed by a defect", error)
            return web.Response(status=500, text="The page failed; the log names the place.\n")

    async def _page(self, _: web.Request) -> web.Response:
        content = self._board.content
        if self._board.several:
            return web.Response(status=404, text=_SEVERAL)
        if content is None:
            return web.Response(status=503, text="The daemon is being started.\n")
        return web.Response(body=html(page(content, self._clock())), content_type="text/html", charset="utf-8")

    def _health(self) -> Health:
        return self._board.health(time.monotonic(), longest=self._longest)

    async def _healthz(self, _: web.Request) -> web.Response:
        health = self._health()
        if health != "ok":
            return web.json_response({"status": health}, status=503)
        # Whoever is blind is alive: a restart would not help.
        blind = sum(one.blind for one in self._board.figures)
        return web.json_response({"status": "blind", "blind": blind} if blind else {"status": "ok"})

    async def _numbers(self, _: web.Request) -> web.Response:
        return web.Response(body=self._metrics.text(), headers={"Content-Type": CONTENT_TYPE})

    async def _style(self, _: web.Request) -> web.Response:
        return web.Response(body=asset("style.css"), content_type="text/css", charset="utf-8")

    async def _icon(self, _: web.Request) -> web.Response:
        return web.Response(body=asset("icon.svg"), content_type="image/svg+xml")


async def _seal(_: web.Request, response: web.StreamResponse) -> None:
    """Set the headers of every response; `Server` is removed."""
    response.headers.update(HEADERS)
    response.headers.pop("Server", None)
