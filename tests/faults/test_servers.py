"""Every way in which a server fails, on real servers: one healthy cycle later exactly that stands which should stand.

What should stand is what the same cycles leave on an account that never fails. Interop 1, 12, 15, 16, 17, 19, 20.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.report import Report
from termintreu.model import Resource
from termintreu.planning.items.observe import observe
from termintreu.storage import Store
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
UID_TAKEN = b'<error xmlns="DAV:"><no-uid-conflict xmlns="urn:ietf:params:xml:ns:caldav"/></error>'
FOREVER = threading.Event()
READS = ("PROPFIND", "REPORT", "GET")
WRITES = ("PUT", "DELETE")


def another_page(_: Reply) -> Reply:
    """What a portal puts in the place of an answer."""
    return Reply(200, {"Content-Type": "text/html"}, LOGIN_PAGE)


ANSWERS = [
    status(401),
    status(403),
    status(409),
    status(412),
    status(412, UID_TAKEN),
    status(418),
    status(429),
    status(429, Retry_After="120"),
    status(500),
    status(503),
    status(503, Retry_After="120"),
    status(503, Retry_After="Mon, 05 Oct 2026 08:10:00 GMT"),
    status(507),
    status(302, Location="/elsewhere/"),
    status(200, LOGIN_PAGE, Content_Type="text/html"),
    Misdeed("hangs up before", None),
]
"""In place of the server's, which is not asked."""
AFTERWARDS = [
    Misdeed("answer lost", reaches_the_server=True, spoil=lost),
    Misdeed("answer cut off", reaches_the_server=True, spoil=cut_off),
    Misdeed("answer late", reaches_the_server=True, spoil=lambda one: replace(one, hold=FOREVER, longest=0.05)),
    Misdeed("answer never", reaches_the_server=True, spoil=lambda one: replace(one, hold=FOREVER)),
    Misdeed("another page", reaches_the_server=True, spoil=another_page),
]
"""The server has done what it was asked."""
SPOILT = [
    Misdeed("half an answer", reaches_the_server=True, spoil=halved),
    Misdeed("no token", reaches_the_server=True, spoil=without_token),
]
"""Answers that look whole."""
NO_DATA = Misdeed("no data", reaches_the_server=True, spoil=without_data)
LEFT_OUT = Misdeed("rows left out", reaches_the_server=True, spoil=without_every_second_row)


@pytest.fixture(scope="module", autouse=True)
def _let_go() -> Iterator[None]:
    yield
    FOREVER.set()


@dataclass
class Account:
    """Anna's calendar on a real server, and a program that sees it through the proxy only."""

    server: DavServer
    proxy: Proxy
    calendar: str = field(init=False)
    put: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    state: Store = field(default_factory=lambda: Store.open(None))

    def __post_init__(self) -> None:
        self.server.wipe()
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

        async def at_once(_: float) -> None:
            return

        async def run() -> Report:
            connector = CalDavAccount(
                "work",
                self.proxy.url,
                self.server.username,
                self.server.password,
                limits=HttpLimits(read=patience, total=5 * patience),
                write_interval=0.0,
                sleep=at_once,
            )
            world = a_world(connector, self.state)
            try:
                return await run_cycle(world, now)
            finally:
                await world.disconnect()

        return asyncio.run(run())

    def own_collections(self) -> set[str]:
        return self.server.list(self.server.home()) - {self.calendar}

    def standing(self) -> set[tuple[object, ...]]:
        """What is there of ours, by what it says."""
        paths = [path for collection in self.own_collections() for path in self.server.list(collection)]
        return said([(path, self.server.get(path)[1]) for path in paths])

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


@dataclass
class Life:
    """One account on which misdeed follows upon misdeed, and the same life where nothing fails."""

    account: Account
    sound: Sound = field(default_factory=Sound)
    steps: int = 0
    now: datetime = MONDAY
    well: bool = True
    """False: the last misdeed was not got over."""

    def begins(self) -> Life:
        """The first look."""
        self.goes_on()
        self.account.cycle(self.now)
        self.sound.cycle(self.now)
        return self

    def goes_on(self) -> None:
        """A call is new, and clashes; the one before moves away from its clash; the one before that is called off."""
        step, self.steps = self.steps, self.steps + 1
        for where in (self.account, self.sound):
            where.keep(f"call-{step}", event(f"call-{step}", _hour(step)))
            where.keep(f"clash-{step}", event(f"clash-{step}", _hour(step) + _SOON, summary="Jour fixe"))
            if step >= 1:
                later = _hour(step - 1) + timedelta(hours=1)
                where.keep(f"call-{step - 1}", event(f"call-{step - 1}", later))
                where.keep(f"clash-{step - 1}", None)
            if step >= 2 and step % 2:
                later = _hour(step - 2) + timedelta(hours=1)
                where.keep(f"call-{step - 2}", event(f"call-{step - 2}", later, lines=["STATUS:CANCELLED"]))
            elif step >= 2:
                where.keep(f"call-{step - 2}", None)

    def is_restored_after(self, misdeed: Callable[[Request], Misdeed | None]) -> None:
        """A cycle in which the server misbehaves, and a healthy one."""
        self.well = False
        self.now += _LATER
        self.goes_on()
        account = self.account
        account.proxy.misdeeds = 0
        account.proxy.misdeed = misdeed
        try:
            account.cycle(self.now, patience=0.4)
        finally:
            account.proxy.misdeed = lambda _: None
        assert account.proxy.misdeeds, "nothing was asked that could go wrong"
        self.now += _LATER
        after = account.cycle(self.now)
        self.sound.cycle(self.now)
        assert ["ok"] == [source.state for source in after.sources]
        assert self.sound.standing() == account.standing()
        assert account.put == account.users_calendar()
        self.well = True

    def is_quiet(self) -> None:
        """A further cycle writes nothing."""
        self.account.proxy.passed.clear()
        self.account.cycle(self.now)
        assert [] == self.account.proxy.writes


