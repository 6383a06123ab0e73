"""When turns are admitted: counted in turns, never in seconds."""

from __future__ import annotations

import asyncio

from termintreu.service.admission import Admission


class Room:
    """Turns that ask for permits; each ends when the test says so."""

    def __init__(self, admission: Admission) -> None:
        self.admission = admission
        self.inside: list[str] = []
        self.log: list[str] = []
        self.endings: dict[str, asyncio.Event] = {}
        self.entered: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, name: str, *, slow: bool = False, priority: float = 0.0) -> None:
        self.endings[name], self.entered[name] = asyncio.Event(), asyncio.Event()
        self.tasks[name] = asyncio.create_task(self._turn(name, slow, priority))
        await settled()

    async def end(self, name: str) -> None:
        self.endings[name].set()
        await self.tasks[name]
        await settled()

    async def _turn(self, name: str, slow: bool, priority: float) -> None:
        async with self.admission.permit(slow=slow, priority=priority):
            self.inside.append(name)
            self.log.append(name)
            self.entered[name].set()
            try:
                await self.endings[name].wait()
            finally:
                self.inside.remove(name)


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_so_many_are_admitted_at_once_and_the_next_when_one_ends() -> None:
    room = Room(Admission(2, patience=1000))
    for name in "abc":
        await room.come(name)

    assert ["a", "b"] == room.inside
    await room.end("a")
    assert ["b", "c"] == room.inside


async def test_the_most_urgent_is_admitted_first_whoever_came_first() -> None:
    room = Room(Admission(1, patience=1000))
    await room.come("working")
    for name, priority in (("late", 30.0), ("now", float("-inf")), ("early", 10.0)):
        await room.come(name, priority=priority)
    for name in ("working", "now", "early", "late"):
        await room.end(name)

    assert ["working", "now", "early", "late"] == room.log


async def test_a_turn_that_takes_long_gives_its_permit_back_and_goes_on() -> None:
    room = Room(Admission(1, patience=0.01))
    await room.come("hanging")
    await room.come("next")
    async with asyncio.timeout(10):
        await room.entered["next"].wait()

    assert ["hanging", "next"] == room.inside
    await room.end("hanging")
    await room.end("next")
    await room.come("again")
    assert ["again"] == room.inside


async def test_slow_profiles_wait_for_each_other_only() -> None:
    room = Room(Admission(1, 2, patience=1000))
    for number in range(5):
        await room.come(f"slow-{number}", slow=True)
    await room.come("quick")

    assert ["slow-0", "slow-1", "quick"] == room.inside


async def test_a_cancelled_turn_takes_no_permit() -> None:
    room = Room(Admission(1, patience=1000))
    for name in "abc":
        await room.come(name)
    room.tasks["b"].cancel()
    await settled()
    await room.end("a")

    assert ["c"] == room.inside


async def test_a_permit_granted_to_a_cancelled_turn_goes_to_the_next_one() -> None:
    room = Room(Admission(1, patience=1000))
    async with room.admission.permit():
        await room.come("b")
        await room.come("c")
    room.tasks["b"].cancel()
    await settled()

    assert ["c"] == room.inside == room.log


async def test_a_turn_that_fails_gives_its_permit_back() -> None:
    admission = Admission(1, patience=1000)
    for _ in range(3):
        try:
            async with asyncio.timeout(10), admission.permit():
                raise RuntimeError
        except RuntimeError:
            continue
