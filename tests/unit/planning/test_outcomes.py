"""The question after a call: when it is asked, of whom, and when it is given up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import pytest

from termintreu.judging.rules.after import OutcomeOpenParams
from termintreu.model import Call, Contact, Item, ItemRecord, Observed, Window
from termintreu.model.marks import item_uid
from termintreu.planning import plan
from termintreu.planning.items.render import managed_of, render_item
from termintreu.planning.outcomes import outcomes
from termintreu.recognition.detection import find_words
from tests.unit.planning.making import TASKS, S, a_call, a_planning, berlin, seen

CALL = a_call()
BOB = Contact(key="bob@example.org", name="Bob")
AFTER = CALL.end + timedelta(minutes=15)


EACH = {"outcome_open": OutcomeOpenParams(when="each")}


def of(now: datetime, call: Call = CALL, **more: object) -> Item | None:
    more = {"params": EACH, **more}
    return next(iter(outcomes(call, a_planning(now, **more))), None)  # type: ignore[arg-type]  # passed on


def certain(now: datetime, call: Call = CALL, **more: object) -> Item:
    item = of(now, call, **more)
    assert item is not None
    return item


def stored(item: Item, now: datetime) -> Observed:
    uid = item_uid(item.slot, 0)
    return seen(render_item(item, uid=uid, generation=0, now=now), f"{TASKS.href}{uid}.ics")


def test_it_is_asked_a_quarter_of_an_hour_after_the_end_and_not_before() -> None:
    assert of(AFTER - timedelta(seconds=1)) is None
    item = certain(AFTER)

    assert item.summary == "Mit Erika Muster gesprochen?"
    assert (item.kind, item.component, item.rules) == ("outcome", "VTODO", ("outcome_open",))
    assert (item.start, item.due) == (berlin(7, 15, 18), berlin(7, 17))
    assert item.contact_key == CALL.contact.key


def test_of_several_calls_with_one_person_each_question_says_which_one_it_means() -> None:
    later, other = a_call(berlin(8, 9), uid="later"), a_call(berlin(7, 9), uid="other", contact=BOB)
    weeks_later = a_call(berlin(21, 9), uid="weeks later")
    whole_day = a_call(berlin(7, 0), uid="day", all_day=True, minutes=1440)

    assert certain(AFTER, around=(CALL, other, weeks_later)).summary == "Mit Erika Muster gesprochen?"
    asked = certain(AFTER, around=(CALL, later))
    assert asked.summary == "Mit Erika Muster gesprochen? (Mi 14:30)"
    assert asked.alarm_text == asked.summary
    assert certain(berlin(8, 10), later, around=(CALL, later)).summary.endswith("(Do 09:00)")
    assert certain(berlin(8, 10), whole_day, around=(CALL, whole_day)).summary.endswith("(Mi)")


def test_it_explains_the_gestures_and_its_own_words_are_no_answer() -> None:
    description = certain(AFTER).description

    assert description.split("\n")[1:] == [
        "Ja: Aufgabe abhaken. Sonst eines dieser Wörter in den Titel schreiben:",
        "#verpasst (nicht angerufen), #verspätet (zu spät), #nichterschienen (niemand da)",
    ]
    assert find_words(description.partition("\n#")[0]) == frozenset()
    assert find_words(description) != frozenset()


def test_a_known_outcome_is_not_asked_for() -> None:
    assert of(AFTER, settled=frozenset({CALL.key})) is None


@pytest.mark.parametrize(
    ("ask", "call", "asked"),
    [
        ("all", a_call(caller="them"), True),
        ("mine", a_call(caller="me"), True),
        ("mine", a_call(caller="them"), False),
        ("critical", a_call(critical=True), True),
        ("critical", a_call(), False),
        ("none", a_call(critical=True), False),
    ],
)
def test_who_is_asked_about_is_configured(
    ask: Literal["all", "mine", "critical", "none"], call: Call, asked: bool
) -> None:
    assert asked == (of(AFTER, call, params={"outcome_open": OutcomeOpenParams(ask=ask, when="each")}) is not None)


def test_a_first_start_asks_about_nothing_that_ended_before_it() -> None:
    assert of(AFTER, asked_since=CALL.end + timedelta(seconds=1)) is None
    assert of(AFTER, asked_since=CALL.end) is not None


def test_a_question_that_stands_is_kept_when_the_state_is_lost() -> None:
    question = stored(certain(AFTER), AFTER)
    later = AFTER + timedelta(days=1)

    kept = certain(later, observed=[question], asked_since=later)

    assert managed_of(certain(AFTER)) == managed_of(kept)


def test_a_question_that_would_be_given_up_already_is_never_asked() -> None:
    given_up = CALL.end + timedelta(days=3, minutes=15)
    assert of(given_up - timedelta(minutes=1)) is not None
    assert of(given_up) is None


def test_an_unanswered_question_is_withdrawn_three_days_after_it_was_asked_and_not_asked_again() -> None:
    asked = berlin(9, 12)
    question = stored(certain(asked), asked)
    assert question.start is not None
    gives_up = question.start + timedelta(days=3)

    assert of(gives_up - timedelta(seconds=1), observed=[question]) is not None
    assert of(gives_up, observed=[question]) is None
    record = ItemRecord(
        slot=certain(asked).slot,
        uid=question.uid,
        generation=0,
        collection=TASKS.href,
        href=question.href,
        etag=None,
        fingerprint=question.fingerprint,
        status="withdrawn",
        anchor=S,
        recorded_at=gives_up,
    )
    assert of(gives_up, remembered={record.slot: record}) is None


def test_nobody_is_asked_at_night() -> None:
    all_day = a_call(berlin(7, 0), minutes=1440, all_day=True, window=Window(start=berlin(7, 0), end=berlin(8, 0)))
    item = certain(berlin(8, 0, 15), all_day)

    assert (item.start, item.due) == (berlin(8, 9), berlin(8, 17))


def test_a_question_late_in_the_day_is_due_at_the_end_of_the_next_workday() -> None:
    friday = a_call(berlin(9, 16), minutes=45)

    assert certain(berlin(9, 17), friday).due == berlin(12, 17)


def test_a_plan_has_one_item_for_each_slot_by_start() -> None:
    calls = [a_call(S + timedelta(days=day), uid=f"{day}@x") for day in (3, 1, 2)]
    items = plan([*calls, calls[0]], a_planning())

    assert [item.start for item in items] == sorted(item.start for item in items)
    assert len({item.slot for item in items}) == len(items) == 3
