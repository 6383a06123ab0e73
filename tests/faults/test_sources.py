"""Sources that go empty, halve, answer with something else, or say nothing: what hangs on them stays until it is sure.

The real cycle and the real state; the accounts are in memory, the feeds on loopback.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.report import Report
from termintreu.cycle.world import World
from termintreu.model import Collection, Resource, Snapshot
from termintreu.model.errors import Unavailable
from termintreu.model.ports import Source
from termintreu.planning.items.observe import observe
from termintreu.storage import Store
from termintreu_connectors.ics_feed import IcsFeed
from termintreu_connectors.memory import MemoryStore
from termintreu_connectors.vdir import VdirFolder
from tests.faults.worlds import BERLIN, MONDAY, FaultyStore, a_world, event
from tests.scripted import ScriptedServer

LOGIN_PAGE = "<!DOCTYPE html><html><body><form>Please log in</form></body></html>"
TUESDAY = MONDAY + timedelta(days=1)


class Anna:
    """One account that is read and written, further sources, and a process that lives on between cycles."""

    def __init__(self, *sources: Source, tokens: bool = True, store: FaultyStore | None = None) -> None:
        self.store = store or FaultyStore(sync_tokens=tokens)
        self.sources = sources
        self.now = MONDAY
        self.loop = asyncio.Runner()
        self.world = self._started()

    def _started(self) -> World:
        return a_world(self.store, Store.open(None), sources=self.sources)

    def loses_the_state(self) -> None:
        self.world = self._started()

    def has_calls(self, count: int, *, into: MemoryStore | None = None, href: str | None = None) -> None:
        for number in range(count):
            start = TUESDAY + timedelta(hours=number)
            name = f"{href or self.store.calendar.href}call-{number}.ics"
            (into or self.store).put(name, event(f"{name}@example.com", start, minutes=20))

    def cancels(self, *numbers: int) -> None:
        for number in numbers:
            self.store.remove(f"{self.store.calendar.href}call-{number}.ics")

    def cycle(self, after: timedelta = timedelta(minutes=10)) -> Report:
        self.now += after
        return self.loop.run(run_cycle(self.world, self.now))

    def leaves(self) -> None:
        """The process ends."""
        self.loop.run(self.world.close())
        self.loop.close()

    def reminders(self) -> dict[str, datetime | None]:
        """What stands, with the time of its call."""
        seen = [
            observe(Resource(href=href, etag="-", data=data), "", BERLIN)
            for href, data in self.store.own_objects().items()
        ]
        return {item.href: item.anchor for item in seen if item is not None and item.kind == "reminder"}


Begin = Callable[..., Anna]


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Makes an Anna, who leaves at the end of the test."""
    present: list[Anna] = []

    def arrive(*sources: Source, tokens: bool = True) -> Anna:
        present.append(Anna(*sources, tokens=tokens))
        return present[-1]

    yield arrive
    for one in present:
        one.leaves()


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


def private(calls: int) -> tuple[MemoryStore, str]:
    """A second account, with calls."""
    store = MemoryStore("private")
    href = store.add_collection("Privat", components=frozenset({"VEVENT"})).href
    for number in range(calls):
        start = TUESDAY + timedelta(hours=8 + number)
        store.put(f"{href}p-{number}.ics", event(f"p-{number}@example.com", start, summary="Telefonat mit Dr. Zahn"))
    return store, href


@pytest.mark.requirement(12)
def test_a_lost_state_and_a_source_that_is_down_cost_no_reminder(begin: Begin) -> None:
    """deleting the state loses no reminder"""
    store, _ = private(2)
    anna = begin(store)
    anna.has_calls(2)
    anna.cycle()
    before = anna.reminders()
    assert 4 == len(before)
    anna.loses_the_state()
    store.faults = lambda _: Unavailable("down")
    anna.cycle()
    anna.cycle()
    assert before == anna.reminders()
    store.faults = None
    anna.cycle(timedelta(hours=2))
    assert () == anna.cycle().changes
    assert before == anna.reminders()


class DeafToOthers(FaultyStore):
    """Says by token that nothing changed in our own collections, whatever others did there."""

    deaf = False

    async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
        """As every account, or deaf."""
        if self.deaf and token is not None and collection.href != self.calendar.href:
            return Snapshot(collection=collection, token=token, full=False)
        return await super().changes(collection, token, known)


@pytest.mark.requirement(16)
def test_a_stale_etag_after_a_conflict_is_healed_within_the_cycle() -> None:
    """By its token five of six servers say that nothing changed; the same stale ETag would be sent for ever."""
    store = DeafToOthers()
    anna = Anna(store=store)
    anna.has_calls(3)
    anna.cycle()
    for _ in range(2):
        anna.cycle(timedelta(minutes=16))
    store.deaf = True
    [href] = [one for one, when in anna.reminders().items() if when == TUESDAY]
    anna.store.edit(href, lambda data: data.replace(b"PRODID", b"X-OTHER:1\r\nPRODID"))
    later = TUESDAY + timedelta(hours=6)
    call = f"{anna.store.calendar.href}call-0.ics"
    anna.store.put(call, event(f"{call}@example.com", later, minutes=20))
    writes: list[str] = []
    anna.store.faults = lambda op: writes.append(op.href) if op.writes else None
    report = anna.cycle()
    assert 2 == writes.count(href), "refused once, and decided once again"
    assert {"applied"} == {change.result for change in report.changes}
    assert later == anna.reminders()[href]
    assert b"X-OTHER:1" in anna.store.data(href)
    anna.leaves()


