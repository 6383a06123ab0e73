"""The daemon in this process: what fails in it comes back, and costs nothing but itself."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable

import pytest

from termintreu.model import supervision
from termintreu.service import status_client
from termintreu.service.daemon import Service
from termintreu.service.running_profile import RunningProfile
from termintreu.service.running_profiles import RunningProfiles
from termintreu.ui.cli.report_lines import marked_lines
from termintreu.ui.web.opening import opened
from tests.system.manager import Manager, tomorrow


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - what is waited for stands in files
            await asyncio.sleep(0.01)


async def stopped(running: asyncio.Task[int]) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(30):
        assert 0 == await running


async def test_the_turns_of_a_profile_that_end_by_a_defect_go_on_and_status_says_so(
    manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(manager.folder / "run"))
    monkeypatch.setattr(supervision, "FIRST_PAUSE", 0.01)
    sleep, broken = RunningProfile.sleep, 0

    async def defective(self: RunningProfile, closing: asyncio.Event) -> None:
        nonlocal broken
        broken += 1
        if broken == 1:
            raise ZeroDivisionError
        await sleep(self, closing)

    monkeypatch.setattr(RunningProfile, "sleep", defective)
    running = asyncio.create_task(Service(manager.config, page=opened, shown=marked_lines).run())
    await until(lambda: broken == 2)
    manager.put("a", tomorrow())
    await until(lambda: bool(manager.written()))
    document = await asyncio.to_thread(status_client.ask, manager.config, os.environ)
    await stopped(running)
    assert document is not None
    assert ["ZeroDivisionError" in problem for problem in document["daemon"]["problems"]] == [True]


async def test_a_status_that_fails_is_told_and_asked_for_again(
    manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(manager.folder / "run"))
    running = asyncio.create_task(Service(manager.config, page=opened, shown=marked_lines).run())
    await until((manager.folder / "run" / status_client.socket_name(manager.config)).exists)
    with monkeypatch.context() as broken:
        broken.setattr(RunningProfiles, "document", lambda _: 1 // 0)
        document = await asyncio.to_thread(status_client.ask, manager.config, os.environ)
    again = await asyncio.to_thread(status_client.ask, manager.config, os.environ)
    await stopped(running)
    assert document is not None
    assert again is not None
    assert (os.getpid(), True) == (document["daemon"]["pid"], "ZeroDivisionError" in document["daemon"]["problems"][0])
    assert [] == again["daemon"]["problems"]
