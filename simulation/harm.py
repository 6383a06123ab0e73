"""What servers, networks, disks and our own mistakes do to the program: a table with one line each."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any
from unittest import mock

from simulation.disk import torn
from simulation.network import Trouble
from simulation.people import Person
from simulation.script import Action, action
from simulation.world import BESIDE, World

METHODS = {
    "all": frozenset[str](),
    "reads": frozenset({"PROPFIND", "REPORT", "GET"}),
    "listings": frozenset({"PROPFIND"}),
    "reports": frozenset({"REPORT"}),
    "writes": frozenset({"PUT", "DELETE", "MKCALENDAR"}),
}
PATHS = {
    "all": "/",
    "calendar": "/arbeit/",
    "other": "/allgemein/",
    "reminders": "/termintreu/",
    "tasks": "/termintreu-aufgaben/",
    "some-items": "a.ics",
}


def answers(
    world: World, person: Person, kind: str, of: str, at: str, passes: int, times: int, argument: float
) -> None:
    """The next answers of the account's server come to harm."""
    if PATHS[at] not in BESIDE:
        world.harmed()
    world.internet.troubles.append(
        Trouble(
            kind=kind,
            host=person.host,
            methods=METHODS[of],
            path=PATHS[at],
            passes=passes,
            left=times,
            argument=argument,
        )
    )


def outage(world: World, person: Person, kind: str, minutes: int) -> None:
    """The server cannot be reached for a while."""
    _for_a_while(world, Trouble(kind=kind, host=person.host), minutes)
    for connection in list(world.internet.connections):
        if connection.host == person.host:
            connection.lose()


def refuses(world: World, person: Person, status: int, of: str, at: str, minutes: int) -> None:
    """The server answers with a status for a while."""
    trouble = Trouble(kind="status", host=person.host, methods=METHODS[of], path=PATHS[at], argument=status)
    _for_a_while(world, trouble, minutes)


def feed_fails(world: World, person: Person, kind: str, argument: float, minutes: int) -> None:
    """The feed's server answers with something else for a while."""
    _for_a_while(world, Trouble(kind=kind, host=person.feed_host, argument=argument), minutes)


def disk(world: World, _: Person, trouble: str, minutes: int) -> None:
    """The disk of the state is in trouble for a while."""
    world.harmed(minutes)
    world.first.disk.trouble = trouble

    def mend() -> None:
        world.first.disk.trouble = ""

    world.after(60 * minutes, mend)


def kill_at_write(world: World, _: Person, statements: int, minutes: int) -> None:
    """Killed in the middle of what is remembered, and started again."""
    world.harmed(minutes)
    world.first.disk.kills_in = statements
    world.after(60 * minutes, world.first.start)


def kill_at_request(world: World, person: Person, of: str, passes: int, minutes: int) -> None:
    """Killed while it asks: the server has taken the request."""
    world.harmed(24 * 60)
    world.internet.troubles.append(
        Trouble(kind="kill", host=person.host, methods=METHODS[of], path="/", passes=passes, left=1)
    )
    world.after(60 * minutes, world.first.start)


def kill_and_tear(world: World, _: Person, how: str, part: float, minutes: int) -> None:
    """Power is lost: the machine starts with what the disk has kept."""
    world.first.kill()
    world.first.settle()
    torn(world.first.state, how, part)
    world.lost_state()
    world.harmed(minutes)
    world.after(60 * minutes, world.first.start)


def loses_state(world: World, _: Person, minutes: int) -> None:
    """The state is deleted while nothing runs."""
    world.first.kill()
    world.first.settle()
    for path in world.first.state.glob("state.sqlite3*"):
        path.unlink()
    world.lost_state()
    world.harmed(minutes)
    world.after(60 * minutes, world.first.start)


def etags_change(_: World, person: Person, at: str) -> None:
    """The server gives everything another ETag and tells nobody: a restored backup, a new version."""
    for path, calendar in person.server.calendars.items():
        if PATHS[at] in path:
            for stored in calendar.resources.values():
                person.server.version += 1
                stored.version = person.server.version


def drops_connections(world: World, _: Person) -> None:
    """The router is restarted."""
    world.internet.drop_all()