def test_while_a_source_is_down_the_others_calls_come_and_go(begin: Begin) -> None:
    store, _ = private(2)
    anna = begin(store)
    anna.has_calls(3)
    anna.cycle()
    store.faults = lambda _: Unavailable("down")
    anna.cancels(0)
    anna.store.put(f"{anna.store.calendar.href}new.ics", event("new", TUESDAY + timedelta(hours=5)))
    changes = anna.cycle().changes
    assert ["create", "delete"] == sorted(change.action for change in changes if change.kind == "reminder")
    assert 5 == len(anna.reminders())


@pytest.mark.requirement(20)
@pytest.mark.parametrize("left", [0, 1])
def test_a_calendar_that_goes_empty_or_halves_is_believed_the_second_time(begin: Begin, left: int) -> None:
    """docs/safety.md, row 20"""
    anna = begin(tokens=False)
    anna.has_calls(4)
    anna.cycle()
    before = anna.reminders()
    anna.cancels(*range(left, 4))
    first = anna.cycle()
    assert ("stale", before) == (first.sources[0].state, anna.reminders())
    second = anna.cycle()
    assert ("ok", left) == (second.sources[0].state, len(anna.reminders()))
    assert () == anna.cycle().changes


def test_a_calendar_that_looks_empty_once_costs_nothing(begin: Begin) -> None:
    anna = begin()
    anna.has_calls(4)
    anna.cycle()
    before = anna.reminders()
    anna.store.looks_empty = True
    anna.cycle()
    anna.store.looks_empty = False
    assert "ok" == anna.cycle().sources[0].state
    assert before == anna.reminders()


@pytest.mark.requirement(20)
def test_the_brake_holds_mass_deletions_back_for_one_cycle_and_says_so(begin: Begin) -> None:
    anna = begin()
    anna.has_calls(12)
    anna.cycle()
    assert 12 == len(anna.reminders())
    anna.cancels(*range(9))  # of 16 items to come, four of which are warnings
    braked = anna.cycle()
    assert 12 == len(anna.reminders())
    assert len(braked.held_back) == 1
    assert braked.failed
    agreed = anna.cycle()
    assert (3, ()) == (len(anna.reminders()), agreed.held_back)


def test_the_brake_is_not_renewed_by_what_joins_meanwhile(begin: Begin) -> None:
    """where somebody is busy, no two cycles want exactly the same"""
    anna = begin()
    anna.has_calls(12)
    anna.cycle()
    anna.cancels(*range(9))
    anna.cycle()
    anna.cancels(9)
    assert () == anna.cycle().held_back
    assert 2 == len(anna.reminders())


def calendar(*uids: str) -> str:
    events = [event(uid, TUESDAY + timedelta(hours=number)).decode() for number, uid in enumerate(uids)]
    bodies = [one[one.index("BEGIN:VEVENT") : one.index("END:VCALENDAR")] for one in events]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//crm//EN", "".join(bodies) + "END:VCALENDAR", ""])


def crm(begin: Begin, server: ScriptedServer) -> Anna:
    async def at_once(_: float) -> None:
        return

    return begin(IcsFeed("crm", server.url + "secret.ics", allow_private=True, sleep=at_once))


@pytest.mark.requirement(21)
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, LOGIN_PAGE),
        (200, ""),
        (200, calendar("a", "b", "c")[:-40]),
        (200, "BEGIN:VCALENDAR\r\n"),
        (302, ""),
        (204, ""),
        (403, LOGIN_PAGE),
        (404, "gone"),
        (410, "gone"),
        (500, LOGIN_PAGE),
    ],
    ids=["log-in page", "nothing", "cut", "only begun", "redirect", "204", "403", "404", "410", "500"],
)
def test_a_feed_that_answers_with_something_else_keeps_its_reminders(
    begin: Begin, server: ScriptedServer, status: int, body: str
) -> None:
    """docs/safety.md, row 21"""
    anna = crm(begin, server)
    server.answer("GET", 200, calendar("a", "b", "c"))
    anna.cycle()
    before = anna.reminders()
    assert 3 == len(before)
    for _ in range(3):
        server.script.clear()
        for _ in range(3):
            server.answer("GET", status, body)
        report = anna.cycle(timedelta(hours=1))
        assert ("stale", before) == (report.sources[1].state, anna.reminders())
        assert "secret" not in str(report.sources[1].error)
    server.script.clear()
    server.answer("GET", 200, calendar("a", "b", "c"))
    assert "ok" == anna.cycle(timedelta(hours=2)).sources[1].state
    assert before == anna.reminders()


