"""Trying again where nobody was there: two reminders, then a task; and nothing once somebody was reached."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from termintreu.model import Answer, Call, Evidence, History, Item, Observed, Outcome
from termintreu.model.marks import item_uid
from termintreu.planning import Planning
from termintreu.planning.items.render import render_item
from termintreu.planning.retries import retries
from tests.unit.planning.making import REMINDERS, TASKS, S, a_call, a_planning, berlin, seen

CALL = a_call()


def evidence(*tries: int, **more: object) -> Evidence:
    """Tries that many minutes after the start."""
    return Evidence(
        call_key=CALL.key,
        since=S - timedelta(minutes=5),
        until=S + timedelta(minutes=10),
        attempts=tuple(S + timedelta(minutes=minutes) for minutes in tries),
        log="pbx",
        healthy=True,
        **more,  # type: ignore[arg-type]  # passed on
    )


def planning(
    now: datetime, shown: Evidence | None, *, standing: tuple[Observed, ...] = (), said: Outcome | None = None
) -> Planning:
    made = a_planning(now, observed=standing)
    answers = (Answer(call_key=CALL.key, outcome=said, origin="word", recorded_at=now),) if said else ()
    context = replace(made.context, history=History(answers={CALL.key: answers} if answers else {}))
    shown_by_log = {CALL.key: shown} if shown else {}
    return replace(made, context=context, evidence=shown_by_log, free_times_from=lambda _, since: (_slot_after(since),))


def _slot_after(since: datetime) -> tuple[datetime, datetime]:
    return since + timedelta(hours=1), since + timedelta(hours=1, minutes=30)


def wanted(now: datetime, shown: Evidence | None, one: Call = CALL, **more: object) -> list[Item]:
    return list(retries(one, planning(now, shown, **more)))  # type: ignore[arg-type]  # passed on


def roles(items: list[Item]) -> list[tuple[str, str]]:
    return [(item.component, item.role) for item in items]


def stored(item: Item, now: datetime) -> Observed:
    uid = item_uid(item.slot, 0)
    place = REMINDERS if item.component == "VEVENT" else TASKS
    return seen(render_item(item, uid=uid, generation=0, now=now), f"{place.href}{uid}.ics")


def test_after_a_try_that_reached_nobody_two_reminders_follow() -> None:
    items = wanted(S + timedelta(minutes=2), evidence(0))
    assert [("VEVENT", "10"), ("VEVENT", "30")] == roles(items)
    first, second = items
    assert (S + timedelta(minutes=10), S + timedelta(minutes=30)) == (first.start, second.start)
    assert "☎ 14:40 Erika Muster: noch einmal versuchen" == first.summary
    assert "Laut Anrufliste: 1 Versuch, 14:30 Uhr, nicht erreicht." in first.description
    assert ("+49 30 901820", ("missed_by_them",), 1) == (first.location, first.rules, first.alarm_before)


def test_a_reminder_whose_moment_is_over_is_not_written_and_one_that_stands_stays_its_time() -> None:
    first, second = wanted(S + timedelta(minutes=2), evidence(0))
    assert [("VEVENT", "30")] == roles(wanted(S + timedelta(minutes=9), evidence(0)))
    now = S + timedelta(minutes=12)
    both = (stored(first, now), stored(second, now))
    assert [("VEVENT", "10"), ("VEVENT", "30")] == roles(wanted(now, evidence(0), standing=both))
    assert [("VEVENT", "30")] == roles(wanted(S + timedelta(minutes=20), evidence(0), standing=both))


def test_a_second_try_makes_the_first_reminder_needless_and_a_third_ends_them() -> None:
    assert [("VEVENT", "30")] == roles(wanted(S + timedelta(minutes=5), evidence(0, 4)))
    assert [("VTODO", "")] == roles(wanted(S + timedelta(minutes=8), evidence(0, 4, 7)))


def test_then_a_task_offers_other_times_on_the_next_workday_at_ten() -> None:
    now = S + timedelta(minutes=40)
    (task,) = wanted(now, evidence(0, 10))
    assert ("VTODO", berlin(8, 10), berlin(8, 12), 3) == (task.component, task.start, task.due, task.priority)
    assert "Erika Muster, Mi 14:30: neuen Termin anbieten" == task.summary
    assert "– Do., 8.10., 13 Uhr" in task.description
    assert "„Ich habe Sie am Mittwoch, 7. Oktober, um 14:30 Uhr nicht erreicht. Passt es Ihnen um 13 Uhr?“" in (
        task.description.splitlines()
    )
    later = S + timedelta(days=1)
    (again,) = wanted(later, evidence(0, 10), standing=(stored(task, now),))
    assert replace(again, alarm_text=task.alarm_text) == task


def test_of_a_try_that_no_log_shows_nothing_is_said() -> None:
    silent = replace(evidence(), attempts=())
    (task,) = [item for item in wanted(S + timedelta(hours=1), silent, said="noshow") if item.component == "VTODO"]
    assert "„Wir waren am Mittwoch, 7. Oktober, um 14:30 Uhr verabredet." in task.description
    (task,) = [item for item in wanted(S + timedelta(hours=1), None, said="noshow") if item.component == "VTODO"]
    assert "„Ich habe Sie am Mittwoch, 7. Oktober, um 14:30 Uhr nicht erreicht." in task.description


def test_before_the_weekend_the_next_workday_is_monday() -> None:
    friday = a_call(berlin(9, 14, 30))
    shown = replace(evidence(), call_key=friday.key, attempts=(friday.start,), until=friday.start)
    (task,) = wanted(friday.start + timedelta(hours=1), shown, friday)
    assert berlin(12, 10) == task.start


@pytest.mark.parametrize(
    "shown",
    [
        None,
        evidence(),
        evidence(15),
        evidence(0, begun_at=S + timedelta(minutes=5)),
        evidence(0, talked_later_at=S + timedelta(hours=2)),
        evidence(0, unclear=(S,)),
        evidence(0, not_taken=(S,)),
        evidence(suspected_miss=True),
    ],
)
def test_nothing_is_tried_again_without_a_try_or_once_somebody_was_reached(shown: Evidence | None) -> None:
    assert [] == wanted(S + timedelta(minutes=2), shown)


@pytest.mark.parametrize("said", ["held", "late", "missed", "cancelled"])
def test_the_users_word_ends_it(said: Outcome) -> None:
    assert [] == wanted(S + timedelta(minutes=2), evidence(0), said=said)


def test_the_users_word_begins_it_without_a_log() -> None:
    assert [("VEVENT", "10"), ("VEVENT", "30")] == roles(wanted(S + timedelta(minutes=5), None, said="noshow"))
    assert [("VTODO", "")] == roles(wanted(S + timedelta(hours=1), None, said="noshow"))
    assert [] == wanted(S + timedelta(days=3), None, said="noshow")


def test_who_dials_into_a_conference_has_nobody_to_try_again() -> None:
    assert [] == wanted(S + timedelta(minutes=2), evidence(0), a_call(caller="dial_in"))
