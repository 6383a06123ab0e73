"""The call before runs past its end, or its series has done so before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from termintreu.model import Call, Evidence, Finding
from termintreu.model.marks import call_key
from tests.factories import at, call, context, found, occurrence

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


def test_a_series_that_was_made_longer_in_the_calendar_says_so_without_a_log() -> None:
    days = DAYS[:-1]
    longer = [occurrence(day, 40, uid="daily", summary="Jour fixe") for day in days[:3]]
    usual = [occurrence(day, 30, uid="daily", summary="Jour fixe") for day in (*days[3:], DAYS[-1])]
    finding = found("overrun", NEXT, context("2026-11-27 08:00", [NEXT], [*longer, *usual]))
    assert finding is not None
    assert {"title": "Jour fixe", "n": 3, "of": 5} == finding.message.values
    assert None is found("overrun", NEXT, context("2026-11-27 08:00", [NEXT], [*longer[1:], *usual]))


def test_what_runs_into_the_call_is_a_clash_and_no_overrun() -> None:
    longer = [occurrence(day, 50, uid="daily") for day in DAYS[:3]]
    assert None is found("overrun", NEXT, context("2026-11-27 08:00", [NEXT], [*longer, occurrence(DAYS[-1], 40)]))
