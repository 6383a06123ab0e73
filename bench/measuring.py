"""The scenarios: the same calendar changes, and every program looks at it in turn."""

from __future__ import annotations

import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bench.calendars import NOW
from bench.light import Light
from bench.programs import Child, IcalendarPeer, Khal, Ours, Used, VdirSyncer, configuration
from bench.serving import Feed, Relay, Served, Traffic, dav, feed

SCENARIOS = {"first": "first sync", "none": "no change", "one": "1 change", "hundred": "100 changes"}
_POLL = timedelta(minutes=2)
_QUIET = 60
"""Polls without a change; they take milliseconds, and a median of few says little."""
_FIRSTS = 3
"""First synchronisations, each by a program that knows nothing yet."""
_SETTLING = 8
"""Cycles until all reminders are written and nothing moves any more, at the most."""


@dataclass(slots=True, kw_only=True)
class Result:
    """One cell of the table: what a program took for a scenario."""

    place: str
    size: int
    scenario: str
    program: str
    runs: list[Used] = field(default_factory=list)
    traffic: list[Traffic] = field(default_factory=list)
    calendar_path: str = ""

    @property
    def cpu(self) -> float:
        return statistics.median(run.cpu for run in self.runs)

    @property
    def wall(self) -> float:
        return statistics.median(run.wall for run in self.runs)

    @property
    def peak(self) -> float:
        return max(run.peak for run in self.runs)

    @property
    def above_idle(self) -> float:
        """Memory above that before the poll."""
        return max(run.peak - run.before for run in self.runs)

    @property
    def requests(self) -> float:
        """All of them."""
        return statistics.median(len(one.requests) for one in self.traffic) if self.traffic else 0

    @property
    def reads(self) -> float:
        """Those to the calendar itself."""
        if not self.traffic:
            return 0
        return statistics.median(sum(path == self.calendar_path for _, path in one.requests) for one in self.traffic)

    @property
    def up(self) -> float:
        return statistics.median(one.up for one in self.traffic) if self.traffic else 0

    @property
    def down(self) -> float:
        return statistics.median(one.down for one in self.traffic) if self.traffic else 0

    def median_of(self, name: str) -> float:
        """Of a further number that the program gave."""
        return statistics.median(run.more.get(name, 0) for run in self.runs)

    def stages(self) -> dict[str, float]:
        """CPU seconds by stage, where the program told."""
        names = Counter[str]()
        for run in self.runs:
            names.update(run.more.get("stages", {}).keys())
        return {
            name: statistics.median(run.more.get("stages", {}).get(name, 0.0) for run in self.runs) for name in names
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What became of the memory in a day of polls."""

    place: str
    size: int
    begin: float
    """Bytes, after a tenth of it."""
    end: float
    cpu: float
    """Seconds, all of the polls together."""


class Results:
    """All cells so far."""

    def __init__(self) -> None:
        self.cells: dict[tuple[str, int, str, str], Result] = {}
        self.days: list[Day] = []
        self.light: Light | None = None

    def add(
        self,
        place: str,
        size: int,
        scenario: str,
        program: str,
        used: Used,
        traffic: Traffic | None = None,
        path: str = "",
    ) -> None:
        """Note one run."""
        cell = self.cells.setdefault(
            (place, size, scenario, program),
            Result(place=place, size=size, scenario=scenario, program=program, calendar_path=path),
        )
        cell.runs.append(used)
        if traffic is not None:
            cell.traffic.append(traffic)
        say(f"  {place} {size} {SCENARIOS[scenario]}: {program} {used.cpu:.4f} s")

    def get(self, place: str, size: int, scenario: str, program: str) -> Result | None:
        """One cell."""
        return self.cells.get((place, size, scenario, program))


def say(text: str) -> None:
    """Progress, beside the table."""
    print(text, file=sys.stderr, flush=True)


def measure_dav(results: Results, kind: str, size: int, *, peers: Path, folder: Path, kept: Path, day: bool) -> None:
    """A CalDAV server. `day`: a day of polls at the end, for the memory."""
    with dav(kind, size, folder / "server", kept) as served:
        run = _DavRun(results, served, peers=peers, folder=folder)
        with closing(run):
            run.measure()
            if day:
                _a_day(results, run.ours, run.clock, kind, size, lambda: served.change(1))


class _Clock:
    """The moments of our cycles."""

    def __init__(self) -> None:
        self.now = NOW

    def next(self) -> datetime:
        self.now += _POLL
        return self.now


class _DavRun:
    def __init__(self, results: Results, served: Served, *, peers: Path, folder: Path) -> None:
        server = served.server
        self.results, self.served, self.relay = results, served, served.relay
        self.kind, self.size = server.kind, served.calendar.size
        self.clock = _Clock()
        self._peers_at, self._folder = peers, folder
        self._login = f'username = "{server.username}"\npassword = "{server.password}"'
        self.floor = Child("bench.floor", str(served.relay.port), server.username, server.password)
        self.ours, self.vdirsyncer = self._fresh("Termintreu")
        self.khal = Khal(peers, folder / "khal", self.vdirsyncer.copy)

    def _fresh(self, name: str) -> tuple[Ours, VdirSyncer]:
        """Both programs, in folders of their own and with nothing in them; `name`: of the calendars of ours."""
        source = f'type = "caldav"\nurl = "{self.relay.url}"\n{self._login}\ncalendars = ["Arbeit"]'
        target = f'source = "work"\nreminders = "{name}"\ntasks = "{name} Aufgaben"'
        remote = f'type = "caldav"\nurl = "{self.served.url}"\n{self._login}'
        folder = self._folder / name
        config = configuration(folder / "ours", source, target)
        return Ours(config), VdirSyncer(self._peers_at, folder / "vdirsyncer", remote)

    def close(self) -> None:
        self.ours.close()
        self.floor.close()

    def measure(self) -> None:
        for number in range(1, _FIRSTS):
            ours, vdirsyncer = self._fresh(f"Probe {number}")
            with closing(ours):
                self.relay.take()
                self._add("first", "termintreu", ours.cycle(self.clock.now + _POLL))
                self._add("first", "vdirsyncer", vdirsyncer.sync())
        self.relay.take()
        self._ours("first")
        for _ in range(_SETTLING):
            if not self.ours.cycle(self.clock.next()).more["written"]:
                break
        self.relay.take()
        self._floor("first", [self.served.path])
        for path in self.ours.own:
            self.floor.ask(paths=[path])
        self._peers("first")
        for _ in range(_QUIET):
            self._ours("none")
            self._floor("none")
        for _ in range(3):
            self._peers("none")
        for scenario, count, times in (("one", 1, 3), ("hundred", 100, 3)):
            for _ in range(times):
                self.served.change(count)
                self._ours(scenario)
                self._floor(scenario)
                self._peers(scenario)
                self.ours.cycle(self.clock.next())
                self.relay.take()

    def _add(self, scenario: str, program: str, used: Used, *, wire: bool = True) -> None:
        traffic = self.relay.take() if wire else None
        self.results.add(self.kind, self.size, scenario, program, used, traffic, self.served.path)

    def _ours(self, scenario: str) -> None:
        self.relay.take()
        self._add(scenario, "termintreu", self.ours.cycle(self.clock.next()))

    def _floor(self, scenario: str, paths: list[str] | None = None) -> None:
        self.relay.take()
        self._add(scenario, "floor", self.floor.ask(paths=paths or [self.served.path, *self.ours.own]))

    def _peers(self, scenario: str) -> None:
        self.relay.take()
        self._add(scenario, "vdirsyncer", self.vdirsyncer.sync())
        self._add(scenario, "khal", self.khal.list(), wire=False)


def measure_feed(results: Results, size: int, *, peers: Path, folder: Path, day: bool) -> None:
    """A static feed. `day`: as above."""
    with feed(size) as published:
        clock = _Clock()
        target = folder / "own"
        target.mkdir(parents=True)
        config = configuration(
            folder / "ours",
            f'type = "ics"\nurl = "{published.url}"\nallow_private = true',
            f'type = "vdir"\npath = "{target}"',
        )
        ours, floor = Ours(config), Child("bench.floor", str(published.relay.port), "", "")
        peer = IcalendarPeer(peers, folder / "icalendar")
        vdirsyncer = VdirSyncer(peers, folder / "vdirsyncer", f'type = "http"\nurl = "{published.url}"')
        programs: dict[str, Callable[[], Used]] = {
            "termintreu": lambda: ours.cycle(clock.next()),
            "floor": lambda: floor.ask(get="/kalender.ics"),
            "icalendar": lambda: peer.read(published.url),
            "vdirsyncer": vdirsyncer.sync,
        }
        with closing(ours), closing(floor):
            for scenario, times in _feed_steps(published):
                for name, look in programs.items():
                    stays = name in ("termintreu", "floor")
                    if not stays and results.get("feed", size, scenario, name) is not None:
                        continue  # once is enough where it takes so long
                    for _ in range(times if stays else 1):
                        published.relay.take()
                        used = look()
                        results.add("feed", size, scenario, name, used, published.relay.take(), "/kalender.ics")
                _settle(ours, clock)
            if day:
                _a_day(results, ours, clock, "feed", size, lambda: published.change(1))


def _feed_steps(published: Feed) -> Iterator[tuple[str, int]]:
    """Scenario and repeats, each after its change."""
    yield "first", 1
    yield "none", _QUIET
    for scenario, count, times in (("one", 1, 3), ("hundred", 100, 3)):
        for _ in range(times):
            published.change(count)
            yield scenario, 1


def _settle(ours: Ours, clock: _Clock) -> None:
    for _ in range(_SETTLING):
        if not ours.cycle(clock.next()).more["written"]:
            return


def _a_day(results: Results, ours: Ours, clock: _Clock, kind: str, size: int, change: Callable[[], None]) -> None:
    """720 polls in a row, every thirtieth with a change: what the memory does."""
    used: list[Used] = []
    for number in range(720):
        if number % 30 == 29:
            change()
        used.append(ours.cycle(clock.next()))
    tenth = len(used) // 10
    results.days.append(
        Day(
            place=kind,
            size=size,
            begin=statistics.median(one.after for one in used[tenth : 2 * tenth]),
            end=statistics.median(one.after for one in used[-tenth:]),
            cpu=sum(one.cpu for one in used),
        )
    )
    say(f"  a day: {results.days[-1]}")


__all__ = ["SCENARIOS", "Relay", "Result", "Results", "measure_dav", "measure_feed", "say"]
