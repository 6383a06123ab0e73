"""From what was measured to tables, and to the goals that it is held against."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import statistics
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bench.light import Light
from bench.measuring import SCENARIOS, Result, Results

PROGRAMS = ("floor", "termintreu", "vdirsyncer", "khal", "icalendar")
_NAMES = {"khal": "khal (after vdirsyncer)", "icalendar": "icalendar + recurring-ical-events"}
_MB = 1_000_000
_HEAD = ("", "program", "requests", "bytes up", "bytes down", "CPU", "of ours", "peak memory", "time")
_RIGHT = (False, False, True, True, True, True, True, True, True)


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing to reach."""

    text: str
    found: str
    reached: bool


def tables(results: Results) -> str:
    """Every table, as Markdown."""
    places = dict.fromkeys((place, size) for place, size, _, _ in results.cells)
    parts = []
    for place, size in places:
        parts.append(f"### {place.capitalize()}, {size:,} events\n\n{_markdown(_HEAD, _rows(results, place, size))}")
    return "\n\n".join(parts)


def stages(results: Results) -> str:
    """Where our own time goes, as Markdown."""
    rows = []
    for (place, size, scenario, program), cell in results.cells.items():
        if program == "termintreu":
            spent = sorted(cell.stages().items(), key=lambda item: -item[1])
            shown = ", ".join(f"{name} {_seconds(cpu)}" for name, cpu in spent if cpu >= 0.0001)
            rows.append(
                (f"{place} {size:,}", SCENARIOS[scenario], _seconds(cell.cpu), f"{cell.median_of('parsed'):.0f}",
                 f"{cell.median_of('written'):.0f}", shown)
            )  # fmt: skip
    return _markdown(("", "", "CPU", "parsed", "written", "of it"), rows)


def goals(results: Results, size: int) -> list[Goal]:
    """What is to be reached, for calendars of that size."""
    found: list[Goal] = []
    for place in dict.fromkeys(place for place, of, _, _ in results.cells if of == size):
        checks = _of_feed if place == "feed" else _of_server
        found += checks(results, place, size)
    found += _of_light(results.light) if results.light is not None else ()
    for place in ("radicale", "xandikos"):
        found += _of_growth(results, place)
    for day in results.days:
        growth = (day.end - day.begin) / _MB
        text = f"{day.place} {day.size:,}: memory after a day of 720 polls, 24 of them with a change, is flat (1 MB)"
        told = f"{day.begin / _MB:.1f} MB, then {growth:+.1f} MB; {day.cpu:.0f} s of CPU"
        found.append(Goal(text, told, growth <= 1.0))
    return found


def shown(goals: Iterable[Goal]) -> str:
    """The goals, as Markdown."""
    return _markdown(
        ("goal", "found", ""), [(goal.text, goal.found, "PASS" if goal.reached else "MISS") for goal in goals]
    )


def machine() -> str:
    """Where this was measured, in a few lines."""
    model = "unknown"
    with open("/proc/cpuinfo") as lines:  # noqa: PTH123 - a line is all that is wanted
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model)
    versions = ", ".join(
        f"{name} {importlib.metadata.version(name)}" for name in ("radicale", "xandikos", "lxml", "h11", "sqlalchemy")
    )
    return (
        f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, "
        f"{platform.python_implementation()} {platform.python_version()}; {versions}."
    )


def _of_server(results: Results, place: str, size: int) -> Iterator[Goal]:
    def cell(scenario: str, program: str) -> Result:
        found = results.get(place, size, scenario, program)
        assert found is not None, (place, size, scenario, program)
        return found

    name = f"{place} {size:,}"
    none, floor, peer = (cell("none", program) for program in ("termintreu", "floor", "vdirsyncer"))
    yield Goal(f"{name}, no change: 1 request a collection", f"{none.reads:g}", none.reads <= 1)
    yield _ratio(f"{name}, no change: CPU at most 3 times the floor's", none.cpu, floor.cpu, 3.0)
    yield _ratio(f"{name}, no change: CPU under a hundredth of vdirsyncer's", none.cpu, peer.cpu, 0.01)
    yield _in_runs(
        f"{name}, no change: CPU at most 2.2 times the floor's, in the median of five runs", none, floor, 2.2
    )
    one, hundred, first = (cell(scenario, "termintreu") for scenario in ("one", "hundred", "first"))
    yield Goal(f"{name}, 1 change: at most 2 requests", f"{one.reads:g}", one.reads <= 2)
    yield _ratio(f"{name}, 1 change: CPU at most 12 times the floor's", one.cpu, cell("one", "floor").cpu, 12.0)
    yield Goal(f"{name}, 100 changes: at most 3 requests", f"{hundred.reads:g}", hundred.reads <= 3)
    yield _ratio(
        f"{name}, 100 changes: CPU at most a fifth of vdirsyncer's", hundred.cpu, cell("hundred", "vdirsyncer").cpu, 0.2
    )
    yield _ratio(
        f"{name}, first sync: CPU at most half of vdirsyncer's", first.cpu, cell("first", "vdirsyncer").cpu, 0.5
    )
    yield _ratio(
        f"{name}, first sync: CPU at most 0.30 of vdirsyncer's", first.cpu, cell("first", "vdirsyncer").cpu, 0.3
    )
    above = first.above_idle / _MB
    yield Goal(f"{name}, first sync: at most 120 MB above the idle process", f"{above:.0f} MB", above <= 120)


