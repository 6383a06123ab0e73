"""Reading accounts: each on its own, and none for longer than the others can wait."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, TypeVar

import pytest

from termintreu.model import Collection, Resource, Snapshot
from termintreu.model.errors import Forbidden, NotFound, NotThereYet, Unavailable
from termintreu.model.progress import SILENT
from termintreu.reading import account_reading
from termintreu.reading.collect import Account, Collected, Health, Mirrors, collect, preview
from termintreu.reading.mirror import Mirror, Ours
from termintreu_connectors.memory import MemoryStore

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EVENT = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20261125T090000Z\r\n"
    b"SUMMARY:Call\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


OURS = EVENT.replace(b"UID:a", b"UID:termintreu-0f6f3c3a-5c0e-5a57-8f4e-7b1d1e5f6a21")


class SilentStore(MemoryStore):
    """Takes requests, and answers when it is let."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.answers = asyncio.Event()

    async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
        await self.answers.wait()
        return await super().changes(collection, token, known)


class ForgetfulStore(MemoryStore):
    """Leaves calendars out of its list."""

    left_out: frozenset[str] = frozenset()

    async def collections(self) -> Sequence[Collection]:
        return [one for one in await super().collections() if one.name not in self.left_out]


S = TypeVar("S", bound=MemoryStore)


def filled(store: S, name: str = "Arbeit") -> S:
    data = EVENT if name not in {"Termintreu", "Termintreu Aufgaben"} else OURS
    store.put(f"{store.add_collection(name).href}a.ics", data)
    return store


async def read(*accounts: Account, held: Mirrors | None = None, health: dict[str, Health], **more: Any) -> Collected:
    now = more.pop("now", NOW)
    return await collect(accounts, held or {}, now=now, since=now - timedelta(days=90), health=health, **more)


async def test_an_account_that_is_silent_does_not_keep_the_others_waiting() -> None:
    silent = SilentStore("slow")
    accounts = [Account(name="work", connector=filled(MemoryStore("work"))), Account(name="slow", connector=silent)]
    filled(silent)
    health: dict[str, Health] = {}
    arrived = asyncio.Queue[str]()
    first = await read(*accounts, health=health, patience=1.0, arrived=arrived.put_nowait)
    assert ["ok", "failed"] == [source.state for source in first.sources]
    assert ["Arbeit"] == [mirror.collection.name for mirror in first.mirrors.values()]
    again = await read(*accounts, held=first.mirrors, health=health, patience=30.0, due=frozenset({"work"}))
    assert "failed" == again.sources[1].state, "it was waited for once, and not in every cycle"
    silent.answers.set()
    assert "slow" == await asyncio.wait_for(arrived.get(), 10)
    later = await read(*accounts, held=again.mirrors, health=health, patience=30.0, due=frozenset({"slow"}))
    assert ["ok", "ok"] == [source.state for source in later.sources]
    assert ["slow", "work"] == sorted(source for source, _ in later.mirrors)


async def test_a_first_look_at_a_silent_account_is_left_to_the_reading_proper() -> None:
    class Ahead(SilentStore):
        async def ahead(self, collection: Collection, start: datetime, end: datetime) -> Sequence[Resource] | None:
            await self.answers.wait()
            return None

    silent = Ahead("slow")
    filled(silent)
    account = Account(name="slow", connector=silent)
    assert {} == await preview([account], NOW, NOW + timedelta(days=2), patience=0.05)


class PartlySilent(MemoryStore):
    """Never answers for some of its calendars."""

    silent: frozenset[str] = frozenset()

    async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
        await self._wait(collection)
        return await super().changes(collection, token, known)

    async def ahead(self, collection: Collection, start: datetime, end: datetime) -> Sequence[Resource] | None:
        await self._wait(collection)
        return [Resource(href=f"{collection.href}a.ics", etag="1", data=EVENT)]

    async def _wait(self, collection: Collection) -> None:
        if collection.name in self.silent:
            await asyncio.Event().wait()


def with_silent(*silent: str, names: Sequence[str] = ("Arbeit", "Beirat", "Chor")) -> Account:
    store = PartlySilent("work")
    for name in names:
        filled(store, name)
    store.silent = frozenset(silent)
    return Account(name="work", connector=store)