STAGES = {
    "reading": ("termintreu.cycle.answers", "facts_of"),
    "recognising": ("termintreu.cycle.cycle", "recognise_calls"),
    "judging": ("termintreu.cycle.cycle", "judge"),
    "planning": ("termintreu.cycle.reconcile", "plan"),
    "comparing": ("termintreu.cycle.reconcile", "diff"),
    "writing": ("termintreu.cycle.reconcile", "before_write"),
    "announcing": ("termintreu.cycle.cycle", "announce"),
    "due-times": ("termintreu.service.running_profile", "polled_soon"),
    "status": ("termintreu.service.running_profile", "shown"),
}


def defect(world: World, _: Person, stage: str, passes: int, times: int) -> None:
    """A stage fails by a defect of ours, so many times."""
    module, name = importlib.import_module(STAGES[stage][0]), STAGES[stage][1]
    real: Callable[..., Any] = getattr(module, name)
    if getattr(real, "broken", False):
        return
    left = [passes, times]
    world.harmed(20 * 60)

    def broken(*args: Any, **more: Any) -> Any:
        if left[0] > 0:
            left[0] -= 1
        elif left[1] > 0:
            left[1] -= 1
            raise ZeroDivisionError("injected")
        return real(*args, **more)

    broken.broken = True  # type: ignore[attr-defined]
    world.defective.enter_context(mock.patch.object(module, name, broken))


def _for_a_while(world: World, trouble: Trouble, minutes: int) -> None:
    if trouble.path not in BESIDE and not trouble.host.endswith(".feed.example"):
        world.harmed(minutes)
    world.internet.troubles.append(trouble)

    def over() -> None:
        trouble.left = 0

    world.after(60 * minutes, over)


TIMES = (1, 1, 2, 5, 20)
PASSES = (0, 0, 1, 3, 8)
MINUTES = (3, 20, 60, 150, 300)

HARM: tuple[Action, ...] = (
    *(
        action(
            f"answers-{kind.replace(' ', '-')}",
            lambda *given, kind=kind, **more: answers(*given, kind=kind, **more),
            1,
            of=tuple(METHODS),
            at=tuple(PATHS),
            passes=PASSES,
            times=TIMES if kind != "half" else (1,),  # said twice, it is believed
            argument=arguments,
        )
        for kind, arguments in (
            ("lost", (0, 5)),
            ("hang up", (0, 5)),
            ("silent", (0,)),
            ("deaf", (0,)),
            ("cut", (0.0, 0.3, 0.9)),
            ("half", (0,)),
            ("late", (3, 20, 60, 200)),
            ("drip", (0.5, 5)),
            ("twice", (0,)),
            ("page", (0,)),
            ("earlier", (0,)),
        )
    ),
    action(
        "server-refuses",
        refuses,
        14,
        status=(400, 403, 404, 409, 412, 423, 429, 500, 502, 503, 507),
        of=tuple(METHODS),
        at=tuple(PATHS),
        minutes=(20, 200, 500),
    ),
    action("server-is-gone", outage, 3, kind=("refused", "unreachable", "tls", "dns", "deaf"), minutes=MINUTES),
    action("feed-fails", feed_fails, 2, kind=("status", "page", "cut", "deaf"), argument=(404, 500), minutes=MINUTES),
    action("etags-change", etags_change, 3, at=("all", "reminders", "tasks", "calendar")),
    action("connections-drop", drops_connections, 1),
    action("disk-fails", disk, 3, trouble=("full", "locked", "io"), minutes=MINUTES),
    action("killed-while-remembering", kill_at_write, 4, statements=range(30), minutes=(1, 30)),
    action("killed-while-asking", kill_at_request, 4, of=tuple(METHODS), passes=PASSES, minutes=(1, 30)),
    action("power-is-lost", kill_and_tear, 2, how=("journal", "page"), part=(0.1, 0.5, 0.9), minutes=(1, 30)),
    action("state-is-lost", loses_state, 1, minutes=(1, 30)),
    action("defect", defect, 4, stage=tuple(STAGES), passes=(0, 0, 2), times=(1, 3, 20)),
)
