"""What an earlier version remembered and wrote, after a month of use, under the program of today: with its state in
SQLite, with its state in PostgreSQL, and with no state at all.

Texts and rules may change from version to version. What is asked here may not: nothing stands twice, no tick is
forgotten, what was deleted stays away, what was edited is left alone, and ratings are as they were. One comparison
alone is exact, and names what it lets differ.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from tests.postgres import Cluster
from tests.servers import DavServer
from tests.versions.kept import VERSIONS, Facts, House, Seen, facts, lay_postgres, lay_sqlite, look
from tests.versions.shelves import items

_CHANGES: Mapping[str, Sequence[str]] = {
    "advice alone is no task": (
        "delete warning ⚠ ☎ Do., 12.11., 14:00 Petra Wichtig: Dieser Anruf darf nicht ausfallen.",
    ),
    "after a failure the first call with the contact is the one to prepare; the later ones are advice": (
        (
            "delete warning ⚠ ☎ Di., 10.11., 10:00 Erika Muster: Die Beziehung hat gelitten: Ihre Zuverlässigkeit "
            "steht bei 65 %."
        ),
        (
            "delete warning ⚠ ☎ Di., 17.11., 10:00 Erika Muster: Die Beziehung hat gelitten: Ihre Zuverlässigkeit "
            "steht bei 65 %."
        ),
    ),
    "a silent log and a question about the same call are one task: the log's": (
        "delete outcome Hat der Anruf mit Erika Muster stattgefunden? (Mi., 4.11., 10:00)",
    ),
    "a task that has rung is brought up to date in place": (
        "update amends Persönlich mit Max Nord sprechen",
        "update recovery ☎ Erika Muster anrufen, falls noch nicht gesprochen (Termin am Mi., 4.11., 10:00)",
    ),
    "findings of one weight stand in the rules' order, and free times that passed are renewed": (
        "update reminder ☎ 09:00–15:00 Max Nord",
        "update reminder ☎ Mi., 11.11., 09:00–15:00 Max Nord",
        "update warning ☐ ⚠ ☎ Di., 10.11., 11:00 Erika Muster: Überschneidet sich mit „Tagung“ (10:00–12:00).",
        (
            "update warning ⚠ ☎ Mi., 11.11., 09:00–15:00 Max Nord: Es ist keine genaue Uhrzeit vereinbart, nur "
            "„zwischen 9 und 15 Uhr“."
        ),
        "update warning ⚠ ☎ Mo., 9.11., 11:00 Erika Muster: Überschneidet sich mit „Klausurtagung“ (10:00–12:00).",
    ),
    "threatened is what the rule of that name finds; what is to be settled has a heading of its own": (
        "update weekly Ihre Woche: 3 Anrufe",
        "update weekly Ihre Woche: 3 Anrufe, 3 gefährdet",
        "update weekly Ihre Woche: 5 Anrufe",
        "update weekly Ihre Woche: 5 Anrufe, 3 gefährdet",
        "update weekly Your week: 2 calls",
    ),
    "the look after a week follows the call back, whether or not the amends are ticked": (
        "update amends Kleine Geste für Max Nord",
        "update amends ☐ Kleine Geste für Max Nord",
    ),
    "every title is another one, the name first": (
        "create warning Julia Sommer, Fr 11:00: Link fehlt",
        "create warning ⚠ ▶ Fr., 13.11., 11:00 Julia Sommer: Für das Videogespräch fehlt der Link.",
        "create warning Omar Reed, Tue 14:00: double-booked",
        "create warning ☐ Julia Sommer, Fr 11:00: Link fehlt",
        "create warning ☐ ⚠ ▶ Fr., 13.11., 11:00 Julia Sommer: Für das Videogespräch fehlt der Link.",
        "create warning ⚠ ☎ Tue 10 Nov, 14:00 Omar Reed: Overlaps “Board meeting” (13:00–14:30).",
        "update reminder ☎ 11:00 Erika Muster",
        "update reminder ☎ 14:00 Omar Reed",
        "update reminder ☎ Tue 10 Nov, 14:00 Omar Reed",
        "update warning Erika Muster, Mo 9.11. 11:00: Überschneidung",
    ),
    "whom a number told and whom the same name alone tells are one, and a miss is remembered in the next call": (
        "create reminder ▶ Fr 11:00 Julia Sommer",
        "update reminder ▶ 11:00 Julia Sommer",
    ),
    "a link is no part of a name": ("update outcome Did the call with Mei take place?",),
    "a question to which our words alone were added is answered: it stood open for ever, and is closed now": (
        "update outcome #noshow Did the call with Grace Hill take place?",
        "update outcome #verspätet Hat der Anruf mit Erika Muster stattgefunden? (Di., 3.11., 10:00)",
    ),
}
_WORDS = re.compile(r"(?:SUMMARY|DESCRIPTION|SEQUENCE|DTSTAMP|LAST-MODIFIED|X-TERMINTREU-)")
CHANGED_ON_PURPOSE: Mapping[str, str] = {
    f"0.1.0 {change}": why for why, changes in _CHANGES.items() for change in changes
}
"""By version of the fixture and change ("0.1.0 update reminder ☎ 10:00 Erika Muster"): why this version may make it."""

RENAMED_ON_PURPOSE = {"name:mei liu https meet jit si liu-and-ben": "name:mei liu"}
"""Keys of people by a name to which something clung, and their keys now."""
JOINED_ON_PURPOSE = frozenset({"name:julia sommer"})
"""Keys of people who were two before: by number in one appointment, by the same name alone in another."""


@dataclass(frozen=True)
class Opened:
    """A fixture after one cycle of the program of today."""

    version: str
    remembers: bool
    """False: the calendars were all there was."""
    people: Mapping[str, tuple[Facts, Seen]]


@pytest.fixture(
    scope="module",
    params=[f"{version} {how}" for version in VERSIONS for how in ("sqlite", "postgresql", "no state")],
)
def opened(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, cluster: Cluster, radicale: DavServer
) -> Iterator[Opened]:
    version, _, how = request.param.partition(" ")
    here = tmp_path_factory.mktemp("kept")
    toml = f'[state]\npath = "{here / "state"}"\n'
    if how == "sqlite":
        lay_sqlite(version, here / "state", str(here))
    elif how == "postgresql":
        cluster.run("CREATE DATABASE kept")
        lay_postgres(version, cluster, "kept", str(here))
        toml = f'[state]\nurl = "{cluster.url("kept")}"\npassword = {{ file = "{cluster.password_file}" }}\n'
    house = House(version, here, toml, radicale)
    known = facts(version)
    # Who stands first in the house, looks first: an old state is brought up to date once, for all of them.
    yield Opened(version, how != "no state", {name: (known[name], look(house, name)) for name in known})
    if how == "postgresql":
        cluster.run("DROP DATABASE kept WITH (FORCE)")


def is_on_purpose(opened: Opened, change: Mapping[str, Any]) -> bool:
    return f"{opened.version} {change['action']} {change['item']} {change['summary']}" in CHANGED_ON_PURPOSE


def is_of_words_alone(seen: Seen, change: Mapping[str, Any]) -> bool:
    """Whether nothing but title, notes and the words of the alarm is written anew: every text is another one than that
    version's, by name and matter."""
    before, after = (written_as(change["uid"], files) for files in (seen.before, seen.after))
    return change["action"] == "update" and before is not None and before == after


