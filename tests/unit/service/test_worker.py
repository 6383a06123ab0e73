"""One worker's turns, on a real database, without the queue."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from termintreu.model import supervision
from termintreu.model.errors import ConfigError
from termintreu.service.process import SharedProcess
from termintreu.service.worker import Worker
from termintreu.storage import Store, turns
from tests.postgres import PostgresBench
from tests.scripted import Answer, ScriptedServer
from tests.servers import event, free_port

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LONG_AGO = datetime(1970, 1, 2, tzinfo=UTC)


class WorkerBench:
    """A worker, its profiles, and a clock."""

    def __init__(self, folder: Path, postgres: PostgresBench) -> None:
        self.folder = folder
        self.postgres = postgres
        self.now = NOW
        (folder / "people.d").mkdir()
        for name in ("calendar", "own"):
            (folder / name).mkdir()
        self.config = folder / "config.toml"
        self.config.write_text(
            f'profiles = "people.d"\ntimezone = "Europe/Berlin"\n[schedule]\npoll = "2m"\n{postgres.toml}'
            f'[[sources]]\nname = "work"\ntype = "vdir"\npath = "{folder / "calendar"}"\n'
            f'[target]\ntype = "vdir"\npath = "{folder / "own"}"\n'
        )
        self.worker: Worker | None = None

    def write_profile(self, name: str, profile: str = "") -> None:
        (self.folder / "people.d" / f"{name}.toml").write_text(profile)

    async def turn(self, name: str, *, urgent: bool = False, **options: Any) -> dict[str, Any]:
        """One turn; returns the profile's row, times as datetimes."""
        if self.worker is None:
            self.worker = Worker(self.config, clock=lambda: self.now, **options)
        database = self.worker._process.database
        with database.writing("") as connection:
            turns.enrol(connection, [path.stem for path in (self.folder / "people.d").iterdir()], LONG_AGO)
        await self.worker._turn(name, urgent)
        with database.reading() as connection:
            row = connection.execute(turns.turns.select().where(turns.turns.c.profile == name)).mappings().one()
        return dict(row)

    def report(self, name: str) -> Any:
        assert self.worker is not None
        return Store(self.worker._process.database, name).last_report()

    def close(self) -> None:
        if self.worker is not None:
            self.worker._process.database.close()


@pytest.fixture
def bench(tmp_path: Path, postgres: PostgresBench) -> Iterator[WorkerBench]:
    made = WorkerBench(tmp_path, postgres)
    yield made
    made.close()


async def test_a_turn_writes_remembers_and_sets_the_next_one(bench: WorkerBench) -> None:
    bench.write_profile("anna")
    (bench.folder / "calendar" / "a.ics").write_text(event("a@x", "Telefonat mit Erika Muster 030 901820"))
    row = await bench.turn("anna")

    assert bench.now < row["due_at"] <= bench.now + timedelta(minutes=2)
    assert (None, False) == (row["trouble"], row["slow"])
    assert 1 == bench.report("anna")["calls"]
    assert 1 == len(list((bench.folder / "own").glob("*/termintreu-*.ics")))

    before = bench.report("anna")
    await bench.turn("anna")
    assert before == bench.report("anna")


async def test_a_server_that_asks_for_patience_gets_it_from_every_worker(bench: WorkerBench) -> None:
    with ScriptedServer([Answer(None, 503, {"Retry-After": "1800"})] * 20) as server:
        bench.write_profile(
            "anna",
            f'[[sources]]\nname = "crm"\ntype = "ics"\nallow_private = true\nurl = "{server.url}feed.ics"\n',
        )
        row = await bench.turn("anna")
        asked = len(server.recorded)
        assert row["due_at"] >= bench.now + timedelta(minutes=29)

        # Another worker, another account of the same person: the server is still spared.
        bench.close()
        bench.worker = None
        bench.now += timedelta(minutes=5)
        with bench.postgres.connect() as connection:
            connection.execute("UPDATE turns SET due_at = 0")
        await bench.turn("anna")
        assert asked == len(server.recorded)

        # Somebody waits for it.
        await bench.turn("anna", urgent=True)
        assert asked < len(server.recorded)


async def test_a_bad_profile_is_its_own_trouble_and_is_looked_at_again(bench: WorkerBench) -> None:
    bench.write_profile("anna", 'langage = "de"')
    bench.write_profile("berta")
    row = await bench.turn("anna")
    assert "langage" in row["trouble"]
    assert row["due_at"] > bench.now
    assert (await bench.turn("berta"))["trouble"] is None

    bench.write_profile("anna", 'language = "de"')
    bench.now = row["due_at"]
    assert (await bench.turn("anna"))["trouble"] is None


