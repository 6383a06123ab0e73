"""How the time came about: long_lead, moved_often, late_change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from termintreu.judging.assess import assess, gone_calls
from termintreu.judging.rules import RULES
from termintreu.model import Severity, slot_of
from tests.factories import at, call, context, found, moved, told_of

CALL = "2026-11-26 14:00"
NOW = "2026-11-16 09:00"


@pytest.mark.parametrize(
    ("created", "fields", "fires"),
    [
        ("2026-10-29 14:00", {}, False),
        ("2026-10-29 13:59", {}, True),
        ("2026-10-01 13:59", {"words": frozenset({"confirmed"})}, False),
        ("2026-10-01 13:59", {"series": True}, False),
        (None, {}, False),
    ],
)
def test_more_than_28_days_ahead_is_a_long_lead(created: str | None, fields: dict[str, Any], fires: bool) -> None:
    one = call(CALL, created=at(created) if created else None, **fields)
    finding = found("long_lead", one, context(NOW, [one]))
    assert fires == (finding is not None)
    if finding is not None:
        assert (Severity.ADVICE, at("2026-11-19 14:00")) == (finding.severity, finding.settle_by)


def test_28_days_over_the_night_when_clocks_go_back_are_672_hours() -> None:
    one = call("2026-11-02 09:00", created=at("2026-10-05 10:00"))
    assert found("long_lead", one, context("2026-10-26 09:00", [one])) is None
    older = call("2026-11-02 09:00", created=at("2026-10-05 09:59"))
    assert found("long_lead", older, context("2026-10-26 09:00", [older])) is not None


def test_a_call_that_moved_lately_was_agreed_lately() -> None:
    one = call(CALL, created=at("2026-10-01 09:00"))
    history = moved(one, ("2026-11-24 14:00", CALL, "2026-11-10 09:00"))
    assert found("long_lead", one, context(NOW, [one], history=history)) is None


MOVE = ("2026-11-20 14:00", CALL, "2026-11-10 09:00")
GONE = ("2026-11-20 14:00", None, "2026-11-10 09:00")


@pytest.mark.parametrize(
    ("moves", "words", "fires"),
    [
        ([MOVE, MOVE], (), True),
        ([MOVE], (), False),
        ([MOVE, GONE], (), False),
        ([MOVE, MOVE, MOVE], ("confirmed",), False),
        ([], (), False),
    ],
)
def test_two_moves_are_often(moves: list[tuple[str, str | None, str]], words: tuple[str, ...], fires: bool) -> None:
    one = call(CALL, words=frozenset(words))
    finding = found("moved_often", one, context(NOW, [one], history=moved(one, *moves)))
    assert fires == (finding is not None)
    if finding is not None:
        assert (Severity.ADVICE, at("2026-11-25 14:00")) == (finding.severity, finding.settle_by)


OLD = "2026-11-24 14:00"


@pytest.mark.parametrize(
    ("seen", "now", "fires"),
    [
        ("2026-11-23 14:00", "2026-11-23 14:00", False),
        ("2026-11-23 14:01", "2026-11-23 14:01", True),
        ("2026-11-24 15:00", "2026-11-24 15:00", True),
        ("2026-11-24 15:01", "2026-11-24 15:01", False),
        ("2026-11-24 09:00", "2026-11-25 08:59", True),
        ("2026-11-24 09:00", "2026-11-25 09:00", False),
        ("2026-11-24 09:00", "2026-11-24 08:00", False),
    ],
)
def test_a_move_less_than_a_day_before_is_late_for_a_day(seen: str, now: str, fires: bool) -> None:
    one = call(CALL)
    history = moved(one, (OLD, CALL, seen))
    assert fires == (found("late_change", one, context(now, [one], history=history)) is not None)


def test_the_person_is_told_within_half_an_hour() -> None:
    one = call(CALL)
    history = moved(one, (OLD, CALL, "2026-11-24 09:00"))
    early, late = (
        found("late_change", one, context(now, [one], history=history))
        for now in ("2026-11-24 09:00", "2026-11-24 11:00")
    )
    assert early is not None
    assert late is not None
    assert (Severity.WARNING, at("2026-11-24 09:30")) == (early.severity, early.settle_by)
    assert at("2026-11-24 11:00") == late.settle_by


def test_a_move_by_the_organizer_or_one_already_told_is_not_held_against_me() -> None:
    one = call(CALL)
    theirs = moved(one, (OLD, CALL, "2026-11-24 09:00"), by_me=False)
    assert found("late_change", one, context("2026-11-24 09:00", [one], history=theirs)) is None
    told = call(CALL, words=frozenset({"confirmed"}))
    mine = moved(told, (OLD, CALL, "2026-11-24 09:00"))
    assert found("late_change", told, context("2026-11-24 09:00", [told], history=mine)) is None


def test_a_day_before_is_24_hours_in_the_night_when_clocks_go_back() -> None:
    one = call("2026-10-28 10:00")
    for seen, fires in (("2026-10-24 11:00", False), ("2026-10-24 11:01", True)):
        history = moved(one, ("2026-10-25 10:00", "2026-10-28 10:00", seen))
        assert fires == (found("late_change", one, context(seen, [one], history=history)) is not None)


CANCELLED = (OLD, None, "2026-11-24 09:00")


@pytest.mark.parametrize(
    ("seen", "now", "fires"),
    [
        ("2026-11-23 14:00", "2026-11-23 14:00", False),
        ("2026-11-23 14:01", "2026-11-23 14:01", True),
        ("2026-11-24 09:00", "2026-11-24 13:59", True),
        ("2026-11-24 09:00", "2026-11-24 14:00", False),
    ],
)
def test_a_call_cancelled_less_than_a_day_before_is_a_late_change_until_it_would_begin(
    seen: str, now: str, fires: bool
) -> None:
    one = call(OLD)
    history = moved(one, (OLD, None, seen), gone=True)
    where = context(now, history=history, gone=gone_calls(history, at(now)), settled=frozenset({one.key}))
    findings = assess(where, RULES, {}).get(one.key, ())
    assert (["late_change"] if fires else []) == [finding.rule for finding in findings]


def test_whoever_waits_for_a_cancelled_call_is_told_by_phone_within_half_an_hour() -> None:
    one = call(OLD)
    history = moved(one, CANCELLED, gone=True)
    (gone,) = gone_calls(history, at("2026-11-24 09:00"))
    assert (one.key, one.start, "Erika Muster") == (gone.key, gone.start, gone.contact.name)
    finding = found("late_change", gone, context("2026-11-24 09:00", history=history, gone=(gone,)))
    assert finding is not None
    assert at("2026-11-24 09:30") == finding.settle_by
    assert "cancelled" in finding.message.msgid


def test_a_call_that_came_back_was_not_cancelled() -> None:
    one = call(OLD)
    history = moved(one, CANCELLED)
    assert found("late_change", one, context("2026-11-24 10:00", [one], history=history)) is None
    assert () == gone_calls(history, at("2026-11-24 10:00"))


def test_a_call_that_went_a_day_ago_is_no_longer_spoken_of() -> None:
    history = moved(call(CALL), (CALL, None, "2026-11-24 09:00"), gone=True)
    assert () == gone_calls(history, at("2026-11-25 09:00"))
    assert 1 == len(gone_calls(history, at("2026-11-25 08:59")))


@pytest.mark.parametrize(
    ("basis", "fires"), [("declined:2", False), ("no_number:2", True)], ids=["declined", "not declined"]
)
def test_nobody_waits_for_a_call_that_went_because_all_had_declined(basis: str, fires: bool) -> None:
    one = call(CALL)
    history = moved(one, (CALL, None, "2026-11-26 09:00"), gone=True)
    history = replace(history, items={slot_of(one.key, "warning"): told_of(one, "withdrawn", basis, CALL)})
    where = context("2026-11-26 10:00", history=history, gone=(one,))
    assert fires == bool(assess(where, RULES, {}))
