"""What goes by the second way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from termintreu.config.schema import AlertsConfig
from termintreu.judging.blindness import Trouble
from termintreu.model import Change
from termintreu.model.texts import Texts
from termintreu.planning.alerts import Happened, alerts, still_kept
from tests.unit.planning.making import BERLIN, NOW

HOUR = timedelta(hours=1)
DE = Texts(language="de", zone=BERLIN)


def titles(*troubles: Trouble, changes: tuple[Change, ...] = ()) -> list[str]:
    happened = Happened(troubles=troubles, calls=(), observed=(), changes=changes)
    return [one.title for one in alerts(happened, AlertsConfig(critical=True), DE, NOW)]


def target(seen: timedelta, **more: Any) -> Trouble:
    given: dict[str, Any] = {"kind": "login", "name": "work", "watched": "target", "begun": NOW - seen, **more}
    return Trouble(last=NOW, seen=NOW - seen, **given)


@pytest.mark.parametrize(
    ("expected", "seen"),
    [
        pytest.param("Seit 9 Uhr keine", HOUR, id="today"),
        pytest.param("Seit So., 4.10., 10 Uhr keine", 24 * HOUR, id="yesterday"),
    ],
)
def test_it_says_since_when_with_the_day_where_that_is_another(expected: str, seen: timedelta) -> None:
    [title] = titles(target(seen))
    assert title.startswith(expected)


def test_what_stands_in_the_calendar_goes_no_second_way() -> None:
    assert [] == titles(target(HOUR, watched="calendar"))


def change(slot: str, **more: Any) -> Change:
    given: dict[str, Any] = {"action": "create", "kind": "recovery", "result": "applied", **more}
    return Change(
        component="VTODO", slot=slot, uid="u", collection="", href="", etag=None, data=None, item=None, **given
    )


@pytest.mark.parametrize(
    ("sent", "written"),
    [
        pytest.param(1, change("a/recovery/"), id="a missed call"),
        pytest.param(0, change("a/recovery/late"), id="one that began late"),
        pytest.param(0, change("a/recovery/", action="update"), id="known already"),
        pytest.param(0, change("a/recovery/", result="refused"), id="not written"),
        pytest.param(0, change("a/warning/", kind="warning"), id="a warning"),
    ],
)
def test_of_tasks_only_a_missed_call_goes_by_it(sent: int, written: Change) -> None:
    assert sent == len(titles(changes=(written,)))


def test_what_was_sent_long_ago_is_forgotten() -> None:
    sent = {"old": (NOW - 31 * 24 * HOUR).isoformat(), "new": (NOW - HOUR).isoformat()}
    assert ["new"] == list(still_kept(sent, NOW - 30 * 24 * HOUR))
