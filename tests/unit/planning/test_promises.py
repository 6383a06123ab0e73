"""Promises without a time that are no calls: which of them are warned of, when, and for how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from termintreu.judging.rules.loose_promise import loose_promises
from termintreu.model import Call, Item, Occurrence, Promise, Severity, Todo
from termintreu.model.marks import item_uid
from termintreu.planning import plan
from termintreu.planning.items.render import render_item
from tests.unit.planning.making import BERLIN, NOW, TASKS, a_planning, berlin, seen

TUESDAY = date(2026, 10, 6)


def todo(summary: str = "Max Nord zurückrufen", **more: Any) -> Todo:
    return Todo(source="work", collection="/dav/work/", href="/dav/work/t.ics", uid="t-1", summary=summary, **more)


def entry(summary: str, **more: Any) -> Occurrence:
    fields: dict[str, Any] = {
        "source": "work",
        "collection": "/dav/work/",
        "href": "/dav/work/e.ics",
        "uid": "e-1",
        "recurrence_id": None,
        "start": berlin(6, 0),
        "end": berlin(7, 0),
        "all_day": True,
        "summary": summary,
        **more,
    }
    return Occurrence(**fields)


def found(todos: tuple[Todo, ...] = (), entries: tuple[Occurrence, ...] = (), calls: tuple[Call, ...] = ()) -> int:
    return len(loose_promises(todos, entries, calls, BERLIN, NOW))


@pytest.mark.parametrize(
    "summary",
    ["Rufe Max zurück", "Max Nord zurückrufen", "Melde mich bei Max", "ich melde mich morgen", "Rückruf Max Nord",
     "Call Max back", "call back Jane", "Get back to Jane"],
)  # fmt: skip
def test_who_promises_to_call_or_to_get_in_touch_is_heard(summary: str) -> None:
    assert 1 == found((todo(summary),))
    assert 1 == found(entries=(entry(summary),))


@pytest.mark.parametrize(
    "summary", ["Max anmelden", "Meldebogen", "Rückrufaktion prüfen", "Wäsche", "callback function refactoring #skip"]
)
def test_what_is_no_promise_is_none(summary: str) -> None:
    assert 0 == found((todo(summary),))


@pytest.mark.parametrize(
    "more", [{"due": NOW}, {"status": "COMPLETED"}, {"status": "CANCELLED"}, {"own": True}], ids=str
)
def test_a_task_with_a_time_or_done_or_ours_is_none(more: dict[str, Any]) -> None:
    assert 0 == found((todo(**more),))


def test_an_entry_of_a_day_that_is_over_is_none() -> None:
    assert 0 == found(entries=(entry("Rückruf Max", start=berlin(4, 0), end=berlin(5, 0)),))
    assert 1 == found(entries=(entry("Rückruf Max", start=berlin(5, 0), end=berlin(6, 0)),))


@pytest.mark.parametrize("more", [{"all_day": False}, {"status": "CANCELLED"}, {"own": True}], ids=str)
def test_an_entry_with_a_time_or_cancelled_or_ours_is_none(more: dict[str, Any]) -> None:
    assert 0 == found(entries=(entry("Rückruf Max", **more),))


def promise(day: date | None = TUESDAY, made_at: datetime | None = NOW - timedelta(days=1)) -> Promise:
    return Promise(key="a" * 16, uid="t-1", recurrence_id=None, title="Max #held zurückrufen", day=day, made_at=made_at)


def warned(one: Promise, now: datetime = NOW, **more: Any) -> list[Item]:
    return list(plan([], a_planning(now, promises=(one,), **{"tasks_from": Severity.ADVICE, **more})))


def test_where_only_warnings_become_tasks_a_promise_stands_in_the_weeks_event() -> None:
    assert [] == warned(promise(), tasks_from=Severity.WARNING)


def test_it_is_settled_by_four_in_the_afternoon_of_its_day() -> None:
    (item,) = warned(promise())
    assert (item.kind, item.component, item.rules, item.priority) == ("warning", "VTODO", ("loose_promise",), 5)
    assert item.summary == "Max zurückrufen: Uhrzeit fehlt"
    assert (item.start, item.due) == (berlin(6, 9), berlin(6, 16))
    assert (item.appointment_uid, item.anchor) == ("t-1", berlin(6, 0))


@pytest.mark.parametrize(
    ("one", "now", "due"),
    [
        (promise(None), NOW, berlin(5, 16)),
        (promise(None), berlin(5, 15, 40), berlin(6, 16)),
        (promise(date(2026, 10, 2)), NOW, berlin(5, 16)),
        (promise(None), berlin(10, 12), berlin(12, 16)),
    ],
    ids=["today", "too late for today", "a day that is past", "on a Saturday"],
)
def test_without_a_day_it_is_the_same_day_or_the_next_workday(one: Promise, now: datetime, due: datetime) -> None:
    (item,) = warned(one, now)
    assert due == item.due
    assert now < item.start < due


def test_a_standing_warning_stays_as_it_is() -> None:
    (item,) = warned(promise(None))
    uid = item_uid(item.slot, 0)
    data = render_item(item, uid=uid, generation=0, now=NOW)
    later = berlin(7, 12)
    (again,) = warned(promise(None), later, observed=[seen(data, f"{TASKS.href}{uid}.ics")])
    assert (item.start, item.due, item.description) == (again.start, again.due, again.description)


def test_old_ones_are_let_rest() -> None:
    old = NOW - timedelta(days=31)
    assert [] == warned(promise(None, old))
    assert [] == warned(promise(date(2026, 9, 1), old))
    assert 1 == len(warned(promise(TUESDAY, old)))
    assert 1 == len(warned(promise(None, None)))


def test_of_very_many_the_nearest_are_warned_of() -> None:
    many = [
        replace(promise(None, NOW - timedelta(hours=hour)), key=f"{hour:016x}", title=f"{hour}") for hour in range(30)
    ]
    dated = replace(promise(), key="f" * 16)
    planning = a_planning(promises=(*many, dated), tasks_from=Severity.ADVICE)
    assert {dated.key, *(one.key for one in many[:19])} == {item.call_key for item in plan([], planning)}


def test_it_goes_with_its_rule() -> None:
    assert [] == warned(promise(), disabled=frozenset({"loose_promise"}))
