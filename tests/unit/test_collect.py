"""Reading accounts: each on its own, and none for longer than the others can wait."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from termintreu.collect import Account, Collected, Health, Mirrors, collect, look_ahead
from termintreu.errors import Unavailable
from termintreu.mirror import Ours
from termintreu.model import Collection, Resource, Snapshot
from termintreu_connectors.memory import MemoryStore

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EVENT = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20261125T090000Z\r\n"
    b"SUMMARY:Call\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


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


def filled(store: MemoryStore, name: str = "Arbeit") -> MemoryStore:
    store.put(f"{store.add_collection(name).href}a.ics", EVENT)
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
    first = await read(*accounts, health=health, patience=0.05, arrived=arrived.put_nowait)
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
    assert {} == await look_ahead([account], NOW, NOW + timedelta(days=2), patience=0.05)


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
    assert second.target_error is not None, "nothing is written, and no calendar made"
    store.left_out = frozenset()
    third = await read(account, held=second.mirrors, health=health, now=NOW + timedelta(hours=2))
    assert third.target_error is None
    assert first.mirrors.keys() == third.mirrors.keys()


async def test_an_account_that_failed_is_not_asked_before_its_pause_is_over() -> None:
    store = MemoryStore("work", faults=lambda _: Unavailable("busy", retry_after=120.0))
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

    store = SkippingStore("work")
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
    assert 1 == store.requests - asked, "a deletion that is told needs no second look"
