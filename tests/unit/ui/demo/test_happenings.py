"""What happened between two looks: the user's doings and the program's answers are told apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from termintreu.model import Call, Observed
from termintreu.ui.demo.happenings import Happening, Scene, awaits_answer, happened, nothing_more
from tests.factories import call
from tests.unit.ui.web.contents import EN, NOW, item, observed

CALL = call("2026-11-24 09:00", summary="Telefonat mit Erika")
TASK = replace(
    observed(item(CALL, "warning", component="VTODO", due=NOW + timedelta(hours=5)), summary="⚠ Erika"),
    fingerprint="a",
    written_fingerprint="a",
)
REMINDER = replace(observed(item(CALL), summary="☎ Erika"), fingerprint="a", written_fingerprint="a")


def scene(*items: Observed, calls: tuple[Call, ...] = (CALL,), seconds: int = 0) -> Scene:
    return Scene(
        at=NOW + timedelta(seconds=seconds),
        calls={one.key: one for one in calls},
        items={one.uid: one for one in items},
    )


def told(before: Scene, after: Scene, past: tuple[Happening, ...] = ()) -> list[str]:
    return [EN.render(one.message) for one in happened(before, after, past)]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"done": True}, "You have ticked “⚠ Erika”."),
        ({"acknowledged_at": NOW}, "You have seen the alarm of “⚠ Erika”."),
        ({"fingerprint": "b"}, "You have changed “⚠ Erika”."),
        ({"fingerprint": "b", "written_fingerprint": "b"}, "termintreu has changed “⚠ Erika”."),
    ],
)
def test_who_changed_an_item_is_seen_from_what_was_written(changed: dict[str, object], said: str) -> None:
    after = replace(TASK, etag='"2"', **changed)  # type: ignore[arg-type]  # fields of an item
    assert [said] == told(scene(TASK), scene(after, seconds=1))


def test_a_tick_that_is_taken_back_is_told() -> None:
    ticked = replace(TASK, done=True)
    assert ["You have opened “⚠ Erika” again."] == told(scene(ticked), scene(replace(TASK, etag='"2"')))


def test_where_nothing_changes_nothing_is_told() -> None:
    assert [] == told(scene(TASK, REMINDER), scene(TASK, REMINDER, seconds=20))


def test_what_the_user_deletes_and_what_goes_with_its_call_are_told_apart() -> None:
    assert ["You have deleted “☎ Erika”."] == told(scene(TASK, REMINDER), scene(TASK, seconds=1))
    both = told(scene(TASK, REMINDER), scene(calls=(), seconds=1))
    assert "You have deleted “Telefonat mit Erika”." == both[0]
    assert {"termintreu has removed “⚠ Erika”.", "termintreu has removed “☎ Erika”."} == set(both[1:])


def test_what_goes_soon_after_a_doing_about_the_same_call_is_an_answer() -> None:
    moved = replace(CALL, occurrence=replace(CALL.occurrence, summary="Telefonat mit Erika um zehn"))
    (done,) = happened(scene(REMINDER), scene(REMINDER, calls=(moved,), seconds=1), ())
    gone = scene(calls=(moved,), seconds=4)
    assert ["termintreu has removed “☎ Erika”."] == told(scene(REMINDER, calls=(moved,)), gone, (done,))
    later = scene(calls=(moved,), seconds=60)
    assert ["You have deleted “☎ Erika”."] == told(scene(REMINDER, calls=(moved,)), later, (done,))


def test_a_new_item_is_the_programs() -> None:
    assert ["termintreu has written “☎ Erika”."] == told(scene(), scene(REMINDER, seconds=1))


def test_a_call_that_is_over_was_not_deleted() -> None:
    later = NOW + timedelta(days=2)
    assert [] == happened(scene(), Scene(at=later, calls={}, items={}), ())


def test_an_answer_that_does_not_come_is_told_once() -> None:
    (done,) = happened(scene(REMINDER), scene(seconds=1), ())
    assert awaits_answer([done], done.at + timedelta(seconds=9)) is None
    late = done.at + timedelta(seconds=11)
    assert done == awaits_answer([done], late)
    answer = nothing_more(done, late)
    assert "termintreu leaves it as you have left it." == EN.render(answer.message)
    assert awaits_answer([done, answer], late) is None
