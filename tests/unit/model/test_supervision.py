"""What runs for as long as the process does comes back after a defect, and is told of."""

from __future__ import annotations

import asyncio
import threading

import pytest

from termintreu.model.supervision import keep_task, keep_thread, troubles
from tests.system.manager import eventually


async def test_a_task_that_ends_by_a_defect_is_told_of_and_begun_anew() -> None:
    told: list[tuple[str, ...]] = []

    async def work() -> str:
        told.append(troubles())
        if len(told) < 3:
            raise ZeroDivisionError
        return "done"

    done = await keep_task("the work", work, stopping=asyncio.Event(), first=0.001)
    assert ("done", 3) == (done, len(told))
    assert () == told[0]
    assert all("the work: ended by a defect (ZeroDivisionError, test_supervision.py:" in texts[0] for texts in told[1:])
    assert () == troubles()


async def test_a_pause_before_a_restart_ends_when_all_is_to_end() -> None:
    stopping = asyncio.Event()

    async def work() -> None:
        stopping.set()
        raise ZeroDivisionError

    async with asyncio.timeout(10):
        assert await keep_task("the work", work, stopping=stopping, first=3600.0) is None


async def test_a_task_that_is_cancelled_is_not_begun_anew() -> None:
    begun = 0

    async def work() -> None:
        nonlocal begun
        begun += 1
        await asyncio.Event().wait()

    task = asyncio.create_task(keep_task("the work", work, stopping=asyncio.Event(), first=0.0))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert 1 == begun


def test_a_thread_that_ends_by_a_defect_is_told_of_and_begun_anew() -> None:
    told: list[tuple[str, ...]] = []
    stopping = threading.Event()

    def work() -> None:
        told.append(troubles())
        if len(told) < 3:
            raise ZeroDivisionError
        stopping.wait(30)

    thread = keep_thread("the thread", work, stopping=stopping, first=0.001)
    assert eventually(lambda: len(told) == 3)
    stopping.set()
    thread.join(10)
    assert ((), True) == (told[0], all("the thread: ended by a defect" in texts[0] for texts in told[1:]))
    assert not thread.is_alive()