def read_of(found: Collected) -> set[str]:
    return {mirror.collection.name for mirror in found.mirrors.values() if mirror.checked_at is not None}


@pytest.mark.requirement(17)
@pytest.mark.parametrize("silent", ["Arbeit", "Beirat", "Chor"])
async def test_in_a_last_cycle_a_silent_calendar_takes_no_other_calendars_time(silent: str) -> None:
    account, health = with_silent(silent), dict[str, Health]()
    found = await read(account, health=health, patience=1.0, is_last=True)
    assert {"Arbeit", "Beirat", "Chor"} - {silent} == read_of(found)
    assert {silent} == {found.mirrors[key].collection.name for key in found.frozen}
    assert str(found.sources[0].error).startswith(f"{silent!r}: no answer within ")
    assert None is health["work"].reading


@pytest.mark.requirement(17)
async def test_a_calendar_that_never_ends_is_broken_off_and_gets_more_time_the_next_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(account_reading, "_FIRST", 0.01)
    account = with_silent("Arbeit", "Beirat", "Chor", names=("Arbeit", "Beirat", "Chor", "Dienst"))
    health = dict[str, Health]()
    found = await read(account, health=health, patience=30.0)
    assert {"Dienst"} == read_of(found), "however many there are before it"
    assert [1, 1, 1] == [one.failures for one in health["work"].collections.values()]
    reading = account_reading.AccountReading(
        account,
        found.mirrors,
        now=NOW,
        since=NOW,
        health=health["work"],
        progress=SILENT,
        ours=Ours,
    )
    assert 0.02 == reading._time_for(next(iter(found.frozen)), others=3)


async def test_where_there_is_one_calendar_only_it_has_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_reading, "_FIRST", 0.01)
    account, health = with_silent("Arbeit", names=("Arbeit",)), dict[str, Health]()
    await read(account, health=health, patience=0.1)
    assert health["work"].reading is not None, "it goes on beside the cycles"
    await health["work"].give_up()


async def test_a_preview_goes_on_beside_a_silent_calendar() -> None:
    ahead = await preview([with_silent("Arbeit")], NOW, NOW + timedelta(days=2), patience=0.5)
    assert ["Beirat", "Chor"] == [mirror.collection.name for mirror in ahead.values()]


async def test_nothing_is_concluded_from_an_account_that_is_silent() -> None:
    silent = SilentStore("slow")
    filled(silent)
    silent.answers.set()
    account = Account(name="slow", connector=silent)
    health: dict[str, Health] = {}
    first = await read(account, health=health)
    silent.answers.clear()
    second = await read(account, held=first.mirrors, health=health, patience=0.05)
    assert ("stale", set(first.mirrors)) == (second.sources[0].state, second.frozen)
    assert first.mirrors == second.mirrors
    await health["slow"].give_up()


async def test_nothing_is_written_while_our_own_calendars_are_silent() -> None:
    silent = SilentStore("slow")
    filled(silent, "Termintreu")
    account = Account(name="slow", connector=silent, own={"reminders": "Termintreu"})
    health: dict[str, Health] = {}
    late = await read(account, health=health, patience=0.05)
    assert late.target_error is not None
    silent.answers.set()
    await asyncio.wait_for(asyncio.shield(health["slow"].reading or asyncio.sleep(0)), 10)
    assert (await read(account, health=health)).target_error is None


async def test_a_reading_that_was_given_up_begins_anew() -> None:
    silent = SilentStore("slow")
    filled(silent)
    account = Account(name="slow", connector=silent)
    health: dict[str, Health] = {}
    await read(account, health=health, patience=0.05)
    await health["slow"].give_up()
    silent.answers.set()
    assert "ok" == (await read(account, health=health)).sources[0].state


async def test_a_calendar_that_is_left_out_of_the_list_once_stays() -> None:
    store = ForgetfulStore("work")
    filled(store)
    account = Account(name="work", connector=store)
    health: dict[str, Health] = {}
    first = await read(account, health=health)
    store.left_out = frozenset({"Arbeit"})
    second = await read(account, held=first.mirrors, health=health, now=NOW + timedelta(hours=1))
    assert ("stale", set(first.mirrors)) == (second.sources[0].state, second.frozen)
    store.left_out = frozenset()
    third = await read(account, held=second.mirrors, health=health, now=NOW + timedelta(hours=1, minutes=5))
    assert ("ok", frozenset()) == (third.sources[0].state, third.frozen)
    assert [mirror.resources for mirror in first.mirrors.values()] == [m.resources for m in third.mirrors.values()]


