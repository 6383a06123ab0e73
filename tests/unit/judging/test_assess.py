"""Assessment: what is looked at, in which order it is told."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from termintreu.judging.assess import assess
from termintreu.judging.rules import RULES, rule_params
from termintreu.model import Reach, Severity
from tests.factories import all_day, at, call, context, occurrence, person, window

CALL = "2026-11-26 14:00"


def test_the_gravest_comes_first_and_then_the_most_urgent() -> None:
    one = call("2026-11-26 18:00", attendees=(person("max@x.example"),), status="TENTATIVE")
    where = context("2026-11-24 11:00", [one], [occurrence("2026-11-26 18:10")])
    rules = [finding.rule for finding in assess(where, RULES, {})[one.key]]
    assert ["conflict", "odd_time", "unconfirmed"] == rules


def test_what_is_raised_and_weighed_is_still_said_once() -> None:
    one = call(
        "2026-11-26 18:00",
        attendees=(person("max@x.example"),),
        status="TENTATIVE",
        caller="unclear",
        critical=True,
        words=frozenset({"threatened"}),
    )
    where = context("2026-11-26 11:00", [one], [occurrence("2026-11-26 18:10")])
    findings = assess(where, RULES, {})[one.key]
    rules = [finding.rule for finding in findings]
    assert {"caller_unclear", "conflict", "fragile", "threatened", "unconfirmed"} <= set(rules)
    assert len(rules) == len(set(rules)) == len({str(finding.message) for finding in findings})


def test_a_call_that_has_begun_or_is_settled_is_left_alone() -> None:
    one = call(CALL, status="TENTATIVE")
    assert one.key in assess(context("2026-11-26 13:59", [one]), RULES, {})
    assert {} == assess(context(CALL, [one]), RULES, {})
    assert {} == assess(context("2026-11-26 13:59", [one], settled=frozenset({one.key})), RULES, {})


def test_a_calm_call_has_no_findings() -> None:
    one = call(CALL)
    assert {} == assess(context("2026-11-25 10:00", [one]), RULES, {})


def test_each_call_has_its_own_findings() -> None:
    early, late = call("2026-11-26 10:00", status="TENTATIVE"), call(CALL)
    assert {early.key} == set(assess(context("2026-11-25 10:00", [early, late]), RULES, {}))


def test_parameters_of_the_configuration_hold() -> None:
    one = call(CALL)
    where = context("2026-11-25 10:00", [one], [occurrence("2026-11-26 13:00", 45)])
    strict = {"no_buffer": rule_params()["no_buffer"].model_validate({"minutes": 20})}
    assert {} == assess(where, RULES, {})
    assert ["no_buffer"] == [finding.rule for finding in assess(where, RULES, strict)[one.key]]


hours = st.integers(min_value=-60, max_value=400)


def test_what_is_lacking_for_a_promised_window_is_said_until_the_window_ends() -> None:
    day = window("2026-11-26 00:00", "2026-11-27 00:00")
    one = call(all_day("2026-11-26"), window=day, reach=Reach())
    found = {
        now: [finding.rule for finding in assess(context(now, [one]), RULES, {}).get(one.key, ())]
        for now in ("2026-11-25 09:00", "2026-11-26 09:00", "2026-11-26 17:00", "2026-11-27 00:00")
    }
    assert {
        "2026-11-25 09:00": ["no_number", "vague_time"],
        "2026-11-26 09:00": ["no_number"],
        "2026-11-26 17:00": ["window_closing", "no_number"],
        "2026-11-27 00:00": [],
    } == found


@given(
    now=hours,
    start=hours,
    length=st.integers(min_value=0, max_value=600),
    busy=st.lists(st.tuples(hours, st.integers(min_value=0, max_value=300)), max_size=4),
    vague=st.booleans(),
    critical=st.booleans(),
    words=st.frozensets(st.sampled_from(["confirmed", "threatened"])),
)
def test_whatever_is_found_lies_between_now_and_the_call_and_is_in_order(
    now: int,
    start: int,
    length: int,
    busy: list[tuple[int, int]],
    vague: bool,
    critical: bool,
    words: frozenset[str],
) -> None:
    """Around the night of 2026-10-25, when a day has 25 hours."""
    origin = at("2026-10-20 00:00")
    begin = origin + timedelta(minutes=20 * start)
    span = window("2026-10-24 00:00", "2026-10-26 00:00", "am Wochenende") if vague else None
    one = call(begin, length, status="TENTATIVE", critical=critical, words=words, window=span)
    others = [occurrence(origin + timedelta(minutes=20 * at_), m, summary=f"B{at_}") for at_, m in busy]
    where = context(origin + timedelta(minutes=20 * now), [one], others, absences=(all_day("2026-10-26"),))
    findings = assess(where, RULES, {}).get(one.key, ())
    for finding in findings:
        assert finding.settle_by is not None
        assert where.now <= finding.settle_by <= max(where.now, one.start)
        assert finding.ask is not None
    severities = [finding.severity for finding in findings]
    assert sorted(severities, reverse=True) == severities
    rules = [finding.rule for finding in findings]
    assert len(set(rules)) == len(rules)
    assert all(isinstance(severity, Severity) for severity in severities)
