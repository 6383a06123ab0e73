"""The one warning of a call: what it says, when it rings, and that the passing of time alone changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termintreu.judging.call_history import first_record
from termintreu.model import Call, Finding, Item, Move, Observed, Severity, Window, ZoneState
from termintreu.model.basis import Basis, FreeTime, basis_of, read_basis
from termintreu.model.marks import item_uid
from termintreu.planning.items.render import managed_of, render_item
from termintreu.planning.warnings import warnings
from tests.comparing import diff
from tests.unit.planning.making import COLLECTIONS, ERIKA, NOW, TASKS, S, a_call, a_finding, a_planning, berlin, seen

CALL = a_call()
SLOTS: tuple[FreeTime, ...] = ((berlin(8, 10), berlin(8, 10, 30)), (berlin(9, 14), berlin(9, 14, 30)))


def of(findings: Iterable[Finding], call: Call = CALL, now: datetime = NOW, **more: object) -> Item | None:
    """The warning where advice becomes a task, too, unless `more` says otherwise."""
    more = {"tasks_from": Severity.ADVICE, **more}
    planning = a_planning(now, findings={call.key: tuple(findings)}, **more)  # type: ignore[arg-type]  # passed on
    return next(iter(warnings(call, planning)), None)


def certain(findings: Iterable[Finding], call: Call = CALL, now: datetime = NOW, **more: object) -> Item:
    item = of(findings, call, now, **more)
    assert item is not None
    return item


def stored(item: Item, now: datetime = NOW) -> Observed:
    uid = item_uid(item.slot, 0)
    return seen(render_item(item, uid=uid, generation=0, now=now), f"{TASKS.href}{uid}.ics")


def promptly(now: datetime) -> Finding:
    return a_finding("conflict", settle_by=now + timedelta(hours=4), offers_times=True)


def test_all_findings_of_a_call_go_into_one_task_most_severe_first() -> None:
    findings = [a_finding("threatened", Severity.CRITICAL), a_finding("vague_time", Severity.ADVICE)]
    planning = a_planning(findings={CALL.key: tuple(findings)})

    items = list(warnings(CALL, planning))

    assert len(items) == 1
    assert items[0].rules == ("threatened", "vague_time")
    assert items[0].summary == "Erika Muster, Mi 14:30: Sie werden angerufen."
    assert items[0].description.split("\n")[5:] == [
        "• Sie werden angerufen.",
        "→ Sie rufen an.",
        "• Alle wählen sich ein.",
    ]


@pytest.mark.parametrize(
    ("severity", "priority"), [(Severity.CRITICAL, 1), (Severity.WARNING, 3), (Severity.ADVICE, 5)]
)
def test_the_priority_is_the_severity(severity: Severity, priority: int) -> None:
    assert certain([a_finding(severity=severity)]).priority == priority


@pytest.mark.parametrize("least", list(Severity))
@pytest.mark.parametrize("severity", list(Severity))
def test_a_finding_is_a_task_from_the_severity_on_that_the_configuration_names(
    severity: Severity, least: Severity
) -> None:
    assert (of([a_finding(severity=severity)], tasks_from=least) is not None) is (severity >= least)


def test_advice_stands_in_a_warning_without_hurrying_it() -> None:
    advice = a_finding("no_number", Severity.ADVICE, settle_by=berlin(6, 11))
    item = certain([a_finding(settle_by=berlin(7, 10)), advice], tasks_from=Severity.WARNING)

    assert item.rules == ("unconfirmed", "no_number")
    assert item.due == berlin(7, 10)


def test_what_is_asked_at_another_call_is_no_task_and_stands_in_one_all_the_same() -> None:
    elsewhere = replace(a_finding("conflict"), at_call="b" * 16)

    assert of([elsewhere]) is None
    assert certain([a_finding(), elsewhere]).rules == ("unconfirmed", "conflict")


def test_the_same_thing_is_asked_for_once() -> None:
    item = certain([a_finding(), a_finding("vague_time")])
    assert item.description.count("→ Sie rufen an.") == 1


def test_information_alone_is_no_warning_and_its_deadline_does_not_count() -> None:
    information = a_finding("odd_time", Severity.INFO, settle_by=NOW + timedelta(hours=1))

    assert of([information]) is None
    assert certain([a_finding(), information]).due == S - timedelta(hours=24)
    assert certain([a_finding(), information]).rules == ("unconfirmed", "odd_time")


def test_there_is_no_warning_once_the_call_is_over() -> None:
    assert of([a_finding()], now=CALL.end) is None


def test_it_is_due_when_the_first_finding_should_be_settled() -> None:
    findings = [a_finding(settle_by=berlin(7, 10)), a_finding("no_number", Severity.ADVICE, settle_by=berlin(6, 11))]

    assert certain(findings).due == berlin(6, 11)


@pytest.mark.parametrize(
    ("severity", "due", "rings"),
    [
        (Severity.ADVICE, berlin(7, 12), berlin(7, 9)),
        (Severity.WARNING, berlin(7, 12), berlin(6, 9)),
        (Severity.CRITICAL, berlin(7, 12), berlin(5, 10, 3)),
        (Severity.ADVICE, berlin(5, 12), berlin(5, 10, 3)),
        (Severity.WARNING, berlin(7, 8), berlin(6, 9)),
    ],
)
def test_it_rings_in_working_time_while_there_is_time_to_act(
    severity: Severity, due: datetime, rings: datetime
) -> None:
    assert certain([a_finding(severity=severity, settle_by=due)]).start == rings


@pytest.mark.parametrize("severity", [Severity.ADVICE, Severity.WARNING, Severity.CRITICAL])
@pytest.mark.parametrize(
    ("now", "begins", "rings"),
    [
        (berlin(6, 23, 30), berlin(7, 9, 30), berlin(7, 9)),
        (berlin(6, 23, 30), berlin(7, 9), berlin(7, 7)),
        (berlin(6, 23, 30), berlin(7, 6, 30), berlin(6, 23, 33)),
        (berlin(6, 19), berlin(7, 8, 30), berlin(6, 19, 3)),
        (berlin(9, 18), berlin(10, 11), berlin(9, 18, 3)),
        (berlin(9, 18), berlin(12, 11), berlin(12, 9)),
    ],
    ids=["work begins before it", "it begins with work", "in the night", "before work", "on Saturday", "on Monday"],
)
def test_it_rings_outside_working_time_only_where_the_call_begins_before_that(
    severity: Severity, now: datetime, begins: datetime, rings: datetime
) -> None:
    item = certain([a_finding(severity=severity, settle_by=now)], a_call(begins), now)
    assert (item.start, item.due) == (rings, min(rings + timedelta(hours=1), begins))


def test_a_window_that_is_closing_waits_for_work_only_where_an_hour_of_it_is_left_then() -> None:
    closing = a_finding("window_closing", Severity.CRITICAL, settle_by=berlin(6, 18))
    for ends, rings in ((berlin(7, 11), berlin(7, 9)), (berlin(7, 10), berlin(6, 18, 3))):
        call = a_call(berlin(6, 9), window=Window(start=berlin(6, 9), end=ends, text="bis Mittwoch früh"))
        assert certain([closing], call, berlin(6, 18)).start == rings


def test_whoever_waits_at_the_old_time_is_told_before_it() -> None:
    moved = Move(old_start=berlin(12, 8, 30), new_start=berlin(14, 14), seen_at=berlin(9, 18))
    late = a_finding("late_change", settle_by=berlin(9, 18, 30))
    for move, rings in (
        (moved, berlin(9, 18, 3)),
        (replace(moved, old_start=berlin(12, 9, 30)), berlin(12, 9)),
    ):
        call = a_call(berlin(14, 14))
        record = replace(first_record(call, NOW), moves=(move,))
        assert certain([late], call, berlin(9, 18), calls={call.key: record}).start == rings


@given(
    minutes=st.integers(-3000, 20_000),
    seconds=st.integers(0, 59),
    severity=st.sampled_from([Severity.ADVICE, Severity.WARNING, Severity.CRITICAL]),
    at=st.integers(0, 12_000),
)
def test_the_alarm_lies_ahead_and_strictly_before_due(minutes: int, seconds: int, severity: Severity, at: int) -> None:
    now = NOW + timedelta(minutes=at, seconds=seconds)
    call = a_call(now + timedelta(days=20))
    item = certain([a_finding(severity=severity, settle_by=now + timedelta(minutes=minutes))], call, now)

    assert item.due is not None
    assert now < item.start < item.due


@given(
    seconds=st.integers(60, 7200),
    late=st.integers(0, 59),
    settle=st.integers(-100, 100),
    severity=st.sampled_from([Severity.ADVICE, Severity.WARNING, Severity.CRITICAL]),
)
def test_it_is_due_before_the_call_begins_however_late_it_is_written(
    seconds: int, late: int, settle: int, severity: Severity
) -> None:
    call = a_call()
    now = call.start - timedelta(seconds=seconds + late)
    item = certain([a_finding(severity=severity, settle_by=now + timedelta(minutes=settle))], call, now)

    assert item.due is not None
    assert now < item.start < item.due
    assert item.due <= (call.start if seconds > 120 else call.end)


@given(
    at=st.integers(0, 12_000),
    ahead=st.integers(5, 20_000),
    settle=st.integers(-3000, 20_000),
    severity=st.sampled_from([Severity.ADVICE, Severity.WARNING, Severity.CRITICAL]),
)
def test_it_is_due_an_hour_after_it_rings_or_when_the_call_begins_and_rings_at_work_where_that_comes_in_time(
    at: int, ahead: int, settle: int, severity: Severity
) -> None:
    now = NOW + timedelta(minutes=at)
    call = a_call(now + timedelta(minutes=ahead))
    settle_by = min(now + timedelta(minutes=settle), call.start)
    item = certain([a_finding(severity=severity, settle_by=settle_by)], call, now)

    assert item.due is not None
    assert item.due - item.start >= timedelta(hours=1) or item.due == call.start
    planning = a_planning(now)
    at_work = planning.next_work(planning.soon())
    assert planning.context.clock.is_work(item.start) or at_work >= call.start - timedelta(minutes=1)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (berlin(7, 12, 30), berlin(7, 14)),
        (berlin(7, 13, 30), berlin(7, 14, 33)),
        (berlin(7, 13, 57), berlin(7, 15)),
        (berlin(7, 14, 50), berlin(7, 15, 53)),
    ],
)
def test_within_a_window_it_is_due_at_its_end_or_an_hour_after_the_alarm(now: datetime, due: datetime) -> None:
    window = Window(start=berlin(7, 9), end=berlin(7, 15), text="zwischen 9 und 15")
    call = a_call(berlin(7, 9), minutes=15, window=window)
    assert certain([a_finding(settle_by=berlin(7, 14))], call, now).due == due


def test_a_second_cycle_changes_nothing_though_deadlines_and_free_times_move_with_the_clock() -> None:
    first = certain([promptly(NOW)], free_times_for=lambda _: SLOTS)
    standing = stored(first)

    for minutes in (1, 60, 300, 1440):
        now = NOW + timedelta(minutes=minutes)
        later = certain(
            [promptly(now)],
            now=now,
            observed=[standing],
            free_times_for=lambda _: ((berlin(12, 9), berlin(12, 9, 30)),),
        )
        assert managed_of(first) == managed_of(later)


def test_free_times_are_offered_with_the_other_sides_time() -> None:
    call = a_call(contact=replace(ERIKA, timezone="America/New_York"))
    item = certain([promptly(NOW)], call, free_times_for=lambda _: SLOTS)

    assert item.description.split("\n")[-3:] == [
        "Freie Zeiten zum Anbieten:",
        "– Do., 8.10., 10 Uhr (dort 4 Uhr)",
        "– Fr., 9.10., 14 Uhr (dort 8 Uhr)",
    ]


def test_times_that_are_taken_meanwhile_are_offered_no_longer() -> None:
    standing = stored(certain([promptly(NOW)], free_times_for=lambda _: SLOTS))
    fresh = ((berlin(12, 9), berlin(12, 9, 30)),)

    item = certain(
        [promptly(NOW)],
        observed=[standing],
        free_times_for=lambda _: fresh,
        is_still_free=lambda _, slot: slot != SLOTS[0],
    )

    assert "Mo., 12.10., 9 Uhr" in item.description
    assert "8.10." not in item.description


def test_a_deadline_that_comes_nearer_is_taken_over_and_one_that_moves_away_is_not() -> None:
    standing = stored(certain([a_finding(settle_by=berlin(7, 10))]))

    assert certain([a_finding(settle_by=berlin(7, 9))], observed=[standing]).due == berlin(7, 9)
    assert certain([a_finding(settle_by=berlin(7, 11))], observed=[standing]).due == berlin(7, 10)


def test_what_joins_or_becomes_graver_changes_the_task_in_place_whether_or_not_it_has_rung() -> None:
    first = certain([a_finding(settle_by=berlin(7, 12))])
    standing = stored(first)
    more = [a_finding(settle_by=berlin(7, 12)), a_finding("vague_time", settle_by=berlin(7, 12))]

    for now in (berlin(5, 12), berlin(6, 12), berlin(7, 12, 30)):
        desired = certain(more, now=now, observed=[standing])
        (change,) = diff([desired], [standing], {}, now=now, collections=COLLECTIONS).changes
        assert (change.action, change.uid, desired.start) == ("update", standing.uid, first.start)


def test_it_rings_again_only_for_what_has_become_critical_since() -> None:
    standing = stored(certain([a_finding(settle_by=berlin(7, 12))]))
    now = berlin(6, 12)
    graver = [a_finding("threatened", Severity.CRITICAL, settle_by=berlin(6, 13)), a_finding(settle_by=berlin(7, 12))]

    desired = certain(graver, now=now, observed=[standing])
    (change,) = diff([desired], [standing], {}, now=now, collections=COLLECTIONS).changes
    assert (change.action, change.uid, desired.start) == ("update", standing.uid, berlin(6, 12, 3))

    again = certain(graver, now=now + timedelta(hours=1), observed=[stored(desired, now)])
    assert managed_of(again) == managed_of(desired)


def test_less_to_worry_about_after_the_alarm_is_taken_out_without_ringing_again() -> None:
    both = [a_finding(settle_by=berlin(7, 12)), a_finding("vague_time", settle_by=berlin(7, 12))]
    first = certain(both)
    standing = stored(first)
    now = berlin(6, 12)

    desired = certain(both[:1], now=now, observed=[standing])
    (change,) = diff([desired], [standing], {}, now=now, collections=COLLECTIONS).changes

    assert (change.action, desired.start, desired.rules) == ("update", first.start, ("unconfirmed",))


def test_free_times_that_passed_are_renewed_after_the_alarm_and_it_stays_as_it_was() -> None:
    first = certain([promptly(NOW)], free_times_for=lambda _: SLOTS)
    standing, now = stored(first), berlin(8, 9, 30)
    call = a_call(berlin(9, 16))
    late = replace(standing, anchor=call.start)

    desired = certain(
        [promptly(now)],
        call,
        now,
        observed=[late],
        free_times_for=lambda _: (SLOTS[1], (berlin(12, 9), berlin(12, 9, 30))),
        is_still_free=lambda _, slot: slot[0] > now + timedelta(hours=1),
    )
    (change,) = diff([desired], [late], {}, now=now, collections=COLLECTIONS).changes

    assert (change.action, desired.start, desired.due) == ("update", first.start, first.due)
    assert read_basis(desired.basis).free_times == (SLOTS[1], (berlin(12, 9), berlin(12, 9, 30)))


def test_a_basis_is_read_as_it_was_written() -> None:
    basis = basis_of([a_finding(), a_finding(severity=Severity.CRITICAL), a_finding("no_number")], SLOTS)

    assert basis == read_basis(str(basis))
    assert basis.severities == (("no_number", 2), ("unconfirmed", 3))
    assert Basis() == read_basis("nonsense; 1")


def test_news_is_what_joined_or_became_graver() -> None:
    before = basis_of([a_finding("a"), a_finding("b")])

    assert not basis_of([a_finding("a")]).is_news_after(before)
    assert not basis_of([a_finding("a", Severity.ADVICE)]).is_news_after(before)
    assert basis_of([a_finding("a", Severity.CRITICAL)]).is_news_after(before)
    assert basis_of([a_finding("c", Severity.ADVICE)]).is_news_after(before)
    assert not before.is_news_after(Basis())


@pytest.mark.parametrize(
    ("now", "begins", "rule", "is_holiday", "zone_state", "told"),
    [
        (berlin(6, 19), berlin(6, 22), "odd_time", False, "ok", False),
        (berlin(6, 16), berlin(6, 22), "odd_time", False, "ok", True),
        (berlin(6, 19), berlin(7, 22), "odd_time", False, "ok", True),
        (berlin(6, 19), berlin(6, 22), "conflict", False, "ok", True),
        (berlin(6, 19), berlin(6, 22), "odd_time", True, "ok", True),
        (berlin(6, 19), berlin(6, 22), "odd_time", False, "unknown", True),
    ],
    ids=["tonight", "work is on", "tomorrow night", "another matter", "a holiday", "an unknown zone"],
)
def test_nobody_is_rung_in_the_evening_to_check_the_hour_of_that_night(
    now: datetime, begins: datetime, rule: str, is_holiday: bool, zone_state: ZoneState, told: bool
) -> None:
    call = a_call(begins, zone_state=zone_state)
    holiday = (lambda _: "Feiertag") if is_holiday else (lambda _: None)
    assert told == (of([a_finding(rule, settle_by=now)], call, now, holiday=holiday) is not None)


def test_the_task_to_check_an_hour_stays_when_work_is_over() -> None:
    call = a_call(berlin(6, 22))
    odd = a_finding("odd_time", settle_by=berlin(6, 16))
    written = certain([odd], call, berlin(6, 11))
    assert of([odd], call, berlin(6, 19), observed=[stored(written, berlin(6, 11))]) is not None