async def test_a_calendar_that_is_left_out_of_the_list_twice_is_gone() -> None:
    store = ForgetfulStore("work")
    filled(store)
    filled(store, "Privat")
    account = Account(name="work", connector=store)
    health: dict[str, Health] = {}
    held = (await read(account, health=health)).mirrors
    store.left_out = frozenset({"Arbeit"})
    for minutes in (60, 65):
        last = await read(account, held=held, health=health, now=NOW + timedelta(minutes=minutes))
        held = last.mirrors
    assert ("ok", ["Privat"]) == (last.sources[0].state, [mirror.collection.name for mirror in held.values()])


async def test_a_calendar_of_our_own_that_is_left_out_of_the_list_once_gets_no_double() -> None:
    store = ForgetfulStore("work")
    filled(store, "Termintreu")
    filled(store)
    account = Account(name="work", connector=store, own={"reminders": "Termintreu"})
    health: dict[str, Health] = {}
    first = await read(account, health=health)
    store.left_out = frozenset({"Termintreu"})
    second = await read(account, held=first.mirrors, health=health, now=NOW + timedelta(hours=1))
    assert [("work", href) for href in second.target_errors] == [
        key for key, mirror in second.mirrors.items() if mirror.roles
    ], "nothing is written there, and no calendar made"
    store.left_out = frozenset()
    third = await read(account, held=second.mirrors, health=health, now=NOW + timedelta(hours=2))
    assert {} == third.target_errors
    assert first.mirrors.keys() == third.mirrors.keys()


async def test_an_account_that_failed_is_not_asked_before_its_pause_is_over() -> None:
    store = filled(MemoryStore("work"))
    store.faults = lambda _: Unavailable("busy", retry_after=120.0)
    account = Account(name="work", connector=store)
    health: dict[str, Health] = {}
    await read(account, health=health)
    asked = store.requests
    await read(account, health=health, now=NOW + timedelta(seconds=60))
    assert asked == store.requests
    store.faults = None
    assert "ok" == (await read(account, health=health, now=NOW + timedelta(seconds=121))).sources[0].state


async def test_what_a_delta_left_out_of_ours_is_looked_for_in_a_full_listing() -> None:
    """some servers' tokens skip what was written in the same second: that is no deletion by the user"""

    class SkippingStore(MemoryStore):
        async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
            found = await super().changes(collection, token, known)
            return found if found.full else replace(found, changed=())

    store = filled(SkippingStore("work"))
    own = store.add_collection("Termintreu")
    account = Account(name="work", connector=store, own={"reminders": "Termintreu"})
    health: dict[str, Health] = {}
    held = (await read(account, health=health)).mirrors
    href = f"{own.href}ours.ics"
    store.put(href, EVENT)
    ours = Ours(standing=frozenset({href}))
    found = await read(account, held=held, health=health, ours=lambda: ours)
    assert [href] == list(found.mirrors["work", own.href].resources)
    assert (frozenset(), None) == (found.frozen, found.target_error)
    store.remove(href)
    asked = store.requests
    gone = await read(account, held=found.mirrors, health=health, ours=lambda: ours)
    assert {} == gone.mirrors["work", own.href].resources
    assert 2 == store.requests - asked, "a deletion that is told needs no second look"


class UnfinishedStore(MemoryStore):
    """Somebody is writing in one of its calendars."""

    busy: str = ""

    async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
        return replace(await super().changes(collection, token, known), stable=collection.name != self.busy)


async def test_nothing_follows_from_absence_in_a_calendar_that_is_being_written_and_nothing_failed() -> None:
    store = filled(UnfinishedStore("work"))
    store.busy = "Arbeit"
    found = await read(Account(name="work", connector=store), health={})
    assert ("ok", None) == (found.sources[0].state, found.sources[0].error)
    assert (set(found.mirrors), False) == (found.frozen, found.is_complete)


