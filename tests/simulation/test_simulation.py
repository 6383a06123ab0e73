"""The simulation itself: the same story is told again to the byte, its clocks are those of a machine, and what it finds
is shrunk to what matters.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from simulation.__main__ import FOUND
from simulation.checks import Violation
from simulation.clock import VirtualClock
from simulation.faults import FAULTS
from simulation.loop import VirtualLoop
from simulation.network import Internet
from simulation.run import ACTIONS, run, story
from simulation.script import CALM, Event, Script, read
from simulation.shrink import Shrinking

STORIES = sorted(FOUND.glob("*.txt"))


def an_event(at: float, name: str, /, **parameters: object) -> Event:
    return Event(at=timedelta(hours=at), person="anna", action=name, parameters=parameters)


def a_script(*events: Event) -> Script:
    return Script(seed=1, days=1, people=1, profile=0, events=events)


def test_a_script_is_read_as_it_is_written() -> None:
    script = story(3, 2, 2)
    assert script == read(str(script))


def test_a_seed_is_one_story_and_another_seed_another_one() -> None:
    assert story(3, 2) == story(3, 2)
    assert story(3, 2).events != story(4, 2).events


def test_a_story_is_told_again_to_the_byte() -> None:
    script = a_script(
        an_event(0, "agrees-a-call", which=1, hours=20, title=0, place=0),
        an_event(1, "answers-lost", of="all", at="all", passes=1, times=2, argument=0),
        an_event(2, "moves", which=0, minutes=60),
        an_event(3, "killed-while-remembering", statements=2, minutes=1),
        an_event(3.2, "agrees-a-call", which=2, hours=20, title=1, place=4),
    )
    first, second = run(script), run(script)
    assert () == first.violations
    assert first.log == second.log
    assert any("event d1 03:00 anna killed-while-remembering" in line for line in first.log)


def test_every_action_can_be_acted_out_and_all_is_well_after_it() -> None:
    events = [an_event(0, "agrees-a-call", which=n, hours=20 + 3 * n, title=n % 4, place=n % 5) for n in range(6)]
    for place, action in enumerate(ACTIONS.values()):
        chosen = {name: list(values)[place % len(values)] for name, values in action.parameters.items()}
        events.append(an_event(0.5 + place / 5, action.name, **chosen))
    outcome = run(replace(a_script(*events, an_event(16, CALM)), days=1))
    assert () == outcome.violations


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_what_was_found_once_is_found_with_its_fault_only(path: Path) -> None:
    fault = path.stem.partition(".")[0]
    script = read(path.read_text(encoding="utf-8"))
    if fault in FAULTS:
        with FAULTS[fault]():
            assert run(script).violations
    assert () == run(script).violations


def test_where_nothing_is_ready_it_is_the_next_timers_moment_at_once() -> None:
    clock = VirtualClock(datetime(2026, 10, 19, tzinfo=UTC))
    loop = VirtualLoop(clock, Internet())
    woken: list[float] = []

    async def sleeper() -> None:
        await asyncio.sleep(86_400)
        woken.append(clock.monotonic)

    begun = time.process_time()
    with clock.installed():
        task = loop.create_task(sleeper())
        loop.settle()
        assert 1000.0 + 86_400 == loop.wakes
        clock.advance(86_400)
        loop.settle()
        assert task.done()
        assert datetime(2026, 10, 20, tzinfo=UTC) == datetime.now(UTC)
    loop.close()
    assert [1000.0 + 86_400] == woken
    assert time.process_time() - begun < 5


def test_a_machine_that_sleeps_has_a_later_clock_and_no_later_timers() -> None:
    clock = VirtualClock(datetime(2026, 10, 19, tzinfo=UTC))
    with clock.installed():
        before = time.monotonic()
        clock.sleep(3600)
        assert before == time.monotonic()
        assert datetime(2026, 10, 19, 1, tzinfo=UTC) == datetime.now(UTC)
        clock.set(timedelta(days=-2))
        assert datetime(2026, 10, 17, 1, tzinfo=UTC) == datetime.now(UTC)
    assert time.monotonic() != before


@dataclass(frozen=True)
class Ending:
    violations: tuple[Violation, ...]
    event: int


def test_shrinking_leaves_what_matters() -> None:
    events = [an_event(n, "moves", which=n, minutes=15) for n in range(20)]
    told: list[Sequence[Event]] = []

    def acted(script: Script) -> Ending:
        """Fails where the third event and the eleventh are there, and ends with the eleventh."""
        told.append(script.events)
        numbers = [event.parameters["which"] for event in script.events]
        fails = 2 in numbers and 10 in numbers
        end = numbers.index(10) + 1 if fails else len(numbers)
        return Ending((Violation(check="something", text=""),) if fails else (), end)

    script = replace(a_script(*events), days=3)
    shrinking = Shrinking(script, acted(script), acted, seconds=60)
    short = shrinking.shrunk()
    assert (2, 10) == tuple(event.parameters["which"] for event in short.events)
    assert 1 == short.days
    assert len(told) < 40
