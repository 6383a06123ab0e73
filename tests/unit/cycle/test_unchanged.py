"""When a poll has nothing to be judged: each thing that may have changed ends the rest, by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from termintreu.cycle.report import Report
from termintreu.cycle.unchanged import Unchanged, has_converged
from termintreu.model import Collection, HeldLogs, LogEntry, LogState, Resource, SourceReport
from termintreu.reading.call_logs import Listened
from termintreu.reading.collect import Collected
from termintreu.reading.mirror import Mirror
from termintreu.recognition.contacts.address_books import LookedUp
from tests.unit.planning.making import NOW

MINUTE = timedelta(minutes=1)
LATER = NOW + 5 * MINUTE
KEY = ("work", "/cal/")
CALENDAR = Collection(href="/cal/", name="Arbeit")
RESOURCES = {"/cal/a.ics": Resource(href="/cal/a.ics", etag='"1"', data=b"a")}
MIRROR = Mirror(source="work", collection=CALENDAR, resources=RESOURCES, token="1", checked_at=NOW)
OK = SourceReport(name="work", state="ok", error=None, collections=1, resources=1, requests=1)
READ = Collected(mirrors={KEY: MIRROR}, sources=(OK,))
STATE = LogState(name="pbx", complete_until=NOW, newest=NOW - MINUTE)
HEARD = Listened(held=HeldLogs(), states={"pbx": STATE})
REPORT = Report(at=NOW, sources=(OK,), calls=(), findings={}, rejected=(), changes=(), applied=True)
BEFORE = Unchanged(report=REPORT, collected=READ, listened=HEARD, revision="7", until=NOW + 10 * MINUTE)


def polled(**changed: object) -> Collected:
    """The same collection, asked again."""
    mirror = replace(MIRROR, token="2", checked_at=LATER, **changed)  # type: ignore[arg-type]  # fields of a mirror
    return Collected(mirrors={KEY: mirror}, sources=(replace(OK, requests=2),))


def heard(**changed: object) -> Listened:
    """The same log, read again: kept to the moment, as before."""
    state = replace(STATE, **{"complete_until": LATER, **changed})  # type: ignore[arg-type]  # fields of a state
    return Listened(held=HeldLogs(), states={"pbx": state})


def test_it_rests_while_nothing_changes() -> None:
    assert BEFORE.holds(polled(), heard(), "7", LATER)
    assert BEFORE.holds(READ, HEARD, "7", NOW)


@pytest.mark.parametrize("minutes", [-1, 10, 11])
def test_time_alone_ends_it_and_so_does_a_clock_that_was_set_back(minutes: int) -> None:
    now = NOW + minutes * MINUTE
    log = Listened(held=HeldLogs(), states={"pbx": replace(STATE, complete_until=now)})
    assert not BEFORE.holds(polled(), log, "7", now)


@pytest.mark.parametrize("revision", ["8", "6", "", None])
def test_another_revision_of_the_state_ends_it(revision: str | None) -> None:
    assert not BEFORE.holds(polled(), heard(), revision, LATER)


@pytest.mark.parametrize(
    "collected",
    [
        polled(resources=dict(RESOURCES)),
        polled(roles=frozenset({"tasks"})),
        polled(collection=replace(CALENDAR, writable=False)),
        polled(pending="gone"),
        replace(polled(), mirrors={}),
        replace(polled(), mirrors={**polled().mirrors, ("work", "/b/"): MIRROR}),
        replace(polled(), sources=(replace(OK, state="stale"),)),
        replace(polled(), sources=()),
        replace(polled(), frozen=frozenset({KEY})),
        replace(polled(), target_error="no answer"),
    ],
    ids=["entries", "role", "rights", "doubt", "gone", "new", "trouble", "no source", "frozen", "target"],
)
def test_whatever_was_read_otherwise_ends_it(collected: Collected) -> None:
    assert not BEFORE.holds(collected, heard(), "7", LATER)


@pytest.mark.parametrize(
    "listened",
    [
        replace(
            heard(), held=HeldLogs(entries=(LogEntry(log="pbx", at=NOW, direction="out", number="1", reached=True),))
        ),
        heard(complete_until=None),
        heard(complete_until=NOW),
        heard(newest=NOW),
        heard(prefixes=("0",)),
        Listened(held=HeldLogs(), states={}),
    ],
    ids=["an entry", "cannot be read", "is not kept up", "its newest entry", "prefixes", "no log"],
)
def test_whatever_logs_are_good_for_otherwise_ends_it(listened: Listened) -> None:
    assert not BEFORE.holds(polled(), listened, "7", LATER)


def test_a_log_that_becomes_unreadable_is_no_log_that_is_kept_to_the_moment() -> None:
    bare = LogState(name="pbx", complete_until=NOW)
    quiet = replace(BEFORE, listened=Listened(held=HeldLogs(), states={"pbx": bare}))
    assert not quiet.holds(polled(), Listened(held=HeldLogs(), states={"pbx": LogState(name="pbx")}), "7", LATER)


def test_its_report_is_of_this_moment_and_tells_no_change_twice() -> None:
    again = BEFORE.again(polled(), heard(), LookedUp(mirrors={}), LATER)
    assert (LATER, 2, ()) == (again.at, again.sources[0].requests, again.changes)


def test_a_cycle_that_left_something_open_is_not_settled() -> None:
    change = object()
    assert has_converged(REPORT, READ)
    assert not has_converged(replace(REPORT, sources=(replace(OK, state="failed"),)), READ)
    assert not has_converged(replace(REPORT, changes=(change,)), READ)  # type: ignore[arg-type]  # any change will do
    assert not has_converged(REPORT, replace(READ, frozen=frozenset({KEY})))
    assert not has_converged(REPORT, replace(READ, target_error="no answer"))
