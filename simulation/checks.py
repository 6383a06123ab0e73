"""What must hold, at every step and after the harm: a check is a small function with a name, in one of two tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from simulation.dav_server import Write
from simulation.people import FEED_KEY, PASSWORDS, PRIVATE, Person, observed
from simulation.world import POLL, World
from termintreu.model import Observed
from termintreu.model.marks import UID_PREFIX, call_key, item_uid

SECRETS = (*PRIVATE, *PASSWORDS, FEED_KEY, "beispiel.example")
REST = timedelta(minutes=100)
"""The longest back-off is an hour; a poll may come twenty minutes later, and be long."""
PROMPT = timedelta(minutes=50)
"""Some polls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """Something that must hold did not."""

    check: str
    text: str

    def __str__(self) -> str:
        return f"{self.check}: {self.text}"


# --- of each write ---


def nothing_foreign_is_changed(_: World, person: Person, write: Write) -> Iterator[str]:
    """Only what bears our UID and mark is changed or deleted, and only in calendars of our own."""
    if not write.path.startswith(f"{person.server.home}termintreu"):
        yield f"{write.method} {write.path}"
    if write.before is not None and (UID_PREFIX.encode() not in write.before or b"X-" not in write.before):
        yield f"{write.method} {write.path} over what is not ours"


def nobody_is_told(_: World, __: Person, write: Write) -> Iterator[str]:
    """Nothing that we write makes a server send a message."""
    data = (write.after or b"").replace(b"\r\n ", b"")
    for word in (b"\nATTENDEE", b"\nORGANIZER", b"ACTION:EMAIL", b"\nMETHOD"):
        if word in data:
            yield f"{write.path} holds {word.decode().strip()}"


def what_the_user_edited_stays(_: World, person: Person, write: Write) -> Iterator[str]:
    """What bears the user's own words is not written over."""
    edited = write.path in person.edited and write.before is not None and b"SUMMARY:! " in write.before
    if edited and (write.after is not None or not _is_over(write)):
        yield f"{write.method} {write.path}"


def what_the_user_deleted_stays_away(world: World, person: Person, write: Write) -> Iterator[str]:
    """An item that the user deleted is not written again, for the same call at the same time."""
    if write.before is None and (item := _item(write)) is not None:
        key = (f"{item.call_key}/{item.kind}/{item.role}", item.anchor)
        when = person.deleted.get(key)
        if when is not None and not any(when - timedelta(days=1) < joined for joined in world.joined):
            yield f"{item.kind} {item.summary} came back"


def no_item_stands_twice(_: World, person: Person, write: Write) -> Iterator[str]:
    """One open item in a slot."""
    if write.before is None and (item := _item(write)) is not None and item.kind != "check":
        same = [
            other
            for other in person.ours()
            if (other.call_key, other.kind, other.role) == (item.call_key, item.kind, item.role)
            and other.href not in person.edited
            and not other.done
            and not other.declined
            and not (other.end and other.end <= item_now(write))
        ]
        if len(same) > 1 and len({other.anchor for other in same}) < len(same):
            yield f"{item.kind} {item.summary}: {len(same)} of them"


def nothing_rings_for_what_is_over(world: World, _: Person, write: Write) -> Iterator[str]:
    """No reminder is made for a call that is over, by the clock of the machine."""
    item = _item(write) if write.after is not None else None
    if item is None or item.kind != "reminder" or write.before is not None or item.end is None:
        return
    if item.end <= world.clock.wall - timedelta(minutes=10):
        yield f"{item.summary} ended {item.end}"


def nothing_is_withdrawn_for_nothing(world: World, person: Person, write: Write) -> Iterator[str]:
    """The reminder of an ordinary call that stands as it did stays."""
    item = observed(write.path, write.before) if write.before is not None and write.after is None else None
    if item is None or item.kind != "reminder" or item.role or world.clock.off or write.path in person.edited:
        return
    for one in person.book.values():
        stands = one.plain and one.start == item.end and one.start > world.now
        old = one.changed is not None and one.changed < world.now - timedelta(hours=1)
        if stands and old and call_key(one.uid, None) == item.call_key and world.now > world.well_from:
            same = [each for each in person.ours() if each.call_key == item.call_key and each.kind == "reminder"]
            if not same:
                yield f"{item.summary}, of {one.uid}"


