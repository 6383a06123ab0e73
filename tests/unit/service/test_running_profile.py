"""One person in a running daemon."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from termintreu.service.board import Board
from termintreu.service.bootstrap import load_people
from termintreu.service.running_profiles import Staff
from termintreu.storage import SqliteDatabase

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def from_thread(action: Callable[[], object]) -> Callable[[], None]:
    return lambda: None


def staff(tmp_path: Path) -> Staff:
    """Two people over empty folders."""
    for folder in ("people.d", "calendar", "own"):
        (tmp_path / folder).mkdir()
    for name in ("anna", "berta"):
        (tmp_path / "people.d" / f"{name}.toml").touch()
    (tmp_path / "config.toml").write_text(
        f'profiles = "people.d"\n[[sources]]\nname = "work"\ntype = "vdir"\npath = "{tmp_path / "calendar"}"\n'
        f'[target]\ntype = "vdir"\npath = "{tmp_path / "own"}"\n'
    )
    made = Staff(load_people(tmp_path / "config.toml"), SqliteDatabase.open(None), clock=lambda: NOW, board=Board())
    made.look_round()
    return made


async def test_a_defect_is_logged_and_the_next_turn_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody = staff(tmp_path)
    anna = everybody.persons["anna"]
    stopping = asyncio.Event()
    with monkeypatch.context() as broken:
        broken.setattr(anna, "_build", lambda: 1 / 0)
        await anna.take_turn(from_thread, stopping=stopping)
    assert (False, {}) == (anna.at_work, anna.last)

    await anna.take_turn(from_thread, stopping=stopping)
    assert 0 == anna.last["calls"]
    await anna.close()
    await everybody.close()


async def test_who_was_poked_comes_before_who_is_due(tmp_path: Path) -> None:
    everybody = staff(tmp_path)
    anna, berta = everybody.persons["anna"], everybody.persons["berta"]
    await anna.take_turn(from_thread, stopping=asyncio.Event())
    assert berta.order < anna.order

    anna._poke("work")
    assert anna.order < berta.order
    async with asyncio.timeout(10):
        await anna.sleep(asyncio.Event())
    await anna.close()
    await everybody.close()


async def test_a_turn_that_hangs_and_turns_that_never_come_are_seen_as_stalled(tmp_path: Path) -> None:
    everybody = staff(tmp_path)
    anna, berta = everybody.persons["anna"], everybody.persons["berta"]
    came = time.monotonic()
    assert not everybody.stalled(came + 50, 100.0)
    assert everybody.stalled(came + 150, 100.0)

    await anna.take_turn(from_thread, stopping=asyncio.Event())
    await berta.take_turn(from_thread, stopping=asyncio.Event())
    due = max(anna.due_since, berta.due_since)
    assert not everybody.stalled(due, 100.0)
    assert everybody.stalled(due + 150, 100.0)
    # Where others' turns come, one that is late only waits for its place.
    berta.begun = due + 140
    assert not everybody.stalled(due + 150, 100.0)
    assert everybody.stalled(due + 250, 100.0)
    await anna.close()
    await berta.close()
    await everybody.close()
