"""The queue of turns on PostgreSQL; the only module that uses procrastinate.

Each profile has a lock of its own, so that one of its jobs runs at a time, and at most one waits in each queue. A job
names the profile, and nothing else: due times are kept in our own table, so that a job that is lost, doubled or late
does no harm.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Self

import procrastinate
import psycopg
from procrastinate import exceptions
from procrastinate.jobs import Job, Status
from procrastinate.schema import SchemaManager

from termintreu.model.errors import StoreError
from termintreu.storage.turns import Due

TURNS, SLOW = "turns", "slow"
"""Queues: of quick profiles, and of profiles whose last turn was slow."""
URGENT = 100
"""Priority of a turn that a user waits for."""
HEARTBEAT = 2.0
"""Seconds between a worker's heartbeats."""
STALLED = 10.0
"""Seconds without a heartbeat after which a worker is lost, and its jobs are queued again."""
_AT_ONCE = 8
"""Jobs that are queued at once."""
_MAKING = 0x5452454A
"""Advisory lock for making the queue's tables."""

Turn = Callable[[str, bool], Awaitable[None]]
"""Runs the turn of the named profile; True: a user waits for it."""


class Queue:
    """A connection to the queue; several processes use it at once. Methods raise StoreError."""

    def __init__(self, conninfo: str, turn: Turn | None = None) -> None:
        """
        Args:
            conninfo: of the database, as libpq has it.
            turn: what a job does, in a worker.
        """
        # Their log lines repeat ours, one for each job.
        logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
        logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
        connector = procrastinate.PsycopgConnector(
            conninfo=conninfo, min_size=1, max_size=_AT_ONCE + 2, timeout=20, kwargs={"connect_timeout": 10}
        )
        self._app = procrastinate.App(connector=connector)

        # Jobs in the database hold the profile as `person`, and outlive an update.
        async def take(person: str, urgent: bool = False) -> None:
            if turn is not None:
                await turn(person, urgent)

        self._task = self._app.task(name="turn")(take)

    async def __aenter__(self) -> Self:
        with _in_words():
            await self._app.open_async()
        return self

    async def __aexit__(self, *_: object) -> None:
        with _in_words():
            await self._app.close_async()

    async def enqueue(self, due: Iterable[Due]) -> None:
        """Queue a job for each turn, unless one is waiting."""
        permits = asyncio.Semaphore(_AT_ONCE)

        async def put(one: Due) -> None:
            async with permits:
                await self._defer(one.profile, queue=SLOW if one.slow else TURNS)

        with _in_words():
            await asyncio.gather(*(put(one) for one in due))

    async def enqueue_first(self, profile: str) -> None:
        """Queue a turn of that profile before all others, whether it is due or not."""
        with _in_words():
            await self._defer(profile, urgent=True)

    async def requeue_stalled(self) -> list[str]:
        """Queue the jobs of lost workers again. Returns the names of their profiles."""
        with _in_words():
            stalled = list(await self._app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED))
            for job in stalled:
                await self._requeue(job)
            await self._app.job_manager.prune_stalled_workers(STALLED)
        return [str(job.task_kwargs.get("person", "")) for job in stalled]

    async def work(self, *, quick: int, slow: int, drain: float) -> None:
        """Run turns until cancelled, so many at once of each queue; running ones then get `drain` seconds to end."""
        workers = [
            self._app.run_worker_async(
                queues=[name],
                name=name,
                concurrency=limit,
                fetch_job_polling_interval=2.0,
                shutdown_graceful_timeout=drain,
                delete_jobs="always",
                install_signal_handlers=False,
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=STALLED,
            )
            for name, limit in ((TURNS, quick), (SLOW, slow))
        ]
        with _in_words():
            await _all_or_none(workers)

    async def _defer(self, profile: str, *, queue: str = TURNS, urgent: bool = False) -> None:
        job = self._task.configure(
            queue=queue,
            lock=profile,
            queueing_lock=f"{profile} now" if urgent else profile,
            priority=URGENT if urgent else 0,
        )
        try:
            await job.defer_async(person=profile, urgent=urgent)
        except exceptions.AlreadyEnqueued:
            return  # one is waiting

    async def _requeue(self, job: Job) -> None:
        try:
            await self._app.job_manager.retry_job(job)
        except exceptions.UniqueViolation:
            # Another job of this profile is waiting; this one would only block it.
            if job.id is not None:
                await self._app.job_manager.finish_job_by_id_async(job.id, status=Status.FAILED, delete_job=True)


@asynccontextmanager
async def opened(conninfo: str, turn: Turn | None = None) -> AsyncIterator[Queue]:
    """Connect, and make the queue's tables where they are missing. Raises StoreError."""
    with _in_words():
        await asyncio.to_thread(_make_tables, conninfo)
    queue = Queue(conninfo, turn)
    async with queue:
        yield queue


async def _all_or_none(works: Iterable[Coroutine[None, None, None]]) -> None:
    """Run all until one ends, then cancel the others. Raises the first error."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for error in ended:
        if isinstance(error, Exception):
            raise error


def _make_tables(conninfo: str) -> None:
    with psycopg.connect(conninfo, connect_timeout=10) as connection:
        # Several processes may begin at once.
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_MAKING])
        (found,) = connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone() or (None,)
        if found is None:
            connection.execute(SchemaManager.get_schema())


@contextmanager
def _in_words() -> Iterator[None]:
    """Turn what the queue raises into a StoreError with one clear sentence; it may quote the address, so none is."""
    try:
        yield
    except (exceptions.ProcrastinateException, psycopg.Error) as error:
        cause = error.__cause__ or error
        raise StoreError(f"the queue of turns cannot be used ({type(cause).__name__}); is the database up?") from error