def item_now(_: Write) -> datetime:
    """Until when an item counts as over; set by `look`."""
    return _NOW[0]


_NOW = [datetime.min.replace(tzinfo=UTC)]
EACH_WRITE: tuple[Callable[[World, Person, Write], Iterable[str]], ...] = (
    nothing_foreign_is_changed,
    nobody_is_told,
    what_the_user_edited_stays,
    what_the_user_deleted_stays_away,
    no_item_stands_twice,
    nothing_rings_for_what_is_over,
    nothing_is_withdrawn_for_nothing,
)


# --- of each moment ---


def no_log_names_anybody(world: World) -> Iterator[str]:
    """No secret and no name in what is logged."""
    for line in world.said:
        for word in SECRETS[len(PRIVATE) :] if line.startswith("debug") else SECRETS:
            if word in line:
                yield f"{word} in: {line[:160]}"


def no_defect_is_logged(world: World) -> Iterator[str]:
    """No stage fails but for what was injected."""
    for line in world.said:
        if "defect" in line and "ZeroDivisionError" not in line and "injected" not in line:
            yield line[:300]


def caps_hold(world: World) -> Iterator[str]:
    """No cycle makes more than 200 items."""
    for person in world.people:
        made = sum(1 for write in person.server.writes if write.before is None and write.method == "PUT")
        if made > 200:
            yield f"{made} items at once"


EACH_MOMENT: tuple[Callable[[World], Iterable[str]], ...] = (no_log_names_anybody, no_defect_is_logged, caps_hold)


# --- now and then ---


def status_and_figures_name_nobody(world: World) -> Iterator[str]:
    """The status and the figures hold no name and no secret; the page shows the week to its owner, and no secret."""
    for process in world.processes:
        if not process.runs:
            continue
        said = json.dumps(process.status(), ensure_ascii=False, default=str)
        yield from (f"{word} in status" for word in SECRETS if word in said)
        shown = process.shown().decode()
        yield from (f"{word} on the page" for word in (*PASSWORDS, FEED_KEY) if word in shown)


def it_goes_on_polling(world: World, patience: timedelta = REST) -> Iterator[str]:
    """A daemon that runs asks each account again, after its longest back-off at the latest."""
    for name, since in world.silent.items():
        if world.now - since > patience:
            yield f"{name} was not asked for {world.now - since}"


def it_is_bounded(world: World) -> Iterator[str]:
    """Connections, requests of a day and bytes of state stay within bounds."""
    if len(world.internet.connections) > 16 * len(world.people):
        yield f"{len(world.internet.connections)} open connections"
    for name, many in world.asked_today.items():
        if many > 24 * 60 / POLL * 12 + 2500:
            yield f"{name}: {many} requests in a day"
    for process in world.processes:
        size = sum(path.stat().st_size for path in process.state.glob("state.sqlite3*"))
        if size > 60_000_000:
            yield f"{process.name}: a state of {size} bytes"


def it_does_not_hang(world: World) -> Iterator[str]:
    """No turn hangs, and none that is due stays away."""
    yield from (f"{one.name} is {one.health()}" for one in world.processes if one.runs and one.health() == "hanging")


def it_lives(world: World) -> Iterator[str]:
    """A daemon ends when it is told to, and for a state that cannot be used at its start."""
    for process in world.processes:
        if process.ended and "state" not in process.ended and "config" not in process.ended.lower():
            yield f"{process.name}: {process.ended}"


# --- when all is well ---


