"""One retry layer: what it repeats, how long it waits, when it gives up."""

from __future__ import annotations

import asyncio

import pytest

from termintreu.model.errors import ConnectorError, Forbidden, InvalidAnswer, Unauthorized, Unavailable
from termintreu_connectors.retry import Retry


class Bench:
    """A request that fails as told, and a clock that only counts."""

    def __init__(self, *outcomes: Exception | str) -> None:
        self.outcomes = list(outcomes)
        self.waits: list[float] = []
        self.retry = Retry(sleep=self.sleep)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    async def request(self) -> str:
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


async def test_a_passing_failure_is_repeated_after_a_pause() -> None:
    bench = Bench(Unavailable("x"), Unavailable("x"), "good")
    assert "good" == await bench.retry(bench.request)
    assert 2 == len(bench.waits)
    assert all(0.0 <= wait <= 30.0 for wait in bench.waits)


@pytest.mark.requirement(17)
async def test_pauses_grow_and_differ() -> None:
    seen: list[list[float]] = []
    for _ in range(200):
        bench = Bench(Unavailable("x"), Unavailable("x"), "good")
        await bench.retry(bench.request)
        seen.append(bench.waits)
    first, second = ([waits[at] for waits in seen] for at in (0, 1))
    assert max(first) <= 1.0 < max(second) <= 2.0
    assert len(set(first)) > 100


async def test_the_last_failure_is_raised() -> None:
    failures = [Unavailable(str(number)) for number in range(3)]
    bench = Bench(*failures)
    with pytest.raises(Unavailable) as raised:
        await bench.retry(bench.request)
    assert failures[-1] is raised.value
    assert 2 == len(bench.waits)


@pytest.mark.requirement(17)
async def test_retry_after_is_kept_to_the_second() -> None:
    bench = Bench(Unavailable("x", retry_after=12.0), Unavailable("x", retry_after=0.0), "good")
    await bench.retry(bench.request)
    assert [12.0, 0.0] == bench.waits


async def test_a_longer_retry_after_than_allowed_is_handed_on_at_once() -> None:
    bench = Bench(Unavailable("x", retry_after=30.5), "never asked")
    with pytest.raises(Unavailable) as raised:
        await bench.retry(bench.request)
    assert (30.5, []) == (raised.value.retry_after, bench.waits)


@pytest.mark.parametrize("error", [Forbidden("x"), Unauthorized("x"), InvalidAnswer("x"), ValueError("x")])
async def test_what_will_not_pass_is_not_repeated(error: ConnectorError) -> None:
    bench = Bench(error, "never asked")
    with pytest.raises(type(error)):
        await bench.retry(bench.request)
    assert [] == bench.waits


async def test_runs_that_overlap_do_not_share_their_tries() -> None:
    retry = Retry(sleep=lambda _: asyncio.sleep(0))
    benches = [Bench(Unavailable("x"), Unavailable("x"), str(number)) for number in range(20)]
    assert [str(number) for number in range(20)] == await asyncio.gather(*(retry(b.request) for b in benches))


async def test_a_wait_can_be_cut_off() -> None:
    begun = asyncio.Event()

    async def sleep(_: float) -> None:
        begun.set()
        await asyncio.Event().wait()

    bench = Bench(Unavailable("x"), "never asked")
    task = asyncio.create_task(Retry(sleep=sleep)(bench.request))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ["never asked"] == bench.outcomes
