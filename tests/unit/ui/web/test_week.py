"""The coming days: which call stands where, how grave it is, and what is written for it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from termintreu.cycle.report import status_line, summary
from termintreu.judging.outcomes import Verdict
from termintreu.model import Contact, Reach, Severity, msg
from termintreu.service.figures import figures
from termintreu.ui.web.week import CallView, WeekView, week
from tests.factories import all_day, at, call, window
from tests.unit.judging.test_relationships import record
from tests.unit.ui.web.contents import DE, EN, NOW, change, finding, item, observed, relation, report


def views(shown: WeekView) -> list[CallView]:
    return [one for day in shown.days for one in day.calls]


def only(shown: WeekView) -> CallView:
    (one,) = views(shown)
    return one


def test_seven_days_are_shown_from_today_on_whether_there_are_calls_or_not() -> None:
    shown = week(report([call("2026-11-25 14:00")]), DE, NOW)
    assert [date(2026, 11, 23) + timedelta(days=n) for n in range(7)] == [day.day for day in shown.days]
    assert ("Montag, 23. November", "Mo", True, "keine Anrufe") == (
        shown.days[0].name,
        shown.days[0].short,
        shown.days[0].today,
        shown.days[0].summary,
    )
    assert ("Mittwoch, 25. November", "1 Anruf", 1) == (
        shown.days[2].name,
        shown.days[2].summary,
        len(shown.days[2].calls),
    )


def test_a_day_begins_and_ends_where_the_reader_is() -> None:
    late, early = call("2026-11-23 23:50", 5), call("2026-11-24 00:10", 5)
    shown = week(report([late, early]), DE, NOW)
    assert [1, 1] == [len(day.calls) for day in shown.days[:2]]


def test_what_lies_before_and_after_these_days_stands_by_itself() -> None:
    calls = [call("2026-11-20 09:00"), call("2026-11-22 09:00"), call("2026-11-29 23:00"), call("2026-11-30 09:00")]
    shown = week(report(calls), EN, NOW)
    assert ["Sun 22 Nov, 09:00", "Fri 20 Nov, 09:00"] == [one.when for one in shown.earlier]
    assert ["Mon 30 Nov, 09:00"] == [one.when for one in shown.later]
    assert 1 == shown.ahead


def test_the_gravest_finding_is_the_calls_mark() -> None:
    one, two, three = call("2026-11-24 09:00"), call("2026-11-24 11:00"), call("2026-11-24 13:00")
    findings = {
        one.key: (finding(Severity.CRITICAL), finding(Severity.ADVICE)),
        two.key: (finding(Severity.WARNING),),
        three.key: (finding(Severity.INFO),),
    }
    shown = week(report([one, two, three], findings=findings), EN, NOW)
    assert [("critical", "Threatened"), ("warning", "To be settled"), ("info", "Note")] == [
        (view.level, view.word) for view in views(shown)
    ]
    assert "3 calls, 1 threatened" == shown.days[1].summary
    assert ("critical", "warning", "info") == shown.days[1].levels
    assert (3, 1, 1) == (shown.ahead, shown.threatened, shown.unsettled)


def test_threatened_is_what_the_rule_says_and_counts_alike_wherever_calls_are_counted() -> None:
    one, two, three = call("2026-11-24 09:00"), call("2026-11-24 11:00"), call("2026-11-24 13:00")
    findings = {
        one.key: (finding(Severity.CRITICAL),),
        two.key: (finding(Severity.CRITICAL, rule="conflict"),),
        three.key: (finding(Severity.WARNING),),
    }
    told = report([one, two, three], findings=findings)
    shown = week(told, EN, NOW)

    assert (1, 2) == (shown.threatened, shown.unsettled)
    assert ["Threatened", "Urgent", "To be settled"] == [view.word for view in views(shown)]
    assert [one.key, two.key, three.key] == [entry.call.key for entry in shown.first]
    assert 1 == summary(told, DE.zone, braked=(), next_poll=NOW)["threatened"]
    assert "3 calls ahead, 1 threatened" in status_line(told, DE.zone)
    assert 1 == figures(told).threatened


def test_first_come_the_gravest_and_of_these_what_is_due_soonest() -> None:
    soon, later, grave, beyond = (call(f"2026-{day} 09:00") for day in ("11-24", "11-25", "11-26", "12-02"))
    findings = {
        soon.key: (finding(Severity.WARNING, settle_by=at("2026-11-24 08:00")),),
        later.key: (finding(Severity.WARNING, settle_by=at("2026-11-23 17:00")),),
        grave.key: (finding(Severity.CRITICAL, "A"), finding(Severity.WARNING, "B"), finding(Severity.ADVICE, "C")),
        beyond.key: (finding(Severity.WARNING, settle_by=at("2026-11-23 12:00")),),
        "another call's": (finding(Severity.CRITICAL),),
    }
    shown = week(report([soon, later, grave, beyond], findings=findings), EN, NOW)
    assert [grave.key, beyond.key, later.key, soon.key] == [one.call.key for one in shown.first]
    assert ("A", "B") == shown.first[0].whys
    assert ["", "until Mon 23 Nov, 12:00"] == [one.until for one in shown.first[:2]]


def test_a_finding_says_why_what_to_do_and_until_when() -> None:
    one = call("2026-11-24 09:00")
    said = finding(Severity.WARNING, ask=msg("Agree on an exact time."), settle_by=at("2026-11-23 12:00"))
    (shown,) = only(week(report([one], findings={one.key: (said,)}), DE, NOW)).findings
    assert ("Nobody has confirmed.", "Vereinbaren Sie eine genaue Uhrzeit.", "bis Mo., 23.11., 12:00") == (
        shown.why,
        shown.ask,
        shown.until,
    )


def test_a_call_that_is_over_asks_for_nothing_any_more() -> None:
    one = call("2026-11-23 09:00")
    findings = {one.key: (finding(Severity.CRITICAL),)}
    view = only(week(report([one], findings=findings), DE, NOW))
    assert (True, "none", ()) == (view.over, view.level, view.findings)
    assert ("noch offen", "open") == (view.outcome, view.outcome_level)
    running = only(week(report([one], findings=findings), DE, at("2026-11-23 09:29")))
    assert (False, "critical", "") == (running.over, running.level, running.outcome)


@pytest.mark.parametrize(
    ("outcome", "word", "level"),
    [("held", "fand statt", "good"), ("missed", "verpasst", "bad"), ("noshow", "niemand da", "bad")],
)
def test_how_a_call_went_is_said_in_a_word(outcome: str, word: str, level: str) -> None:
    one = call("2026-11-23 09:00")
    how = Verdict(outcome=outcome, origin="answer", at=NOW)  # type: ignore[arg-type]  # one of the outcomes
    known = relation("erika@muster.example", calls=((record(0, one.key), how),))
    view = only(week(report([one], relationships={known.key: known}), DE, NOW))
    assert (word, level) == (view.outcome, view.outcome_level)


def test_a_vague_call_has_no_minute() -> None:
    view = only(
        week(report([call("2026-11-24 09:00", 360, window=window("2026-11-24 09:00", "2026-11-24 15:00"))]), DE, NOW)
    )
    assert ("", "", "09:00–15:00") == (view.begins, view.ends, view.window)
    whole_day = only(week(report([call(all_day("2026-11-24"))]), DE, NOW))
    assert "ganztägig" == whole_day.window


def test_only_a_number_that_somebody_vouches_for_can_be_dialled_by_a_click() -> None:
    mine = call("2026-11-24 09:00")
    foreign = call("2026-11-24 11:00", reach=Reach(phone="+493023125042", verified=False))
    shown = views(week(report([mine, foreign]), DE, NOW))
    assert [("+49 30 901820", "+4930901820"), ("+49 30 23125042", "")] == [(one.number, one.dial) for one in shown]


def reached(url: str, day: str = "2026-11-24", *, verified: bool) -> CallView:
    """A video call with such a link."""
    reach = Reach(pin="334123456", url=url, vendor="teams", verified=verified)
    return only(week(report([call(f"{day} 09:00", kind="video", reach=reach)]), DE, NOW))


@pytest.mark.parametrize("verified", [True, False])
def test_the_link_of_a_known_service_is_shown_with_its_host_and_whether_it_is_vouched_for(verified: bool) -> None:
    url = "https://us02web.zoom.us/j/84112223344?pwd=demo"
    view = reached(url, verified=verified)
    assert (url, "us02web.zoom.us", verified, ("PIN: 334123456",)) == (view.link, view.host, view.vouched, view.more)


@pytest.mark.parametrize(
    "url", ["https://teams.example/meet/3", "http://zoom.us/j/84112223344", "zoommtg://zoom.us/j/8"]
)
def test_any_other_link_stays_in_the_appointment(url: str) -> None:
    view = reached(url, verified=True)
    assert ("Videogespräch", "", "", ("PIN: 334123456", "Link: im Termin")) == (
        view.kind_word,
        view.link,
        view.host,
        view.more,
    )
    assert url not in repr(view)


def test_a_call_that_is_over_is_not_joined_any_more() -> None:
    assert "" == reached("https://zoom.us/j/84112223344", "2026-11-23", verified=True).link


def test_foreign_words_are_cleaned_and_bounded() -> None:
    title = "Telefonat\u202e https://evil.example/x #missed " + "x" * 500
    stranger = Contact(key="x", name="Eve\n\x1b[31m")
    view = only(week(report([call("2026-11-24 09:00", summary=title, contact=stranger)]), DE, NOW))
    assert "Eve [31m" == view.who
    assert "evil" not in view.title
    assert len(view.title) <= 90


def test_what_is_written_is_what_the_cycle_has_left() -> None:
    one, two = call("2026-11-24 09:00"), call("2026-11-24 11:00")
    stale, fresh = item(one), item(one, start=at("2026-11-24 08:30"))
    task = item(one, "warning", component="VTODO", due=at("2026-11-23 17:00"))
    gone, refused = item(two), item(two, "warning", component="VTODO", due=NOW)
    changes = (change("update", fresh), change("create", task), change("delete", gone))
    changes += (change("create", refused, "retry_later"),)
    found = {each.href: each for each in (observed(stale), observed(gone))}
    shown = week(report([one, two], observed=found, changes=changes), DE, NOW)
    first, second = views(shown)
    assert [("Aufgabe", "bis Mo., 23.11., 17:00"), ("Erinnerung", "08:30")] == [
        (one.word, one.when) for one in first.written
    ]
    assert () == second.written


def test_a_task_that_was_not_ticked_in_time_is_overdue() -> None:
    one = call("2026-11-24 09:00")
    task = item(one, "warning", component="VTODO", due=at("2026-11-23 10:00"))
    open_one, ticked = observed(task), observed(task, done=True)
    for found, when, done in (
        (open_one, "fällig seit Mo., 23.11., 10:00", False),
        (ticked, "Mo., 23.11., 10:00", True),
    ):
        (shown,) = only(week(report([one], observed={found.href: found}), DE, NOW)).written
        assert (when, done) == (shown.when, shown.done)


def test_a_call_that_lasts_from_yesterday_on_is_todays() -> None:
    shown = week(report([call("2026-11-22 23:00", 24 * 60)]), DE, NOW)
    assert 1 == len(shown.days[0].calls)
    assert ("23:00", "Mo., 23.11., 23:00") == (only(shown).begins, only(shown).ends)
    assert () == shown.earlier
