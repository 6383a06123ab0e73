"""Reading logs cycle after cycle: what is kept, how trouble is told, and that the state holds it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from termintreu.model import BadLine, HeldLogs, LogBook, LogEntry, LogReading
from termintreu.model.errors import ConnectorError, NotFound, Unauthorized, Unavailable
from termintreu.reading.call_logs import Listened, LogAccount, listen
from termintreu.reading.collect import Health
from termintreu.storage import Store
from tests.factories import at

NOW = at("2026-11-23 12:00")
SINCE = NOW - timedelta(days=8)
ENTRY = LogEntry(
    log="pbx",
    at=at("2026-11-23 10:00"),
    direction="out",
    number="030901820",
    reached=True,
    talked=timedelta(seconds=90.5),
)


class Log:
    """A log whose answers are given; it remembers the positions it was asked for."""

    name = "pbx"

    def __init__(self, *answers: LogReading | ConnectorError) -> None:
        self._answers = list(answers)
        self.positions: list[str | None] = []

    async def read(self, position: str | None) -> LogReading:
        self.positions.append(position)
        answer = self._answers.pop(0)
        if isinstance(answer, ConnectorError):
            raise answer
        return answer

    def watch(self, wake: Callable[[], None]) -> AbstractContextManager[None] | None:
        return None

    async def close(self) -> None:
        """Nothing."""


async def cycles(log: Log, count: int, minutes: int = 5) -> list[Listened]:
    account = LogAccount(name="pbx", type="asterisk", log=log)
    health: dict[str, Health] = {}
    held, found = HeldLogs(), []
    for number in range(count):
        now = NOW + timedelta(minutes=minutes * number)
        found.append(await listen([account], held, now=now, since=SINCE, health=health))
        held = found[-1].held
    return found


async def test_entries_add_up_and_positions_go_back() -> None:
    later = replace(ENTRY, at=at("2026-11-23 11:00"))
    log = Log(
        LogReading(entries=(ENTRY,), bad=(BadLine(line=3, reason="x"),), position="a", fresh=True),
        LogReading(entries=(later,), bad=(BadLine(line=9, reason="x"),), position="b"),
        LogReading(entries=(ENTRY, later), position="c", fresh=True),
    )
    first, second, third = await cycles(log, 3)
    assert [None, "a", "b"] == log.positions
    assert [1, 2, 2] == [len(one.held.entries) for one in (first, second, third)]
    assert [1, 2, 0] == [one.reports[0].bad_lines for one in (first, second, third)]
    assert (later.at, "ok") == (second.reports[0].last_entry, second.reports[0].state)
    assert NOW + timedelta(minutes=5) == second.states["pbx"].complete_until


async def test_an_export_from_later_than_now_counts_until_now() -> None:
    (found,) = await cycles(Log(LogReading(position="a", as_of=NOW + timedelta(days=1))), 1)
    assert NOW == found.states["pbx"].complete_until
    (earlier,) = await cycles(Log(LogReading(position="a", as_of=NOW - timedelta(days=1))), 1)
    assert NOW - timedelta(days=1) == earlier.states["pbx"].complete_until


async def test_a_log_reaches_as_far_as_its_last_entry_whatever_time_its_file_bears() -> None:
    copied, yet_to_come = NOW - timedelta(days=30), replace(ENTRY, at=NOW + timedelta(hours=1))
    [found] = await cycles(Log(LogReading(entries=(ENTRY, yet_to_come), position="a", as_of=copied, newest=copied)), 1)
    assert (ENTRY.at, ENTRY.at) == (found.states["pbx"].complete_until, found.states["pbx"].newest)


async def test_what_is_older_than_asked_about_is_not_kept() -> None:
    old = replace(ENTRY, at=SINCE - timedelta(seconds=1))
    (found,) = await cycles(Log(LogReading(entries=(old, ENTRY), position="a")), 1)
    assert (ENTRY,) == found.held.entries


async def test_the_end_of_a_running_call_replaces_it() -> None:
    running = replace(ENTRY, running=True, talked=timedelta(seconds=30), id="7")
    ended = replace(ENTRY, id="7")
    found = await cycles(Log(LogReading(entries=(running,)), LogReading(entries=(ended,))), 2)
    assert (ended,) == found[-1].held.entries


async def test_a_failure_keeps_what_is_held_and_is_told() -> None:
    log = Log(LogReading(entries=(ENTRY,), position="a"), Unavailable("pbx: gone"), LogReading(position="b"))
    _, failed, again = await cycles(log, 3)
    report = failed.reports[0]
    assert ("stale", "pbx: gone", 1) == (report.state, report.error, report.entries)
    assert failed.states["pbx"].complete_until is None
    assert ("ok", "a") == (again.reports[0].state, log.positions[-1])


async def test_a_log_that_was_never_read_has_failed() -> None:
    (found,) = await cycles(Log(NotFound("pbx: No such file or directory")), 1)
    assert "failed" == found.reports[0].state


async def test_it_is_not_asked_again_at_once_and_after_a_refused_log_in_not_at_all() -> None:
    log = Log(Unavailable("x", retry_after=600), LogReading())
    assert ["failed", "failed", "ok"] == [one.reports[0].state for one in await cycles(log, 3)]
    assert 2 == len(log.positions)
    refused = Log(Unauthorized("pbx: wrong"))
    assert {"unauthorized"} == {one.reports[0].state for one in await cycles(refused, 3, minutes=600)}


async def test_a_log_that_is_not_configured_any_more_is_forgotten() -> None:
    held = HeldLogs(entries=(ENTRY,), books={"pbx": LogBook(position="a")})
    assert HeldLogs() == (await listen([], held, now=NOW, since=SINCE, health={})).held


def test_the_state_holds_entries_and_positions_and_only_what_is_held_now(tmp_path: Path) -> None:
    other = replace(ENTRY, number="", talked=None, direction="in", reached=False, voicemail=True, running=True, id="8")
    held = HeldLogs(entries=(ENTRY, other), books={"pbx": LogBook(position='{"a": 1}', bad_lines=2)})
    with Store.open(tmp_path) as store:
        store.remember(now=NOW, logs=held)
    with Store.open(tmp_path) as store:
        assert (set(held.entries), held.books) == (set(store.load_logs().entries), store.load_logs().books)
        changed = replace(ENTRY, talked=timedelta(minutes=9))
        store.remember(now=NOW, logs=HeldLogs(entries=(changed,), books={}))
        assert HeldLogs(entries=(changed,)) == store.load_logs()
        store.remember(now=NOW)
        assert HeldLogs(entries=(changed,)) == store.load_logs()


def test_profiles_hold_logs_of_their_own(tmp_path: Path) -> None:
    with Store.open(tmp_path, "anna") as anna, Store.open(tmp_path, "bert") as bert:
        anna.remember(now=NOW, logs=HeldLogs(entries=(ENTRY,), books={"pbx": LogBook(position="a")}))
        assert HeldLogs() == bert.load_logs()
        bert.remember(now=NOW, logs=HeldLogs())
        assert (ENTRY,) == anna.load_logs().entries


def test_who_erases_a_contact_erases_the_copies_of_logs(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.remember(now=NOW, logs=HeldLogs(entries=(ENTRY,), books={"pbx": LogBook(position="a")}))
        store.erase_contact("erika@muster.example")
        assert HeldLogs() == store.load_logs()
    assert b"030901820" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


async def test_a_log_that_says_nothing_holds_nobody_up() -> None:
    class Silent(Log):
        async def read(self, position: str | None) -> LogReading:
            await asyncio.Event().wait()
            raise AssertionError

    account = LogAccount(name="pbx", type="fritzbox", log=Silent())
    heard = await listen([account], HeldLogs(), now=NOW, since=SINCE, health={}, patience=0.05)
    assert ["failed"] == [report.state for report in heard.reports]
