"""Who is admitted when: counted in turns, never in seconds."""

from __future__ import annotations

import asyncio

from termintreu.service.admission import Lanes


class Room:
    """People who take turns in the lanes; each says when to end."""

    def __init__(self, lanes: Lanes) -> None:
        self.lanes = lanes
        self.inside: list[str] = []
        self.log: list[str] = []
        self.endings: dict[str, asyncio.Event] = {}
        self.entered: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, name: str, *, slow: bool = False, order: float = 0.0) -> None:
        self.endings[name], self.entered[name] = asyncio.Event(), asyncio.Event()
        self.tasks[name] = asyncio.create_task(self._turn(name, slow, order))
        await settled()

    async def end(self, name: str) -> None:
        self.endings[name].set()
        await self.tasks[name]
        await settled()

    async def _turn(self, name: str, slow: bool, order: float) -> None:
        async with self.lanes.place(slow=slow, order=order):
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
    room = Room(Lanes(2, patience=1000))
    for name in "abc":
        await room.come(name)

    assert ["a", "b"] == room.inside
    await room.end("a")
    assert ["b", "c"] == room.inside


async def test_the_most_urgent_is_admitted_first_whoever_came_first() -> None:
    room = Room(Lanes(1, patience=1000))
    await room.come("working")
    for name, order in (("late", 30.0), ("now", float("-inf")), ("early", 10.0)):
        await room.come(name, order=order)
    for name in ("working", "now", "early", "late"):
        await room.end(name)

    assert ["working", "now", "early", "late"] == room.log


async def test_who_takes_long_gives_the_place_away_and_goes_on() -> None:
    room = Room(Lanes(1, patience=0.01))
    await room.come("hanging")
    await room.come("next")
    async with asyncio.timeout(10):
        await room.entered["next"].wait()

    assert ["hanging", "next"] == room.inside
    await room.end("hanging")
    await room.end("next")
    await room.come("again")
    assert ["again"] == room.inside


async def test_those_who_are_slow_wait_for_each_other_only() -> None:
    room = Room(Lanes(1, 2, patience=1000))
    for number in range(5):
        await room.come(f"slow-{number}", slow=True)
    await room.come("quick")

    assert ["slow-0", "slow-1", "quick"] == room.inside


async def test_who_gives_up_waiting_takes_no_place_along() -> None:
    room = Room(Lanes(1, patience=1000))
    for name in "abc":
        await room.come(name)
    room.tasks["b"].cancel()
    await settled()
    await room.end("a")

    assert ["c"] == room.inside


async def test_a_place_that_is_given_to_somebody_who_just_left_is_passed_on() -> None:
    room = Room(Lanes(1, patience=1000))
    async with room.lanes.place():
        await room.come("b")
        await room.come("c")
    room.tasks["b"].cancel()
    await settled()

    assert ["c"] == room.inside == room.log


async def test_a_turn_that_fails_gives_its_place_back() -> None:
    lanes = Lanes(1, patience=1000)
    for _ in range(3):
        try:
            async with asyncio.timeout(10), lanes.place():
                raise RuntimeError
        except RuntimeError:
            continue
