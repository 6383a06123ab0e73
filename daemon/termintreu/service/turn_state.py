"""What one turn tells the next one, which may be another machine's: when each account is due, and how it fared. Pure.

It is made of plain values, as JSON has them. What cannot be understood is left out: an account is then asked at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any, get_args

from termintreu.model import ItemKind
from termintreu.reading.health import Backoff, Health
from termintreu.service.due_times import Agenda
from termintreu.writing.setbacks import NO_SETBACKS, Setback, Setbacks


def told(
    agenda: Agenda,
    health: Mapping[str, Health],
    *,
    settings: str,
    tidied_on: date | None = None,
    setbacks: Setbacks = NO_SETBACKS,
) -> dict[str, Any]:
    """What to hand over.

    Args:
        agenda: in seconds since 1970.
        health: by account; those that are well need no word.
        settings: stands for the configuration: what was refused under another one is tried again.
        tidied_on: the day (UTC) on which retention was last looked after.
        setbacks: which of our items could not be written.
    """
    return {
        "tidied_on": None if tidied_on is None else tidied_on.isoformat(),
        "at": agenda.at,
        "health": {name: _plain(one) for name, one in health.items() if not one.is_well},
        "settings": settings,
        "setbacks": {slot: _plain_setback(one) for slot, one in setbacks.items()},
    }


def due_times(left: Mapping[str, Any]) -> dict[str, float]:
    """When each account is due, in seconds since 1970."""
    given = left.get("at")
    if not isinstance(given, Mapping):
        return {}
    return {str(name): float(at) for name, at in given.items() if isinstance(at, int | float)}


def tidied(left: Mapping[str, Any]) -> date | None:
    """The day (UTC) on which retention was last looked after; None where nobody knows."""
    given = left.get("tidied_on")
    return date.fromisoformat(given) if isinstance(given, str) else None


def setbacks_of(left: Mapping[str, Any], *, settings: str, anew: bool) -> Setbacks:
    """Which of our items could not be written, and until when they are left alone; arguments as for `recall`."""
    given = left.get("setbacks")
    if anew or left.get("settings") != settings or not isinstance(given, Mapping):
        return NO_SETBACKS
    found = {}
    for slot, plain in given.items():
        try:
            found[str(slot)] = _setback(plain)
        except (KeyError, TypeError, ValueError):
            continue
    return found


def recall(left: Mapping[str, Any], health: dict[str, Health], *, settings: str, anew: bool) -> None:
    """Take over how the accounts fared: `health` changes in place.

    Args:
        left: what was handed over.
        health: as this process knows it.
        settings: as for `told`.
        anew: somebody waits for this turn: nobody is spared.
    """
    given = left.get("health")
    for one in health.values():
        _settle(one, {})
    if anew or left.get("settings") != settings or not isinstance(given, Mapping):
        return
    for name, plain in given.items():
        if isinstance(plain, Mapping):
            _settle(health.setdefault(str(name), Health()), plain)


def _plain_setback(one: Setback) -> dict[str, Any]:
    return asdict(one) | {"at": _text(one.at), "until": _text(one.until)}


def _setback(plain: Mapping[str, Any]) -> Setback:
    """Raises KeyError, TypeError or ValueError where it is none."""
    at, until = (datetime.fromisoformat(plain[name]).astimezone(UTC) for name in ("at", "until"))
    if plain["kind"] not in get_args(ItemKind):
        raise ValueError("no kind of item")
    return Setback(
        kind=plain["kind"],
        failures=int(plain["failures"]),
        at=at,
        until=until,
        about=str(plain["about"]),
        error=str(plain["error"]),
    )


def _plain(health: Health) -> dict[str, Any]:
    return _plain_backoff(health) | {
        "unauthorized": health.unauthorized,
        "state": health.state,
        "errors": list(health.errors),
        "is_open": health.is_open,
        "discovery": _plain_backoff(health.discovery),
        "collections": {href: _plain_backoff(one) for href, one in health.collections.items()},
    }


def _plain_backoff(backoff: Backoff) -> dict[str, Any]:
    return {
        "failures": backoff.failures,
        "not_before": _text(backoff.not_before),
        "rested_at": _text(backoff.rested_at),
        "failure": backoff.failure,
    }


def _settle(health: Health, plain: Mapping[str, Any]) -> None:
    health.unauthorized = plain.get("unauthorized")
    _settle_backoff(health, plain)
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
        _settle_backoff(backoff, plain)
    return backoff


def _settle_backoff(backoff: Backoff, plain: Mapping[str, Any]) -> None:
    backoff.failures = int(plain.get("failures", 0))
    backoff.not_before = _instant(plain.get("not_before"))
    backoff.rested_at = _instant(plain.get("rested_at"))
    backoff.failure = str(plain.get("failure", ""))


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def _instant(text: object) -> datetime | None:
    return None if not isinstance(text, str) else datetime.fromisoformat(text).astimezone(UTC)
