"""One bad collection beside good ones: it costs itself only, is told of by name, and heals.

First on a server that answers by script, for every way to fail; then whole cycles on a real one.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.report import Report
from termintreu.cycle.world import World
from termintreu.model import Resource, SourceReport
from termintreu.model.errors import (
    ConnectorError,
    Forbidden,
    InvalidAnswer,
    NotThereYet,
    TooManyRequests,
    Unauthorized,
    Unavailable,
    Unreachable,
    Untrusted,
)
from termintreu.model.marks import call_key
from termintreu.planning.items.observe import observe
from termintreu.reading.account_reading import concerns_account
from termintreu.reading.collect import Account, Collected, Health, Mirrors, collect
from termintreu.storage import Store
from termintreu_connectors.caldav import CalDavAccount
from termintreu_connectors.http import HttpLimits
from tests.faults.proxy import Misdeed, Proxy, Reply, Request, status, without_every_second_row
from tests.faults.worlds import BERLIN, MONDAY, a_world, event
from tests.servers import DavServer

XML = Misdeed("unreadable XML", Reply(207, {"Content-Type": "text/xml"}, b'<multistatus xmlns="DAV:"><\x00'))
SILENT = Misdeed("hangs up")
BAD = [
    status(403),
    status(404),
    status(409),
    status(410),
    status(500),
    status(502),
    status(503),
    status(503, Retry_After="20"),
    status(507),
    status(200, b"<!DOCTYPE html><html>Please log in</html>", Content_Type="text/html"),
    XML,
    Misdeed("half an answer", Reply(207, {}, b'<multistatus xmlns="DAV:"><response>')),
    Misdeed("answer cut off", Reply(207, {}, b'<multistatus xmlns="DAV:">', cut=9)),
    SILENT,
]
MINUTE = timedelta(minutes=1)
READS = {"PROPFIND", "REPORT", "GET"}
CALENDARS = ("Arbeit", "Beirat", "Chor")


def work(report: Report | Collected) -> SourceReport:
    [source] = report.sources
    return source


class Scripted:
    """An account whose server answers by script: a home with calendars, each of which answers as it is told."""

    def __init__(self, proxy: Proxy, names: tuple[str, ...] = CALENDARS) -> None:
        self.proxy = proxy
        self.names = names
        self.events = {name: {"a"} for name in names}
        self.bad: dict[str, Misdeed] = {}
        """By name of the calendar; "" is the home."""
        self.held: Mirrors = {}
        self.health: dict[str, Health] = {}
        self.now = MONDAY
        proxy.misdeed = self._answer

        async def at_once(_: float) -> None:
            return

        limits = HttpLimits(read=2.0, total=5.0)
        connector = CalDavAccount("work", proxy.url, "anna", "geheim", limits=limits, sleep=at_once)
        own = {"reminders": "Termintreu"} if "Termintreu" in names else {}
        self.account = Account(name="work", connector=connector, own=own)

    async def reads(self, after: timedelta = MINUTE) -> Collected:
        self.now += after
        self.proxy.asked.clear()
        since = self.now - timedelta(days=90)
        found = await collect([self.account], self.held, now=self.now, since=since, health=self.health)
        self.held = found.mirrors
        return found

    @property
    def asked(self) -> list[str]:
        """The calendars that were asked, each once, in their order; "" is the home."""
        return list(dict.fromkeys(one.path.strip("/") for one in self.proxy.asked))

    def known(self) -> dict[str, set[str]]:
        """UIDs that are held, by calendar."""
        return {
            mirror.collection.name: {href.rpartition("/")[2].removesuffix(".ics") for href in mirror.resources}
            for mirror in self.held.values()
        }

    def _answer(self, request: Request) -> Misdeed:
        name = request.path.strip("/").partition("/")[0]
        if name in self.bad:
            return self.bad[name]
        body = self._listed() if not name else self._changes(name, request)
        return Misdeed("by script", Reply(207, {"Content-Type": "application/xml"}, body.encode()))

    def _listed(self) -> str:
        home = "<C:calendar-home-set><D:href>/</D:href></C:calendar-home-set>"
        kinds = "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>"
        rows = [_row("/", f"<D:resourcetype><D:collection/></D:resourcetype>{home}")]
        return _multistatus(*rows, *(_row(f"/{name}/", kinds) for name in self.names))

    def _changes(self, name: str, request: Request) -> str:
        """By token, the number of events that were told; there are no deletions."""
        events = sorted(self.events[name])
        asked = re.search(rb"sync-token>t(\d+)<", request.body)
        told = [_event_row(name, uid) for uid in events[int(asked[1]) if asked else 0 :]]
        own = [_row(f"/{name}/", "<D:resourcetype><D:collection/></D:resourcetype>")]
        return _multistatus(*(own if request.method == "PROPFIND" else ()), *told, token=f"t{len(events)}")


def _event_row(name: str, uid: str) -> str:
    data = event(uid, MONDAY + timedelta(days=1)).decode()
    return _row(f"/{name}/{uid}.ics", f'<D:getetag>"{uid}"</D:getetag><C:calendar-data>{data}</C:calendar-data>')


def _row(href: str, props: str) -> str:
    found = f"<D:propstat><D:prop>{props}</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>"
    return f"<D:response><D:href>{href}</D:href>{found}</D:response>"


def _multistatus(*rows: str, token: str = "") -> str:
    spaces = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
    end = f"<D:sync-token>{token}</D:sync-token>" if token else ""
    return f"<D:multistatus {spaces}>{''.join(rows)}{end}</D:multistatus>"


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy(0) as running:
        yield running


@pytest.mark.requirement(17, 20)
@pytest.mark.parametrize("bad", BAD, ids=str)
@pytest.mark.parametrize("name", ["Arbeit", "Chor"])
async def test_each_way_in_which_one_calendar_fails_is_its_own(proxy: Proxy, bad: Misdeed, name: str) -> None:
    anna = Scripted(proxy)
    assert "ok" == work(await anna.reads()).state
    anna.bad[name] = bad
    for events in anna.events.values():
        events.add("b")
    found = await anna.reads()
    assert {one: {"a"} if one == name else {"a", "b"} for one in CALENDARS} == anna.known()
    assert ("stale", {("work", f"/{name}/")}) == (work(found).state, set(found.frozen))
    assert str(work(found).error).startswith(f"{name!r}: ")
    assert (None, {}) == (found.target_error, found.target_errors)
    again = await anna.reads(timedelta(seconds=15))
    assert name not in anna.asked, "it has a back-off of its own"
    assert {*CALENDARS} - {name} <= {*anna.asked}
    assert set(found.frozen) == set(again.frozen)
    del anna.bad[name]
    healed = await anna.reads()
    assert ("ok", None, frozenset()) == (work(healed).state, work(healed).error, healed.frozen)
    assert {"a", "b"} == anna.known()[name]


@pytest.mark.requirement(17)
@pytest.mark.parametrize("bad", [status(401), status(429), status(429, Retry_After="120")], ids=str)
async def test_what_no_calendar_can_help_ends_the_reading_of_the_account(proxy: Proxy, bad: Misdeed) -> None:
    anna = Scripted(proxy)
    await anna.reads()
    anna.bad["Arbeit"] = bad
    found = await anna.reads()
    assert ["Arbeit"] == anna.asked
    assert (set(found.mirrors), False) == (set(found.frozen), found.is_complete)
    assert ("unauthorized" if "401" in str(bad) else "stale") == work(found).state
    await anna.reads(timedelta(seconds=15))
    assert [] == anna.asked


async def test_a_server_that_nobody_reaches_is_asked_twice_and_no_more(proxy: Proxy) -> None:
    anna = Scripted(proxy)
    await anna.reads()
    anna.bad = dict.fromkeys(["", *CALENDARS], SILENT)
    found = await anna.reads()
    assert (["Arbeit", "Beirat"], set(found.mirrors), "stale") == (anna.asked, set(found.frozen), work(found).state)
    anna.bad = {}
    await anna.reads(timedelta(seconds=15))
    assert [] == anna.asked
    assert "ok" == work(await anna.reads()).state


async def test_a_calendar_with_which_the_server_never_ends_comes_after_the_others(proxy: Proxy) -> None:
    anna = Scripted(proxy)
    await anna.reads()
    anna.bad["Arbeit"] = SILENT
    await anna.reads()
    found = await anna.reads()
    assert ["Beirat", "Chor", "Arbeit"] == anna.asked
    assert {("work", "/Arbeit/")} == set(found.frozen)


@pytest.mark.requirement(17)
@pytest.mark.parametrize(("bad", "most"), [(status(500), 3), (status(503, Retry_After="60"), 2)], ids=str)
async def test_a_server_that_is_down_is_not_asked_for_each_of_its_calendars(
    proxy: Proxy, bad: Misdeed, most: int
) -> None:
    names = tuple(f"K{number:02}" for number in range(50))
    anna = Scripted(proxy, names)
    await anna.reads()
    anna.bad = dict.fromkeys(["", *names], bad)
    found = await anna.reads()
    assert (most, set(found.mirrors)) == (len(anna.asked), set(found.frozen))


async def test_calendars_that_fail_in_a_row_do_not_keep_the_others_from_being_read_for_long(proxy: Proxy) -> None:
    names = tuple(f"K{number:02}" for number in range(8))
    anna = Scripted(proxy, names)
    await anna.reads()
    anna.bad = dict.fromkeys(names[:5], status(500))
    await anna.reads()
    found = await anna.reads()
    assert {("work", f"/{name}/") for name in names[:5]} >= set(found.frozen)
    assert {*names[5:]} <= {*anna.asked}


async def test_our_own_calendar_is_read_first(proxy: Proxy) -> None:
    anna = Scripted(proxy, (*CALENDARS, "Termintreu"))
    await anna.reads()
    await anna.reads()
    assert ["Termintreu", *CALENDARS] == anna.asked


@pytest.mark.parametrize("bad", [status(403), status(404), status(500), XML], ids=str)
async def test_where_only_discovery_fails_what_is_held_is_read(proxy: Proxy, bad: Misdeed) -> None:
    anna = Scripted(proxy, (*CALENDARS, "Termintreu"))
    await anna.reads()
    anna.bad[""] = bad
    anna.bad[".well-known"] = bad
    anna.events["Chor"].add("b")
    found = await anna.reads(20 * MINUTE)
    assert {"a", "b"} == anna.known()["Chor"]
    assert ("stale", frozenset(), None) == (work(found).state, found.frozen, found.target_error)
    await anna.reads(timedelta(seconds=15))
    assert "" not in anna.asked, "it has a back-off, too"
    anna.bad = {}
    assert "ok" == work(await anna.reads()).state


async def test_where_discovery_fails_no_calendar_of_ours_is_made_twice(proxy: Proxy) -> None:
    anna = Scripted(proxy, (*CALENDARS, "Termintreu"))
    anna.bad[""] = status(500)
    assert (await anna.reads()).target_error is not None


@pytest.mark.requirement(12, 16)
async def test_a_calendar_of_ours_that_fails_is_named_and_nothing_else_is(proxy: Proxy) -> None:
    anna = Scripted(proxy, (*CALENDARS, "Termintreu"))
    await anna.reads()
    anna.bad["Termintreu"] = status(403)
    found = await anna.reads()
    assert (None, {"/Termintreu/"}) == (found.target_error, set(found.target_errors))
    assert found.target_errors["/Termintreu/"].startswith("'Termintreu': ")
    assert ("ok", None) == (work(found).state, work(found).error)


async def test_many_calendars_that_fail_are_told_in_a_sentence_that_ends(proxy: Proxy) -> None:
    names = tuple(f"K{number:02}" for number in range(30))
    anna = Scripted(proxy, names)
    await anna.reads()
    anna.bad = dict.fromkeys(names[:-1], status(403))
    told = str(work(await anna.reads()).error)
    assert told.endswith("; and 19 more")


@pytest.mark.parametrize(
    ("error", "answered", "in_a_row", "expected"),
    [
        (Forbidden("403"), False, 0, False),
        (InvalidAnswer("XML"), False, 9, False),
        (Unauthorized("401"), True, 0, True),
        (TooManyRequests("429"), True, 0, True),
        (Untrusted("TLS"), True, 0, True),
        (NotThereYet("disk", href="/x/"), True, 0, True),
        (Unreachable("refused"), False, 0, False),
        (Unreachable("refused"), False, 1, True),
        (Unreachable("refused"), True, 0, False),
        (Unreachable("refused"), True, 1, True),
        (Unavailable("503"), False, 0, False),
        (Unavailable("503"), False, 1, False),
        (Unavailable("503"), False, 2, True),
        (Unavailable("503"), True, 9, False),
        (Unavailable("503", retry_after=9.0), False, 0, False),
        (Unavailable("503", retry_after=9.0), False, 1, True),
    ],
)
def test_how_far_a_failure_reaches(error: ConnectorError, answered: bool, in_a_row: int, expected: bool) -> None:
    assert expected == concerns_account(error, answered=answered, in_a_row=in_a_row)


@dataclass
class Anna:
    """Three calendars on a real server, each with a call, and a process that lives on between cycles."""

    server: DavServer
    proxy: Proxy
    paths: dict[str, str] = field(default_factory=dict)
    now: datetime = MONDAY
    uids: dict[str, str] = field(default_factory=dict)
    """By the key of the call."""

    def __post_init__(self) -> None:
        self.server.wipe()
        for name in CALENDARS:
            self.paths[name] = self.server.make_calendar(name, components=("VEVENT",))
            self.has_a_call(name)
        self.loop = asyncio.Runner()
        self.world = self._started()

    def _started(self) -> World:
        async def at_once(_: float) -> None:
            return

        connector = CalDavAccount(
            "work",
            self.proxy.url,
            self.server.username,
            self.server.password,
            limits=HttpLimits(read=2.0, total=5.0),
            write_interval=0.0,
            sleep=at_once,
        )
        world = a_world(connector, Store.open(None))
        world.accounts.calendars = tuple(replace(account, patterns=()) for account in world.accounts.calendars)
        return world

    def has_a_call(self, name: str) -> str:
        """A call that is new; its UID."""
        number = len(self.uids) + 1
        uid = f"{name}-{number}"
        self.uids[call_key(uid, None)] = uid
        start = MONDAY + timedelta(days=2, hours=number)
        self.server.put(f"{self.paths[name]}{uid}.ics", event(uid, start, minutes=20))
        return uid

    def spoils(self, name: str, misdeed: Misdeed) -> None:
        """From now on nothing else is to be had of that collection."""
        path = self.paths[name]
        self.proxy.misdeed = lambda one: misdeed if one.path == path and one.method in READS else None

    def heals(self) -> None:
        self.proxy.misdeed = lambda _: None

    def cycle(self, after: timedelta = MINUTE) -> Report:
        self.now += after
        self.proxy.asked.clear()
        return self.loop.run(run_cycle(self.world, self.now))

    def asked_about(self, name: str) -> list[Request]:
        return [one for one in self.proxy.asked if one.path == self.paths[name]]

    def reminded(self) -> set[str]:
        """UIDs of the calls that have their reminder."""
        found = set()
        for place in self.server.list(self.server.home()) - set(self.paths.values()):
            for path in self.server.list(place):
                item = observe(Resource(href=path, etag="-", data=self.server.get(path)[1]), "", BERLIN)
                found |= {self.uids[str(item.call_key)]} if item is not None and item.kind == "reminder" else set()
        return found

    def leaves(self) -> None:
        self.loop.run(self.world.close())
        self.loop.close()


@pytest.fixture
def anna_at(radicale: DavServer) -> Iterator[Anna]:
    with Proxy(radicale.port) as proxy:
        one = Anna(radicale, proxy)
        yield one
        one.leaves()


@pytest.mark.requirement(17, 20)
@pytest.mark.parametrize(("bad", "name"), [(BAD[0], "Arbeit"), (BAD[4], "Chor"), (XML, "Arbeit")], ids=str)
def test_a_calendar_that_fails_costs_no_other_calendar_anything(anna_at: Anna, bad: Misdeed, name: str) -> None:
    anna = anna_at
    first = {f"{one}-{number}" for number, one in enumerate(CALENDARS, 1)}
    anna.cycle()
    assert first == anna.reminded()

    anna.spoils(name, bad)
    others = {anna.has_a_call(one) for one in CALENDARS if one != name}
    missed = anna.has_a_call(name)
    report = anna.cycle()
    assert first | others == anna.reminded(), "its reminders stay, and the others' new calls have theirs"
    assert "stale" == work(report).state
    assert f"{name!r}: " in str(work(report).error)
    assert not any(repr(one) in str(work(report).error) for one in CALENDARS if one != name)
    assert () == report.held_back

    again = anna.cycle(timedelta(seconds=15))
    assert [] == anna.asked_about(name), "it has a back-off of its own"
    assert f"{name!r}: " in str(work(again).error)

    anna.heals()
    assert "ok" == work(anna.cycle()).state
    assert first | others | {missed} == anna.reminded()


def test_a_calendar_that_fails_from_the_beginning_does_not_keep_the_others_from_their_reminders(anna_at: Anna) -> None:
    anna = anna_at
    anna.spoils("Arbeit", status(503))
    report = anna.cycle()
    assert {"Beirat-2", "Chor-3"} == anna.reminded()
    assert ("stale", 3) == (work(report).state, work(report).collections)


@pytest.mark.requirement(12)
@pytest.mark.parametrize("bad", [status(404), XML], ids=str)
def test_reminders_go_on_where_our_tasks_cannot_be_read(anna_at: Anna, bad: Misdeed) -> None:
    anna = anna_at
    anna.cycle()
    [tasks] = [mirror.collection for mirror in (anna.world.state.held or {}).values() if "tasks" in mirror.roles]
    anna.paths[tasks.name] = tasks.href
    before = anna.server.list(tasks.href)
    anna.spoils(tasks.name, bad)
    uid = anna.has_a_call("Arbeit")
    report = anna.cycle()
    del anna.paths[tasks.name]
    assert uid in anna.reminded()
    assert "ok" == work(report).state
    assert any(tasks.name in reason for reason in report.held_back)
    assert before == anna.server.list(tasks.href)


@pytest.mark.requirement(20)
def test_a_207_with_half_its_rows_is_found_out_by_the_next_listing(anna_at: Anna) -> None:
    """The answer is well formed and has a new token: by tokens nobody ever learns what it left out."""
    anna = anna_at
    anna.cycle()
    left_out = {anna.has_a_call("Arbeit") for _ in range(4)}
    half = Misdeed("half its rows", reaches_the_server=True, spoil=without_every_second_row)
    anna.spoils("Arbeit", half)
    anna.cycle()
    anna.heals()
    anna.cycle()
    assert not left_out <= anna.reminded()
    anna.cycle(timedelta(days=1))
    assert left_out <= anna.reminded()


@pytest.mark.requirement(20)
def test_a_first_answer_with_half_its_rows_is_found_out_with_the_next_discovery(anna_at: Anna) -> None:
    anna = anna_at
    calls = {"Arbeit-1", *(anna.has_a_call("Arbeit") for _ in range(4))}
    half = Misdeed("half its rows", reaches_the_server=True, spoil=without_every_second_row)

    def only_syncs(one: Request) -> Misdeed | None:
        return half if one.path == anna.paths["Arbeit"] and b"sync-collection" in one.body else None

    anna.proxy.misdeed = only_syncs
    anna.cycle()
    assert not calls <= anna.reminded()
    anna.heals()
    anna.cycle(16 * MINUTE)
    assert calls <= anna.reminded()
