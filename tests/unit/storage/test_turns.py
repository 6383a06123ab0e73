"""The table of turns, claims, and the turn state."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from termintreu.model.errors import StoreError
from termintreu.reading.health import Backoff, Health
from termintreu.service.due_times import DueTimes
from termintreu.service.turn_state import dump, load_due_times, load_health, load_setbacks, load_tidied_on
from termintreu.storage import Database, SqliteDatabase, Store, turns
from termintreu.storage.postgres import PostgresDatabase
from termintreu.writing.setbacks import Setback
from tests.postgres import PostgresBench

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LATER = NOW + 60 * SECOND


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    opened: Database
    if request.param == "sqlite":
        opened = SqliteDatabase.open(tmp_path)
    else:
        bench: PostgresBench = request.getfixturevalue("postgres")
        opened = PostgresDatabase.open(bench.url, bench.password)
    yield opened
    opened.close()


def enrolled(database: Database, *names: str, now: datetime = NOW) -> tuple[list[str], list[str]]:
    with database.writing("") as connection:
        return turns.enrol(connection, names, now)


def handed_out(database: Database, now: datetime = NOW, limit: int = 100) -> list[str]:
    with database.writing("") as connection:
        return [due.profile for due in turns.hand_out(connection, now, now + 60 * SECOND, limit)]


def claimed(database: Database, name: str, token: str, *, now: datetime = NOW, urgent: bool = False) -> Any:
    with database.writing(name) as connection:
        return turns.claim(connection, name, token, now, urgent=urgent)


def released(database: Database, name: str, token: str, **left: Any) -> bool:
    with database.writing(name) as connection:
        return turns.release(connection, name, token, turns.TurnEnd(**{"due_at": LATER, **left}))


def test_people_come_and_go_and_who_is_new_is_due(database: Database) -> None:
    assert (["anna", "berta"], []) == enrolled(database, "anna", "berta")
    assert claimed(database, "anna", "1") == {}
    assert released(database, "anna", "1")

    assert (["carl"], ["berta"]) == enrolled(database, "anna", "carl")
    assert ["carl"] == handed_out(database)
    assert ([], []) == enrolled(database, "anna", "carl")


def test_a_turn_is_handed_out_once_and_again_when_nobody_took_it(database: Database) -> None:
    enrolled(database, "anna")

    assert ["anna"] == handed_out(database)
    assert [] == handed_out(database, NOW + 59 * SECOND)
    assert ["anna"] == handed_out(database, NOW + 60 * SECOND)


def test_who_has_waited_longest_comes_first(database: Database) -> None:
    enrolled(database, "berta", now=NOW + SECOND)
    enrolled(database, "berta", "anna", now=NOW + 2 * SECOND)
    enrolled(database, "berta", "anna", "carl", now=NOW)

    assert ["carl", "berta"] == handed_out(database, LATER, limit=2)
    assert ["anna"] == handed_out(database, LATER, limit=2)


def test_a_turn_that_was_taken_meanwhile_is_not_taken_again_unless_somebody_waits(database: Database) -> None:
    enrolled(database, "anna")
    claimed(database, "anna", "1")
    released(database, "anna", "1", state={"at": {"work": 5.0}})

    assert claimed(database, "anna", "2") is None
    assert claimed(database, "anna", "2", urgent=True) == {"at": {"work": 5.0}}
    assert claimed(database, "nobody", "3", urgent=True) is None
    assert ["anna"] == handed_out(database, LATER)


def test_who_wakes_up_after_the_turn_was_taken_over_neither_writes_nor_ends_it(database: Database) -> None:
    enrolled(database, "anna")
    claimed(database, "anna", "asleep")
    store = Store(database, "anna", guard=turns.claim_guard("anna", "asleep"))
    store.remember(now=NOW, report={"by": "asleep"})
    claimed(database, "anna", "awake")

    with pytest.raises(StoreError, match="another worker has taken this turn over"):
        store.remember(now=NOW, report={"by": "asleep again"})
    assert not released(database, "anna", "asleep")
    assert {"by": "asleep"} == Store(database, "anna").last_report()
    assert released(database, "anna", "awake")


def test_trouble_and_lateness_can_be_looked_up(database: Database) -> None:
    enrolled(database, "anna", "berta", "carl")
    claimed(database, "anna", "1")
    released(database, "anna", "1", trouble="the server is away", slow=True)

    with database.reading() as connection:
        queue = turns.queue_status(connection, NOW + SECOND)
    assert (3, 2, NOW, {"anna": "the server is away"}) == (
        queue.profiles,
        queue.late,
        queue.oldest,
        queue.troubles,
    )
    with database.writing("") as connection:
        slow = {due.profile: due.slow for due in turns.hand_out(connection, LATER, LATER, 9)}
    assert {"anna": True, "berta": False, "carl": False} == slow


# What one turn tells the next one


def health(**changes: Any) -> Health:
    return Health(
        failures=3, failure="busy", rested_at=NOW, not_before=LATER, state="stale", errors=("busy",), **changes
    )


SETBACK = Setback(kind="reminder", failures=2, at=NOW, until=NOW + timedelta(minutes=2), about="-/1", error="no")


def handed(settings: str = "a", **accounts: Health) -> dict[str, Any]:
    """What arrives on the other machine."""
    due_times = DueTimes({"work": 120.0, "crm": 60.0}, at={"work": 1000.0})
    plain: dict[str, Any] = json.loads(
        json.dumps(
            dump(due_times, accounts, settings=settings, tidied_on=NOW.date(), setbacks={"a/reminder/": SETBACK}),
        ),
    )
    return plain


def test_due_times_and_health_arrive_as_they_were() -> None:
    left = handed(work=health(), crm=Health())
    found: dict[str, Health] = {"crm": health()}
    load_health(left, found, settings="a", anew=False)

    assert {"work": health(), "crm": Health()} == found
    assert {"work": 1000.0} == load_due_times(left)
    assert NOW.date() == load_tidied_on(left)
    assert {"a/reminder/": SETBACK} == load_setbacks(left, settings="a", anew=False)


def test_what_failed_of_an_account_arrives_and_keeps_its_back_off() -> None:
    left_alone = Backoff(failures=3, failure="403", rested_at=NOW, not_before=LATER)
    before = Health(state="stale", errors=("403",), is_open=False, discovery=left_alone)
    before.collections["/anna/work/"] = left_alone
    left = handed(work=before)
    found: dict[str, Health] = {}
    load_health(left, found, settings="a", anew=False)

    assert {"work": before} == found
    assert found["work"].collections["/anna/work/"].is_paused(NOW)
    load_health(left, found, settings="b", anew=False)
    assert {"work": Health()} == found


@pytest.mark.parametrize(("settings", "anew"), [("b", False), ("a", True)])
def test_after_a_change_or_when_somebody_waits_every_account_is_tried_again(settings: str, anew: bool) -> None:
    found: dict[str, Health] = {"work": Health(unauthorized="refused")}
    load_health(handed(work=health(unauthorized="refused")), found, settings=settings, anew=anew)

    assert {"work": Health()} == found
    assert {} == load_setbacks(handed(), settings=settings, anew=anew)


@pytest.mark.parametrize(
    "left",
    [
        {},
        {"at": 3, "health": [], "setbacks": 1},
        {"at": {"work": "x"}, "health": {"work": 1}, "setbacks": {"a": 1, "b": {}}},
        {"setbacks": {"a": {**asdict(SETBACK), "kind": "x", "at": "2026-01-01", "until": "2026-01-01"}}},
    ],
)
def test_what_cannot_be_understood_is_left_out(left: dict[str, Any]) -> None:
    found: dict[str, Health] = {}
    load_health(left, found, settings="a", anew=False)

    assert ({}, {}, None) == (load_due_times(left), found, load_tidied_on(left))
    assert {} == load_setbacks({**left, "settings": "a"}, settings="a", anew=False)
