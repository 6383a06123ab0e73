"""What is not seen: from looks to troubles, without a cycle around it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from termintreu.judging.blindness import Look, Looks, Trouble, gaps, read_troubles, troubles, unseen, with_unheard
from termintreu.judging.outcomes import Verdict
from termintreu.model import CallRecord, History, SourceState

NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
FIVE = 5 * MINUTE


def looks(*each: Look, cadence: timedelta | None = FIVE) -> Looks:
    return Looks(each=each, cadence=cadence)


def a_look(**more: Any) -> Look:
    given: dict[str, Any] = {"name": "work", "watched": "calendar", "state": "stale", "seen": NOON - FIVE, **more}
    return Look(**given)


def after(*moments: timedelta, cadence: timedelta | None = FIVE, **more: Any) -> Trouble:
    """The trouble with a source that was found unread at so many moments after noon."""
    found: tuple[Trouble, ...] = ()
    for moment in moments:
        found = troubles(found, looks(a_look(**more), cadence=cadence), NOON + moment)
    [one] = found
    return one


@pytest.mark.parametrize(
    ("told", "moments", "cadence"),
    [
        pytest.param(False, [n * FIVE for n in range(24)], FIVE, id="5 minutes too early"),
        pytest.param(True, [n * FIVE for n in range(25)], FIVE, id="two hours of polls"),
        pytest.param(False, [0 * HOUR, 14 * HOUR], FIVE, id="asleep over night"),
        pytest.param(True, [0 * HOUR, 14 * HOUR], None, id="two processes, both of which found it so"),
        pytest.param(True, [n * HOUR for n in range(3)], HOUR, id="asked every hour"),
        pytest.param(False, [0 * HOUR, -3 * HOUR, -3 * HOUR + FIVE], FIVE, id="the clock was set back"),
    ],
)
def test_it_is_told_after_two_hours_awake(told: bool, moments: list[timedelta], cadence: timedelta | None) -> None:
    assert told == after(*moments, cadence=cadence).is_told(2 * HOUR)


@pytest.mark.parametrize(
    ("told", "seen"),
    [
        pytest.param(True, NOON - 3 * HOUR, id="nobody looked for three hours"),
        pytest.param(False, NOON - 14 * HOUR, id="the machine was off over night"),
        pytest.param(False, None, id="it was never read"),
    ],
)
def test_the_first_look_of_a_process_counts_from_the_last_whole_answer(told: bool, seen: datetime | None) -> None:
    assert told == after(timedelta(0), cadence=None, seen=seen).is_told(2 * HOUR)


def test_what_fails_again_after_it_was_read_is_a_new_trouble_however_seldom_one_looks() -> None:
    """as from cron, with one whole answer between two failures"""
    first = troubles((), looks(a_look(state="unauthorized"), cadence=None), NOON)
    healed = troubles(first, looks(a_look(state="ok"), cadence=None), NOON + HOUR)
    [again] = troubles(healed, looks(a_look(state="unauthorized"), cadence=None), NOON + 2 * HOUR)
    assert (NOON + 2 * HOUR, None) == (again.begun, again.healed_at)


def test_what_fails_again_within_minutes_is_the_same_trouble() -> None:
    first = troubles((), looks(a_look(state="unauthorized")), NOON)
    healed = troubles(first, looks(a_look(state="ok")), NOON + FIVE)
    [again] = troubles(healed, looks(a_look(state="unauthorized")), NOON + 2 * FIVE)
    assert (NOON, None) == (again.begun, again.healed_at)


def test_what_was_not_read_and_is_then_refused_is_told_of_as_refused() -> None:
    before = troubles((), looks(a_look()), NOON)
    [now] = troubles(before, looks(a_look(state="unauthorized", why="refused")), NOON + FIVE)
    assert ("login", "refused", NOON + FIVE) == (now.kind, now.why, now.begun)
    assert now.is_told(2 * HOUR)


def test_the_reason_is_the_one_of_its_beginning() -> None:
    """A back-off names another time at each poll, and a task must not change for that."""
    before = troubles((), looks(a_look(why="503")), NOON)
    [now] = troubles(before, looks(a_look(why="503 (asked again after 12:10:00 UTC)")), NOON + FIVE)
    assert "503" == now.why


def test_a_source_that_is_gone_from_the_configuration_is_no_trouble() -> None:
    before = troubles((), looks(a_look()), NOON)
    assert () == troubles(before, looks(a_look(name="other", state="ok")), NOON + FIVE)


def test_a_listing_counts_once() -> None:
    gone = a_look(state="ok", missing={"/a/": "Sales"}, listed_at=NOON)
    found = troubles((), looks(gone), NOON)
    for minute in range(1, 240):
        found = troubles(found, looks(a_look(state="ok", listed_at=NOON)), NOON + minute * MINUTE)
    [one] = found
    assert 1 == one.looks
    assert not one.is_told(2 * HOUR)


@pytest.mark.parametrize(
    ("told", "hours"),
    [
        pytest.param(False, (0, 4), id="two listings"),
        pytest.param(False, (0, 1, 2), id="three within two hours"),
        pytest.param(True, (0, 1, 3), id="three over three hours"),
    ],
)
def test_a_calendar_is_gone_when_three_listings_over_three_hours_agree(told: bool, hours: tuple[int, ...]) -> None:
    found: tuple[Trouble, ...] = ()
    for hour in hours:
        at = NOON + hour * HOUR
        missing = {"/a/": "Sales"} if not hour else {}
        found = troubles(found, looks(a_look(state="ok", missing=missing, listed_at=at)), at)
    assert told == bool(unseen(found, 2 * HOUR))


def test_a_listing_that_failed_says_nothing() -> None:
    gone = a_look(state="ok", missing={"/a/": "Sales"}, listed_at=NOON)
    found = troubles((), looks(gone), NOON)
    for hour in range(1, 5):
        found = troubles(found, looks(a_look(listed_at=NOON + hour * HOUR)), NOON + hour * HOUR)
    assert [1] == [one.looks for one in found if one.kind == "unlisted"]


def test_a_calendar_that_stays_away_is_given_up_after_two_weeks() -> None:
    gone = a_look(state="ok", missing={"/a/": "Sales"}, listed_at=NOON)
    found = troubles((), looks(gone), NOON)
    later = NOON + timedelta(days=14, hours=1)
    assert () == troubles(found, looks(a_look(state="ok", listed_at=later)), later)


def test_what_is_remembered_is_read_back_as_it_was() -> None:
    found = (
        *troubles((), looks(a_look(why="503")), NOON),
        *troubles((), looks(a_look(state="ok", missing={"/a/": "Sales"}, listed_at=NOON)), NOON),
        replace(after(timedelta(0), FIVE), healed_at=NOON + HOUR),
    )
    assert found == read_troubles(json.loads(json.dumps([one.to_json() for one in found])))


@pytest.mark.parametrize("rubbish", [None, {}, "x", [None], [{}], [{"kind": "new"}], [{"kind": "login", "begun": 3}]])
def test_what_cannot_be_read_of_it_is_left_out(rubbish: object) -> None:
    assert () == read_troubles(rubbish)


# --- call logs -----------------------------------------------------------------------------------------------------


def a_log(**more: Any) -> Look:
    return a_look(**{"name": "box", "watched": "log", "state": "ok", "seen": NOON, **more})


def held(
    count: int, *, origin: Any = "task", caller: str = "me", kind: str = "phone"
) -> tuple[History, dict[str, Any]]:
    """So many calls since noon that the user says were held."""
    calls, verdicts = {}, {}
    for number in range(1, count + 1):
        start = NOON + number * HOUR
        key = f"{number:016x}"
        calls[key] = CallRecord(
            key=key,
            uid=key,
            recurrence_id=None,
            contact_key="erika",
            contact_name="Erika",
            kind=kind,
            start=start,
            end=start + HOUR / 2,
            first_seen=NOON,
            last_seen=NOON,
            caller=caller,
        )
        verdicts[key] = Verdict(outcome="held", origin=origin, at=start + HOUR)
    return History(calls=calls), verdicts


def silent(history: History, verdicts: dict[str, Any], *logs: Look) -> list[str]:
    heard = with_unheard(looks(*logs), history, verdicts)
    return [one.name for one in troubles((), heard, NOON + timedelta(days=1)) if one.kind == "log"]


def test_a_log_without_the_calls_that_took_place_is_told_of() -> None:
    assert ["box"] == silent(*held(3), a_log())


@pytest.mark.parametrize(
    "calls",
    [
        pytest.param(held(2), id="two calls may have gone out from another telephone"),
        pytest.param(held(3, caller="them"), id="they called"),
        pytest.param(held(3, kind="video"), id="video"),
        pytest.param(held(3, origin="log"), id="the log itself says so"),
    ],
)
def test_a_log_is_not_told_of_without_reason(calls: tuple[History, dict[str, Any]]) -> None:
    assert [] == silent(*calls, a_log())


def test_another_log_that_grows_explains_them() -> None:
    assert [] == silent(*held(3), a_log(), a_log(name="mobile", seen=NOON + 5 * HOUR))


def test_of_two_logs_the_one_that_grew_last_is_told_of() -> None:
    """the other one may have been given up long ago"""
    assert ["box"] == silent(*held(3), a_log(), a_log(name="mobile", seen=NOON - 5 * HOUR))


def test_a_log_that_holds_nothing_says_nothing() -> None:
    assert [] == silent(*held(3), a_log(seen=None))


# --- what will end -------------------------------------------------------------------------------------------------


def ahead(*each: Look, room: tuple[int, int] | None = None) -> list[tuple[str, str]]:
    found = troubles((), replace(looks(*each), room=room), NOON)
    return [(one.kind, one.name) for one in found if not one.is_blindness]


@pytest.mark.parametrize(
    ("expected", "days"),
    [
        pytest.param([("certificate", "work")], 7, id="in a week"),
        pytest.param([], 7.1, id="later"),
        pytest.param([("certificate", "work")], -1, id="it has ended"),
    ],
)
def test_a_certificate_is_told_of_a_week_before_it_ends(expected: list[tuple[str, str]], days: float) -> None:
    assert expected == ahead(a_look(state="ok", certificate_ends=NOON + timedelta(days=days)))


def test_a_certificate_that_was_renewed_is_told_of_no_more() -> None:
    first = troubles((), looks(a_look(state="ok", certificate_ends=NOON + timedelta(days=3))), NOON)
    renewed = looks(a_look(state="ok", certificate_ends=NOON + timedelta(days=90)))
    assert 1 == len(first)
    assert () == troubles(first, renewed, NOON + HOUR)


@pytest.mark.parametrize(
    ("expected", "days", "state"),
    [
        pytest.param([("renewal", "work")], 7, "ok", id="in a week"),
        pytest.param([], 7.1, "ok", id="later"),
        pytest.param([], -1, "unauthorized", id="it has ended: that is told of otherwise"),
    ],
)
def test_a_log_in_that_will_not_renew_is_told_of_a_week_before(
    expected: list[tuple[str, str]], days: float, state: SourceState
) -> None:
    assert expected == ahead(a_look(state=state, login_ends=NOON + timedelta(days=days)))


def off(name: str, seconds: int) -> Look:
    return a_look(name=name, state="ok", clock_off=timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("expected", "each"),
    [
        pytest.param([("clock", "machine")], [off("a", 121)], id="two minutes and a second"),
        pytest.param([], [off("a", 120)], id="two minutes"),
        pytest.param([], [off("a", 500), off("b", 1)], id="one server is wrong"),
        pytest.param([("clock", "machine")], [off("a", 500), off("b", 499)], id="all of them say so"),
        pytest.param([], [a_look(state="ok")], id="nobody says anything"),
    ],
)
def test_a_clock_is_wrong_where_all_servers_say_so(expected: list[tuple[str, str]], each: list[Look]) -> None:
    assert expected == ahead(*each)


MB, GB = 1_000_000, 1_000_000_000


@pytest.mark.parametrize(
    ("expected", "room"),
    [
        pytest.param([("disk", "machine")], (99 * MB, GB), id="less than 100 MB"),
        pytest.param([], (101 * MB, GB), id="a small disk with a tenth free"),
        pytest.param([("disk", "machine")], (900 * MB, 500 * GB), id="less than a gigabyte of many"),
        pytest.param([], (2 * GB, 500 * GB), id="enough"),
        pytest.param([], None, id="nobody knows"),
    ],
)
def test_a_disk_that_is_nearly_full_is_told_of(expected: list[tuple[str, str]], room: tuple[int, int] | None) -> None:
    assert expected == ahead(room=room)


def test_what_is_told_of_ahead_is_no_blindness() -> None:
    found = troubles((), replace(looks(), room=(0, GB)), NOON)
    assert 1 == len(found)
    assert () == unseen(found, 2 * HOUR)


def test_a_certificate_with_another_end_is_a_new_trouble() -> None:
    """renewed for too short a time: who ticked the first task is told again"""
    first = troubles((), looks(a_look(state="ok", certificate_ends=NOON + timedelta(days=3))), NOON)
    [again] = troubles(first, looks(a_look(state="ok", certificate_ends=NOON + timedelta(days=5))), NOON + HOUR)
    assert (NOON + HOUR, NOON + timedelta(days=5)) == (again.begun, again.ends_at)


@pytest.mark.parametrize(
    ("found", "before", "cadence"),
    [
        pytest.param(True, 31 * MINUTE, FIVE, id="longer than half an hour"),
        pytest.param(False, 30 * MINUTE, FIVE, id="half an hour"),
        pytest.param(False, 3 * HOUR, HOUR, id="asked every hour, and three polls ago"),
        pytest.param(True, 3 * HOUR + MINUTE, HOUR, id="asked every hour, and longer ago"),
    ],
)
def test_a_gap_is_longer_than_what_is_usual(found: bool, before: timedelta, cadence: timedelta) -> None:
    seen = looks(a_look(state="ok", before=NOON - before), cadence=cadence)
    assert ({"work": NOON - before} if found else {}) == gaps(seen, NOON)


def test_an_unread_log_is_told_from_its_first_failed_look_on() -> None:
    """its newest call says nothing of when it was read"""
    [one] = troubles((), looks(a_log(state="failed")), NOON)
    assert None is one.seen


def test_a_refused_log_in_that_becomes_a_server_that_is_down_keeps_its_time() -> None:
    before = troubles((), looks(a_look(state="unauthorized")), NOON)
    for number in range(1, 25):
        before = troubles(before, looks(a_look(state="unauthorized")), NOON + number * FIVE)
    [now] = troubles(before, looks(a_look()), NOON + 25 * FIVE)
    assert ("unread", 24 * FIVE) == (now.kind, now.awake)
