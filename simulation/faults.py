"""Faults that the program once had, or well could have: each puts one function back to a wrong behaviour, so that one
sees what the simulation finds. `python -m simulation --fault NAME`; a line in `FAULTS` is all that one needs.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from typing import Any
from unittest import mock

from termintreu.cycle import reconcile, turn
from termintreu.reading import account_reading, collect, health, mirror
from termintreu.service import daemon, running_profile
from termintreu.writing import apply, setbacks, slot_diff
from termintreu_connectors import http, http_wire
from termintreu_connectors.dav import harvest, session, sync, writing

Patched = Callable[[], AbstractContextManager[Any]]


def _all(*patches: tuple[Any, str, Any]) -> Patched:
    @contextlib.contextmanager
    def patched() -> Iterator[None]:
        with ExitStack() as stack:
            for owner, name, wrong in patches:
                stack.enter_context(mock.patch.object(owner, name, wrong))
            yield

    return patched


def _raised(_: Any, __: str, error: Exception) -> None:
    raise error


async def _once(_: str, work: Callable[[], Any], **__: Any) -> Any:
    """In place of `keep_task`: what ends by a defect has ended, and nobody hears of it."""
    with contextlib.suppress(ZeroDivisionError):
        return await work()


def _stops_at_the_first(self: Any, change: Any, error: Exception) -> None:
    self.stopped = str(error)
    self.failed.add(change.slot)


def _in_order(changes: Any, _: Any, __: Any) -> tuple[list[Any], list[Any]]:
    return list(changes), []


class _NoLimit:
    """In place of `asyncio.timeout`: a peer that says nothing is waited for."""

    def __init__(self, _: float | None) -> None: ...

    async def __aenter__(self) -> _NoLimit:
        return self

    async def __aexit__(self, *_: object) -> None: ...

    def expired(self) -> bool:
        return False


class _Patient:
    """The asyncio module with a `timeout` that never comes."""

    timeout = _NoLimit

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)


async def _by_token(self: Any, _: Any) -> None:
    own = {key: one for key, one in self.mirrors.items() if one.roles}
    again = await self.world.ask_own(own, self.now, anew=frozenset())
    self.mirrors |= again.mirrors
    self.observed = reconcile._with_calls(self.world.observe(self.mirrors), self.world, self.judgement)


async def _unconditional(self: Any, href: str, data: bytes, _: dict[str, str]) -> Any:
    return await _PUT(self, href, data, {})


_PUT = writing.Writer._put
_PAUSED = health.Backoff.is_paused


def _for_ever(self: Any, _: Any) -> bool:
    return self.not_before is not None


async def _retried(self: Any, *given: Any, **more: Any) -> Any:
    return await self._retry(partial(_WRITE, self, *given, **more))


_WRITE = session.DavSession.write

FAULTS: dict[str, Patched] = {
    "one-calendar-ends-the-account": _all(
        (account_reading, "concerns_account", lambda *_, **__: True),
        (account_reading.AccountReading, "_back_off", lambda *_: 0),
    ),
    "one-item-ends-the-writing": _all(
        (apply._Account, "failed_with", _stops_at_the_first), (reconcile, "in_turn", _in_order)
    ),
    "a-stale-etag-stays": _all((reconcile.Reconciliation, "_look_again", _by_token)),
    "a-defect-ends-the-turns": _all(
        (running_profile, "log_defect", _raised), (turn, "log_defect", _raised), (daemon, "keep_task", _once)
    ),
    "a-silent-server-is-waited-for": _all(
        *((module, "asyncio", _Patient()) for module in (http, http_wire, account_reading, collect, apply))
    ),
    "a-dismissal-is-forgotten": _all((slot_diff, "_may_follow", lambda *_, **__: True)),
    "a-back-off-never-ends": _all((health.Backoff, "is_paused", _for_ever)),
    "absence-is-believed-at-once": _all((mirror, "_doubt", lambda *_: None)),
    "an-old-token-is-an-error": _all((sync, "_NO_SYNC", frozenset())),
    "a-full-answer-is-taken-for-a-change": _all((harvest.Harvest, "looks_full", lambda *_: False)),
    "a-setback-never-ends": _all((setbacks.Setback, "holds", lambda self, *_: bool(self))),
    "writes-have-no-condition": _all((writing.Writer, "_put", _unconditional)),
    "a-double-answer-is-read": _all((http_wire._Connection, "is_usable", lambda *_: True)),
    "a-bad-configuration-ends-the-service": _all((daemon, "TermintreuError", ZeroDivisionError)),
}
"""By name: what is put in the place of what."""
