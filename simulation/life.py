"""What people, their apps, other people and administrators do: a table with one line each."""

from __future__ import annotations

import re
import signal
from dataclasses import replace
from datetime import datetime, timedelta

from tests.call_log_files import Made

from simulation.people import BERLIN, CONTACTS, PASSWORDS, TITLES, Appointment, Person
from simulation.script import Action, action
from simulation.world import World
from termintreu.model import Observed

PLACES = ("server", "server", "server", "feed", "folder")
WORDS = ("#confirmed", "#critical", "#skip", "#missed", "#noshow", "#threatened", "wegen Scheidung", "Nachtpforte")


# --- appointments ---


def agrees(world: World, person: Person, which: int, hours: int, title: int, place: int) -> None:
    """A new appointment, on a quarter of an hour."""
    person.number += 1
    contact = which % len(CONTACTS)
    start = _quarter(world.now + timedelta(hours=hours))
    one = Appointment(
        uid=f"{person.name}-{person.number}",
        place=PLACES[place],
        start=start,
        title=TITLES[title].format(CONTACTS[contact][0]),
        contact=contact,
        plain=title < 4,
    )
    world.changed(person.store(one, world.now))


def moves(world: World, person: Person, which: int, minutes: int) -> None:
    """To another time."""
    if (one := _one(person, which)) is not None:
        one.start += timedelta(minutes=minutes)
        one.sequence += 1
        world.changed(person.store(one, world.now))


def deletes(world: World, person: Person, which: int) -> None:
    """It is off."""
    if (one := _one(person, which)) is not None:
        world.changed(person.drop(one))


def cancels(world: World, person: Person, which: int) -> None:
    """It stays, marked as cancelled."""
    _with_line(world, person, which, "STATUS:CANCELLED")


def renames(world: World, person: Person, which: int, word: int) -> None:
    """A word is added to the title."""
    if (one := _one(person, which)) is not None and len(one.title) < 150:
        one.title += f" {WORDS[word]}"
        one.plain = False
        world.changed(person.store(one, world.now))


def invited(world: World, person: Person, which: int, hours: int, answer: str) -> None:
    """Somebody else invites."""
    name, address, _ = CONTACTS[which % len(CONTACTS)]
    agrees(world, person, which, hours, 3, 0)
    one = list(person.book.values())[-1]
    mine = f"ATTENDEE;PARTSTAT={answer}:mailto:{person.name}@beispiel.example"
    one.lines = (f"ORGANIZER;CN={name}:mailto:{address}", mine)
    one.plain = answer == "ACCEPTED"
    person.store(one, world.now)


def answers(world: World, person: Person, which: int, answer: str) -> None:
    """The person answers an invitation."""
    asked = [one for one in person.book.values() if one.lines and one.lines[0].startswith("ORGANIZER")]
    if asked:
        one = asked[which % len(asked)]
        one.lines = tuple(re.sub(r"PARTSTAT=[A-Z-]+", f"PARTSTAT={answer}", line) for line in one.lines)
        one.plain = one.plain and answer == "ACCEPTED"
        person.store(one, world.now)


def repeats(world: World, person: Person, which: int, days: int) -> None:
    """It becomes a series."""
    _with_line(world, person, which, f"RRULE:FREQ=DAILY;INTERVAL={days};COUNT=10")


def lengthens(world: World, person: Person, which: int, minutes: int) -> None:
    """It takes another time."""
    if (one := _one(person, which)) is not None:
        one.minutes = minutes
        one.plain = one.plain and minutes <= 60
        world.changed(person.store(one, world.now))


def floods(world: World, person: Person, many: int) -> None:
    """A feed of many calls, within two weeks."""
    for number in range(many):
        agrees(world, person, number, 20 + number * 3, number % 4, 3)


def clears(world: World, person: Person) -> None:
    """The club has no dates any more."""
    for one in [one for one in person.book.values() if one.place == "feed"]:
        person.drop(one)


