"""The call before runs past its end, or its series has done so before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from termintreu.identity import call_key
from termintreu.model import Call, Evidence, Finding
from tests.factories import at, call, context, found

NEXT = call("2026-11-27 10:35", key="n" * 16, uid="next")
DAYS = [f"2026-11-{day} 10:00" for day in (20, 23, 24, 25, 26, 27)]


def series(wall: str) -> Call:
    one = call(wall, uid="series")
    return replace(one, key=call_key("series" + wall, None))


SERIES = [series(day) for day in DAYS]


def talk(one: Call, over: int, *, running: bool = False) -> Evidence:
    """It ended that many minutes after its end."""
    ended = None if running else one.end + timedelta(minutes=over)
    return Evidence(
        call_key=one.key, since=one.start, until=one.start, begun_at=one.start, ended_at=ended, running=running
    )


def told(now: str | datetime, shown: list[Evidence], following: Call = NEXT) -> Finding | None:
    where = context(now, [*SERIES, following], evidence={one.call_key: one for one in shown})
    return found("overrun", following, where)


def test_it_runs_past_its_end() -> None:
    running = [talk(SERIES[-1], 0, running=True)]
    finding = told("2026-11-27 10:31", running)
    assert finding is not None
    assert at("2026-11-27 10:31") == finding.settle_by
    assert None is told("2026-11-27 10:29", running)
    assert None is told("2026-11-27 10:31", [talk(SERIES[-1], 1)])
    assert None is told("2026-11-27 10:31", [])


def test_three_of_the_last_five_ended_late() -> None:
    late = [talk(one, 3) for one in SERIES[:3]]
    on_time = [talk(one, -1) for one in SERIES[3:5]]
    finding = told("2026-11-27 08:00", [*late, *on_time])
    assert finding is not None
    assert at("2026-11-27 10:30") == finding.settle_by
    assert None is told("2026-11-27 08:00", [*late[:2], *on_time])


def test_who_comes_much_later_is_not_kept_waiting() -> None:
    afternoon = call("2026-11-27 14:00", key="a" * 16, uid="next")
    assert None is told("2026-11-27 10:31", [talk(SERIES[-1], 0, running=True)], afternoon)
    assert None is not told(
        "2026-11-27 10:31", [talk(SERIES[-1], 0, running=True)], call("2026-11-27 10:40", key="b" * 16, uid="next")
    )
    assert None is told(
        "2026-11-27 10:31", [talk(SERIES[-1], 0, running=True)], call("2026-11-27 10:41", key="c" * 16, uid="next")
    )
