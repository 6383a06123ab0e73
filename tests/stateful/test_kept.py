"""What is kept between cycles is what would be worked out anew: in every cycle of random histories, each answer that
was kept is worked out once more and compared.

Deadlines that count from "now" may be those of the quarter of an hour in which they were worked out, and so may what
fades with time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, multiple, rule

from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.world import World
from termintreu.model import Answer, Outcome
from termintreu.model.kept import REVIEW, Kept
from termintreu.model.marks import call_key
from termintreu.recognition.calls import Lately
from termintreu.storage import Store
from termintreu_connectors.memory import BOTH, MemoryStore, ticked
from tests.faults.worlds import MONDAY, a_world, event
from tests.stateful.examples import examples

NAMES = ("Erika Muster", "Max Kern", "Ida Wolf")
TITLES = ("Telefonat mit {name}", "Telefonat mit {name} #critical", "Videocall {name}", "Workshop {name}", "Klausur")
PEOPLE = (
    (),
    ("ORGANIZER:mailto:anna@beispiel.example", "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:erika@muster.example"),
    ("ORGANIZER:mailto:max@kern.example", "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:anna@beispiel.example"),
    ("STATUS:TENTATIVE", "DESCRIPTION:Tel. +49 30 90184711"),
    ("RRULE:FREQ=DAILY;COUNT=5",),
)
OUTCOMES: tuple[Outcome, ...] = ("held", "missed", "late", "noshow")


class Proving(Kept[Any]):
    """Answers as they are kept, each worked out anew as well."""

    reused = 0

    def __call__(
        self,
        key: Hashable,
        rests_on: tuple[object, ...],
        work: Callable[[], Any],
        *,
        now: datetime = MONDAY,
        until: Callable[[Any], datetime] | None = None,
    ) -> Any:
        worked = self.worked
        answer = super().__call__(key, rests_on, work, now=now, until=until)
        if self.worked == worked:
            Proving.reused += 1
            assert alike(work(), answer), (key, work(), answer)
        return answer


def alike(one: Any, other: Any) -> bool:
    """Whether two answers are the same, but for how far time went on within a quarter of an hour."""
    if isinstance(one, float):
        return one == pytest.approx(other, abs=1e-3)
    if is_dataclass(one) and type(one) is type(other):
        return all(
            _deadlines_alike(getattr(one, field.name), getattr(other, field.name))
            if field.name in {"settle_by", "since"}
            else alike(getattr(one, field.name), getattr(other, field.name))
            for field in fields(one)
        )
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    return bool(one == other)


def _deadlines_alike(one: datetime | None, other: datetime | None) -> bool:
    return one == other if one is None or other is None else abs(one - other) <= REVIEW


def proving(world: World) -> World:
    """The world, whose every kept answer is looked at."""
    lately = Lately(appointments=Proving(), calls=Proving(), taking=Proving())
    world.settings = replace(
        world.settings, lately=lately, related=Proving(), assessed=Proving(), planned=Proving(), wanted=Proving()
    )
    return world


class Keeping(RuleBasedStateMachine):
    """One calendar of calls and other appointments that crowd each other."""

    events = Bundle("events")

    @initialize(target=events, tasks=st.booleans())
    def start(self, tasks: bool) -> Any:
        self.server = MemoryStore(supports=BOTH if tasks else frozenset({"VEVENT"}))
        self.calendar = self.server.add_collection("Arbeit", components=frozenset({"VEVENT"}))
        self.store = Store.open(None)
        self.now = MONDAY
        self.number = 0
        self.book: dict[str, tuple[datetime, str, tuple[str, ...], int]] = {}
        self.configuration_is_read_again()
        first = [
            self.something_is_agreed(quarters=quarters, name=name, title=0, people=people, minutes=30)
            for quarters, name, people in ((120, 0, 1), (122, 1, 0), (300, 0, 3), (600, 2, 0))
        ]
        self.cycle()
        self.cycle()
        return multiple(*first)

    @rule(
        target=events,
        quarters=st.integers(-300, 1300),
        name=st.integers(0, len(NAMES) - 1),
        title=st.integers(0, len(TITLES) - 1),
        people=st.integers(0, len(PEOPLE) - 1),
        minutes=st.sampled_from([0, 15, 30, 45, 150, 3000]),
    )
    def something_is_agreed(self, quarters: int, name: int, title: int, people: int, minutes: int) -> str:
        self.number += 1
        uid = f"event-{self.number}@example.com"
        start = self.now.replace(minute=0) + quarters * timedelta(minutes=15)
        self.book[uid] = start, TITLES[title].format(name=NAMES[name]), PEOPLE[people], minutes
        self.put(uid)
        return uid

    @rule(uid=events, quarters=st.integers(-200, 200))
    def it_moves(self, uid: str, quarters: int) -> None:
        if uid in self.book:
            start, *rest = self.book[uid]
            self.book[uid] = start + quarters * timedelta(minutes=15), *rest  # type: ignore[assignment]  # the rest stays
            self.put(uid)

    @rule(uid=events, title=st.integers(0, len(TITLES) - 1), name=st.integers(0, len(NAMES) - 1))
    def its_title_changes(self, uid: str, title: int, name: int) -> None:
        if uid in self.book:
            start, _, *rest = self.book[uid]
            self.book[uid] = start, TITLES[title].format(name=NAMES[name]), *rest  # type: ignore[assignment]  # as above
            self.put(uid)

    @rule(uid=consumes(events))
    def it_goes(self, uid: str) -> None:
        if self.book.pop(uid, None) is not None:
            self.server.remove(self.href(uid))

    @rule(minutes=st.sampled_from([1, 1, 4, 4, 9, 15, 50, 600, 1500]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.cycle()

    @rule(which=st.integers(0, 20), deed=st.sampled_from(["tick", "delete"]))
    def the_user_looks_after_a_task(self, which: int, deed: str) -> None:
        own = sorted(href for href in self.server.objects() if not href.startswith(self.calendar.href))
        if own and deed == "delete":
            self.server.remove(own[which % len(own)])
        elif own:
            self.server.edit(own[which % len(own)], lambda data: ticked(data, self.now))

    @rule(uid=events, outcome=st.sampled_from(OUTCOMES))
    def how_it_went_is_said(self, uid: str, outcome: Outcome) -> None:
        said = Answer(call_key=call_key(uid, None), outcome=outcome, origin="answer", recorded_at=self.now)
        self.store.remember(now=self.now, answers=[said])

    @rule()
    def configuration_is_read_again(self) -> None:
        self.world = proving(a_world(self.server, self.store))

    @rule()
    def cycle(self) -> None:
        asyncio.run(run_cycle(self.world, self.now))

    def put(self, uid: str) -> None:
        start, title, lines, minutes = self.book[uid]
        self.server.put(self.href(uid), event(uid, start, minutes=minutes, summary=title, lines=lines))

    def href(self, uid: str) -> str:
        return f"{self.calendar.href}{uid.partition('@')[0]}.ics"


TestKeeping = Keeping.TestCase
TestKeeping.settings = examples(25, steps=25)


def test_one_new_call_is_one_call_worked_out() -> None:
    machine = Keeping()
    machine.start(tasks=True)
    machine.cycle()
    settings = machine.world.settings
    stages = settings.lately.calls, settings.planned, settings.assessed
    before, reused = [stage.worked for stage in stages], Proving.reused
    machine.something_is_agreed(quarters=900, name=1, title=0, people=0, minutes=30)
    machine.cycle()
    # Its contact has another call, whose findings may rest on it.
    assert [1, 1, 2] == [stage.worked - worked for stage, worked in zip(stages, before, strict=True)]
    assert Proving.reused - reused > 20