async def test_nothing_is_written_while_somebody_writes_in_our_own_calendar() -> None:
    store = filled(UnfinishedStore("work"))
    own = store.add_collection("Termintreu")
    store.busy = "Termintreu"
    account = Account(name="work", connector=store, own={"reminders": "Termintreu"})
    health: dict[str, Health] = {}
    assert {own.href} == (await read(account, health=health)).target_errors.keys()
    store.busy = ""
    assert {} == (await read(account, health=health)).target_errors


class UnmadeStore(MemoryStore):
    """A folder of our own that is not there."""

    async def collections(self) -> Sequence[Collection]:
        raise NotThereYet("the path does not exist", href="/memory/")


async def test_a_folder_of_our_own_that_was_never_made_is_no_failure() -> None:
    account = Account(name="own", connector=UnmadeStore("own"), watched=False, own={"reminders": "Termintreu"})
    elsewhere = Ours(standing=frozenset({"/dav/anna/a.ics"}))
    found = await read(account, health={}, ours=lambda: elsewhere)
    assert (None, {}) == (found.target_error, found.mirrors)


@pytest.mark.parametrize("remembered", ["standing", "withdrawn", "mirror"])
async def test_a_folder_of_our_own_in_which_something_stood_is_missed(remembered: str) -> None:
    account = Account(name="own", connector=UnmadeStore("own"), watched=False, own={"reminders": "Termintreu"})
    ours, held = Ours(), {}
    if remembered == "mirror":
        own = Collection(href="/memory/termintreu/", name="Termintreu")
        held = {("own", own.href): Mirror(source="own", collection=own, roles=frozenset({"reminders"}))}
    else:
        ours = replace(ours, **{remembered: frozenset({"/memory/termintreu/a.ics"})})
    found = await read(account, held=held, health={}, ours=lambda: ours)
    assert "the path does not exist" == found.target_error


class LostStore(MemoryStore):
    """Its calendars are listed, and not there."""

    lost = True

    async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
        if self.lost:
            raise NotFound("404")
        return await super().changes(collection, token, known)


async def test_what_was_never_there_failed_and_what_was_there_is_stale(capsys: pytest.CaptureFixture[str]) -> None:
    store = filled(LostStore("work"))
    account = Account(name="work", connector=store)
    health: dict[str, Health] = {}
    first = await read(account, health=health)
    assert ("failed", "'Arbeit': 404") == (first.sources[0].state, first.sources[0].error)
    logged = capsys.readouterr().out
    assert "collection failed" in logged
    assert "Arbeit" not in logged, "others' words are not for the log"
    again = await read(account, held=first.mirrors, health=health)
    assert ("failed", "'Arbeit': 404 (asked again after 09:00:30 UTC)") == (
        again.sources[0].state,
        again.sources[0].error,
    )
    assert "" == capsys.readouterr().out, "what is not asked fails not again"
    store.lost = False
    third = await read(account, held=again.mirrors, health=health, now=NOW + timedelta(seconds=30))
    assert "ok" == third.sources[0].state
    store.lost = True
    later = NOW + timedelta(seconds=60)
    assert "stale" == (await read(account, held=third.mirrors, health=health, now=later)).sources[0].state
    assert "collection failed" in capsys.readouterr().out


async def test_a_calendar_that_was_read_is_enough_for_stale_although_another_is_not_there() -> None:
    class HalfLostStore(LostStore):
        async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
            self.lost = collection.name == "Arbeit"
            return await super().changes(collection, token, known)

    store = filled(filled(HalfLostStore("work")), "Privat")
    found = await read(Account(name="work", connector=store), health={})
    assert ("stale", "'Arbeit': 404") == (found.sources[0].state, found.sources[0].error)