def _of_growth(results: Results, place: str) -> Iterator[Goal]:
    """What one change costs in a large calendar, beside what it costs in a small one."""
    small, large = (results.get(place, size, "one", "termintreu") for size in (1_000, 10_000))
    if small is not None and large is not None:
        text = f"{place}, 1 change: CPU with 10,000 events at most 1.3 times that with 1,000"
        yield _ratio(text, large.cpu, small.cpu, 1.3)


def _of_feed(results: Results, place: str, size: int) -> Iterator[Goal]:
    ours, peer = (results.get(place, size, "hundred", program) for program in ("termintreu", "icalendar"))
    assert ours is not None
    assert peer is not None
    parsing = peer.median_of("parse")
    yield _ratio(
        f"{place} {size:,}, 100 changes: CPU at most a tenth of parsing it with icalendar", ours.cpu, parsing, 0.1
    )


def _of_light(light: Light) -> Iterator[Goal]:
    python = light.commands["python"]
    for name, most in (("--version", 2.5), ("--help", 2.5), ("status", 6.0), ("check", 6.0)):
        yield _ratio(
            f"`termintreu {name}`: CPU at most {most:g} times Python's own", light.commands[name], python, most
        )
    idle, libraries = light.idle / _MB, light.libraries / _MB
    yield Goal("idle daemon, 1,000 events: at most 65 MB resident", f"{idle:.0f} MB", idle <= 65)
    text = "idle daemon, 1,000 events: at most 1.3 times a Python that imported its libraries"
    yield Goal(text, f"{idle:.0f} MB / {libraries:.0f} MB = {idle / libraries:.3g}", idle <= 1.3 * libraries)


def _in_runs(text: str, ours: Result, floor: Result, most: float, runs: int = 5) -> Goal:
    """The median of the ratios of several runs, each of which asked both in turn."""
    size = len(ours.runs) // runs
    parts = [slice(size * run, size * (run + 1)) for run in range(runs)]
    ratios = [
        statistics.median(one.cpu for one in ours.runs[part]) / statistics.median(one.cpu for one in floor.runs[part])
        for part in parts
    ]
    ratio = statistics.median(ratios)
    return Goal(text, f"{ratio:.3g} ({min(ratios):.3g} to {max(ratios):.3g})", ratio <= most)


def _ratio(text: str, ours: float, theirs: float, most: float) -> Goal:
    ratio = ours / theirs if theirs else float("inf")
    return Goal(text, f"{_seconds(ours)} / {_seconds(theirs)} = {ratio:.3g}", ratio <= most)


def _rows(results: Results, place: str, size: int) -> Iterator[tuple[str, ...]]:
    for scenario, title in SCENARIOS.items():
        ours = results.get(place, size, scenario, "termintreu")
        for program in PROGRAMS:
            cell = results.get(place, size, scenario, program)
            if cell is None or ours is None:
                continue
            wire = (f"{cell.requests:.0f}", _bytes(cell.up), _bytes(cell.down)) if cell.traffic else ("", "", "")
            memory = f"{cell.peak / _MB:.0f} MB"
            if program in ("termintreu", "floor"):
                memory += f" (+{cell.above_idle / _MB:.0f})"
            yield (
                title if program == "floor" else "",
                _NAMES.get(program, program),
                *wire,
                _seconds(cell.cpu),
                f"{cell.cpu / ours.cpu:.2g}",
                memory,
                _seconds(cell.wall),
            )


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 0.995 else f"{value * 1000:.3g} ms"


def _bytes(count: float) -> str:
    if count >= 995_000:
        return f"{count / _MB:.1f} MB"
    return f"{count / 1000:.1f} kB" if count >= 1000 else f"{count:.0f} B"


def _markdown(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table whose columns stand below each other in plain text, too."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(3, *(len(line[column]) for line in lines)) for column in range(len(lines[0]))]
    right = [len(lines[0]) == len(_RIGHT) and _RIGHT[column] for column in range(len(lines[0]))]

    def row(cells: list[str]) -> str:
        padded = (c.rjust(w) if r else c.ljust(w) for c, w, r in zip(cells, widths, right, strict=True))
        return f"| {' | '.join(padded)} |"

    rule = [("-" * (width - 1) + ":") if r else "-" * width for width, r in zip(widths, right, strict=True)]
    return "\n".join([row(lines[0]), f"| {' | '.join(rule)} |", *map(row, lines[1:])])