def telephones(world: World, person: Person, which: int, seconds: int) -> None:
    """A call is made, and the box lists it."""
    number = re.sub(r"\D", "", CONTACTS[which % 3][2].replace("+49 ", "0"))
    at = world.now.astimezone(BERLIN)
    person.calls.append(Made(at=f"{at:%Y-%m-%d %H:%M}", direction="out", number=number, seconds=seconds))
    world.changed(person.save_calls())


# --- items of ours ---


def dismisses(world: World, person: Person, which: int) -> None:
    """The person deletes one of our items."""
    if (item := _item(person, which)) is not None:
        # Who deletes what is ticked tidies up: what joins later may be told of.
        if item.href in person.seen and not item.done and item.call_key is not None and item.kind is not None:
            person.deleted[f"{item.call_key}/{item.kind}/{item.role}", item.anchor] = world.now
        world.touched.add(item.call_key or "")
        person.server.remove(item.href)
        person.edited.pop(item.href, None)


def ticks(world: World, person: Person, which: int) -> None:
    """A task is done."""
    stamp = f"{world.now:%Y%m%dT%H%M%SZ}"
    _edits(person, which, rb"STATUS:NEEDS-ACTION\r\n", f"STATUS:COMPLETED\r\nCOMPLETED:{stamp}\r\n".encode(), "VTODO")


def snoozes(world: World, person: Person, which: int) -> None:
    """Thunderbird's snooze."""
    stamp = f"{world.now + timedelta(minutes=15):%Y%m%dT%H%M%SZ}"
    _edits(person, which, rb"(?=END:(?:VEVENT|VTODO))", f"X-MOZ-SNOOZE-TIME:{stamp}\r\n".encode(), "")


def acknowledges(world: World, person: Person, which: int) -> None:
    """An alarm was seen."""
    stamp = f"{world.now:%Y%m%dT%H%M%SZ}"
    _edits(person, which, rb"(?=END:(?:VEVENT|VTODO))", f"X-MOZ-LASTACK:{stamp}\r\n".encode(), "")


def edits(world: World, person: Person, which: int) -> None:
    """One of our items gets words of the person's: from then on it is theirs."""
    item = _edits(person, which, rb"SUMMARY:", b"SUMMARY:! ", "")
    if item is not None and not item.done:
        person.edited[item.href] = person.server.get(item.href) or b""


def copies(world: World, person: Person, which: int) -> None:
    """One of our items is dragged into another calendar, where it is nobody's business."""
    if (item := _item(person, which)) is not None and item.component == "VEVENT":
        data = person.server.get(item.href)
        if data is not None:
            person.server.put(f"{person.server.home}allgemein/{item.href.rpartition('/')[2]}", data)


# --- administration ---


def reloads(world: World, _: Person) -> None:
    """SIGHUP."""
    world.first.signal(signal.SIGHUP)


def restarts(world: World, _: Person, minutes: int) -> None:
    """systemctl restart, or a while later."""
    world.harmed(minutes)
    world.first.signal(signal.SIGTERM)
    world.after(60 * minutes + 11, world.first.start)


def spoils(world: World, _: Person, minutes: int) -> None:
    """The configuration is bad for a while."""
    world.harmed(minutes)
    path = world.first.config
    good = path.read_bytes()
    path.write_bytes(b"oops = [\n" + good)
    world.changed(path)

    def mend() -> None:
        path.write_bytes(good)
        world.changed(path)

    world.after(60 * minutes, mend)


def changes_password(world: World, person: Person, minutes: int) -> None:
    """On the server now, in the file some time later."""
    world.harmed(minutes)
    person.server.password = PASSWORDS[PASSWORDS.index(person.server.password) - 1]

    def follow() -> None:
        person.password = person.server.password
        person.save_password()
        world.first.signal(signal.SIGHUP)

    world.after(60 * minutes, follow)


def sets_clock(world: World, _: Person, hours: int, minutes: int) -> None:
    """It is wrong for a while."""
    world.harmed(minutes)
    world.clock.set(timedelta(hours=hours))
    world.after(60 * minutes, lambda: world.clock.set(timedelta(0)))


def sleeps(world: World, _: Person, hours: int) -> None:
    """The lid is closed."""
    world.asleep(hours)