def written_as(uid: str, files: Mapping[str, bytes]) -> str | None:
    """What stands of an item, without its words and what every write changes."""
    for item in items(files):
        if str(item.component["UID"]) == uid:
            kept = re.sub(r"\r\n[ \t]", "", item.component.to_ical().decode())
            return "\n".join(line for line in kept.splitlines() if not _WORDS.match(line))
    return None


def everybody(opened: Opened) -> Iterator[tuple[str, Facts, Seen]]:
    return ((name, *both) for name, both in opened.people.items())


def outcomes(ratings: Any, *, of: str | None = None) -> dict[tuple[str, str, str], str]:
    """How each call went, by contact, UID and start; `of`: only what rests on tasks, on words, and so on."""
    return {
        (RENAMED_ON_PURPOSE.get(rating["key"], rating["key"]), call["uid"], call["start"]): call["outcome"]
        for rating in ratings
        for call in rating["calls"]
        if of is None or call["from"] == of
    }


def numbers(ratings: Any) -> dict[str, tuple[float, float]]:
    return {
        RENAMED_ON_PURPOSE.get(rating["key"], rating["key"]): (rating["ours"], rating["theirs"]) for rating in ratings
    }


def test_nothing_stands_twice(opened: Opened) -> None:
    for name, _, seen in everybody(opened):
        assert [] == [(name, slot) for slot, count in Counter(seen.open_slots()).items() if count > 1]
        uids = Counter(str(item.component["UID"]) for item in items(seen.after))
        assert [] == [(name, uid) for uid, count in uids.items() if count > 1]


