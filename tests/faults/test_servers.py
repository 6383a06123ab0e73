"""Every way in which a server fails, on real servers: one healthy cycle later exactly that stands which should stand.

What should stand is what the same cycles leave on an account that never fails. Interop 1, 12, 15, 16, 17, 19, 20.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

import pytest

from termintreu.cycle import run_cycle
from termintreu.model import Resource
from termintreu.observe import observe
from termintreu.report import Report
from termintreu.store import Store
from termintreu_connectors.caldav import CalDavAccount
from termintreu_connectors.http import HttpLimits
from tests.faults.proxy import (
    Misdeed,
    Proxy,
    Reply,
    Request,
    cut_off,
    halved,
    lost,
    status,
    without_data,
    without_every_second_row,
    without_token,
)
from tests.faults.worlds import BERLIN, MONDAY, FaultyStore, a_world, event
from tests.servers import DavServer

LOGIN_PAGE = b"<!DOCTYPE html><html><body><form>Please log in</form></body></html>"
FOREVER = threading.Event()
READS = ("PROPFIND", "REPORT", "GET")
WRITES = ("PUT", "DELETE", "MKCALENDAR")
ANSWERS = [
    status(401),
    status(403),
    status(409),
    status(412),
    status(412, b'<error xmlns="DAV:"><no-uid-conflict xmlns="urn:ietf:params:xml:ns:caldav"/></error>'),
    status(418),
    status(429),
    status(429, Retry_After="120"),
    status(500),
    status(503),
    status(503, Retry_After="Mon, 05 Oct 2026 08:10:00 GMT"),
    status(507),
    status(302, Location="/elsewhere/"),
    status(200, LOGIN_PAGE, Content_Type="text/html"),
    Misdeed("hangs up before", None),
]
AFTERWARDS = [
    Misdeed("answer lost", reaches_the_server=True, spoil=lost),
    Misdeed("answer cut off", reaches_the_server=True, spoil=cut_off),
    Misdeed("answer that never comes", reaches_the_server=True, spoil=lambda one: Reply(one.status, hold=FOREVER)),
]
SPOILT = [
    Misdeed("half an answer", reaches_the_server=True, spoil=halved),
    Misdeed("no token", reaches_the_server=True, spoil=without_token),
]
WRITE_CASES = [
    *(("radicale", misdeed) for misdeed in [*ANSWERS, *AFTERWARDS]),
    *(("xandikos", misdeed) for misdeed in [status(412), status(503), status(302, Location="/"), *AFTERWARDS[:2]]),
]
READ_CASES = [
    *(("radicale", misdeed) for misdeed in [*ANSWERS, *AFTERWARDS, *SPOILT] if str(misdeed) not in {"409", "412"}),
    *(("xandikos", misdeed) for misdeed in [status(418), status(503), ANSWERS[-2], *SPOILT]),
]
NO_DATA = Misdeed("no data", reaches_the_server=True, spoil=without_data)
LEFT_OUT = Misdeed("hrefs left out", reaches_the_server=True, spoil=without_every_second_row)


@pytest.fixture(scope="module", autouse=True)
def _let_go() -> Iterator[None]:
    yield
    FOREVER.set()


@pytest.fixture(params=["radicale", "xandikos"])
def account(request: pytest.FixtureRequest) -> Iterator[Account]:
    server: DavServer = request.getfixturevalue(request.param)
    server.wipe()
    with Proxy(server.port) as proxy:
        yield Account(server, proxy)


@dataclass
class Account:
    """Anna's calendar on a real server, and a program that sees it through the proxy only."""

    server: DavServer
    proxy: Proxy
    calendar: str = field(init=False)
    put: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    state: Store = field(default_factory=lambda: Store.open(None))

    def __post_init__(self) -> None:
        self.calendar = self.server.make_calendar("Arbeit", components=("VEVENT",))

    def keep(self, uid: str, data: bytes | None) -> None:
        """What the user's app does."""
        path = f"{self.calendar}{uid}.ics"
        if data is None:
            self.server.delete(path)
            del self.put[path]
        else:
            self.server.put(path, data)
            self.put[path] = self.server.get(path)

    def cycle(self, now: datetime, *, patience: float = 30.0) -> Report:
        """One cycle of a process that has just been started, and waits so long (s) for an answer."""
        sleeps: list[float] = []

        async def sleep(seconds: float) -> None:
            sleeps.append(seconds)

        async def run() -> Report:
            connector = CalDavAccount(
                "work",
                self.proxy.url,
                self.server.username,
                self.server.password,
                limits=HttpLimits(read=patience, total=5 * patience),
                write_interval=0.0,
                sleep=sleep,
            )
            world = a_world(connector, self.state)
            try:
                return await run_cycle(world, now)
            finally:
                await world.disconnect()

        return asyncio.run(run())

    def standing(self) -> set[tuple[object, ...]]:
        """What is there of ours, by what it says."""
        rows = []
        for collection in self.server.list(self.server.home()) - {self.calendar}:
            rows += [(path, self.server.get(path)[1]) for path in self.server.list(collection)]
        return said(rows)

    def users_calendar(self) -> dict[str, tuple[str, bytes]]:
        """ETag and bytes of all that stands in the user's own calendar."""
        return {path: self.server.get(path) for path in self.server.list(self.calendar)}


