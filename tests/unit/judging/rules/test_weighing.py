"""Rules that judge what the others found: threatened and fragile."""

from __future__ import annotations

from typing import Any

import pytest

from termintreu.judging.assess import assess
from termintreu.judging.rules import RULES
from termintreu.model import History, Severity, slot_of
from tests.factories import ANNA, ERIKA, all_day, at, call, context, found, occurrence, person, told_of

CALL = "2026-11-26 14:00"
OPEN = person("max@muster.example")
BACK_TO_BACK = occurrence("2026-11-26 13:00", 60)
OVERLAP = occurrence("2026-11-26 14:10")


@pytest.mark.parametrize(("now", "severity"), [("2026-11-25 13:59", None), ("2026-11-25 14:00", Severity.CRITICAL)])
def test_two_threats_count_from_a_day_before(now: str, severity: Severity | None) -> None:
    one = call(CALL, status="TENTATIVE")
    finding = found("threatened", one, context(now, [one], [BACK_TO_BACK]))
    assert severity == (finding.severity if finding else None)
    if finding is not None:
        assert (at("2026-11-25 15:00"), True) == (finding.settle_by, finding.offers_times)


@pytest.mark.parametrize(
    ("fields", "busy", "fires"),
    [
        ({"status": "TENTATIVE"}, [], False),
        ({"status": "TENTATIVE"}, [OVERLAP], True),
        ({"status": "TENTATIVE", "words": frozenset({"confirmed"})}, [OVERLAP], False),
        ({"attendees": (person(ANNA), OPEN), "organizer": ERIKA}, [], True),
        ({"zone": None, "zone_state": "floating"}, [OVERLAP], True),
        ({"status": "TENTATIVE", "attendees": (ERIKA, OPEN), "caller": "unclear"}, [], False),
        ({"status": "TENTATIVE", "created": at("2026-01-01 09:00")}, [], False),
    ],
)
def test_only_two_different_threats_of_the_six_count(fields: dict[str, Any], busy: list[Any], fires: bool) -> None:
    one = call(CALL, **fields)
    assert fires == (found("threatened", one, context("2026-11-26 10:00", [one], busy)) is not None)


def test_absence_is_one_of_the_six() -> None:
    one = call(CALL, status="TENTATIVE")
    where = context("2026-11-26 10:00", [one], absences=(all_day("2026-11-26", summary="Krank"),))
    assert found("threatened", one, where) is not None


def test_the_users_own_word_is_enough_at_any_time() -> None:
    one = call(CALL, words=frozenset({"threatened"}))
    finding = found("threatened", one, context("2026-11-16 10:00", [one]))
    assert finding is not None
    assert at("2026-11-16 11:00") == finding.settle_by


def test_the_deadline_is_not_after_the_call() -> None:
    one = call(CALL, words=frozenset({"threatened"}))
    finding = found("threatened", one, context("2026-11-26 13:30", [one]))
    assert finding is not None
    assert at(CALL) == finding.settle_by


def test_a_disabled_rule_is_no_threat() -> None:
    one = call(CALL, status="TENTATIVE")
    where = context("2026-11-26 10:00", [one], [OVERLAP])
    rules = {finding.rule for finding in assess(where, RULES, {}, {"unconfirmed"})[one.key]}
    assert {"conflict"} == rules


def test_every_other_finding_of_a_critical_call_is_a_level_higher() -> None:
    plain, critical = (call(CALL, status="TENTATIVE", critical=critical) for critical in (False, True))
    now = "2026-11-24 10:00"
    ordinary = {f.rule: f.severity for f in assess(context(now, [plain], [OVERLAP]), RULES, {})[plain.key]}
    raised = {f.rule: f.severity for f in assess(context(now, [critical], [OVERLAP]), RULES, {})[critical.key]}
    assert {"conflict": Severity.WARNING, "unconfirmed": Severity.ADVICE} == ordinary
    expected = {"conflict": Severity.CRITICAL, "unconfirmed": Severity.WARNING, "fragile": Severity.ADVICE}
    assert expected == raised


def test_a_critical_call_is_confirmed_personally_a_day_before() -> None:
    one = call(CALL, critical=True)
    finding = found("fragile", one, context("2026-11-16 10:00", [one]))
    assert finding is not None
    assert (Severity.ADVICE, at("2026-11-25 14:00")) == (finding.severity, finding.settle_by)
    assert found("fragile", call(CALL), context("2026-11-16 10:00", [call(CALL)])) is None


def test_a_confirmed_critical_call_still_raises_the_others() -> None:
    one = call(CALL, critical=True, words=frozenset({"confirmed"}))
    findings = assess(context("2026-11-24 10:00", [one], [OVERLAP]), RULES, {})[one.key]
    assert [("conflict", Severity.CRITICAL)] == [(finding.rule, finding.severity) for finding in findings]


@pytest.mark.parametrize(
    ("status", "basis", "anchor", "fires"),
    [
        ("done", "conflict:2", CALL, False),
        ("dismissed", "conflict:2", CALL, False),
        ("live", "conflict:2", CALL, True),
        ("done", "no_number:2", CALL, True),
        ("done", "conflict:2", "2026-11-25 14:00", True),
    ],
    ids=["ticked", "deleted", "open", "ticked for another matter", "ticked before it moved"],
)
def test_what_was_ticked_or_deleted_is_no_open_point(status: Any, basis: str, anchor: str, fires: bool) -> None:
    one = call(CALL, status="TENTATIVE")
    history = History(items={slot_of(one.key, "warning"): told_of(one, status, basis, anchor)})
    where = context("2026-11-26 10:00", [one], [OVERLAP], history=history)
    assert fires == (found("threatened", one, where) is not None)


@pytest.mark.parametrize(
    ("fields", "fires"),
    [
        ({"attendees": (ERIKA, OPEN)}, False),
        ({"attendees": (OPEN,)}, True),
        ({"attendees": (OPEN,), "previous_start": at("2026-11-19 14:00")}, False),
        ({"attendees": (ERIKA, OPEN), "status": "TENTATIVE"}, True),
    ],
    ids=["one has accepted", "nobody has", "a series", "tentative"],
)
def test_a_guest_who_is_not_waited_for_is_no_threat(fields: dict[str, Any], fires: bool) -> None:
    one = call(CALL, **fields)
    where = context("2026-11-26 10:00", [one], [OVERLAP])
    assert fires == (found("threatened", one, where) is not None)


@pytest.mark.parametrize(("start", "fires"), [("2026-11-26 18:00", True), ("2026-11-26 12:45", False)])
def test_an_hour_that_is_meant_is_no_threat(start: str, fires: bool) -> None:
    one = call(start, status="TENTATIVE")
    assert fires == (found("threatened", one, context("2026-11-26 10:00", [one])) is not None)
