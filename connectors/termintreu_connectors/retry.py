"""The one layer that repeats requests, for those that are safe to repeat (RFC 9110 9.2.1): reads, and writes that were
refused for the pace alone. A PUT or DELETE whose answer was lost is never repeated blindly; the next cycle looks what
became of it.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_random_exponential

from termintreu.model.errors import Unavailable

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]


class Retry:
    """Repeats a read while the server is unavailable.

    A Retry-After is honoured up to `longest`; where more is asked for, the error is raised at once, with its
    `retry_after`, so that the cycle can go on with other sources. Without one: exponential back-off with jitter.
    """

    def __init__(self, *, tries: int = 3, longest: float = 30.0, sleep: Sleep = asyncio.sleep) -> None:
        """`tries` counts the first one; `longest` is in seconds, each wait."""
        self._tries = tries
        self._longest = longest
        self._sleep = sleep
        self._backoff = wait_random_exponential(multiplier=1.0, max=longest)

    async def __call__(self, action: Callable[[], Awaitable[T]], *, only: type[Unavailable] = Unavailable) -> T:
        """The action's result; `only` after these is it tried again. Raises what its last try raised."""
        try:
            return await action()
        except only as failure:
            attempt = _after_a_failure(failure, action)

        # One object a call: tenacity keeps the state of a run in it, and runs overlap.
        retrying = AsyncRetrying(
            sleep=self._sleep,
            stop=stop_after_attempt(self._tries),
            wait=self._wait,
            retry=retry_if_exception(lambda failure: isinstance(failure, only) and self._worth_it(failure)),
            reraise=True,
        )
        return await retrying(attempt)

    def _worth_it(self, failure: BaseException) -> bool:
        return isinstance(failure, Unavailable) and (failure.retry_after or 0.0) <= self._longest

    def _wait(self, state: RetryCallState) -> float:
        failure = state.outcome.exception() if state.outcome else None
        asked = failure.retry_after if isinstance(failure, Unavailable) else None
        return self._backoff(state) if asked is None else asked


def _after_a_failure(first: Unavailable, action: Callable[[], Awaitable[T]]) -> Callable[[], Awaitable[T]]:
    """The action as tenacity is to see it, whose first try was made without tenacity, and failed with `first`.

    Nearly always the first try is all there is. A run of tenacity costs 44 µs of CPU, without one it is 1 µs.
    """
    tries = itertools.count()

    async def attempt() -> T:
        if next(tries) == 0:
            raise first
        return await action()

    return attempt
