"""Which collections the program takes for its own: never somebody's calendar."""

from __future__ import annotations

from datetime import timedelta

import pytest

from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.report import Report
from termintreu.cycle.world import World
from termintreu.storage import Store
from tests.faults.worlds import MONDAY, FaultyStore, a_config, a_world, event

TOMORROW = MONDAY + timedelta(days=1)


async def cycle(world: World, minutes: int = 0) -> Report:
    return await run_cycle(world, MONDAY + timedelta(minutes=minutes))


@pytest.mark.requirement(3)
@pytest.mark.parametrize("role", ["reminders", "tasks"])
async def test_somebody_elses_calendar_is_never_written_to_whatever_its_name(role: str) -> None:
    store = FaultyStore()
    private = store.add_collection("Privat")
    store.put(f"{private.href}dinner.ics", event("dinner", TOMORROW, summary="Abendessen"))
    store.put(f"{store.calendar.href}call.ics", event("call", TOMORROW))
    before = store.objects()
    memory = Store.open(None)
    world = a_world(store, memory, config=a_config(target={"source": "work", role: "Privat"}))
    for minutes in (0, 5, 30):
        report = await cycle(world, minutes)
        assert ["In „Privat“ stehen fremde Einträge" in reason for reason in report.held_back] == [True]
        assert report.failed
    # After a new start, too.
    report = await cycle(a_world(store, memory, config=world.config), 35)
    assert report.failed
    assert before == {href: data for href, data in store.objects().items() if href in before}
    assert [f"{private.href}dinner.ics"] == [href for href in store.objects() if href.startswith(private.href)]

    # Another name mends it at once; the calendar is nobody's but the user's then.
    report = await cycle(a_world(store, memory), 40)
    assert not report.failed
    assert {} != store.own_objects()
    assert before == {href: data for href, data in store.objects().items() if href in before}
    assert [f"{private.href}dinner.ics"] == [href for href in store.objects() if href.startswith(private.href)]


@pytest.mark.requirement(3, 11)
async def test_what_the_user_adds_to_our_own_collections_does_not_make_them_theirs() -> None:
    store, memory = FaultyStore(), Store.open(None)
    store.put(f"{store.calendar.href}call.ics", event("call", TOMORROW))
    await cycle(a_world(store, memory))
    for name in ("Termintreu", "Termintreu Aufgaben"):
        own = next(one for one in await store.collections() if one.name == name)
        store.put(f"{own.href}mine.ics", event("mine", TOMORROW))
    items = store.own_objects()
    for again in (memory, Store.open(None)):  # as it was, and after the state was lost
        report = await cycle(a_world(store, again), 30)
        reminders = [change for change in report.changes if change.kind == "reminder"]
        assert ((), []) == (report.held_back, reminders)
    assert items.keys() == store.own_objects().keys()