def each_plain_call_has_its_reminder(world: World, after: timedelta = timedelta(hours=1)) -> Iterator[str]:
    """Of ordinary calls within the next days one is reminded of, unless the user did not want to be."""
    for person in world.people:
        reminders = {item.call_key: item for item in person.ours() if item.kind == "reminder" and not item.role}
        for one in person.book.values():
            key = call_key(one.uid, None)
            if not one.plain or key in world.touched or (one.changed is not None and one.changed > world.now - after):
                continue
            if not world.now + timedelta(hours=1) < one.start < world.now + timedelta(days=12):
                continue
            item = reminders.get(key)
            if item is None:
                yield f"{person.name}: {one.uid} at {one.start} has none"
            elif item.end != one.start and item.href not in person.edited:
                yield f"{person.name}: {one.uid} at {one.start} is reminded of at {item.end}"


def what_is_beside_costs_no_reminder(world: World) -> Iterator[str]:
    """While only another calendar, the tasks, a feed or some items are in trouble, all other reminders are written."""
    if world.now - world.well_from < 2 * REST or not world.first.runs or world.clock.off:
        return
    kept = [
        text
        for text in each_plain_call_has_its_reminder(world, PROMPT)
        if not any(
            one.place == "feed" and f" {one.uid} " in text for each in world.people for one in each.book.values()
        )
        and not _is_refused(world, text)
    ]
    yield from kept


def _is_refused(world: World, text: str) -> bool:
    """Whether it is one of the items that the server refuses."""
    uid = text.split()[1]
    names = [f"{item_uid(f'{call_key(uid, None)}/reminder/', number)}.ics" for number in range(9)]
    return any(one.path == "a.ics" and any(name.endswith("a.ics") for name in names) for one in world.internet.troubles)


def nobody_is_blind(world: World) -> Iterator[str]:
    """Where all can be seen, nothing is said to be unseen."""
    for process in world.processes:
        status = process.status()
        people = status.get("people", [status])
        for one in people:
            if one.get("blind"):
                yield f"{process.name}: {one['blind']}"


NOW_AND_THEN: tuple[Callable[[World], Iterable[str]], ...] = (
    status_and_figures_name_nobody,
    it_goes_on_polling,
    it_is_bounded,
    it_does_not_hang,
    it_lives,
    what_is_beside_costs_no_reminder,
)
WELL: tuple[Callable[[World], Iterable[str]], ...] = (each_plain_call_has_its_reminder, nobody_is_blind)


# --- looking ---


def look(world: World) -> Iterator[Violation]:
    """Everything that happened since the last look; it is noted in the event log."""
    _NOW[0] = world.now
    _notice(world)
    for host, request, answer in world.internet.asked:
        said = "not taken" if answer is None else f"{answer.status} ({len(answer.body)})"
        world.note(f"{request.method} {host}{request.path} {said}")
        world.internet.tried.add(host)
        world.asked_today[host] = world.asked_today.get(host, 0) + 1
    for line in world.said:
        world.note(f"log {line}")
    for check in EACH_MOMENT:
        yield from (Violation(check=check.__name__, text=text) for text in check(world))
    for person in world.people:
        for write in person.server.writes:
            for wcheck in EACH_WRITE:
                found = wcheck(world, person, write)
                yield from (Violation(check=wcheck.__name__, text=f"{person.name}: {text}") for text in found)
        person.server.writes.clear()
    world.internet.asked.clear()
    world.said.clear()


def _notice(world: World) -> None:
    """Note which people's cycles ended, and whom somebody tried to reach."""
    several = len(world.people) > 1
    for line in world.said:
        if line.startswith(("info cycle calls=", "debug cycle calls=")):
            for person in world.people:
                if not several or f"profile={person.name}" in line:
                    world.cycled[person.name] = line
                    person.seen = {item.href for item in person.ours()}
    for person in world.people:
        refused = person.server.password != person.password  # it is not asked again until that is mended
        if (
            person.host in world.internet.tried
            or not world.first.runs
            or world.slept
            or refused
            or world.first.disk.trouble
        ):
            world.silent[person.host] = world.now
    world.internet.tried.clear()
    world.slept = False
    if world.day != world.now.date():
        world.day = world.now.date()
        world.asked_today.clear()


def _item(write: Write) -> Observed | None:
    return None if write.after is None else observed(write.path, write.after)


def _is_over(write: Write) -> bool:
    item = observed(write.path, write.before or b"")
    return item is not None and item.end is not None and item.end < _NOW[0]
