"""Which items are left alone after a failure, for how long, and in which turn the others come."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from termintreu.model import Change
from termintreu.model.texts import Texts
from termintreu.writing.setbacks import LONGEST, SHORTEST, Setbacks, after_round, in_turn, told
from tests.comparing import diff
from tests.unit.planning.making import BERLIN, COLLECTIONS, NOW, REMINDERS, TASKS, seen
from tests.unit.writing.test_diff import REMINDER, WARNING

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
FAR = replace(REMINDER, start=NOW + 200 * HOUR, end=NOW + 201 * HOUR, anchor=NOW + 201 * HOUR)


def created(*items: object) -> tuple[Change, ...]:
    return diff(list(items), [], {}, now=NOW, collections=COLLECTIONS).changes  # type: ignore[arg-type]  # items they are


def failing(changes: tuple[Change, ...], times: int) -> list[Setbacks]:
    """The setbacks after each of so many failures, tried as soon as each may be."""
    now, before, found = NOW, {}, []
    for _ in range(times):
        written = [replace(change, result="retry_later", error="PUT on a.example: status 500") for change in changes]
        before = after_round(before, changes, written, {change.slot for change in changes}, now)
        found.append(before)
        now = max(one.until for one in before.values())
    return found


def test_the_wait_doubles_up_to_an_hour() -> None:
    waits = [one.until - one.at for setbacks in failing(created(FAR), 9) for one in setbacks.values()]
    assert [1, 2, 4, 8, 16, 32, 60, 60, 60] == [wait / MINUTE for wait in waits]
    assert (SHORTEST, LONGEST) == (waits[0], waits[-1])


def test_a_reminder_is_tried_again_before_half_of_the_time_to_its_alarm_is_over() -> None:
    near = replace(FAR, start=NOW + 11 * MINUTE)
    waits = [one.until - one.at for setbacks in failing(created(near), 5) for one in setbacks.values()]
    assert [1.0, 2.0, 3.5, 1.75, 1.0] == [wait / MINUTE for wait in waits]


def test_what_failed_waits_and_then_goes_last() -> None:
    changes = created(FAR, WARNING)
    bad = next(change for change in changes if change.slot == FAR.slot)
    setbacks = after_round({}, changes, [replace(bad, result="retry_later", error="no")], {FAR.slot}, NOW)
    ready, waiting = in_turn(changes, setbacks, NOW + MINUTE / 2)
    assert ([WARNING.slot], [FAR.slot]) == ([one.slot for one in ready], [one.slot for one in waiting])
    assert "retry_later" == waiting[0].result
    assert "no (left alone until 08:01:00 UTC after 1 tries)" == waiting[0].error
    again, waiting = in_turn(tuple(reversed(changes)), setbacks, NOW + MINUTE)
    assert ([WARNING.slot, FAR.slot], []) == ([one.slot for one in again], waiting)
    again, _ = in_turn(changes, setbacks, NOW + MINUTE)
    assert [WARNING.slot, FAR.slot] == [one.slot for one in again]


def test_all_changes_of_a_slot_wait_together() -> None:
    before = created(WARNING)
    (first,) = before
    standing = [seen(first.data or b"", f"{TASKS.href}{first.uid}.ics", '"1"')]
    rung = WARNING.start + MINUTE
    moved = replace(WARNING, start=rung + 9 * MINUTE, summary="⚠ moved", anchor=WARNING.anchor + 60 * MINUTE)
    changes = diff([moved], standing, {}, now=rung, collections=COLLECTIONS).changes
    assert ["delete", "create"] == [change.action for change in changes]
    setbacks = after_round({}, changes, [replace(changes[0], result="retry_later", error="no")], {WARNING.slot}, rung)
    ready, waiting = in_turn(changes, setbacks, rung)
    assert ([], ["delete", "create"]) == (ready, [change.action for change in waiting])
    ready, _ = in_turn(changes, setbacks, rung + MINUTE)
    assert ["delete", "create"] == [change.action for change in ready]


@pytest.mark.parametrize("news", ["the call moved", "another version stands there"])
def test_what_is_new_about_an_item_gives_it_a_try_at_once(news: str) -> None:
    changes = created(FAR)
    (setbacks,) = failing(changes, 1)
    assert in_turn(changes, setbacks, NOW)[1]
    if news == "the call moved":
        changed = created(replace(FAR, anchor=FAR.anchor + HOUR))
    else:
        changed = tuple(replace(change, etag='"2"') for change in changes)
    assert ([FAR.slot], []) == (
        [one.slot for one in in_turn(changed, setbacks, NOW)[0]],
        in_turn(changed, setbacks, NOW)[1],
    )


def test_other_words_give_no_new_try() -> None:
    (setbacks,) = failing(created(FAR), 1)
    assert [] == in_turn(created(replace(FAR, summary="other words")), setbacks, NOW)[0]


def test_a_success_or_what_is_not_wanted_any_more_ends_it() -> None:
    changes = created(FAR, WARNING)
    setbacks = failing(changes, 1)[0]
    assert {FAR.slot, WARNING.slot} == setbacks.keys()
    done = [replace(change, result="applied") for change in changes if change.slot == FAR.slot]
    assert {WARNING.slot} == after_round(setbacks, changes, done, set(), NOW).keys()
    assert {} == after_round(setbacks, (), [], set(), NOW)


def test_what_was_not_tried_keeps_what_it_had() -> None:
    changes = created(FAR)
    (setbacks,) = failing(changes, 1)
    stopped = [replace(change, result="retry_later", error="another one failed") for change in changes]
    assert setbacks == after_round(setbacks, changes, stopped, set(), NOW + MINUTE)
    assert {} == after_round({}, changes, stopped, set(), NOW + MINUTE)


def test_a_clock_that_was_set_back_holds_nothing_up() -> None:
    changes = created(FAR)
    setbacks = failing(changes, 6)[-1]
    assert [] == in_turn(changes, setbacks, NOW - HOUR)[1]


def test_one_sentence_tells_of_each_kind_and_names_nobody() -> None:
    setbacks = failing(created(FAR, WARNING, replace(FAR, call_key="0" * 16)), 2)[-1]
    sentences = [Texts(language="en", zone=BERLIN).render(one) for one in told(setbacks)]
    why = "could not be brought up to date, 2 tries so far: PUT on a.example: status 500. Next try at 10:03."
    assert {f"A reminder {why}", f"A warning {why}"} == set(sentences)
    assert REMINDERS.name not in "".join(sentences)
