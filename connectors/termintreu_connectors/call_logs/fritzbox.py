"""The call list of a FRITZ!Box over TR-064 (AVM, X_AVM-DE_OnTel; library fritzconnection), asked at intervals. Its
codes are not those of the CSV export: 1 in, 2 missed, 3 out, 9 and 11 running, 10 refused. Lengths are in whole
minutes.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from lxml import etree

from termintreu.model import BadLine, LogEntry, LogReading
from termintreu.model.errors import ConnectorError, Forbidden, InvalidAnswer, Unauthorized, Unavailable
from termintreu_connectors.call_logs.clocks import instants, newest_first
from termintreu_connectors.call_logs.fritzbox_csv import duration_of, is_forwarding, is_machine, wall_of
from termintreu_connectors.call_logs.rows import Unreadable, dialled, is_extension

_TIMEOUT = 15.0
_FIRST_DAYS = 30
_MAX_DAYS = 999
_SERVICE = "X_AVM-DE_OnTel1"
_OUT, _RUNNING_IN, _RUNNING_OUT = "3", "9", "11"
_KNOWN = {"1", "2", _OUT, _RUNNING_IN, "10", _RUNNING_OUT}
_TAKEN = {"1", _OUT, _RUNNING_IN, _RUNNING_OUT}
_RUNNING = {_RUNNING_IN, _RUNNING_OUT}
_MACHINE_PORTS = range(40, 50)
"""AVM, X_contactSCPD: the answering machines' ports."""


class FritzBox:
    """A CallLog on a box.

    Args:
        name: as in the configuration.
        url: of the box, such as "http://fritz.box" or "https://192.168.178.1:49443".
        zone: of the box's clock.
        max_body: bytes of the longest list.
    """

    def __init__(
        self, name: str, url: str, username: str | None, password: str | None, *, zone: ZoneInfo, max_body: int
    ) -> None:
        self._name = name
        self._url = url if "//" in url else f"http://{url or 'fritz.box'}"
        self._username = username
        self._password = password
        self._zone = zone
        self._cap = max_body
        self._box: Any = None

    @property
    def name(self) -> str:
        """The name in the configuration."""
        return self._name

    async def read(self, position: str | None) -> LogReading:
        """The calls since the day before the last one known. Raises Unauthorized, Unavailable, InvalidAnswer,
        Forbidden."""
        return await asyncio.to_thread(self._read, position)

    def watch(self, wake: Callable[[], None]) -> AbstractContextManager[None] | None:
        """None: a box can only be asked."""
        return None

    async def close(self) -> None:
        """Give back connections."""
        if self._box is not None:
            box, self._box = self._box, None
            await asyncio.to_thread(box.session.close)

    def _read(self, position: str | None) -> LogReading:
        try:
            data = self._call_list(_days(position))
        except ConnectorError:
            raise
        except Exception as error:  # the library lets through whatever requests and XML parsers raise
            self._box = None
            raise self._in_words(error) from error
        entries, bad = _parsed(data, self._zone, self._name)
        newest = max((entry.at for entry in entries), default=None)
        return LogReading(
            entries=entries,
            bad=bad,
            position=json.dumps({"newest": newest.isoformat()}) if newest else position,
            fresh=True,
            shows_running=True,
        )

    def _call_list(self, days: int) -> bytes:
        """The list as XML. The box gives an address for it, which must be its own: our log-in goes there."""
        box = self._box = self._box or self._connect()
        url = box.call_action(_SERVICE, "GetCallList")["NewCallListURL"]
        if urlsplit(url).hostname != urlsplit(self._url).hostname:
            raise InvalidAnswer(f"{self._name}: the box names another machine's address for its call list")
        with box.session.get(f"{url}&days={days}", timeout=_TIMEOUT, stream=True, allow_redirects=False) as answer:
            if answer.status_code in {401, 403}:
                raise Unauthorized(f"{self._name}: the box refuses the call list to this user")
            if answer.status_code != 200:
                raise Unavailable(f"{self._name}: the box answers {answer.status_code} when asked for the call list")
            data = bytearray()
            for block in answer.iter_content(65536):
                data += block
                if len(data) > self._cap:
                    raise InvalidAnswer(f"{self._name}: the call list is larger than {self._cap} bytes")
        return bytes(data)

    def _connect(self) -> Any:
        try:
            from fritzconnection import FritzConnection  # noqa: PLC0415 - optional, and only who has a box pays for it
        except ImportError as error:
            raise Forbidden(
                f"{self._name}: the library for FRITZ!Boxes is not installed: pip install 'termintreu[fritzbox]'"
            ) from error
        url = urlsplit(self._url)
        return FritzConnection(
            address=url.hostname,
            port=url.port,
            user=self._username,
            password=self._password or "",
            timeout=_TIMEOUT,
            use_tls=url.scheme == "https",
        )

    def _in_words(self, error: Exception) -> ConnectorError:
        """The library's errors hold answers of the box: only their kind is told."""
        kind = type(error).__name__
        if kind in {"FritzAuthorizationError", "FritzSecurityError"}:
            return Unauthorized(f"{self._name}: the box refuses the log-in, or this user may not see the call list")
        if kind in {"FritzServiceError", "FritzActionError"}:
            return InvalidAnswer(
                f"{self._name}: that box offers no call list; is access for applications allowed "
                "(Heimnetz, Netzwerk, Netzwerkeinstellungen)?"
            )
        return Unavailable(f"{self._name}: the box cannot be reached or does not answer as expected ({kind})")


