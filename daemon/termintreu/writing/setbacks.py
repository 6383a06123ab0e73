"""Items that could not be written, and how long each is left alone. Pure.

A server that fails on one item must not keep the others from being written: what failed goes last in the next cycle,
and waits longer each time. All changes of one slot go together, so that what is replaced still goes before its
successor comes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, get_args

from termintreu.model import Change, ItemKind, Message, msg
from termintreu.planning.items.render import rings_at

SHORTEST = timedelta(minutes=1)
"""From the first failure to the next try; it doubles with each further one."""
LONGEST = timedelta(hours=1)
_DOUBLINGS = 6
"""So many doublings exceed `LONGEST`."""

_KINDS: Mapping[ItemKind, Message] = {
    "reminder": msg("A reminder"),
    "warning": msg("A warning"),
    "outcome": msg("A question after a call"),
    "recovery": msg("A task to call after a miss"),
    "retry": msg("A reminder to try again"),
    "amends": msg("A task for a small gesture"),
    "check": msg("A task to ask whether all is well"),
    "weekly": msg("The overview of the week"),
    "blind": msg("A task about what is not seen"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setback:
    """How one slot has fared."""

    kind: ItemKind
    failures: int
    """In a row."""
    at: datetime
    """UTC, of the last one."""
    until: datetime
    """UTC; it is left alone until then."""
    about: str
    """What was to be written: for another time of the call, or over another version, there is a new try at once."""
    error: str

    def holds(self, changes: Iterable[Change], now: datetime) -> bool:
        """Whether these changes of the slot have to wait. Where the clock was set back, nobody knows for how long."""
        return self.at <= now < self.until and self.about == _about(changes)


Setbacks = Mapping[str, Setback]
"""By slot."""
NO_SETBACKS: Setbacks = MappingProxyType({})


def in_turn(changes: Sequence[Change], setbacks: Setbacks, now: datetime) -> tuple[list[Change], list[Change]]:
    """What to write, in order (what failed last time goes last), and what is left alone for now (UTC)."""
    by_slot = _by_slot(changes)
    waiting = {slot for slot, own in by_slot.items() if slot in setbacks and setbacks[slot].holds(own, now)}
    ready = [change for change in changes if change.slot not in waiting]
    return (
        [change for change in ready if change.slot not in setbacks]
        + [change for change in ready if change.slot in setbacks],
        [
            replace(change, result="retry_later", error=_why(setbacks[change.slot]))
            for change in changes
            if change.slot in waiting
        ],
    )


def after_round(
    setbacks: Setbacks, changes: Sequence[Change], written: Iterable[Change], failed: Collection[str], now: datetime
) -> dict[str, Setback]:
    """The setbacks after a round of writes.

    Args:
        setbacks: before it.
        changes: all that were wanted. A slot of which none is wanted any more is forgotten.
        written: those among them that were given to the server, or that were stopped before, each with its result.
        failed: slots whose own write was tried and failed.
        now: UTC.
    """
    errors = {change.slot: change.error or "" for change in reversed(list(written)) if change.result != "applied"}
    done = {change.slot for change in written if change.result == "applied"} - errors.keys()
    after: dict[str, Setback] = {}
    for slot, own in _by_slot(changes).items():
        if slot in failed:
            after[slot] = _another(setbacks.get(slot), own, errors.get(slot, ""), now)
        elif slot in setbacks and slot not in done:
            after[slot] = setbacks[slot]
    return after


def told(setbacks: Setbacks) -> tuple[Message, ...]:
    """One sentence for each kind of item that could not be written; it names nobody."""
    first: dict[ItemKind, Setback] = {}
    for one in sorted(setbacks.values(), key=lambda one: one.until):
        first.setdefault(one.kind, one)
    return tuple(
        msg(
            "{what} could not be brought up to date, {n:try|tries} so far: {why:text}. Next try at {at:time}.",
            what=_KINDS[one.kind],
            n=one.failures,
            why=one.error,
            at=one.until,
        )
        for one in first.values()
    )


def handed_on(setbacks: Setbacks) -> dict[str, Any]:
    """The same as plain values, as JSON has them."""
    return {
        slot: asdict(one) | {"at": one.at.isoformat(), "until": one.until.isoformat()} for slot, one in setbacks.items()
    }


def taken_over(given: object, *, waits: bool) -> dict[str, Setback]:
    """From plain values; what cannot be understood is left out: it is tried at once.

    Args:
        given: by `handed_on`, or anything else.
        waits: whether their back-off holds. Where it does not, they still go last.
    """
    found = {}
    for slot, plain in given.items() if isinstance(given, Mapping) else ():
        try:
            one = _setback(plain)
        except (KeyError, TypeError, ValueError):
            continue
        found[str(slot)] = one if waits else replace(one, until=one.at)
    return found


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


def _another(before: Setback | None, changes: Sequence[Change], error: str, now: datetime) -> Setback:
    failures = before.failures + 1 if before is not None else 1
    return Setback(
        kind=changes[0].kind,
        failures=failures,
        at=now,
        until=now + _wait(failures, changes, now),
        about=_about(changes),
        error=error,
    )


def _wait(failures: int, changes: Sequence[Change], now: datetime) -> timedelta:
    """A reminder is tried again before half of the time to its alarm is over."""
    wait = min(SHORTEST * (1 << min(failures - 1, _DOUBLINGS)), LONGEST)
    alarms = [rings_at(change.item) for change in changes if change.item is not None and change.kind == "reminder"]
    ahead = [alarm - now for alarm in alarms if alarm > now]
    return max(SHORTEST, min([wait, *(left / 2 for left in ahead)]))


def _about(changes: Iterable[Change]) -> str:
    """Not the texts: those of a task begin anew with each cycle."""
    return " ".join(
        sorted(f"{change.item.anchor.isoformat() if change.item else '-'}/{change.etag}" for change in changes)
    )


def _by_slot(changes: Iterable[Change]) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(change.slot, []).append(change)
    return found


def _why(setback: Setback) -> str:
    return f"{setback.error} (left alone until {setback.until:%H:%M:%S} UTC after {setback.failures} tries)"
