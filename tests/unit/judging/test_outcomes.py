"""How a call went, by who says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from termintreu.judging.outcomes import BY_THEM, UNDO, experiences, statements, verdict, verdicts
from termintreu.judging.rating import LATE, MISSED, TOLD_EARLY, TOLD_LATE
from termintreu.model import Answer, CallRecord, History, Move, Observed
from tests.factories import at, call

NOW = at("2026-11-23 15:00")
CALL = call("2026-11-23 10:00", key="k" * 16)
RECORD = CallRecord(
    key=CALL.key,
    uid=CALL.occurrence.uid,
    recurrence_id=None,
    contact_key="erika@muster.example",
    contact_name="Erika Muster",
    kind="phone",
    start=CALL.start,
    end=CALL.end,
    first_seen=NOW - timedelta(days=9),
    last_seen=NOW,
)


def said(outcome: Any, origin: Any, minutes: int = 0, **more: Any) -> Answer:
    return Answer(
        call_key=CALL.key, outcome=outcome, origin=origin, recorded_at=NOW + timedelta(minutes=minutes), **more
    )


def outcome(*answers: Answer, record: CallRecord | None = RECORD) -> tuple[str, str] | None:
    found = verdict(record, answers)
    return (found.outcome, found.origin) if found else None


def test_nothing_said_is_no_failure() -> None:
    assert outcome() is None


def test_the_users_last_word_wins() -> None:
    assert outcome(said("held", "task"), said("missed", "answer", 5)) == ("missed", "answer")
    assert outcome(said("missed", "answer"), said("held", "task", 5)) == ("held", "task")


def test_the_user_beats_a_log_however_late_it_is_read() -> None:
    assert outcome(said("held", "task"), said("missed", "log", 60)) == ("held", "task")
    assert outcome(said("missed", "log")) == ("missed", "log")


def test_an_answer_can_be_taken_back_with_all_that_was_said() -> None:
    assert outcome(said("held", "task"), said("missed", "answer", 1), said("unknown", "answer", 2)) is None
    assert outcome(said("missed", "log"), said("held", "answer", 1), said("unknown", "answer", 2)) == ("missed", "log")


def test_an_unticked_task_takes_back_only_the_tick() -> None:
    assert outcome(said("held", "task"), said("unknown", "task", 1)) is None
    assert outcome(said("missed", "word"), said("held", "task", 1), said("unknown", "task", 2)) == ("missed", "word")


@pytest.mark.parametrize(
    ("told_hours_before", "expected"), [(24, "cancelled"), (23.9, "cancelled_late"), (0, "cancelled_late")]
)
def test_a_cancelled_event_is_in_time_a_day_ahead(told_hours_before: float, expected: str) -> None:
    gone = replace(RECORD, gone_at=RECORD.start - timedelta(hours=told_hours_before))
    assert outcome(record=gone) == (expected, "calendar")


def test_an_event_that_is_tidied_away_after_the_call_says_nothing() -> None:
    assert outcome(record=replace(RECORD, gone_at=RECORD.end + timedelta(hours=1))) is None


@pytest.mark.parametrize(
    ("answer", "ours", "theirs"),
    [
        (said("held", "task"), [0.0], [0.0]),
        (said("late", "log", late_minutes=20), [1.0], [0.0]),
        (said("late", "word"), [LATE], [0.0]),
        (said("missed", "word"), [MISSED], []),
        (said("noshow", "word"), [0.0], [MISSED]),
        (said("cancelled", "answer"), [TOLD_EARLY], []),
    ],
)
def test_each_outcome_counts_for_the_side_whose_doing_it_was(
    answer: Answer, ours: list[float], theirs: list[float]
) -> None:
    counted = experiences(RECORD, verdict(RECORD, [answer]), NOW)
    assert ours == [one.failure for one in counted if one.side == "ours"]
    assert theirs == [one.failure for one in counted if one.side == "theirs"]


def test_the_users_last_answer_can_be_undone_and_what_was_said_otherwise_stands_again() -> None:
    tick, wrong, undo = said("held", "task"), said("missed", "answer", 1), said("unknown", "answer", 2, note=UNDO)
    assert outcome(tick, wrong, undo) == ("held", "task")
    assert outcome(said("noshow", "answer"), wrong, undo) == ("noshow", "answer")
    assert outcome(wrong, undo, said("unknown", "answer", 3, note=UNDO)) is None
    assert outcome(tick, undo) == ("held", "task")


def test_all_that_stands_is_shown_beside_what_decided() -> None:
    found = verdict(RECORD, [said("missed", "log"), said("held", "task", 1), said("late", "answer", 2)])
    assert found is not None
    assert [("missed", "log"), ("held", "task"), ("late", "answer")] == [
        (one.outcome, one.origin) for one in found.said
    ]


def cancelled(hours: float, *, by_me: bool = True) -> CallRecord:
    seen = RECORD.start - timedelta(hours=hours)
    move = Move(old_start=RECORD.start, new_start=None, seen_at=seen, by_me=by_me)
    return replace(RECORD, gone_at=seen, moves=(move,))


@pytest.mark.parametrize(
    ("record", "answers", "expected"),
    [
        (cancelled(48), [], [("ours", TOLD_EARLY)]),
        (cancelled(2), [], [("ours", TOLD_LATE)]),
        (cancelled(2, by_me=False), [], [("theirs", TOLD_LATE)]),
        (cancelled(2), [said("cancelled", "answer")], [("ours", TOLD_EARLY)]),
        (cancelled(2, by_me=False), [said("cancelled", "answer")], [("theirs", TOLD_EARLY)]),
        (RECORD, [said("cancelled_late", "answer", note=BY_THEM)], [("theirs", TOLD_LATE)]),
        (cancelled(2), [said("held", "answer")], [("ours", 0.0), ("theirs", 0.0)]),
        (cancelled(2), [said("held", "log")], [("ours", 0.0), ("theirs", 0.0)]),
        (replace(cancelled(2), gone_at=None), [], []),
    ],
)
def test_a_call_that_was_called_off_counts_once_and_not_at_all_where_it_took_place_or_came_back(
    record: CallRecord, answers: list[Answer], expected: list[tuple[str, float]]
) -> None:
    counted = experiences(record, verdict(record, answers), NOW)
    assert expected == [(one.side, one.failure) for one in counted]


def test_what_nobody_spoke_of_counts_for_nothing() -> None:
    assert experiences(RECORD, None, NOW) == ()
    assert experiences(RECORD, verdict(RECORD, [said("held", "answer")]), RECORD.start - timedelta(minutes=1)) == ()


def test_what_we_fail_in_with_a_critical_call_counts_as_critical_and_what_they_fail_in_does_not() -> None:
    critical = replace(RECORD, critical=True)
    for word, ours in (("missed", True), ("late", True), ("cancelled", True), ("noshow", False)):
        failed = [one for one in experiences(critical, verdict(critical, [said(word, "answer")]), NOW) if one.failure]
        assert [ours] == [one.critical for one in failed]


@pytest.mark.parametrize(("minutes", "broken_after"), [(30, 0), (120, 0), (480, 480)])
def test_what_was_promised_for_a_part_of_the_day_is_broken_at_its_end(minutes: int, broken_after: int) -> None:
    record = replace(RECORD, end=RECORD.start + timedelta(minutes=minutes))
    (one,) = experiences(record, verdict(record, [said("missed", "answer")]), NOW)
    assert record.start + timedelta(minutes=broken_after) == one.broken_at


@pytest.mark.parametrize(("hours", "expected"), [(24, TOLD_EARLY), (23.9, TOLD_LATE)])
def test_a_move_counts_by_how_early_it_was_told(hours: float, expected: float) -> None:
    move = Move(old_start=CALL.start, new_start=NOW, seen_at=CALL.start - timedelta(hours=hours), by_me=False)
    (one,) = experiences(replace(RECORD, moves=(move,)), None, NOW)
    assert ("theirs", expected) == (one.side, one.failure)


def task(**more: Any) -> dict[str, Observed]:
    fields: dict[str, Any] = {
        "href": "/t/1.ics",
        "collection": "/t/",
        "etag": '"1"',
        "uid": "termintreu-1",
        "component": "VTODO",
        "kind": "outcome",
        "call_key": CALL.key,
        "generation": 0,
        "fingerprint": "1:0",
        "summary": "Hat der Anruf stattgefunden?",
        **more,
    }
    return {"/t/1.ics": Observed(**fields)}


def spoken(items: dict[str, Observed], *answers: Answer, words: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    history = History(answers={CALL.key: answers})
    return [(one.outcome, one.origin) for one in statements([replace(CALL, words=words)], items, history, NOW)]


def test_a_tick_says_that_it_was_held() -> None:
    assert spoken(task(done=True)) == [("held", "task")]


def test_a_word_in_our_task_says_more_than_its_tick() -> None:
    assert spoken(task(done=True, summary="Hat der Anruf stattgefunden? #verpasst")) == [("missed", "task")]


def test_our_own_explanation_of_the_words_says_nothing() -> None:
    assert spoken(task(description="Sonst: #verpasst, #verspätet, #nichterschienen")) == []


def test_a_note_of_the_user_in_our_task_is_heard() -> None:
    assert spoken(task(description="Sonst: #verpasst, #verspätet\nleider #verpasst")) == [("missed", "task")]


def test_the_same_statement_is_not_repeated() -> None:
    assert spoken(task(done=True), said("held", "task", note="outcome/")) == []


def test_a_tick_that_is_gone_takes_the_statement_back() -> None:
    assert spoken(task(done=False), said("held", "task", note="outcome/")) == [("unknown", "task")]


def test_a_word_in_the_call_itself_is_heard_and_taken_back() -> None:
    assert spoken({}, words=frozenset({"noshow"})) == [("noshow", "word")]
    assert spoken({}, said("noshow", "word")) == [("unknown", "word")]


def heard(items: dict[str, Observed], *before: Answer, now: datetime = NOW) -> tuple[Answer, ...]:
    return statements([], items, History(answers={CALL.key: before}), now)


def test_a_ticked_recovery_says_once_that_a_miss_was_made_good() -> None:
    done_at = NOW - timedelta(minutes=20)
    ticked = task(kind="recovery", done=True, done_at=done_at)
    answers = heard(ticked)
    mended = verdict(RECORD, answers)
    assert mended is not None
    assert ("missed", done_at) == (mended.outcome, mended.made_good_at)
    assert heard(ticked, *answers) == ()


def test_a_tick_of_a_recovery_that_is_taken_back_makes_nothing_good() -> None:
    answers = heard(task(kind="recovery", done=True, done_at=NOW - timedelta(minutes=20)))
    undone = heard(task(kind="recovery"), *answers, now=NOW + timedelta(minutes=5))
    found = verdict(RECORD, [said("missed", "word", -60), *answers, *undone])
    assert found is not None
    assert ("missed", "word", None) == (found.outcome, found.origin, found.made_good_at)


def test_a_recovery_that_is_not_ticked_says_nothing() -> None:
    assert heard(task(kind="recovery")) == ()


def test_verdicts_are_the_same_where_only_changed_calls_are_looked_at_again() -> None:
    other = replace(RECORD, key="other")
    before = History(calls={RECORD.key: RECORD, "other": other}, answers={RECORD.key: (said("held", "task"),)})
    known = verdicts(before)
    gone = replace(other, gone_at=other.start - timedelta(hours=1))
    after = replace(before, calls={RECORD.key: RECORD, "other": gone})
    assert {"other", RECORD.key} == verdicts(after).keys()
    assert verdicts(after) == verdicts(after, known, {"other"})
    assert known == verdicts(before, verdicts(after), {"other"})