def _days(position: str | None) -> int:
    """How many days to ask for."""
    if position is None:
        return _FIRST_DAYS
    try:
        newest = datetime.fromisoformat(json.loads(position)["newest"])
    except (ValueError, KeyError, TypeError):
        return _FIRST_DAYS
    return min(max((datetime.now(UTC) - newest).days + 2, 2), _MAX_DAYS)


def _parsed(data: bytes, zone: ZoneInfo, log: str) -> tuple[tuple[LogEntry, ...], tuple[BadLine, ...]]:
    """The calls of a list, oldest first. Raises InvalidAnswer."""
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as error:
        raise InvalidAnswer(f"{log}: the call list is no XML") from error
    if etree.QName(root).localname != "root" or root.getroottree().docinfo.internalDTD is not None:
        raise InvalidAnswer(f"{log}: the answer is no call list")
    found: list[tuple[datetime, LogEntry]] = []
    bad: list[BadLine] = []
    for call in root.iter("Call"):
        try:
            found.append(_entry({child.tag: (child.text or "").strip() for child in call}, log))
        except Unreadable as error:
            bad.append(BadLine(line=_line_of(call), reason=str(error)))
    if newest_first([wall for wall, _ in found]):
        found.reverse()
    times = instants((wall for wall, _ in found), zone)
    return tuple(replace(entry, at=at) for at, (_, entry) in zip(times, found, strict=True)), tuple(bad)


def _line_of(element: Any) -> int:
    return int(element.sourceline or 0)


def _entry(value: dict[str, str], log: str) -> tuple[datetime, LogEntry]:
    kind = value.get("Type", "")
    if kind not in _KNOWN:
        raise Unreadable("the type of call is not known")
    direction: Literal["out", "in"] = "out" if kind in {_OUT, _RUNNING_OUT} else "in"
    number = dialled(value.get("Called" if direction == "out" else "Caller", ""))
    port, device = value.get("Port", ""), value.get("Device", "")
    machine = is_machine(device) or (port.isascii() and port.isdigit() and int(port[:4]) in _MACHINE_PORTS)
    talked = duration_of(value.get("Duration", ""))
    taken = kind in _TAKEN and bool(talked)
    return wall_of(value.get("Date", "")), LogEntry(
        log=log,
        at=datetime.min.replace(tzinfo=UTC),
        direction=direction,
        number=number,
        reached=taken and not machine,
        talked=talked,
        rounded=True,
        voicemail=taken and machine,
        internal=is_extension(number),
        forwarded=is_forwarding(device),
        running=kind in _RUNNING,
        id=value.get("Id", "")[:32],
    )
