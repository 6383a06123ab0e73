"""Scripts: what happens, when and to whom, one line each; made from a seed, or read from a file, and written so that
people can read them.

    # seed 7, 3 days, 1 person, server 2
    d1 09:40 anna agrees-a-call which=4 hours=30
    d1 13:05 anna server-answers status=503 minutes=90
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from simulation.people import NAMES

CALM = "calm"
"""The action after which all is well, until what should be there is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that can happen."""

    name: str
    does: Callable[..., None]
    """Its arguments: the world, the person, and the parameters."""
    weight: int = 1
    parameters: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    """By name: the values to choose from."""
    needs_all: bool = False


def action(name: str, does: Callable[..., None], weight: int = 1, /, **parameters: Sequence[Any]) -> Action:
    """One line of a table."""
    return Action(name=name, does=does, weight=weight, parameters=parameters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of a script."""

    at: timedelta
    """Since the beginning."""
    person: str
    action: str
    parameters: Mapping[str, Any]

    def __str__(self) -> str:
        minutes = int(self.at.total_seconds()) // 60
        said = "".join(f" {name}={value}" for name, value in self.parameters.items())
        day, hour, minute = minutes // 1440 + 1, minutes // 60 % 24, minutes % 60
        return f"d{day} {hour:02d}:{minute:02d} {self.person} {self.action}{said}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A whole story."""

    seed: int
    days: float
    people: int
    profile: int
    """Which server the first person has."""
    events: tuple[Event, ...]

    def __str__(self) -> str:
        head = f"# seed {self.seed}, {self.days} days, {self.people} people, server {self.profile}"
        return "\n".join([head, *map(str, self.events), ""])


def made(
    seed: int,
    days: int,
    people: int,
    tables: Iterable[tuple[int, Sequence[Action]]],
    start: Sequence[Action],
    servers: int,
) -> Script:
    """A story out of a seed.

    Args:
        seed: of every choice.
        days: how long it is.
        people: how many there are.
        tables: actions, and how many of them happen in a day to each person, on average.
        start: actions of which some have happened before the beginning.
        servers: how many kinds of servers there are.
    """
    dice = random.Random(seed)
    events: list[Event] = []
    tables = list(tables)
    for name in NAMES[:people]:
        events += [replace(_event(dice, 0, name, start), at=timedelta(0)) for _ in range(8)]
        for day in range(days):
            for many, table in tables:
                for _ in range(dice.randint(0, 2 * many)):
                    events.append(_event(dice, day, name, table))
    # From eight in the evening on, all is well: in the morning it must show.
    events += [
        Event(at=timedelta(days=day, hours=15), person=NAMES[0], action=CALM, parameters={}) for day in range(days)
    ]
    return Script(
        seed=seed,
        days=days,
        people=people,
        profile=dice.randrange(servers),
        events=tuple(sorted(events, key=lambda event: event.at)),
    )


def _event(dice: random.Random, day: int, name: str, table: Sequence[Action]) -> Event:
    chosen = dice.choices(table, [one.weight for one in table])[0]
    values = {each: dice.choice(list(found)) for each, found in chosen.parameters.items()}
    at = timedelta(days=day, minutes=dice.randrange(5, 15 * 60 - 60))
    return Event(at=at, person=name, action=chosen.name, parameters=values)


def read(text: str) -> Script:
    """A script from its lines. Raises ValueError."""
    lines = [line.strip() for line in text.splitlines()]
    heads = [line.split() for line in lines if line.startswith("# seed")]
    if not heads:
        raise ValueError("a script says in its first line: # seed 1, 7 days, 1 people, server 0")
    head = heads[0]
    events = [_read(line) for line in lines if line and not line.startswith("#")]
    return Script(
        seed=int(head[2].strip(",")),
        days=_value(head[3]),
        people=int(head[5]),
        profile=int(head[8]),
        events=tuple(events),
    )


def _read(line: str) -> Event:
    day, clock, person, name, *rest = line.split()
    hour, minute = clock.split(":")
    values = {key: _value(value) for key, _, value in (each.partition("=") for each in rest)}
    at = timedelta(days=int(day[1:]) - 1, hours=int(hour), minutes=int(minute))
    return Event(at=at, person=person, action=name, parameters=values)


def _value(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