class Sound:
    """The same on an account that never fails: what should stand."""

    def __init__(self) -> None:
        self.store = FaultyStore()
        self.state = Store.open(None)

    def keep(self, uid: str, data: bytes | None) -> None:
        href = f"{self.store.calendar.href}{uid}.ics"
        if data is None:
            self.store.remove(href)
        else:
            self.store.put(href, data)

    def cycle(self, now: datetime) -> None:
        asyncio.run(run_cycle(a_world(self.store, self.state), now))

    def standing(self) -> set[tuple[object, ...]]:
        return said(list(self.store.own_objects().items()))


def said(rows: list[tuple[str, bytes]]) -> set[tuple[object, ...]]:
    """Items by what they say; each once, or the test fails. When a task is due depends on when it was written."""
    seen = [observe(Resource(href=href, etag="-", data=data), "", BERLIN) for href, data in rows]
    items = [
        (one.call_key, one.kind, one.role, one.summary, one.anchor, *((one.start, one.end) if one.end else ()))
        for one in seen
        if one
    ]
    assert len(items) == len(rows) == len(set(items)), items
    return set(items)


def first_day(where: Account | Sound) -> None:
    """Calls, a clash, a visit."""
    for number in range(6):
        where.keep(f"call-{number}", event(f"call-{number}", MONDAY + timedelta(days=1, hours=2 * number)))
    where.keep("clash", event("clash", MONDAY + timedelta(days=1, minutes=10), summary="Jour fixe"))


def second_day(where: Account | Sound) -> None:
    """One moves, one is cancelled, one is deleted, the clash is settled, one is new."""
    where.keep("call-1", event("call-1", MONDAY + timedelta(days=2, hours=3)))
    where.keep("call-2", event("call-2", MONDAY + timedelta(days=1, hours=4), lines=["STATUS:CANCELLED"]))
    where.keep("call-3", None)
    where.keep("clash", event("clash", MONDAY + timedelta(days=3), summary="Jour fixe"))
    where.keep("call-9", event("call-9", MONDAY + timedelta(days=4)))


DAYS = ((MONDAY, first_day), (MONDAY + timedelta(minutes=30), second_day))


@cache
def what_should_stand() -> list[set[tuple[object, ...]]]:
    """After each of the two days, where nothing ever fails."""
    sound, after = Sound(), []
    for now, changes in DAYS:
        changes(sound)
        sound.cycle(now)
        sound.cycle(now + timedelta(minutes=10))
        after.append(sound.standing())
    return after


def check(account: Account, misdeed: Callable[[Request], Misdeed | None]) -> None:
    """Both days, each with a cycle in which the server misbehaves and a healthy one after it."""
    for (now, changes), wanted in zip(DAYS, what_should_stand(), strict=True):
        changes(account)
        account.proxy.misdeeds = 0
        account.proxy.misdeed = misdeed
        account.cycle(now, patience=0.4)
        assert account.proxy.misdeeds
        account.proxy.misdeed = lambda _: None
        after = account.cycle(now + timedelta(minutes=10))
        assert ["ok"] == [source.state for source in after.sources]
        assert wanted == account.standing()
        assert account.put == account.users_calendar()
    account.proxy.passed.clear()
    account.cycle(MONDAY + timedelta(minutes=45))
    assert [] == account.proxy.writes


def on(misdeed: Misdeed, *methods: str) -> Callable[[Request], Misdeed | None]:
    """The misdeed on every request of these methods."""
    return lambda request: misdeed if request.method in methods else None


@pytest.mark.parametrize(("account", "misdeed"), WRITE_CASES, ids=str, indirect=["account"])
def test_a_write_that_goes_wrong_loses_and_doubles_nothing(account: Account, misdeed: Misdeed) -> None:
    """interop 15, 16, 17"""
    check(account, on(misdeed, *WRITES))


@pytest.mark.parametrize(("account", "misdeed"), READ_CASES, ids=str, indirect=["account"])
def test_a_read_that_goes_wrong_loses_and_doubles_nothing(account: Account, misdeed: Misdeed) -> None:
    """interop 19, 20"""
    check(account, on(misdeed, *READS))


def test_hrefs_left_out_of_a_multiget_are_asked_for_again(account: Account) -> None:
    """interop 20"""

    def misdeed(request: Request) -> Misdeed | None:
        if request.method != "REPORT":
            return None
        return LEFT_OUT if b"calendar-multiget" in request.body else NO_DATA

    check(account, misdeed)

    assert any(b"calendar-multiget" in request.body for request in account.proxy.asked)


@pytest.mark.parametrize(("misdeed", "every"), [(AFTERWARDS[0], 3), (ANSWERS[-1], 5), (status(503), 2)], ids=str)
def test_some_requests_that_go_wrong_lose_and_double_nothing(account: Account, misdeed: Misdeed, every: int) -> None:
    """interop 16, 20"""
    check(account, lambda request: misdeed if request.number % every == 0 else None)
