"""The queue of turns, on a real database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from termintreu.model.errors import StoreError
from termintreu.service import job_queue
from termintreu.storage.postgres import conninfo_of
from termintreu.storage.turns import Due
from tests.postgres import PostgresBench


def address(postgres: PostgresBench) -> str:
    return conninfo_of(postgres.url, postgres.password)


def waiting(postgres: PostgresBench) -> list[tuple[str, str, int]]:
    with postgres.connect() as connection:
        return connection.execute(
            "SELECT args->>'person', queue_name::text, priority FROM procrastinate_jobs WHERE status = 'todo' "
            "ORDER BY priority DESC, id"
        ).fetchall()


def due(*names: str, slow: bool = False) -> list[Due]:
    return [Due(profile=name, slow=slow) for name in names]


async def worked(postgres: PostgresBench, until: Callable[[list[str]], bool]) -> list[str]:
    """What a worker takes, one at a time, until that is the case."""
    taken: list[str] = []
    enough = asyncio.Event()

    async def take(person: str, urgent: bool) -> None:
        taken.append(f"{person}{'!' if urgent else ''}")
        if until(taken):
            enough.set()

    async with job_queue.opened(address(postgres), take) as queue:
        working = asyncio.create_task(queue.work(quick=1, slow=1, drain=5))
        async with asyncio.timeout(30):
            await enough.wait()
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    return taken


async def test_at_most_one_job_of_a_person_waits_and_who_is_in_a_hurry_goes_first(postgres: PostgresBench) -> None:
    async with job_queue.opened(address(postgres)) as queue:
        await queue.enqueue(due("anna", "berta"))
        await queue.enqueue([*due("anna"), *due("carl", slow=True)])
        await queue.enqueue_first("berta")
        await queue.enqueue_first("berta")

    found = waiting(postgres)
    assert ("berta", "turns", 100) == found[0]
    assert {("anna", "turns", 0), ("berta", "turns", 0), ("carl", "slow", 0)} == set(found[1:])
    assert 4 == len(found)
    taken = await worked(postgres, lambda taken: len(taken) == 4)
    assert "berta!" == next(name for name in taken if name != "carl")
    assert [] == waiting(postgres)


async def test_the_jobs_of_a_worker_without_a_sign_of_life_are_put_down_again(postgres: PostgresBench) -> None:
    async with job_queue.opened(address(postgres)) as queue:
        await queue.enqueue(due("anna", "berta", "carl"))
        with postgres.connect() as connection:
            connection.execute(
                "WITH w AS (INSERT INTO procrastinate_workers(last_heartbeat) VALUES "
                "(now() - interval '1 minute'), (now()) RETURNING id) "
                "UPDATE procrastinate_jobs SET status = 'doing', worker_id = CASE WHEN args->>'person' = 'carl' "
                "THEN (SELECT max(id) FROM w) ELSE (SELECT min(id) FROM w) END"
            )
        # Another job of berta waits already: the dead worker's one would only be in its way.
        await queue.enqueue(due("berta"))

        assert ["anna", "berta"] == sorted(await queue.requeue_stalled())
        assert {"anna", "berta"} == {name for name, _, _ in waiting(postgres)}
        assert 2 == len(waiting(postgres))
        assert [] == await queue.requeue_stalled()


async def test_a_turn_that_fails_leaves_nothing_behind_and_the_next_is_taken(postgres: PostgresBench) -> None:
    taken: list[str] = []
    both = asyncio.Event()

    async def fail(person: str, urgent: bool) -> None:
        taken.append(person)
        if len(taken) == 2:
            both.set()
        raise RuntimeError

    async with job_queue.opened(address(postgres), fail) as queue:
        await queue.enqueue(due("anna"))
        working = asyncio.create_task(queue.work(quick=1, slow=1, drain=5))
        async with asyncio.timeout(30):
            await queue.enqueue(due("berta"))
            await both.wait()
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    with postgres.connect() as connection:
        assert (0,) == connection.execute("SELECT count(*) FROM procrastinate_jobs").fetchone()


async def test_many_that_begin_at_once_make_the_queue_once(postgres: PostgresBench) -> None:
    async def begin() -> None:
        async with job_queue.opened(address(postgres)):
            pass

    await asyncio.gather(*(begin() for _ in range(4)))


async def test_a_database_that_is_away_is_a_clear_sentence_without_the_password() -> None:
    with pytest.raises(StoreError, match="the queue of turns cannot be used") as caught:
        async with job_queue.opened("postgresql://termintreu:geheim@127.0.0.1:1/x"):
            pass
    assert "geheim" not in str(caught.value)
