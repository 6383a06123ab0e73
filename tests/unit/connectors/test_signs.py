"""What a server shows of its clock and its certificate."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from termintreu.model.ports import Signs
from termintreu_connectors import http_wire
from termintreu_connectors.ics_feed import IcsFeed
from tests.scripted import ScriptedServer, self_signed

CALENDAR = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//a//EN\r\nEND:VCALENDAR\r\n"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


def signs(server: ScriptedServer) -> Signs:
    """What is seen of a feed's server after one poll."""

    async def poll() -> Signs:
        feed = IcsFeed("feed", url=server.url, allow_private=True)
        try:
            [collection] = await feed.collections()
            await feed.changes(collection, None, {})
        finally:
            await feed.close()
        return feed.signs()

    return asyncio.run(poll())


def dated(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


@pytest.mark.parametrize("off", [5 * MINUTE, -5 * MINUTE])
def test_a_server_whose_clock_differs_shows_it(server: ScriptedServer, off: timedelta) -> None:
    server.answer("GET", 200, CALENDAR, Date=dated(datetime.now(UTC) + off))
    found = signs(server).clock_off
    assert found is not None
    assert 4.5 * MINUTE < found < 5.5 * MINUTE


def test_a_server_with_the_same_clock_shows_no_difference(server: ScriptedServer) -> None:
    server.answer("GET", 200, CALENDAR, Date=dated(datetime.now(UTC)))
    assert timedelta(0) == signs(server).clock_off


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(lambda: {"Date": "yesterday"}, id="no date"),
        pytest.param(lambda: {"Date": dated(datetime(2020, 1, 1, tzinfo=UTC)), "Age": "9"}, id="out of a cache"),
    ],
)
def test_what_says_nothing_of_a_clock(server: ScriptedServer, headers: Callable[[], dict[str, str]]) -> None:
    server.answer("GET", 200, CALENDAR, **headers())
    assert signs(server).clock_off is None


def test_when_a_certificate_ends_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = self_signed(tmp_path)
    context = ssl.create_default_context(cafile=str(pem))
    monkeypatch.setattr(http_wire, "_tls", lambda: context)
    with ScriptedServer(certificate=pem) as server:
        server.answer("GET", 200, CALENDAR)
        ends = signs(server).certificate_ends
    assert ends is not None
    assert timedelta(days=1) < ends - datetime.now(UTC) < timedelta(days=3)


def test_without_tls_there_is_no_certificate(server: ScriptedServer) -> None:
    server.answer("GET", 200, CALENDAR)
    assert signs(server).certificate_ends is None
