"""Lives through a month: several polls a day by the program's own command, in between what the person does.

Each poll runs twice, for a second one has nothing to write.
"""

from __future__ import annotations

import asyncio
import re
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from icalendar import Calendar, Component

from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.report import document
from termintreu.model.basis import FreeTime, read_basis
from termintreu.ui.cli.commands.context import Context, context_of
from tests.call_log_files import fritzbox_csv
from tests.months.life import Deed, Entry, Month, answered

WORKDAY = ("07:00", "09:40", "12:35", "15:40", "17:35", "20:00")
FRIDAY = ("07:00", "09:40", "12:35", "14:05", "15:40", "20:00")
DAY_OFF = ("10:00", "19:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One item of ours as its file shows it."""

    uid: str
    kind: str
    title: str
    start: datetime
    due: datetime | None
    alarm: datetime | None
    open: bool
    offered: tuple[FreeTime, ...]
    severities: Mapping[str, int]


@dataclass(slots=True, kw_only=True)
class Line:
    """One item from its first day to its last."""

    item: str
    call: str
    """The UID of what it is about, with the day where that is one of a series; of several, the day."""
    written: datetime
    title: str
    rules: list[str]
    """Each rule that made it a task, in the order in which they came."""
    begins: datetime | None
    """Of the call."""
    start: datetime
    due: datetime | None
    alarms: set[datetime] = field(default_factory=set)
    fate: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What a judgement is about: not the title."""
        return self.item, self.call, " ".join(sorted(self.rules))


@dataclass(slots=True, kw_only=True)
class Told:
    """What the program did in a month."""

    lines: dict[str, Line] = field(default_factory=dict)
    """By UID."""
    polls: int = 0
    written_by_second_runs: list[str] = field(default_factory=list)
    rung_twice: set[str] = field(default_factory=set)
    past_offers: list[str] = field(default_factory=list)
    short: list[str] = field(default_factory=list)
    """Tasks whose DUE is too near to their alarm."""
    disturbing: list[str] = field(default_factory=list)
    """Alarms of tasks outside working time that could have waited for it."""
    first_morning: int = 0
    """Tasks after the first poll of all."""


class Living:
    """A person and her calendars, in a folder."""

    def __init__(self, month: Month, folder: Path) -> None:
        self.month, self.folder = month, folder
        self.entries = {entry.uid: entry for entry in month.entries}
        self.told = Told()
        self.now = datetime.min.replace(tzinfo=UTC)
        self._deeds = sorted(month.deeds, key=lambda deed: deed.at)
        self._files: dict[Path, bytes] = {}
        self._seen: dict[Path, tuple[bytes, Standing]] = {}
        self._context: Context
        self._loop: asyncio.Runner
        self._words = dict(month.answers)
        config = folder / "config.toml"
        config.write_text(month.config.format(folder=folder), encoding="utf-8")
        config.chmod(0o600)
        (folder / "own").mkdir()

    def through(self) -> Told:
        """The whole month."""
        given = Namespace(config=self.folder / "config.toml", person=None, at=str(self.month.first))
        with context_of(given, dry=False) as self._context, asyncio.Runner() as self._loop:
            for moment in self._polls():
                self._do_until(moment)
                self._poll(moment)
                self._answer(moment)
            self._look_at_alarms()
        for line in self.told.lines.values():
            line.fate = line.fate or ("open" if line.due is not None else "stood")
        return self.told

    # --- what the person does ---

    def change(self, uid: str, **fields: Any) -> None:
        """An entry is changed."""
        self.entries[uid] = replace(self.entries[uid], **fields)

    def reply(self, uid: str, address: str, partstat: str) -> None:
        """Somebody's answer comes in."""
        self.entries[uid] = answered(self.entries[uid], address, partstat)

    def remove(self, uid: str) -> None:
        """An entry is deleted."""
        del self.entries[uid]

    def tick(self, item: str, call: str) -> None:
        """A task of ours is ticked; nothing happens where there is none."""
        for path, line in self._ours(item, call):
            self._tick(path, line)

    def discard(self, item: str, call: str) -> None:
        """Something of ours is deleted."""
        for path, line in self._ours(item, call):
            path.unlink()
            line.fate = f"deleted {self._wall(self.now)}"

    def _ours(self, item: str, call: str) -> Iterator[tuple[Path, Line]]:
        for path in sorted((self.folder / "own").rglob("*.ics")):
            line = self.told.lines.get(path.stem)
            if line is not None and (line.item, line.call) == (item, call) and not line.fate:
                yield path, line

    def _tick(self, path: Path, line: Line, words: str = "") -> None:
        data = path.read_bytes().replace(b"\r\n ", b"").decode()
        if words:
            data = re.sub(r"\r\nSUMMARY:(.*?)\r\n", lambda found: f"\r\nSUMMARY:{found[1]} {words}\r\n", data, count=1)
        stamp = f"{self.now:%Y%m%dT%H%M%SZ}"
        done = f"STATUS:COMPLETED\r\nCOMPLETED:{stamp}\r\nPERCENT-COMPLETE:100"
        data = data.replace("PERCENT-COMPLETE:0\r\n", "").replace("STATUS:NEEDS-ACTION", done)
        path.write_bytes(data.encode())
        line.fate = f"ticked {self._wall(self.now)}" + (f", “{words}”" if words else "")

    def _answer(self, moment: datetime) -> None:
        """A question is answered some minutes after it stands there, unless the month says otherwise."""
        day = f"{moment.astimezone(self.month.zone):%m-%d}"
        words = self._words.get(day, "")
        if words == "-":
            return
        alone = words.startswith("#") and " " not in words
        self.now = moment + timedelta(minutes=6)
        for path in sorted((self.folder / "own").rglob("*.ics")):
            line = self.told.lines.get(path.stem)
            if line is not None and line.item == "outcome" and not line.fate:
                about_several = "/" in line.call
                self._tick(path, line, self._words.pop(day, "") if about_several != alone else "")

    # --- polls ---

    def _polls(self) -> Iterator[datetime]:
        for day in self.month.days:
            walls = DAY_OFF if day.weekday() >= 5 else FRIDAY if day.weekday() == 4 else WORKDAY
            for wall in walls:
                yield self.month.instant(f"{day:%m-%d} {wall}")

    def _do_until(self, moment: datetime) -> None:
        while self._deeds and self.month.instant(self._deeds[0].at) <= moment:
            deed: Deed = self._deeds.pop(0)
            self.now = self.month.instant(deed.at)
            deed.does(self)
        self.now = moment
        self._save(entry for entry in self.entries.values() if self.month.holds_at(entry, moment))
        made = [
            one
            for one in self.month.logged
            if self.month.instant(one.at[5:]) + timedelta(seconds=one.seconds) <= moment
        ]
        (self.folder / "calls.csv").write_bytes(fritzbox_csv(made))

    def _save(self, entries: Iterable[Entry]) -> None:
        wanted = {self.month.path(self.folder, entry): self.month.written(entry) for entry in entries}
        for path in self._files.keys() - wanted.keys():
            path.unlink()
        for path, data in wanted.items():
            if self._files.get(path) != data:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        self._files = wanted

    def _poll(self, moment: datetime) -> None:
        first = self._run(moment)
        self._note(first)
        if not self.told.polls:
            self.told.first_morning = sum(change["component"] == "VTODO" for change in first["changes"])
        again = self._run(moment + timedelta(minutes=1))
        self._note(again)
        self.told.written_by_second_runs += [
            f"{self._wall(moment)} {change['action']} {change['item']} {change['summary']}"
            for change in again["changes"]
        ]
        self.told.polls += 1
        self._look(again)

    def _run(self, moment: datetime) -> dict[str, Any]:
        """One cycle as `once` runs it; nothing is skipped because nothing changed."""
        world = self._context.world
        world.state.unchanged = None
        report = self._loop.run(run_cycle(world, moment))
        found = document(report, world.texts.render, world.zone)
        assert not report.failed, found
        return found

    def _note(self, document: dict[str, Any]) -> None:
        begins = {_call(one): datetime.fromisoformat(one["start"]) for one in document["appointments"]}
        for line in self.told.lines.values():
            line.begins = begins.get(line.call, line.begins)
        for change in document["changes"]:
            uid = change["uid"]
            start = datetime.fromisoformat(change["start"]) if change["start"] else self.now
            due = datetime.fromisoformat(change["due"]) if change["due"] else None
            if change["action"] == "create":
                called = _about(change, start.astimezone(self.month.zone))
                self.told.lines[uid] = Line(
                    item=change["item"],
                    call=called,
                    written=self.now,
                    title=change["summary"],
                    rules=[] if change["item"] == "warning" else list(change["rules"][:1]),
                    begins=begins.get(called),
                    start=start,
                    due=due,
                )
            elif uid in self.told.lines:
                line = self.told.lines[uid]
                if change["action"] == "delete":
                    line.fate = line.fate or f"gone {self._wall(self.now)}"
                else:
                    line.title, line.start, line.due = change["summary"], start, due
                    if line.fate.startswith("gone"):
                        line.fate = ""

    def _look(self, document: dict[str, Any]) -> None:
        """What stands there now, by the files themselves."""
        ringing = {
            _call(one)
            for one in document["appointments"]
            if one["rings"] and not any(_is_grave(found) for found in one["findings"])
        }
        for found in self._standing():
            line = self.told.lines[found.uid]
            if found.alarm is not None and found.open:
                line.alarms = {one for one in line.alarms if one <= self.now} | {found.alarm}
            if found.kind == "warning":
                line.rules += [
                    rule for rule, severity in found.severities.items() if severity >= 2 and rule not in line.rules
                ]
            if found.due is not None and found.open:
                self._look_at_task(found, line)
            if found.kind == "reminder" and found.alarm is not None and line.call in ringing and found.alarm > self.now:
                self.told.rung_twice.add(line.call)

    def _standing(self) -> Iterator[Standing]:
        """Everything of ours in the folder."""
        for path in sorted((self.folder / "own").rglob("*.ics")):
            data = path.read_bytes()
            before = self._seen.get(path)
            if before is None or before[0] != data:
                before = self._seen[path] = data, _read(data)
            yield before[1]

    def _look_at_task(self, found: Standing, line: Line) -> None:
        assert found.due is not None
        if any(start <= self.now for start, _ in found.offered):
            self.told.past_offers.append(f"{self._wall(self.now)} {found.title}")
        rings = found.alarm or found.start
        if found.due - rings < timedelta(minutes=60) and found.due != line.begins:
            self.told.short.append(f"{found.title}: rings {self._wall(rings)}, due {self._wall(found.due)}")

    def _look_at_alarms(self) -> None:
        """Every alarm of a task that has rung outside working time, and could have waited."""
        clock = self._context.world.settings.clock
        for line in self.told.lines.values():
            for alarm in line.alarms:
                waited = line.begins is None or any(clock.between(alarm, line.begins))
                if line.item == "outcome":  # its time is the end of the working hours, and a poll comes after it
                    waited = not any(clock.between(alarm - timedelta(hours=1), alarm))
                if line.due is not None and not clock.is_work(alarm) and waited:
                    self.told.disturbing.append(f"{line.title}: {self._wall(alarm)}")

    def _wall(self, instant: datetime) -> str:
        return f"{instant.astimezone(self.month.zone):%m-%d %H:%M}"


def _read(data: bytes) -> Standing:
    (component,) = [part for part in Calendar.from_ical(data).walk() if part.name in {"VEVENT", "VTODO"}]
    basis = read_basis(str(component.get("X-TERMINTREU-BASIS", "")))
    return Standing(
        uid=str(component["UID"]),
        kind=str(component["X-TERMINTREU-ID"]).split(";")[1],
        title=str(component["SUMMARY"]),
        start=component["DTSTART"].dt,
        due=component["DUE"].dt if "DUE" in component else None,
        alarm=_alarm(component),
        open=str(component.get("STATUS", "")) not in {"COMPLETED", "CANCELLED"},
        offered=basis.free_times,
        severities=dict(basis.severities),
    )


def _alarm(component: Component) -> datetime | None:
    for alarm in component.walk("VALARM"):
        trigger = alarm["TRIGGER"].dt
        moment: datetime = trigger if isinstance(trigger, datetime) else component["DTSTART"].dt + trigger
        return moment
    return None


def _is_grave(finding: Mapping[str, Any]) -> bool:
    """Whether a call rings in any case: it is critical, or something grave is found."""
    return finding["rule"] == "fragile" or finding["severity"] not in {"info", "advice"}


def _call(one: Mapping[str, Any]) -> str:
    return f"{one['uid']}@{one['recurrence_id'][:10]}" if one["recurrence_id"] else str(one["uid"])


def _about(change: Mapping[str, Any], local: datetime) -> str:
    if change["appointment"] is not None:
        return _call(change["appointment"])
    return f"{local:%m-%d/%H:%M}"
