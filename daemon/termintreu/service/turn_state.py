"""The turn state: what a turn leaves for the next one, which may run on another machine. Pure.

It holds the due times and the health of each account, and setbacks of writes, as plain JSON values. A value that cannot
be read is ignored: the account is then polled at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from termintreu.reading.health import Backoff, Health
from termintreu.service.due_times import DueTimes
from termintreu.writing.setbacks import NO_SETBACKS, Setbacks, handed_on, taken_over


def dump(
    due_times: DueTimes,
    health: Mapping[str, Health],
    *,
    settings: str,
    tidied_on: date | None = None,
    setbacks: Setbacks = NO_SETBACKS,
) -> dict[str, Any]:
    """The turn state as JSON values.

    Args:
        due_times: in seconds since 1970.
        health: by account; healthy accounts are left out.
        settings: a digest of the configuration; health and setbacks are dropped when it changes.
        tidied_on: the day (UTC) on which retention last ran.
        setbacks: our items that could not be written, by slot.
    """
    return {
        "tidied_on": None if tidied_on is None else tidied_on.isoformat(),
        "at": due_times.at,
        "health": {name: _dump_health(one) for name, one in health.items() if not one.is_well},
        "settings": settings,
        "setbacks": handed_on(setbacks),
    }


def load_due_times(state: Mapping[str, Any]) -> dict[str, float]:
    """When each account is due, in seconds since 1970."""
    given = state.get("at")
    if not isinstance(given, Mapping):
        return {}
    return {str(name): float(at) for name, at in given.items() if isinstance(at, int | float)}


def load_tidied_on(state: Mapping[str, Any]) -> date | None:
    """The day (UTC) on which retention last ran; None where it is not known."""
    given = state.get("tidied_on")
    return date.fromisoformat(given) if isinstance(given, str) else None


def load_setbacks(state: Mapping[str, Any], *, settings: str, anew: bool) -> Setbacks:
    """Our items that could not be written, and until when they are not tried again; arguments as for `load_health`."""
    if anew or state.get("settings") != settings:
        return NO_SETBACKS
    return taken_over(state.get("setbacks"), waits=True)


def load_health(state: Mapping[str, Any], health: dict[str, Health], *, settings: str, anew: bool) -> None:
    """Set the health of the accounts from the turn state: `health` changes in place.

    Args:
        state: of the last turn.
        health: by account, as this process knows it.
        settings: as for `dump`.
        anew: a user waits for this turn: every account is tried, also one in back-off.
    """
    given = state.get("health")
    for one in health.values():
        _load_into(one, {})
    if anew or state.get("settings") != settings or not isinstance(given, Mapping):
        return
    for name, plain in given.items():
        if isinstance(plain, Mapping):
            _load_into(health.setdefault(str(name), Health()), plain)


def _dump_health(health: Health) -> dict[str, Any]:
    return _dump_backoff(health) | {
        "unauthorized": health.unauthorized,
        "state": health.state,
        "errors": list(health.errors),
        "is_open": health.is_open,
        "discovery": _dump_backoff(health.discovery),
        "collections": {href: _dump_backoff(one) for href, one in health.collections.items()},
    }


def _dump_backoff(backoff: Backoff) -> dict[str, Any]:
    return {
        "failures": backoff.failures,
        "not_before": _text(backoff.not_before),
        "rested_at": _text(backoff.rested_at),
        "failure": backoff.failure,
    }


def _load_into(health: Health, plain: Mapping[str, Any]) -> None:
    health.unauthorized = plain.get("unauthorized")
    _load_backoff(health, plain)
    health.state = plain.get("state", "ok")
    health.errors = tuple(plain.get("errors", ()))
    health.is_open = bool(plain.get("is_open", True))
    health.discovery = _backoff(plain.get("discovery"))
    collections = plain.get("collections")
    given = collections.items() if isinstance(collections, Mapping) else ()
    health.collections = {str(href): _backoff(one) for href, one in given}


def _backoff(plain: object) -> Backoff:
    backoff = Backoff()
    if isinstance(plain, Mapping):
        _load_backoff(backoff, plain)
    return backoff


def _load_backoff(backoff: Backoff, plain: Mapping[str, Any]) -> None:
    backoff.failures = int(plain.get("failures", 0))
    backoff.not_before = _instant(plain.get("not_before"))
    backoff.rested_at = _instant(plain.get("rested_at"))
    backoff.failure = str(plain.get("failure", ""))


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def _instant(text: object) -> datetime | None:
    return None if not isinstance(text, str) else datetime.fromisoformat(text).astimezone(UTC)