async def test_an_account_of_which_nothing_is_read_failed_until_there_is_something(
    capsys: pytest.CaptureFixture[str],
) -> None:
    store = filled(MemoryStore("work"))
    store.add_collection("Termintreu")
    wrong = Account(name="work", connector=store, patterns=("Nope*",), own={"reminders": "Termintreu"})
    health: dict[str, Health] = {}
    held: Mirrors = {}
    for minutes in (0, 5):
        found = await read(wrong, held=held, health=health, now=NOW + timedelta(minutes=minutes))
        expected = "no calendar matches 'Nope*'; there is: 'Arbeit', 'Termintreu'"
        assert ("failed", expected) == (found.sources[0].state, found.sources[0].error)
        assert (None, False) == (found.target_error, found.is_complete)
        held = found.mirrors
    logged = capsys.readouterr().out
    assert "no calendar matches 'Nope*'" in logged
    assert "Arbeit" not in logged, "others' words are not for the log"
    filled(store, "Nope, Ltd.")
    assert "ok" == (await read(wrong, held=held, health=health, now=NOW + timedelta(minutes=6))).sources[0].state


async def test_a_changed_choice_of_calendars_holds_at_the_next_poll() -> None:
    store = filled(MemoryStore("work"))
    health: dict[str, Health] = {}
    held = (await read(Account(name="work", connector=store), health=health)).mirrors
    wrong = Account(name="work", connector=store, patterns=("Nope*",))
    states = []
    for minutes in (1, 2, 3):
        found = await read(wrong, held=held, health=health, now=NOW + timedelta(minutes=minutes))
        held = found.mirrors
        states.append(found.sources[0].state)
        assert "no calendar matches 'Nope*'" in str(found.sources[0].error)
    assert ["stale", "failed", "failed"] == states


UNCLOSED = EVENT.replace(b"END:VEVENT", b"BEGIN:VEVENT\r\nUID:b\r\nDTSTART:20261126T090000Z\r\nEND:VEVENT")


@pytest.mark.parametrize(
    "broken", [UNCLOSED, UNCLOSED.replace(b"UID:b", b"UID:a")[:-20], EVENT[:-20], b"BEGIN:VCALENDAR"]
)
async def test_what_reading_rejects_is_no_error_of_the_account(broken: bytes) -> None:
    store = MemoryStore("work")
    store.put(f"{store.add_collection('Arbeit').href}a.ics", broken)
    [source] = (await read(Account(name="work", connector=store), health={})).sources
    assert ("ok", None) == (source.state, source.error)


class Defect(RuntimeError):
    """A defect of ours."""


class BrokenStore(MemoryStore):
    """Raises what no connector may raise."""

    broken: str = ""
    """Name of a calendar; "" is the list of them."""

    async def collections(self) -> Sequence[Collection]:
        if not self.broken:
            raise Defect("Erika Muster")
        return await super().collections()

    async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
        if self.broken == collection.name:
            raise Defect("Erika Muster")
        return await super().changes(collection, token, known)


async def test_a_defect_in_one_accounts_reading_is_that_accounts_failure(capsys: pytest.CaptureFixture[str]) -> None:
    accounts = [
        Account(name="bad", connector=filled(BrokenStore("bad"))),
        Account(name="work", connector=filled(MemoryStore("work"))),
    ]
    health: dict[str, Health] = {}
    found = await read(*accounts, health=health)
    expected = "a defect; the log names its kind and place"
    assert [("failed", expected), ("ok", None)] == [(source.state, source.error) for source in found.sources]
    assert ["Arbeit"] == [mirror.collection.name for mirror in found.mirrors.values()]
    assert "kind=Defect" in capsys.readouterr().out
    again = await read(*accounts, held=found.mirrors, health=health, now=NOW + timedelta(seconds=10))
    assert ["failed", "ok"] == [source.state for source in again.sources], "it is left alone for a while"
    assert "Defect" not in capsys.readouterr().out


async def test_a_defect_in_reading_our_own_account_keeps_it_from_being_written_to() -> None:
    account = Account(name="bad", connector=filled(BrokenStore("bad")), own={"reminders": "Termintreu"})
    assert "a defect; the log names its kind and place" == (await read(account, health={})).target_error


async def test_a_defect_over_one_calendar_costs_no_other_calendar_anything() -> None:
    store = filled(filled(BrokenStore("work")), "Privat")
    store.broken = "Arbeit"
    found = await read(Account(name="work", connector=store), health={})
    [source] = found.sources
    assert ("stale", "'Arbeit': a defect; the log names its kind and place") == (source.state, source.error)
    assert {"Arbeit": 0, "Privat": 1} == {mirror.collection.name: mirror.count for mirror in found.mirrors.values()}