_SOON = timedelta(minutes=10)
_LATER = timedelta(minutes=16)
"""So much that the server is asked again for its calendars, and what may be written."""


def _hour(step: int) -> datetime:
    """When the call of a step is: within the fortnight, two hours of its own."""
    return MONDAY + timedelta(days=2 + step % 10, hours=2 * (step // 10))


@pytest.fixture(scope="module")
def lives() -> Iterator[dict[str, Life]]:
    """The lives that are being lived, by server."""
    present: dict[str, Life] = {}
    yield present
    for life in present.values():
        life.account.proxy.__exit__()


@pytest.fixture(params=["radicale", "xandikos"])
def server(request: pytest.FixtureRequest) -> DavServer:
    """Each of the two in turn."""
    found: DavServer = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def life(server: DavServer, lives: dict[str, Life]) -> Iterator[Life]:
    """A life on a server, as the last misdeed left it; after a failure, or many steps, another one."""
    one = lives.pop(server.kind, None)
    if one is not None and one.steps > 60:
        one.account.proxy.__exit__()
        one = None
    one = one or Life(Account(server, Proxy(server.port).__enter__())).begins()
    yield one
    if one.well:
        lives[server.kind] = one
    else:
        one.account.proxy.__exit__()


@pytest.fixture
def account(server: DavServer, lives: dict[str, Life]) -> Iterator[Account]:
    """An account on which nothing has happened yet."""
    if server.kind in lives:
        lives.pop(server.kind).account.proxy.__exit__()
    with Proxy(server.port) as proxy:
        yield Account(server, proxy)


def on(misdeed: Misdeed, *methods: str) -> Callable[[Request], Misdeed | None]:
    """The misdeed on every request of these methods."""
    return lambda request: misdeed if request.method in methods else None


@pytest.mark.requirement(12, 16)
@pytest.mark.parametrize("misdeed", [*ANSWERS, *AFTERWARDS], ids=str)
def test_a_write_that_goes_wrong_loses_and_doubles_nothing(life: Life, misdeed: Misdeed) -> None:
    """docs/safety.md, rows 15, 16, 17"""
    life.is_restored_after(on(misdeed, *WRITES))


@pytest.mark.requirement(20)
@pytest.mark.parametrize("misdeed", [*ANSWERS, *AFTERWARDS, *SPOILT], ids=str)
def test_a_read_that_goes_wrong_loses_and_doubles_nothing(life: Life, misdeed: Misdeed) -> None:
    """docs/safety.md, rows 19, 20"""
    life.is_restored_after(on(misdeed, *READS))


def test_hrefs_left_out_of_a_multiget_are_asked_for_again(life: Life) -> None:
    """docs/safety.md, row 20"""

    def misdeed(request: Request) -> Misdeed | None:
        if request.method != "REPORT":
            return None
        return LEFT_OUT if b"calendar-multiget" in request.body else NO_DATA

    life.account.proxy.asked.clear()
    life.is_restored_after(misdeed)

    assert any(b"calendar-multiget" in request.body for request in life.account.proxy.asked)


def test_calendars_left_out_of_a_listing_are_neither_forgotten_nor_made_again(life: Life) -> None:
    """docs/safety.md, row 20"""
    life.is_restored_after(on(LEFT_OUT, "PROPFIND"))
    assert 2 == len(life.account.own_collections())


@pytest.mark.parametrize(("misdeed", "every"), [(AFTERWARDS[0], 3), (ANSWERS[-1], 5), (status(503), 2)], ids=str)
def test_some_requests_that_go_wrong_lose_and_double_nothing(life: Life, misdeed: Misdeed, every: int) -> None:
    """docs/safety.md, rows 16, 20"""
    life.is_restored_after(lambda request: misdeed if request.number % every == 0 else None)
    life.is_quiet()


def test_a_calendar_that_could_not_be_made_at_once_is_made_once(account: Account) -> None:
    """docs/safety.md, row 3"""
    named = {"403", "412", "503", "507", "302", "200", "hangs up before", "answer lost", "another page"}
    for misdeed in [one for one in [*ANSWERS, *AFTERWARDS] if str(one) in named]:
        account.__post_init__()
        account.state = Store.open(None)
        account.keep("call", event("call", MONDAY + timedelta(days=2)))
        account.proxy.misdeed = on(misdeed, "MKCALENDAR", "MKCOL", "PROPPATCH")
        account.cycle(MONDAY, patience=0.4)
        account.proxy.misdeed = lambda _: None
        account.cycle(MONDAY + _LATER)
        assert 2 == len(account.own_collections()), misdeed
        assert 1 == len(account.standing()), misdeed
        account.state.close()