async def test_a_changed_profile_counts_from_the_next_turn_on(bench: WorkerBench) -> None:
    bench.write_profile("anna")
    await bench.turn("anna")
    bench.write_profile("anna", "[schedule]\npoll = '6h'\n")
    bench.now += timedelta(hours=1)
    await bench.turn("anna")
    row = await bench.turn("anna", urgent=True)

    assert row["due_at"] > bench.now
    assert bench.worker is not None
    assert timedelta(hours=6) == bench.worker._cache["anna"].world.config.schedule.poll


async def test_only_so_many_calendars_stay_in_memory(bench: WorkerBench) -> None:
    for name in ("anna", "berta", "carl"):
        bench.write_profile(name)
        await bench.turn(name, keep=2)

    assert bench.worker is not None
    assert ["berta", "carl"] == list(bench.worker._cache)


async def test_a_turn_taken_over_in_the_middle_stores_nothing(
    bench: WorkerBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.write_profile("anna")
    await bench.turn("anna")
    before = bench.report("anna")
    assert bench.worker is not None
    world = bench.worker._cache["anna"].world
    database = bench.worker._process.database
    ask = world.accounts.calendars[0].connector.changes

    async def taken_over(*arguments: Any) -> Any:
        with database.writing("anna") as connection:
            turns.claim(connection, "anna", "somebody else", bench.now, urgent=True)
        return await ask(*arguments)

    monkeypatch.setattr(world.accounts.calendars[0].connector, "changes", taken_over)
    bench.now += timedelta(hours=1)
    (bench.folder / "calendar" / "a.ics").write_text(event("a@x", "Telefonat mit Erika Muster 030 901820"))
    row = await bench.turn("anna")

    assert "somebody else" == row["claim"]
    assert row["due_at"] <= bench.now
    assert before == bench.report("anna")


def test_a_configuration_that_is_not_made_for_workers_says_what_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[[sources]]\nname = "work"\ntype = "vdir"\npath = "/x"\n[target]\nsource = "work"\n'
    )
    with pytest.raises(ConfigError, match="workers need"):
        asyncio.run(_made(tmp_path / "config.toml"))


async def _made(path: Path) -> Worker:
    return Worker(path)


async def test_work_that_a_defect_ends_is_begun_anew(bench: WorkerBench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "FIRST_PAUSE", 0.01)
    bench.write_profile("anna")
    process = SharedProcess(bench.config, lambda: NOW)
    told: list[tuple[str, ...]] = []

    async def work() -> None:
        told.append(supervision.troubles())
        if len(told) == 1:
            raise ZeroDivisionError
        process.stopping.set()

    async with asyncio.timeout(30):
        await process.serve(work, status=str)
    assert [0, 1] == [len(troubles) for troubles in told]
    assert "the work: ended by a defect (ZeroDivisionError" in told[1][0]


async def test_a_worker_waits_for_its_database_and_takes_a_hang_up_for_a_reload(
    bench: WorkerBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.write_profile("anna")
    right = bench.config.read_text()
    bench.config.write_text(re.sub(r"@127\.0\.0\.1:\d+", f"@127.0.0.1:{free_port()}", right))
    monkeypatch.setattr("termintreu.service.process.RETRY_AFTER", 0.01)
    monkeypatch.setenv("NOTIFY_SOCKET", str(bench.folder / "notify"))
    began = asyncio.Event()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(bench.folder / "notify"))
        manager.setblocking(False)
        process = SharedProcess(bench.config, lambda: NOW)

        async def work() -> None:
            began.set()
            await process.stopping.wait()

        async with asyncio.timeout(20):
            serving = asyncio.create_task(process.serve(work, status=lambda: "waits"))
            heard = b""
            while b"EXTEND_TIMEOUT_USEC=" not in heard or heard.count(b"STATUS=the ") < 2:
                heard += await asyncio.get_running_loop().sock_recv(manager, 4096)
            assert not began.is_set()
            bench.config.write_text(right)
            bench.write_profile("ben")
            os.kill(os.getpid(), signal.SIGHUP)
            await began.wait()
            assert process.profiles.names == ("anna", "ben")
            process.stopping.set()
            await serving