def joins(world: World, _: Person, minutes: int) -> None:
    """A second installation runs for a while."""
    if len(world.processes) == 1:
        world.processes.append(world.installation("second"))
    second = world.processes[1]
    second.start()
    world.joined.append(world.now)
    world.after(60 * minutes, lambda: second.signal(signal.SIGTERM))


def hides(world: World, person: Person, hours: int) -> None:
    """A calendar is not shared any more, for a while."""
    calendar = person.server.calendars[f"{person.server.home}arbeit/"]
    calendar.hidden = True
    world.harmed(60 * hours)

    def show() -> None:
        calendar.hidden = False

    world.after(3600 * hours, show)


def _quarter(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)


def _one(person: Person, which: int) -> Appointment | None:
    """One of the appointments that are there, the youngest first; a copy."""
    there = list(person.book.values())[-10:]
    return replace(there[which % len(there)]) if there else None


def _with_line(world: World, person: Person, which: int, line: str) -> None:
    if (one := _one(person, which)) is not None and line not in one.lines:
        one.lines += (line,)
        one.plain = False
        world.changed(person.store(one, world.now))


def _item(person: Person, which: int, component: str = "") -> Observed | None:
    there = [item for item in person.ours() if not component or item.component == component]
    return there[which % len(there)] if there else None


def _edits(person: Person, which: int, before: bytes, after: bytes, component: str) -> Observed | None:
    item = _item(person, which, component)
    data = None if item is None else person.server.get(item.href)
    if item is None or data is None:
        return None
    changed = re.sub(before, lambda _: after, data, count=1)
    if changed != data:
        person.server.put(item.href, changed)
        if item.href in person.edited:
            person.edited[item.href] = changed
    return item


WHICH = range(12)
HOURS = (1, 2, 3, 5, 8, 20, 26, 31, 50, 75, 120, 200)
SHIFT = (-1440, -120, -45, -15, 15, 30, 60, 240, 1440, 4320)
MINUTES = (5, 20, 60, 150, 300)
ANSWERS = ("NEEDS-ACTION", "ACCEPTED", "TENTATIVE", "DECLINED")

LIFE: tuple[Action, ...] = (
    action("agrees-a-call", agrees, 12, which=WHICH, hours=HOURS, title=range(6), place=range(5)),
    action("moves", moves, 6, which=WHICH, minutes=SHIFT),
    action("deletes", deletes, 3, which=WHICH),
    action("cancels", cancels, 2, which=WHICH),
    action("renames", renames, 3, which=WHICH, word=range(len(WORDS))),
    action("is-invited", invited, 3, which=WHICH, hours=HOURS, answer=ANSWERS),
    action("answers", answers, 2, which=WHICH, answer=ANSWERS),
    action("repeats", repeats, 1, which=WHICH, days=(1, 2, 7)),
    action("lengthens", lengthens, 1, which=WHICH, minutes=(15, 60, 180)),
    action("feed-floods", floods, 1, many=(10, 40)),
    action("feed-is-empty", clears, 1),
    action("telephones", telephones, 3, which=WHICH, seconds=(0, 30, 900)),
    action("dismisses", dismisses, 4, which=range(40)),
    action("ticks", ticks, 4, which=range(40)),
    action("snoozes", snoozes, 2, which=range(40)),
    action("acknowledges", acknowledges, 2, which=range(40)),
    action("edits", edits, 2, which=range(40)),
    action("copies", copies, 1, which=range(40)),
)

ADMINISTRATION: tuple[Action, ...] = (
    action("reloads", reloads, 2),
    action("restarts", restarts, 3, minutes=(0, 1, 30, 300)),
    action("spoils-the-configuration", spoils, 2, minutes=MINUTES),
    action("changes-the-password", changes_password, 2, minutes=MINUTES),
    action("sets-the-clock", sets_clock, 1, hours=(-30, -2, 1, 24, 800), minutes=MINUTES),
    action("closes-the-lid", sleeps, 3, hours=(1, 3, 9)),
    action("second-installation", joins, 1, minutes=(30, 300)),
    action("hides-a-calendar", hides, 1, hours=(1, 4, 8)),
)