def test_a_feed_that_was_never_there_has_failed(begin: Begin, server: ScriptedServer) -> None:
    anna = crm(begin, server)
    server.answer("GET", 404, "gone")
    report = anna.cycle()
    assert (True, "failed") == (report.failed, report.sources[1].state)


@pytest.mark.parametrize("left", [(), ("a",)], ids=["empty", "less than half"])
def test_a_feed_that_loses_events_is_believed_the_second_time(
    begin: Begin, server: ScriptedServer, left: tuple[str, ...]
) -> None:
    """docs/safety.md, row 20"""
    anna = crm(begin, server)
    server.answer("GET", 200, calendar("a", "b", "c"))
    anna.cycle()
    server.answer("GET", 200, calendar(*left))
    assert "stale" == anna.cycle().sources[1].state
    assert 3 == len(anna.reminders())
    server.answer("GET", 200, calendar(*left))
    assert "ok" == anna.cycle().sources[1].state
    assert len(left) == len(anna.reminders())


def test_what_we_withdraw_ourselves_locks_nobody_out(begin: Begin) -> None:
    """a small calendar of our own, on a server without sync-tokens: most of it goes, and we know why"""
    anna = begin(tokens=False)
    anna.has_calls(4)
    anna.cycle()
    anna.cancels(0, 1)
    anna.cycle()
    anna.cancels(2)
    anna.cycle()
    for _ in range(2):
        report = anna.cycle()
        assert not report.failed, report
        assert () == report.held_back
    assert 1 == len(anna.reminders())


def test_what_a_process_before_withdrew_locks_nobody_out(tmp_path: Path) -> None:
    """the same in a folder, by processes that live for one cycle each"""
    folder = tmp_path / "calendars"
    work = folder / "Arbeit"
    work.mkdir(parents=True)
    for number in range(2):
        start = TUESDAY + timedelta(hours=number)
        (work / f"call-{number}.ics").write_bytes(event(f"call-{number}", start, minutes=20))

    def once(now: datetime) -> Report:
        state = Store.open(tmp_path / "state")
        try:
            return asyncio.run(run_cycle(a_world(VdirFolder("work", folder), state), now))
        finally:
            state.close()

    once(MONDAY)
    for number in range(2):
        path = work / f"call-{number}.ics"
        path.write_bytes(path.read_bytes().replace(b"SUMMARY:", b"STATUS:CANCELLED\r\nSUMMARY:"))
    gone = [change for change in once(MONDAY + timedelta(minutes=10)).changes if change.action == "delete"]
    assert ["reminder", "reminder"] == [change.kind for change in gone]
    last = once(MONDAY + timedelta(minutes=20))
    assert ((), (), False) == (last.changes, last.held_back, last.failed)


@pytest.mark.requirement(20)
def test_a_file_that_is_half_written_when_the_state_is_lost_costs_no_reminder(begin: Begin, tmp_path: Path) -> None:
    """deleting the state loses no reminder, and nobody is told of a failure where there was none"""
    for number in range(2):
        start = TUESDAY + timedelta(hours=number)
        (tmp_path / f"call-{number}.ics").write_bytes(event(f"call-{number}", start, minutes=20))
    anna = begin(VdirFolder("files", tmp_path))
    anna.cycle()
    before = anna.reminders()
    assert 2 == len(before)
    anna.loses_the_state()
    whole = (tmp_path / "call-1.ics").read_bytes()
    (tmp_path / "call-1.ics").write_bytes(whole[:-40])
    report = anna.cycle()
    assert ("ok", None) == (report.sources[1].state, report.sources[1].error)
    assert [f"{tmp_path}/call-1.ics"] == list({one.href for one in report.rejected})
    assert before == anna.reminders()
    (tmp_path / "call-1.ics").write_bytes(whole)
    assert () == anna.cycle().changes
    assert before == anna.reminders()


def test_a_user_who_deletes_most_reminders_is_believed_the_second_time(begin: Begin) -> None:
    """docs/safety.md, rows 12, 20: also when they go on deleting meanwhile"""
    anna = begin(tokens=False)
    anna.has_calls(6)
    anna.cycle()
    reminders = sorted(anna.reminders())
    for href in reminders[:4]:
        anna.store.remove(href)
    assert anna.cycle().failed
    anna.store.remove(reminders[4])
    assert not anna.cycle().failed
    for _ in range(2):
        assert () == anna.cycle().changes
    assert reminders[5:] == sorted(anna.reminders())


def test_a_source_that_says_nothing_holds_nobody_up(begin: Begin) -> None:
    class Silent(MemoryStore):
        async def collections(self) -> list[object]:  # type: ignore[override]  # it never gives anything
            await asyncio.Event().wait()
            raise AssertionError

    anna = begin(Silent("slow"))
    anna.has_calls(2)
    anna.world.accounts.patience = 0.05
    report = anna.cycle()
    assert ["ok", "failed"] == [source.state for source in report.sources]
    assert 2 == len(anna.reminders())