async def test_a_reading_that_was_ended_by_somebody_is_the_accounts_failure() -> None:
    class Ended(MemoryStore):
        async def collections(self) -> Sequence[Collection]:
            raise asyncio.CancelledError

    [source] = (await read(Account(name="work", connector=Ended("work")), health={})).sources
    assert "failed" == source.state


class RefusingStore(MemoryStore):
    """Refuses some of its calendars."""

    refused: frozenset[str] = frozenset()

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.asked: list[str] = []

    async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
        self.asked.append(collection.name)
        if collection.name in self.refused:
            raise Forbidden("403")
        return await super().changes(collection, token, known)

    async def ahead(self, collection: Collection, start: datetime, end: datetime) -> Sequence[Resource]:
        if collection.name in self.refused:
            raise Forbidden("403")
        return (await super().changes(collection, None, {})).changed


async def test_a_calendar_that_fails_is_left_alone_for_twice_as_long_each_time_and_an_hour_at_the_most() -> None:
    store = filled(filled(RefusingStore("work")), "Privat")
    store.refused = frozenset({"Arbeit"})
    account = Account(name="work", connector=store)
    health: dict[str, Health] = {}
    held: Mirrors = {}
    asked = []
    for seconds in range(0, 4 * 3600, 10):
        store.asked.clear()
        held = (await read(account, held=held, health=health, now=NOW + timedelta(seconds=seconds))).mirrors
        asked += [seconds] if "Arbeit" in store.asked else []
        assert "Privat" in store.asked
    pauses = [after - before for before, after in pairwise(asked)]
    assert [30, 60, 120, 240, 480, 960, 1920, 3600] == pauses[:8]


async def test_what_goes_on_failing_does_not_have_its_account_looked_at_again_soon() -> None:
    store = filled(filled(RefusingStore("work")), "Privat")
    store.refused = frozenset({"Arbeit"})
    account = Account(name="work", connector=store)
    health: dict[str, Health] = {}
    held: Mirrors = {}
    is_open = []
    for minutes in (0, 1, 2, 5):
        held = (await read(account, held=held, health=health, now=NOW + timedelta(minutes=minutes))).mirrors
        is_open.append(health["work"].is_open)
    assert [True, False, False, False] == is_open


async def test_a_first_look_at_one_bad_calendar_is_a_look_at_the_others() -> None:
    store = filled(filled(RefusingStore("work")), "Privat")
    store.refused = frozenset({"Arbeit"})
    found = await preview([Account(name="work", connector=store)], NOW, NOW + timedelta(days=3))
    assert ["Privat"] == [mirror.collection.name for mirror in found.values()]


async def test_a_defect_in_a_first_look_is_left_to_the_reading_proper() -> None:
    class Broken(RefusingStore):
        async def ahead(self, collection: Collection, start: datetime, end: datetime) -> Sequence[Resource]:
            raise Defect

    accounts = [
        Account(name="bad", connector=filled(Broken("bad"))),
        Account(name="work", connector=filled(RefusingStore("work"))),
    ]
    found = await preview(accounts, NOW, NOW + timedelta(days=3))
    assert ["work"] == [source for source, _ in found]


async def test_problems_of_a_calendars_answer_are_told_with_its_name_and_the_file() -> None:
    class Noting(MemoryStore):
        async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
            return replace(await super().changes(collection, token, known), note="1 of the files could not be read")

    [source] = (await read(Account(name="work", connector=filled(Noting("work"))), health={})).sources
    assert ("ok", "'Arbeit': 1 of the files could not be read") == (source.state, source.error)


async def test_an_account_is_spared_while_all_of_its_calendars_are_and_no_longer() -> None:
    store = filled(filled(RefusingStore("work")), "Privat")
    account = Account(name="work", connector=store)
    health: dict[str, Health] = {}
    store.refused = frozenset({"Arbeit"})
    held = (await read(account, health=health)).mirrors
    assert health["work"].spared_until is None
    store.refused = frozenset({"Arbeit", "Privat"})
    await read(account, held=held, health=health, now=NOW + timedelta(seconds=10))
    assert NOW + timedelta(seconds=30) == health["work"].spared_until
