"""What the service tells, and whether the daemon counts as well."""

from __future__ import annotations

from datetime import timedelta

from termintreu.cycle.report import Report
from termintreu.model import Severity
from termintreu.service.board import OVERDUE, Board
from termintreu.service.figures import Tally, figures
from tests.factories import call
from tests.unit.ui.web.contents import DE, EN, NOW, change, finding, item, report, source

LATER = NOW + timedelta(minutes=5)


def board(**more: bool) -> Board:
    made = Board(**more)
    made.turn_began("anna", 100.0)
    made.show("anna", DE, damaged_below=0.7)
    return made


def after_a_cycle(shown: Report | None = None) -> Board:
    made = board()
    made.cycled("anna", shown or report(), seconds=2.0, next_poll=LATER)
    made.turn_ended("anna", 102.0, wake=400.0)
    return made


def test_a_turn_that_runs_is_well_until_it_takes_too_long() -> None:
    assert "ok" == board().health(999.0, longest=900.0)
    assert "hanging" == board().health(1001.0, longest=900.0)


def test_between_turns_it_is_well_until_the_next_one_should_have_begun() -> None:
    made = after_a_cycle()
    assert "ok" == made.health(400.0 + OVERDUE - 1, longest=900.0)
    assert "overdue" == made.health(400.0 + OVERDUE + 1, longest=900.0)


def test_before_anybody_is_looked_after_it_is_well() -> None:
    assert "ok" == Board().health(5.0, longest=900.0)


def test_among_many_a_turn_may_be_late_while_others_end() -> None:
    made = after_a_cycle()
    made.turn_began("ben", 700.0)
    made.turn_ended("ben", 701.0, wake=2000.0)
    assert "ok" == made.health(702.0, longest=900.0)
    assert "overdue" == made.health(701.0 + OVERDUE, longest=900.0)


def test_a_cycle_that_fails_leaves_the_last_good_one_and_is_counted() -> None:
    made = after_a_cycle()
    made.turn_began("anna", 400.0)
    made.cycled("anna", None, seconds=1.0, next_poll=LATER)
    assert made.content is not None
    assert report() == made.content.report
    assert (1, 1, 3.0) == (made.tally.done, made.tally.failed, made.tally.seconds)


def test_a_new_configuration_keeps_what_was_found() -> None:
    made = after_a_cycle()
    made.keep(["anna"], several=False)
    made.turn_began("anna", 110.0)
    made.show("anna", EN, damaged_below=0.5)
    assert made.content is not None
    assert (EN, 0.5, report()) == (made.content.texts, made.content.damaged_below, made.content.report)


def test_whoever_is_gone_is_taken_down_even_in_the_middle_of_a_turn() -> None:
    made = after_a_cycle()
    made.turn_began("anna", 110.0)
    made.keep(["ben"], several=True)
    made.show("anna", DE, damaged_below=0.7)
    made.cycled("anna", report(), seconds=1.0, next_poll=LATER)
    made.turn_ended("anna", 111.0, wake=200.0)
    assert made.content is None
    assert [] == made.figures


def test_of_many_people_only_numbers_are_kept() -> None:
    made = board(several=True)
    made.cycled("anna", report([call("2026-11-24 09:00")]), seconds=2.0, next_poll=LATER)
    assert made.content is None
    assert [1] == [one.calls for one in made.figures]
    assert {"": 3} == made.tally.requests
    made.several = False
    assert made.content is None


def test_the_scene_has_what_the_daemon_says_now() -> None:
    said: list[str] = []
    made = Board(problems=lambda: tuple(said))
    made.turn_began("anna", 1.0)
    made.show("anna", DE, damaged_below=0.7)
    said.append("the new configuration is bad")
    assert made.content is not None
    assert ("the new configuration is bad",) == made.content.problems


def test_figures_count_calls_to_come_only() -> None:
    past, one, two = call("2026-11-23 09:00"), call("2026-11-24 09:00"), call("2026-11-25 09:00")
    findings = {
        past.key: (finding(Severity.CRITICAL),),
        one.key: (finding(Severity.CRITICAL), finding(Severity.WARNING)),
        two.key: (finding(Severity.WARNING),),
    }
    found = figures(report([past, one, two], findings=findings, sources=(source("crm", "stale"),)))
    assert (2, 1) == (found.calls, found.threatened)
    assert {("threatened", "critical"): 1, ("unconfirmed", "warning"): 2} == dict(found.findings)
    assert [("crm", "stale", NOW)] == [(one.name, one.state, one.read_at) for one in found.sources]


def test_the_tally_adds_up() -> None:
    written = item(call("2026-11-24 09:00"))
    one = report(changes=(change("create", written), change("create", written, "conflict")))
    tally = Tally().after(one, 0.2).after(one, 2.0).after(None, 1000.0)
    assert {0.3: 1, 3.0: 1, float("inf"): 1} == tally.lengths
    assert {("create", "reminder", "applied"): 2, ("create", "reminder", "conflict"): 2} == tally.writes
    assert {"work": 6} == tally.requests
