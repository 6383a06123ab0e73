"""The second way to the user, for what must not fail: services that Apprise knows, the desktop, and a heartbeat for a
dead-man's switch somewhere else. Apprise and jeepney are the extra "alerts"; the heartbeat needs neither.

No address is ever logged: it holds the key to the service behind it.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import importlib.util
import logging
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import structlog

from termintreu.model.errors import ConnectorError
from termintreu_connectors.http import HttpClient, HttpLimits
from termintreu_connectors.http_addresses import Reach, address_kind

log = structlog.get_logger(__name__)

NOT_INSTALLED = "Apprise is not installed; install the extra: termintreu[alerts]"
_PATIENCE = 15.0
"""Seconds for one message to one service."""
_GOODBYE = 3.0
"""Seconds that an end waits for a heartbeat that is under way."""
_LIMITS = HttpLimits(body=100_000, connect=5.0, read=5.0, total=10.0)
_BY_MAIL = frozenset({"mailto"})
"""Schemes that look plain and are not: mail is sent over STARTTLS."""


class SecondWay:
    """Sends messages and heartbeats; its own failures are logged and stop nothing."""

    def __init__(
        self,
        urls: Sequence[str],
        *,
        heartbeat: str | None = None,
        desktop: str | None = None,
        lost: Sequence[tuple[str, str]] = (),
    ) -> None:
        """
        Args:
            urls: Apprise's addresses.
            heartbeat: https, or http on loopback.
            desktop: address of the session bus; None: there is no desktop.
            lost: addresses that could not be had: their option, and why.
        """
        self._lost = tuple(lost)
        self._urls = tuple(urls)
        self._heartbeat = heartbeat
        self._desktop = desktop if desktop and importlib.util.find_spec("jeepney") is not None else None
        self._beating: asyncio.Task[None] | None = None
        self._last = ""
        if self._urls and importlib.util.find_spec("apprise") is None:
            log.warning("no second way", why=NOT_INSTALLED)
            self._lost += (("urls", NOT_INSTALLED),)
            self._urls = ()

    @property
    def leads_anywhere(self) -> bool:
        """Whether there is anything by which a message can go."""
        return bool(self._urls or self._desktop)

    async def send(self, title: str, body: str) -> bool:
        """Send one message by every way there is. Whether at least one took it."""
        sent = await self._sent(title, body)
        for way, why in sent:
            if why:
                log.warning("second way failed", way=way, error=why, do="try the address with `termintreu doctor`")
        return not all(why for _, why in sent)

    async def tried(self, title: str, body: str) -> list[tuple[str, str]]:
        """Send one message by every way there is, and a heartbeat. Each way, and why it failed; "" where it did not.
        No address is in it."""
        found = [*self._lost, *await self._sent(title, body)]
        if self._heartbeat is not None:
            found.append(("heartbeat", await self._beaten(self._heartbeat)))
        return found

    async def _sent(self, title: str, body: str) -> list[tuple[str, str]]:
        ways = [
            (f"{number} ({urlsplit(url).scheme})", asyncio.to_thread(_by_apprise, url, title, body))
            for number, url in enumerate(self._urls, 1)
        ]
        if self._desktop is not None:
            ways.append(("desktop", asyncio.to_thread(_on_desktop, self._desktop, title, body)))
        whys = await asyncio.gather(*(self._in_time(way) for _, way in ways))
        return [(name, why) for (name, _), why in zip(ways, whys, strict=True)]

    async def _in_time(self, way: Any) -> str:
        why = "no answer in time"
        try:
            async with asyncio.timeout(_PATIENCE):
                why = await way
        except TimeoutError:
            pass
        except Exception as error:  # noqa: BLE001 - services fail in many ways; what they say may hold their address
            why = type(error).__name__
        return str(why)

    def beat(self) -> None:
        """Send a heartbeat, beside the cycles; none while the last one is under way."""
        if self._heartbeat is not None and (self._beating is None or self._beating.done()):
            self._beating = asyncio.create_task(self._beat(self._heartbeat))

    async def _beat(self, url: str) -> None:
        why = await self._beaten(url)
        if why and why != self._last:
            log.warning("heartbeat failed", error=why, do="check [alerts] heartbeat")
        self._last = why

    async def _beaten(self, url: str) -> str:
        """Why a heartbeat failed; "" where it did not."""
        why = ""
        client = HttpClient(reach=Reach.account(allow_private=False, url=url), limits=_LIMITS)
        try:
            reply = await client.request("GET", url, follow=True)
            if reply.status >= 400:
                why = f"it answered {reply.status}"
        except ConnectorError:
            why = "it could not be asked"
        finally:
            await client.close()
        return why

    async def end(self) -> None:
        """Let a heartbeat that is under way arrive, for a short while."""
        if self._beating is not None and not self._beating.done():
            await asyncio.wait({self._beating}, timeout=_GOODBYE)
            self._beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._beating


def trouble_with(url: str) -> str | None:
    """Why an address cannot be used, in a sentence without it; None where it can."""
    if importlib.util.find_spec("apprise") is None:
        return NOT_INSTALLED
    plugin = _plugin(url)
    if plugin is None:
        return "Apprise does not know such an address"
    schema = urlsplit(url).scheme.lower()
    plain = plugin.protocol if isinstance(plugin.protocol, (tuple, list, set)) else (plugin.protocol,)
    host = getattr(plugin, "host", None)
    if plugin.secure_protocol and schema in plain and schema not in _BY_MAIL and host and not _is_here(str(host)):
        return f"{schema}:// goes in the clear; {schema}s:// is wanted, but on this machine"
    return None


def _is_here(host: str) -> bool:
    return host == "localhost" or address_kind(host) == "loopback"


def _plugin(url: str) -> Any:
    apprise = importlib.import_module("apprise")
    # It logs addresses.
    logging.getLogger("apprise").disabled = True
    return apprise.Apprise.instantiate(url)


def _by_apprise(url: str, title: str, body: str) -> str:
    """Why it could not be sent; empty where it was."""
    trouble = trouble_with(url)
    if trouble is not None:
        return trouble
    return "" if _plugin(url).notify(title=title, body=body) else "the service did not take it"


def _on_desktop(bus: str, title: str, body: str) -> str:
    """As `_by_apprise`, by the desktop's own notifications (org.freedesktop.Notifications)."""
    jeepney = importlib.import_module("jeepney")
    blocking = importlib.import_module("jeepney.io.blocking")
    place = jeepney.DBusAddress(
        "/org/freedesktop/Notifications",
        bus_name="org.freedesktop.Notifications",
        interface="org.freedesktop.Notifications",
    )
    urgent = {"urgency": ("y", 2)}
    message = jeepney.new_method_call(
        place, "Notify", "susssasa{sv}i", ("termintreu", 0, "", title, body, [], urgent, 0)
    )
    with blocking.open_dbus_connection(bus) as connection:
        reply = connection.send_and_get_reply(message, timeout=_PATIENCE / 3)
    return "" if reply.header.message_type is jeepney.MessageType.method_return else "the desktop did not take it"