def test_nothing_that_waits_for_the_user_is_lost(opened: Opened) -> None:
    for name, known, seen in everybody(opened):
        waits = {slot for slot in known.open if slot.split("/")[1] in {"outcome", "recovery", "amends", "check"}}
        on_purpose = {change["uid"] for change in seen.changes if is_on_purpose(opened, change)}
        closed = {item.slot for item in items(seen.before) if str(item.component["UID"]) in on_purpose}
        assert (name, set()) == (name, waits - set(seen.open_slots()) - closed)


def test_every_call_that_is_to_come_keeps_its_reminder(opened: Opened) -> None:
    for name, known, seen in everybody(opened):
        if opened.remembers:
            wanted = {slot for slot in known.open if slot.endswith("/reminder/")}
            assert (name, set()) == (name, wanted - set(seen.open_slots()))


def test_what_was_ticked_or_declined_stays_as_it_is(opened: Opened) -> None:
    for _, known, seen in everybody(opened):
        assert known.closed
        assert {path: seen.before[path] for path in known.closed} == {
            path: seen.after.get(path) for path in known.closed
        }


def test_a_slot_that_was_ticked_is_not_filled_again(opened: Opened) -> None:
    for name, known, seen in everybody(opened):
        ticked = {item.slot for item in items(seen.before) if item.name in known.closed}
        assert (name, set()) == (name, ticked & set(seen.open_slots()))


def test_what_the_user_edited_stays_as_it_is(opened: Opened) -> None:
    for _, known, seen in everybody(opened):
        on_purpose = [change["uid"] for change in seen.changes if is_on_purpose(opened, change)]
        edited = [path for path in known.edited if not any(uid in path for uid in on_purpose)]
        assert {path: seen.before[path] for path in edited} == {path: seen.after.get(path) for path in edited}


def test_what_the_user_deleted_does_not_come_back(opened: Opened) -> None:
    for name, known, seen in everybody(opened):
        if opened.remembers:
            assert (name, set()) == (name, set(known.dismissed) & {item.slot for item in items(seen.after)})


def test_the_users_own_calendar_is_not_touched(opened: Opened) -> None:
    def own(files: Mapping[str, bytes]) -> dict[str, bytes]:
        return {path: data for path, data in files.items() if path.startswith(("calendar/", "calls/"))}

    for _, _, seen in everybody(opened):
        assert own(seen.before)
        assert own(seen.before) == own(seen.after)


def test_nobodys_tick_is_forgotten(opened: Opened) -> None:
    for name, known, seen in everybody(opened):
        told = known.ratings if opened.remembers else known.lost["ratings"]
        ticked = outcomes(told, of="task")
        assert ticked
        assert (name, ticked) == (name, {call: outcomes(seen.ratings).get(call) for call in ticked})


def test_ratings_are_as_they_were(opened: Opened) -> None:
    for name, known, seen in everybody(opened):
        if not opened.remembers:
            continue
        assert (name, outcomes(known.ratings)) == (name, outcomes(seen.ratings))
        joined = JOINED_ON_PURPOSE - numbers(seen.ratings).keys()
        kept = {key: pair for key, pair in numbers(known.ratings).items() if key not in joined}
        assert kept.keys() == numbers(seen.ratings).keys()
        for key, pair in kept.items():
            assert numbers(seen.ratings)[key] == pytest.approx(pair, abs=0.002), (name, key)


def test_a_lost_state_brings_back_at_least_what_it_did_and_nothing_that_was_not_so(opened: Opened) -> None:
    for name, known, seen in everybody(opened):
        if opened.remembers:
            continue
        truth, before, now = outcomes(known.ratings), outcomes(known.lost["ratings"]), outcomes(seen.ratings)
        assert before.items() <= now.items(), name
        more = {call: outcome for call, outcome in now.items() if call not in before and outcome != "unknown"}
        assert more.items() <= truth.items(), name


def test_after_one_cycle_all_is_done(opened: Opened) -> None:
    assert [] == [(name, change["summary"]) for name, _, seen in everybody(opened) for change in seen.again]


def test_what_is_written_is_what_that_version_would_have_written(opened: Opened) -> None:
    """Exactly: with its state nothing, and without it what it would have done itself."""
    for name, known, seen in everybody(opened):
        changes = [change for change in seen.changes if not is_of_words_alone(seen, change)]
        made = sorted(f"{change['action']} {change['item']} {change['summary']}" for change in changes)
        made = [change for change in made if f"{opened.version} {change}" not in CHANGED_ON_PURPOSE]
        expected = [] if opened.remembers else known.lost["changes"]
        expected = [change for change in expected if f"{opened.version} {change}" not in CHANGED_ON_PURPOSE]
        assert (name, expected) == (name, made)
