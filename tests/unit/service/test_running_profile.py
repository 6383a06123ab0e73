"""One profile in a running daemon."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from termintreu.service.board import Board
from termintreu.service.bootstrap import load_profiles
from termintreu.service.running_profiles import RunningProfiles
from termintreu.storage import SqliteDatabase

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def from_thread(action: Callable[[], object]) -> Callable[[], None]:
    return lambda: None


def running_profiles(tmp_path: Path) -> RunningProfiles:
    """Two profiles over empty folders."""
    for folder in ("people.d", "calendar", "own"):
        (tmp_path / folder).mkdir()
    for name in ("anna", "berta"):
        (tmp_path / "people.d" / f"{name}.toml").touch()
    (tmp_path / "config.toml").write_text(
        f'profiles = "people.d"\n[[sources]]\nname = "work"\ntype = "vdir"\npath = "{tmp_path / "calendar"}"\n'
        f'[target]\ntype = "vdir"\npath = "{tmp_path / "own"}"\n'
    )
    made = RunningProfiles(
        load_profiles(tmp_path / "config.toml"), SqliteDatabase.open(None), clock=lambda: NOW, board=Board()
    )
    made.refresh()
    return made


async def test_a_defect_is_logged_and_the_next_turn_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profiles = running_profiles(tmp_path)
    anna = profiles.by_name["anna"]
    stopping = asyncio.Event()
    with monkeypatch.context() as broken:
        broken.setattr(anna, "_build", lambda: 1 / 0)
        await anna.take_turn(from_thread, stopping=stopping)
    assert (False, {}) == (anna.is_running, anna.last)

    await anna.take_turn(from_thread, stopping=stopping)
    assert 0 == anna.last["calls"]
    await anna.close()
    await profiles.close()


async def test_its_first_look_knows_that_the_machine_may_have_slept_before(tmp_path: Path) -> None:
    profiles = running_profiles(tmp_path)
    anna = profiles.by_name["anna"]
    await anna.take_turn(from_thread, stopping=asyncio.Event())
    world = anna._world
    assert world is not None
    assert world.goes_on
    await anna.close()
    await profiles.close()


async def test_what_only_the_next_cycle_needs_is_not_shown(tmp_path: Path) -> None:
    profiles = running_profiles(tmp_path)
    anna = profiles.by_name["anna"]
    await anna.take_turn(from_thread, stopping=asyncio.Event())
    assert anna._world is not None
    anna._world.state.summary = None  # as after a turn that was cut off before its end
    await anna._keep_last(anna._world, NOW)
    assert {} == (anna._world.memory.last_report() or {})["setbacks"]
    assert (True, False) == ("calls" in anna.last, "setbacks" in anna.last)
    await anna.close()
    await profiles.close()


async def test_a_profile_with_a_changed_account_comes_before_one_that_is_due(tmp_path: Path) -> None:
    profiles = running_profiles(tmp_path)
    anna, berta = profiles.by_name["anna"], profiles.by_name["berta"]
    await anna.take_turn(from_thread, stopping=asyncio.Event())
    assert berta.priority < anna.priority

    anna._account_changed("work")
    assert anna.priority < berta.priority
    async with asyncio.timeout(10):
        await anna.sleep(asyncio.Event())
    await anna.close()
    await profiles.close()


async def test_a_turn_that_hangs_and_turns_that_never_come_are_seen_as_stalled(tmp_path: Path) -> None:
    profiles = running_profiles(tmp_path)
    anna, berta = profiles.by_name["anna"], profiles.by_name["berta"]
    added = time.monotonic()
    assert not profiles.stalled(added + 50, 100.0)
    assert profiles.stalled(added + 150, 100.0)

    await anna.take_turn(from_thread, stopping=asyncio.Event())
    await berta.take_turn(from_thread, stopping=asyncio.Event())
    due = min(anna.due_since, berta.due_since)
    assert not profiles.stalled(due, 100.0)
    assert profiles.stalled(due + 150, 100.0)
    # While others' turns run, a late one only waits for its permit.
    berta.began = due + 140
    assert not profiles.stalled(due + 150, 100.0)
    assert profiles.stalled(due + 250, 100.0)
    await anna.close()
    await berta.close()
    await profiles.close()
